"""Which transformation an event belongs to, so that several events of one are walked as one.

Adds a column and a small index, so it runs beside the previous release. The transformation events that are there
are read once, a thousand at a time; what the previous release writes meanwhile is walked event by event.
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_HAS_ONE = sa.text("transformation IS NOT NULL")
_EVENT = sa.table(
    "epcis_event",
    sa.column("id", sa.BigInteger()),
    sa.column("event_type", sa.String()),
    sa.column("document", sa.LargeBinary()),
    sa.column("transformation", sa.String()),
)
_AT_ONCE = 1_000


def upgrade() -> None:
    op.add_column("epcis_event", sa.Column("transformation", sa.String(length=400), nullable=True))
    _read_what_is_there()
    op.create_index(
        "epcis_event_by_transformation",
        "epcis_event",
        ["transformation", "brand_id"],
        sqlite_where=_HAS_ONE,
        postgresql_where=_HAS_ONE,
    )


def downgrade() -> None:
    op.drop_index("epcis_event_by_transformation", "epcis_event")
    op.drop_column("epcis_event", "transformation")


def _read_what_is_there() -> None:
    connection, last = op.get_bind(), 0
    asked = sa.select(_EVENT.c.id, _EVENT.c.document).where(_EVENT.c.event_type == "TransformationEvent")
    while rows := connection.execute(asked.where(_EVENT.c.id > last).order_by(_EVENT.c.id).limit(_AT_ONCE)).all():
        for row in rows:
            if (shared := json.loads(row.document).get("transformationID")) is not None:
                change = sa.update(_EVENT).where(_EVENT.c.id == row.id)
                connection.execute(change.values(transformation=shared))
        last = rows[-1].id
