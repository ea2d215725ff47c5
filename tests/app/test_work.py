"""The clock of the house: a job that hangs or fails delays no other, and every brand's log grows by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import func, select, text

from app import anchoring, retention, work
from app.brands.tenants import create_brand, key_file
from app.db import Db, reading
from app.house import House
from app.ids import new_id
from app.models.brands import Brand, IdempotencyKey, StaffSession
from app.settings import Settings, SettingsError
from app.work import LONGEST_PAUSE_S, Job, grow_logs, jobs, pause_s, repeat
from ledger import anchor
from ledger.anchor import AnchorState
from ledger.anchor_file import read_anchors
from ledger.log import accept, head


@pytest.fixture
def house(db: Db, tmp_path: Path, now: datetime) -> House:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    return House(Settings(home=tmp_path, demo=True), db, lambda: now, keys)


def brand(house: House, slug: str) -> Brand:
    id_ = create_brand(house.db, house.keys, name=slug.title(), slug=slug, now=house.clock())
    with reading(house.db) as session:
        return session.get_one(Brand, id_)


def heads(house: House, *brands: Brand) -> list[tuple[int, bool]]:
    with reading(house.db) as session:
        found = [head(session, each.log_id) for each in brands]
    return [(each.size, each.checkpoint is not None) for each in found]


def until(fact: Callable[[], bool], within_s: float = 60) -> None:
    deadline = monotonic() + within_s
    while not fact():
        assert monotonic() < deadline
        Event().wait(0.02)


def running(house: House, stop: Event, *given: Job) -> list[Thread]:
    threads = [Thread(target=repeat, args=(job, house, "one", stop), daemon=True) for job in given]
    for thread in threads:
        thread.start()
    return threads


def test_every_log_grows_and_is_signed(house: House) -> None:
    ada, ben = brand(house, "ada"), brand(house, "ben")
    assert grow_logs(house, "one") == 2
    assert heads(house, ada, ben) == [(1, True), (1, True)]
    assert grow_logs(house, "one") == 0


def test_a_brand_whose_key_is_gone_holds_up_nobody(house: House) -> None:
    ada, ben = brand(house, "ada"), brand(house, "ben")
    key_file(house.keys, ada.log_key).unlink()
    grow_logs(house, "one")
    assert heads(house, ben) == [(1, True)]


def test_a_job_that_hangs_delays_no_other(house: House) -> None:
    ada, stop, hung = brand(house, "ada"), Event(), Event()

    def hang(_house: House, _owner: str) -> int:
        hung.set()
        stop.wait(60)
        return 0

    threads = running(house, stop, Job("carrier", 0.01, hang), Job("logs", 0.01, grow_logs))
    assert hung.wait(60)
    with house.db.begin() as session:
        accept(session, ada.log_id, "epcis:event:captured", {"id": "1"}, now=house.clock())
    until(lambda: heads(house, ada) == [(2, True)])
    stop.set()
    for thread in threads:
        thread.join(60)


def test_a_job_that_fails_is_tried_again(house: House) -> None:
    tries, stop = [], Event()

    def fail(_house: House, _owner: str) -> int:
        tries.append(len(tries))
        raise OSError("the disk is full")

    running(house, stop, Job("failing", 0.02, fail))
    until(lambda: len(tries) >= 5)
    stop.set()


def test_the_pauses_after_failures_grow_up_to_an_end() -> None:
    job = Job("failing", 1.0, lambda _house, _owner: 0)
    pauses = [pause_s(job, failures) for failures in range(12)]
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == pauses[-2] == LONGEST_PAUSE_S


def test_a_job_with_more_to_do_does_not_pause(house: House) -> None:
    left, stop = list(range(50)), Event()

    def one(_house: House, _owner: str) -> int:
        return 1 if left and left.pop() is not None else 0

    running(house, stop, Job("busy", 30.0, one))
    until(lambda: not left)
    stop.set()


def test_the_jobs_have_names_of_their_own_and_anchors_only_with_a_chain(house: House) -> None:
    names = [job.name for job in jobs(house)]
    assert len(names) == len(set(names))
    assert "anchors" in names
    without = House(Settings(home=house.settings.home), house.db, house.clock, house.keys)
    assert "anchors" not in [job.name for job in jobs(without)]


def test_a_worker_told_to_stop_ends_in_time_although_a_job_hangs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, started = Event(), Event()

    def hang(_house: House, _owner: str) -> int:
        started.set()
        release.wait(300)
        return 0

    monkeypatch.setattr(work, "jobs", lambda _: iter([Job("carrier", 1, hang)]))
    monkeypatch.setattr(work, "STOP_WITHIN_S", 0.2)
    stop = Event()
    worker = Thread(target=work.run, args=(house, stop))
    worker.start()
    assert started.wait(60)
    stop.set()
    worker.join(60)
    assert not worker.is_alive()
    release.set()


def test_old_keys_and_ended_sessions_are_forgotten_and_nothing_else(house: House, now: datetime) -> None:
    with house.db.begin() as session:
        for age in (timedelta(hours=25), timedelta(hours=1)):
            session.add(
                IdempotencyKey(id=new_id(), caller="c", key=str(age), request_sha256=b"", created_at=now - age)
            )
            session.add(
                StaffSession(
                    id=str(age), data={}, created_at=now, seen_at=now, expires_at=now + timedelta(hours=2) - age
                )
            )
    assert retention.forget_due(house, "one") == 2
    with reading(house.db) as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 1


def test_the_newest_head_is_anchored_on_the_demo_chain_and_not_again_at_once(house: House) -> None:
    ada = brand(house, "ada")
    grow_logs(house, "one")
    job = anchoring.Anchoring()
    job.anchor_due(house, "one")
    job.anchor_due(house, "one")
    state = anchored(house, ada)
    assert (state.size, state.state, state.finality) == (1, "mined", "demo")
    with house.db.begin() as session:
        accept(session, ada.log_id, "epcis:event:captured", {"id": "1"}, now=house.clock())
    grow_logs(house, "one")
    job.anchor_due(house, "one")
    assert anchored(house, ada).size == 1
    later = replace(house, clock=lambda: datetime.now(UTC) + timedelta(hours=1))
    for _ in range(2):
        job.anchor_due(later, "one")
    assert anchored(house, ada).size == 2
    for _ in range(12):  # a block comes with each look, as on a chain that others use too
        job.anchor_due(later, "one")
    assert anchored(house, ada).state == "final"


def test_an_anchored_log_that_was_cut_off_is_told_of(house: House) -> None:
    ada = brand(house, "ada")
    grow_logs(house, "one")
    job = anchoring.Anchoring()
    assert job.check_due(house, "one") == 0  # before anything was anchored
    for _ in range(3):
        job.anchor_due(house, "one")
    job.check_due(house, "one")
    assert anchored(house, ada).finding is None
    with house.db.begin() as session:
        session.execute(text("UPDATE ledger_head SET size = 0 WHERE log_id = :log"), {"log": ada.log_id})
    later = replace(house, clock=lambda: house.clock() + timedelta(hours=2))
    job.check_due(later, "one")
    assert anchored(house, ada).finding == "a tree of 1 entries was anchored, today's has 0"


def test_heads_are_anchored_into_a_file_where_the_settings_say_so(house: House, tmp_path: Path) -> None:
    brand(house, "ada")
    grow_logs(house, "one")
    in_file = replace(house, settings=Settings(home=tmp_path, anchor="file"))
    assert {"anchors", "anchor checks"} <= {job.name for job in jobs(in_file)}
    for _ in range(2):
        anchoring.Anchoring().anchor_due(in_file, "one")
    assert len(read_anchors((tmp_path / "anchors.txt").read_bytes())) == 1


def test_no_anchors_are_made_where_none_are_wanted_and_a_chain_must_be_named(house: House, tmp_path: Path) -> None:
    none = replace(house, settings=Settings(home=tmp_path, demo=True, anchor="none"))
    assert "anchors" not in [job.name for job in jobs(none)]
    with pytest.raises(SettingsError, match="WAYPROOF_CHAIN_URL"):
        anchoring.kind(Settings(home=tmp_path, anchor="evm"))


def test_a_directory_whose_key_is_gone_is_never_continued_with_another(house: House) -> None:
    _, signer = anchoring.open_directory(house)
    assert signer.path is not None
    signer.path.unlink()
    with pytest.raises(FileNotFoundError):
        anchoring.open_directory(house)


def anchored(house: House, of: Brand) -> AnchorState:
    with reading(house.db) as session:
        state = anchor.latest(session, of.log_id)
    assert state is not None
    return state
