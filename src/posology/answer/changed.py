"""What an answer says otherwise than the one before it in a conversation."""

from __future__ import annotations

from collections.abc import Mapping

from .answered import Answer, Changed


def changed(before: Answer, after: Answer) -> Changed:
    """Facts that came, went or changed, and the lines that are new or gone."""
    old, new = before.facts or {}, after.facts or {}
    names = dict.fromkeys([*old, *new])
    facts = tuple((name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
    shown, there = _names(before), _names(after)
    return Changed(facts, tuple(n for n in there if n not in shown), tuple(n for n in shown if n not in there))


def _names(answer: Answer) -> Mapping[str, None]:
    """The statements that hold, or may hold, by name."""
    return dict.fromkeys(said.statement.name for said in answer.lines if said.applies != "no")
