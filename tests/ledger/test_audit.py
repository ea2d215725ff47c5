"""The auditor finds whatever a hand changes in the database, and names the entry and the kind of change."""

from datetime import UTC, datetime

import pytest

from ledger import chain, entry, merkle
from ledger.audit import Finding, audit
from ledger.errors import UnknownLog
from ledger.mark import read_mark
from tests.support.logs import OpenLog

ENTRY = 'log_id = :log AND "index" = :at'


def findings(log: OpenLog) -> list[Finding]:
    return audit(log.db, log.id, [log.signer.vkey], high_water=read_mark(log.signer.path))


def named(log: OpenLog) -> list[tuple[int | None, str]]:
    return [(each.index, each.what) for each in findings(log)]


def forged(number: int, origin: str = "wayproof/ada1") -> bytes:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return entry.write(origin, "epcis:event:captured", {"number": number}, at, {})


@pytest.fixture
def filled(ada: OpenLog, cleo: OpenLog) -> OpenLog:
    """300 entries, three checkpoints, and another log beside it in the same tables."""
    cleo.fill(5)
    ada.fill(100)
    ada.fill(160, first=100)
    ada.fill(40, first=260)
    return ada


def test_an_untouched_log_has_no_findings_and_tells_how_far_it_is(filled: OpenLog) -> None:
    filled.accept(300)
    seen: list[tuple[int, int]] = []
    found = audit(
        filled.db,
        filled.id,
        [filled.signer.vkey],
        lambda *at: seen.append(at),
        high_water=read_mark(filled.signer.path),
    )
    assert found == []
    assert seen == [(256, 300), (300, 300)]
    filled.integrate()
    assert findings(filled) == []


def test_an_empty_log_has_no_findings(ada: OpenLog) -> None:
    assert findings(ada) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (f"UPDATE ledger_entry SET envelope = :bytes WHERE {ENTRY}", "envelope"),
        (f"UPDATE ledger_entry SET leaf_hash = :hash WHERE {ENTRY}", "leaf"),
        (f"UPDATE ledger_entry SET chain = :hash WHERE {ENTRY}", "chain"),
        (f"DELETE FROM ledger_entry WHERE {ENTRY}", "missing"),
        (f"UPDATE ledger_entry SET envelope = :bytes, leaf_hash = :leaf WHERE {ENTRY}", "envelope"),
    ],
)
@pytest.mark.parametrize("at", [0, 77, 255, 256, 299])
def test_one_changed_row_gives_one_finding_that_names_it(filled: OpenLog, change: str, what: str, at: int) -> None:
    new = forged(at)
    values = {"bytes": new, "leaf": merkle.leaf_hash(new), "hash": bytes(32)}
    filled.sql(change, at=at, **{name: value for name, value in values.items() if f":{name}" in change})
    assert [each for each in named(filled) if each[1] != "opening"] == [(at, what)]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("UPDATE ledger_opening SET value = :new", b'{"event":0}'),
        ("UPDATE ledger_opening SET salt = :new", bytes(32)),
        ("UPDATE ledger_opening SET path = 'other'", None),
        ("DELETE FROM ledger_opening", None),
    ],
)
def test_a_changed_or_deleted_opening_is_named_with_its_entry(
    filled: OpenLog, change: str, value: bytes | None
) -> None:
    where = ' WHERE submission_id = (SELECT submission_id FROM ledger_entry WHERE log_id = :log AND "index" = 9)'
    filled.sql(change + where, **({} if value is None else {"new": value}))
    found = findings(filled)
    assert {(each.index, each.what) for each in found} == {(9, "opening")}
    assert "'public:document'" in " ".join(each.sentence for each in found)


def test_an_opening_of_no_entry_is_named(filled: OpenLog) -> None:
    filled.sql(
        "INSERT INTO ledger_opening (submission_id, path, log_id, salt, value) VALUES (99999, 'a', :log, :b, :b)",
        b=b"",
    )
    assert named(filled) == [(None, "opening")]


def test_two_exchanged_entries_are_both_named_with_where_they_belong(filled: OpenLog) -> None:
    for old, new in [(5, -1), (9, 5), (-1, 9)]:
        filled.sql(
            'UPDATE ledger_entry SET "index" = :new WHERE log_id = :log AND "index" = :old', old=old, new=new
        )
    found = findings(filled)
    assert [(each.index, each.what) for each in found] == [(5, "moved"), (9, "moved")]
    assert found[0].sentence == "Entry 5: what is stored here was recorded as entry 9."


