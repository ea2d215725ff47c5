"""How a notice reads: four facts in the customer's language. Pure; no row and no decision lives here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from app import words
from app.texts import Texts

Window = tuple[date, date]

_SIGNS = {"CEL": "°C", "Cel": "°C", "FAH": "°F", "KEL": "K", "P1": "%", "%RH": "%"}


Fact = tuple[str, str]  # a heading and what it says


@dataclass(frozen=True)
class Letter:
    """A subject and the facts: what happened, when it arrives where that matters, what to do; `extras`: others.

    last: nothing is left to be written about.
    """

    subject: str
    happened: str
    arrival: str
    action: str
    extras: tuple[Fact, ...] = ()
    last: bool = False
    text: str = ""  # the whole of it, where it tells no trouble

    def facts(self, texts: Texts, next_day: date) -> tuple[Fact, ...]:
        """A heading and a sentence each; the last says when we write next."""
        again = texts.gettext(
            "By %(day)s at the latest, and earlier if something changes.", day=texts.day(next_day)
        )
        if self.last:
            again = texts.gettext("This was our last message about it.")
        return (
            (texts.gettext("What happened"), self.happened),
            *(((texts.gettext("When it arrives"), self.arrival),) if self.arrival else ()),
            (texts.gettext("What you can do"), self.action),
            *self.extras,
            (texts.gettext("When we write next"), again),
        )

    def body(self, texts: Texts, next_day: date) -> str:
        """Plain text: a paragraph for each fact."""
        return "\n\n".join(f"{heading}\n{sentence}" for heading, sentence in self.facts(texts, next_day))


@dataclass(frozen=True)
class Outlook:
    """How sure a window is: so many of ten parcels arrive in it, most of them by `middle`."""

    middle: date
    of_ten: int = 8


@dataclass(frozen=True)
class Parts:
    """Several parcels of one shipment, told in one notice: how many there are, how many have arrived."""

    total: int = 1
    delivered: int = 0


ONE = Parts()


@dataclass(frozen=True)
class Money:
    """An amount in minor units."""

    minor: int
    currency: str


@dataclass(frozen=True)
class Compensation:
    """What the customer gets because a promise broke; `code` is what to enter at the till, empty for a credit."""

    amount: Money
    code: str = ""


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


@dataclass(frozen=True)
class Late:
    """A delay, as far as it is known. `reason` comes from an event, or says that we do not know it."""

    reason: str
    action: str
    window: Window | None = None
    promised: date | None = None
    outlook: Outlook | None = None
    parts: Parts = ONE
    due: Money | None = None
    compensation: Compensation | None = None
    arrived: date | None = None


def delay(texts: Texts, number: str, late: Late) -> Letter:
    """The parcel comes later than promised, or we do not know when."""
    return Letter(
        texts.gettext("Your order %(number)s will arrive later than planned", number=number),
        _happened(texts, late.reason, late.parts),
        _arrival(texts, late),
        texts.gettext(words.ACTION[late.action]),
        tuple(_extras(texts, late)),
    )


def compensated(texts: Texts, number: str, late: Late) -> Letter:
    """The promise is broken, and this is what the customer gets for it."""
    subject = texts.gettext("Your order %(number)s is late, and this is for you", number=number)
    return replace(delay(texts, number, late), subject=subject, last=late.arrived is not None)


def sent_again(texts: Texts, number: str, cause: str, window: Window | None) -> Letter:
    """The goods were lost or spoilt, and others are on their way."""
    action = words.ACTION["we_send"]
    return Letter(
        texts.gettext("Your order %(number)s: we are sending it again", number=number),
        texts.gettext(words.HAPPENED[words.PROPOSAL_HAPPENED[cause]]),
        _expected(texts, window),
        texts.gettext(action),
        last=True,
    )


def refunded(texts: Texts, number: str, cause: str) -> Letter:
    """The goods were lost or spoilt, and the customer gets the money back."""
    return Letter(
        texts.gettext("Your order %(number)s: you get your money back", number=number),
        texts.gettext(words.HAPPENED[words.PROPOSAL_HAPPENED[cause]]),
        texts.gettext("It will not arrive any more."),
        texts.gettext("You need to do nothing. The money goes back the way you paid."),
        last=True,
    )


def _happened(texts: Texts, reason: str, parts: Parts) -> str:
    said = texts.gettext(words.HAPPENED.get(reason, words.HAPPENED["unknown"]))
    if parts.total < 2:
        return said
    if not parts.delivered:
        grouped = texts.ngettext(
            "This message stands for the %(num)s parcel of your order.",
            "This message stands for all %(num)s parcels of your order.",
            parts.total,
        )
        return f"{said} {grouped}"
    total = texts.number(parts.total)
    arrived = texts.ngettext(
        "%(num)s of %(total)s parcels has arrived.",
        "%(num)s of %(total)s parcels have arrived.",
        parts.delivered,
        total=total,
    )
    return f"{said} {arrived}"


def _arrival(texts: Texts, late: Late) -> str:
    if late.arrived:
        return texts.gettext("It was delivered on %(day)s.", day=texts.day(late.arrived))
    said = [_expected(texts, late.window)]
    if late.window and late.promised and late.window[1] > late.promised:
        days = (late.window[1] - late.promised).days
        said.append(
            texts.ngettext(
                "That is up to %(num)s day later than promised.",
                "That is up to %(num)s days later than promised.",
                days,
            )
        )
    if late.window and late.outlook:
        day, share = texts.day(late.outlook.middle), texts.number(late.outlook.of_ten)
        said.append(
            texts.gettext(
                "%(share)s of 10 parcels like yours arrive in this window, most of them by %(day)s.",
                share=share,
                day=day,
            )
        )
    elif late.window:
        said.append(texts.gettext("It is an estimate; we can't say yet how sure it is."))
    return " ".join(said)


def _extras(texts: Texts, late: Late) -> Iterator[Fact]:
    if late.due and not late.arrived:
        amount = texts.money(late.due.minor, late.due.currency)
        said = texts.gettext("%(amount)s, to the carrier, when the parcel is handed over.", amount=amount)
        yield texts.gettext("What you pay at the door"), said
    if late.compensation:
        yield texts.gettext("For the broken promise"), _given(texts, late.compensation)


def _given(texts: Texts, given: Compensation) -> str:
    amount = texts.money(given.amount.minor, given.amount.currency)
    if given.code:
        return texts.gettext(
            "%(amount)s off your next order. The code is %(code)s.", amount=amount, code=given.code
        )
    return texts.gettext("%(amount)s, credited to you. You need to do nothing for it.", amount=amount)


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


def over(texts: Texts, number: str, status: str, window: Window | None) -> Letter:
    """At the time that an earlier notice named: what it told is over, and this is where the parcel stands."""
    stands = texts.gettext("Where it stands: %(status)s.", status=texts.gettext(words.STATUS[status]))
    ended, action = words.HAPPENED["over"], words.ACTION["nothing"]
    return Letter(
        texts.gettext("Your order %(number)s: where it stands today", number=number),
        f"{texts.gettext(ended)} {stands}",
        _expected(texts, window),
        texts.gettext(action),
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


def offer(subject: str, text: str) -> Letter:
    """What a brand wants to say to those who asked to hear it; in its own words, with no fact of ours."""
    return Letter(subject, "", "", "", last=True, text=text)


def recall(texts: Texts, number: str, reason: str, advice: str, action: str) -> Letter:
    """What was bought is called back; `reason` and `advice` are the brand's own words in this language."""
    return Letter(
        texts.gettext("Recall of a product in your order %(number)s", number=number),
        reason,
        "",
        f"{advice} {texts.gettext(words.ACTION[action])}".strip(),
        ((texts.gettext("Your answer"), texts.gettext("The page of your order asks what you did with it.")),),
        last=True,
    )


def _expected(texts: Texts, window: Window | None) -> str:
    if window is None:
        return texts.gettext("We do not know a new date yet.")
    return texts.gettext("We expect it in this window: %(window)s.", window=texts.window(*window))
