"""Who opened the demo's passports before anybody came: readers in some countries, and one item on two continents.

Nothing is made up beyond the openings: the case about the item is opened by the same rule as in life.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.demo.catalogue import MATCHA
from app.demo.journey import ITEMS
from app.scanning import store
from app.scanning.buffer import Opening, hour_of

COPIED = ITEMS[-1]
"""An item on the shelf in Berlin, whose code somebody else opened in Brazil within the hour."""

# How often the product was opened in the weeks before, by country.
_WEEKS = (("DE", (23, 31, 18)), ("JP", (12, 9, 14)), ("FR", (6, 7, 5)), ("CA", (2, 3, 1)))


def open_pages(session: Session, brand_id: str, now: datetime) -> None:
    """Count these openings as the web process would have."""
    hour = hour_of(now)
    copied = f"/01/{MATCHA}/21/{COPIED}"
    apart = (("DE", 27), ("DE", 26), ("BR", 26), ("BR", 25))
    told = [(Opening(brand_id, copied, hour - timedelta(hours=ago), country), 1) for country, ago in apart]
    for country, counts in _WEEKS:
        for weeks, count in enumerate(counts, 1):
            at = hour - timedelta(weeks=weeks)
            told.append((Opening(brand_id, f"/01/{MATCHA}", at, country), count))
    store.add(session, told)
