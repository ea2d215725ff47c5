"""A tap of an NFC tag: its verdict, and the words for it. The page around it is customer's."""

from dataclasses import dataclass

from flask import request

from app import words
from app.db import reading
from app.gs1 import identifiers
from app.provenance import nfc, passports
from app.provenance.nfc import Judged, Verdict
from app.provenance.passports import Standing
from app.sealed import open_box
from app.texts import Texts
from app.web.context import house, now

_STATE = {Verdict.GENUINE: "good", Verdict.REPLAYED: "warn", Verdict.WRONG: "bad", Verdict.UNKNOWN: "warn"}


@dataclass(frozen=True, slots=True)
class TapFace:
    """The verdict in plain words."""

    state: str
    text: str
    more: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A judged tap, and the passport that it opens."""

    verdict: Verdict
    key: str
    standing: Standing


def judged(key: str) -> Tapped | None:
    """The verdict over the tap of this request, None where it is none, or nothing under this key is known.

    A HEAD is no tap: who only looks at an address, as a mail program does, must not use up its counter.
    """
    tap = nfc.read_tap(request.query_string.decode("latin-1")) if request.method == "GET" else None
    if tap is None:
        return None
    db = house().db
    with reading(db) as session:
        stand = next((at for each in identifiers.named(key) if (at := passports.standing(session, each))), None)
        if stand is None:
            return None
        said = nfc.check_tap(session, open_box(house().keys), stand.brand_id, key, tap)
    if isinstance(said, Verdict):
        result = Judged(said)
    else:
        with db.begin() as session:
            result = nfc.count_tap(session, stand.brand_id, key, said, now())
    with reading(db) as session:
        for each in identifiers.named(result.key or key):
            if (at := passports.standing(session, each)) and at.brand_id == stand.brand_id:
                return Tapped(result.verdict, each, at)
    return None


def face(verdict: Verdict, t: Texts) -> TapFace:
    """What the page says about the tag, before it says anything else."""
    return TapFace(_STATE[verdict], t.gettext(words.TAP[verdict]), t.gettext(words.TAP_MORE[verdict]))
