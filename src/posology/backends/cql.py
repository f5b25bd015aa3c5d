"""A guideline as one library of Clinical Quality Language, to be run by engines that are not ours.

Patient facts come in as parameters, named as in a patient file; a parameter without a value is unknown.
Every fact, decision and rule is a definition under its English name, with true, false and null meaning
what they mean here. A vague threshold is null between its two figures. ``LastDose`` is the day of the
last dose that counts, ``DosesGiven`` how many count; the definitions "… earliest" and "… latest" are the
window of the next one.

The facts are read through a definition each, which also makes everything null that is not a possible
value: at least one engine hands an object that is neither true nor null to a parameter left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from ..model import Above, All, Any_, Decision, Expr, Fact, Give, Guideline, Is, Not, Period, Rule
from ..schedule import gap

Facts = Mapping[str, Fact]
LAST_DOSE = "LastDose"
DOSES_GIVEN = "DosesGiven"
_UNITS = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}

# ---------------------------------------------------------------- the library


def library(guideline: Guideline) -> str:
    """The whole guideline as the text of one library."""
    facts = guideline.facts
    parts = [
        _top(guideline),
        "\n".join(_parameters(facts.values())),
        "context Unfiltered",
        *_section("Facts", (_fact(fact, facts) for fact in facts.values())),
        *_section("Decisions", (_open(decision, facts) for decision in guideline.decisions.values())),
        *_section("Rules", _rules(guideline)),
    ]
    return "\n\n".join(parts) + "\n"


def library_name(guideline: Guideline) -> str:
    """The name of the library: the guideline's id as one word.

    >>> from datetime import date
    >>> library_name(Guideline("some-injections", "", "1", date(2026, 1, 1), "", {}, (), {}, {}))
    'SomeInjections'
    """
    return "".join(word[:1].upper() + word[1:] for word in guideline.id.replace("_", "-").split("-"))


def _top(guideline: Guideline) -> str:
    lines = [
        guideline.title,
        f"Version {guideline.version} of {guideline.updated}; {guideline.digest}",
        str(guideline.meta.get("disclaimer", "")),
        str(guideline.meta.get("source", "")),
    ]
    notes = "\n".join(_note(line) for line in lines if line)
    return f"{notes}\nlibrary {library_name(guideline)} version {text(guideline.version)}"


def _note(line: str) -> str:
    return f"// {' '.join(line.split())}"


def _section(title: str, definitions: Iterable[str]) -> Iterator[str]:
    yield f"// ---------------- {title}"
    yield from definitions


# ---------------------------------------------------------------- facts


def _parameters(facts: Iterable[Fact]) -> Iterator[str]:
    kinds = {"yes/no": "Boolean", "number": "Decimal", "choice": "String"}
    for fact in facts:
        yield f"parameter {name(fact.name)} {kinds[fact.kind]}"
    yield f"parameter {name(LAST_DOSE)} Date"
    yield f"parameter {name(DOSES_GIVEN)} Integer"


def _fact(fact: Fact, facts: Facts) -> str:
    note = _note(f"{fact.question} ({fact.unit})" if fact.unit else fact.question or fact.phrase)
    return f"{note}\ndefine {name(label(fact.name, facts))}:\n  {_derived(fact, facts)}"


def label(fact: str, facts: Facts) -> str:
    """The English name of a fact: its phrase with a capital, which no parameter and no rule has."""
    phrase = facts[fact].phrase
    return phrase[:1].upper() + phrase[1:]


def _derived(fact: Fact, facts: Facts) -> str:
    """What is stated; of a derived fact, what always wins, then what is stated, then its definition."""
    if fact.when is None:
        return stated(fact)
    always = f"when {expression(fact.always, facts)} then true " if fact.always is not None else ""
    param = name(fact.name)
    answers = f"when {param} = true then true when {param} = false then false"
    return f"case {always}{answers} else {expression(fact.when, facts)} end"


def stated(fact: Fact) -> str:
    """The parameter of a fact where it holds a possible value, else null."""
    param = name(fact.name)
    match fact.kind:
        case "yes/no":
            return f"case when {param} = true then true when {param} = false then false else null end"
        case "number" if fact.low < fact.high:
            ends = f"{param} >= {decimal(fact.low)} and {param} <= {decimal(fact.high)}"
            return f"case when {ends} then {param} else null end"
        case "number":
            return f"case when {param} >= 0.0 or {param} < 0.0 then {param} else null end"
        case "choice":
            answers = (f"when {param} = {text(choice)} then {text(choice)}" for choice in fact.choices)
            return f"case {' '.join(answers)} else null end"
        case _:
            assert_never(fact.kind)


# ---------------------------------------------------------------- conditions


def expression(expr: Expr, facts: Facts) -> str:
    """A condition as an expression in brackets, over the English names of its facts."""
    match expr:
        case Is(fact, choice):
            own = name(label(fact, facts))
            return own if choice is None else f"({own} = {text(choice)})"
        case Above():
            return _above(expr, name(label(expr.fact, facts)))
        case All(parts):
            return f"({' and '.join(expression(part, facts) for part in parts) or 'true'})"
        case Any_(parts):
            return f"({' or '.join(expression(part, facts) for part in parts) or 'false'})"
        case Not(part):
            return f"(not {expression(part, facts)})"
        case _:
            assert_never(expr)


def _above(test: Above, number: str) -> str:
    over, under = (">", "<=") if test.strict else (">=", "<")
    if test.low == test.high:
        return f"({number} {over} {decimal(test.high)})"
    true = f"when {number} {over} {decimal(test.high)} then true"
    false = f"when {number} {under} {decimal(test.low)} then false"
    return f"(case {true} {false} else null end)"


def name(identifier: str) -> str:
    """A quoted name."""
    return '"' + identifier.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text(words: str) -> str:
    """A string."""
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"


def decimal(figure: float) -> str:
    """A decimal literal.

    >>> decimal(25), decimal(0.5)
    ('25.0', '0.5')
    """
    plain = format(Decimal(repr(float(figure))), "f")
    return plain if "." in plain else f"{plain}.0"


# ---------------------------------------------------------------- decisions and rules


def _open(decision: Decision, facts: Facts) -> str:
    """Whether a decision is to be made: in its scope, and not done."""
    done = (Not(decision.done),) if decision.done is not None else ()
    return f"define {name(open_name(decision.name))}:\n  {expression(All((decision.scope, *done)), facts)}"


def open_name(decision: str) -> str:
    """The definition that says whether a decision is to be made."""
    return f"{decision} is open"


def _rules(guideline: Guideline) -> Iterator[str]:
    for statement in guideline.statements:
        if statement.rule is not None:
            notes = [statement.text, f"{statement.origin}; sources: {', '.join(statement.citations)}"]
            yield "\n".join([*map(_note, notes), *_rule(statement.rule, guideline)])


def _rule(rule: Rule, guideline: Guideline) -> Iterator[str]:
    """A rule's truth, and for a regimen what is given and when the next dose falls."""
    when = expression(rule.when, guideline.facts)
    decision = rule.decision or (rule.action.timing.during if rule.action.timing else None)
    scope = f"{name(open_name(decision))} and " if decision else ""
    yield f"define {name(rule_name(rule, guideline.facts))}:\n  {scope}{when}"
    if rule.never_when is not None:
        yield f"define {name(f'{rule.name} never')}:\n  {expression(rule.never_when, guideline.facts)}"
    if rule.action.gives:
        yield from _gives(rule, guideline.facts)


