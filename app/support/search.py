"""One search over every identifier that a caller can name. It finds rows; it shows no personal data."""

from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Hit:
    """Something found: `kind` is shipment, passport, case or device; `id` its row, `label` what staff read."""

    kind: str
    id: str
    label: str
    matched: str
    key: str | None = None


def find(session: Session, brand_id: str, text: str) -> list[Hit]:
    """What the text names in this brand: order, tracking number, serial, any GS1 form, SSCC, email."""
    raise NotImplementedError
