"""Keys of those whom the ledger's closed values are about, and which entry an erasure is of.

Adds tables, a column without default and its index: it runs beside the previous release, which must not write
values that are not public any more. The index is built while openings can't be written.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_data_key",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("log_id", _BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("generation", _BIG, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("log_id", "subject"),
    )
    op.create_index("ix_ledger_data_key_generation", "ledger_data_key", ["generation"])
    op.create_table(
        "ledger_erasure",
        sa.Column("log_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("index", _BIG, autoincrement=False, nullable=False),
        sa.Column("submission_id", _BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "index", "submission_id"),
    )
    op.add_column("ledger_opening", sa.Column("key_id", _BIG, nullable=True))
    op.create_index("ix_ledger_opening_key_id", "ledger_opening", ["key_id"])


def downgrade() -> None:
    op.drop_index("ix_ledger_opening_key_id", "ledger_opening")
    op.drop_column("ledger_opening", "key_id")
    op.drop_table("ledger_erasure")
    op.drop_index("ix_ledger_data_key_generation", "ledger_data_key")
    op.drop_table("ledger_data_key")
