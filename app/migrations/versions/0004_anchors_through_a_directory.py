"""Anchors through a directory: the heads of all logs, their comparison, and more facts of an anchor.

Only adds, and replaces a small index, so it runs beside the previous release; an anchor made by that one stays in
its table and is shown no more, since it stands for one log alone.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ledger_anchor_check",
        sa.Column(
            "log_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("log_id"),
    )
    op.create_table(
        "ledger_directory_head",
        sa.Column(
            "log_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("directory_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size"),
    )
    with op.batch_alter_table("ledger_directory_head", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_directory_head_last", ["directory_id", "recorded_at"], unique=False)

    with op.batch_alter_table("ledger_anchor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("target", sa.Text(), server_default="evm", nullable=False))
        batch_op.add_column(sa.Column("log_key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("finality", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("final_by", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "sources", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False
            )
        )
        batch_op.drop_index(batch_op.f("ix_ledger_anchor_log_id"))
        batch_op.create_index("ix_ledger_anchor_newest", ["log_id", "size"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ledger_anchor", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_anchor_newest")
        batch_op.create_index(batch_op.f("ix_ledger_anchor_log_id"), ["log_id"], unique=False)
        batch_op.drop_column("sources")
        batch_op.drop_column("final_by")
        batch_op.drop_column("finality")
        batch_op.drop_column("log_key")
        batch_op.drop_column("target")

    with op.batch_alter_table("ledger_directory_head", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_directory_head_last")

    op.drop_table("ledger_directory_head")
    op.drop_table("ledger_anchor_check")
