"""A plan as a sheet to read: its parts in one fixed order, in the words of one reader, before any layout.

The text, the page and the PDF all lay out this same sheet, so none of them can leave a line out
or put it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..model import Guideline, Item, Line, Plan, Question, Reference, Remark, Verdict
from . import words
from .words import Audience, say


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to read: a tag, an opening phrase, the words, what stands under them, and the sources.

    ``aside`` is a remark on the whole, in brackets. ``rule`` names the statement, or the fact that is asked.
    ``tone`` says how grave it is (emergency, urgent, overdue, never, open …) and is for looks only.
    ``group`` is the sub-heading under which it stands.
    """

    text: str
    tag: str = ""
    tone: str = ""
    lead: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    cites: tuple[Reference, ...] = ()
    group: str = ""
    rule: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline: the first day, the last, what, its detail, how it stands; with a tone as an Entry has."""

    date: str
    until: str
    what: str
    detail: str
    state: str
    tone: str
    one_day: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of the sheet: a sentence on what it is, entries, and for the timeline a table."""

    key: str
    title: str
    why: str = ""
    entries: tuple[Entry, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a reader sees of a plan, in order, apart from the two pictures."""

    banner: str
    title: str
    subtitle: str
    emergencies: tuple[Entry, ...]
    headline: str
    facts_title: str
    facts: tuple[str, ...]
    parts: tuple[Part, ...]
    about: tuple[tuple[str, str], ...]


def sheet(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> Sheet:
    """The sheet of a plan for one reader. Parts with nothing in them are left out."""
    parts = (
        _part("now", _now(plan, guideline, audience), audience),
        _part("cautions", _lines(plan, guideline, audience, "cautions"), audience),
        _part("treatment", _treatment(plan, guideline, audience), audience),
        _part("follow-up", _lines(plan, guideline, audience, "follow-up"), audience),
        _timeline(plan, guideline, audience),
        _part("ask", [_question(q, n, guideline, audience) for n, q in enumerate(plan.ask, 1)], audience),
        _part("maybe", _lines(plan, guideline, audience, "maybe"), audience),
        _part("views", _remarks(plan, guideline, ("view",), audience), audience),
        _part("gaps", [*_notices(plan, ("conflict", "gap")), *_remarks(plan, guideline, ("contradiction", "gap"), audience)], audience),
        _part("notices", _notices(plan, ("input", "citation")), audience),
        _part("sources", [_source(ref, audience) for ref in references(plan, guideline, audience)], audience),
    )  # fmt: skip
    return Sheet(
        banner=words.banner(plan.guideline.get("status", "submitted")),
        title=say("plan", audience),
        subtitle=_subtitle(plan, guideline, audience),
        emergencies=tuple(_lines(plan, guideline, audience, "emergency")),
        headline=plan.headline,
        facts_title=say("facts", audience),
        facts=_facts(plan, guideline, audience),
        parts=tuple(part for part in parts if part.entries or part.rows or part.key == "timeline"),
        about=about(plan, guideline),
    )


def _part(key: str, entries: Iterable[Entry], audience: Audience) -> Part:
    try:
        why = say(f"{key}.why", audience)
    except KeyError:
        why = ""
    return Part(key, say(key, audience), why, tuple(entries))


def _subtitle(plan: Plan, guideline: Guideline, audience: Audience) -> str:
    phase = say(f"phase {plan.phase}", audience)
    who = (plan.patient,) if plan.patient else ()
    return " · ".join((guideline.title, *who, words.day(plan.on, audience), phase))


def _facts(plan: Plan, guideline: Guideline, audience: Audience) -> tuple[str, ...]:
    """Every known fact, and where it is from unless it was simply stated."""
    chips = [
        words.chip(guideline, name, what) + ("" if origin == "stated" or audience == "patient" else f" ({origin})")
        for name, (what, origin) in plan.facts.items()
    ]
    return tuple(chips) or (say("no facts", audience),)


# ---------------------------------------------------------------- where a line stands


def foldable(line: Line) -> bool:
    """Whether a line may stand under "may also apply": provisional, and it only adds to the rest."""
    adds = line.action in ("check", "refer", "consider", "avoid", "decide")
    return adds and line.certainty == "provisional" and bool(line.if_) and not getattr(line, "always_shown", False)


def part_of(line: Line) -> str:
    """The key of the part in which a line stands."""
    if foldable(line):
        return "maybe"
    if line.action in ("give", "use"):
        return "treatment"
    if line.urgency == "emergency":
        return "emergency"
    if line.action in ("never", "avoid"):
        return "cautions"
    return "now" if line.action == "decide" or line.urgency == "urgent" else "follow-up"


_GRAVITY = ("emergency", "urgent", "soon")


def _lines(plan: Plan, guideline: Guideline, audience: Audience, part: str) -> list[Entry]:
    """A part's lines of advice: the gravest first, what must never be before what is to be avoided."""
    chosen = [line for line in plan.advice if part_of(line) == part]
    chosen.sort(key=lambda line: (_GRAVITY.index(line.urgency) if line.urgency in _GRAVITY else 9, line.action != "never"))
    return [entry_of(line, plan, guideline, audience) for line in chosen]


def entry_of(line: Line, plan: Plan, guideline: Guideline, audience: Audience) -> Entry:
    """A line of advice as something to read."""
    tag = say(line.action, audience)
    if line.urgency and line.urgency != "routine":
        tag = f"{tag} · {say(line.urgency, audience).lower()}"
    elif line.if_ and not foldable(line):
        tag = say("open", audience).format(tag)
    tone = "open" if line.if_ else line.urgency if line.urgency in ("emergency", "urgent") else line.action
    regimen = words.regimen(line.give) if line.give else ""
    lead = regimen[:1].upper() + regimen[1:]
    aside = say("editors", audience) if line.origin == "editors" else ""
    return Entry(line.text, tag, tone, lead, tuple(_notes(line, plan, guideline, audience)), line.citations, "", line.rule, aside)


def _notes(line: Line, plan: Plan, guideline: Guideline, audience: Audience) -> Iterator[tuple[str, str]]:
    """What stands under a line: what could still change it, its options, its dates, and its reasons."""
    if line.if_:
        yield say("if", audience), words.names(guideline, line.if_)
    if line.unless:
        yield say("unless", audience), words.names(guideline, line.unless)
    yield from _options(line, guideline, audience)
    following = next((item for item in plan.schedule if item.rule == line.rule and item.what == "dose"), None)
    if line.give and following:
        yield say(following.state, audience).lower(), window(following, audience)
    if line.because and not foldable(line):
        yield say("because", audience), " · ".join(words.chip(guideline, f, v) for f, v in line.because.items())
    if audience != "patient":
        yield from ((say("note", audience), remark.text) for remark in line.remarks if remark.kind == "note")


def _options(line: Line, guideline: Guideline, audience: Audience) -> Iterator[tuple[str, str]]:
    """The other treatments of a line, and those that were struck out, with the reason."""
    for give, unless in line.alternatives:
        hangs = f" ({say('unless', audience)}: {words.names(guideline, unless)})" if unless else ""
        yield say("or" if line.give else "option", audience), words.regimen(give) + hangs
    for give, reason in line.struck:
        yield say("struck", audience), f"{words.regimen(give)}: {_reason(reason)}"


def _reason(reason: str) -> str:
    """Why an option was struck out; the name of a rule is read as a phrase."""
    return reason if " " in reason else words.title(reason).lower()


# ---------------------------------------------------------------- now, and treatment


def _now(plan: Plan, guideline: Guideline, audience: Audience) -> Iterator[Entry]:
    yield from _lines(plan, guideline, audience, "now")
    confirm = tuple(dict.fromkeys(fact for line in plan.advice for fact in line.confirm))
    if confirm:
        yield Entry(f"{say('unknown', audience)}: {words.names(guideline, confirm)}", say("confirm", audience), "confirm")
    waiting = [item for item in plan.schedule if item.state != "upcoming"]
    first = next((item for item in plan.schedule if item.what == "dose"), None)
    if first and first not in waiting:
        waiting.append(first)
    for item in sorted(waiting, key=lambda i: (i.state != "overdue", i.state != "due", i.earliest)):
        yield _dated(item, plan, guideline, audience)


def _dated(item: Item, plan: Plan, guideline: Guideline, audience: Audience) -> Entry:
    return Entry(f"{window(item, audience)} ({state(item, plan, audience)})", say(item.state, audience), item.state, what(item, guideline, audience), rule=item.rule)


def _treatment(plan: Plan, guideline: Guideline, audience: Audience) -> Iterator[Entry]:
    """The treatments, decision by decision, each with how it came out; then what stands beside them."""
    lines = [line for line in plan.advice if part_of(line) == "treatment"]
    for name, verdict in plan.decisions.items():
        own = [line for line in lines if line.decision == name]
        group = words.decision_title(guideline, name, audience) + (f": {say(f'outcome {verdict.outcome}', audience)}" if own else "")
        yield from (replace(entry_of(line, plan, guideline, audience), group=group) for line in own)
        yield from _verdict(verdict, group, bool(own), guideline, audience)
    rest = [line for line in lines if line.decision not in plan.decisions]
    yield from (replace(entry_of(line, plan, guideline, audience), group=say("beside", audience)) for line in rest)


def _verdict(verdict: Verdict, group: str, has_lines: bool, guideline: Guideline, audience: Audience) -> Iterator[Entry]:
    """What a decision says beyond its lines: silence, a conflict, a stop; which rules gave way."""
    outcome = verdict.outcome
    if outcome == "conflict":
        yield Entry(f"{say('both', audience)}: {rule_names(guideline, verdict.rules, audience)}", say(outcome, audience), outcome, group=group)
    elif not has_lines and outcome != "not applicable":
        yield Entry(say(f"outcome {outcome}", audience), say(outcome, audience), outcome, group=group)
    if verdict.superseded:
        fell = rule_names(guideline, verdict.superseded, audience)
        yield Entry(f"{fell[:1].upper()}{fell[1:]}: {say('superseded', audience)}", say("gives way", audience), "done", group=group)


def rule_names(guideline: Guideline, rules: Iterable[str], audience: Audience) -> str:
    """Rules as phrases; for a patient the headings under which they stand."""
    if audience != "patient":
        return ", ".join(words.title(rule).lower() for rule in rules)
    headings = ((rule, guideline.named[rule].place.heading if rule in guideline.named else ()) for rule in rules)
    found = (heading[-1] if heading else words.title(rule) for rule, heading in headings)
    return ", ".join(dict.fromkeys(found)).lower()


# ---------------------------------------------------------------- dated items


def window(item: Item, audience: Audience = "clinician") -> str:
    """The days on which an item may fall."""
    first, last = words.day(item.earliest, audience), words.day(item.latest, audience)
    return first if first == last else f"{first} to {last}"


def kind(item: Item, audience: Audience = "clinician") -> str:
    """What kind of thing falls due, with the number of a dose: Dose 3."""
    return say(item.what, audience) + (f" {item.number}" if item.what == "dose" and item.number else "")


def detail(item: Item, guideline: Guideline) -> str:
    """What exactly falls due: the drug, its dose and route, or the tests by their short names."""
    return ", ".join(words.short(guideline, test) for test in item.tests) or words.short(guideline, item.detail)


def what(item: Item, guideline: Guideline, audience: Audience = "clinician") -> str:
    """What falls due, in full: Dose 3: so much of this drug, by that route."""
    return ": ".join(filter(None, (kind(item, audience), detail(item, guideline))))


def state(item: Item, plan: Plan, audience: Audience = "clinician") -> str:
    """How an item stands on the day of the plan, and how late or how far off it is."""
    count = {"overdue": plan.on - item.latest, "due": item.latest - plan.on, "upcoming": item.earliest - plan.on}[item.state].days
    key = "today" if item.state == "due" and not count else item.state
    return say(f"state {key}", audience).format(words.days(count)) + (say("tentative", audience) if item.tentative else "")


def _timeline(plan: Plan, guideline: Guideline, audience: Audience) -> Part:
    head = tuple(say(f"col {name}", audience) for name in ("date", "window", "what", "state"))
    given = [_given(plan, audience)] if plan.given else []
    if not plan.schedule:
        given.append(Entry(say("no dates", audience)))
    items = in_order(plan.schedule)
    endless = {item.rule: item for item in items if item.open_ended}.values()
    rows = tuple(_row(item, plan, guideline, audience, item in endless) for item in items)
    return Part("timeline", say("timeline", audience), say("timeline.why", audience), tuple(given), head, rows)


def in_order(items: Iterable[Item]) -> list[Item]:
    """Dated items by day."""
    return sorted(items, key=lambda item: (item.earliest, item.latest, item.what, item.number))


def _row(item: Item, plan: Plan, guideline: Guideline, audience: Audience, goes_on: bool) -> Row:
    until = words.day(item.latest, audience) if item.latest != item.earliest else say("that day", audience)
    more = f" ({say('until review', audience)})" if goes_on else ""
    return Row(words.day(item.earliest, audience), until, kind(item, audience), detail(item, guideline) + more, state(item, plan, audience), item.state, item.latest == item.earliest)


def _given(plan: Plan, audience: Audience) -> Entry:
    days = [words.day(dose.on, audience) for dose in plan.given]
    listed = ", ".join(days) if len(days) <= 8 else f"{days[0]} to {days[-1]}"
    return Entry(f"{len(days)} dose{'s' * (len(days) != 1)}: {listed}", say("given", audience), "given")


# ---------------------------------------------------------------- questions, remarks, notices, sources


def _question(question: Question, number: int, guideline: Guideline, audience: Audience) -> Entry:
    """A question, and what each answer would lead to; where no single answer settles anything, what hangs on it."""
    notes = [
        (f"if {words.value(guideline, question.fact, answer)}", rule_names(guideline, rules, audience)) for answer, rules in question.answers if rules
    ] or [(say("would change", audience), rule_names(guideline, question.would_change, audience))]  # fmt: skip
    return Entry(question.question, f"{number}", "ask", notes=tuple(note for note in notes if note[1]), rule=question.fact)


def _remarks(plan: Plan, guideline: Guideline, kinds: tuple[str, ...], audience: Audience) -> Iterator[Entry]:
    """The remarks of those kinds beside the lines, each once. They are in clinicians' words, so not for patients."""
    seen: set[Remark] = set()
    for line in plan.advice if audience != "patient" else ():
        for remark in line.remarks:
            if remark.kind in kinds and remark not in seen:
                seen.add(remark)
                cites = tuple(guideline.references[key] for key in remark.citations if key in guideline.references)
                tag = "" if remark.kind == "view" else remark.kind.capitalize()
                yield Entry(remark.text, tag, remark.kind, words.title(line.rule), cites=cites, rule=line.rule)


def _notices(plan: Plan, kinds: tuple[str, ...]) -> list[Entry]:
    chosen = [notice for kind in kinds for notice in plan.notices if notice.kind == kind]
    return [Entry(notice.text, notice.kind.capitalize(), notice.kind) for notice in chosen]


def references(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> tuple[Reference, ...]:
    """Every source that the sheet cites, in the order of the guideline's list."""
    cited = {ref.key: ref for line in plan.advice for ref in line.citations}
    remarks = (remark for line in plan.advice for remark in line.remarks if audience != "patient")
    for remark in remarks:
        cited.update((key, guideline.references[key]) for key in remark.citations if key in guideline.references)
    order = list(guideline.references)
    return tuple(sorted(cited.values(), key=lambda ref: order.index(ref.key) if ref.key in order else len(order)))


def _source(ref: Reference, audience: Audience) -> Entry:
    status = f"{ref.status}: {say('dangling', audience)}" if ref.status == "dangling" else ref.status
    notes = (("likely", ref.likely),) if ref.likely else ()
    mark = "†" if ref.status == "dangling" else ""
    return Entry(ref.detail, ref.key + mark, ref.status, ref.title, notes, aside=f"{ref.kind}, {status}")


def about(plan: Plan, guideline: Guideline) -> tuple[tuple[str, str], ...]:
    """Which guideline, which version, and what it is not."""
    told = {
        "Guideline": f"{guideline.title} ({plan.guideline.get('id', guideline.id)})",
        "Version": f"{plan.guideline.get('version', guideline.version)}, updated {plan.guideline.get('updated', guideline.updated)}",
        "Next review": guideline.meta.get("next_review", ""),
        "Review status": plan.guideline.get("status", ""),
        "Digest": plan.guideline.get("digest", guideline.digest),
        "Source": guideline.meta.get("source", ""),
        "Licence": guideline.meta.get("licence", ""),
        "Disclaimer": guideline.meta.get("disclaimer", ""),
    }
    return tuple((label, str(text)) for label, text in told.items() if text)
