"""People who sign in: credentials, sessions, one-time links, attempts; and the head of the log beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GENESIS = "sha256:" + "0" * 64


def upgrade() -> None:
    """Accounts for the browser; what the log ends with is noted apart from it."""
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(71), nullable=False),
    )
    last = op.get_bind().execute(sa.text("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")).first()
    seq, hashed = (last[0], last[1]) if last else (0, GENESIS)
    op.execute(f"INSERT INTO head (id, seq, hash) VALUES (1, {int(seq)}, '{hashed}')")
    op.create_table(
        "credential",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("password", sa.Text, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token", sa.String(71), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False, index=True),
        sa.Column("made", sa.String(27), nullable=False),
        sa.Column("seen", sa.String(27), nullable=False),
    )
    op.create_table(
        "link",
        sa.Column("token", sa.String(71), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False, index=True),
        sa.Column("expires", sa.String(27), nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(71), nullable=False, index=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
