"""The plain map: what is a reading, and what is quarantined with which reason."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot.formats.plain import parse
from iot.reading import Reason, Refusal, Sample

TS = 1_772_443_800_000


def test_values_stand_in_a_map_of_their_own_or_beside_the_time() -> None:
    nested = b'{"ts": 1772443800000, "seq": 7, "boot": "a1", "values": {"temperature": 4.20, "humidity": 61}}'
    flat = b'{"ts": 1772443800000, "seq": 7, "boot": "a1", "temperature": 4.20, "humidity": 61}'
    expected = Sample(TS * 1000, 7, "a1", {"temperature": Decimal("4.20"), "humidity": Decimal(61)})
    assert parse(nested) == parse(flat) == [expected]


def test_the_decimal_stays_as_it_was_sent() -> None:
    (sample,) = parse(b'{"ts": 1772443800000, "t": 4.20}')
    assert isinstance(sample, Sample)
    assert str(sample.values["t"]) == "4.20"


@pytest.mark.parametrize(
    "text", ["2026-03-02T09:30:00Z", "2026-03-02T10:30:00+01:00", "2026-03-02T09:30:00.000000+00:00"]
)
def test_a_time_may_be_text_with_a_zone(text: str) -> None:
    (sample,) = parse(json.dumps({"ts": text, "t": 1}).encode())
    assert isinstance(sample, Sample)
    assert sample.ts == TS * 1000


def test_a_list_is_a_batch_and_a_bad_map_does_not_take_the_others_with_it() -> None:
    found = parse(b'[{"ts": 1772443800000, "seq": 1, "t": 1}, {"ts": 1772443800000, "seq": 2, "t": true}, 5]')
    assert isinstance(found[0], Sample)
    assert [(each.reason, each.position, each.seq) for each in found[1:] if isinstance(each, Refusal)] == [
        (Reason.BAD_VALUE, 1, 2),
        (Reason.WRONG_SHAPE, 2, None),
    ]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"23.5", Reason.WRONG_SHAPE),
        (b"\xff\xfe", Reason.NOT_JSON),
        (b'{"ts": 1772443800000, "t": 1', Reason.NOT_JSON),
        (b'{"ts": 1772443800000, "t": 1, "t": 2}', Reason.NOT_JSON),
        (b'{"ts": 1772443800000, "t": NaN}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": -Infinity}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": 1e400}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": 1e-400}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": true}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": "4.2"}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": null}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": [1]}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "T t": 1}', Reason.BAD_VALUE),
        (b'{"ts": 1772443800000, "t": ' + b"9" * 5000 + b"}", Reason.NOT_JSON),
        (b'{"ts": 1772443800000, "t": ' + b"9" * 50 + b"}", Reason.BAD_VALUE),
        (b'{"ts": 1772443800000}', Reason.WRONG_SHAPE),
        (b'{"ts": 1772443800000, "values": {}}', Reason.WRONG_SHAPE),
        (b'{"ts": 1772443800000, "values": {"t": 1}, "u": 2}', Reason.WRONG_SHAPE),
        (b'{"t": 1}', Reason.BAD_TIME),
        (b'{"ts": true, "t": 1}', Reason.BAD_TIME),
        (b'{"ts": 1772443800000.5, "t": 1}', Reason.BAD_TIME),
        (b'{"ts": "2026-03-02T09:30:00", "t": 1}', Reason.BAD_TIME),
        (b'{"ts": "yesterday", "t": 1}', Reason.BAD_TIME),
        (b'{"ts": 99999999999999999999, "t": 1}', Reason.BAD_TIME),
        (b'{"ts": 1772443800000, "seq": -1, "t": 1}', Reason.WRONG_SHAPE),
        (b'{"ts": 1772443800000, "seq": true, "t": 1}', Reason.WRONG_SHAPE),
        (b'{"ts": 1772443800000, "seq": 1.0, "t": 1}', Reason.WRONG_SHAPE),
        (b'{"ts": 1772443800000, "boot": "a b", "t": 1}', Reason.WRONG_SHAPE),
        (b"[]", Reason.WRONG_SHAPE),
        (b"[" * 60_000, Reason.NOT_JSON),
        (b'{"a":' * 10_000, Reason.NOT_JSON),
        (b" " * 65_537, Reason.TOO_LARGE),
    ],
)
def test_what_is_no_reading_is_refused_with_its_reason(payload: bytes, reason: Reason) -> None:
    (refusal,) = parse(payload)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is reason
    assert len(refusal.detail) <= 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_payload_at_all_raises(payload: bytes) -> None:
    assert parse(payload)
