"""Detection: what fits, in which order, and that nothing is accepted that does not."""

from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.number_formats import FORMATS
from carriers.number_formats_own import OWN, RESEMBLING
from carriers.numbers import detect, normalised, resembling, spoiled, within


def carriers(text: str) -> list[str]:
    return [candidate.carrier for candidate in detect(text)]


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z2Y5V710312345670", "ups"),
        ("1z 2y5v 7103 1234 5670", "ups"),
        ("1Z-2Y5V71-03-1234567-0", "ups"),
        ("449044304130", "fedex"),
        ("420 12345 6789 7112 3456 7891 2345 6703", "usps"),
        ("4212345675", "dhl"),
        ("JJD0001234567890123", "yodel"),
        ("YT2300112233445566", "yunexpress"),
        ("RB123456785GB", "royalmail"),
        ("RB123456785CV", "s10"),
        ("CSQU3054383", "container"),
        ("020-12345675", "air_waybill"),
        ("0034 0433 8364 4263 6597", "dhl"),
        ("JJD1410302937991", "dhl"),
        ("(00)095212340000000013", "sscc"),
        ("095212340000000013", "sscc"),
        ("6A12345678901", "laposte"),
        ("019931265099999891JDQ0194571010009603084", "australiapost"),
        ("4PX3000291278502CN", "fourpx"),
        ("LP00123456789012", "cainiao"),
        ("SF1234567890123", "sf"),
    ],
)
def test_a_number_as_a_person_types_it(number: str, carrier: str) -> None:
    assert carriers(number)[0] == carrier


# UPU S10: 11 minus the weighted sum mod 11, where 10 becomes 0 and 11 becomes 5; digits worked out by hand.
@pytest.mark.parametrize("number", ["LB000000015NL", "LB000000029NL", "LB000000050NL", "LB000000103NL"])
def test_s10_with_each_special_digit(number: str) -> None:
    serial, digit = number[2:10], int(number[10])
    total = sum(w * int(c) for w, c in zip((8, 6, 4, 2, 3, 5, 9, 7), serial, strict=True)) % 11
    right = {0: 5, 1: 0}.get(total, 11 - total)
    assert ("s10" in carriers(number)) is (right == digit)


def test_exactly_one_of_ten_digits_is_right_in_s10() -> None:
    for serial in range(0, 300, 7):
        fitting = [digit for digit in range(10) if "s10" in carriers(f"RR{serial:08}{digit}DE")]
        assert len(fitting) == 1


def test_a_post_that_does_not_exist_issues_nothing() -> None:
    fitting = next(f"RR12345678{d}" for d in range(10) if "s10" in carriers(f"RR12345678{d}DE"))
    assert "s10" not in carriers(f"{fitting}XX")


@pytest.mark.parametrize(
    "text", ["", "hello", "1.23457E+12", "4212345674", "1Z2Y5V710312345671", "0" * 65, "١٢٣٤٥٦٧٨٩٠", "1Z\x00"]
)
def test_what_fits_nothing_is_empty(text: str) -> None:
    assert detect(text) == []


def test_better_evidence_stands_first() -> None:
    found = detect("1Z2Y5V710312345670")
    assert found[0].reasons == ("check digit", "prefix", "18 characters")
    assert [each.strength for each in found] == sorted((each.strength for each in found), reverse=True)


def test_the_post_that_issued_a_number_and_any_other_may_follow_it() -> None:
    assert carriers("RB123456785GB") == ["royalmail", "s10"]
    assert "issued in GB" in detect("RB123456785GB")[0].reasons


def test_an_air_waybill_names_its_airline() -> None:
    assert "Lufthansa Cargo" in detect("020-12345675")[0].reasons
    assert detect("003-12345675") == []  # no airline has this prefix


