"""`wayproof run` for real: what it prints and writes, what the steps change, what survives a kill, how it ends."""

import json
import os
import re
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import zxingcpp

from app.process import born
from tests.app.test_demo import seen
from tests.support.demo import PATIENCE_S, ROOT, Demo, get, request

pytestmark = pytest.mark.xdist_group("run")

LARGEST_MB = 500
PROCESSES = ("broker", "work", "web", "listen", "world")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("run") / "var")
    try:
        running.wait_for_welcome()
        yield running
    finally:
        running.stop()


def wayproof(demo: Demo, *words: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "WAYPROOF_HOME": str(demo.home)}
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)


def words_of(demo: Demo, path: str) -> str:
    """What a reader sees of a page."""
    status, body = get(demo.facts["base_url"] + path)
    assert status == 200, (path, status)
    text = re.sub(r"<(style|script|svg).*?</\1>", " ", body.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def passport(demo: Demo) -> str:
    return words_of(demo, demo.facts["passport_url"].removeprefix(demo.facts["base_url"]))


def play(demo: Demo, *step: str) -> str:
    done = wayproof(demo, "demo", *step)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_code_in_the_terminal_opens_the_passport(demo: Demo) -> None:
    rows = [line for line in demo.output().splitlines() if line and not line.strip("█▀▄ ") and len(line) > 20]
    found = zxingcpp.read_barcodes(seen(rows, light_terminal=False))
    assert [each.text for each in found] == [demo.facts["passport_url"]]


def test_demo_json_says_everything_and_only_its_owner_may_read_it(demo: Demo) -> None:
    facts = demo.facts
    assert (demo.home / "demo.json").stat().st_mode & 0o777 == 0o600
    assert set(facts["logins"]) == {"owner", "warehouse", "support", "auditor", "partner"}
    assert set(facts["pids"]) == {"run", *PROCESSES}
    assert set(facts["mqtt"]) >= {"host", "port", "user", "password", "topic"}
    assert facts["logs"][0]["vkey"].startswith(facts["logs"][0]["origin"] + "+")
    assert facts["database_url"].startswith("sqlite:///")


@pytest.mark.parametrize("name", ["passport", "order", "login", "control", "mailbox", "docs"])
def test_every_place_that_is_printed_answers(demo: Demo, name: str) -> None:
    assert get(demo.facts[f"{name}_url"])[0] == 200


def test_the_page_checks_itself_green(demo: Demo) -> None:
    demo.until(lambda: "genuine and unchanged" in passport(demo), "the check never became green")


def test_the_passport_says_who_signed_and_who_did_not(demo: Demo) -> None:
    said = passport(demo)
    assert "said and signed by Hoshino growers" in said
    assert "for Northwind forwarding, not signed" in said


def test_the_key_that_is_printed_takes_an_event_of_ones_own(demo: Demo) -> None:
    event = json.loads((Path(__file__).parent / "first-event.json").read_text())
    headers = {"Authorization": f"Bearer {demo.facts['api_key']}", "Content-Type": "application/json"}
    url = demo.facts["base_url"] + "/epcis/events"
    status, answer = request("POST", url, json.dumps(event).encode(), headers)
    assert status == 201, answer
    assert "FIRST-1" in words_of(demo, "/01/09521234000013/21/FIRST-1")


def test_the_fleet_and_the_partner_keep_the_goods_moving(demo: Demo) -> None:
    headers = {"Authorization": f"Bearer {demo.facts['api_key']}"}

    def reported() -> bool:
        state = json.loads(get(demo.facts["base_url"] + "/api/v1/devices/box-01", headers)[1])
        return bool(state["values"])

    def captured() -> bool:
        query = "?EQ_bizStep=commissioning&orderBy=eventTime&orderDirection=DESC&perPage=1"
        return b"/21/F" in get(demo.facts["base_url"] + "/epcis/events" + query, headers)[1]

    demo.until(reported, "no reading came")
    demo.until(captured, "no event of the partner came")


def test_customs_hold_reaches_the_customer_in_a_mail(demo: Demo) -> None:
    demo.until(lambda: "On its way" in passport(demo), "the carrier never reported")
    play(demo, "customs-hold")
    demo.until(lambda: "At customs" in passport(demo), "the page never said so")
    demo.until(lambda: "Customs" in words_of(demo, "/demo/mailbox"), "no mail came")


def test_a_row_edited_by_hand_turns_the_page_red_and_the_audit_names_it(demo: Demo) -> None:
    play(demo, "edit-ledger-row")
    demo.until(lambda: "Do not trust this record" in passport(demo), "the page stayed green")
    audit = wayproof(demo, "ledger", "audit")
    assert audit.returncode == 1
    assert re.search(r"Entry \d+: its envelope was changed", audit.stdout)
    play(demo, "restore-ledger-row")
    demo.until(lambda: "Do not trust" not in passport(demo), "the page stayed red")
    assert wayproof(demo, "ledger", "audit").returncode == 0


def test_a_warm_box_becomes_an_alarm_and_a_mail(demo: Demo) -> None:
    play(demo, "warm-container")
    demo.until(lambda: "Out of range" in passport(demo), "the warmth never showed")
    demo.until(lambda: "left its safe range" in words_of(demo, "/demo/mailbox"), "no mail came")
    play(demo, "cool-container")


def test_an_unplugged_sensor_is_a_gap_until_it_brings_what_it_kept(demo: Demo) -> None:
    def gaps() -> int:
        return passport(demo).count("no data for")

    before = gaps()
    play(demo, "unplug-sensor")
    demo.until(lambda: gaps() == before + 1, "the gap never showed")
    play(demo, "bring-late-readings")
    demo.until(lambda: gaps() == before, "the gap never closed")


def test_a_recall_stands_at_the_top_until_it_is_closed(demo: Demo) -> None:
    play(demo, "recall-lot")
    demo.until(lambda: "Recalled" in passport(demo), "the page never said so")
    play(demo, "close-recall")
    demo.until(lambda: "Recalled. Please do not use it" not in passport(demo), "the page went on saying so")


def test_after_delivery_another_parcel_is_sent_to_play_with(demo: Demo) -> None:
    play(demo, "release-parcel")
    play(demo, "advance-clock", "72")
    demo.until(lambda: "Delivered" in passport(demo), "the parcel never arrived")
    play(demo, "customs-hold")
    demo.until(lambda: "At customs" in passport(demo), "no other parcel was sent")


def test_72_hours_of_silence_open_a_case(demo: Demo) -> None:
    play(demo, "silence-72h")
    rows = "SELECT count(*) FROM support_case WHERE kind = 'no_movement' AND closed_at IS NULL"
    demo.until(lambda: count(demo, rows) > 0, "no case was opened")


def count(demo: Demo, query: str) -> int:
    from sqlalchemy import create_engine, text

    engine = create_engine(demo.facts["database_url"])
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(query)).scalar() or 0)
    finally:
        engine.dispose()


