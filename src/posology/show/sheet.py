"""A plan as a sheet to read: its parts in one fixed order, in the words of one reader, before any layout.

The text, the page and the PDF all lay out this same sheet, so none of them can leave a line out
or put it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..backends.english import targets
from ..model import Guideline, Item, Line, Question, Reference, Remark, Value, Verdict
from ..plan.headline import MOST, led, sentences
from . import words
from .view import View, detail, in_order, kind, state, what, window


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
    """One line of the timeline: the first day, the last, what, its detail, how it stands; and an Entry's tone."""

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
    under: tuple[str, ...]
    facts_title: str
    facts: tuple[str, ...]
    parts: tuple[Part, ...]
    about: tuple[tuple[str, str], ...]


def sheet(view: View) -> Sheet:
    """The sheet of a plan for one reader. Parts with nothing in them are left out."""
    parts = (
        _part("now", _now(view), view),
        _part("cautions", _lines(view, "cautions"), view),
        _part("treatment", _treatment(view), view),
        _part("follow-up", _lines(view, "follow-up"), view),
        _timeline(view),
        _part("ask", [_question(q, n, view) for n, q in enumerate(view.plan.ask, 1)], view),
        _part("maybe", _lines(view, "maybe"), view),
        _part("views", _remarks(view, "view"), view),
        _part("gaps", [*_notices(view, "conflict", "gap"), *_remarks(view, "contradiction", "gap")], view),
        _part("notices", _notices(view, "input", "citation"), view),
        _part("sources", [_source(ref, view) for ref in references(view)], view),
    )  # fmt: skip
    lead, under = _led(view)
    return Sheet(
        banner=words.banner_of(view.plan.guideline),
        title=view.say("plan"),
        subtitle=_subtitle(view),
        emergencies=tuple(_lines(view, "emergency")),
        headline=lead,
        under=under,
        facts_title=view.say("facts"),
        facts=_facts(view),
        parts=tuple(part for part in parts if part.entries or part.rows or part.key == "timeline"),
        about=about(view),
    )


def _led(view: View) -> tuple[str, tuple[str, ...]]:
    """The headline as it leads the sheet, and what of it stands directly below; a patient reads it whole."""
    told = view.plan.headline
    return (told, ()) if view.audience == "patient" or len(told) <= MOST else led(sentences(told))


def _part(key: str, entries: Iterable[Entry], view: View) -> Part:
    return Part(key, view.say(key), words.why(key, view.audience), tuple(entries))


def _subtitle(view: View) -> str:
    phase = view.say(f"phase {view.plan.phase}")
    who = (view.plan.patient,) if view.plan.patient else ()
    return " · ".join((view.guideline.title, *who, view.day(view.plan.on), phase))


def _facts(view: View) -> tuple[str, ...]:
    """Every known fact, and where it is from unless it was simply stated; for a patient only what was told."""
    patient = view.audience == "patient"
    chips = [
        view.told(name, value) + ("" if origin == "stated" or patient else f" ({origin})")
        for name, (value, origin) in view.plan.facts.items() if not (patient and origin == "derived")
    ]  # fmt: skip
    return tuple(chips) or (view.say("no facts"),)


# ---------------------------------------------------------------- where a line stands


def foldable(line: Line, guideline: Guideline) -> bool:
    """Whether a line may stand under "may also apply": open, only adding, and the guideline lets it be folded.

    A guideline names the rules that must always be seen under ``never_folded`` in its particulars.
    """
    adds = line.action in ("check", "refer", "consider", "avoid", "decide")
    return adds and bool(line.if_) and line.rule not in guideline.meta.get("never_folded", ())


def part_of(line: Line, guideline: Guideline) -> str:
    """The key of the part in which a line stands."""
    if foldable(line, guideline):
        return "maybe"
    if line.action in ("give", "use"):
        return "treatment"
    if line.urgency == "emergency":
        return "emergency"
    if line.action in ("never", "avoid"):
        return "cautions"
    if line.action == "consider" and line.urgency != "urgent":
        return "treatment"
    return "now" if line.action == "decide" or line.urgency == "urgent" else "follow-up"


