"""What the words of a tracking line mean: the trade's vocabulary, read by rules. Pure; English only.

A line is read twice: for its cause (`_reason`) and for its stage (`_stage_of`); `classify` joins the two readings.
A cause is only named when the words name it. What one carrier's codes mean belongs to that carrier's adapter; only
the codes that all posts share (UPU EMSEVT) are known here.
"""

from dataclasses import dataclass

from carriers.vocabulary import Reason, Status, SubState
from carriers.wording_causes import cause_of, in_customs, misdelivered
from carriers.wording_patterns import any_of, words_of

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

_RECIPIENT = r"(recipient|customer|addressee|consignee|receiver|resident|buyer|you)"
_SENDER = r"(original )?(sender|shipper|merchant|seller|consignor|retailer)"
_COUNTER = (
    r"(pick ?up|collection|access|service|parcel|delivery|postal|relay) ?(point|shop|box|station|location|store)"
    r"|parcel ?shop|(parcel |smart )?lockers?|packstation|post office|paketshop|branch"
)

_CANCELLED = any_of(
    r"\b(shipment|label|order|parcel|package|item|booking|consignment|waybill|manifest)\b( \w+){0,5} "
    r"(cancel\w*|voided|withdrawn|annulled)",
    r"\b(cancel\w*|voided)( \w+){0,2} (shipment|label|order|parcel|package|item|booking|consignment|waybill)",
    r"^(cancell?ed|voided)\b",
)
_CANCELLED_PART = any_of(
    r"(flight|appointment|hold|return|redirect\w*|request|option|pick ?up|attempt)( \w+){0,4} cancel"
)

_RELEASED = any_of(
    r"(released?|release) ((by|from|through) )?(the )?(import |export )?(customs|clearance)",
    r"(customs|clearance)\b.*\b(released|cleared|completed?|finished|finali[sz]ed|approved|passed|success\w*|granted)",
    r"\bcleared\b( \w+){0,3} (customs|import|export|clearance|border)",
    r"(returned|back) from (the )?(import |export )?customs",
    r"(import|export) (released|cleared)",
    r"international shipment release",
)
_NOT_RELEASED = any_of(
    r"\b(not|until|once|await\w*|waiting|pending|before|after|unable|cannot|unless|when|will|uncleared|fail\w*)\b",
    r"\b(delay\w*|to be|required|missing|hold|held|problem)\b",
)

_RETURNED = any_of(
    r"\breturn\w*\b.*\b(delivered|complete\w*|received by)\b",
    rf"(delivered|handed|given|brought|released)( over)?( back)? to (the )?{_SENDER}",
    rf"(received|accepted|taken)( back)? by (the )?{_SENDER}",
    rf"(has|have) been returned to (the )?{_SENDER}",
    rf"back (at|with) (the )?{_SENDER}",
)
_RETURNING = any_of(
    rf"\breturn(ed|ing|s)?\b( \w+){{0,4}} to (the )?({_SENDER}|origin|depot of origin)",
    r"\breturn\w*\b( \w+){0,2} (initiated|started|begun|under ?way|in progress|in transit|requested|process\w*)",
    r"\b(being|to be|will be|is|was) return(ed|ing)\b",
    r"\b(sent|going|shipped|travel+ing|heading|on (its|the) way) back\b",
    rf"\bback to (the )?({_SENDER}|origin)",
    r"\b(rts|return to sender|return parcel|return shipment|return journey)\b",
)
_MAYBE_RETURNED = any_of(
    r"\b(if|unless|otherwise|before|may|might)\b.*\breturn", r"return label", r"\breturn\b.*\bcancel"
)

_UNDELIVERED = any_of(
    r"\b(not|unable|cannot|couldn t|can t|no|fail\w*|unsuccessful\w*|impossible)\b( \w+){0,4} deliver",
    r"\bdelivery( \w+){0,3} (not|failed|failure|unsuccessful|impossible|missed|unable|attempted|could)\b",
    r"\b(undeliver\w*|non delivery|attempted|failed attempt|missed you|sorry we missed)\b",
    r"\b(delivery|first|second|third|final|last|1st|2nd|3rd|another) (delivery )?attempt\b",
    r"\battempt( \w+){0,4} (failed|unsuccessful|made)\b",
)

