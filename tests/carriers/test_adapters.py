"""The pure half of every file in carriers/adapters, on answers written by us in the vendors' forms."""

import json
import pkgutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import adapters, document
from carriers.adapter import adapter
from carriers.answer import Answer, CarrierError, TrackedShipment
from carriers.document import LARGEST
from carriers.known import CARRIERS

SAMPLES = Path(__file__).parent / "samples"
NAMES = [module.name for module in pkgutil.iter_modules(adapters.__path__)]
CASES = sorted(
    (file.parent.name, file.name.removesuffix(".expected.json")) for file in SAMPLES.glob("*/*.expected.json")
)


def sample(carrier: str, name: str) -> Path:
    """The file of an answer, in JSON or in XML."""
    return next(
        SAMPLES.joinpath(carrier, name + ending)
        for ending in (".json", ".xml")
        if SAMPLES.joinpath(carrier, name + ending).exists()
    )


def read(answer: Answer) -> dict[str, Any]:
    return {
        "shipments": [_shipment(each) for each in answer.shipments],
        "errors": [
            {"kind": each.kind, "tracking_number": each.tracking_number, "code": each.code}
            for each in answer.errors
        ],
    }


def _shipment(shipment: TrackedShipment) -> dict[str, Any]:
    head = shipment.headline
    return {
        "tracking_number": shipment.tracking_number,
        "status": head.status,
        "reason": head.reason,
        "estimated_delivery": shipment.estimated_delivery and shipment.estimated_delivery.isoformat(),
        "carrier_ref": shipment.carrier_ref,
        "events": [
            {
                "occurred_text": event.occurred_text,
                "status": event.status,
                "reason": event.reason,
                "utc": _second(event.occurred_utc),
                "how": event.how,
                "physical": event.physical,
                "place": str(event.place) if event.place else None,
            }
            for event in shipment.events
        ],
    }


