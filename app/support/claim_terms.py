"""Until when a carrier takes a claim. A table with its sources; a brand's own contract goes before it.

Read on 22 November 2026. They are terms for ordinary parcels of businesses; a contract, a service or a country may
say otherwise, which is why each brand can set its own days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Term:
    """Days from the day on which the carrier took the parcel; `source` empty: nothing is known, we are careful."""

    days: int
    source: str


CAREFUL = Term(14, "")
"""Where we know nothing: the shortest term of the table."""

_DHL = "https://mydhl.express.dhl/us/en/help-and-support/contact-us/claims/claims-faqs.html"
_THREE = "https://www.zenventory.com/lost-package-claims-waiting-periods-deadlines-carrier-claim-faqs"
_BRITISH = "https://help.tryhutch.co.uk/en/articles/11830332-understanding-courier-claim-timelines"

TERMS: Mapping[str, Term] = {
    "dhl_express": Term(30, _DHL),
    "dhl_universal": Term(30, _DHL),
    "ups": Term(60, _THREE),
    "usps": Term(60, _THREE),
    "fedex": Term(60, "https://shipsaver.zendesk.com/hc/en-us/articles/200244708"),
    "royalmail": Term(80, _BRITISH),
    "dpd": Term(14, _BRITISH),
}


def term_of(carrier: str, settings: Mapping[str, Any]) -> Term:
    """The term of a carrier: the brand's own (`claim_days` of its settings), the table's, or the careful one."""
    own = settings.get("claim_days", {}).get(carrier)
    return Term(int(own), "brand") if own else TERMS.get(carrier, CAREFUL)


def claim_until(carrier: str, taken_on: date, settings: Mapping[str, Any]) -> date:
    """The last day on which a claim may reach the carrier."""
    return taken_on + timedelta(days=term_of(carrier, settings).days)
