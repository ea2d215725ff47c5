"""The event types of EPCIS 2.0, judged by one walk over the properties (EPCIS 2.0, sections 7.4 and 10).

Only says what is wrong and where; reads no bytes, keeps nothing, fetches no context.
"""

from collections.abc import Callable
from typing import Any

from app.epcis.context import is_declared
from app.epcis.fields import FIELDS, Walk, check_extension
from app.epcis.syntax import is_uri
from app.gs1 import identifiers

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")

Structure = Callable[[Walk, dict[str, Any], str], None]


def check_event(walk: Walk, event: Any, at: str) -> None:
    """Note in `walk` every rule that the event at the pointer `at` breaks."""
    if type(event) is not dict:
        walk.wrong(at, "an event must be an object")
        return
    kind = event.get("type")
    allowed, required, structure = _rules_of(walk, kind, at)
    for name in required:
        if name not in event:
            walk.wrong(f"{at}/{name}", f"{kind} must have {name}")
    for name, value in event.items():
        judge = FIELDS.get(name) if name in allowed else None
        if judge:
            judge(walk, value, f"{at}/{name}")
        elif name not in allowed:
            check_extension(walk, name, at, known=name in FIELDS, owner=kind)
    if structure:
        structure(walk, event, at)


def _rules_of(walk: Walk, kind: Any, at: str) -> tuple[frozenset[str], tuple[str, ...], Structure | None]:
    if type(kind) is str and kind in _TYPES:
        return _TYPES[kind]
    if not is_uri(kind):
        walk.wrong(
            f"{at}/type", f"the type must be one of {', '.join(EVENT_TYPES)}, or the URI of an extension type"
        )
    elif not is_declared(kind, walk.prefixes, walk.foreign):
        walk.wrong(f"{at}/type", f"the prefix of {kind} is declared in no context")
    return _EVERY, _COMMON_REQUIRED, None


# ---- the five types: fields, what must be there, and what must be there together


def _object_event(walk: Walk, event: dict[str, Any], at: str) -> None:
    sensed = event.get("sensorElementList") and event.get("readPoint")
    if "epcList" not in event and not event.get("quantityList") and not sensed:
        walk.wrong(at, "ObjectEvent must have epcList, quantityList, or sensorElementList with a readPoint")
    if "ilmd" in event and event.get("action") != "ADD":
        walk.wrong(f"{at}/ilmd", "ilmd is only for action ADD")


def _aggregation(walk: Walk, event: dict[str, Any], at: str) -> None:
    if "parentID" not in event and (event["type"] == "AssociationEvent" or event.get("action") != "OBSERVE"):
        walk.wrong(f"{at}/parentID", f"{event['type']} must have parentID")
    if not event.get("childEPCs") and not event.get("childQuantityList") and event.get("action") != "DELETE":
        walk.wrong(at, f"{event['type']} must have childEPCs or childQuantityList, unless its action is DELETE")
    if not walk.problems and _holds_itself(event):
        walk.wrong(f"{at}/parentID", "a thing cannot hold itself: parentID stands among the children too")


def _holds_itself(event: dict[str, Any]) -> bool:
    """Whether a valid event names its parent as a child, in whatever spelling."""
    children = [*event.get("childEPCs", ()), *(each["epcClass"] for each in event.get("childQuantityList", ()))]
    return "parentID" in event and identifiers.canonical(event["parentID"]) in map(identifiers.canonical, children)


def _transaction(walk: Walk, event: dict[str, Any], at: str) -> None:
    if event.get("bizTransactionList") == []:
        walk.wrong(f"{at}/bizTransactionList", "must have at least 1 member")
    if "epcList" not in event and not event.get("quantityList") and event.get("action") != "DELETE":
        walk.wrong(at, "TransactionEvent must have epcList or quantityList, unless its action is DELETE")


def _transformation(walk: Walk, event: dict[str, Any], at: str) -> None:
    inputs = event.get("inputEPCList") or event.get("inputQuantityList")
    outputs = event.get("outputEPCList") or event.get("outputQuantityList")
    named = "transformationID" in event
    if not (inputs and outputs) and not (named and (inputs or outputs)):
        walk.wrong(at, "TransformationEvent must have inputs and outputs, or one of them with transformationID")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON_REQUIRED = ("eventTime", "eventTimeZoneOffset")
_COMMON = _names(
    """@context type eventTime recordTime eventTimeZoneOffset eventID errorDeclaration
    certificationInfo"""
)
_CONTEXT_OF_EVENT = _COMMON | _names(
    """bizStep disposition persistentDisposition readPoint bizLocation bizTransactionList sourceList
    destinationList sensorElementList"""
)
_CHILDREN = frozenset({"action", "parentID", "childEPCs", "childQuantityList"})
_EVERY = frozenset(FIELDS)

_TYPES: dict[str, tuple[frozenset[str], tuple[str, ...], Structure]] = {
    "ObjectEvent": (
        _CONTEXT_OF_EVENT | {"action", "epcList", "quantityList", "ilmd"},
        (*_COMMON_REQUIRED, "action"),
        _object_event,
    ),
    "AggregationEvent": (_CONTEXT_OF_EVENT | _CHILDREN, (*_COMMON_REQUIRED, "action"), _aggregation),
    "TransactionEvent": (
        _CONTEXT_OF_EVENT | {"action", "epcList", "quantityList", "parentID"},
        (*_COMMON_REQUIRED, "action", "bizTransactionList"),
        _transaction,
    ),
    "TransformationEvent": (
        _CONTEXT_OF_EVENT
        | _names("inputEPCList inputQuantityList outputEPCList outputQuantityList transformationID ilmd"),
        _COMMON_REQUIRED,
        _transformation,
    ),
    "AssociationEvent": (
        _CONTEXT_OF_EVENT | _CHILDREN,
        (*_COMMON_REQUIRED, "action"),
        _aggregation,
    ),
}
