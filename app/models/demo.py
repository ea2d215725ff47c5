"""The clock that the demo may move forward; empty everywhere else."""

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class DemoClock(Base):
    """One row: how far ahead of the machine the demo is."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    offset_s: Mapped[int]