def test_a_step_that_cannot_be_played_is_a_sentence(demo: Demo) -> None:
    for words in (("fly",), ("restore-ledger-row",), ("advance-clock", "0"), ("kill-process", "run")):
        done = wayproof(demo, "demo", *words)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_comes_back_under_a_new_pid(demo: Demo, name: str) -> None:
    gone = demo.pid(name)
    assert gone
    play(demo, "kill-process", name)
    demo.wait_for_restart(name, gone)
    demo.until(lambda: get(demo.facts["passport_url"])[0] == 200, "the page did not come back")


def test_the_control_page_answers_before_its_own_process_dies(demo: Demo) -> None:
    gone = demo.pid("web")
    assert gone
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    url = demo.facts["base_url"] + "/demo/steps/kill-process"
    status, page = request("POST", url, b"argument=web", form)
    assert status == 200, page
    demo.wait_for_restart("web", gone)
    demo.until(lambda: get(demo.facts["passport_url"])[0] == 200, "the page did not come back")


def test_the_passport_is_anchored_on_the_demos_own_chain_and_says_that_this_is_no_evidence(demo: Demo) -> None:
    def anchored() -> bool:
        key = demo.facts["passport_url"].removeprefix(demo.facts["base_url"])
        anchor = json.loads(get(f"{demo.facts['base_url']}/proofs?key={key}")[1])["anchor"]
        return bool(anchor and anchor["state"] in ("safe", "final") and anchor["directory"])

    demo.until(anchored, "no anchor came")
    demo.until(lambda: b"evidence" in get(demo.facts["passport_url"])[1], "the page does not say so")


