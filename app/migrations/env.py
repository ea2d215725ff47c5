"""What Alembic runs for each command; it gets its open connection from app/migrations/steps."""

from alembic import context
from sqlalchemy import text

from app.schema import all_metadata

ONE_AT_A_TIME = 7_203_115_091
"""The number of our advisory lock on PostgreSQL; SQLite's BEGIN IMMEDIATE does the same by itself."""

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))

context.configure(
    connection=connection,
    target_metadata=all_metadata(),
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # both engines roll a half-made schema back
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
