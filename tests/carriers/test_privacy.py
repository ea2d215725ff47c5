"""People are cut out of what carriers tell."""

import pytest

from carriers.event import Place
from carriers.privacy import nameless, town_only


@pytest.mark.parametrize(
    ("text", "names", "kept"),
    [
        ("Delivered, signed for by: BEN OKAFOR", "", "Delivered, signed for by: …"),
        ("Signed by B. Okafor", "Okafor", "Signed by …. …"),
        ("Received by: Ben. Left at door", "", "Received by: …. Left at door"),
        ("Left with Okafor", "Okafor", "Left with …"),
        ("Handed to Mr Okafor, reception", "", "Handed to Mr …, reception"),
        ("Received by the carrier", "", "Received by the carrier"),
        ("Arrived at hub", "Ben", "Arrived at hub"),
    ],
)
def test_a_name_leaves_an_ellipsis(text: str, names: str, kept: str) -> None:
    assert nameless(text, frozenset(names.split())) == kept


def test_a_place_keeps_town_region_and_country() -> None:
    assert town_only(Place("12 Harbour Row, Galway", "G", "H91 X0X0", "IE")) == Place("Galway", "G", None, "IE")
    assert town_only(Place("7 Lane", None, None, "IE")) == Place(None, None, None, "IE")
    assert town_only(Place(None, None, "H91", None)) is None
    assert town_only(None) is None
