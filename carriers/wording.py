"""What the words of a tracking line mean: the trade's vocabulary, read by rules. Pure; English only.

A line is read twice: for its cause (`_reason`) and for its stage (`_stage_of`); `classify` joins the two readings.
A cause is only named when the words name it. What one carrier's codes mean belongs to that carrier's adapter; only
the codes that all posts share (UPU EMSEVT) are known here.
"""

from dataclasses import dataclass
from functools import lru_cache

from carriers import wording_phrases as say
from carriers.vocabulary import Reason, Status, SubState
from carriers.wording_causes import cause_of, in_customs, misdelivered
from carriers.wording_patterns import words_of

LONGEST = 400  # characters that are read; no line of any carrier needs more


@dataclass(frozen=True)
class Reading:
    """What a line says; `status` None: the words are unknown to us. `physical`: a scan, not a message."""

    status: Status | None
    reason: Reason | None = None
    sub_state: SubState | None = None
    physical: bool = False


UNKNOWN = Reading(None)
_FILLER = Reading(Status.IN_TRANSIT)

# UPU EMSEVT event types, the same at every post. (UPU Data Definition M40)
_UPU = {
    "EMA": (Status.IN_TRANSIT, SubState.ACCEPTED),
    "EMB": (Status.IN_TRANSIT, SubState.FACILITY),
    "EMC": (Status.IN_TRANSIT, SubState.POST_EXPORT),
    "EMD": (Status.IN_TRANSIT, SubState.FACILITY),
    "EDA": (Status.IN_TRANSIT, SubState.FACILITY),
    "EDB": (Status.CUSTOMS, None),
    "EDC": (Status.IN_TRANSIT, SubState.CUSTOMS_RELEASED),
    "EDD": (Status.IN_TRANSIT, SubState.FACILITY),
    "EDE": (Status.IN_TRANSIT, SubState.FACILITY),
    "EDF": (Status.IN_TRANSIT, SubState.FACILITY),
    "EDG": (Status.OUT_FOR_DELIVERY, None),
    "EDH": (Status.AVAILABLE_FOR_PICKUP, None),
    "EME": (Status.CUSTOMS, None),
    "EMF": (Status.IN_TRANSIT, SubState.FACILITY),
    "EMG": (Status.IN_TRANSIT, SubState.FACILITY),
    "EMH": (Status.ATTEMPT_FAILED, None),
    "EMI": (Status.DELIVERED, None),
    "EMJ": (Status.IN_TRANSIT, SubState.FACILITY),
    "EMK": (Status.IN_TRANSIT, SubState.FACILITY),
    "EXA": (Status.CUSTOMS, None),
    "EXB": (Status.CUSTOMS, None),
    "EXC": (Status.IN_TRANSIT, SubState.CUSTOMS_RELEASED),
}


def classify(text: str, code: str | None = None, *, placed: bool = True) -> Reading:
    """What a line means, by its words, else by a postal code of its event; `status` None when neither is known.

    `placed`: the line names where it happened; a trouble without a place is a message, not a scan.
    """
    reading = _read(text[:LONGEST], placed)
    if reading.status is None and code:
        status, sub_state = _UPU.get(code.strip().upper(), (None, None))
        return Reading(status, None, sub_state, physical=status is not None)
    return reading


@lru_cache(4096)  # carriers say the same few lines over and over
def _read(text: str, placed: bool) -> Reading:
    words = words_of(text)
    return _joined(words, placed) if words else UNKNOWN


def _joined(words: str, placed: bool) -> Reading:
    cause = cause_of(words)
    stage = _final(words, placed) or _customs(words, cause, placed)
    if stage is None and misdelivered(words):
        stage = Reading(Status.EXCEPTION, physical=placed)
    if stage is None:
        stage = _at_the_door(words, cause, placed) or _trouble(words, cause, placed) or _under_way(words, placed)
    return _with(stage, cause)


def _with(stage: Reading, cause: Reason | None) -> Reading:
    if stage.status in _SPEAK_FOR_THEMSELVES and cause not in _TOLD_WITH.get(stage.status, frozenset()):
        return stage
    return Reading(stage.status, cause, stage.sub_state, stage.physical)


_SPEAK_FOR_THEMSELVES = frozenset(
    {
        Status.REGISTERED,
        Status.IN_TRANSIT,
        Status.OUT_FOR_DELIVERY,
        Status.AVAILABLE_FOR_PICKUP,
        Status.DELIVERED,
        Status.RETURNED,
        Status.CANCELLED,
        None,
    }
)
_TOLD_WITH: dict[Status | None, frozenset[Reason]] = {
    Status.AVAILABLE_FOR_PICKUP: frozenset({Reason.RECIPIENT_ABSENT}),
    Status.DELIVERED: frozenset({Reason.DAMAGED}),
    Status.RETURNED: frozenset({Reason.REFUSED, Reason.UNCLAIMED}),
}


