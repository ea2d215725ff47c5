"""Links of things for the resolver, and the keys and counters of NFC tags: three new tables, nothing locked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "nfc_tag",
        sa.Column("brand_id", sa.String(length=26), nullable=False),
        sa.Column("uid", sa.String(length=14), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("taps", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("brand_id", "uid"),
    )
    op.create_table(
        "product_link",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("brand_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("link_type", sa.String(length=40), nullable=False),
        sa.Column("href", sa.String(length=1000), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "key", "link_type", "language", "href"),
    )
    with op.batch_alter_table("product_link", schema=None) as batch_op:
        batch_op.create_index("product_link_by_key", ["key"], unique=False)

    op.create_table(
        "tag_profile",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("brand_id", sa.String(length=26), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("key_number", sa.Integer(), nullable=False),
        sa.Column("covers", sa.String(length=12), nullable=False),
        sa.Column("registered_only", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["brand.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "gtin"),
    )


def downgrade() -> None:
    op.drop_table("tag_profile")
    with op.batch_alter_table("product_link", schema=None) as batch_op:
        batch_op.drop_index("product_link_by_key")

    op.drop_table("product_link")
    op.drop_table("nfc_tag")
