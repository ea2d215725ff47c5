"""Texts, dates and numbers of a language, on Babel alone: the worker writes a notice as the web writes a page.

No sentence lives here: they stand in templates and in app/words, their translations in app/web/translations.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from unicodedata import bidirectional
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "zh", "es", "de", "pt", "id", "ar")
SOURCE = "en"

TRANSLATIONS = Path(__file__).parent / "web" / "translations"
_RTL = {"R", "AL"}
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def marked(message: str) -> str:
    """Mark a sentence for extraction where it is stored; it is translated where it is shown."""
    return message


def known(tag: str | None) -> str | None:
    """The language we speak for a BCP 47 tag (`pt-BR` → `pt`), or None."""
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else None


def preferred(accept_language: str) -> str | None:
    """The language of an Accept-Language header (RFC 9110, 12.5.4) that we speak, or None."""
    for tag in sorted(_weighed(accept_language), key=lambda weighed: -weighed[1]):
        if language := known(tag[0]):
            return language
    return None


def _weighed(header: str) -> Iterable[tuple[str, float]]:
    for part in header.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag and 0 < weight <= 1:
            yield tag, weight


@cache
def sentences(language: str) -> NullTranslations:
    """The sentences of a language, compiled in memory from its .po file; English stands for itself."""
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def translator(language: str | None) -> "Texts":
    """The texts of a language; English for one that we do not speak."""
    return Texts(known(language) or SOURCE)


# A page says few different days, minutes and numbers, and Babel needs 20 to 40 µs for each.
@lru_cache(maxsize=4096)
def _day(locale: Locale, day: date) -> str:
    return dates.format_skeleton("yMMMd", day, locale=locale)


@lru_cache(maxsize=4096)
def _clock(locale: Locale, hour: int, minute: int) -> str:
    return dates.format_time(time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=1024)
def _window(locale: Locale, first: date, last: date) -> str:
    return dates.format_interval(first, last, "yMMMd", locale=locale)


@lru_cache(maxsize=4096)
def _number(locale: Locale, value: str) -> str:
    return numbers.format_decimal(value, locale=locale, numbering_system="latn")


class Texts:
    """One language: its sentences, its dates and numbers, its direction.

    A missing translation falls back to English. Digits are Western in every language, so that a number on the
    page is the number on the parcel.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.direction = self.locale.text_direction
        self._sentences = sentences(language)

    def gettext(self, message: str, /, **values: object) -> str:
        """The sentence in this language, its `%(name)s` places filled."""
        text = self._sentences.gettext(message)
        return text % self._isolated(values) if values else text

    def ngettext(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The sentence in the plural form that `n` asks for; `%(num)s` is `n` as this language writes it."""
        text = self._sentences.ngettext(singular, plural, n)
        return text % self._isolated({"num": self.number(n), **values})

    def _isolated(self, values: dict[str, object]) -> dict[str, object]:
        return {name: self.isolate(value) if isinstance(value, str) else value for name, value in values.items()}

    def isolate(self, value: str) -> str:
        """The value between bidi isolates where its direction could disturb the sentence (UAX 9, 2.4)."""
        if self.direction == "rtl" or any(bidirectional(letter) in _RTL for letter in value):
            return f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}"
        return value

    def day(self, day: date, style: str = "long") -> str:
        """A day: `2 March 2026` (styles short, medium, long, full)."""
        return dates.format_date(day, style, locale=self._dated)

    def month(self, day: date) -> str:
        """The month of a day: `March 2026`."""
        return dates.format_skeleton("yMMMM", day, locale=self._dated)

    def moment(self, at: datetime, zone: tzinfo | str | None = None) -> str:
        """Day and time of day of an aware moment, in `zone`, or in the offset that the moment carries."""
        local = at.astimezone(self.zone(zone)) if zone else at
        return self._joined.format(_clock(self._dated, local.hour, local.minute), _day(self._dated, local.date()))

    def time(self, at: datetime, zone: tzinfo | str | None = None) -> str:
        """Time of day, to the minute."""
        local = at.astimezone(self.zone(zone)) if zone else at
        return _clock(self._dated, local.hour, local.minute)

    @staticmethod
    def zone(name: tzinfo | str | None) -> tzinfo:
        """A zone by name; UTC where the name is not known."""
        if isinstance(name, tzinfo):
            return name
        try:
            return ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def window(self, first: date, last: date) -> str:
        """A span of days as this language writes it: `2–5 Mar 2026`."""
        if first == last:
            return self.day(first)
        return _window(self._dated, first, last)

    def ago(self, seconds: float) -> str:
        """A length of time, rounded: `3 hours`."""
        return dates.format_timedelta(seconds, locale=self.locale, threshold=1)  # type: ignore[arg-type]

    def when(self, seconds: float) -> str:
        """How far away a moment is: `in 3 hours` ahead, `3 hours ago` behind (negative)."""
        return dates.format_timedelta(seconds, locale=self.locale, threshold=1, add_direction=True)  # type: ignore[arg-type]

    def number(self, value: object) -> str:
        """A number with this language's separators."""
        return _number(self.locale, str(value))

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units with its currency: `EUR 12.50` as this language writes it."""
        amount = Decimal(minor).scaleb(-numbers.get_currency_precision(currency))
        return numbers.format_currency(amount, currency, locale=self._dated, numbering_system="latn")

    def percent(self, share: float) -> str:
        """A share of one as a percentage, one digit behind the point."""
        return numbers.format_percent(share, "#,##0.#%", locale=self.locale, numbering_system="latn")

    def country(self, code: str | None) -> str:
        """The name of an ISO 3166 country in this language; the code itself where there is none."""
        return str(self.locale.territories.get(code or "", code or ""))

    def named(self, texts: dict[str, str] | None) -> str:
        """The best of `{language: text}` for this reader: own language, English, or any."""
        texts = texts or {}
        return texts.get(self.language) or texts.get(SOURCE) or next(iter(texts.values()), "")

    @cached_property
    def _joined(self) -> str:
        return str(dates.get_datetime_format("medium", locale=self._dated))

    @cached_property
    def _dated(self) -> Locale:
        """Plain 'en' writes dates the American way; what we write is read everywhere."""
        return Locale.parse("en_GB") if self.language == "en" else self.locale

    format_date = day
    format_datetime = moment
    format_number = number
