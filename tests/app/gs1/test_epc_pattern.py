"""EPC patterns: every part a value, anything, or a range of numbers, over canonical keys."""

import pytest

from app.gs1 import identifiers
from app.gs1.epc_pattern import NotPattern, parse

ITEM = "urn:epc:id:sgtin:9521234.000001.17"


@pytest.mark.parametrize(
    ("pattern", "named", "fits"),
    [
        ("sgtin:9521234.000001.*", ITEM, True),
        ("sgtin:9521234.000001.*", "urn:epc:id:sgtin:9521234.000002.17", False),
        ("sgtin:9521234.*.*", ITEM, True),
        ("sgtin:9521234.*.*", "urn:epc:id:sgtin:9521235.000001.17", False),
        ("sgtin:*.*.*", ITEM, True),
        ("sgtin:*.*.*", "urn:epc:id:sscc:9521234.0000000017", False),
        ("sgtin:9521234.000001.[10-17]", ITEM, True),
        ("sgtin:9521234.000001.[18-99]", ITEM, False),
        ("sgtin:9521234.000001.[1-99]", "urn:epc:id:sgtin:9521234.000001.A17", False),
        ("sgtin:9521234.000001.17", ITEM, True),
        ("sgtin:9521234.000001.A%2FB", "https://example.com/01/09521234000013/21/A%2FB", True),
        ("sgtin:952123.*.*", ITEM, True),  # a key does not say how long its company prefix is
        ("sgtin:952124.*.*", ITEM, False),
        ("sgtin:952123.*.*", "urn:epc:id:sgtin:952123.0400001.17", True),
        ("sscc:9521234.*", "https://id.gs1.org/00/095212340000000013", True),
        ("sscc:9521234.[0000000001-0000000002]", "https://id.gs1.org/00/095212340000000013", True),
        ("sgln:9521234.00000.*", "https://id.gs1.org/414/9521234000006", True),
        ("grai:9521234.*.*", "urn:epc:id:grai:9521234.00001.7", True),
        ("giai:9521234.*", "urn:epc:id:giai:9521234.77", True),
        ("cpi:9521234.AB.[1-9]", "urn:epc:id:cpi:9521234.AB.5", True),
        ("sgtin:9521234.*.*", "https://id.gs1.org/01/09521234000013", False),
        ("sgtin:9521234.*.*", "https://example.com/no/key", False),
    ],
)
def test_a_pattern_stands_for_the_keys_whose_parts_fit(pattern: str, named: str, fits: bool) -> None:
    assert parse(f"urn:epc:idpat:{pattern}").fits(identifiers.canonical(named)) is fits


def test_a_named_product_narrows_the_search() -> None:
    assert parse("urn:epc:idpat:sgtin:9521234.000001.*").begins == "/01/09521234000013"
    assert parse("urn:epc:idpat:sgtin:9521234.*.*").begins == "/01/"


@pytest.mark.parametrize(
    "pattern",
    [
        "sgtin:9521234.*",
        "gid:*.*.*",
        "what:1.2.3",
        "sgtin:9521234.000001.[9-1]",
        "sgtin:9521234.000001.[a-b]",
        "sgtin:9521234.0000*.1",
        "sgtin:95.*.*",
        "sgtin:9521234..*",
        "",
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(NotPattern, match=r"\w+ .+"):
        parse(f"urn:epc:idpat:{pattern}")
