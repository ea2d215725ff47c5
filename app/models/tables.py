"""Tables that came in from a spreadsheet, and workbooks that are made for somebody. Imports only app/db."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class TableFile(Base):
    """An uploaded table. `sealed` is emptied when it is over; `told_at` makes every step read it alike.

    state: judging, judged, taking, done, failed, cancelled. `done` rows of `rows` were judged, or are in; of them
    `new`, `changed` and `same`, and `wrong` left out. findings: the first of these.
    """

    __tablename__ = "table_file"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(10), index=True)
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    told_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Workbook(Base):
    """An XLSX that the worker makes for a person, who alone may fetch it. `asked` says of what.

    state: making, done, failed. `rows` are written so far. `sealed` is the file.
    """

    __tablename__ = "workbook"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(26))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(20))
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), index=True)
    rows: Mapped[int] = mapped_column(default=0)
    sealed: Mapped[bytes | None]
    error: Mapped[str | None] = mapped_column(String(300))
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
