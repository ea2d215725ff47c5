"""RFID tags and EPC URNs: the published answers, every coding there and back, and what must be refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gs1 import epc, tag_data
from app.gs1.epc import Epc, NotEpc
from app.gs1.keys import CSET_39, CSET_82
from app.gs1.tag_data import CODINGS, NotTag, Tag

DIGITS = "0123456789"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


def text(most: int, alphabet: str = CSET_82) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=most)


def number(bits: int) -> st.SearchStrategy[str]:
    return st.integers(0, (1 << bits) - 1).map(str)


TAILS = {
    "sgtin-96": [number(38)],
    "sgtin-198": [text(20)],
    "sgln-96": [number(41)],
    "sgln-195": [text(20)],
    "grai-96": [number(38)],
    "grai-170": [text(16)],
    "gdti-96": [number(41)],
    "gdti-113": [text(17, DIGITS)],
    "gdti-174": [text(17)],
    "sgcn-96": [text(12, DIGITS)],
    "itip-110": [digits(2), digits(2), number(38)],
    "itip-212": [digits(2), digits(2), text(20)],
}
TOTALS = {
    "sgtin": 13,
    "itip": 13,
    "sscc": 17,
    "gsrn": 17,
    "gsrnp": 17,
    "sgln": 12,
    "grai": 12,
    "gdti": 12,
    "sgcn": 12,
}
AIRCRAFT = CSET_39.replace("#", "")
CAGE = DIGITS + "ABCDEFGHJKLMNPQRSTUVWXYZ"


@st.composite
def tags(draw: st.DrawFn) -> Tag:
    """Any tag of any coding, whose code fits into it."""
    name = draw(st.sampled_from(sorted(CODINGS)))
    coding = CODINGS[name]
    filter_value = draw(st.integers(0, (1 << coding.filter_bits) - 1)) if coding.filter_bits else None
    return Tag(name, Epc(coding.scheme, tuple(_parts(draw, name, coding.scheme))), filter_value)


def _parts(draw: st.DrawFn, name: str, scheme: str) -> list[str]:
    if name == "gid-96":
        return [draw(number(bits)) for bits in (28, 24, 36)]
    if name == "usdod-96":
        return [draw(st.text(CAGE, min_size=5, max_size=6)), draw(number(36))]
    if name == "adi-var":
        mark = draw(st.sampled_from(["", "#"]))
        part = draw(st.text(AIRCRAFT, max_size=32))
        return [draw(st.text(CAGE, min_size=5, max_size=6)), part, mark + draw(text(29, AIRCRAFT))]
    length = draw(st.integers(6, 12))
    prefix = draw(digits(length))
    if name in ("giai-96", "cpi-96"):
        bits = CODINGS[name].reference[12 - length]
        most = 10 ** (15 - length) if scheme == "cpi" else 10**19
        rest = [draw(st.integers(0, min(1 << bits, most) - 1).map(str))]
        return [prefix, *rest, draw(number(31))] if scheme == "cpi" else [prefix, *rest]
    if name == "giai-202":
        return [prefix, draw(text(30 - length))]
    if name == "cpi-var":
        return [prefix, draw(text(30 - length, CSET_39)), draw(st.integers(0, 10**12 - 1).map(str))]
    return [prefix, draw(digits(TOTALS[scheme] - length)), *(draw(tail) for tail in TAILS.get(name, []))]


@given(tags())
def test_every_tag_survives_the_way_to_hexadecimal_and_back(tag: Tag) -> None:
    written = tag_data.encode(tag)
    assert tag_data.decode(written) == tag
    assert tag_data.decode(written.lower() + "0000") == tag
    assert tag_data.parse_uri(tag.uri) == tag
    assert tag_data.parse_raw(tag_data.raw_uri(written)) == written
    assert len(written) % 4 == 0


@given(tags())
def test_every_code_survives_the_way_to_its_urn_and_its_key(tag: Tag) -> None:
    assert epc.parse(tag.epc.uri) == tag.epc
    with contextlib.suppress(NotEpc):  # gid, usdod and adi are no GS1 keys
        elements = tag.epc.elements()
        assert epc.of_elements(elements, len(tag.epc.parts[0])) == tag.epc
    fits = tag_data.fitting(tag.epc)
    assert fits is not None
    assert tag_data.decode(tag_data.encode(fits)).epc == tag.epc


@given(st.text("0123456789ABCDEF", min_size=1, max_size=70))
def test_any_content_is_read_or_refused(content: str) -> None:
    with contextlib.suppress(NotTag):
        tag = tag_data.decode(content)
        assert tag_data.decode(tag_data.encode(tag)) == tag


@given(st.text(alphabet="urn:epcidsgtgln.0123456789%2F#*é \n", max_size=50))
def test_any_urn_is_read_or_refused(rest: str) -> None:
    with contextlib.suppress(NotEpc):
        assert epc.parse("urn:epc:id:" + rest).uri


@pytest.mark.parametrize(
    ("content", "uri"),
    [
        ("3034257BF7194E4000001A85", "urn:epc:tag:sgtin-96:1.0614141.812345.6789"),
        ("3114257BF4499602D2000000", "urn:epc:tag:sscc-96:0.0614141.1234567890"),
        ("35E8009430303900000000FF", None),
    ],
)
def test_the_published_answers_are_found(content: str, uri: str | None) -> None:
    assert uri in (None, tag_data.decode(content).uri)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "hexadecimal"),
        ("XYZ", "hexadecimal"),
        ("30", "hexadecimal"),
        ("3034257BF7194E4000001A", "too early"),
        ("3034257BF7194E4000001A8500000001", "something follows"),
        ("303C257BF7194E4000001A85", "no partition 7"),
        ("3033FFFFFFFFFFFFFFFFFFFF", "more than"),
        ("3114257BF4499602D2000001", "reserved"),
        ("F7379521141123453000000000", "SGTIN\\+ of TDS 2"),
        ("00" * 12, "no known coding"),
        ("E2801160600002054CC2096F", "no known coding"),
        ("36" + "0" * 50, "are none of GS1"),
        ("3C0376BBEBF455FF00000005", "1022 has more than 3 digits"),
        ("F" * 300, "hexadecimal digits"),
    ],
)
def test_a_content_that_says_nothing_is_refused(content: str, reason: str) -> None:
    with pytest.raises(NotTag, match=reason):
        tag_data.decode(content)


@pytest.mark.parametrize(
    ("urn", "coding", "reason"),
    [
        ("urn:epc:id:sgtin:9521234.000001.0123", "sgtin-96", "leading zeros"),
        ("urn:epc:id:sgtin:9521234.000001.A1", "sgtin-96", "not a number"),
        ("urn:epc:id:sgtin:9521234.000001.274877906944", "sgtin-96", "does not fit"),
        ("urn:epc:id:giai:9521234.012", "giai-96", "leading zeros"),
        ("urn:epc:id:cpi:9521234.A-1.1", "cpi-96", "not a number"),
        ("urn:epc:id:cpi:952123456789.1022.5", "cpi-96", "more than 3 digits"),
        ("urn:epc:id:sscc:9521234.3000000001", "sgtin-96", "cannot be written"),
        ("urn:epc:class:lgtin:9521234.000001.L", "sgtin-198", "cannot be written"),
        ("urn:epc:id:sgtin:9521234.000001.1", "sgtin-64", "cannot be written"),
    ],
)
def test_a_code_that_does_not_fit_is_refused(urn: str, coding: str, reason: str) -> None:
    with pytest.raises(NotTag, match=reason):
        tag_data.encode(Tag(coding, epc.parse(urn), 0))


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:tag:sgtin-96:8.9521234.000001.1",
        "urn:epc:tag:sgtin-96:9521234.000001.1",
        "urn:epc:tag:sgtin-64:1.9521234.000001.1",
        "urn:epc:tag:gid-96:1.2.3.4",
        "urn:epc:id:sgtin:9521234.000001.1",
    ],
)
def test_a_wrong_tag_uri_is_refused(uri: str) -> None:
    with pytest.raises(NotTag):
        tag_data.parse_uri(uri)


def test_a_raw_uri_counts_its_bits() -> None:
    assert tag_data.parse_raw("urn:epc:raw:96.x3034257BF7194E4000001A85") == "3034257BF7194E4000001A85"
    for wrong in ("urn:epc:raw:92.x3034257BF7194E4000001A85", "urn:epc:raw:x30", "urn:epc:raw:8.x3"):
        with pytest.raises(NotTag):
            tag_data.parse_raw(wrong)