_GRAVITY = {"emergency": 0, "urgent": 1, "soon": 2}


def _lines(view: View, part: str) -> list[Entry]:
    """A part's lines of advice: the gravest first, what must never be before what is to be avoided."""
    chosen = [line for line in view.plan.advice if part_of(line, view.guideline) == part]
    chosen.sort(key=lambda line: (_GRAVITY.get(line.urgency or "", 9), line.action != "never"))
    return [entry_of(line, view) for line in chosen]


def entry_of(line: Line, view: View) -> Entry:
    """A line of advice as something to read."""
    tag = view.say(line.action)
    if line.urgency and line.urgency != "routine":
        tag = f"{tag} · {view.say(line.urgency).lower()}"
    elif line.if_ and not foldable(line, view.guideline):
        tag = view.say("open").format(tag)
    tone = "open" if line.if_ else line.urgency if line.urgency in ("emergency", "urgent") else line.action
    lead = words.regimen(line.give) if line.give else _against(line, view)
    lead = lead[:1].upper() + lead[1:]
    aside = view.say("editors") if line.origin == "editors" else ""
    cites = tuple(_as_read(ref, view) for ref in line.citations)
    return Entry(line.text, tag, tone, lead, tuple(_notes(line, view)), cites, "", line.rule, aside)


def _as_read(ref: Reference, view: View) -> Reference:
    """A source as it is cited: whether it is in the article's own list is nothing for a patient."""
    return replace(ref, status="listed") if view.audience == "patient" else ref


def _against(line: Line, view: View) -> str:
    """What a warning is about: without it, "avoid" over a sentence that asks for injections reads as its opposite."""
    statement = view.guideline.named.get(line.rule)
    rule = statement.rule if statement else None
    strikes = rule.action.strikes if rule and line.action in ("avoid", "never") else ()
    told = ("drug",) if view.audience == "patient" else ("drug", "route", "site", "injections", "everything")
    return targets(s for s in strikes if s.kind in told)


def _notes(line: Line, view: View) -> Iterator[tuple[str, str]]:
    """What stands under a line: what could still change it, its options, its dates, and its reasons."""
    if line.if_:
        yield view.say("if"), view.names(line.if_)
    if line.unless:
        yield view.say("unless"), view.names(line.unless)
    yield from _options(line, view)
    following = next((item for item in view.plan.schedule if item.rule == line.rule and item.what == "dose"), None)
    if line.give and following:
        yield view.say(following.state).lower(), window(following, view)
    because = _because(line, view)
    if because and not foldable(line, view.guideline):
        yield view.say("because"), " · ".join(view.told(fact, value) for fact, value in because.items())
    if view.audience != "patient":
        yield from ((view.say("note"), remark.text) for remark in line.remarks if remark.kind == "note")


def _because(line: Line, view: View) -> Mapping[str, Value]:
    """The reasons of a line; for a patient only what was told, without what is a reason of most lines."""
    if view.audience != "patient":
        return line.because
    lines = [one for one in view.plan.advice if one.because]
    every = {fact for one in lines for fact in one.because if 2 * sum(fact in o.because for o in lines) > len(lines)}
    own = {fact for fact, (_, origin) in view.plan.facts.items() if origin != "derived"} - every
    return {fact: value for fact, value in line.because.items() if fact in own}


def _options(line: Line, view: View) -> Iterator[tuple[str, str]]:
    """The other treatments of a line, and those that were struck out, with the reason."""
    for give, unless in line.alternatives:
        hangs = f" ({_hangs(unless, view)})" if unless else ""
        yield view.say("or" if line.give else "option"), words.regimen(give) + hangs
    for give, reason in line.struck:
        yield view.say("struck"), f"{words.regimen(give)}: {_reason(reason)}"


def _hangs(facts: tuple[str, ...], view: View) -> str:
    """What an option hangs on; a patient finds the questions below."""
    return view.say("option hangs").format(view.names(facts))


