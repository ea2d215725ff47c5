"""What tracking lines mean in German, French, Dutch, Spanish, Italian, Portuguese and Chinese, or in English.

Pure. How a language says a thing stands in its file of `carriers.tongues`; here is which language a line is in and
what the things it says come to, by the same rules as in English (`carriers.wording`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from carriers.tongues import chinese, dutch, french, german, italian, portuguese, spanish
from carriers.vocabulary import Reason, Status, SubState
from carriers.wording import LONGEST, UNKNOWN, Reading, classify
from carriers.wording_patterns import small_words, words_of

_Phrases = Mapping[str, re.Pattern[str]]
_Says = Callable[[str], bool]

_TONGUES = (german, french, dutch, spanish, italian, portuguese)
_ENGLISH = small_words(
    "the is has been was your shipment parcel package item delivery at to of and for by from with it be not"
    " in on out will customer recipient delivered"
)
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")

_FILLER = Reading(Status.IN_TRANSIT)
_ACCEPTED = Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)
_SCAN = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)
_RELEASED = Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=True)
_HANDED_ON = Reading(Status.IN_TRANSIT, None, SubState.HANDOFF, physical=True)

_AT_THE_BORDER = (
    ("prohibited", Reason.CUSTOMS_PROHIBITED),
    ("duties", Reason.CUSTOMS_DUTIES),
    ("documents", Reason.CUSTOMS_DOCUMENTS),
    ("inspected", Reason.CUSTOMS_INSPECTION),
)
# The first that a line names counts: what came of a thing stands before the thing.
_CAUSES = (
    ("refused", Reason.REFUSED),
    ("unclaimed", Reason.UNCLAIMED),
    ("weather", Reason.WEATHER_FORCE_MAJEURE),
    ("sender_data", Reason.SENDER_DATA),
    ("address", Reason.ADDRESS_PROBLEM),
    ("lost", Reason.LOST),
    ("damaged", Reason.DAMAGED),
    ("absent", Reason.RECIPIENT_ABSENT),
    ("network", Reason.CARRIER_NETWORK),
    ("security", Reason.SECURITY_HOLD),
)
_BY_CAUSE = {Reason.RECIPIENT_ABSENT: Status.ATTEMPT_FAILED, Reason.REFUSED: Status.ATTEMPT_FAILED}
_AT_THE_DOOR = frozenset({None, Reason.RECIPIENT_ABSENT, Reason.DAMAGED})
_ONLY_TOLD = frozenset({Reason.LOST, Reason.WEATHER_FORCE_MAJEURE, Reason.CARRIER_NETWORK})


def classify_abroad(text: str, code: str | None = None, *, placed: bool = True) -> Reading:
    """What a line means in whatever language, else its postal code; `status` None when neither is known."""
    reading = _read(text[:LONGEST], placed)
    return classify("", code) if reading.status is None and code else reading


@lru_cache(4096)  # carriers say the same few lines over and over
def _read(text: str, placed: bool) -> Reading:
    if _IDEOGRAPHS.search(text):
        plain = "".join(unicodedata.normalize("NFKC", text).split())
        told = _told(chinese.PHRASES, plain, placed)
        return told if told.status else classify(text, placed=placed)
    words = words_of(text)
    said = set(words.split())
    likeliest = sorted(_TONGUES, key=lambda each: -len(each.MARKS & said))  # by their small words
    is_english = len(likeliest[0].MARKS & said) <= max(1, len(_ENGLISH & said))  # one small word is a chance
    english = classify(text, placed=placed)
    plainly = english.status not in (None, Status.IN_TRANSIT) or bool(_ENGLISH & said)
    if is_english and english.status and plainly:
        return english
    readings = (_told(each.PHRASES, words, placed) for each in likeliest)
    abroad = next((each for each in readings if each.status), UNKNOWN)
    if is_english and english.status and abroad.reason is None:  # "sortiert" looks like "sorted"
        return english
    return abroad if abroad.status else english


def _told(phrases: _Phrases, words: str, placed: bool) -> Reading:
    def says(key: str) -> bool:
        return phrases[key].search(words) is not None

    at_border = says("customs")
    cause = _cause_of(says, at_border)
    if final := _final(says, cause, at_border, placed):
        return final
    if at_border:
        return Reading(Status.CUSTOMS, cause, physical=placed)
    return _door(says, cause, placed) or _trouble(cause, placed) or _way(says) or UNKNOWN


def _cause_of(says: _Says, at_border: bool) -> Reason | None:
    if at_border:
        return next((reason for key, reason in _AT_THE_BORDER if says(key)), None)
    unharmed = says("unharmed")
    return next((why for key, why in _CAUSES if says(key) and not (unharmed and why is Reason.DAMAGED)), None)


def _final(says: _Says, cause: Reason | None, at_border: bool, placed: bool) -> Reading | None:
    """Cancelled, through the customs, back at the sender, or on the way there."""
    if says("cancelled"):
        return Reading(Status.CANCELLED)
    if at_border and says("released") and not says("unreleased"):
        return _RELEASED
    if says("returned") and not says("tried"):
        return Reading(Status.RETURNED, physical=True)
    return Reading(Status.RETURNING, cause, physical=placed) if says("returning") else None


def _door(says: _Says, cause: Reason | None, placed: bool) -> Reading | None:
    """Handed on, fetched, at a counter, tried, out, delivered."""
    if says("handed_on"):
        return _HANDED_ON
    tried = says("tried")
    if not tried and cause is not Reason.UNCLAIMED:
        if says("collected"):
            return Reading(Status.DELIVERED, physical=True)
        if says("counter") and not says("registered"):
            absent = cause if cause is Reason.RECIPIENT_ABSENT else None
            return Reading(Status.AVAILABLE_FOR_PICKUP, absent, physical=True)
    if tried:
        at_door = cause in (None, Reason.RECIPIENT_ABSENT, Reason.REFUSED)
        return Reading(Status.ATTEMPT_FAILED if at_door else Status.EXCEPTION, cause, physical=at_door or placed)
    if cause is None and says("out"):
        return Reading(Status.OUT_FOR_DELIVERY, physical=True)
    if cause in _AT_THE_DOOR and says("delivered") and not says("planned"):
        damaged = cause if cause is Reason.DAMAGED else None
        return Reading(Status.DELIVERED, damaged, physical=True)
    return None


def _trouble(cause: Reason | None, placed: bool) -> Reading | None:
    if cause is None:
        return None
    return Reading(_BY_CAUSE.get(cause, Status.EXCEPTION), cause, physical=placed and cause not in _ONLY_TOLD)


def _way(says: _Says) -> Reading | None:
    """Announced, taken over, delayed, seen on the way, or only planned."""
    if says("registered"):
        return Reading(Status.REGISTERED)
    if says("delay"):
        return Reading(Status.EXCEPTION)
    if says("planned"):
        return _FILLER
    if says("accepted"):
        return _ACCEPTED
    return _SCAN if says("scan") else None
