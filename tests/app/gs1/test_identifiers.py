import contextlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gs1 import digital_link, identifiers
from app.gs1.digital_link import NotDigitalLink
from app.gs1.keys import CSET_82, check_digit, check_pair, is_checked

GTIN = "09521234000013"
LINK = f"/01/{GTIN}"

serials = st.text(alphabet=CSET_82, min_size=1, max_size=20)
gtins = st.text(alphabet="0123456789", min_size=13, max_size=13).map(lambda body: body + check_digit(body))


@given(gtins, serials)
def test_an_item_survives_the_way_to_its_address_and_back(gtin: str, serial: str) -> None:
    key = digital_link.build((("01", gtin), ("21", serial)))
    assert identifiers.canonical(key) == key
    assert identifiers.values(key) == {"01": gtin, "21": serial}
    assert identifiers.canonical(identifiers.to_uri(key)) == key
    assert digital_link.parse_uri(identifiers.to_uri(key, "https://ada.example/shop")).elements[1] == (
        "21",
        serial,
    )


@given(
    st.sampled_from(
        ["", "https://id.gs1.org", "http://ada.example", "https://a_b", "https://", "HTTP://a.b", "x"]
    ),
    st.one_of(gtins, st.text(alphabet="0123456789٣", min_size=13, max_size=15)),
    st.one_of(
        serials, serials.map(lambda each: quote(each, safe="")), st.text(alphabet="aB1._-~%2F\n?", max_size=22)
    ),
)
def test_an_item_that_is_seen_at_one_look_has_the_keys_of_the_long_way(stem: str, gtin: str, serial: str) -> None:
    text = f"{stem}/01/{gtin}/21/{serial}"
    same_by_the_long_way = f"{text}?" if stem else f"https://id.gs1.org{text}?"
    quick = identifiers.named(text)
    if identifiers._ITEM.fullmatch(text) and len(quick) > 1:
        assert quick == identifiers.named(same_by_the_long_way)
    elif identifiers._ITEM.fullmatch(text):
        assert not identifiers.elements_of(text)


@given(st.text(max_size=80))
def test_any_text_has_a_key_and_a_level(text: str) -> None:
    key = identifiers.canonical(text)
    assert identifiers.canonical(key) == key
    assert identifiers.level(key)
    assert key in identifiers.named(text)


@given(st.lists(st.sampled_from(["01", GTIN, "21", "10", "A", "", "%2F", "00", "x y", "%00", "^"]), max_size=8))
def test_any_path_is_read_or_refused(segments: list[str]) -> None:
    with contextlib.suppress(NotDigitalLink):
        link = digital_link.parse("/" + "/".join(segments))
        assert digital_link.parse(link.path).elements == link.elements


@pytest.mark.parametrize("serial", ["A/B", "50%", "a+b", "x=y&z", "?", "()"])
def test_a_reserved_character_stays_inside_its_segment(serial: str) -> None:
    link = digital_link.parse(f"{LINK}/21/{quote(serial, safe='')}")
    assert link.elements == (("01", GTIN), ("21", serial))


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (f"/01/{GTIN[:-1]}4", "check digit"),
        ("/01/9521234000013", "14 digits"),
        (f"{LINK}/21/x/10/y", "may not be followed"),
        (f"{LINK}/235/t/21/s", "may not be followed"),
        (f"{LINK}/21/", "empty"),
        (f"{LINK}/21/{'s' * 21}", "1 to 20"),
        (f"{LINK}/21/%00", "no GS1 key may have"),
        (f"{LINK}/21/%C3%A9", "1 to 20"),
        (f"{LINK}/21/a b", "RFC 3986"),
        (f"{LINK}/", "holds no GS1 key"),
        ("/gtin/09521234000013", "holds no GS1 key"),
        (f"/shop{LINK}", "must begin"),
        ("/415/9521234000105", "needs (8020)"),
        ("/8006/095212340000130302", "count its pieces"),
        ("/8013/1987654Ad4X4bL5ttr2310c2X", "check pair"),
        ("/8010/9521234lower", "capitals"),
        ("/8018/952123400000000007", "check digit"),
    ],
)
def test_a_wrong_path_is_refused_with_its_rule(path: str, rule: str) -> None:
    with pytest.raises(NotDigitalLink, match=rule.replace("(", r"\(").replace(")", r"\)")):
        digital_link.parse(path)


def test_the_query_is_kept_and_the_fragment_cut() -> None:
    link = digital_link.parse_uri(f"HTTPS://Ada.example:8443/a/b{LINK}/10/L?17=261231&utm=x#top")
    assert (link.stem, link.query, link.path) == (
        "HTTPS://Ada.example:8443/a/b",
        "17=261231&utm=x",
        f"{LINK}/10/L",
    )


