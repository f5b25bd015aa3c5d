"""What a signature is bound to: a statement with its rule, wordings, references and worked examples, and its digest.

The canonical form leaves out where a statement stands and how its file is laid out, so that a move or a
reformatting changes nothing. What several statements share is a part of each that rests on it. What belongs to
no one statement (title, policy, questions, codes, which statements there are) is a unit of its own, `_particulars`,
and is signed like a statement: otherwise a statement could be taken away without anybody's signature.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from ..model import Above, Decision, Example, Expr, Fact, Guideline, Is, Period, Place, Statement

PARTICULARS = "_particulars"
"""The unit of what belongs to no one statement. No statement can have this name."""
FORM = 1
"""The form of the canonical text. A new one would unsign everything, so it changes only with need."""
OPEN = ("dangling", "withdrawn")
"""The statuses of a reference on which nobody should rest without saying why."""
UNSIGNED = ("version", "updated")
"""Particulars that say which edition this is, not what it says."""
ASKED = ("question", "patient_question", "short", "group")
"""How a fact is asked for, as against what it means."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that is signed: a statement or the particulars, in canonical form, and the sources it cannot rest on.

    >>> Unit("a", '{"text":"b"}').digest[:14]
    'sha256:7b8de1c'
    """

    name: str
    text: str
    open: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The digest that signatures name."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """The sha256 of a text in UTF-8."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def canonical(value: Any) -> str:
    """A value of plain data as one text: sorted keys, no spaces, no escapes.

    >>> canonical({"b": 1, "a": [True, "é"]})
    '{"a":[true,"é"],"b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def units(guideline: Guideline) -> dict[str, Unit]:
    """Everything of a guideline that is signed, by name."""
    found = {s.name: statement_unit(s, guideline) for s in guideline.statements}
    return found | {PARTICULARS: _particulars(guideline)}


def statement_unit(statement: Statement, guideline: Guideline) -> Unit:
    """One statement with everything that it means."""
    keys = dict.fromkeys([*statement.citations, *(key for r in statement.remarks for key in r.citations)])
    cited = {key: guideline.references[key] for key in keys if key in guideline.references}
    content = _content(statement, guideline) | {
        "form": FORM,
        "guideline": guideline.id,
        "references": {key: plain(reference) for key, reference in cited.items()},
    }
    held = [key for key in statement.citations if key in cited and cited[key].status in OPEN]
    return Unit(statement.name, canonical(content), _once(held), _once(statement.citations))


def _once(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def _content(statement: Statement, guideline: Guideline) -> dict[str, Any]:
    """The sentence in all its wordings, and the meanings behind it."""
    again = guideline.named.get(statement.restates)
    decision = guideline.decisions.get(statement.rule.decision or "") if statement.rule else None
    behind = [statement.rule, _defined(statement, guideline), again.rule if again else None, decision]
    meaning = {
        "rule": plain(statement.rule),
        "define": plain(behind[1]),
        "same as": plain(again.rule if again else None),
        "decision": _decision(decision) if decision else None,
        "facts": {fact.name: _meaning(fact) for fact in _facts_behind(behind, guideline.facts)},
        "examples": sorted((_row(row) for row in _examples(statement, decision)), key=canonical),
    }
    said = {**plain(statement), "is": "Statement"}
    said.pop("rule", None)
    return said | {key: value for key, value in meaning.items() if value}


def _defined(statement: Statement, guideline: Guideline) -> tuple[Expr | None, Expr | None] | None:
    """The condition that a defining sentence gives a name to."""
    if statement.kind != "define":
        return None
    name = statement.name.replace("-", "_")
    fact = guideline.facts.get(name)
    return (fact.when, fact.always) if fact else (guideline.defines.get(name), None)


# ---------------------------------------------------------------- what is shared


def _facts_behind(values: Iterable[Any], facts: Mapping[str, Fact]) -> list[Fact]:
    """The facts on which these hang, by way of other facts too."""
    ahead = {name for value in values for name in _names(value)}
    seen: dict[str, Fact] = {}
    while ahead:
        name = ahead.pop()
        if name in facts and name not in seen:
            seen[name] = facts[name]
            ahead |= set(_names((facts[name].when, facts[name].always)))
    return [seen[name] for name in sorted(seen)]


def _names(value: Any) -> Iterator[str]:
    """The facts and tests that a value speaks of, wherever in it."""
    match value:
        case Is(name, _) | Above(name, _, _, _):
            yield name
        case tuple() | list():
            for part in value:
                yield from [part] if isinstance(part, str) else _names(part)
        case Decision():
            yield from _names((value.scope, value.done, value.silent_when))
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _names(getattr(value, field.name))


def _meaning(fact: Fact) -> dict[str, Any]:
    """What a fact means; how it is asked for is a matter of the particulars."""
    return {key: value for key, value in plain(fact).items() if key not in ASKED}


def _decision(decision: Decision) -> dict[str, Any]:
    """How a decision chooses; its rules and its worked table belong to the statements that they concern."""
    return {key: value for key, value in plain(decision).items() if key not in ("rules", "examples")}


def _examples(statement: Statement, decision: Decision | None) -> list[Example]:
    """The rows of the decision's table that name this rule, and those that name none: they concern every rule."""
    if decision is None:
        return []
    return [row for row in decision.examples if (named := _rules_in(row, decision)) == set() or statement.name in named]


