"""Every table of every room, for migrations and for the check that they have no drift. Nothing else."""

from sqlalchemy import MetaData

from app.db import Base
from app.models import (  # noqa: F401  # each puts its tables into Base
    amends,
    brands,
    carbon,
    care,
    demo,
    desk,
    eta,
    hooks,
    intake,
    owning,
    products,
    quality,
    scanning,
    scans,
    shipments,
    subscriptions,
    tables,
    watching,
)
from carriers.tables import Base as CarriersBase
from iot.tables import Base as IotBase
from ledger.tables import Base as LedgerBase


def all_metadata() -> list[MetaData]:
    """The tables of the house and of the three workshops."""
    return [Base.metadata, CarriersBase.metadata, IotBase.metadata, LedgerBase.metadata]
