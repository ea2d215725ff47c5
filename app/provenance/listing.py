"""What a brand has described, captured and recalled, in pages for the API. Reads only.

Every list is ordered by one column and continues behind a value of it, so that it is stable while rows are added.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.products import CaptureJob, Certificate, Location, Product, Recall


def products(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[Product]:
    """Products by GTIN, from behind `after` on."""
    asked = select(Product).where(Product.brand_id == brand_id, Product.gtin > after)
    return session.scalars(asked.order_by(Product.gtin).limit(limit)).all()


def product(session: Session, brand_id: str, gtin: str) -> Product | None:
    """The product of this 14-digit GTIN."""
    return session.scalar(select(Product).where(Product.brand_id == brand_id, Product.gtin == gtin))


def locations(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[Location]:
    """Places in the order in which they were named, from behind the id `after` on."""
    asked = select(Location).where(Location.brand_id == brand_id, Location.id > after)
    return session.scalars(asked.order_by(Location.id).limit(limit)).all()


def certificates(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[Certificate]:
    """Certificates, the oldest first, from behind the id `after` on."""
    asked = select(Certificate).where(Certificate.brand_id == brand_id, Certificate.id > after)
    return session.scalars(asked.order_by(Certificate.id).limit(limit)).all()


def recalls(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[Recall]:
    """Recalls, closed ones too, the oldest first, from behind the id `after` on."""
    asked = select(Recall).where(Recall.brand_id == brand_id, Recall.id > after)
    return session.scalars(asked.order_by(Recall.id).limit(limit)).all()


def recall(session: Session, brand_id: str, recall_id: str) -> Recall | None:
    """A recall by its id."""
    return session.scalar(select(Recall).where(Recall.brand_id == brand_id, Recall.id == recall_id))


def jobs(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[CaptureJob]:
    """Capture jobs, the oldest first, from behind the id `after` on."""
    asked = select(CaptureJob).where(CaptureJob.brand_id == brand_id, CaptureJob.id > after)
    return session.scalars(asked.order_by(CaptureJob.id).limit(limit)).all()


def job(session: Session, brand_id: str, job_id: str) -> CaptureJob | None:
    """A capture job by its id."""
    return session.scalar(select(CaptureJob).where(CaptureJob.brand_id == brand_id, CaptureJob.id == job_id))
