"""The seal of an entry: what only the holder of a key outside the database can have written."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Entries that are there have none: the first sealed one vouches for them through the chain."""
    op.add_column("event", sa.Column("seal", sa.String(160), nullable=True))
