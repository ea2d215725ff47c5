"""serials found under their products"""

from collections.abc import Sequence
from urllib.parse import unquote

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PASSPORT = sa.table("passport", *map(sa.column, ("key", "brand_id", "level", "serial")))


def upgrade() -> None:
    # Not in a batch, which would make the table anew with a rowid.
    op.drop_index("passport_by_serial", table_name="passport")
    op.drop_column("passport", "serial")
    product = sa.text("level = 'product'")
    op.create_index(
        "passport_of_product", "passport", ["brand_id", "key"], sqlite_where=product, postgresql_where=product
    )


def downgrade() -> None:
    op.drop_index("passport_of_product", table_name="passport")
    op.add_column("passport", sa.Column("serial", sa.String(length=80), nullable=True))
    items = sa.select(_PASSPORT.c.key, _PASSPORT.c.brand_id).where(_PASSPORT.c.key.contains("/21/"))
    for key, brand_id in op.get_bind().execute(items).all():
        mine = (_PASSPORT.c.key == key, _PASSPORT.c.brand_id == brand_id)
        op.execute(_PASSPORT.update().where(*mine).values(serial=unquote(key.partition("/21/")[2])))
    known = sa.text("serial IS NOT NULL")
    op.create_index(
        "passport_by_serial", "passport", ["serial", "brand_id"], sqlite_where=known, postgresql_where=known
    )
