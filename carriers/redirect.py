"""Until when a carrier lets the address of a parcel be corrected. A table of what is known; nothing is asked here.

Sources are the carriers' own pages for senders (UPS Delivery Intercept, FedEx Delivery Manager, DHL On Demand
Delivery, USPS Package Intercept, DPD Predict): each takes a change until the parcel is out for delivery. Of a
carrier that is not here we know nothing, so once it has the parcel we promise no change.
"""

from collections.abc import Collection

from carriers.vocabulary import SETTLED, Status

CHANGES_ON_THE_WAY = frozenset({"ups", "fedex", "dhl_express", "dhl_universal", "usps", "dpd"})

_TOO_LATE = SETTLED | {Status.OUT_FOR_DELIVERY, Status.AVAILABLE_FOR_PICKUP, Status.RETURNING}


def may_change_address(status: Status | None, carriers: Collection[str], *, handed_over: bool) -> bool:
    """Whether a corrected address can still reach whoever delivers: always while we have the parcel ourselves."""
    if status in _TOO_LATE:
        return False
    return not handed_over or (bool(carriers) and all(each in CHANGES_ON_THE_WAY for each in carriers))