def rule_name(rule: Rule, facts: Facts) -> str:
    """The definition of a rule: its own name, unless a parameter has that."""
    return f"{rule.name} (rule)" if rule.name in facts else rule.name


def _gives(rule: Rule, facts: Facts) -> Iterator[str]:
    holds = name(rule_name(rule, facts))
    ways = ",\n    ".join(map(_give, rule.action.gives))
    yield f"define {name(f'{rule.name} gives')}:\n  if {holds} then {{\n    {ways} }} else null"
    for word, window in zip(("earliest", "latest"), _window(rule.action.gives[0]), strict=True):
        yield f"define {name(f'{rule.name} {word}')}:\n  if {holds} then {window} else null"


def _window(give: Give) -> tuple[str, str]:
    """The first and the last day of the next dose; null where all doses of the regimen were given."""
    if give.times == 1:
        low, high = f"{_day()} + {_step(give.every_low)}", f"{_day()} + {_step(give.every_high)}"
    else:
        gaps = (f"when {after} then {gap(give, after)} days" for after in range(give.times))
        low = high = f"{_day()} + (case ({_given()} mod {give.times}) {' '.join(gaps)} else null end)"
    if give.doses is None:
        return low, high
    open_ = f"if {_given()} < {give.doses} then"
    return f"({open_} {low} else null)", f"({open_} {high} else null)"


def _given() -> str:
    """How many doses count, or null where it is no number."""
    count = name(DOSES_GIVEN)
    return f"(case when {count} >= 0 then {count} else null end)"


def _give(give: Give) -> str:
    pairs = {
        "drug": text(give.drug), "low": decimal(give.low), "high": decimal(give.high), "unit": text(give.unit),
        "route": text(give.route), "times": str(give.times),
        "everyLow": text(str(give.every_low)), "everyHigh": text(str(give.every_high)),
    }  # fmt: skip
    return f"Tuple {{ {', '.join(f'{key}: {value}' for key, value in pairs.items())} }}"


def _day() -> str:
    """The last dose, or null where it is no date."""
    day = name(LAST_DOSE)
    return f"(case when {day} > @0001-01-01 then {day} else null end)"


def _step(period: Period) -> str:
    return f"{period.count} {_UNITS[period.unit]}"
