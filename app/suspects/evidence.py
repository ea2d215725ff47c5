"""What the evidence of a suspected copy says, and the proofs of it. Names no reader: openings are coarse.

The form of the file and its check are in evidence_file.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.brands import Brand
from app.suspects import evidence_file
from app.suspects.dossier import Custody, Dossier, hours_of
from ledger import entry
from ledger.canonical import moment_text
from ledger.errors import NotPublished
from ledger.evidence import beside_of, bundle_of
from ledger.log import evidence
from ledger.note import Signer

_SAID_OF_EVENT = (
    "id",
    "event_type",
    "event_time",
    "zone",
    "biz_step",
    "disposition",
    "read_point",
    "biz_location",
)
_SAID_OF_SIGNAL = ("item", "signal", "since", "case")
_SAID_OF_REPORT = ("report", "item", "hour", "country", "seller", "wrong", "photo_sha256")
_SAID_OF_CASE = ("case", "kind", "subject")


def written(session: Session, brand: Brand, whole: Dossier, signer: Signer, now: datetime) -> bytes:
    """The signed file of a case. Raises NotPublished while one of its entries can't be proven yet."""
    named = list(_named(whole))
    found = evidence(session, brand.log_id, [submission for submission, _, _ in named])
    told, proofs = [], []
    for submission, what, fields in named:
        item = found.items[submission]
        if item.status != "published" or item.envelope is None:
            raise NotPublished("the newest entries of this case have no place under a signed head yet")
        body = entry.read(item.envelope).body
        says = {name: body[name] for name in fields if name in body}
        told.append({"what": what, "leaf": evidence_file.leaf(item.envelope), "says": says})
        proofs.append(bundle_of(found, item, beside=beside_of(found, ())))
    return evidence_file.sign({**_told(session, whole, now), "entries": told}, proofs, signer)


def _named(whole: Dossier) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Every entry that the evidence rests on: its submission, what it is, and which of its fields are told."""
    yield whole.case.submission_id, "case", _SAID_OF_CASE
    for signal in whole.signals:
        yield signal.submission_id, "signal", _SAID_OF_SIGNAL
    for report in whole.reports:
        yield report.submission_id, "report", _SAID_OF_REPORT
    if whole.custody:
        yield whole.custody.submission_id, "custody", _SAID_OF_EVENT


def _told(session: Session, whole: Dossier, now: datetime) -> dict[str, Any]:
    key = whole.item.key
    return {
        "made_at": moment_text(now),
        "case": {
            "id": whole.case.id,
            "opened_at": moment_text(whole.case.opened_at),
            "closed_at": moment_text(whole.case.closed_at) if whole.case.closed_at else None,
        },
        "item": {
            "key": key,
            "lot": whole.lot,
            **{f"ai_{ai}": value for ai, value in identifiers.values(key).items()},
        },
        "signals": [
            {"signal": each.kind, "since": moment_text(each.since), "facts": each.facts} for each in whole.signals
        ],
        "openings": [
            {
                "hour": moment_text(each.hour),
                "country": each.country or None,
                "country_by_reader": each.by_reader,
                "tap": each.verdict or None,
                "count": each.count,
            }
            for each in hours_of(session, whole.item)
        ],
        "reports": [
            {
                "report": each.id,
                "hour": moment_text(each.hour),
                "bought_in": each.country or None,
                "seller": each.seller,
                "wrong": each.wrong,
                "photo_sha256": each.photo_sha256 or None,
            }
            for each in whole.reports
        ],
        "custody": _custody(whole.custody) if whole.custody else None,
        "other_items": [
            {"week": each.week.isoformat(), "country": each.country or None, "items": list(each.items)}
            for each in whole.clusters
        ],
    }


def _custody(custody: Custody) -> dict[str, Any]:
    """The last event of the item itself, or of the container that it was in (`via`)."""
    return {
        "event": custody.event_id,
        "at": moment_text(custody.at),
        "zone": custody.zone,
        "biz_step": custody.biz_step,
        "disposition": custody.disposition,
        "place": custody.place,
        "place_name": custody.place_name or None,
        "country": custody.country or None,
        "partner": custody.partner or None,
        "via": custody.via,
    }
