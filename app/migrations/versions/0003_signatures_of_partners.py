"""Keys that partners sign with, and what an event's row says of its signature.

Adds a table, columns and a small index, so it runs beside the previous release; no lock is held for long.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HAS_PARTNER = sa.text("partner_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "partner_key",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("brand_id", sa.String(length=26), nullable=False),
        sa.Column("partner_id", sa.String(length=26), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("vkey", sa.String(length=300), nullable=False),
        sa.Column("submission_id", _BIG, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.Column("ending_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"]),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner_id", "key_id"),
    )
    op.add_column("epcis_event", sa.Column("signed_key", sa.String(length=8), nullable=True))
    op.add_column("epcis_event", sa.Column("typed_by", sa.String(length=26), nullable=True))
    op.create_index(
        "epcis_event_by_partner",
        "epcis_event",
        ["partner_id", "id"],
        sqlite_where=_HAS_PARTNER,
        postgresql_where=_HAS_PARTNER,
    )
    op.add_column("partner", sa.Column("must_sign", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("partner", "must_sign")
    op.drop_index("epcis_event_by_partner", "epcis_event")
    op.drop_column("epcis_event", "typed_by")
    op.drop_column("epcis_event", "signed_key")
    op.drop_table("partner_key")
