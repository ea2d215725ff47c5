"""Link types in every spelling, and which link a reader gets."""

import pytest

from app.gs1 import linkset
from app.gs1.linkset import Level, Target, choose

MANUAL = Target("instructions", "https://ada.example/en", "How to", ("en",))
MANUAL_ES = Target("instructions", "https://ada.example/es", "Uso", ("es",))
MANUAL_PDF = Target("instructions", "https://ada.example/en.pdf", "How to", ("en",), "application/pdf")
PICTURE = Target("instructions", "https://ada.example/any.pdf", "Pictures", (), "application/pdf")


@pytest.mark.parametrize(
    "text",
    ["gs1:pip", "pip", "https://gs1.org/voc/pip", "https://ref.gs1.org/voc/pip", "https://www.gs1.org/voc/pip"],
)
def test_a_link_type_is_known_in_every_spelling(text: str) -> None:
    assert linkset.link_type(text) == "pip"


@pytest.mark.parametrize("text", ["", "gs1:", "gs1:none", "https://evil.example/voc/pip", "pip/", "linkset"])
def test_what_is_no_link_type_is_none(text: str) -> None:
    assert linkset.link_type(text) is None


def test_the_default_link_is_a_type_of_its_own() -> None:
    assert linkset.link_type("gs1:defaultLink") == linkset.DEFAULT
    assert len(linkset.LINK_TYPES) == 55


@pytest.mark.parametrize(
    ("languages", "media_types", "found"),
    [
        (["es", "en"], [], [MANUAL_ES]),
        (["pt-BR", "en-GB"], ["text/html"], [MANUAL]),
        (["en"], ["application/pdf"], [MANUAL_PDF]),
        (["en"], [], [MANUAL, MANUAL_PDF]),
        (["zh"], ["application/pdf"], [MANUAL_PDF, PICTURE]),
        (["zh"], [], [PICTURE]),
        ([], ["image/png"], [PICTURE]),
    ],
)
def test_the_reader_gets_what_fits_best(languages: list[str], media_types: list[str], found: list[Target]) -> None:
    assert list(choose([MANUAL, MANUAL_ES, MANUAL_PDF, PICTURE], languages, media_types)) == found


def test_a_linkset_names_its_things_and_its_links_by_their_whole_names() -> None:
    page = Target("pip", "https://ada.example/01/1", "Tea", ("en", "de"))
    level = Level("https://ada.example/01/1", "Tea", (page, PICTURE), page)
    assert linkset.document([level, Level("https://ada.example/01/2", "", ())]) == {
        "linkset": [
            {
                "anchor": "https://ada.example/01/1",
                "itemDescription": "Tea",
                "https://ref.gs1.org/voc/defaultLink": [{"href": page.href, "title": "Tea"}],
                "https://ref.gs1.org/voc/pip": [
                    {"href": page.href, "title": "Tea", "type": "text/html", "hreflang": ["en", "de"]}
                ],
                "https://ref.gs1.org/voc/instructions": [
                    {"href": PICTURE.href, "title": "Pictures", "type": "application/pdf"}
                ],
            }
        ]
    }


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        (["zh-Hant-TW"], "zh-Hant"),
        (["zh-CN"], "zh-Hans"),  # no zh alone: any kind of it before another language
        (["EN-gb"], "en"),
        (["pt"], "pt-BR"),
        (["fr", "pt-PT"], "pt-BR"),
        (["en-US", "pt"], "en"),
    ],
)
def test_a_region_falls_back_to_its_language_and_a_language_to_a_region(asked: list[str], spoken: str) -> None:
    offers = [Target("faqs", f"https://a.example/{each}", each, (each,)) for each in _SPOKEN]
    assert choose(offers, asked, [])[0].title == spoken


_SPOKEN = ("zh-Hans", "zh-Hant", "en", "pt-BR", "de")