def _second(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


@pytest.mark.parametrize(("carrier", "name"), CASES)
def test_an_answer_means_what_it_says(carrier: str, name: str) -> None:
    answer = sample(carrier, name)
    expected = json.loads((SAMPLES / carrier / f"{name}.expected.json").read_text("utf-8"))
    kind = "text/xml" if answer.suffix == ".xml" else "application/json"
    assert read(adapter(carrier).parse(answer.read_bytes(), f"{kind};charset=utf-8")) == expected


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_has_both_halves_and_samples_good_and_bad(name: str) -> None:
    module = adapter(name)
    assert name == module.KEY
    assert name in CARRIERS
    assert 2 <= len(CARRIERS[name]) <= 20
    assert module.BASE_URL.startswith("https://")
    assert module.BATCH >= 1
    assert module.PAUSE_S >= 0
    assert module.PERSONAL
    assert module.TRIAL
    assert set(module.ASKS) <= {"postal_code", "phone"}
    assert "secret" not in module.CREDENTIALS or "client_id" in module.CREDENTIALS
    expected = [json.loads(file.read_text("utf-8")) for file in (SAMPLES / name).glob("*.expected.json")]
    assert any(each["shipments"] for each in expected)
    assert any(each["errors"] for each in expected)


HOSTILE = [
    b"",
    b"<!doctype html><html><script>alert(1)</script></html>",
    b"null",
    b"[]",
    b"42",
    b'"text"',
    b"{",
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"output": ' + b"[" * 200 + b"]" * 200 + b"}",
    b" " * (LARGEST + 1),
    b'{"a": ' + b"9" * 10_000 + b"}",
    b"{}",
    b"<a>" * 100_000,
    b"<a>" * 200 + b"</a>" * 200,
    b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
    b'<?xml version="1.0" encoding="no-such"?><a/>',
    b"<a/>",
    b"<html><body>Sorry</body></html>",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_answer_is_refused_with_a_sentence(name: str, answer: bytes) -> None:
    with pytest.raises(CarrierError) as refusal:
        adapter(name).parse(answer)
    assert len(str(refusal.value)) > 10


@pytest.mark.parametrize("name", NAMES)
def test_a_page_in_place_of_json_is_refused_by_its_type(name: str) -> None:
    with pytest.raises(CarrierError):
        adapter(name).parse(b"{}", "text/html")


@pytest.mark.parametrize("name", NAMES)
def test_wrong_types_anywhere_cost_a_part_and_never_the_program(name: str) -> None:
    for file in (sample(carrier, case) for carrier, case in CASES if carrier == name):
        whole = document.load_either(file.read_bytes()) if file.suffix == ".xml" else json.loads(file.read_text())
        written = _as_xml if file.suffix == ".xml" else _as_json
        for broken in _each_broken(whole):
            _parse(name, written(broken))


def _as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _as_xml(value: Any) -> bytes:
    """A tree of carriers.markup, written again; what has no form in XML is left out."""
    return (
        "".join(_element(name, inner) for name, inner in value.items()).encode()
        if isinstance(value, dict)
        else b""
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(str(value))}</{name}>"
    said = "".join(f" {key[1:]}={quoteattr(str(text))}" for key, text in value.items() if key[0] == "@")
    inside = "".join(_element(key, each) for key, each in value.items() if key[0] not in "@#")
    return f"<{name}{said}>{escape(str(value.get('#text', '')))}{inside}</{name}>"


def _parse(name: str, written: bytes) -> None:
    try:
        for shipment in adapter(name).parse(written).shipments:
            assert shipment.headline
    except CarrierError:
        pass


def _each_broken(value: Any) -> Any:
    """The document with each of its parts replaced, one at a time, by a value of a wrong type."""
    if isinstance(value, dict):
        parts: list[Any] = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        return
    for key, inner in parts:
        for wrong in (None, 7, True, "text", [], {}, [[]], {"a": {"b": 1}}):
            yield _with(value, key, wrong)
        for broken in _each_broken(inner):
            yield _with(value, key, broken)


def _with(value: Any, key: Any, wrong: Any) -> Any:
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = wrong
    return copy


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_an_answer_or_a_carrier_error(value: Any) -> None:
    for name in NAMES:
        for asked in (
            value,
            {"shipments": value},
            {"output": value},
            {"trackResponse": value},
            {"response": value},
            {"data": value},
            {"trackingEvents": value},
            {"tracking_code": value},
        ):
            _parse(name, _as_json(asked))


@given(json_values)
def test_any_xml_is_an_answer_or_a_carrier_error(value: Any) -> None:
    for name, root in XML_ROOTS:
        _parse(name, _as_xml({root: _named(value)}))


XML_ROOTS = (
    ("canadapost", "tracking-detail"),
    ("dpd", "trackingresult"),
    ("dhl_parcel_de", "data"),
    ("dhl_express", "AWBInfo"),
    ("tnt", "Consignment"),
    ("purolator", "TrackingInformation"),
    ("chronopost", "return"),
    ("bpost", "itemTracking"),
    ("aramex", "ShipmentTrackingResponse"),
)


def _named(value: Any) -> Any:
    """The same, under keys that may be names of elements."""
    if isinstance(value, dict):
        return {f"a{number}": _named(inner) for number, inner in enumerate(value.values())}
    return [_named(each) for each in value] if isinstance(value, list) else value


def test_scripts_in_an_answer_stay_text() -> None:
    for name, case in (("gls", "on_its_way.json"), ("tnt", "held_and_unknown.xml")):
        known = (SAMPLES / name / case).read_text("utf-8")
        words = adapter(name).parse(known.encode()).shipments[0].events[-1].description
        script = "<script>alert(1)</script>"
        evil = escape(script) if case.endswith("xml") else script
        answer = adapter(name).parse(known.replace(words, evil).encode())
        assert script in {event.description for event in answer.shipments[0].events}


def test_names_of_people_are_found_and_cut_from_what_is_kept() -> None:
    answer = adapter("fedex").parse((SAMPLES / "fedex" / "weather_and_unknown.json").read_bytes())
    assert answer.names == {"B.OKAFOR"}
    assert "OKAFOR" not in json.dumps([each.kept for each in answer.shipments])
    answer = adapter("ups").parse((SAMPLES / "ups" / "gmt_halves.json").read_bytes())
    assert "OKAFOR" not in json.dumps([each.kept for each in answer.shipments])
