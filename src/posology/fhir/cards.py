"""Cards of CDS Hooks: what a plan has to say to somebody who opens a record or writes an order.

A card says one thing, names its sources, its guideline's version and how far its review has come. Its ids are made of
what it says and of the call, so that the same call is answered alike, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..backends.english import listed, regimen, spaced, words
from ..expr import evaluate, facts_of
from ..model import Give, Guideline, Item, Line, Plan
from ..plan.advice import cited as shorts
from .drafts import Draft, differences, matches, nearest
from .make import Json, base, cited, full, uid
from .orders import Sheet, medication, orders

LONGEST = 139
"""Characters of a summary: fewer than 140."""
CRITICAL, WARNING, INFO = "critical", "warning", "info"

REASONS = (
    ("done-elsewhere", "Already done or arranged elsewhere"),
    ("not-applicable", "The facts on record are wrong or do not apply"),
    ("patient-declines", "The patient declines"),
    ("contraindicated", "Not safe for this patient"),
    ("other-judgment", "Clinical judgment differs; reason in the notes"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """What all cards of one answer have in common. ``home``: the address of this server's pages, or empty."""

    plan: Plan
    guideline: Guideline
    instance: str
    subject: Json
    home: str = ""

    @property
    def sheet(self) -> Sheet:
        """What the resources of suggestions are made of."""
        return Sheet(self.plan, self.guideline, self.subject, lambda name: f"urn:uuid:{name}")


# ---------------------------------------------------------------- one card


def card(
    call: Call, summary: str, detail: Iterable[str], indicator: str,
    *, rule: str = "", suggestions: Sequence[Json] = (), several: bool = False, about: str = "",
) -> Json:  # fmt: skip
    """One card. ``rule`` is the statement that it comes from; ``several`` of its suggestions may be taken."""
    own = uid("card", call.instance, summary, about)
    return full(
        {
            "uuid": own,
            "summary": shortened(summary),
            "detail": "\n\n".join([*detail, _standing(call)]),
            "indicator": indicator,
            "source": _source(call, rule),
            "suggestions": [one | {"uuid": uid(own, str(n))} for n, one in enumerate(suggestions)],
            "selectionBehavior": ("any" if several else "at-most-one") if suggestions else "",
            "overrideReasons": _reasons(call.guideline),
        }
    )