def test_deleted_entries_in_a_row_are_named_as_one_stretch(filled: OpenLog) -> None:
    filled.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" BETWEEN 250 AND 260')
    found = findings(filled)
    assert found[0] == Finding(250, "missing", "Entries 250 to 260 are missing.")
    assert {each.what for each in found[1:]} <= {"opening"}  # their values now belong to no entry


@pytest.mark.parametrize("at", [300, 4000, -1])
def test_an_inserted_entry_is_named(filled: OpenLog, at: int) -> None:
    new = forged(at)
    filled.sql(
        'INSERT INTO ledger_entry (log_id, "index", submission_id, envelope, leaf_hash, chain)'
        " VALUES (:log, :at, 99999, :bytes, :leaf, :leaf)",
        at=at,
        bytes=new,
        leaf=merkle.leaf_hash(new),
    )
    assert named(filled) == [(at, "inserted")]


def test_entries_cut_off_at_the_end_are_named(filled: OpenLog) -> None:
    filled.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" >= 290')
    assert named(filled)[0] == (290, "missing")


def test_a_log_cut_off_with_its_head_and_tiles_is_found_by_its_checkpoint(filled: OpenLog) -> None:
    cut_to(filled, 260)
    found = named(filled)
    assert (260, "missing") in found
    assert (260, "head") in found


def test_a_log_cut_off_with_its_checkpoints_is_found_by_the_mark_beside_the_key(filled: OpenLog) -> None:
    cut_to(filled, 260)
    filled.sql("DELETE FROM ledger_checkpoint WHERE log_id = :log AND size > 260")
    assert audit(filled.db, filled.id, [filled.signer.vkey]) == []
    found = findings(filled)
    assert (260, "high-water") in [(each.index, each.what) for each in found]
    assert "signed at size 300, the database holds 260" in " ".join(each.sentence for each in found)


