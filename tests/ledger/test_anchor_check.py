"""The hourly comparison: a log that no longer begins with what was anchored is a finding, and stays one."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.db import Db, reading
from ledger import merkle, tiles
from ledger.anchor_check import check_due, compare, findings
from ledger.merkle import CompactRange
from tests.support.anchors import latest, open_directory_for_test, record, send
from tests.support.chain import Chain, Unreachable
from tests.support.logs import OpenLog

TEN = timedelta(minutes=10)
HOUR = timedelta(hours=1)


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def book(db: Db, tmp_path: Path, now: datetime, ada: OpenLog, cleo: OpenLog, chain: Chain) -> OpenLog:
    """A directory that holds Ada's and Cleo's heads, anchored twice."""
    book = open_directory_for_test(db, tmp_path, now)
    for turn in range(2):
        ada.fill(4, first=4 * turn)
        cleo.fill(2, first=2 * turn)
        record(book, now + turn * TEN)
        send(book, chain, now + turn * TEN)
        chain.mine()
        send(book, chain, now + turn * TEN)
    return book


def sentences(book: OpenLog) -> list[tuple[str, str]]:
    with reading(book.db) as session:
        return [(each.origin, each.sentence) for each in findings(session)]


def test_logs_that_only_grew_are_well_and_are_looked_at_once_an_hour(
    ada: OpenLog, book: OpenLog, chain: Chain
) -> None:
    assert check_due(book.db, chain, book.now) == 3
    ada.fill(3, first=8)
    assert check_due(book.db, chain, book.now + HOUR / 2) == 0
    assert check_due(book.db, chain, book.now + HOUR) == 3
    assert sentences(book) == []
    assert book.rows("SELECT size FROM ledger_anchor_check ORDER BY log_id")[0] == (8,)


def test_before_anything_is_anchored_there_is_nothing_to_compare(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    assert check_due(ada.db, chain, ada.now) == 0


def test_a_log_that_was_cut_off_is_found(ada: OpenLog, book: OpenLog, chain: Chain) -> None:
    ada.sql("UPDATE ledger_head SET size = 7 WHERE log_id = :log")
    check_due(book.db, chain, book.now)
    assert sentences(book) == [("wayproof/ada1", "a tree of 8 entries was anchored, today's has 7")]
    found = latest(ada)
    assert found is not None
    assert found.finding == "a tree of 8 entries was anchored, today's has 7"


def test_a_rewritten_tree_is_found_and_the_finding_goes_when_the_log_is_restored(
    ada: OpenLog, cleo: OpenLog, book: OpenLog, chain: Chain
) -> None:
    ((tile,),) = ada.rows("SELECT hashes FROM ledger_tile WHERE log_id = :log")
    changed = bytes(32) + bytes(tile)[32:]
    ada.sql("UPDATE ledger_tile SET hashes = :hashes WHERE log_id = :log", hashes=changed)
    check_due(book.db, chain, book.now)
    assert [origin for origin, _ in sentences(book)] == ["wayproof/ada1"]
    assert "does not begin with the one anchored" in sentences(book)[0][1]
    since = book.rows("SELECT found_at FROM ledger_anchor_check WHERE finding IS NOT NULL")
    check_due(book.db, chain, book.now + HOUR)
    assert book.rows("SELECT found_at FROM ledger_anchor_check WHERE finding IS NOT NULL") == since
    ada.sql("UPDATE ledger_tile SET hashes = :hashes WHERE log_id = :log", hashes=bytes(tile))
    check_due(book.db, chain, book.now + 2 * HOUR)
    assert sentences(book) == []


def test_a_rewrite_between_two_anchors_is_found_although_the_newest_one_fits(
    ada: OpenLog, book: OpenLog, chain: Chain
) -> None:
    """Who rewrites a log and anchors the new one still has the first anchor against him."""
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(8)]
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    hashes = tiles.grow(0, leaves, lambda tile: b"")[0, 0]
    ada.sql("UPDATE ledger_tile SET hashes = :hashes WHERE log_id = :log", hashes=hashes)
    ada.sql("UPDATE ledger_head SET root = :root WHERE log_id = :log", root=tree.root())
    ada.sql("UPDATE ledger_directory_head SET root = :root WHERE log_id = :log AND size = 8", root=tree.root())
    check_due(book.db, chain, book.now)
    assert "anchored at size 4" in sentences(book)[0][1]


def test_an_entry_of_the_directory_that_was_changed_is_found(ada: OpenLog, book: OpenLog, chain: Chain) -> None:
    book.sql(
        "UPDATE ledger_entry SET envelope = (SELECT envelope FROM ledger_entry WHERE log_id = :log AND"
        ' "index" = 1) WHERE log_id = :log AND "index" = 0'
    )
    check_due(book.db, chain, book.now)
    assert [origin for origin, _ in sentences(book)] == ["wayproof/ada1"]


def test_a_target_that_holds_another_root_or_nothing_is_a_finding_of_the_directory(
    book: OpenLog, chain: Chain
) -> None:
    tx, key, size, _ = chain.blocks[-1]
    kept = list(chain.blocks)
    chain.blocks[-1] = (tx, key, size, bytes(32))
    check_due(book.db, chain, book.now)
    chain.blocks.append((tx, key, size + 5, bytes(32)))
    assert "does not begin" in sentences(book)[0][1]
    check_due(book.db, chain, book.now + HOUR)
    assert sentences(book)[0][1].startswith(f"a tree of {size + 5} entries was anchored")
    chain.blocks.clear()
    check_due(book.db, chain, book.now + 2 * HOUR)
    assert sentences(book) == [
        ("wayproof/directory-1", f"the target holds nothing, although a tree of {size} was anchored there")
    ]
    chain.blocks[:] = kept
    check_due(book.db, chain, book.now + 3 * HOUR)
    assert sentences(book) == []


def test_a_target_that_is_away_is_asked_again_and_is_no_finding(book: OpenLog, chain: Chain) -> None:
    chain.breaks = "chain"
    with pytest.raises(Unreachable):
        check_due(book.db, chain, book.now)
    chain.breaks = ""
    assert check_due(book.db, chain, book.now) >= 1
    assert sentences(book) == []


def test_the_audit_compares_without_asking_anybody(ada: OpenLog, book: OpenLog) -> None:
    assert compare(book.db, ada.id, book.id) == (None, 8)
    assert compare(book.db, book.id, book.id)[0] is None
    ada.sql("UPDATE ledger_head SET size = 2 WHERE log_id = :log")
    assert "today's has 2" in str(compare(book.db, ada.id, book.id)[0])
