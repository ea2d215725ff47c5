"""Answers broken in several places at once: a part is lost, never the others, never the program."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from carriers import document
from carriers.adapter import adapter
from carriers.answer import Answer, CarrierError
from carriers.vocabulary import Status
from tests.carriers.test_adapters import CASES, _as_json, _as_xml, sample


def _read(carrier: str, case: str) -> tuple[str, Any]:
    file = sample(carrier, case)
    if file.suffix == ".xml":
        return file.suffix, document.load_either(file.read_bytes())
    return file.suffix, json.loads(file.read_text("utf-8"))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [found for key, each in inner for found in _paths(each, (*path, key))]


def _mutated(value: Any, path: tuple[Any, ...], how: str) -> Any:
    """A copy with one part dropped, doubled, wrapped, blown up or put one floor deeper."""
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    key, rest = path[0], path[1:]
    if rest:
        copy[key] = _mutated(copy[key], rest, how)
    elif how == "drop":
        del copy[key]
    else:
        part = copy[key]
        copy[key] = {
            "null": None,
            "list": [part],
            "twice": [part, part],
            "empty": [] if isinstance(part, list) else {},
            "long": "9" * 20_000,
            "number": 20260304,
            "deeper": {"value": part},
            "odd": "\u202e<b>\u0007 2026-02-30T25:61:61+99:99",
        }[how]
    return copy


_HOW = ("drop", "null", "list", "twice", "empty", "long", "number", "deeper", "odd")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_an_answer_broken_in_three_places_is_read_or_refused(case: tuple[str, str], draw: st.DataObject) -> None:
    carrier = case[0]
    suffix, value = _read(*case)
    for _ in range(3):
        paths = _paths(value)
        if paths:
            value = _mutated(value, draw.draw(st.sampled_from(paths)), draw.draw(st.sampled_from(_HOW)))
    written = _as_xml(value) if suffix == ".xml" else _as_json(value)
    with suppress(CarrierError):
        _is_sane(adapter(carrier).parse(written))


def _is_sane(answer: Answer) -> None:
    for shipment in answer.shipments:
        assert shipment.headline.status is None or isinstance(shipment.headline.status, Status)
        assert len(shipment.tracking_number) <= 500
        assert json.dumps(shipment.kept)
        for event in shipment.events:
            assert len(event.description) <= 500
            assert event.occurred_utc is None or event.occurred_utc.tzinfo is not None
    for error in answer.errors:
        assert error.kind
