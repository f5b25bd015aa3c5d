"""The kind of browser in which a session began, by which people know their sessions apart."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sessions that go on say nothing of it."""
    op.add_column("session", sa.Column("browser", sa.String(40), nullable=False, server_default=""))
