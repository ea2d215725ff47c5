"""Statements handed straight to the driver: the same rows, and errors that the house already knows."""

import pytest
from sqlalchemy import bindparam, column, insert, select, table
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
