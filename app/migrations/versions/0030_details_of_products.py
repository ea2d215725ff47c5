"""what the law wants told of products"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("product", sa.Column("details", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("product", "details")
