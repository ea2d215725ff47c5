"""What a shop, a file or a program tells of an order: plain values, the same for all of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.shipping.orders import Buyer
from app.shipping.shipments import ParcelOrder


class Unreadable(ValueError):
    """What was told can't be read; the text names the field and holds no value of it, which may be personal."""


@dataclass(frozen=True)
class Line:
    """Something ordered. `ref` is the source's own name of the line; `returned` were given back or refunded."""

    ref: str
    name: str
    quantity: int
    sku: str | None = None
    key: str | None = None
    returned: int = 0


@dataclass(frozen=True)
class Packed:
    """What went out together: parcels, and how many of which line. Parcels are empty until there is a number."""

    ref: str
    version_at: datetime
    parcels: tuple[ParcelOrder, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    cancelled: bool = False
    service: str = ""  # of the carrier


@dataclass(frozen=True)
class Told:
    """An order as its source has it at `version_at`. `packed` None: the source said nothing of parcels now."""

    ref: str
    number: str
    version_at: datetime
    placed_at: datetime
    buyer: Buyer
    lines: tuple[Line, ...]
    packed: tuple[Packed, ...] = ()
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class ToldPacked:
    """News of one fulfilment, of an order that is known by `order_ref`."""

    order_ref: str
    packed: Packed
