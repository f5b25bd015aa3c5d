"""The log: events, the content that they name, and the triggers that keep both."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("event", "content")
DEEDS = ("update", "delete", "truncate")


def upgrade() -> None:
    """A store that holds nothing yet but its log."""
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("prev", sa.String(71), nullable=False, unique=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.String(71), nullable=False, unique=True),
    )
    op.create_table(
        "content",
        sa.Column("digest", sa.String(71), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    for table in TABLES:
        (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgres)(table)


def _sqlite(table: str) -> None:
    for deed in DEEDS[:2]:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_{deed} BEFORE {deed.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'the {table} table only grows'); END"
        )


def _postgres(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'the {table} table only grows'; END $$"
    )
    for deed in DEEDS:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_{deed} BEFORE {deed.upper()} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_{deed}")
