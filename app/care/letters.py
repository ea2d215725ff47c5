"""How a notice reads: four facts in the customer's language. Pure; no row and no decision lives here."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app import words
from app.texts import Texts

Window = tuple[date, date]

_SIGNS = {"CEL": "°C", "Cel": "°C", "FAH": "°F", "KEL": "K", "P1": "%", "%RH": "%"}


@dataclass(frozen=True)
class Letter:
    """A subject and the facts: what happened, when it arrives, what to do."""

    subject: str
    happened: str
    arrival: str
    action: str

    def body(self, texts: Texts, next_day: date) -> str:
        """Plain text: four paragraphs, a heading and a sentence each; the last says when we write next."""
        again = texts.gettext(
            "By %(day)s at the latest, and earlier if something changes.", day=texts.day(next_day)
        )
        facts = (
            (texts.gettext("What happened"), self.happened),
            (texts.gettext("When it arrives"), self.arrival),
            (texts.gettext("What you can do"), self.action),
            (texts.gettext("When we write next"), again),
        )
        return "\n\n".join(f"{heading}\n{sentence}" for heading, sentence in facts)


@dataclass(frozen=True)
class Measured:
    """An excursion in numbers: decimal texts, a unit (UN/CEFACT code or sign), and when it began."""

    peak: str
    limit: str
    unit: str
    started_at: datetime
    zone: str

    @property
    def reason(self) -> str:
        return "too_high" if Decimal(self.peak) > Decimal(self.limit) else "too_low"

    def text(self, texts: Texts, value: str) -> str:
        """A value with its unit, as this language writes numbers."""
        return f"{texts.number(Decimal(value))} {sign(self.unit)}"


def sign(unit: str) -> str:
    """The sign that people read for a unit's code."""
    return _SIGNS.get(unit, unit)


def delay(texts: Texts, number: str, reason: str, action: str, window: Window | None) -> Letter:
    """The parcel comes later than promised, or we do not know when."""
    return Letter(
        texts.gettext("Your order %(number)s will arrive later than planned", number=number),
        texts.gettext(words.HAPPENED.get(reason, words.HAPPENED["unknown"])),
        _expected(texts, window),
        texts.gettext(words.ACTION[action]),
    )


def update(texts: Texts, number: str, reason: str, action: str, window: Window | None) -> Letter:
    """What we know at the time that an earlier notice named, though nothing has changed."""
    happened = texts.gettext(words.HAPPENED.get(reason, words.HAPPENED["unknown"]))
    still = texts.gettext("Nothing has changed since we wrote last.")
    return Letter(
        texts.gettext("Your order %(number)s: where it stands today", number=number),
        f"{still} {happened}",
        _expected(texts, window),
        texts.gettext(words.ACTION[action]),
    )


def excursion(texts: Texts, number: str, measured: Measured, action: str, window: Window | None) -> Letter:
    """The goods left their band on the way."""
    return Letter(
        texts.gettext("Your order %(number)s left its safe range on the way", number=number),
        texts.gettext(
            words.MEASURED[measured.reason],
            peak=measured.text(texts, measured.peak),
            limit=measured.text(texts, measured.limit),
            moment=texts.moment(measured.started_at, measured.zone),
        ),
        _expected(texts, window),
        texts.gettext(words.ACTION[action]),
    )


def recall(texts: Texts, number: str, reason: str, advice: str, action: str) -> Letter:
    """What was bought is called back; `reason` and `advice` are the brand's own words in this language."""
    return Letter(
        texts.gettext("Recall of a product in your order %(number)s", number=number),
        reason,
        texts.gettext("The recall counts from today on."),
        f"{advice} {texts.gettext(words.ACTION[action])}".strip(),
    )


def _expected(texts: Texts, window: Window | None) -> str:
    if window is None:
        return texts.gettext("We do not know a new date yet.")
    return texts.gettext("We expect it in this window: %(window)s.", window=texts.window(*window))
