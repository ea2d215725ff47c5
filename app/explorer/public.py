"""What the public explorer shows of an entry, by its kind: a table written by hand. A kind that is missing shows
nothing but its name and its hash. Pure; no code that decides about a single entry.

Add a field only when it may be read by anybody for ever: `product`, `place` and `thing` make links of keys.
"""

from dataclasses import dataclass

from app.entries import EntryType
from app.texts import marked as _

SHOW_NOTHING = _("An internal entry")


@dataclass(frozen=True)
class Field:
    """A member of an entry's body: its label, and how it is written."""

    name: str
    label: str
    kind: str = "text"  # text, moment, named, step, disposition, thing, things, partner, index, code


@dataclass(frozen=True)
class Kind:
    """A kind of entry that the public may read: what it is called, and its fields in order."""

    title: str
    fields: tuple[Field, ...] = ()


_THING = Field("key", _("About"), "thing")
_PARTNER = Field("partner", _("Recorded by"), "partner")
_KEY_OF_LOG = Field("vkey", _("Key"), "code")

PUBLIC: dict[str, Kind] = {
    EntryType.LOG_OPENED: Kind(_("The log was opened"), (_KEY_OF_LOG,)),
    EntryType.LOG_KEY_ROTATED: Kind(_("The log took a new key"), (_KEY_OF_LOG,)),
    EntryType.LOG_KEY_RETIRED: Kind(_("A key of the log was retired"), (Field("key", _("Key"), "code"),)),
    "ledger:opening:erased": Kind(
        _("A value was erased"),
        (
            Field("index", _("From the entry"), "index"),
            Field("paths", _("Which values"), "code"),
            Field("reason", _("Reason"), "code"),
            Field("basis", _("Legal basis"), "code"),
        ),
    ),
    EntryType.EVENT_CAPTURED: Kind(
        _("An event was recorded"),
        (
            Field("biz_step", _("Step"), "step"),
            Field("disposition", _("State"), "disposition"),
            Field("event_time", _("When"), "moment"),
            Field("read_point", _("Place"), "thing"),
            Field("biz_location", _("Place afterwards"), "thing"),
            _PARTNER,
            Field("keys", _("What it names"), "things"),
        ),
    ),
    EntryType.PRODUCT_DESCRIBED: Kind(
        _("A product was described"),
        (
            Field("gtin", "GTIN", "product"),
            Field("name", _("Name"), "named"),
            Field("description", _("Description"), "named"),
            Field("origin_country", _("Origin"), "country"),
            Field("origin_place", _("Place"), "text"),
        ),
    ),
    EntryType.LOT_DESCRIBED: Kind(
        _("A lot was described"),
        (
            _THING,
            Field("produced_on", _("Produced on"), "day"),
            Field("packed_on", _("Packed on"), "day"),
            Field("best_before", _("Best before"), "day"),
            Field("expires_on", _("Use by"), "day"),
            Field("origin_country", _("Origin"), "country"),
            Field("origin_place", _("Place"), "text"),
        ),
    ),
    EntryType.CERTIFICATE_ADDED: Kind(
        _("A certificate was added"),
        (
            _THING,
            Field("name", _("Name"), "text"),
            Field("issuer", _("Issuer"), "text"),
            Field("scope", _("Scope"), "text"),
            Field("valid_from", _("Valid from"), "day"),
            Field("valid_until", _("Valid until"), "day"),
        ),
    ),
    EntryType.INSPECTION_RECORDED: Kind(
        _("An inspection was recorded"),
        (
            _THING,
            Field("name", _("Name"), "text"),
            Field("result", _("Result"), "code"),
            Field("inspected_at", _("When"), "moment"),
        ),
    ),
    EntryType.AUDIT_RECORDED: Kind(
        _("An audit of a supplier was recorded"),
        (
            Field("scheme", _("Name"), "text"),
            Field("result", _("Result"), "code"),
            Field("valid_until", _("Valid until"), "day"),
        ),
    ),
    EntryType.CHECK_REQUIRED: Kind(_("A check was required"), (Field("name", _("Name"), "text"),)),
    EntryType.CHECK_ENDED: Kind(_("A check was required no more")),
    EntryType.PACKED_UNCHECKED: Kind(_("Something was packed or sent without its checks"), (_THING,)),
    EntryType.SUPPLIER_SHOWN: Kind(_("It was chosen how a supplier is shown")),
    EntryType.RECALL_OPENED: Kind(
        _("A recall was opened"),
        (_THING, Field("reason", _("Reason"), "named"), Field("advice", _("Advice"), "named")),
    ),
    EntryType.RECALL_AMENDED: Kind(
        _("The words of a recall were corrected"),
        (_THING, Field("reason", _("Reason"), "named"), Field("advice", _("Advice"), "named")),
    ),
    EntryType.RECALL_CLOSED: Kind(_("A recall was closed"), (_THING,)),
    EntryType.WINDOW_SEALED: Kind(
        _("Sensor readings were sealed"),
        (Field("first_at", _("From"), "moment"), Field("last_at", _("To"), "moment")),
    ),
    EntryType.FILE_STAMPED: Kind(_("A file was stamped")),
    EntryType.PARTNER_KEY_REGISTERED: Kind(
        _("A partner registered a key"), (Field("name", _("Partner"), "text"), _KEY_OF_LOG)
    ),
    EntryType.PARTNER_KEY_ROTATED: Kind(
        _("A partner changed its key"), (Field("partner", _("Partner"), "partner"), _KEY_OF_LOG)
    ),
    EntryType.PARTNER_KEY_REVOKED: Kind(
        _("A partner's key was revoked"),
        (Field("partner", _("Partner"), "partner"), Field("key", _("Key"), "code")),
    ),
}


def title(entry_type: str) -> str:
    """What a kind of entry is called, also where nothing else of it is shown."""
    return PUBLIC[entry_type].title if entry_type in PUBLIC else SHOW_NOTHING