def _rules_in(row: Example, decision: Decision) -> set[str]:
    words = row.outcome.partition(",")[0]
    return {part.strip() for part in words.split("+")} & set(decision.rules)


def _row(row: Example) -> dict[str, Any]:
    return {"facts": plain(row.facts), "outcome": text_of(row.outcome)}


# ---------------------------------------------------------------- the particulars


def _particulars(guideline: Guideline) -> Unit:
    """What belongs to no one statement, and which statements there are."""
    cited = {key for s in guideline.statements for key in (*s.citations, *(k for r in s.remarks for k in r.citations))}
    ruled = {s.rule.decision for s in guideline.statements if s.rule}
    content = {
        "form": FORM,
        "guideline": guideline.id,
        "meta": {key: plain(value) for key, value in guideline.meta.items() if key not in UNSIGNED},
        "statements": sorted(s.name for s in guideline.statements),
        "headings": sorted({text_of(heading) for s in guideline.statements for heading in s.place.heading}),
        "decisions": {name: _decision(d) if name not in ruled else {} for name, d in guideline.decisions.items()},
        "questions": {f.name: {k: v for k, v in plain(f).items() if k in ASKED} for f in guideline.facts.values()},
        "facts": {fact.name: _meaning(fact) for fact in _unused(guideline)},
        "references": {key: plain(r) for key, r in guideline.references.items() if key not in cited},
        "codes": sorted((plain(code) for code in guideline.codes), key=canonical),
        "aliases": plain(guideline.aliases),
    }
    return Unit(PARTICULARS, canonical(content))


def _unused(guideline: Guideline) -> list[Fact]:
    """The facts on which no statement hangs."""
    values: list[Any] = [s.rule for s in guideline.statements]
    values += [*guideline.defines.values(), *guideline.decisions.values()]
    values += [_defined(s, guideline) for s in guideline.statements]
    used = {fact.name for fact in _facts_behind(values, guideline.facts)}
    return [fact for name, fact in sorted(guideline.facts.items()) if name not in used]


# ---------------------------------------------------------------- plain data


def plain(value: Any) -> Any:
    """One of our values as plain data: without its place, and without what is empty, so that a field may be added.

    >>> plain(Above("n", 1.0, 1.0))
    {'is': 'Above', 'fact': 'n', 'low': 1, 'high': 1, 'strict': True}
    """
    match value:
        case str():
            return text_of(value)
        case bool() | None | int():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case Period() | date():
            return str(value)
        case Mapping():
            return {str(key): plain(part) for key, part in sorted(value.items(), key=lambda pair: str(pair[0]))}
        case tuple() | list():
            return [plain(part) for part in value]
        case _:
            return _record(value)


def _record(value: Any) -> dict[str, Any]:
    parts = ((field.name, getattr(value, field.name)) for field in fields(value))
    held = {name: plain(part) for name, part in parts if part and not isinstance(part, Place)}
    return {"is": type(value).__name__} | held


def text_of(words: str) -> str:
    r"""Words without the layout of their file: composed letters, single spaces.

    >>> text_of("two  words\n here ")
    'two words here'
    """
    return " ".join(unicodedata.normalize("NFC", words).split())
