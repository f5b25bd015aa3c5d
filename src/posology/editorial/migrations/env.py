"""What Alembic runs: on the connection that the store hands it, in the store's own transaction."""

from __future__ import annotations

from alembic import context

from posology.editorial.tables import META


def run() -> None:
    """The migrations that are asked for."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=META, render_as_batch=True,
        compare_type=True,
    )  # fmt: skip
    context.run_migrations()


if hasattr(context, "config"):  # it is not there when something else than Alembic reads this file
    run()
