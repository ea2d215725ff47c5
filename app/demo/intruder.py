"""Somebody with access to the database, who rewrites an entry by hand, and puts it back.

An intruder reads another room's table, which nobody in the house does, so this file speaks bare SQL.
"""

import base64

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.demo.stage import CannotPlay, Played, Stage
from app.models.products import EpcisEvent, EventKey
from app.process import read_json, write_private


def edit_ledger_row(stage: Stage, _: str) -> Played:
    if stage.places.edited.exists():
        raise CannotPlay("a row is edited already; restore-ledger-row puts the original back")
    with stage.house.db.begin() as session:
        submission, envelope = _newest_entry(session, stage)
        kept = {"submission": submission, "envelope": base64.b64encode(envelope).decode()}
        write_private(stage.places.edited, kept)
        _overwrite(session, submission, _forged(envelope))
    said = f"Entry of submission {submission}: its time was moved by hand, in the database. The check finds it."
    return stage.played("edit-ledger-row", said)


def restore_ledger_row(stage: Stage, _: str) -> Played:
    kept = read_json(stage.places.edited)
    if not kept:
        raise CannotPlay("no row is edited; edit-ledger-row does that")
    with stage.house.db.begin() as session:
        _overwrite(session, kept["submission"], base64.b64decode(kept["envelope"]))
    stage.places.edited.unlink()
    return stage.played("restore-ledger-row", "The original bytes are back, and every proof fits again.")


def _newest_entry(session: Session, stage: Stage) -> tuple[int, bytes]:
    """The newest entry of the log that is on the demo's passport."""
    mine = (
        select(EpcisEvent.submission_id)
        .join(EventKey, EventKey.event == EpcisEvent.id)
        .where(EventKey.brand_id == stage.story["brand_id"], EventKey.key == stage.story["passport"])
        .order_by(EpcisEvent.submission_id.desc())
    )
    for submission in session.scalars(mine):
        query = text("SELECT envelope FROM ledger_entry WHERE submission_id = :submission")
        envelope = session.execute(query, {"submission": submission}).scalar()
        if envelope is not None:
            return submission, bytes(envelope)
    raise CannotPlay("the log has not taken its first entries yet; try again in a second")


def _overwrite(session: Session, submission: int, envelope: bytes) -> None:
    change = text("UPDATE ledger_entry SET envelope = :envelope WHERE submission_id = :submission")
    session.execute(change, {"envelope": envelope, "submission": submission})


def _forged(envelope: bytes) -> bytes:
    """The same entry, dated to another year: still well-formed, so only the hashes can tell."""
    before = b'"event_time":"20'
    at = envelope.index(before) + len(before)
    year = b"24" if envelope[at : at + 2] != b"24" else b"23"
    return envelope[:at] + year + envelope[at + 2 :]