def cut_to(log: OpenLog, size: int) -> None:
    """Make the log look as if it had never been longer, all but the checkpoints."""
    ids = log.rows('SELECT submission_id FROM ledger_entry WHERE log_id = :log AND "index" >= :size', size=size)
    for (submission,) in ids:
        log.sql("DELETE FROM ledger_opening WHERE submission_id = :id", id=submission)
    log.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" >= :size', size=size)
    rows = log.rows('SELECT leaf_hash, chain FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    write_tree(log, [leaf for leaf, _ in rows], rows[-1][1])


def write_tree(log: OpenLog, leaves: list[bytes], last: bytes) -> None:
    """Tiles and head as they would be for these leaves."""
    tree = merkle.CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    log.sql(
        "UPDATE ledger_head SET size = :size, root = :root, frontier = :edge, chain = :chain WHERE log_id = :log",
        size=tree.size,
        root=tree.root(),
        edge=b"".join(tree.hashes),
        chain=last,
    )
    for number in range(0, len(leaves), 256):
        row = b"".join(leaves[number : number + 256])
        log.sql(
            "UPDATE ledger_tile SET hashes = :row WHERE log_id = :log AND level = 0 AND number = :number",
            row=row,
            number=number // 256,
        )
    log.sql(
        "UPDATE ledger_tile SET hashes = :row WHERE log_id = :log AND level = 1", row=merkle.root(leaves[:256])
    )


def test_a_history_rewritten_throughout_still_fails_at_what_was_signed(filled: OpenLog) -> None:
    """The worst hand: envelope, leaf, chain, tiles and head all fit each other; only the signature does not."""
    new = forged(120)
    filled.sql(
        f"UPDATE ledger_entry SET envelope = :bytes, leaf_hash = :leaf WHERE {ENTRY}",
        at=120,
        bytes=new,
        leaf=merkle.leaf_hash(new),
    )
    filled.sql(
        "DELETE FROM ledger_opening WHERE submission_id = (SELECT submission_id FROM ledger_entry"
        ' WHERE log_id = :log AND "index" = 120)'
    )
    leaves = [
        row[0] for row in filled.rows('SELECT leaf_hash FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    ]
    link = chain.start("wayproof/ada1")
    for index, leaf in enumerate(leaves):
        link = chain.link("wayproof/ada1", link, leaf)
        filled.sql(f"UPDATE ledger_entry SET chain = :link WHERE {ENTRY}", link=link, at=index)
    write_tree(filled, leaves, link)
    sentence = "The entries 100 to 259 do not give the root that was signed at size 260."
    assert findings(filled) == [Finding(100, "checkpoint", sentence)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE ledger_tile SET hashes = :zeros WHERE log_id = :log AND level = 1", [(0, "tile")]),
        ("DELETE FROM ledger_tile WHERE log_id = :log AND level = 1", [(0, "tile")]),
        ("DELETE FROM ledger_tile WHERE log_id = :log AND level = 0 AND number = 1", [(256, "tile")]),
        ("INSERT INTO ledger_tile (log_id, level, number, hashes) VALUES (:log, 0, 2, :zeros)", [(512, "tile")]),
        ("UPDATE ledger_head SET root = :zeros WHERE log_id = :log", [(None, "head")]),
        ("UPDATE ledger_head SET chain = :zeros WHERE log_id = :log", [(None, "head")]),
        ("UPDATE ledger_head SET frontier = :zeros WHERE log_id = :log", [(None, "head")]),
        ("UPDATE ledger_head SET size = 299 WHERE log_id = :log", [(299, "head")]),
        ("UPDATE ledger_checkpoint SET root = :zeros WHERE log_id = :log AND size = 260", [(None, "checkpoint")]),
        ("UPDATE ledger_checkpoint SET size = 150 WHERE log_id = :log AND size = 100", [(None, "checkpoint")]),
        ("UPDATE ledger_checkpoint SET note = 'x' WHERE log_id = :log AND size = 100", [(None, "checkpoint")]),
    ],
)
def test_each_changed_value_beside_the_entries_is_named(
    filled: OpenLog, change: str, expected: list[tuple[int | None, str]]
) -> None:
    assert filled.sql(change, **({"zeros": bytes(32)} if ":zeros" in change else {})) == 1
    assert named(filled) == expected


def test_one_changed_hash_in_a_tile_is_named_with_its_entry(filled: OpenLog) -> None:
    ((row,),) = filled.rows("SELECT hashes FROM ledger_tile WHERE log_id = :log AND level = 0 AND number = 0")
    new = row[: 32 * 40] + bytes(32) + row[32 * 41 :]
    filled.sql("UPDATE ledger_tile SET hashes = :new WHERE log_id = :log AND level = 0 AND number = 0", new=new)
    assert named(filled) == [(40, "tile")]


def test_a_head_moved_back_while_the_entries_stay_is_found(filled: OpenLog) -> None:
    filled.sql("UPDATE ledger_head SET size = 100 WHERE log_id = :log")
    assert named(filled) == [(100, "head")]


def test_a_checkpoint_that_another_key_signed_is_found(filled: OpenLog, cleo: OpenLog) -> None:
    filled.sql(
        "UPDATE ledger_checkpoint SET note = (SELECT c.note FROM ledger_checkpoint c WHERE c.log_id = :other)"
        " WHERE log_id = :log AND size = 100",
        other=cleo.id,
    )
    assert named(filled) == [(None, "checkpoint")]


def test_a_mark_of_another_key_is_found(filled: OpenLog, cleo: OpenLog) -> None:
    found = audit(filled.db, filled.id, [filled.signer.vkey], high_water=read_mark(cleo.signer.path))
    assert [each.what for each in found] == ["high-water"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_inbox SET envelope = :new WHERE log_id = :log",
        "UPDATE ledger_inbox SET leaf_hash = :new WHERE log_id = :log",
        "UPDATE ledger_inbox SET openings = :new WHERE log_id = :log",
    ],
)
def test_a_changed_submission_is_named_before_it_has_an_index(ada: OpenLog, change: str) -> None:
    ada.accept(1)
    assert findings(ada) == []
    ada.sql(change, new=b"x")
    assert named(ada) == [(None, "inbox")]


def test_a_missing_entry_whose_tile_is_gone_too_does_not_end_the_audit(filled: OpenLog) -> None:
    filled.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" = 270')
    filled.sql("DELETE FROM ledger_tile WHERE log_id = :log AND level = 0 AND number = 1")
    filled.sql(f"UPDATE ledger_entry SET envelope = :new WHERE {ENTRY}", at=290, new=b"{}")
    found = named(filled)
    assert (270, "missing") in found
    assert (290, "envelope") in found
    assert (256, "tile") in found


def test_the_other_log_in_the_same_tables_is_not_blamed(filled: OpenLog, cleo: OpenLog) -> None:
    filled.sql(f"UPDATE ledger_entry SET envelope = :new WHERE {ENTRY}", at=3, new=b"{}")
    assert findings(cleo) == []


def test_an_audit_needs_a_log_and_a_key(ada: OpenLog) -> None:
    with pytest.raises(ValueError, match="public keys"):
        audit(ada.db, ada.id, [])
    with pytest.raises(UnknownLog):
        audit(ada.db, 999, [ada.signer.vkey])
