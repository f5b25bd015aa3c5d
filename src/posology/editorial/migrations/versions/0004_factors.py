"""The second factor of those who have set one up: the secret of their codes, and the newest code that was used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has one yet."""
    op.create_table(
        "factor",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
    )