_HANDED_ON = any_of(
    r"\b(delivered|hand(ed)?|tendered|transferred|passed|given|released|forwarded|injected|turned)( over| off| on)?"
    r"( \w+){0,4}? to (\w+ ){0,3}?(partner|carrier|postal (service|operator|authority|administration)|usps|us postal|(local |national )?post( for| operator|$)"
    r"|(royal mail|canada post|australia post)|(delivery )?service provider|last mile|line ?haul|airline"
    r"|(local|courier|delivery|transport) (courier|company|service)|subcontract\w*|third party|delivery agent)",
    r"\b(hand ?over|hand ?off|interline|transfer)( \w+){0,2} to (\w+ ){0,3}(carrier|partner|post\w*|airline)",
    r"\bpost office for (final |local )?delivery",
)

_NOT_YET = any_of(
    r"\b(not|hasn t) (yet )?(been )?(received|handed|scanned|tendered|shipped|in (our|the carrier s) possession)",
    r"\b(awaiting|waiting for|expecting) (the |your )?(item|parcel|package|shipment|hand ?over|drop|goods)",
    rf"\b(awaiting|ready for|waiting for) (pick ?up|collection) (by|from) (the )?(carrier|courier|driver|{_SENDER})",
    r"\bpick ?up( \w+){0,2} (scheduled|requested|arranged|booked|ordered|planned)",
    r"\b(collection|pick ?up) (order|request)",
)
_ANNOUNCED = any_of(
    r"\b(shipment|shipping|order|parcel|package|electronic|tracking|billing|consignment|item|advance)( \w+)? "
    r"(information|data|details|info|labels?|notification|advice|notice)\b",
    r"\blabels?( \w+){0,3} (created|printed|generated|purchased|issued|ready)\b",
    r"\b(created|printed|generated)( \w+){0,2} label",
    r"\bpre ?(advice|advised|alert\w*|notified|notification|announced|announcement|shipment|registered)\b",
    r"\b(announced|electronically|manifest(ed)?)\b",
    r"\border( \w+){0,2} (created|placed|received|processed|registered|confirmed)\b",
    r"\bbooking( \w+){0,2} (created|confirmed|received|made)\b",
    r"\bready (for|to) (ship\w*|dispatch|despatch|be (picked|collected|shipped))",
    rf"\b(created|prepared|registered|packed) by (the )?{_SENDER}",
    r"\b(shipment|parcel|package|item) (is |was |has been )?(registered|created|prepared|packed)\b",
    r"\bregistered (by|at|in|online)\b|^registered$",
)

_AT_COUNTER = any_of(
    r"\b(available|ready|held|waiting|awaiting|stored|kept)( \w+){0,5} (for|to be) (\w+ )?(pick\w*( ?up)?|collect\w*)",
    r"\b(awaiting|waiting for) (pick ?up|collection)( (by|at|from) |$)",
    r"\b(hold\w*|held) (at|for)( \w+){0,4} (recipient|customer|request|pick ?up|collection|location|post office)",
    rf"\b(delivered|deposited|arrived|placed|available|ready|stored|kept|dropped|brought|waiting)\b( \w+){{0,4}} "
    rf"(to|at|in|into) (\w+ ){{0,3}}({_COUNTER})\b",
    r"\b(can|may) be (collected|picked up)\b",
    rf"\bready for {_RECIPIENT} pick ?up",
)
_BROUGHT_IN = any_of(
    r"\b(dropped off|handed in|handed over|lodged|posted|accepted)\b", rf"\b(by|from) (the )?{_SENDER}\b"
)

_OUT = any_of(
    r"\bout (for|on|with)( \w+){0,2} (delivery|courier|driver)",
    r"\b(on|with|in)( \w+){0,3} (vehicle|van|truck|driver|courier|postman|carrier)( \w+){0,2} (for|to) deliver\w*",
    r"\bwith( the| our)? (delivery )?(courier|driver)\b",
    r"\b(on|onto|into|in)( \w+){0,2} delivery (vehicle|van|truck|car)",
    r"\bdelivery (is )?in progress\b|\b(in|on) delivery\b|\bbeing delivered\b|\bdelivery (round|run|route) started",
)
_NOT_OUT = any_of(r"\b(not|will be|to be|before|prepar\w*|soon|scheduled)( \w+){0,3} (out|delivery|delivered)\b")
_DELIVERED = any_of(
    r"\bdelivered\b",
    r"\bdelivery( \w+){0,2} (complete\w*|success\w*|confirmed|made|effected|done)\b",
    r"\bsuccessful(ly)? deliver|\bproof of delivery\b|\bfinal delivery\b",
    r"\bsigned (for|by)\b|\bsignature (obtained|received|captured)\b",
    r"\b(left|placed|put)( \w+){0,5} (door\w*|porch|neighbou?r|mailbox|letter ?box|reception\w*|concierge|garage|garden"
    r"|front desk|mail ?room|safe (place|location)|secure location|agreed (place|location))\b",
    rf"\b(collected|picked up|received|taken)( in)? by (the |a |your )?({_RECIPIENT}|neighbou?r)",
    rf"\bhand(ed)?( over)? to (the |a |your )?({_RECIPIENT}|neighbou?r|person|household)",
)

