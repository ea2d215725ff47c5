"""The strict reader and writer of Digital Links: the standard's rules one by one, and the way there and back."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gs1 import digital_link, element_strings
from app.gs1.dictionary import ENTRIES, PRIMARY, SEQUENCES
from app.gs1.digital_link import NotDigitalLink, Options, decode, encode
from app.gs1.elements import BadElement, Element
from app.gs1.keys import CSET_39, CSET_82, check_digit, check_pair

GTIN = "09521234000013"
STEM = "https://ada.example/shop"

DIGITS = "0123456789"


def checked(digits: int) -> st.SearchStrategy[str]:
    """A number with its check digit, `digits` long."""
    return st.text(DIGITS, min_size=digits - 1, max_size=digits - 1).map(lambda body: body + check_digit(body))


def text(most: int, alphabet: str = CSET_82, least: int = 1) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most)


PIECES = st.integers(1, 99).flatmap(lambda total: st.integers(1, total).map(lambda at: f"{at:02}{total:02}"))
VALUES = {
    "00": checked(18),
    "01": checked(14),
    "253": st.tuples(checked(13), text(17, least=0)).map("".join),
    "255": st.tuples(checked(13), text(12, DIGITS, 0)).map("".join),
    "401": st.tuples(text(4, DIGITS, 4), text(26, least=0)).map("".join),
    "402": checked(17),
    "414": checked(13),
    "415": checked(13),
    "417": checked(13),
    "8003": st.tuples(checked(13), text(16, least=0)).map(lambda parts: "0" + "".join(parts)),
    "8004": st.tuples(text(4, DIGITS, 4), text(26, least=0)).map("".join),
    "8006": st.tuples(checked(14), PIECES).map("".join),
    "8010": st.tuples(text(4, DIGITS, 4), text(26, CSET_39, 0)).map("".join),
    "8013": st.tuples(text(4, DIGITS, 4), text(19, least=0)).map("".join).map(lambda it: it + check_pair(it)),
    "8017": checked(18),
    "8018": checked(18),
    "22": text(20),
    "10": text(20),
    "21": text(20),
    "235": text(28),
    "254": text(20),
    "7040": st.just("1ABc"),
    "8011": st.integers(1, 10**12 - 1).map(str),
    "8019": text(10, DIGITS),
    "8020": text(25),
}
rows = st.sampled_from(sorted(SEQUENCES - {("415",)}))


@st.composite
def keys(draw: st.DrawFn) -> tuple[Element, ...]:
    """Any key that the standard allows, with any of the qualifiers that may follow it."""
    return tuple((ai, draw(VALUES[ai])) for ai in draw(rows))


@given(keys())
def test_every_key_survives_the_way_to_an_address_and_back(elements: tuple[Element, ...]) -> None:
    uri = encode(elements, STEM)
    assert decode(uri).elements == elements
    assert encode(decode(uri).elements, STEM) == uri


@given(keys())
def test_every_key_survives_the_way_through_a_bar_code(elements: tuple[Element, ...]) -> None:
    assert element_strings.parse_bracketed(element_strings.bracketed(elements)) == elements
    assert element_strings.parse_raw(element_strings.raw(elements)) == elements
    element_strings.check(elements)


@given(checked(14), text(30), text(90), st.sampled_from(["271231", "270200", "280229"]))
def test_what_the_path_cannot_take_stands_in_the_query(gtin: str, part: str, internal: str, date: str) -> None:
    uri = encode([("99", internal), ("241", part), ("17", date), ("01", gtin)], STEM)
    link = decode(uri)
    assert link.elements == (("01", gtin),)
    assert link.attributes == (("17", date), ("99", internal), ("241", part))  # those of known length first


def test_the_dictionary_is_whole() -> None:
    assert len(ENTRIES) == 541
    assert len(PRIMARY) == 16
    assert set(VALUES) == PRIMARY | {ai for row in SEQUENCES for ai in row}


@given(st.text(alphabet="/?#&=%+019aAgtin.:[]@ \x00^é", max_size=60))
def test_any_text_is_read_or_refused(rest: str) -> None:
    with contextlib.suppress(NotDigitalLink):
        decode("https://ada.example" + rest)


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("ftp://ada.example/01/" + GTIN, "http or https"),
        ("HtTps://ada.example/01/" + GTIN, "http or https"),
        ("https://ada@shop.example/01/" + GTIN, "not a host name"),
        (f"https://ada.example/01/{GTIN}/", "holds no GS1 key"),
        (f"https://ada.example/01/{GTIN}/10/é", "RFC 3986"),
        (f"https://ada.example/01/{GTIN}?10=L", "into the path"),
        (f"https://ada.example/01/{GTIN}?01={GTIN}", "into the path"),
        (f"https://ada.example/01/{GTIN}/10/A/10/B", "may not be followed"),
        (f"https://ada.example/01/{GTIN}?8200=x", "may not stand in a query"),
        (f"https://ada.example/01/{GTIN}?89=x", "no application identifier"),
        (f"https://ada.example/01/{GTIN}?99=A&99=A", "twice"),
        (f"https://ada.example/01/{GTIN}?99=", "empty"),
        (f"https://ada.example/01/{GTIN}?99=%00", "no GS1 key may have"),
        (f"https://ada.example/01/{GTIN}?17=271301", "no date"),
        (f"https://ada.example/01/{GTIN}?7006=270200", "no date"),
        (f"https://ada.example/01/{GTIN}?422=999", "no country"),
        (f"https://ada.example/01/{GTIN}?3100=000100&3102=000100", "may not stand with"),
        (f"https://ada.example/01/{GTIN}?37=4", "needs one of|may not stand with"),
        (f"https://ada.example/01/{GTIN}?3922=0299", "needs one of"),
        (f"https://ada.example/01/{GTIN}?4300=A", "needs one of 00"),
        ("https://ada.example/00/395212340000000014?4331=000185x", "must be"),
        ("https://ada.example/00/395212340000000014?4309=18000000010000000000", "beyond the pole"),
        ("https://ada.example/8004/ABCD1", "company prefix"),
        ("https://ada.example/gtin/09521234000013", "holds no GS1 key"),
        ("https://ada.example/01/9521234000013", "14 digits"),
    ],
)
def test_a_wrong_address_is_refused_with_its_rule(uri: str, rule: str) -> None:
    with pytest.raises(NotDigitalLink, match=rule):
        decode(uri)


@pytest.mark.parametrize(
    ("uri", "attributes"),
    [
        (f"https://ada.example/01/{GTIN}?utm_source=x&&y&17=270200", (("17", "270200"),)),
        (f"https://ada.example/01/{GTIN}/235/T?10=L", (("10", "L"),)),
        ("https://ada.example/00/395212340000000014?4300=A+B%2BC", None),
        ("https://ada.example/00/395212340000000014?4300=A%2BC", (("4300", "A+C"),)),
        ("https://ada.example/00/395212340000000014?4331=000185-", (("4331", "000185-"),)),
        ("https://ada.example/00/395212340000000014?4307=DE&4321=1", (("4307", "DE"), ("4321", "1"))),
        (f"https://ada.example/01/{GTIN}?3103=000195&3922=0299", (("3103", "000195"), ("3922", "0299"))),
        (f"https://ada.example/01/{GTIN}?423=276792", (("423", "276792"),)),
    ],
)
def test_the_query_is_judged_too(uri: str, attributes: tuple[Element, ...] | None) -> None:
    if attributes is None:
        with pytest.raises(NotDigitalLink, match="4300"):
            decode(uri)
    else:
        assert decode(uri).attributes == attributes


def test_what_is_beyond_the_standard_must_be_asked_for_by_name() -> None:
    assert decode("https://a/gtin/09521234000013/ser/1", Options(convenience_alphas=True)).path.endswith("/21/1")
    assert decode("https://a/01/9521234000013", Options(zero_suppressed_gtin=True)).path == f"/01/{GTIN}"
    both = Options(unknown_ais=True, unknown_ais_as_attributes=True)
    assert decode(f"https://a/01/{GTIN}?89=X", both).attributes == (("89", "X"),)
    for options in (Options(unknown_ais=True), Options(unknown_ais_as_attributes=True)):
        with pytest.raises(NotDigitalLink, match="no application identifier"):
            decode(f"https://a/01/{GTIN}?89=X", options)
    with pytest.raises(NotDigitalLink, match="has not the digits"):
        decode(f"https://a/01/{GTIN}?310=X", both)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("(21)A", "no primary key"),
        (f"(01){GTIN}(10)A(10)B", "twice"),
        (f"(01){GTIN}(235)T(21)S", "may not stand with"),
        (f"(01){GTIN}(8200)x", "may not stand in a query"),
        ("(414)9521234000303(254)A(7040)1ABC", "belongs into the path|may not stand in a query"),
        ("(415)9521234000303", "needs one of 8020"),
    ],
)
def test_elements_that_make_no_address_are_refused(text: str, rule: str) -> None:
    with pytest.raises(NotDigitalLink, match=rule):
        encode(element_strings.parse_bracketed(text))


@pytest.mark.parametrize("text", ["", "01", "(01)", "(1)A", "(01)A(B", "(01)(21)A", "(01)A\\", "A(01)B"])
def test_a_broken_element_string_is_refused(text: str) -> None:
    with pytest.raises((BadElement, NotDigitalLink)):
        encode(element_strings.parse_bracketed(text))


@pytest.mark.parametrize("text", ["", "99", "0195", "05123", "x", "\x1d", "7999A"])
def test_a_broken_scan_is_refused(text: str) -> None:
    with pytest.raises(BadElement):
        element_strings.check(element_strings.parse_raw(text))


@pytest.mark.parametrize(
    ("ai", "good", "bad"),
    [
        ("8007", "DE91100000000123456789", "DE92100000000123456789"),
        ("8110", "106141416543213150110120", "106141416543210150110120"),
        ("8112", "001234561234560123456", "0012345612345601234567"),
        ("8001", "01000001000100", "01000001000120"),
        ("7258", "1/3", "4/3"),
        ("7241", "80", "00"),
        ("7041", "PX", "QZ"),
        ("7007", "270101270131", "270101270100"),
        ("7011", "2701012359", "2701012460"),
        ("7251", "202402292359", "202302292359"),
        ("8008", "27010123", "27010124"),
        ("8014", "1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310c2J"),
        ("4309", "0000000000" * 2, "0000000000" + "9" * 10),
        ("3910", "978100", "999"),
        ("4326", "270101", "270100"),
        ("4320", "A%20B", "A%2"),
        ("8030", "a-_=", "a+"),
    ],
)
def test_the_content_of_a_value_is_judged(ai: str, good: str, bad: str) -> None:
    assert ENTRIES[ai].complaint(good) is None
    assert ENTRIES[ai].complaint(bad)


@given(st.text(max_size=30))
def test_percent_coding_is_undone_exactly(text: str) -> None:
    latin = text.encode("latin-1", "ignore").decode("latin-1")
    for query in (False, True):
        coded = digital_link.escaped(latin.encode().decode("latin-1"), query=query)
        assert coded.isascii()
    plain = "".join(character for character in latin if character.isascii())
    for query in (False, True):
        assert digital_link.unescaped(digital_link.escaped(plain, query=query), query=query) == plain