# ISO 6346: a remainder of 10 becomes 0, and the letters' values leave out 11, 22 and 33.
@pytest.mark.parametrize(
    ("number", "right"),
    [("CSQU3054383", True), ("CSQU3054384", False), ("MSKU0000010", False), ("BICU1234565", True)],
)
def test_containers_by_their_check_digit(number: str, right: bool) -> None:
    assert ("container" in carriers(number)) is right


def test_one_of_ten_digits_is_right_in_a_container_number_too() -> None:
    for serial in range(100, 400, 9):
        assert sum("container" in carriers(f"MSCU{serial:06}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize(
    ("number", "carrier"), [("XHAX4HDA", "gls"), ("201298452277", "gls"), ("012345678901", "sf")]
)
def test_what_nothing_confirms_is_only_resembled(number: str, carrier: str) -> None:
    assert carrier in [candidate.carrier for candidate in resembling(number)]
    assert carrier not in carriers(number)


def test_a_number_that_a_spreadsheet_has_spoiled_is_told_apart() -> None:
    assert spoiled(" 1.23457E+12")
    assert spoiled("1,2e15")
    assert not spoiled("1E2345678")


def test_every_format_says_how_long_its_numbers_are() -> None:
    for form in (*FORMATS, *OWN, *RESEMBLING):
        widths = [form.pattern.fullmatch(sample) for sample in ("0" * 99, "A" * 99)]
        assert widths == [None, None], form.name  # no pattern takes any length
        assert form.lengths


def test_the_adapter_that_follows_a_number_is_named() -> None:
    assert detect("4212345675")[0].adapter == "dhl_universal"
    assert detect("YT2300112233445566")[0].adapter is None


def test_a_number_is_kept_with_its_leading_zeros() -> None:
    assert normalised(" 00-12 ab ") == "0012AB"


@pytest.mark.parametrize("text", ["1Z" * 500_000, " " * 1_000_000, "9" * 64, "420" + "9" * 61, "GM1" + "A" * 61])
def test_long_and_odd_numbers_cost_no_time(text: str) -> None:
    began = monotonic()
    detect(text)
    assert monotonic() - began < 5


@given(st.text(max_size=80))
def test_any_text_can_be_asked_about(text: str) -> None:
    for candidate in detect(text):
        assert candidate.strength >= 0


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("https://carrier.example/track?tracknum=1Z2Y5V710312345670&loc=en", ["1Z2Y5V710312345670"]),
        ("Your parcel RB123456785GB is on its way, ring 030 1234567", ["RB123456785GB"]),
        ("1Z 2Y5V 7103 1234 5670 and RB 123 456 785 GB", ["1Z2Y5V710312345670", "RB123456785GB"]),
        ("您的包裹：RB123456785GB（已发出）", ["RB123456785GB"]),
        ("RB123456785GB RB123456785GB", ["RB123456785GB"]),
        ("Order 100245 of 4 March 2026, 3 pieces, 12.50 EUR", []),
        ("RB123456784GB", []),
        ("", []),
    ],
)
def test_numbers_are_found_in_addresses_and_sentences(text: str, numbers: list[str]) -> None:
    assert within(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "１Ｚ２Ｙ５Ｖ７１０３１２３４５６７０",
        "1Z2Y5V71\u200b0312345670",
        "1Z 2Y5V—7103\u00a01234−5670",
        "\ufeff1z2y5v710312345670 ",
    ],
)
def test_what_a_keyboard_or_a_mail_adds_changes_no_number(text: str) -> None:
    assert carriers(text)[0] == "ups"
    assert normalised(text) == "1Z2Y5V710312345670"


@given(st.text(max_size=200))
def test_any_text_may_hold_numbers(text: str) -> None:
    for number in within(text):
        assert detect(number)


def test_long_texts_are_searched_in_no_time() -> None:
    began = monotonic()
    for text in ("9" * 100_000, "9 " * 50_000, "1Z " * 50_000, "A1" * 50_000):
        within(text)
    assert monotonic() - began < 60