def shortened(summary: str) -> str:
    """A summary of fewer than 140 characters, cut between words.

    >>> shortened("short"), len(shortened("word " * 40))
    ('short', 135)
    """
    if len(summary) <= LONGEST:
        return summary
    return summary[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _standing(call: Call) -> str:
    """Which guideline speaks, and how far its review has come."""
    told = call.plan.guideline
    return (
        f"*{call.guideline.title}, version {told['version']} of {told['updated']}. Review status: {told['status']}. "
        f"{call.guideline.meta.get('disclaimer', '')}*"
    )


def _source(call: Call, rule: str) -> Json:
    label = f"{call.guideline.title} (review status: {call.plan.guideline['status']})"
    at = f"{call.home}/guidelines/{call.guideline.id}" if call.home else ""
    url = f"{at}/statements/{rule}" if at and rule in call.guideline.named else at
    topic = {"system": f"{base(call.guideline)}/rule", "code": rule, "display": spaced(rule).replace("-", " ")}
    return full({"label": label, "url": url, "topic": topic if rule else {}})


def _reasons(guideline: Guideline) -> list[Json]:
    system = f"{base(guideline)}/override-reasons"
    return [{"code": code, "system": system, "display": display} for code, display in REASONS]


def said(call: Call, line: Line) -> list[str]:
    """A line of advice with what it hangs on, why it holds, and its sources."""
    facts = call.guideline.facts
    hangs = (
        ("May apply; not known: {}.", line.if_),
        ("Applies unless this, not known, says otherwise: {}.", line.unless),
        ("Before giving, check: {}.", line.confirm),
    )
    why = ", ".join(f"{words(name, facts)}: {_told(value)}" for name, value in line.because.items())
    return [
        f"**{line.text}**" + (" (added by the editors)" if line.origin == "editors" else ""),
        *(form.format(shorts(call.guideline, names)) for form, names in hangs if names),
        *([f"Because: {why}."] if why else []),
        "Sources:\n" + "\n".join(f"- {cited(one)}" for one in line.citations),
    ]  # fmt: skip


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else spaced(str(value))


def grade(line: Line, guideline: Guideline) -> str:
    """How loudly a line is said; one that withholds a treatment is never whispered."""
    if line.certainty == "firm" and (line.action == "never" or line.urgency == "emergency"):
        return CRITICAL
    loud = line.action in ("never", "avoid", "decide") or line.urgency == "urgent"
    return WARNING if loud or _gate(line, guideline) else INFO


def _gate(line: Line, guideline: Guideline) -> bool:
    rule = guideline.named[line.rule].rule
    return rule is not None and bool(rule.stops)


def lead(line: Line) -> str:
    """The beginning of a summary."""
    open_ = "May apply: " if line.certainty == "provisional" else ""
    return f"{open_}{'Decide: ' if line.action == 'decide' else ''}{line.text}"


# ---------------------------------------------------------------- a record is opened


def view(call: Call, lacking: Sequence[str], died: bool = False) -> list[Json]:
    """What is due or overdue, what is wrong, and what is missing; nothing for a patient whom it does not concern."""
    if not _concerned(call):
        return [_unread(call, lacking)] if lacking and not died else []
    if died:
        return [_after_death(call, INFO)]
    due, tests = _due_doses(call, lacking), _due_tests(call, lacking)
    return [*due, *_wrong(call), *tests, *_open(call), *_missing(call, lacking)]


def _after_death(call: Call, indicator: str, about: str = "") -> Json:
    """That the patient has died, in case the record is mistaken or not this patient's."""
    told = "The record says that the patient has died."
    return card(call, told if about else f"{told} Nothing is proposed.", [told], indicator, about=about)


def _concerned(call: Call) -> bool:
    """Whether the guideline concerns a patient: in scope, treated, something is dated, or something is urgent.

    A precaution alone, such as a drug that is to be avoided, concerns nobody who has no reason to be given any.
    """
    plan = call.plan
    known = {name: value for name, (value, _) in plan.facts.items()}
    scoped = any(evaluate(one.scope, known.get) is True for one in call.guideline.decisions.values())
    urgent = any(line.certainty == "firm" and line.urgency in ("urgent", "emergency") for line in plan.advice)
    return bool(plan.given or plan.schedule or scoped or urgent)


def _due_doses(call: Call, lacking: Sequence[str]) -> Iterator[Json]:
    """The dose that is due or overdue, with the order for it."""
    item = next((item for item in call.plan.schedule if item.what == "dose"), None)
    line = next((line for line in call.plan.advice if item and line.rule == item.rule and line.give), None)
    if item is None or line is None or line.give is None or item.state == "upcoming":
        return
    for_now = " for now" if item.tentative else ""
    when = f"Overdue since {item.latest}" if item.state == "overdue" else f"Due{_until(item, call.plan)}"
    summary = f"{when}{for_now}: {regimen(line.give)}"
    grave = WARNING if item.state == "overdue" else INFO
    detail = [*_why_unread(lacking), *said(call, line)]
    yield card(call, summary, detail, grave, rule=line.rule, suggestions=_give(call, line))


def _until(item: Item, plan: Plan) -> str:
    return f" until {item.latest}" if item.latest > plan.on else " today"


def _give(call: Call, line: Line) -> list[Json]:
    """A suggestion for each way of giving that stands."""
    ways = [(line.give, ()), *line.alternatives] if line.give else []
    made = [(regimen(give), medication(line, give, unless, n, call.sheet)) for n, (give, unless) in enumerate(ways, 1)]
    return [{"label": f"Order {how}", "actions": [_create(one, f"an order: {how}")]} for how, one in made]


def _create(resource: Json, what: str) -> Json:
    return {"type": "create", "description": f"Draft {what}", "resource": resource}


def _wrong(call: Call) -> Iterator[Json]:
    """What must not be, what is urgent, and what only a clinician can decide."""
    kept = call.guideline.meta.get("never_folded", ())
    last = call.plan.given[-1].drug if call.plan.given else ""
    on = {last} | {str(value) for value, _ in call.plan.facts.values() if isinstance(value, str)}
    for line in call.plan.advice:
        rule = call.guideline.named[line.rule].rule
        drugs = {strike.name for strike in rule.action.strikes if strike.kind == "drug"} if rule else set()
        told = line.action in ("never", "decide", "refer") or line.rule in kept or bool(drugs & on)
        quiet = line.action == "refer" and not line.urgency and not _gate(line, call.guideline)
        if line.certainty == "firm" and told and not quiet:
            yield card(call, lead(line), said(call, line), grade(line, call.guideline), rule=line.rule)


def _due_tests(call: Call, lacking: Sequence[str]) -> Iterator[Json]:
    """Tests and reviews that are due or overdue, with a request for each."""
    due = [item for item in call.plan.schedule if item.what != "dose" and item.state != "upcoming"]
    if not due:
        return
    late = any(item.state == "overdue" for item in due)
    named = [", ".join(words(test, call.guideline.facts) for test in item.tests) or item.detail for item in due]
    summary = f"{'Overdue' if late else 'Due'}: {'; '.join(dict.fromkeys(named))}"
    lines = [line for line in call.plan.advice if line.rule in {item.rule for item in due}]
    requests = [one.resource for one in orders(call.sheet) if one.line in lines]
    wanted = [one for one in requests if one["resourceType"] == "ServiceRequest"]
    named_so = [(one, one["code"]["text"][:80]) for one in wanted]
    made = [{"label": f"Request {what}", "actions": [_create(one, f"a request: {what}")]} for one, what in named_so]
    detail = [*_why_unread(lacking), *(part for line in lines for part in said(call, line))]
    rule = lines[0].rule if lines else ""
    yield card(call, summary, detail, WARNING if late else INFO, rule=rule, suggestions=made, several=True)


def _open(call: Call) -> Iterator[Json]:
    """Silence and conflict, said aloud."""
    for notice in call.plan.notices:
        if notice.kind == "gap" or (notice.kind == "conflict" and "Nothing orders them" in notice.text):
            yield card(call, notice.text, [notice.text], WARNING)


def _missing(call: Call, lacking: Sequence[str]) -> Iterator[Json]:
    """What is not known, most decisive first, and what was not sent."""
    if not (call.plan.ask or lacking):
        return
    names = shorts(call.guideline, tuple(one.fact for one in call.plan.ask[:4]))
    more = f" and {len(call.plan.ask) - 4} more" if len(call.plan.ask) > 4 else ""
    unread = f"Not all of the record was sent ({', '.join(lacking)}). " if lacking else ""
    summary = f"{unread}Not known: {names}{more}" if names else f"{unread}What it holds is unknown."
    yield card(call, summary, [*_why_unread(lacking), *asked(call)], INFO, about="missing")


def asked(call: Call) -> list[str]:
    """The questions of a plan as a list, and what was odd about the record."""
    questions = "\n".join(f"- {one.question}" for one in call.plan.ask)
    odd = "\n".join(f"- {notice.text}" for notice in call.plan.notices if notice.kind == "input")
    told = [f"To find out, most decisive first:\n{questions}"] if questions else []
    return [*told, *([f"About the record:\n{odd}"] if odd else [])]


def _unread(call: Call, lacking: Sequence[str]) -> Json:
    summary = f"Not all of the record was sent ({', '.join(lacking)}): what it holds is unknown."
    return card(call, summary, _why_unread(lacking), INFO, about="missing")


def _why_unread(lacking: Sequence[str]) -> list[str]:
    if not lacking:
        return []
    names = ", ".join(f"`{name}`" for name in lacking)
    return [f"Not sent, or only in part: {names}. Whatever stands there is taken as unknown, never as no."]


# ---------------------------------------------------------------- an order is written


def order(call: Call, draft: Draft, lacking: Sequence[str], died: bool = False) -> list[Json]:
    """What the guideline says to one drafted order; ``call.plan`` is made with the facts that the order states."""
    if draft.trouble:
        told = f"This order could not be judged: {draft.trouble}."
        return [card(call, told, [told], INFO, about=draft.reference)]
    made = [_after_death(call, WARNING, draft.reference)] if died and not draft.stops else []
    struck = []
    for line in call.plan.advice:
        if _speaks(line, draft, call.guideline) or (line.certainty == "firm" and _strikes(line, draft, call.guideline)):
            made.append(_warned(call, line, draft))
        elif _strikes(line, draft, call.guideline):
            struck.append(line)
    if draft.drug and not draft.stops:
        made += _differs(call, draft)
    return [*made, *_unknown(call, struck, draft, lacking)]


def _speaks(line: Line, draft: Draft, guideline: Guideline) -> bool:
    """Whether a line speaks of a fact that an order states; of one that only sharpens it, once it has."""
    rule = guideline.named[line.rule].rule
    if rule is None or line.action == "give":
        return False
    sharper = facts_of(rule.never_when) if rule.never_when is not None and line.action == "never" else ()
    return bool({*facts_of(rule.applies), *sharper} & draft.facts.keys())


def _strikes(line: Line, draft: Draft, guideline: Guideline) -> bool:
    """Whether a line speaks against the drug, the route or the site that is ordered."""
    rule = guideline.named[line.rule].rule
    if rule is None or line.action == "give" or draft.stops:
        return False
    return any(matches(strike, draft) for strike in (*rule.action.strikes, *rule.stops))


def _warned(call: Call, line: Line, draft: Draft) -> Json:
    """A warning; where the order must not be, with the suggestion to take it away."""
    never = line.certainty == "firm" and (line.action == "never" or (line.action == "avoid" and not draft.drug))
    remove = {
        "label": "Remove this order",
        "actions": [{"type": "delete", "description": "Take the drafted order back", "resourceId": draft.reference}],
    }  # fmt: skip
    return card(
        call, lead(line), said(call, line), grade(line, call.guideline), rule=line.rule, about=draft.reference,
        suggestions=[remove] if never else (),
    )  # fmt: skip


def _differs(call: Call, draft: Draft) -> list[Json]:
    """In what an order differs from the treatment that the plan follows now, with the order put right."""
    line = _followed(call.plan)
    if line is None or line.give is None:
        return []
    ways = [line.give, *(give for give, unless in line.alternatives if not unless)]
    give = nearest(draft, ways)
    found = differences(draft, give)
    if not found:
        return []
    names = listed(found)
    words_ = f"{names[:1].upper()}{names[1:]} differ{'s' * (len(found) == 1)}: the guideline says {regimen(give)}"
    grave = WARNING if any(found.values()) else INFO
    detail = [f"Ordered otherwise in: {names}.", *said(call, line)]
    right = {"label": f"Change to {regimen(give)}", "actions": [_corrected(call, line, give, draft)]}
    return [card(call, words_, detail, grave, rule=line.rule, suggestions=[right], about=draft.reference)]


def _followed(plan: Plan) -> Line | None:
    """The line whose doses the schedule dates first, else the only treatment that stands."""
    item = next((item for item in plan.schedule if item.what == "dose"), None)
    standing = [line for line in plan.advice if line.give and not line.if_]
    if item is not None:
        return next((line for line in standing if line.rule == item.rule), None)
    return standing[0] if len(standing) == 1 else None


def _corrected(call: Call, line: Line, give: Give, draft: Draft) -> Json:
    """The drafted order with the guideline's drug, route, dose and timing."""
    right = medication(line, give, (), 1, call.sheet)
    kept = {key: value for key, value in draft.resource.items() if not key.startswith("medication")}
    changed = {key: right[key] for key in ("medicationCodeableConcept", "dosageInstruction", "instantiatesCanonical")}
    what = f"Change the drafted order to {regimen(give)}"
    return {"type": "update", "description": what, "resource": {**kept, **changed}}


def _unknown(call: Call, lines: Sequence[Line], draft: Draft, lacking: Sequence[str]) -> list[Json]:
    """One card for all that may speak against an order, with what has to be found out first."""
    apart, why = _not_compared(call, draft)
    if not lines and not (lacking and draft.facts) and not apart:
        return []
    open_ = tuple(dict.fromkeys(name for line in lines for name in (*line.if_, *line.unless)))
    names = shorts(call.guideline, open_[:4])
    unread = f"Not all of the record was sent ({', '.join(lacking)}). " if lacking else ""
    told = f"Not compared with the guideline: {apart}. " if apart else ""
    first = f"Before signing, find out: {names}. " if names else ""
    summary = f"{told}{first}{unread}{'' if first or apart else 'What it holds is unknown.'}"
    spoken = [part for line in lines for part in said(call, line)]
    detail = [*([told + why] if told else []), *_why_unread(lacking), *spoken]
    return [card(call, summary.strip(), detail, INFO, about=draft.reference)]


def _not_compared(call: Call, draft: Draft) -> tuple[str, str]:
    """What of an order could not be held against the treatment that the plan follows, and why."""
    if not draft.drug or draft.stops:
        return "", ""
    if _followed(call.plan) is None:
        hangs = tuple(dict.fromkeys(name for line in call.plan.advice if line.give for name in line.if_))
        why = f"It hangs on: {shorts(call.guideline, hangs)}."
        return ("the treatment is still open", why) if hangs else ("", "")
    said_ = {"route": draft.route, "dose": draft.amount, "interval": draft.every}
    open_ = [name for name, value in said_.items() if value is None]
    why = "The order does not say it, or not in one way that can be read here."
    return (listed(open_), why) if open_ else ("", "")