@pytest.mark.parametrize(
    ("identifier", "key", "level"),
    [
        ("urn:epc:id:sgtin:9521234.000001.A1001", f"{LINK}/21/A1001", "item"),
        ("urn:epc:id:sgtin:9521234.000001.a.b%2Fc", f"{LINK}/21/a.b%2Fc", "item"),
        ("urn:epc:class:lgtin:9521234.000001.R26-07", f"{LINK}/10/R26-07", "lot"),
        ("urn:epc:idpat:sgtin:9521234.000001.*", LINK, "product"),
        ("urn:epc:id:upui:9521234.000001.51qIgY)%3C", f"{LINK}/235/51qIgY%29%3C", "item"),
        ("urn:epc:id:itip:9521234.000001.01.02.9", f"/8006/{GTIN}0102/21/9", "item"),
        ("urn:epc:id:sscc:9521234.3000000001", "/00/395212340000000014", "unit"),
        ("urn:epc:id:sgln:9521234.00030.0", "/414/9521234000303", "location"),
        ("urn:epc:id:sgln:9521234.00030.dock1", "/414/9521234000303/254/dock1", "location"),
        ("urn:epc:id:sgln:952123400030..0", "/414/9521234000303", "location"),
        ("/414/9521234000303/254/0", "/414/9521234000303", "location"),
        ("(414)9521234000303(254)0", "/414/9521234000303", "location"),
        ("urn:epc:id:pgln:9521234.00030", "/417/9521234000303", "party"),
        ("urn:epc:id:grai:9521234.00001.7", "/8003/0952123400001" + check_digit("952123400001") + "7", "asset"),
        ("urn:epc:id:giai:9521234.LOG-17", "/8004/9521234LOG-17", "asset"),
        ("urn:epc:id:cpi:9521234.AB-1.12", "/8010/9521234AB-1/8011/12", "item"),
        (f"https://shop.ada.example{LINK}/22/2A/10/L/21/S?x=1", f"{LINK}/21/S", "item"),
        ("urn:epc:tag:sgtin-96:1.9521234.000001.7", f"{LINK}/21/7", "item"),
        ("urn:epc:raw:96.x3036452148000040000001C8", f"{LINK}/21/456", "item"),
        ("3036452148000040000001C8", f"{LINK}/21/456", "item"),
        (f"(01){GTIN}(21)A-1", f"{LINK}/21/A-1", "item"),
        (f"(17)271231(10)L(01){GTIN}", f"{LINK}/10/L", "lot"),
        ("urn:epc:tag:gid-96:95100000.12345.400", "urn:epc:tag:gid-96:95100000.12345.400", "other"),
        ("F7379521141123453000000000", "F7379521141123453000000000", "other"),
        ("urn:epc:id:gid:95100000.12345.400", "urn:epc:id:gid:95100000.12345.400", "other"),
        ("urn:epc:id:sgtin:9521234.00001.1", "urn:epc:id:sgtin:9521234.00001.1", "other"),
        ("urn:epc:idpat:sgtin:9521234.*.*", "urn:epc:idpat:sgtin:9521234.*.*", "other"),
        ("https://ada.example/po/17", "https://ada.example/po/17", "other"),
        (f"https://ada.example/01/{GTIN[:-1]}9", f"https://ada.example/01/{GTIN[:-1]}9", "other"),
    ],
)
def test_every_spelling_of_a_thing_has_one_key(identifier: str, key: str, level: str) -> None:
    assert identifiers.canonical(identifier) == key
    assert identifiers.level(key) == level


def test_an_item_names_its_lot_only_where_the_link_does() -> None:
    assert identifiers.named(f"{LINK}/10/L/21/S") == (f"{LINK}/21/S", f"{LINK}/10/L", LINK)
    assert identifiers.parents(f"{LINK}/21/S") == (LINK,)
    assert identifiers.lot_of(f"{LINK}/21/S", "R 26") is None
    assert identifiers.lot_of(f"{LINK}/21/S", "R/26") == f"{LINK}/10/R%2F26"


@given(gtins)
def test_one_wrong_digit_is_always_seen(gtin: str) -> None:
    wrong = str((int(gtin[4]) + 1) % 10)
    assert is_checked(gtin)
    assert not is_checked(gtin[:4] + wrong + gtin[5:])


def test_the_check_pair_of_a_model_number_is_that_of_the_specification() -> None:
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
