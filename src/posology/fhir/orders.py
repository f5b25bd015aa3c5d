"""A plan as FHIR R4: a care plan with what it asks for, what it warns of, and where each line comes from.

Nothing here is an order. As long as the guideline is not approved, everything is a draft and a proposal; after that a
line becomes active only if it is firm and nothing has to be made sure of first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..backends.english import regimen, spaced, unit, words
from ..model import Give, Guideline, Item, Line, Plan, Value
from ..quantity import plain
from .definition import activity_names
from .make import URGENCY, Json, base, canonical, cited, codings, concept, full, meta, uid, unverified
from .timing import dates, dosage

Link = Callable[[str], str]
"""How one resource of a plan names another by its id."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every resource of one plan needs: plan, guideline, whose it is, and how one resource names another."""

    plan: Plan
    guideline: Guideline
    subject: Json
    link: Link

    @property
    def approved(self) -> bool:
        """Whether the guideline's review has come to its end."""
        return self.plan.guideline.get("status") == "approved"


@dataclass(frozen=True, slots=True)
class Order:
    """A resource made from one line of advice."""

    line: Line
    resource: Json


def orders(sheet: Sheet) -> list[Order]:
    """Everything that the lines of a plan ask for or warn of, in their order."""
    lines = (*sheet.plan.advice, *_to_come(sheet))
    return [Order(line, made) for line in lines for made in _of(line, sheet)]


def _to_come(sheet: Sheet) -> Iterator[Line]:
    """What is dated although it has no line of advice yet, such as a review whose day has not come."""
    guideline, plan = sheet.guideline, sheet.plan
    told = {line.rule for line in plan.advice}
    for name in dict.fromkeys(item.rule for item in plan.schedule if item.rule not in told):
        said = guideline.named[name]
        assert said.rule is not None
        sources = tuple(guideline.references[key] for key in said.citations)
        heading, kind = said.place.heading, said.rule.action.kind
        yield Line(name, kind, "firm", said.text, said.origin, heading, sources, urgency=said.rule.action.urgency)


def _of(line: Line, sheet: Sheet) -> Iterator[Json]:
    match line.action:
        case "give" | "decide":
            ways = ((line.give, ()),) if line.give else ()
            for number, (give, unless) in enumerate((*ways, *line.alternatives), 1):
                yield medication(line, give, unless, number, sheet)
        case "check" if _tests(line, sheet):
            for test, items in _tests(line, sheet).items():
                yield _service(line, "test", _test(test, sheet.guideline), items, sheet, test)
        case "check":
            yield _service(line, "review", concept(line.text), _items(line, sheet), sheet)
        case "refer":
            yield _service(line, "referral", concept(line.text), [], sheet)
        case "avoid" | "never":
            yield warning(line, sheet)


# ---------------------------------------------------------------- what all have in common


def top(kind: str, sheet: Sheet, *names: str) -> Json:
    """The beginning of every resource: kind, identity, origin."""
    plan = sheet.plan
    own = uid(kind, plan.guideline["id"], whose(plan), *names)
    origin = meta(sheet.guideline, plan.guideline["digest"], plan.guideline["status"])
    return {"resourceType": kind, "id": own, "meta": origin}


def whose(plan: Plan) -> str:
    """Whose plan it is; without a label the first day of the course stands for it, as in a calendar."""
    first = min((dose.on for dose in plan.given), default=plan.on)
    return plan.patient or first.isoformat()


def standing(sheet: Sheet, line: Line | None = None) -> Json:
    """Status and intent: a draft and a proposal unless the guideline is approved and the line settled."""
    settled = line is None or (line.certainty == "firm" and not line.confirm)
    active = sheet.approved and settled
    return {"status": "active" if active else "draft", "intent": "plan" if active else "proposal"}


def known_by(line: Line, sheet: Sheet, *more: str) -> list[Json]:
    """The rule, as a name by which receivers can find its order again."""
    return [{"system": f"{base(sheet.guideline)}/rule", "value": "/".join((sheet.guideline.id, line.rule, *more))}]


def reasons(line: Line, sheet: Sheet) -> list[Json]:
    """The facts that made a line true."""
    facts = sheet.guideline.facts
    return [{"text": f"{words(name, facts)}: {_told(name, value, sheet)}"} for name, value in line.because.items()]


def _told(name: str, value: Value, sheet: Sheet) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return spaced(value) if isinstance(value, str) else f"{plain(value)} {unit(name, sheet.guideline.facts)}".strip()


def notes(line: Line, sheet: Sheet, *more: str) -> list[Json]:
    """What whoever acts on a line must read: its words, on what it hangs, who said so."""
    facts = sheet.guideline.facts
    hangs = (
        ("May apply; not yet known: {}.", line.if_),
        ("Applies unless this, not yet known, says otherwise: {}.", line.unless),
        ("Before giving, check: {}.", line.confirm),
    )
    said = [line.text, *(form.format(", ".join(words(n, facts) for n in names)) for form, names in hangs if names)]
    said += [*filter(None, more), *(f"Struck out by {by}: {regimen(give)}." for give, by in line.struck)]
    said += [f"{one.kind.capitalize()}: {one.text}" for one in line.remarks if one.kind in ("gap", "contradiction")]
    said += ["Added by the editors."] if line.origin == "editors" else []
    return [{"text": text} for text in (*said, f"Sources: {'; '.join(map(cited, line.citations))}")]


