"""What a brand lets its machines say by themselves. Imports only app/db."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Switch(Base):
    """Whether a brand's predictions, notices or compensations run by themselves; `rule` "": all of the subject.

    There is a row once a person has touched it; without one it is on.
    """

    __tablename__ = "switch"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    on: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[str | None] = mapped_column(String(26))  # None: at the command line, or by a key
    changed_at: Mapped[datetime]
