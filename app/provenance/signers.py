"""Who signed the events and claims that are shown, by their partners' keys as the log has them. Reads only."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.models.brands import PartnerKey
from app.provenance.checks import Verdict
from app.provenance.facts import tells
from ledger import entry
from ledger.errors import Tampered
from ledger.evidence import Evidence, Item, evidence, opened
from ledger.fields import CLASSES, Opening, verify_opening
from ledger.said import KEY_ENTRIES, Keys, Said, event_of, is_document, who_said

_KEY: Table = PartnerKey.__table__  # type: ignore[assignment]


def key_submissions(session: Session, partner_ids: Iterable[str]) -> list[int]:
    """The entries that introduced or ended the keys of these partners, in their order."""
    wanted = set(partner_ids)
    if not wanted:
        return []
    asked = select(_KEY.c.submission_id, _KEY.c.ending_id).where(_KEY.c.partner_id.in_(wanted))
    rows = session.connection().execute(asked)
    return sorted({each for row in rows for each in row if each is not None})


def of_entry(session: Session, item: Item) -> list[int]:
    """The entries that say whose the signature of this entry is; none for an unsigned one."""
    if item.envelope is None or b'"signed":' not in item.envelope:
        return []
    try:
        body = entry.read(item.envelope).body
    except Tampered:
        return []
    partner = body.get("partner") if "signed" in body else None
    return key_submissions(session, [partner]) if isinstance(partner, str) else []


def of_item(session: Session, log_id: int, item: Item) -> Said | str | None:
    """Who signed one entry of any kind, or what is wrong with the signature; None for an unsigned one."""
    keys = of_entry(session, item)
    if item.envelope is None or b'"signed":' not in item.envelope:
        return None
    shown = opened(session, log_id, [item.submission_id], CLASSES).get(item.submission_id, ())
    ring = _ring(evidence(session, log_id, keys))
    return _said(item.submission_id, item.envelope, tuple(shown), ring)


def judge(
    session: Session, log_id: int, found: Evidence, judged: Mapping[int, Verdict], rows: Iterable[Any]
) -> tuple[dict[int, Verdict], dict[int, Said]]:
    """The verdicts again, worse where a signature does not hold, and who said what, by submission.

    The evidence must hold the entries of `key_submissions` for the partners of these rows. Everything that was
    signed is read to be judged, whoever the page is for; none of it is handed on.
    """
    again, said = dict(judged), {}
    signed = [row.submission_id for row in rows if row.signed_key and again[row.submission_id].intact]
    shown = opened(session, log_id, signed, CLASSES) if signed else {}
    ring = _ring(found) if signed else ()
    for each in signed:
        answer = _said(each, found.items[each].envelope or b"", tuple(shown.get(each, ())), ring)
        if isinstance(answer, str):
            again[each] = again[each]._replace(changed=answer)
        elif answer is not None:
            said[each] = answer
    return again, said


def _ring(found: Evidence) -> tuple[tuple[int, bytes], ...]:
    """The entries about keys in the evidence, in the order of their submissions: one may have no index yet."""
    items = found.items.values()
    keys = ((each.submission_id, each.envelope) for each in items if each.envelope)
    return tuple(sorted((number, data) for number, data in keys if b'"partner:key:' in data))


@lru_cache(maxsize=512)
def _said(
    number: int, data: bytes, openings: tuple[Opening, ...], ring: tuple[tuple[int, bytes], ...]
) -> Said | str | None:
    """Who signed an intact entry, or what is wrong with the signature. Of the same bytes always the same."""
    keys = Keys()
    try:
        for at, each in ring:
            about = entry.read(each)
            if about.type in KEY_ENTRIES:
                keys.learn(at, about)
        envelope = entry.read(data)
        for opening in openings:
            verify_opening(envelope.log, opening, envelope.commitments)
        said = who_said(number, envelope, openings, keys)
        if said is not None and said.state == "valid":
            signed = event_of(each.value for each in openings if is_document(each.path))
            tells(envelope, signed)
    except Tampered as error:
        return str(error)
    return said
