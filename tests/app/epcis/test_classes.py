import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.epcis import classes
from app.epcis.document import parse_event
from app.epcis.fields import FIELDS
from tests.app.provenance.conftest import bare

OPERATOR = "https://ns.ada.example/operator"
NAMES = st.sampled_from([*classes.STANDARD, "ada:operator", "ada:price", "ada:note"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def test_every_field_of_the_standard_has_a_class() -> None:
    assert classes.STANDARD.keys() == FIELDS.keys()


@given(st.dictionaries(NAMES, VALUES, max_size=12), st.sampled_from(["public", "commercial", "personal"]))
def test_the_parts_together_are_the_same_event(event: dict[str, Any], kind: str) -> None:
    extensions = [(name, name.replace("ada:", "https://ns.ada.example/")) for name in event if ":" in name]
    parts = classes.split(event, extensions, {OPERATOR: kind})
    assert classes.merge(parts) == event
    assert sum(len(json.loads(part)) for part in parts.values()) == len(event)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**64, 10**30])
def test_a_number_beyond_64_bits_stays_what_it_is(number: int) -> None:
    event = {"ada:serial": [number, {"in": number}], "type": "ObjectEvent"}
    assert classes.merge(classes.split(event)) == event


def test_what_is_sent_apart_from_the_standard_is_commercial_unless_its_brand_says_otherwise() -> None:
    event = parse_event(bare("object_commissioning", **{"https://ns.ada.example/operator": "Mika"}))
    assert event.extensions == ((OPERATOR, OPERATOR),)
    assert b"Mika" in classes.split(event.value, event.extensions)["commercial:document"]
    told = classes.split(event.value, event.extensions, {OPERATOR: "personal"})
    assert json.loads(told["personal:document"]) == {OPERATOR: "Mika"}
    assert b"Mika" not in told["public:document"] + told["commercial:document"]


def test_an_event_without_a_personal_field_looks_like_one_with_it() -> None:
    event = parse_event(bare("object_commissioning"))
    assert classes.split(event.value, event.extensions, {OPERATOR: "personal"})["personal:document"] == b"{}"
    assert "personal:document" not in classes.split(event.value, event.extensions)
