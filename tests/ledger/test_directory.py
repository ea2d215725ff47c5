"""The directory: the heads of all logs as entries of one, and how a proof leads through it to the anchor."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.db import Db, reading
from ledger import anchor, directory, merkle
from ledger.anchor_claim import read_anchor
from ledger.errors import Tampered
from ledger.log import bundle
from ledger.verify import verify_bundle
from tests.support.anchors import latest, open_directory_for_test, record, send
from tests.support.chain import MINED_AT, Chain
from tests.support.logs import OpenLog

TEN = timedelta(minutes=10)


@pytest.fixture
def book(db: Db, tmp_path: Path, now: datetime) -> OpenLog:
    return open_directory_for_test(db, tmp_path, now)


def test_the_newest_head_of_every_log_that_has_grown_is_an_entry_once(
    ada: OpenLog, cleo: OpenLog, book: OpenLog
) -> None:
    ada.fill(3)
    cleo.fill(1)
    assert record(book, book.now) == 2
    ada.fill(2, first=3)
    assert record(book, book.now + TEN / 2) == 0  # the interval has not passed
    assert record(book, book.now + TEN) == 1
    assert record(book, book.now + 2 * TEN) == 0  # nothing has grown
    entries = book.rows('SELECT envelope FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    heads = [directory.read_head(bytes(each)) for (each,) in entries]
    assert [(each.origin, each.size) for each in heads] == [
        ("wayproof/ada1", 3), ("wayproof/cleo1", 1), ("wayproof/ada1", 5),
    ]  # fmt: skip


def test_two_workers_at_once_record_a_head_once(ada: OpenLog, book: OpenLog) -> None:
    ada.fill(3)
    with reading(book.db) as session:
        grown = directory._grown(session, book.id)
    for _ in range(2):
        with book.db.begin() as session:
            directory._record(session, book.id, grown[0], book.now)
    while book.integrate():
        pass
    assert book.rows("SELECT count(*) FROM ledger_entry WHERE log_id = :log") == [(1,)]
    assert book.rows("SELECT count(*) FROM ledger_directory_head") == [(1,)]


def test_the_directory_is_found_by_its_name_and_is_no_brands(ada: OpenLog, book: OpenLog) -> None:
    with reading(book.db) as session:
        found = directory.find(session)
    assert found is not None
    assert (found.log_id, found.origin) == (book.id, "wayproof/directory-1")
    with book.db.begin() as session, pytest.raises(ValueError, match="not the origin of a directory"):
        directory.open_directory(session, "wayproof/ada1", book.now)


def test_one_anchor_stands_for_every_log(ada: OpenLog, cleo: OpenLog, book: OpenLog) -> None:
    chain = Chain()
    ada.fill(3)
    cleo.fill(2)
    record(book, book.now)
    assert latest(ada) is None
    send(book, chain, book.now)
    sent = latest(ada)
    assert sent is not None
    assert sent.state == "sent"
    chain.mine()
    send(book, chain, book.now)
    for log, size in ((ada, 3), (cleo, 2)):
        found = latest(log)
        assert found is not None
        assert (found.state, found.size, found.block_time) == ("mined", size, MINED_AT)
    assert len(chain.blocks) == 1


def test_while_the_next_anchor_is_on_its_way_the_one_in_a_block_is_shown(ada: OpenLog, book: OpenLog) -> None:
    chain = Chain()
    ada.fill(3)
    record(book, book.now)
    send(book, chain, book.now)
    chain.mine()
    ada.fill(1, first=3)
    record(book, book.now + TEN)
    send(book, chain, book.now + TEN)
    found = latest(ada)
    assert found is not None
    assert (found.state, found.size) == ("mined", 3)


def test_a_proof_leads_through_the_directory_to_what_the_chain_holds(
    ada: OpenLog, cleo: OpenLog, book: OpenLog
) -> None:
    chain = Chain()
    ids = ada.fill(5)
    cleo.fill(1)
    record(book, book.now)
    send(book, chain, book.now)
    chain.mine()
    send(book, chain, book.now)
    ids += ada.fill(4, first=5)
    with reading(ada.db) as session:
        old, new = (bundle(session, ada.id, each, anchor.latest(session, ada.id)) for each in (ids[2], ids[7]))
    confirmed = verify_bundle(json.dumps(old).encode(), vkeys=[ada.signer.vkey], check_anchor=lambda claim: None)
    assert (confirmed.anchored, confirmed.size) == ("valid", 9)
    young = verify_bundle(json.dumps(new).encode(), vkeys=[ada.signer.vkey], check_anchor=lambda claim: None)
    assert young.anchored == "unknown"
    claim = read_anchor(old["anchor"])
    assert claim.directory is not None
    _, _, size, root = chain.blocks[0]
    assert claim.published == (size, root)
    assert b"cleo" not in json.dumps(old).encode() + claim.directory.entry  # nobody else's head is shown
    merkle.verify_inclusion(
        merkle.leaf_hash(claim.directory.entry), claim.directory.index, size, claim.directory.path, root
    )
    said = directory.read_head(claim.directory.entry)
    assert (said.origin, said.size, said.root) == ("wayproof/ada1", claim.size, claim.root)
    assert (claim.target, claim.finality, claim.size) == ("evm", "tag", 5)


def test_the_first_anchor_that_covers_an_entry_bounds_its_time(ada: OpenLog, book: OpenLog) -> None:
    chain = Chain()
    for turn in range(3):
        ada.fill(2, first=2 * turn)
        record(book, book.now + turn * TEN)
        send(book, chain, book.now + turn * TEN)
        chain.mine()
        send(book, chain, book.now + turn * TEN)
    ada.fill(1, first=6)
    with reading(ada.db) as session:
        found = [anchor.covering(session, ada.id, index) for index in (0, 3, 4, 6)]
    assert [each and each.size for each in found] == [2, 4, 6, None]
    assert [each and each.block_number for each in found] == [0, 1, 2, None]


def test_an_entry_that_records_no_head_is_refused(ada: OpenLog) -> None:
    ada.fill(1)
    ((envelope,),) = ada.rows("SELECT envelope FROM ledger_entry WHERE log_id = :log")
    with pytest.raises(Tampered, match="malformed"):
        directory.read_head(bytes(envelope))
