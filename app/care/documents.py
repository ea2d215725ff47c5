"""Documents that customers send for customs: checked by their bytes, sealed, and told to support. No page here."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care.links import use
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.desk import CustomerFile, CustomerLink
from app.models.shipments import Order, Shipment
from app.record import about_customer, record
from app.sealed import Box
from app.shipping.customs import open_hold, taken_over
from app.support.cases import open_for

LARGEST = 5_000_000
MOST = 5
_SIGNS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_PRIORITY = 2


class DocumentRefused(ValueError):
    """A file can't be taken; `code` says why: empty, large, kind, many, none."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def media_of(data: bytes) -> str:
    """What a file is, by its first bytes; nobody asks its name. Raises DocumentRefused."""
    if not data:
        raise DocumentRefused("empty")
    if len(data) > LARGEST:
        raise DocumentRefused("large")
    media = next((media for sign, media in _SIGNS.items() if data.startswith(sign)), None)
    if media is None:
        raise DocumentRefused("kind")
    return media


def receive(
    session: Session, box: Box, link: CustomerLink, files: Sequence[bytes], now: datetime
) -> list[CustomerFile]:
    """Keep what a customer sent, sealed, and use the link up; empty when the link was used or is over.

    Each file is an entry with the size, the kind and a commitment to its hash. Raises DocumentRefused before
    anything is kept.
    """
    if not files:
        raise DocumentRefused("none")
    if len(files) > MOST:
        raise DocumentRefused("many")
    kinds = [media_of(data) for data in files]
    if not use(session, link, now):
        return []
    shipment = session.get_one(Shipment, link.shipment_id)
    kept = [_keep(session, box, shipment, *each, now) for each in zip(files, kinds, strict=True)]
    if hold := open_hold(session, shipment.id):
        taken_over(session, hold, now)
    open_for(session, shipment, "documents", _PRIORITY, {"documents": len(kept)}, now)
    return kept


def of_shipment(session: Session, shipment_id: str) -> Sequence[CustomerFile]:
    """What was sent about a shipment, the oldest first."""
    mine = select(CustomerFile).where(CustomerFile.shipment_id == shipment_id)
    return session.scalars(mine.order_by(CustomerFile.id)).all()


def get(session: Session, brand_id: str, file_id: str) -> CustomerFile | None:
    """A document of this brand by its id."""
    return session.scalar(
        select(CustomerFile).where(CustomerFile.brand_id == brand_id, CustomerFile.id == file_id)
    )


def _keep(session: Session, box: Box, shipment: Shipment, data: bytes, media: str, now: datetime) -> CustomerFile:
    row = CustomerFile(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        media=media,
        size=len(data),
        sealed=box.seal(data),
        received_at=now,
    )
    receipt = record(
        session,
        session.get_one(Brand, shipment.brand_id).log_id,
        EntryType.DOCUMENT_RECEIVED,
        {"document": row.id, "shipment": shipment.id, "media": media, "size": len(data)},
        now=now,
        openings={"personal:sha256": hashlib.sha256(data).hexdigest().encode()},
        person=about_customer(session.get_one(Order, shipment.order_id).customer_id),
    )
    row.submission_id = receipt.submission_id
    session.add(row)
    return row