def _reason(reason: str) -> str:
    """Why an option was struck out; the name of a rule is read as a phrase."""
    return reason if " " in reason else words.title(reason).lower()


# ---------------------------------------------------------------- now, and treatment


def _now(view: View) -> Iterator[Entry]:
    yield from _lines(view, "now")
    confirm = tuple(dict.fromkeys(fact for line in view.plan.advice for fact in line.confirm))
    if confirm:
        yield Entry(f"{view.say('unknown')}: {view.names(confirm)}", view.say("confirm"), "confirm")
    waiting = [item for item in view.plan.schedule if item.state != "upcoming"]
    first = next((item for item in view.plan.schedule if item.what == "dose"), None)
    if first and first not in waiting:
        waiting.append(first)
    for item in sorted(waiting, key=lambda i: (i.what != "dose", i.state != "overdue", i.state != "due", i.earliest)):
        yield _dated(item, view)


def _dated(item: Item, view: View) -> Entry:
    when = f"{window(item, view)} ({state(item, view)})"
    return Entry(when, view.say(item.state), item.state, what(item, view), rule=item.rule)


def _treatment(view: View) -> Iterator[Entry]:
    """The treatments, decision by decision, each with how it came out; then what stands beside them."""
    lines = [line for line in view.plan.advice if part_of(line, view.guideline) == "treatment"]
    for name, verdict in view.plan.decisions.items():
        own = [line for line in lines if line.decision == name]
        group = view.decision(name) + (f": {view.say(f'outcome {verdict.outcome}')}" if own else "")
        yield from (replace(entry_of(line, view), group=group) for line in own)
        yield from _verdict(verdict, group, bool(own), view)
    rest = [line for line in lines if line.decision not in view.plan.decisions]
    yield from (replace(entry_of(line, view), group=view.say("beside")) for line in rest)


def _verdict(verdict: Verdict, group: str, has_lines: bool, view: View) -> Iterator[Entry]:
    """What a decision says beyond its lines: silence, a conflict, a stop; which rules gave way."""
    outcome = verdict.outcome
    if outcome == "conflict":
        yield Entry(f"{view.say('both')}: {view.rules(verdict.rules)}", view.say(outcome), outcome, group=group)
    elif not has_lines and outcome != "not applicable":
        yield Entry(view.say(f"outcome {outcome}"), view.say(outcome), outcome, group=group)
    if verdict.superseded:
        fell = view.rules(verdict.superseded)
        said = f"{fell[:1].upper()}{fell[1:]}: {view.say('superseded')}"
        yield Entry(said, view.say("gives way"), "done", group=group)


# ---------------------------------------------------------------- the timeline


def _timeline(view: View) -> Part:
    head = tuple(view.say(f"col {name}") for name in ("date", "window", "what", "state"))
    given = [_given(view)] if view.plan.given else []
    if not view.plan.schedule:
        given.append(Entry(view.say("no dates")))
    items = in_order(view.plan.schedule)
    endless = {item.rule: item for item in items if item.open_ended}.values()
    rows = tuple(_row(item, view, item in endless) for item in items)
    return Part("timeline", view.say("timeline"), view.say("timeline.why"), tuple(given), head, rows)


def _row(item: Item, view: View, goes_on: bool) -> Row:
    until = view.day(item.latest) if item.latest != item.earliest else view.say("that day")
    more = f" ({view.say('until review')})" if goes_on else ""
    return Row(
        view.day(item.earliest), until, kind(item, view), detail(item, view) + more, state(item, view), item.state,
        item.latest == item.earliest,
    )  # fmt: skip


def _given(view: View) -> Entry:
    days = [view.day(dose.on) for dose in view.plan.given]
    listed = ", ".join(days) if len(days) <= 8 else f"{days[0]} to {days[-1]}"
    return Entry(f"{len(days)} dose{'s' * (len(days) != 1)}: {listed}", view.say("given"), "given")


# ---------------------------------------------------------------- questions, remarks, notices, sources


