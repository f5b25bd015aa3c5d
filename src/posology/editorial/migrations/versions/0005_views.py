"""Views of registers, which people keep under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row a view: whose, under which guideline, its name, and what was chosen."""
    op.create_table(
        "view",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("guideline", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("chosen", sa.Text, nullable=False),
    )
