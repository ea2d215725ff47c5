"""What a view may take from the request: the house, and who is calling."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g

from app.brands.readers import Reader, reader_of
from app.house import House


@dataclass(frozen=True)
class Caller:
    """Who calls: a person (by session) or a key (by header), always inside one brand."""

    brand_id: str
    role: str | None = None
    person_id: str | None = None
    key_id: str | None = None
    partner_id: str | None = None
    scopes: tuple[str, ...] = ()


def house() -> House:
    """The opened house of this process."""
    opened: House = current_app.extensions["wayproof"]
    return opened


def now() -> datetime:
    """The house's time, aware, UTC."""
    return house().clock()


def partner() -> str:
    """The partner who calls; only for routes whose rule asks for one (app/web/rules)."""
    partner_id = caller().partner_id
    assert partner_id is not None  # the rule refused everybody else
    return partner_id


def caller() -> Caller:
    """Who calls this route; only for routes whose rule asks for somebody."""
    who: Caller = g.caller
    return who


def reader() -> Reader:
    """What of the brand's record the caller of this route may see."""
    return reader_of(caller().partner_id)