def _final(words: str, placed: bool) -> Reading | None:
    """Cancelled, back at the sender, or on the way there."""
    if say.CANCELLED.search(words) and not say.CANCELLED_PART.search(words):
        return Reading(Status.CANCELLED)
    if say.RELEASED.search(words) and not say.NOT_RELEASED.search(words):
        return Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=placed)
    if in_customs(words) and not say.RETURNING.search(words):
        return None
    if say.RETURNED.search(words) and not say.UNDELIVERED.search(words) and not say.FUTURE.search(words):
        return Reading(Status.RETURNED, physical=True)
    if say.RETURNING.search(words) and not say.MAYBE_RETURNED.search(words):
        return Reading(Status.RETURNING, physical=placed)
    return None


def _customs(words: str, cause: Reason | None, placed: bool) -> Reading | None:
    if cause in _CUSTOMS_CAUSES or in_customs(words):
        return Reading(Status.CUSTOMS, physical=placed)
    return None


_CUSTOMS_CAUSES = frozenset(
    {Reason.CUSTOMS_DOCUMENTS, Reason.CUSTOMS_DUTIES, Reason.CUSTOMS_INSPECTION, Reason.CUSTOMS_PROHIBITED}
)
_AT_THE_DOOR = frozenset({None, Reason.RECIPIENT_ABSENT, Reason.REFUSED, Reason.DAMAGED})


def _at_the_door(words: str, cause: Reason | None, placed: bool) -> Reading | None:
    """Handed on, announced, at a counter, out, tried, delivered: what the words after the plans say."""
    if say.NOT_YET.search(words) and not say.NOT_RECEIVED.search(words):
        return Reading(Status.REGISTERED)
    if say.HANDED_ON.search(words):
        air = SubState.AIR_HAUL if say.AIR.search(words) else SubState.HANDOFF
        return Reading(Status.IN_TRANSIT, None, air, physical=True)
    said = say.FUTURE.sub(" ", words)
    if say.COLLECTED.search(said) and not say.NOT_COLLECTED.search(said):
        return Reading(Status.DELIVERED, physical=True)
    if say.AT_COUNTER.search(said) and not say.BROUGHT_IN.search(said) and cause is not Reason.UNCLAIMED:
        return Reading(Status.AVAILABLE_FOR_PICKUP, physical=True)
    if say.UNDELIVERED.search(said):
        tried = cause in _AT_THE_DOOR and cause is not Reason.DAMAGED
        return Reading(Status.ATTEMPT_FAILED if tried else Status.EXCEPTION, physical=tried or placed)
    if say.OUT.search(words) and not say.NOT_OUT.search(words):
        return Reading(Status.OUT_FOR_DELIVERY, physical=True)
    if say.DELIVERED.search(said) and cause in _AT_THE_DOOR and not say.NOT_RECEIVED.search(words):
        return Reading(Status.DELIVERED, physical=True)
    return None


_BY_CAUSE = {Reason.RECIPIENT_ABSENT: Status.ATTEMPT_FAILED, Reason.REFUSED: Status.ATTEMPT_FAILED}
_ONLY_TOLD = frozenset({Reason.LOST, Reason.WEATHER_FORCE_MAJEURE})


def _trouble(words: str, cause: Reason | None, placed: bool) -> Reading | None:
    """A cause alone makes a status; a delay without a cause is an exception whose reason nobody has told."""
    if cause is None:
        found = say.FOUND.search(words) and not say.NEGATION.search(words)
        if say.DELAY.search(say.NO_DELAY.sub(" ", words)) and not found:
            return Reading(Status.EXCEPTION, physical=placed and bool(say.HELD.search(words)))
        return Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=placed) if found else None
    status = _BY_CAUSE.get(cause, Status.EXCEPTION)
    if cause in _ONLY_TOLD or (cause is Reason.CARRIER_NETWORK and not say.SEEN_ASTRAY.search(words)):
        return Reading(status)
    return Reading(status, physical=placed)


def _under_way(words: str, placed: bool) -> Reading:
    """A scan on the way, or a line that only fills the time between two scans."""
    said = say.ON_ITS_WAY.sub(" ", say.FUTURE.sub(" ", words)).strip()
    if say.PLAIN_TRANSIT.search(said) and said == words:
        return Reading(Status.IN_TRANSIT, None, None, physical=placed)
    if say.ANNOUNCED.search(said) and not say.ACCEPTED_AT.search(said):
        return Reading(Status.REGISTERED)
    if say.REDIRECTED.search(words):
        return _FILLER
    if haul := _haul(said):
        return Reading(Status.IN_TRANSIT, None, haul, physical=True)
    if say.ACCEPTED.search(said):
        return Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)
    scanned = say.SCANNED.search(said) or (said == words and say.PLACES.search(said))
    if scanned and not say.PLAIN_TRANSIT.search(said):
        return Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)
    return _FILLER if said != words else UNKNOWN


def _haul(words: str) -> SubState | None:
    if say.INWARD.search(words):
        return None
    if say.SEA.search(words) and say.LEAVING.search(words):
        return SubState.SEA_HAUL
    if say.AIR.search(words) and say.LEAVING.search(words):
        return SubState.AIR_HAUL
    return SubState.POST_EXPORT if say.ABROAD.search(words) else None