def _items(line: Line, sheet: Sheet, what: str = "") -> list[Item]:
    return [item for item in sheet.plan.schedule if item.rule == line.rule and what in ("", item.what)]


# ---------------------------------------------------------------- medicines


def medication(line: Line, give: Give, unless: Sequence[str], number: int, sheet: Sheet) -> Json:
    """One way of giving a drug. Only the way that the schedule follows is dated; one that is withheld says so."""
    dated = line.give is not None and number == 1
    items = _items(line, sheet, "dose") if dated else []
    facts = sheet.guideline.facts
    more = [f"This way applies unless, not yet known: {', '.join(words(n, facts) for n in unless)}."] if unless else []
    doubtful = unverified(sheet.guideline, "drug", give.drug)
    doubtful += unverified(sheet.guideline, "route", give.route)
    more += [_doubtful(doubtful)]
    more += ["The dates are tentative."] if any(item.tentative for item in items) else []
    withheld = "not to be given until a clinician decides" if line.give is None else ""
    open_ = f"may apply; not yet known: {', '.join(words(n, facts) for n in line.if_)}" if line.if_ else ""
    return full(
        {
            **top("MedicationRequest", sheet, line.rule, str(number)),
            "identifier": known_by(line, sheet, str(number)),
            **(standing(sheet, line) if not (withheld or unless) else {"status": "draft", "intent": "proposal"}),
            "statusReason": concept(withheld or open_) if withheld or open_ else None,
            "priority": URGENCY.get(line.urgency or ""),
            "medicationCodeableConcept": concept(spaced(give.drug), codings(sheet.guideline, "drug", give.drug)),
            "subject": sheet.subject,
            "authoredOn": sheet.plan.on.isoformat(),
            "reasonCode": reasons(line, sheet),
            "instantiatesCanonical": [canonical(sheet.guideline, "ActivityDefinition", _activity(line, give, sheet))],
            "note": notes(line, sheet, *more),
            "dosageInstruction": [dosage(give, items, sheet.guideline)],
        }
    )


def _activity(line: Line, give: Give, sheet: Sheet) -> str:
    """The name of the definition of this way of giving; of the rule where it is not one of its own."""
    rule = next(rule for rule in sheet.guideline.rules if rule.name == line.rule)
    names = dict(zip(rule.action.gives, activity_names(rule), strict=False))
    return names.get(give, line.rule)


# ---------------------------------------------------------------- tests, reviews, referrals


def _tests(line: Line, sheet: Sheet) -> dict[str, list[Item]]:
    """The tests of a line with their dated items; those of its rule when none is dated. What is assessed is no test."""
    items, facts = _items(line, sheet, "test"), sheet.guideline.facts
    rule = next(rule for rule in sheet.guideline.rules if rule.name == line.rule)
    named = dict.fromkeys(one for one in rule.action.tests if one not in facts or facts[one].kind == "number")
    named |= dict.fromkeys(test for item in items for test in item.tests)
    return {test: [item for item in items if test in item.tests] for test in named}


def _test(test: str, guideline: Guideline) -> Json:
    return concept(words(test, guideline.facts), codings(guideline, "test", test))


def _service(line: Line, kind: str, code: Json, items: Sequence[Item], sheet: Sheet, *more: str) -> Json:
    """A test, a review or a referral, with its dates."""
    return full(
        {
            **top("ServiceRequest", sheet, line.rule, *more),
            "identifier": known_by(line, sheet, *more),
            "instantiatesCanonical": [canonical(sheet.guideline, "ActivityDefinition", line.rule)],
            **standing(sheet, line),
            "category": [concept(kind)],
            "priority": URGENCY.get(line.urgency or ""),
            "code": code,
            "subject": sheet.subject,
            "occurrenceTiming": dates(items, sheet.guideline),
            "authoredOn": sheet.plan.on.isoformat(),
            "reasonCode": reasons(line, sheet),
            "note": notes(line, sheet, *(_doubtful(unverified(sheet.guideline, "test", one)) for one in more)),
        }
    )


def _doubtful(codes: Sequence[str]) -> str:
    return f"Go by the names; codes that nobody has verified yet: {', '.join(codes)}." if codes else ""


# ---------------------------------------------------------------- warnings


def warning(line: Line, sheet: Sheet) -> Json:
    """What must not be done, or had better not: high when never, moderate when avoid."""
    told = " ".join(note["text"] for note in notes(line, sheet))
    return issue(sheet, line.rule, line.action, told, "high" if line.action == "never" else "moderate", line)


def issue(sheet: Sheet, name: str, kind: str, told: str, severity: str, line: Line | None = None) -> Json:
    """A DetectedIssue; preliminary as long as it hangs on something unknown or on an unapproved guideline."""
    final = sheet.approved and line is not None and line.certainty == "firm"
    evidence = [{"code": [reason]} for reason in reasons(line, sheet)] if line else []
    return full(
        {
            **top("DetectedIssue", sheet, name),
            "identifier": known_by(line, sheet) if line else [],
            "status": "final" if final else "preliminary",
            "code": concept(kind),
            "severity": severity,
            "patient": sheet.subject,
            "identifiedDateTime": sheet.plan.on.isoformat(),
            "evidence": evidence,
            "detail": told,
        }
    )
