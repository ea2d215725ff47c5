"""Lines of carriers that we can say in the reader's language: which of our sentences a line comes to. Pure.

A sentence is only given where the line's own status agrees, so that "could not be delivered to a neighbour" is
never told as a delivery. What is not known here is shown by its status, with the carrier's words beside it.
"""

from functools import lru_cache

from carriers.vocabulary import Status
from carriers.wording_patterns import any_of, words_of

_MOVING = {Status.IN_TRANSIT}
_DONE = {Status.DELIVERED}
_SITE = (
    r"\b(sort\w*|hub|facility|depot|cent(er|re)|terminal|station|warehouse|branch|office|location|platform"
    r"|distribution)\b"
)
_CAME = r"\b(arrived|arrival|received)\b.*"
_WENT = r"\b(departed|departure|left|dispatched|forwarded)\b.*"

# The first that fits counts.
_KNOWN = (
    ("label", {Status.REGISTERED}, any_of(r"\blabel\b")),
    ("neighbour", _DONE, any_of(r"\b(neighbou?r|nachbar|voisin|vecino|vizinho)\w*")),
    ("safe_place", _DONE, any_of(r"\b(safe (place|location)|porch|front door|garage|mail ?box|letter ?box)\b")),
    ("to_counter", _DONE, any_of(r"\b(locker|parcel ?shop|access point|pick ?up point|packstation)\b")),
    ("by_air", _MOVING, any_of(
        r"\b(departed|left)( \w+){0,2} (flight|aircraft|plane)\b", r"\bflight( has)? (departed|left)\b"
    )),
    ("by_sea", _MOVING, any_of(r"\b(vessel|ship)( has)? (departed|sailed|left)\b")),
    ("landed", _MOVING, any_of(_CAME + r"\b(airport|port of discharge)\b", r"\bflight( has)? (arrived|landed)\b")),
    ("released", _MOVING, any_of(
        r"\b(customs|clearance)\b.*\b(released?|cleared|completed?|finished)\b",
        r"\b(released?|cleared)\b.*\b(customs|clearance|import)\b",
    )),
    ("handed_on", _MOVING, any_of(
        r"\b(handed|transferred|tendered|given|delivered|passed)\b.*"
        r"\b(partner|agent|last mile|service provider|airline|(next|local) carrier)\b",
    )),
    ("left_country", _MOVING, any_of(
        _WENT + r"\b(country of origin|origin country|outward|export)\b", r"\b(left|departed) the country\b"
    )),
    ("came_to_country", _MOVING, any_of(
        _CAME + r"\b(destination country|country of destination|inward)\b", r"arrive dans le pays du destinataire"
    )),
    ("at_depot", _MOVING, any_of(
        r"\b(arrived|received|at)\b.*\b(delivery|local) (facility|depot|station|office|cent(er|re)|hub)\b"
    )),
    ("taken", _MOVING, any_of(
        r"\b(picked up|collected|pick ?up scan|origin scan|in possession of)\b",
        r"^(item|shipment|parcel|package)?( was| has been)? ?accepted\b",
        r"\b(received (by|from) (the )?(carrier|sender|shipper)|handed over (by|to)|handed in)\b",
    )),
    ("left_site", _MOVING, any_of(_WENT + _SITE, r"^(departed|departure( scan)?)$")),
    ("at_site", _MOVING, any_of(_CAME + _SITE, r"^(arrived|arrival scan|arrival)$")),
    ("processed", _MOVING, any_of(r"\bsorted\b|\bprocess(ed|ing) (at|in|through)\b", r"^item processed$")),
    ("loaded", {Status.OUT_FOR_DELIVERY}, any_of(r"\b(loaded|vehicle|van|courier|driver)\b")),
    ("clearing", {Status.CUSTOMS}, any_of(
        r"\b(clearance|customs) (processing|in progress|started|event)\b", r"\bpresented to( import)? customs\b"
    )),
    ("rescheduled", {Status.ATTEMPT_FAILED, Status.IN_TRANSIT}, any_of(
        r"\breschedul\w*\b", r"\bnew delivery (date|attempt)\b"
    )),
    ("redirected", _MOVING | {Status.AVAILABLE_FOR_PICKUP}, any_of(r"\b(redirect\w*|rerouted|diverted)\b")),
)  # fmt: skip


@lru_cache(4096)  # carriers say the same few lines over and over
def known_line(text: str, status: Status) -> str | None:
    """The key of our sentence for a carrier's line of this status, or None when we have none."""
    words = words_of(text[:400])
    for key, statuses, pattern in _KNOWN:
        if status in statuses and pattern.search(words):
            return key
    return None