def _question(question: Question, number: int, view: View) -> Entry:
    """A question with what each answer leads to; where none settles anything, and for patients, what hangs on it."""
    fact = view.guideline.facts.get(question.fact)
    answers = question.answers if view.audience != "patient" else ()
    leads = [(f"if {words.value(answer, fact)}", view.rules(rules)) for answer, rules in answers if rules]
    notes = leads or [(view.say("would change"), view.rules(question.would_change))]
    return Entry(question.question, f"{number}", "ask", notes=tuple(n for n in notes if n[1]), rule=question.fact)


def _remarks(view: View, *kinds: str) -> Iterator[Entry]:
    """The remarks of those kinds, each once."""
    seen: set[Remark] = set()
    for line, remarks in _remarked(view):
        for remark in remarks:
            if remark.kind in kinds and remark not in seen:
                seen.add(remark)
                tag = "" if remark.kind == "view" else remark.kind.capitalize()
                lead, cites = words.title(line.rule), _cited(remark, view)
                yield Entry(remark.text, tag, remark.kind, lead, cites=cites, rule=line.rule)


def _cited(remark: Remark, view: View) -> tuple[Reference, ...]:
    listed = view.guideline.references
    return tuple(listed[key] for key in remark.citations if key in listed)


def _remarked(view: View) -> Iterator[tuple[Line, tuple[Remark, ...]]]:
    """The lines whose remarks are shown: those that apply, and none to patients, whose words they are not."""
    if view.audience != "patient":
        yield from ((line, line.remarks) for line in view.plan.advice if not line.if_)


def _notices(view: View, *kinds: str) -> list[Entry]:
    kinds = tuple(kind for kind in kinds if view.audience != "patient" or kind != "citation")
    chosen = [notice for kind in kinds for notice in view.plan.notices if notice.kind == kind]
    return [Entry(words.dated(notice.text, view.audience), notice.kind.capitalize(), notice.kind) for notice in chosen]


def references(view: View) -> tuple[Reference, ...]:
    """Every source that the sheet cites, in the order of the guideline's list."""
    cited = {ref.key: ref for line in view.plan.advice for ref in line.citations}
    for _, remarks in _remarked(view):
        cited.update((ref.key, ref) for remark in remarks for ref in _cited(remark, view))
    order = list(view.guideline.references)
    return tuple(sorted(cited.values(), key=lambda ref: order.index(ref.key) if ref.key in order else len(order)))


def _source(ref: Reference, view: View) -> Entry:
    """A source; for a patient who wrote it and when, without how it stands in the article's list."""
    if view.audience == "patient":
        if ref.status == "dangling":
            return Entry(view.say("dangling"), ref.key, "listed")
        first = ref.detail.partition(". ")[0].rstrip(".")
        return Entry(f"{first}." if first else "", ref.key, "listed", ref.title)
    status = f"{ref.status}: {view.say('dangling')}" if ref.status == "dangling" else ref.status
    notes = (("likely", ref.likely),) if ref.likely else ()
    mark = "†" if ref.status == "dangling" else ""
    return Entry(ref.detail, ref.key + mark, ref.status, ref.title, notes, aside=f"{ref.kind}, {status}")


def about(view: View) -> tuple[tuple[str, str], ...]:
    """Which guideline, which version, and what it is not."""
    guideline, stamp = view.guideline, view.plan.guideline
    told = {
        "Guideline": f"{guideline.title} ({stamp.get('id', guideline.id)})",
        "Version": f"{stamp.get('version', guideline.version)}, updated {stamp.get('updated', guideline.updated)}",
        "Next review": guideline.meta.get("next_review", ""),
        "Review status": words.state_of(stamp),
        "Digest": stamp.get("digest", guideline.digest),
        "Source": guideline.meta.get("source", ""),
        "Licence": guideline.meta.get("licence", ""),
        "Disclaimer": guideline.meta.get("disclaimer", ""),
    }
    return tuple((label, words.dated(str(text), view.audience)) for label, text in told.items() if text)
