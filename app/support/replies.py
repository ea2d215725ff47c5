"""A reply to copy, in the customer's language, made of what the record says. Pure; it names no person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app import words
from app.shipping.views import ParcelView, ShipmentView
from app.texts import Texts


def compose(
    t: Texts, *, number: str, parcel: ParcelView, page_url: str, brand: str, silent: bool = False, link: str = ""
) -> str:
    """Plain text: where the order stands, when it comes, what to do, where to look.

    silent: nobody has scanned it for three days; `link` is one that the customer uses once.
    """
    unmoved = words.HAPPENED["no_movement"]
    status = t.gettext(words.STATUS[parcel.status]) if parcel.status in words.STATUS else ""
    parts = [
        t.gettext("Hello,"),
        t.gettext("thank you for asking about your order %(number)s.", number=number),
        _stands(t, status, parcel),
        t.gettext(unmoved) if silent else "",
        _arrives(t, parcel),
        t.gettext(words.ACTION[words.ACTION_FOR.get(parcel.reason or "", "nothing")]) if parcel.reason else "",
        t.gettext("Use this link for it; it works once:") + f"\n{link}" if link else "",
        t.gettext("Your order, live:") + f"\n{page_url}",
        brand,
    ]
    return "\n\n".join(part for part in parts if part)


def to_carrier(t: Texts, view: ShipmentView, facts: Mapping[str, Any], brand: str) -> str:
    """A message to the carrier about a parcel that lies still: what we know of it, and what we ask."""
    numbers = ", ".join(
        parcel.tracking_number for parcel in view.parcels if parcel.carrier == facts.get("carrier")
    )
    parts = [
        t.gettext("Hello,"),
        t.gettext("please trace parcel %(numbers)s.", numbers=numbers),
        _last_scan(t, facts),
        t.gettext("Where is it now, what holds it, and when will it be delivered?"),
        _claim_until(t, facts),
        brand,
    ]
    return "\n\n".join(part for part in parts if part)


def address_to_carrier(t: Texts, view: ShipmentView, carrier: str, address: Mapping[str, str], brand: str) -> str:
    """A message to the carrier that delivers: another address. Without `address` a place is left for it."""
    numbers = ", ".join(parcel.tracking_number for parcel in view.parcels if parcel.carrier == carrier)
    lines = [address[field] for field in ("street", "postal_code", "city") if address.get(field)]
    parts = [
        t.gettext("Hello,"),
        t.gettext(
            "please deliver parcel %(numbers)s to another address, within the same country:", numbers=numbers
        ),
        "\n".join(lines) if lines else t.gettext("(show the address above, then it stands here)"),
        t.gettext("Please confirm the change, or say why it is not possible."),
        brand,
    ]
    return "\n\n".join(parts)


def _last_scan(t: Texts, facts: Mapping[str, Any]) -> str:
    if not facts.get("last_physical_at"):
        return t.gettext("Nobody has scanned it for more than 72 hours.")
    at = t.moment(datetime.fromisoformat(facts["last_physical_at"]), "UTC") + " UTC"
    if not facts.get("place"):
        return t.gettext("It was scanned last on %(moment)s.", moment=at)
    return t.gettext("It was scanned last on %(moment)s in %(place)s.", moment=at, place=str(facts["place"]))


def _claim_until(t: Texts, facts: Mapping[str, Any]) -> str:
    if not facts.get("claim_until"):
        return ""
    day = t.day(date.fromisoformat(facts["claim_until"]))
    return t.gettext("Without an answer we file a claim before %(day)s.", day=day)


def _stands(t: Texts, status: str, parcel: ParcelView) -> str:
    if not status:
        return t.gettext("The carrier has not reported anything yet.")
    stands = t.gettext("Where it stands: %(status)s.", status=status)
    happened = words.HAPPENED.get(parcel.reason or "")
    return f"{stands} {t.gettext(happened)}" if happened else stands


def _arrives(t: Texts, parcel: ParcelView) -> str:
    if parcel.status in ("delivered", "returned", "cancelled"):
        return ""
    if parcel.current is None:
        return t.gettext("We do not know a date yet.")
    window = t.window(parcel.current.window_from, parcel.current.window_to)
    return t.gettext("We expect it in this window: %(window)s.", window=window)