_FUTURE = any_of(
    r"\b(estimated|expected|scheduled|planned|anticipated|projected|revised|rescheduled|updated|new)( \w+){0,2}? "
    r"(delivery|arrival|departure|eta|etd|date|time|window|appointment)\b.*",
    r"\b(delivery|arrival|departure)( \w+){0,2}? (estimated|expected|scheduled|planned|rescheduled|updated|changed"
    r"|booked|window|appointment|date|time|slot|preference\w*)\b.*",
    r"\b(will|shall|should|is expected to|is scheduled to|is due to|is planned to|is about to|going to) .*",
    r"\bto be (delivered|collected|shipped)\b.*",
)
_ON_ITS_WAY = any_of(
    r"\b(on|in) (its|the|it s|their) way\b.*",
    r"\b(moving|travel+ing) (through|within|to|towards|in)\b.*",
    r"\bin transit( to| towards)\b.*",
    r"\barriving( \w+)? ?(on time|early|late|today|tomorrow|soon)\b.*",
    r"\ben ?route\b.*",
    r"\bon (time|schedule)\b.*",
    r"\b(notification|notified|reminder|e ?mail|sms|text message|message)\b.*",
)
_PLAIN_TRANSIT = any_of(r"^(the |your )?(shipment|parcel|package|item|goods)?( is)? ?(in )?transit( \w+){0,2}$")
_FOUND = any_of(r"\b(found|located again|recovered|retrieved|traced|resumed)\b")
_NEGATION = any_of(r"\b(not|unable|cannot|could)\b")

_SEA = any_of(r"\b(vessel|ocean|sail\w*|on board ship|barge|feeder|sea ?freight|port)\b")
_AIR = any_of(r"\b(flight|air ?port|air ?craft|plane|air ?line|airborne|uplift\w*|took off)\b")
_LEAVING = any_of(
    r"\b(depart\w*|left|leav\w*|load\w*|board\w*|sail\w*|uplift\w*|took off|in flight|hand\w*|dispatch\w*)\b"
)
_ABROAD = any_of(
    r"\b(depart\w*|left|leav\w*|dispatch\w*|despatch\w*|export\w*)( \w+){0,4} (outward office|office of exchange"
    r"|origin country|country of origin|export (hub|facility|centre)|international (hub|facility|sort\w*|mail))",
    r"\b(left|departed) (the )?country\b|\boutward office\b|\b(shipped|sent|dispatched) (abroad|overseas)\b",
)
_INWARD = any_of(r"\b(inward|arriv\w*|destination|inbound|unload\w*|discharg\w*|landed)\b")
_ACCEPTED = any_of(
    r"\bpicked up\b|\bpick ?up (scan|completed?|done|successful)\b|\bcollected\b|\baccept(ed|ance)\b",
    r"\b(received|taken)( \w+){0,3} (by|at|into) (the |our )?(carrier|origin|branch|post office|counter|network)",
    r"\b(handed|dropped|posted|lodged|tendered|brought)( \w+){0,4} (in|over|off|by|at)\b",
    r"\bin (our |the )?possession\b|\borigin scan\b|\bposting\b|\bfirst scan\b|\bpossession\b|^shipped\b",
)
_SCANNED = any_of(
    r"\b(arriv\w*|depart\w*|left|leav\w*|process\w*|sort\w*|scan\w*|receiv\w*|load\w*|unload\w*|transfer\w*"
    r"|forward\w*|dispatch\w*|despatch\w*|passed|trans ?ship\w*|transit|consolidat\w*|bagged|relay|stored|inbound"
    r"|outbound|weighed|re ?weighed|cross ?dock\w*|gated?|discharg\w*|stuff\w*|stripp\w*|landed|export\w*|import\w*)\b",
    r"\b(facility|hub|depot|cent(er|re)|station|warehouse|terminal|office|branch|gateway|airport|port|vessel|flight)\b",
)


