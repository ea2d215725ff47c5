"""What the README and the docs tell a newcomer to type is typed here, in their order, against the real thing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs import build
from tests.support.demo import Demo
from tests.support.ports import free_port

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(*pages: str) -> str:
    """All shell blocks of these pages as one script that stops at the first command that fails."""
    blocks = [block for page in pages for block in _BLOCK.findall((ROOT / page).read_text("utf-8"))]
    assert blocks
    # The same, but a refusal is told in full to whoever reads why this failed.
    told = [block.replace("curl -sSf", "curl -sS --fail-with-body") for block in blocks]
    script = "set -euo pipefail\n" + "\n".join(told)
    return script.replace("18099", str(free_port()))  # the receiver's; two runs may go side by side


def typed(script: str, folder: Path, **settings: str) -> str:
    """The output of the script, typed in a folder that has the docs' examples and the installed commands."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("docs", ROOT / "docs"), (".venv", Path(sys.prefix))):
        (folder / name).symlink_to(target)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {name: value for name, value in os.environ.items() if not name.startswith("WAYPROOF_")}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**env, "PATH": path, **settings},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-1500:]}"
    return done.stdout


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "var")
    try:
        running.wait_for_page()
        yield running
    finally:
        running.stop()


def test_the_first_five_minutes_are_as_the_readme_says(demo: Demo, tmp_path: Path) -> None:
    pages = (
        "README.md",
        "docs/verify.md",
        "docs/partners.md",
        "docs/audit.md",
        "docs/log.md",
        "docs/stamp.md",
        "docs/codes.md",
        "docs/ownership.md",
        "docs/carbon.md",
        "docs/passport.md",
        "docs/claims.md",
        "docs/first-parcel.md",
        "docs/shops.md",
        "docs/counterfeit.md",
        "docs/recall.md",
    )
    said = typed(commands(*pages), tmp_path / "typed", WAYPROOF_HOME=str(demo.home))
    assert "unchanged: valid" in said
    assert "stored: the receipt came" in said
    assert '"order_number":"MY-1"' in said
    assert "at size" in said.partition("first: wayproof/")[2]  # the log was watched
    assert "the old key is destroyed" in said
    assert "Ben Brokers (partner" in said  # who signed the event that the receipt proves
    assert "307 https://example.com/how?linkType=gs1:instructions" in said
    assert "urn:epc:id:sgtin:9521234.000001.456" in said
    assert "check digit" in said  # whose number it is
    assert "item,code,url" in said
    assert '"repair_months":12' in said
    assert "repairs, collects in the name of Lumen Tea" in said
    assert '"status":"' in said  # the first parcel was followed
    assert '"hinted":' in said  # and its carrier called
    assert "2 valid orders in 3 rows: nothing stored" in said
    assert "2 new, 0 known before" in said
    assert "genuine sample-" in said  # the receiver of the docs took our signature
    assert "evidence: valid (case " in said  # of the demo's copied item
    assert "cte,event_id,event_date" in said  # the sheet of FSMA 204
    assert '"customers":' in said  # whom a recall would reach
    assert "rows are right: nothing kept" in said
    assert "not pinned" in said  # the first check, and the one with a key says that it is pinned


def test_a_house_of_ones_own_is_made_as_the_docs_say(tmp_path: Path) -> None:
    said = typed(commands("docs/operate.md"), tmp_path / "typed", WAYPROOF_HOME=str(tmp_path / "home"))
    assert "wp_" in said


def test_fields_are_classed_and_the_ring_turns_as_the_docs_say(tmp_path: Path) -> None:
    script = "wayproof migrate\n" + commands("docs/privacy.md")
    said = typed(script, tmp_path / "typed", WAYPROOF_HOME=str(tmp_path / "home"))
    assert "operator is personal" in said
    assert "generation 1 wraps" in said


def test_notices_are_stopped_and_started_as_the_docs_say(tmp_path: Path) -> None:
    script = "wayproof migrate\nwayproof brand add tea --name Tea\n" + commands("docs/notices.md")
    said = typed(script, tmp_path / "typed", WAYPROOF_HOME=str(tmp_path / "home"))
    assert "notices delay\toff\twrong_texts" in said
    assert "notices delay\ton\tmended" in said
    assert "messages arrive between 08:00 and 20:00" in said
    assert "no channels yet" in said


def test_the_past_judges_predictions_as_the_docs_say(tmp_path: Path) -> None:
    said = typed(commands("docs/prediction.md"), tmp_path / "typed", WAYPROOF_HOME=str(tmp_path / "home"))
    assert "lane median" in said


def test_a_carrier_is_added_as_the_docs_say(tmp_path: Path) -> None:
    """In a copy of the two folders that a carrier is added to."""
    folder = tmp_path / "typed"
    for name in ("carriers", "tests/carriers", "tests/conformance"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    script = "wayproof migrate\nwayproof brand add tea --name Tea\n" + commands("docs/carriers.md")
    settings = {"WAYPROOF_HOME": str(tmp_path / "home"), "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    said = typed(script, folder, **settings)
    assert "tea has an account with aramex" in said
    assert "parcelpost" in said
    assert "PP000000001: customs (customs_documents)" in said
    assert re.search(r"\d\d passed", said)


def test_the_page_of_carriers_shows_what_every_adapter_says() -> None:
    assert build.shown_carriers().strip() == build.carriers_table().strip()


def test_the_readme_shows_every_setting() -> None:
    assert build.readme_settings().strip() == build.settings_table().strip()


def test_no_link_of_the_docs_leads_nowhere() -> None:
    assert build.dead_links() == []
