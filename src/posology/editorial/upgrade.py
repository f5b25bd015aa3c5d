"""Bringing a store up to date: one that an older program made is migrated, one from a newer program is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ..findings import Finding, Refused

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_309_453_181


def known() -> list[str]:
    """The versions of a store that this program knows, oldest first."""
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def version_of(connection: Connection) -> str | None:
    """The version of a store; None while it is empty. Raises Refused when it is something else."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
    if tables:
        what = "This is a database of something else: it holds tables, but none of a store."
        raise Refused([Finding("the store", what, "Name another file or database.")])
    return None


def bring_up_to_date(engine: Engine) -> None:
    """Migrates a store to the newest version, after a copy has been made beside it (SQLite). Raises Refused."""
    versions = known()
    with engine.connect() as connection:
        here = version_of(connection)
    if here == versions[-1]:
        return
    if here is not None and here not in versions:
        what = f"This store is of version {here}, from a newer posology; this one knows versions up to {versions[-1]}."
        raise Refused([Finding("the store", what, "Use the newer program. Nothing was touched.")])
    if here is not None and engine.dialect.name == "sqlite":
        _copy(Path(str(engine.url.database)), here)
    _migrate(engine)


def _copy(path: Path, version: str) -> None:
    """The store as it was, beside it."""
    kept = path.with_name(f"{path.name}.before-{version}")
    source = sqlite3.connect(path)
    target = sqlite3.connect(kept)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if version_of(connection) == known()[-1]:
            return  # somebody else was faster
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
