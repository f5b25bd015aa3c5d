"""The tables of the store, and the triggers that must keep its log as it was written.

`event` and `content` only grow. What is in `credential`, `factor`, `session`, `link`, `attempt` and `view` changes, and
gives nobody a right that the log does not give: roles, signatures, links and the fingerprints of passwords, second
factors and sessions stand in the log.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

NAMES: Final = {"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "ix": "ix_%(column_0_label)s"}
META = MetaData(naming_convention=NAMES)

EVENT = Table(
    "event", META,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("prev", String(71), nullable=False, unique=True),
    Column("at", String(27), nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String(71), nullable=False, unique=True),
    Column("seal", String(160)),
)  # fmt: skip
CONTENT = Table(
    "content", META,
    Column("digest", String(71), primary_key=True),
    Column("text", Text, nullable=False),
)  # fmt: skip
HEAD = Table(
    "head", META,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(71), nullable=False),
)  # fmt: skip
CREDENTIAL = Table(
    "credential", META,
    Column("account", String(64), primary_key=True),
    Column("password", Text, nullable=False),
)  # fmt: skip
SESSION = Table(
    "session", META,
    Column("token", String(71), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("made", String(27), nullable=False),
    Column("seen", String(27), nullable=False),
    Column("browser", String(40), nullable=False, server_default=""),
)  # fmt: skip
LINK = Table(
    "link", META,
    Column("token", String(71), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("expires", String(27), nullable=False),
)  # fmt: skip
ATTEMPT = Table(
    "attempt", META,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(71), nullable=False, index=True),
    Column("at", String(27), nullable=False),
)  # fmt: skip
VIEW = Table(
    "view", META,
    Column("account", String(64), primary_key=True),
    Column("guideline", String(100), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("chosen", Text, nullable=False),
)  # fmt: skip

FACTOR = Table(
    "factor", META,
    Column("account", String(64), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("used", Integer, nullable=False),
)  # fmt: skip

GROWING: Final = ("event", "content")
"""The tables that only grow."""


def trigger_names(dialect: str) -> set[str]:
    """The triggers that must be there (migration 0001 makes them): the growing tables refuse every change."""
    deeds = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    return {f"{table}_keeps_{deed}" for table in GROWING for deed in deeds}
