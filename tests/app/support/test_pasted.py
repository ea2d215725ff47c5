"""Any form of a code, from whatever phone, scanner, reader, mail or label it comes, names the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gs1 import digital_link, element_strings, identifiers
from app.support import pasted, toolbox

ITEM = "/01/09506000134352/21/AB12"
TAGGED = "/01/80614141123458/21/6789"
UNIT = "/00/306141411234567891"


@pytest.mark.parametrize(
    "text",
    [
        "https://id.gs1.org/01/09506000134352/21/AB12?17=271231&linkType=all",
        "HTTPS://ID.GS1.ORG/01/09506000134352/21/AB12",
        "Https://Brand.Example/01/09506000134352/21/AB12",
        "http://shop.example/some/path/01/09506000134352/22/V/10/LOT/21/AB12/?utm_source=x#top",
        "https://shop.example:8443/01/09506000134352/21/AB12",
        "id.gs1.org/01/09506000134352/21/AB12",
        "//id.gs1.org/01/09506000134352/21/AB12",
        "01/09506000134352/21/AB12",
        "/01/09506000134352/21/AB12/",
        "/01/09506000134352/21/AB12?17=271231",
        "https://id.gs1.org/gtin/9506000134352/ser/AB12",
        "/gtin/9506000134352/ser/AB12",
        "<https://id.gs1.org/01/09506000134352/21/AB12>",
        "“https://id.gs1.org/01/09506000134352/21/AB12”",
        "Scan me: https://id.gs1.org/01/09506000134352/21/AB12 thank you",
        "]Q1https://id.gs1.org/01/09506000134352/21/AB12",
        "]C1010950600013435221AB12",
        "]d2010950600013435221AB12\x1d10LOT7\r\n",
        "]Q3010950600013435210LOT7\x1d21AB12",
        "\x1d010950600013435210LOT7\x1d21AB12",
        "^010950600013435210LOT7^21AB12",
        "{FNC1}010950600013435210LOT7{GS}21AB12",
        "<FNC1>010950600013435210LOT7<fnc1>21AB12",
        "010950600013435210LOT7|21AB12",
        "~1010950600013435210LOT7~121AB12",
        "␝010950600013435210LOT7␝21AB12",
        "( 01 ) 09506000134352 ( 21 ) AB12",
        "[01]09506000134352[21]AB12",
        "（０１）09506000134352（21）AB12",
        "(21)AB12(17)271231(01)09506000134352",
        "(01)9506000134352(21)AB12",
        "\ufeff(01)\u200b09506000134352\u200f(21)AB12",
        "01 0950 6000 1343 52 21 AB12",
        "GTIN:09506000134352, S/N:AB12",
        "EAN 9506000134352 Serial AB12",
        "gtin 09506000134352 serial no. AB12",
        "AI 01: 09506000134352 AI 21: AB12",
    ],
)
def test_every_form_of_an_item_is_the_item(text: str) -> None:
    assert pasted.keys(text) == [ITEM]


@pytest.mark.parametrize(
    "text",
    [
        "3034257bf7194e4000001a85",
        "0x3034257BF7194E4000001A85",
        "30:34:25:7B:F7:19:4E:40:00:00:1A:85",
        "3034-257B-F719-4E40-0000-1A85",
        "３０３４257BF7194E4000001A85",
        "EPC: 3034 257B F719 4E40 0000 1A85",
        "3000 3034257BF7194E4000001A85",  # with the protocol control word
        "urn:epc:raw:96.x3034257bf7194e4000001a85",
        "URN:EPC:ID:SGTIN:0614141.812345.6789",
        "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
    ],
)
def test_every_form_of_a_tag_is_the_thing_that_it_is_on(text: str) -> None:
    assert pasted.keys(text) == [TAGGED]


@pytest.mark.parametrize(
    "text",
    ["(00) 3 0614141 1234567891", "00306141411234567891", "SSCC 306141411234567891", "３0614141‑123456789‐1"],
)
def test_every_form_of_a_unit_is_the_unit(text: str) -> None:
    assert pasted.keys(text) == [UNIT]


@pytest.mark.parametrize(
    "text", ["9506000134352", "]E09506000134352", "9 506000 134352", "\u200e9506000134352\u200f"]
)
def test_thirteen_digits_may_be_a_product_or_a_place(text: str) -> None:
    assert pasted.keys(text) == ["/01/09506000134352", "/414/9506000134352"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "]",
        "\x1d",
        "http://",
        "https://id.gs1.org/",
        "(01)09506000134353",
        "(01)09506000134352(21)A(21)B",  # which of the two?
        "3001" + "3034257BF7194E4000001A86" + "00",
        "/01/",
        "SN12",
        "GTIN",
        "²³⁴" * 8,
    ],
)
def test_what_names_nothing_names_nothing(text: str) -> None:
    assert pasted.keys(text) == []


_VALUES = st.text("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz", min_size=1, max_size=20)


@given(serial=_VALUES, lot=_VALUES)
def test_what_we_write_ourselves_is_read_again(serial: str, lot: str) -> None:
    elements = (("01", "09506000134352"), ("10", lot), ("21", serial))
    key = identifiers.canonical(digital_link.encode(elements))
    assert pasted.keys(digital_link.encode(elements, "https://shop.example/p")) == [key]
    assert pasted.keys("]d2" + element_strings.raw(elements)) == [key]
    assert pasted.keys(key) == [key]


@given(text=st.text(max_size=60) | st.text("]C1d2()[]01^/:?.\x1dhtpsAurnec ", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for key in pasted.keys(text):
        assert not key.startswith("/") or identifiers.elements_of(key)
    toolbox.translate(text, "https://shop.example")
