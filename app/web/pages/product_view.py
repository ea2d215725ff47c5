"""What a passport's page says of the product and its lot, each with its name in words. Pure."""

from app.provenance.passport import Passport
from app.texts import Texts
from app.words.fields import LABEL, LOT_DAY


def details(passport: Passport, t: Texts) -> list[tuple[str, str]]:
    """What is told of the product besides, each with its name in words."""
    known = passport.product.details if passport.product else ()
    return [(t.gettext(LABEL[name]), text) for name, text in known if text]


def lot_lines(passport: Passport, t: Texts) -> list[tuple[str, str]]:
    """The days of the lot and where it comes from, each with its name in words."""
    lot = passport.described
    if lot is None:
        return []
    days = ((t.gettext(LOT_DAY[name]), getattr(lot, name)) for name in LOT_DAY)
    origin = ", ".join(filter(None, (lot.origin_place, t.country(lot.origin_country))))
    found = [(label, t.day(day)) for label, day in days if day]
    return [*found, *([(t.gettext("Origin of the lot"), origin)] if origin else [])]
