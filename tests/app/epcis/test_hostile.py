"""Events that are meant to hurt, or were written without care: refused by their field, or read and harmless."""

import json
import socket
from typing import Any

import pytest

from app.epcis.context import STANDARD
from app.epcis.document import hashes, parse_event, read_value
from app.epcis.errors import Invalid

CONTAINER = "https://id.gs1.org/00/395212340000000014"
KILO = {"epcClass": "https://id.gs1.org/01/09521234000013/10/L1", "quantity": 2}


def event(**changes: Any) -> bytes:
    said = {
        "@context": STANDARD,
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T09:30:00.000+01:00",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/01/09521234000013/21/A%2F1%25"],
        **changes,
    }
    return json.dumps(said).encode()


def test_no_context_is_fetched_wherever_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    def called(*_: object, **__: object) -> None:
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket, "socket", called)
    monkeypatch.setattr(socket, "getaddrinfo", called)
    contexts = [STANDARD, "https://attacker.example/context.jsonld", {"x": "http://169.254.169.254/"}]
    body = event(**{"@context": contexts, "x:own": "1"})
    assert parse_event(body).value["@context"] == contexts
    assert len(hashes(read_value(body))) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"eventTime": "2026-03-02T09:30:00.000"}, "/eventTime"),
        ({"eventTime": "2026-03-02T09:30:00.000+25:00"}, "/eventTime"),
        ({"eventTimeZoneOffset": "Europe/Berlin"}, "/eventTimeZoneOffset"),
        ({"quantityList": [{**KILO, "uom": "kilo"}]}, "/quantityList/0/uom"),
        ({"quantityList": [{**KILO, "uom": "KGM" * 2}]}, "/quantityList/0/uom"),
        ({"quantityList": [{"epcClass": KILO["epcClass"], "uom": "KGM"}]}, "/quantityList/0/quantity"),
        ({"epcList": ["https://id.gs1.org/01/09521234000013/21/A B"]}, "/epcList/0"),
    ],
)
def test_what_has_two_meanings_or_none_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_event(event(**changes))
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_serial_keeps_its_slash_and_its_percent_sign() -> None:
    assert parse_event(event()).names == (("epc", "/01/09521234000013/21/A%2F1%25"),)


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent"])
@pytest.mark.parametrize("child", [CONTAINER, "urn:epc:id:sscc:9521234.3000000001"])
def test_a_container_cannot_be_in_itself_in_whatever_spelling(kind: str, child: str) -> None:
    said = json.loads(event(type=kind, action="ADD", parentID=CONTAINER))
    del said["epcList"]
    for children in ({"childEPCs": [child]}, {"childQuantityList": [{"epcClass": child, "quantity": 1}]}):
        with pytest.raises(Invalid) as refused:
            parse_event(json.dumps(said | children).encode())
        assert [problem.field for problem in refused.value.problems] == ["/parentID"]
