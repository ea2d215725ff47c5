"""The JSON profile: equal to RFC 8785 inside, a refusal outside, never a repair."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.canonical import MAX_DEPTH, MAX_INTEGER, NotCanonical, decode, encode, moment_text, read

KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


@given(VALUES)
@settings(max_examples=400, deadline=None)
def test_inside_the_profile_the_bytes_are_those_of_rfc_8785_and_read_back(value: object) -> None:
    data = encode(value)
    assert data == rfc8785.dumps(value)
    assert decode(data) == value
    assert read(data) == value


@given(st.binary(max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_exactly_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("value", "rule", "path"),
    [
        (1.0, "float", ""),
        ({"body": {"temperature": 4.2}}, "float", "body.temperature"),
        ({"a": [0, float("nan")]}, "float", "a[1]"),
        (2**53, "integer", ""),
        ([-(2**53)], "integer", "[0]"),
        (2**64, "integer", ""),
        ({"ключ": 1}, "key", "'ключ'"),
        ({1: 2}, "key", "1"),
        ({"a": {None: 2}}, "key", "a.None"),
        (["\ud800"], "surrogate", "[0]"),
        ({"at": datetime(2026, 3, 2, tzinfo=UTC)}, "type", "at"),
        ((1, 2), "type", ""),
        ({1, 2}, "type", ""),
        (b"bytes", "type", ""),
        (UUID(int=1), "type", ""),
        (Decimal("1.5"), "type", ""),
        ([object()], "type", "[0]"),
    ],
)
def test_what_is_outside_the_profile_is_refused_and_named(value: object, rule: str, path: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        encode(value)
    assert (caught.value.rule, caught.value.path) == (rule, path)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"a":1,"a":2}', "duplicate"),
        (b'{"a":{"b":1,"b":1}}', "duplicate"),
        (b'{"b":1,"a":2}', "bytes"),
        (b'{"a": 1}', "bytes"),
        (b"[1]\n", "bytes"),
        (b'"\\u0041"', "bytes"),
        (b'"\\/"', "bytes"),
        (b"1.0", "float"),
        (b"1e2", "float"),
        (b"-0", "bytes"),
        (b"18446744073709551616", "float"),
        (b"9007199254740993", "integer"),
        (b'"\\ud800"', "syntax"),
        (b'"\xff"', "syntax"),
        (b"\xef\xbb\xbf1", "syntax"),
        (b"NaN", "syntax"),
        (b"", "syntax"),
        (b"[1", "syntax"),
        ('{"ä":1}'.encode(), "key"),
    ],
)
def test_bytes_that_are_not_the_canonical_ones_are_refused_and_named(data: bytes, rule: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        decode(data)
    assert caught.value.rule == rule


def nested(levels: int) -> list:
    value: list = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_sixty_four_levels_pass_and_the_next_one_does_not() -> None:
    assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(NotCanonical) as caught:
        encode(nested(MAX_DEPTH + 1))
    assert caught.value.rule == "depth"


@pytest.mark.parametrize("work", [decode, read])
@pytest.mark.parametrize("data", [b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000])
def test_ten_thousand_levels_are_refused_without_exhausting_the_stack(work: object, data: bytes) -> None:
    with pytest.raises(NotCanonical):
        work(data)
    with pytest.raises(NotCanonical):
        encode(nested(10_000))


def test_a_huge_flat_document_is_no_trouble() -> None:
    value = {f"k{number}": ["x" * 100, number] for number in range(20_000)}
    assert decode(encode(value)) == value


def test_reading_is_free_in_layout_but_not_in_content() -> None:
    assert read(b'{ "b": 1,\n "a": [true, null] }') == {"b": 1, "a": [True, None]}
    with pytest.raises(NotCanonical):
        read(b'{"a": 1, "a": 1}')


def test_a_member_of_a_text_enumeration_is_its_text() -> None:
    class Status(StrEnum):
        LATE = "late"

    assert encode({"status": Status.LATE}) == b'{"status":"late"}'


def test_a_moment_is_written_in_utc_with_six_decimals_and_never_without_a_zone() -> None:
    east = timezone(timedelta(hours=8))
    assert moment_text(datetime(2026, 3, 2, 17, 30, tzinfo=east)) == "2026-03-02T09:30:00.000000Z"
    assert moment_text(datetime(2026, 3, 2, 9, 30, 0, 7, tzinfo=UTC)) == "2026-03-02T09:30:00.000007Z"
    with pytest.raises(ValueError):
        moment_text(datetime(2026, 3, 2))


ANYTHING = st.recursive(
    LEAVES | st.floats() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(ANYTHING, st.booleans(), st.sampled_from([0, 1, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1]))
@settings(max_examples=400, deadline=None)
def test_a_glance_at_the_bytes_decides_as_the_whole_walk_does(value: object, ascii_only: bool, depth: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=True, separators=(",", ":"))
    data = ("[" * depth + text + "]" * depth).encode(errors="surrogatepass")
    try:
        whole = encode(orjson.loads(data)) == data
    except (NotCanonical, orjson.JSONDecodeError):
        whole = False
    try:
        decode(data)
        at_a_glance = True
    except NotCanonical:
        at_a_glance = False
    assert at_a_glance is whole
