"""Views of a register that people keep under a name: which rows, in which order. They hold no fact of a patient."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import and_, delete, insert, select

from .store import Store, writing
from .tables import VIEW

Views = dict[str, dict[str, str]]


def views(store: Store, account: str, guideline: str) -> Views:
    """The views of an account for registers under a guideline, by name."""
    mine = and_(VIEW.c.account == account, VIEW.c.guideline == guideline)
    with store.engine.connect() as connection:
        rows = connection.execute(select(VIEW.c.name, VIEW.c.chosen).where(mine).order_by(VIEW.c.name)).all()
    return {name: json.loads(chosen) for name, chosen in rows}


def keep(store: Store, account: str, guideline: str, every: Mapping[str, Mapping[str, str]]) -> None:
    """Keeps these views of an account for a guideline, and no others."""
    mine = and_(VIEW.c.account == account, VIEW.c.guideline == guideline)
    with writing(store) as connection:
        connection.execute(delete(VIEW).where(mine))
        for name, chosen in every.items():
            row = {"account": account, "guideline": guideline, "name": name, "chosen": json.dumps(dict(chosen))}
            connection.execute(insert(VIEW).values(row))
