"""The contract of every file in carriers/adapters, on answers written by us in the vendors' forms."""

import importlib
import json
import pkgutil
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import adapters
from carriers.answer import Answer, CarrierError, TrackedShipment
from carriers.document import LARGEST

SAMPLES = Path(__file__).parent / "samples"
NAMES = [module.name for module in pkgutil.iter_modules(adapters.__path__)]
CASES = sorted(
    (file.parent.name, file.name.removesuffix(".expected.json")) for file in SAMPLES.glob("*/*.expected.json")
)


def adapter(name: str) -> ModuleType:
    return importlib.import_module(f"carriers.adapters.{name}")


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
    answer = (SAMPLES / carrier / f"{name}.json").read_bytes()
    expected = json.loads((SAMPLES / carrier / f"{name}.expected.json").read_text())
    assert read(adapter(carrier).parse(answer, "application/json;charset=utf-8")) == expected


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_has_both_halves_and_samples_good_and_bad(name: str) -> None:
    module = adapter(name)
    assert name == module.KEY
    assert callable(module.parse)
    assert callable(module.track)
    assert module.BATCH >= 1
    assert module.PERSONAL
    expected = [json.loads(file.read_text()) for file in (SAMPLES / name).glob("*.expected.json")]
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
    for file in (SAMPLES / carrier / f"{case}.json" for carrier, case in CASES if carrier == name):
        document = json.loads(file.read_text())
        for broken in _each_broken(document):
            _parse(name, broken)


def _parse(name: str, document: Any) -> None:
    try:
        for shipment in adapter(name).parse(json.dumps(document).encode()).shipments:
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
        for document in (
            value,
            {"shipments": value},
            {"output": value},
            {"trackResponse": value},
            {"response": value},
        ):
            _parse(name, document)


def test_names_of_people_are_found_and_cut_from_what_is_kept() -> None:
    answer = adapter("fedex").parse((SAMPLES / "fedex" / "weather_and_unknown.json").read_bytes())
    assert answer.names == {"B.OKAFOR"}
    assert "OKAFOR" not in json.dumps([each.source for each in answer.shipments])
    answer = adapter("ups").parse((SAMPLES / "ups" / "gmt_halves.json").read_bytes())
    assert "OKAFOR" not in json.dumps([each.source for each in answer.shipments])
