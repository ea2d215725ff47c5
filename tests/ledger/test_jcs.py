"""RFC 8785 with its numbers: the same bytes as the reference, or a refusal."""

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import jcs
from ledger.canonical import MAX_DEPTH, MAX_INTEGER, NotCanonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


@given(VALUES)
@settings(max_examples=400, deadline=None)
def test_any_json_has_the_bytes_of_rfc_8785_and_means_the_same(value: object) -> None:
    data = jcs.encode(value)
    assert data == rfc8785.dumps(value)
    assert jcs.encode(json.loads(data)) == data


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=600, deadline=None)
def test_any_decimal_is_written_as_ecmascript_writes_it(value: float) -> None:
    assert jcs.encode(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (4.5, "4.5"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-9, "1.5e-9"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (2**53, "9007199254740992"),
        (2**64, "18446744073709552000"),
        (18446744073709552000, "18446744073709552000"),
        (333333333.33333329, "333333333.3333333"),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'),
        ('\u20ac$\x0f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
    ],
)
def test_known_answers(value: object, text: str) -> None:
    assert jcs.encode(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (float("nan"), "float"),
        (float("inf"), "float"),
        (2**53 + 1, "integer"),
        (10**400, "integer"),
        ("\ud800", "surrogate"),
        ({"\ud800": 1}, "surrogate"),
        ({1: 2}, "key"),
        (b"bytes", "type"),
        ((1, 2), "type"),
    ],
)
def test_what_has_no_such_form_is_refused_and_named(value: object, rule: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        jcs.encode([value])
    assert caught.value.rule == rule


def test_sixty_four_levels_pass_and_the_next_one_does_not() -> None:
    value: list = []
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    assert jcs.encode(value) == b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    with pytest.raises(NotCanonical):
        jcs.encode([value])
