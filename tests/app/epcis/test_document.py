import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.epcis.document import parse_document, parse_event, query_document
from app.epcis.errors import Invalid, TooLarge
from tests.conftest import NOW

SAMPLES = Path(__file__).parents[2] / "samples" / "epcis"
VALID = sorted((SAMPLES / "valid").glob("*.jsonld"))
FIELDS: dict[str, str] = json.loads((SAMPLES / "invalid" / "fields.json").read_text())

EVENT: dict[str, Any] = json.loads((SAMPLES / "events" / "object_commissioning.jsonld").read_text())


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_document_is_read_and_keeps_its_content(path: Path) -> None:
    given = json.loads(path.read_text())
    events = parse_document(path.read_bytes()).valid()
    sent = given["epcisBody"].get("eventList") or given["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert len(events) == len(sent)
    for event, original in zip(events, sent, strict=True):
        kept = json.loads(event.document)
        assert kept.pop("eventID") == event.event_id
        assert [each for each in given["@context"] if each not in kept["@context"]] == []
        for name in ("@context", "recordTime", "eventID"):
            original.pop(name, None)
            kept.pop(name, None)
        assert kept == original


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_an_invalid_document_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_document((SAMPLES / "invalid" / f"{name}.jsonld").read_bytes()).valid()
    assert FIELDS[name] in [problem.field for problem in refused.value.problems]
    assert all(problem.rule for problem in refused.value.problems)


@pytest.mark.parametrize("path", sorted((SAMPLES / "events").glob("*.jsonld")), ids=lambda path: path.stem)
def test_a_bare_event_stands_alone(path: Path) -> None:
    event = parse_event(path.read_bytes())
    assert parse_event(event.document) == event


def test_a_bare_event_without_context_is_refused() -> None:
    with pytest.raises(Invalid, match="@context"):
        parse_event(json.dumps({name: value for name, value in EVENT.items() if name != "@context"}).encode())


def test_a_document_at_the_door_of_events_is_refused() -> None:
    with pytest.raises(Invalid):
        parse_event(VALID[0].read_bytes())


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"type":"EPCISDocument","epcisBody":{"eventList":[{"x":1,"x":1}]}}', "stands twice"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":1e999}', "not JSON"),
        (b'{"a":"\\ud800"}', "not JSON"),
        (b"[" * 65 + b"]" * 65, "nested more than 64"),
        (b"[" * 10_000 + b"]" * 10_000, "nested more than 64"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested more than 64"),
        (b'{"a":' + b"9" * 5000 + b"}", "digits|not JSON"),
        (b"<EPCISDocument/>", "namespace ''"),
    ],
)
def test_what_is_no_strict_json_is_refused_in_a_sentence(data: bytes, rule: str) -> None:
    with pytest.raises(Invalid, match=rule):
        parse_document(data)


def test_a_document_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        parse_document(b" " * 101, largest=100)
    with pytest.raises(TooLarge):
        parse_document(VALID[0].read_bytes(), most=0)


def test_at_most_twenty_problems_are_listed() -> None:
    wrong = {**EVENT, **{f"bad{number}": 1 for number in range(50)}}
    with pytest.raises(Invalid) as refused:
        parse_event(json.dumps(wrong).encode())
    assert len(refused.value.problems) == 20


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(st.sampled_from(sorted(EVENT)), json_values)
def test_a_field_with_any_value_is_accepted_or_refused_and_never_breaks(field: str, value: Any) -> None:
    data = json.dumps({**EVENT, field: value}).encode()
    with contextlib.suppress(Invalid):
        assert field in json.loads(parse_event(data).document)


@settings(max_examples=100)
@given(json_values)
def test_any_json_is_refused_as_a_document(value: Any) -> None:
    with pytest.raises(Invalid):
        parse_document(json.dumps(value).encode())


def test_an_answer_holds_the_context_that_all_its_events_share_once() -> None:
    read = parse_document((SAMPLES / "valid" / "extensions_everywhere.jsonld").read_bytes()).valid()
    events = [json.loads(event.document) for event in read]
    answer = query_document(events, NOW)
    assert len(answer["@context"]) == 2
    listed = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert listed[0]["@context"] == [{"lab": "https://lab.example/ns#"}]
    assert "@context" not in listed[1]
    again = parse_document(json.dumps(answer).encode()).valid()
    assert [event.event_id for event in again] == [event.event_id for event in read]


def test_an_empty_answer_is_a_valid_document() -> None:
    assert parse_document(json.dumps(query_document([], NOW)).encode()).valid() == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bizStep", "urn:epcglobal:cbv:disp:active"),
        ("bizStep", "https://ref.gs1.org/cbv/Disp-active"),
        ("bizStep", "cbv:Disp-active"),
        ("bizStep", "https://ns.gs1.org/cbv/roasting"),
        ("disposition", "urn:epcglobal:cbv:bizstep:shipping"),
        ("disposition", "urn:epcglobal:cbv:mood:fine"),
    ],
)
def test_a_word_of_another_list_is_no_word_of_ones_own(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_event(json.dumps(EVENT | {field: value}).encode())
    assert [problem.field for problem in refused.value.problems] == [f"/{field}"]


def test_a_prefix_may_be_declared_as_a_term_definition() -> None:
    long, short = {"@id": "https://mill.example/#", "@prefix": True}, "https://mill.example/#"
    bare = {name: value for name, value in EVENT.items() if name != "eventID"} | {"mill:lane": 7}
    read = [
        parse_event(json.dumps(bare | {"@context": [*EVENT["@context"], {"mill": said}]}).encode())
        for said in (long, short)
    ]
    assert read[0].event_id == read[1].event_id
