"""Statements handed straight to the driver: the same rows, and errors that the house already knows."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    column,
    insert,
    select,
    table,
)
from sqlalchemy.exc import IntegrityError

from app.db import Db
from ledger.quick import Quick, both

_KEY = table("ledger_key", column("log_id"), column("key"), column("submission_id"))
_PUT = Quick(both(insert(_KEY).values({name: bindparam(name) for name in ("log_id", "key", "submission_id")})))
_ALL = Quick(both(select(_KEY.c.key).where(_KEY.c.log_id == bindparam("log")).order_by(_KEY.c.key)))


def test_many_rows_are_written_and_read(db: Db) -> None:
    with db.begin() as session:
        rows = [{"log_id": 1, "key": name, "submission_id": at} for at, name in enumerate("abc")]
        assert _PUT.each(session.connection(), rows) == 3
        assert _ALL.rows(session.connection(), {"log": 1}) == [("a",), ("b",), ("c",)]
        assert _ALL.first(session.connection(), {"log": 2}) is None


def test_an_error_of_the_driver_is_told_as_sqlalchemy_tells_it_and_hides_the_values(db: Db) -> None:
    row = {"log_id": 1, "key": "scan", "submission_id": 4711}
    with pytest.raises(IntegrityError) as caught, db.begin() as session:
        _PUT.each(session.connection(), [row, row])
    assert "4711" not in str(caught.value)
    with db() as session:
        assert _ALL.rows(session.connection(), {"log": 1}) == []


_KINDS = Table(
    "kinds",
    MetaData(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text),
    Column("at", DateTime(timezone=True)),
    Column("on", Date),
    Column("share", Float),
    Column("firm", Boolean),
    Column("texts", JSON),
    Column("body", LargeBinary),
)
_PUT_KINDS = Quick(both(insert(_KINDS)))
_SOME = (
    select(_KINDS)
    .where(_KINDS.c.number.in_(bindparam("numbers", expanding=True)), _KINDS.c.at >= bindparam("since"))
    .where(_KINDS.c.name.in_(["Ada", "Ben", "Cleo", "nobody"]))
    .order_by(_KINDS.c.number)
    .limit(6)
)
_QUICK_SOME = Quick(both(_SOME))


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, 8, 9])
def test_values_rows_and_lists_are_what_sqlalchemy_makes_of_them(db: Db, now: datetime, length: int) -> None:
    _KINDS.create(db.kw["bind"])
    full = {"on": date(2026, 3, 2), "share": 0.25, "firm": True, "texts": {"en": "Ähre"}, "body": b"\x00\xff"}
    rows = [{"number": at, "name": "Ada", "at": now + timedelta(hours=at), **full} for at in range(8)]
    rows.append({"name": "Ben", "number": 8, "at": now, **dict.fromkeys(full)})
    asked = {"numbers": list(range(8, 8 - length, -1)), "since": now}
    with db.begin() as session:
        connection = session.connection()
        assert _PUT_KINDS.each(connection, rows) == 9
        assert _QUICK_SOME.rows(connection, asked) == connection.execute(_SOME, asked).all()
        first = _QUICK_SOME.first(connection, {**asked, "numbers": [7]})
    assert (first.name, first.at, first.texts) == ("Ada", now + timedelta(hours=7), {"en": "Ähre"})
