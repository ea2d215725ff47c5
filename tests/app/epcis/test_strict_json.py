"""The quick look at a JSON text and the slow one agree: the same value, or the same refusal."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.epcis import strict_json
from app.epcis.errors import Invalid

BESIDE = b"[]," * strict_json.DEEPEST  # so many brackets that the quick look must count levels

names = st.sampled_from(["a", "b", "a:b", "é", "\\u003a", "\\u0061", ":"])
scalars = st.sampled_from(
    [
        *("1", "-0", "-0.0", "1.50", "1E5", "9" * 18, "9" * 19, "9" * 30, "-9223372036854775809", "0.1e-400"),
        *('"a:b"', '"\\u003a"', '"[{"', '"999999999999999999999999999999"', "true", "null", '""', '"é"'),
        *("1e400", "NaN"),
    ]
)


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.builds(lambda name, value: f'"{name}": {value}', names, inner)
    return st.one_of(
        st.lists(inner, max_size=3).map(lambda each: f"[{','.join(each)}]"),
        st.lists(members, max_size=4).map(lambda each: f"{{{' , '.join(each)}}}"),
    )


def plainly(text: str) -> Any:
    """By the standard library alone."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    def no(text: str) -> None:
        raise ValueError(text)

    value = json.loads(text, object_pairs_hook=once, parse_constant=no)
    if "Infinity" in json.dumps(value):
        raise ValueError("a number is infinite")
    return value


@given(st.recursive(scalars, containers, max_leaves=12))
@example('{"a": 1, "a": {"b": 2}}')
@example('{"a:b": 1, "a\\u003ab": 2}')
@example('{"\\u003a": 1, "a": 2, "a": 2}')
def test_a_text_is_read_as_the_standard_library_reads_it(text: str) -> None:
    data = text.encode()
    try:
        expected = plainly(text)
    except ValueError:
        for refused in (data, b"[%b%b]" % (BESIDE, data)):
            with pytest.raises(Invalid):
                strict_json.read(refused)
    else:
        assert repr(strict_json.read(data)) == repr(expected)
        assert repr(strict_json.read(b"[%b%b]" % (BESIDE, data))[-1]) == repr(expected)


@pytest.mark.parametrize("escape", ["", "\\n"])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_value_is_read_to_64_levels_and_no_deeper(opening: str, closing: str, escape: str) -> None:
    def nested(depth: int) -> bytes:
        return (opening * depth + f'"{escape}"' + closing * depth).encode()

    assert strict_json.read(nested(64)) is not None
    assert strict_json.read(b"[%b%b]" % (BESIDE, nested(63))) is not None
    with pytest.raises(Invalid, match="64 deep"):
        strict_json.read(nested(65))
    with pytest.raises(Invalid, match="64 deep"):
        strict_json.read(b"[%b%b]" % (BESIDE, nested(64)))
    with pytest.raises(Invalid, match="64 deep"):
        strict_json.read(nested(5000))