def test_a_second_run_in_the_same_home_is_refused(demo: Demo) -> None:
    done = wayproof(demo, "run", "--home", str(demo.home))
    assert done.returncode == 1
    assert f"process {demo.pid('run')}" in done.stderr


def test_a_proof_of_the_page_verifies_offline_and_a_changed_one_does_not(demo: Demo, tmp_path: Path) -> None:
    key = demo.facts["passport_url"].removeprefix(demo.facts["base_url"])
    file = tmp_path / "proofs.json"
    file.write_bytes(get(f"{demo.facts['base_url']}/proofs?key={key}")[1])
    good = wayproof(demo, "verify", str(file), "--vkey", demo.facts["logs"][0]["vkey"])
    assert good.returncode == 0, good.stdout
    named = [line.split(":")[0] for line in good.stdout.splitlines()]
    assert {"unchanged", "included", "signed", "anchored"} <= set(named)
    proofs = json.loads(file.read_text())
    proofs["proofs"][0]["entry"] = proofs["proofs"][1]["entry"]
    file.write_text(json.dumps(proofs))
    bad = wayproof(demo, "verify", str(file))
    assert bad.returncode == 1
    assert "unchanged: invalid" in bad.stdout


@pytest.mark.parametrize(
    ("carrier", "number"),
    [("dhl_universal", "9529871002"), ("fedex", "952987100115"), ("ups", "1Z L1M 3N8 04 2871 0018")],
)
def test_a_carrier_is_asked_from_the_command_line(demo: Demo, carrier: str, number: str) -> None:
    done = wayproof(demo, "carriers", "track", carrier, number)
    assert done.returncode == 0, done.stderr
    assert number.replace(" ", "") in done.stdout
    assert "in_transit" in done.stdout


def test_the_doctor_finds_a_running_demo_well(demo: Demo) -> None:
    done = wayproof(demo, "doctor")
    assert done.returncode == 0, done.stdout


def test_all_processes_together_stay_below_500_mb(demo: Demo) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        return  # only Linux says how much of a page is whose
    total = sum(pss_kb(pid) for pid in family(demo.process.pid))
    assert total / 1024 < LARGEST_MB


def family(pid: int) -> list[int]:
    """A process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def pss_kb(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]


def test_ctrl_c_leaves_nobody_behind_and_the_next_run_goes_on(demo: Demo) -> None:
    pids = [int(pid) for pid in demo.facts["pids"].values()]
    before = demo.facts
    orders = count(demo, "SELECT count(*) FROM customer_order")
    demo.stop()
    assert "Everything has stopped." in demo.output()
    assert [pid for pid in pids if pid != demo.process.pid and born(pid)] == []

    again = Demo(demo.home)
    try:
        again.wait_for_page()
        assert again.facts["api_key"] == before["api_key"]
        assert again.facts["logs"] == before["logs"]
        assert "Making the demo's brand" not in again.output()
        assert count(again, "SELECT count(*) FROM customer_order") == orders
        again.wait_for_welcome()
        pids = [int(pid) for pid in again.facts["pids"].values()]
        again.process.kill()
        assert again.process.wait(PATIENCE_S) < 0
        deadline = time.monotonic() + PATIENCE_S
        while left := [pid for pid in pids if born(pid)]:
            assert time.monotonic() < deadline, f"{left} outlived their supervisor"
            time.sleep(0.1)
    finally:
        again.stop()


def test_on_the_network_the_page_comes_over_http_and_over_https(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "var", lan=True)
    try:
        demo.wait_for_page()
        facts = demo.facts
        assert "127.0.0.1" not in facts["passport_url"]
        assert facts["mqtt"]["host"] == "127.0.0.1"
        trusting = ssl.create_default_context(cafile=str(demo.home / "keys" / "lan.crt"))
        demo.until(lambda: opened(facts["passport_https_url"], trusting), "HTTPS never answered")
    finally:
        demo.stop()


def opened(url: str, context: ssl.SSLContext) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60, context=context) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
