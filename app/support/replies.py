"""A reply to copy, in the customer's language, made of what the record says. Pure; it names no person."""

from app import words
from app.shipping.views import ParcelView
from app.texts import Texts


def compose(t: Texts, *, number: str, parcel: ParcelView, page_url: str, brand: str) -> str:
    """Plain text: where the order stands, when it comes, what to do, where to look."""
    status = t.gettext(words.STATUS[parcel.status]) if parcel.status in words.STATUS else ""
    parts = [
        t.gettext("Hello,"),
        t.gettext("thank you for asking about your order %(number)s.", number=number),
        _stands(t, status, parcel),
        _arrives(t, parcel),
        t.gettext(words.ACTION[words.ACTION_FOR.get(parcel.reason or "", "nothing")]) if parcel.reason else "",
        t.gettext("Your order, live:") + f"\n{page_url}",
        brand,
    ]
    return "\n\n".join(part for part in parts if part)


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
