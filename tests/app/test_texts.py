"""Every sentence is translated with its places kept; dates, numbers and directions are right everywhere."""

import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import app.texts
from app import words
from app.texts import LANGUAGES, TRANSLATIONS, known, preferred, translator
from carriers.vocabulary import Reason, Status

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
_PLACE = re.compile(r"%\((\w+)\)s")


@cache
def sentences() -> frozenset[str | tuple[str, ...]]:
    """What stands in templates and code now."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    folder = str(Path(app.texts.__file__).parent)
    found = extract_from_dir(folder, methods, options, keywords=keywords)
    return frozenset(each[2] if isinstance(each[2], str) else tuple(each[2]) for each in found)


@cache
def catalog(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> list[str | tuple[str, ...]]:
    known_ones = {
        message.id if isinstance(message.id, str) else tuple(message.id): message for message in catalog(language)
    }
    return [
        each
        for each in sentences()
        if each not in known_ones
        or known_ones[each].fuzzy
        or not all([known_ones[each].string] if isinstance(each, str) else known_ones[each].string)
    ]


def test_there_are_sentences() -> None:
    assert len(sentences()) > 300


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_untranslated(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_left_in_english(language: str) -> None:
    """A name or a loan word may be the same in two languages; three words are not."""
    words = re.compile(r"[^\W\d_]{2,}")
    texts = [(each.id, each.string) for each in catalog(language) if each.id and isinstance(each.id, str)]
    same = [text for text, told in texts if text == told and len(words.findall(_PLACE.sub("", text))) > 2]
    assert same == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_places_of_its_sentence(language: str) -> None:
    for message in catalog(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        forms = [message.string] if isinstance(message.string, str) else message.string
        wanted = set(_PLACE.findall(ids[-1]))
        for form in forms:
            # "no hits" and "one hit" may do without the number
            assert set(_PLACE.findall(form)) in ({*wanted}, wanted - {"num"}), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_has_lost_its_sentence(language: str) -> None:
    stored = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalog(language) if m.id}
    assert stored <= sentences()


def test_every_status_reason_step_and_disposition_has_words() -> None:
    assert set(words.STATUS) == {each.value for each in Status}
    assert set(words.REASON) == {each.value for each in Reason}
    assert set(words.REASON) <= set(words.HAPPENED)
    assert len(words.STEP) == 41
    assert len(words.DISPOSITION) == 33
    assert set(words.ACTION_FOR.values()) <= set(words.ACTION)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("pt-BR", "pt"), ("zh_Hant", "zh"), ("AR", "ar"), ("fr", None), ("", None), (None, None)],
)
def test_a_tag_leads_to_a_language_that_we_speak(tag: str | None, language: str | None) -> None:
    assert known(tag) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,ar;q=0.2,id;q=0.9", "id"),
        ("zh;q=0,es", "es"),
        ("*", None),
        ("xx;q=nonsense,de", "de"),
        (";;;,,,q=1", None),
        (", ".join(["fr"] * 500), None),
    ],
)
def test_the_browsers_wish_is_read(header: str, language: str | None) -> None:
    assert preferred(header) == language


NOON = datetime(2026, 3, 2, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("en", "2 Mar 2026, 14:05"),
        ("de", "2. März 2026, 14:05"),
        ("zh", "2026年3月2日 14:05"),
        ("ar", "2 مارس 2026، 2:05 م"),
    ],
)
def test_a_moment_reads_as_people_write_it(language: str, moment: str) -> None:
    assert translator(language).moment(NOON, "Europe/Amsterdam") == moment


def test_digits_are_those_on_the_parcel_in_every_language() -> None:
    for language in LANGUAGES:
        t = translator(language)
        shown = t.number(1234.5) + t.percent(0.955) + t.moment(NOON) + t.day(date(2026, 3, 2)) + t.ago(7200)
        assert not re.search("[٠-٩۰-۹]", shown), language


def test_arabic_counts_in_six_forms() -> None:
    t = translator("ar")
    forms = {t.ngettext("%(num)s device", "%(num)s devices", n) for n in (0, 1, 2, 3, 11, 100)}
    assert len(forms) == 6
    assert t.ngettext("%(num)s device", "%(num)s devices", 2) == "جهازان"
    assert t.ngettext("%(num)s device", "%(num)s devices", 11).endswith("جهازًا")


def test_a_name_of_another_direction_is_kept_apart() -> None:
    assert translator("ar").gettext("by %(issuer)s", issuer="Tse-Xin") == "من \u2068Tse-Xin\u2069"
    assert translator("en").gettext("by %(issuer)s", issuer="Tse-Xin") == "by Tse-Xin"
    assert translator("en").gettext("by %(issuer)s", issuer="جهة") == "by \u2068جهة\u2069"


def test_what_is_not_translated_stays_english() -> None:
    assert translator("de").gettext("no such sentence") == "no such sentence"
    assert translator("xx").language == "en"
    assert translator(None).direction == "ltr"


def test_an_unknown_zone_is_utc() -> None:
    assert translator("en").moment(NOON, "Nowhere/Atlantis") == "2 Mar 2026, 13:05"