def classify(text: str, code: str | None = None, *, placed: bool = True) -> Reading:
    """What a line means, by its words, else by a postal code of its event; `status` None when neither is known.

    `placed`: the line names where it happened; a trouble without a place is a message, not a scan.
    """
    words = words_of(text[:LONGEST])
    reading = _joined(words, placed) if words else UNKNOWN
    if reading.status is None and code:
        status, sub_state = _UPU.get(code.strip().upper(), (None, None))
        return Reading(status, None, sub_state, physical=status is not None)
    return reading


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
    if _CANCELLED.search(words) and not _CANCELLED_PART.search(words):
        return Reading(Status.CANCELLED)
    if _RELEASED.search(words) and not _NOT_RELEASED.search(words):
        return Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=placed)
    if in_customs(words) and not _RETURNING.search(words):
        return None
    if _RETURNED.search(words) and not _UNDELIVERED.search(words) and not _FUTURE.search(words):
        return Reading(Status.RETURNED, physical=True)
    if _RETURNING.search(words) and not _MAYBE_RETURNED.search(words):
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
    if _NOT_YET.search(words):
        return Reading(Status.REGISTERED)
    if _HANDED_ON.search(words):
        air = SubState.AIR_HAUL if _AIR.search(words) else SubState.HANDOFF
        return Reading(Status.IN_TRANSIT, None, air, physical=True)
    said = _FUTURE.sub(" ", words)
    if _AT_COUNTER.search(said) and not _BROUGHT_IN.search(said) and cause is not Reason.UNCLAIMED:
        return Reading(Status.AVAILABLE_FOR_PICKUP, physical=True)
    if _UNDELIVERED.search(words):
        tried = cause in _AT_THE_DOOR and cause is not Reason.DAMAGED
        return Reading(Status.ATTEMPT_FAILED if tried else Status.EXCEPTION, physical=tried or placed)
    if _OUT.search(words) and not _NOT_OUT.search(words):
        return Reading(Status.OUT_FOR_DELIVERY, physical=True)
    if _DELIVERED.search(said) and (cause in _AT_THE_DOOR):
        return Reading(Status.DELIVERED, physical=True)
    return None


_BY_CAUSE = {Reason.RECIPIENT_ABSENT: Status.ATTEMPT_FAILED, Reason.REFUSED: Status.ATTEMPT_FAILED}
_ONLY_TOLD = frozenset({Reason.LOST, Reason.WEATHER_FORCE_MAJEURE})
_SEEN_ASTRAY = any_of(r"\bmis ?(sort|rout|direct|sent|load|deliver)\w*", r"\bwrong\b")
_DELAY = any_of(
    r"\b(delay\w*|running late|behind schedule|exception|on hold|held|disruption|incident|irregularity)\b"
)
_HELD = any_of(r"\b(on hold|held)\b")


def _trouble(words: str, cause: Reason | None, placed: bool) -> Reading | None:
    """A cause alone makes a status; a delay without a cause is an exception whose reason nobody has told."""
    if cause is None:
        found = _FOUND.search(words) and not _NEGATION.search(words)
        if _DELAY.search(words) and not found:
            return Reading(Status.EXCEPTION, physical=placed and bool(_HELD.search(words)))
        return Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=placed) if found else None
    status = _BY_CAUSE.get(cause, Status.EXCEPTION)
    if cause in _ONLY_TOLD or (cause is Reason.CARRIER_NETWORK and not _SEEN_ASTRAY.search(words)):
        return Reading(status)
    return Reading(status, physical=placed)


def _under_way(words: str, placed: bool) -> Reading:
    """A scan on the way, or a line that only fills the time between two scans."""
    said = _ON_ITS_WAY.sub(" ", _FUTURE.sub(" ", words)).strip()
    if _PLAIN_TRANSIT.search(said) and said == words:
        return Reading(Status.IN_TRANSIT, None, None, physical=placed)
    if _ANNOUNCED.search(said) and not _ACCEPTED_AT.search(said):
        return Reading(Status.REGISTERED)
    if haul := _haul(said):
        return Reading(Status.IN_TRANSIT, None, haul, physical=True)
    if _ACCEPTED.search(said):
        return Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)
    if _SCANNED.search(said) and not _PLAIN_TRANSIT.search(said):
        return Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)
    return _FILLER if said != words else UNKNOWN


_ACCEPTED_AT = any_of(r"\b(received|accepted|arrived|processed|scanned) at\b")


def _haul(words: str) -> SubState | None:
    if _INWARD.search(words):
        return None
    if _SEA.search(words) and _LEAVING.search(words):
        return SubState.SEA_HAUL
    if _AIR.search(words) and _LEAVING.search(words):
        return SubState.AIR_HAUL
    return SubState.POST_EXPORT if _ABROAD.search(words) else None
