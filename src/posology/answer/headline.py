"""The answer in a sentence or two: safety gates, then yes or no with the first line of each part, or the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..expr import facts_of
from ..hear.turns import clashes
from ..model import Guideline, Plan
from ..plan.advice import cited
from .answered import Headline, Said
from .asked.claim import Claim
from .asked.match import Part, wants_leave
from .asked.sought import explanation
from .asked.speech import stem, words_of
from .by_number import by_number
from .by_rhythm import Beat
from .choose import is_given, yields
from .events import ends, keeps_from_what_is_named
from .explaining import explains
from .foreign import without_foreign
from .gate import encourages, gated, is_gate, left_out, ruled_out, shuts
from .ground import Ground, rule_of
from .hanging import UNKNOWNS, in_denial, tacit, unknown, whose
from .otherwise import either_first, with_otherwise
from .pressing import struck
from .seen import reads
from .talk import Talk
from .yes_or_no.first_word import decides, first_word
from .yes_or_no.naming import of_another, stems
from .yes_or_no.settle import holds, holds_in_it, is_theirs, other_arm, settled, settling

_COURSE = frozenset(stem(word) for word in ("overdue", "late", "due", "next", "left", "remaining", "remain"))
"""Words that ask how far this course has come."""
_AFTERWARDS = frozenset(stem(word) for word in ("after", "afterwards", "later", "then", "follow", "maintenance"))
"""Words that ask what follows the beginning."""
MOST = 3
"""Parts that speak in a headline at most."""


def headline(
    told: Talk, lines: Sequence[Said], made: Plan | None, here: Ground, beat: Beat | None = None
) -> Headline:
    """The headline of an answer with lines: the plan's own where a treatment is asked for and settled."""
    if beat:
        return Headline(_by_rhythm(beat, told, lines, made, here), unsettled=_unsettled(told, lines, here))
    if "status" in told.asked.ways:
        return Headline(plainly=f"The review status of this guideline: {here.guideline.status}.")
    taken = struck(made, here.guideline, (one.value for one in told.last))
    gates = [said for said in lines if is_gate(said, told, made, here) or said.statement.name in taken]
    shut, sure = any(map(shuts, gates)), "sure" in told.asked.ways
    stops = bool(told.parts) and ("stop", True) in told.parts[0].claim.acts
    planned = made.headline if made and made.phase != "unknown" and not (shut or stops) else ""
    answers: list[tuple[str, Said | None]] = [(_word(said, told, lines, made, here), said) for said in gates]
    several = len({one.claim.words for one in told.parts if one.claim.words}) > 1
    tells = not any(clause.asked for clause in told.asked.clauses)
    page = _Page(lines, gates, made, planned, sure, several, here)
    for at, part in enumerate(told.parts[:MOST]):
        same = any(part.claim.words == one.claim.words for one in told.parts[:at])
        there = {word for word, _ in answers if same and decides(word)}
        own = _of_part(part, page) if at == 0 or not _explains(part, lines, told) else ()
        given = [("" if word in there else word, said) for word, said in own if "No" not in there or word[:3] != "Yes"]
        given = [one for one in given if not ((same or tells) and _less(one, answers))]
        answers += [one for one in given if not shut or (one[1] is not None and not encourages(one[1]))]
    odd = _odd(told)
    answers = [one for one in answers if one[1] is None or not _hangs_on(one[1], odd, here)]
    answers = [one for one in answers if one[1] is None or one is answers[0] or not ruled_out(one[1], made, here)]
    answers = _asked_first(answers, told, page)
    answers = _told_first(_lead_first(_held_first(_with_first(answers, told, page)), told, page), page)

    def say(part: Part, said: Said) -> tuple[str, Said | None]:
        return _first(part, [said], made, here), said

    answers = by_number(without_foreign(answers, told, here), told, lines, made, here, say)
    answers = answers if shut or sure else with_otherwise(answers, told, lines, made, here, say)
    planned, plainly = planned if ("", None) in answers else "", _sources(lines) if sure else ""
    return Headline(tuple(answers), planned, plainly, unsettled=_unsettled(told, lines, here))


def _by_rhythm(
    beat: Beat, told: Talk, lines: Sequence[Said], made: Plan | None, here: Ground
) -> tuple[tuple[str, Said], ...]:
    """What answers a question about a rhythm, with first words."""
    part, answers = told.parts[0], beat.first_words(lines)
    if len(answers) == 1:
        return tuple((word or _first(part, [said], made, here), said) for word, said in answers)
    return tuple((word or whose(part, said, here), said) for word, said in answers)


def _odd(told: Talk) -> list[str]:
    """The facts of which something was said that cannot be used."""
    return [*(one.fact for one, _ in clashes(told.last)), *(one.fact for one in told.unheard if one.why)]


def _hangs_on(said: Said, odd: Sequence[str], here: Ground) -> bool:
    """Whether a line that is not known to hold speaks of those for whom one of these facts is so or so."""
    rule = rule_of(said.statement, here)
    return said.applies != "yes" and rule is not None and not set(facts_of(rule.when)).isdisjoint(odd)


def _unsettled(told: Talk, lines: Sequence[Said], here: Ground) -> str:
    """What was said of a fact on which the lines hang and cannot be used: it contradicts itself, or cannot be."""
    facts, odd = here.guideline.facts, _odd(told)
    rules = [rule for said in lines if (rule := rule_of(said.statement, here))]
    read = {name for rule in rules for name in facts_of(rule.when)}
    short = [facts[name].short or facts[name].phrase for name in dict.fromkeys(odd) if name in read and name in facts]
    return f"First settle what was said and cannot be used: {', '.join(short)}." if short else ""


def _explains(part: Part, lines: Sequence[Said], told: Talk) -> bool:
    """Whether a part stands beside what was asked and begins by saying what something is: no headline needs that."""
    first = next((said for said in lines if said.part == part.called), None)
    if first is None or (part.claim.words and (not explains(first) or explanation(told.asked.clauses))):
        return False
    return first.statement.kind in ("define", "background")


def _with_first(answers: list[tuple[str, Said | None]], told: Talk, page: _Page) -> list[tuple[str, Said | None]]:
    """The answers, before them the first line of all where it is a treatment that holds and no answer has it."""
    lead = next(iter(page.lines), None) if not page.gates else None
    there = {said.statement.name for _, said in answers if said}
    if lead is None or not is_given(lead) or lead.statement.name in there or ("", None) in answers or not told.parts:
        return answers
    if answers[:1] and answers[0][0] == "No" and told.parts[0].claim.degree == "enough":
        return answers
    part = next((one for one in told.parts if lead.statement.name in (*one.own, *one.named)), told.parts[0])
    part = replace(part, claim=told.parts[0].claim)
    return [(_first(part, [lead], page.made, page.here), lead), *answers]


def _lead_first(answers: list[tuple[str, Said | None]], told: Talk, page: _Page) -> list[tuple[str, Said | None]]:
    """The answers to a single question, that of the first line of all before the others, if none is a yes or no."""
    lead = next(iter(page.lines), None) if not (page.gates or page.several or page.sure) else None
    if lead is None or not answers or answers[0][1] is None or answers[0][1] is lead or not told.parts:
        return answers
    if is_given(answers[0][1]) or lead.applies == "no" or any(decides(word) for word, _ in answers):
        return answers
    asked = {one.called for one in told.parts if one.aspects and one.aspects[0].kind == "general"}
    if lead.part != answers[0][1].part and asked.issuperset((lead.part, answers[0][1].part)):
        return answers  # which drug, and what dose?
    likely = (*told.asked.likely, lead.statement.name)
    if answers[0][1].statement.name in likely[: likely.index(lead.statement.name)]:
        return answers
    part = next((one for one in told.parts if one.called == lead.part), told.parts[0])
    own = next((one for one in answers if one[1] is lead), None)
    own = own or (_first(replace(part, claim=told.parts[0].claim), [lead], page.made, page.here), lead)
    return [own, *(one for one in answers if one is not own)][:MOST]


def _asked_first(answers: list[tuple[str, Said | None]], told: Talk, page: _Page) -> list[tuple[str, Said | None]]:
    """The answers, a yes to what is asked of, or what says to use it, before what only keeps from something else."""
    (head, first), (word, second) = (*answers, ("", None), ("", None))[:2]
    rules = [rule_of(said.statement, page.here) if said else None for said in (first, second)]
    if (claim := next((one.claim for one in told.parts if of_another(one.claim, rules[0], page.here)), None)) is None:
        return answers
    uses = rules[1].action.words if rules[1] and rules[1].action.kind == "use" else ""
    if claim.stems & page.here.coverage.names & stems(uses, page.here):
        word, head = word or ("Yes" if claim.polar and claim.plain else ""), "" if decides(head) else head
    elif word != "Yes":
        return answers
    return [(word, second), (head, first), *answers[2:]]


def _told_first(answers: list[tuple[str, Said | None]], page: _Page) -> list[tuple[str, Said | None]]:
    """The answers, before a yes the first line of all where it is of its kind and of something told of the patient."""
    word, said = answers[0] if answers else ("", None)
    lead = next(iter(page.lines), None) if not (page.gates or page.sure) else None
    if lead is None or said is None or word[:3] != "Yes" or not is_theirs(lead, page.made, page.here):
        return answers
    rules = [rule_of(one.statement, page.here) for one in (lead, said)]
    alike = len({rule.action.kind for rule in rules if rule}) == 1 and all(rules)
    fresh = alike and all(one is not lead for _, one in answers)
    return [(word, lead), ("", said), *answers[1:]][:MOST] if fresh else answers


def _held_first(answers: list[tuple[str, Said | None]]) -> list[tuple[str, Said | None]]:
    """The answers, without what only depends, or is not for them, where another is a treatment that holds for them."""
    theirs = [said for _, said in answers if said]
    answers = [one for one in answers if one[1] is None or not any(yields(one[1], said) for said in theirs)]
    held = any(said and is_given(said) for _, said in answers[1:])
    if not held or answers[0][0] != "It depends" or answers[0][1] is None or answers[0][1].applies == "yes":
        return answers
    return [one for one in answers if one[0] != "It depends"]


def _less(one: tuple[str, Said | None], answers: Sequence[tuple[str, Said | None]]) -> bool:
    """Whether a part of the same question only depends, where what forbids or gives something already holds."""
    held = (said for _, said in answers if said and said.applies == "yes" and said.line is not None)
    return one[0] == "It depends" and any(said.line and said.line.action in ("avoid", "never", "give") for said in held)


@dataclass(frozen=True, slots=True)
class _Page:
    """What the parts of an answer look at to speak in its headline.

    ``planned`` is the plan's own headline, if it may lead; ``sure``: it was asked how sure all is; ``several``: the
    parts are asked in several questions.
    """

    lines: Sequence[Said]
    gates: Sequence[Said]
    made: Plan | None
    planned: str
    sure: bool
    several: bool
    here: Ground


def _of_part(part: Part, page: _Page) -> Iterator[tuple[str, Said | None]]:
    """What a part says in the headline, but for the gates, which stand there already."""
    part = replace(part, asks=False, claim=Claim()) if page.sure else part
    mine = [said for said in page.lines if said.part == part.called]
    mine = [*_elsewhere(part, page), *mine]
    mine = sorted(mine, key=lambda said: page.several and bool(part.aspects) and said.statement.name not in part.own)
    own = _named_first(part, _special_first(settling(part, mine, page.made, page.here), page), page)
    own = either_first(part, own, page.here)
    if not own:
        return
    made, treats = page.made, _treatment(own, part)
    plans = bool(page.planned) and _treats(part, treats, page.here.guideline)
    dose = next((item for item in made.schedule if item.what == "dose"), None) if made else None
    undated = plans and dose is None
    other = dose is not None and treats.line is not None and dose.rule != treats.line.rule  # the plan begins otherwise
    course = made is not None and bool(page.planned and made.given) and not part.claim.stems.isdisjoint(_COURSE)
    later = other and part.claim.stems.isdisjoint(_AFTERWARDS)
    first = undated or course or (plans and later)
    if first:
        yield "", None
    if own[0] not in page.gates and (
        undated or other or not plans or own[0] is not treats or own[0].audience == "patient"
    ):
        yield _first(part, own, made, page.here), own[0]
        if not page.gates and (arm := other_arm(part, own, made, page.here)):
            yield _first(replace(part, asks=False, claim=Claim()), [arm], made, page.here), arm
    if plans and not first:
        yield "", None
    elif treats is own[0] and (behind := _behind(part, own) or _in_its_place(part, own)):
        yield _first(part, [behind], made, page.here), behind


def _elsewhere(part: Part, page: _Page) -> list[Said]:
    """The first line of a part that asks in its own question, where it stands under another part."""
    first = next((said for said in page.lines if said.statement.name in part.statements[:1]), None)
    asks = bool(part.claim.words) and any(aspect.kind == "general" for aspect in part.aspects)
    other = page.several and asks and first is not None and first.part != part.called
    rule = rule_of(first.statement, page.here) if other and first is not None else None
    return [first] if first is not None and rule and rule.action.kind == "decide" and first not in page.gates else []


def _named_first(part: Part, own: Sequence[Said], page: _Page) -> Sequence[Said]:
    """The lines of a part, what says to use just what is asked of before what only keeps from something else."""
    rules = [rule_of(said.statement, page.here) for said in own]
    if not own or not of_another(part.claim, rules[0], page.here):
        return own
    asked = (part.claim.stems & page.here.coverage.names) - stems(own[0].statement.text, page.here)
    uses = ((said, rule.action) for said, rule in zip(own, rules, strict=True) if rule and rule.action.kind == "use")
    first = next((said for said, action in uses if asked & stems(action.words, page.here)), None)
    return [first, *(said for said in own if said is not first)] if first else own


def _special_first(own: Sequence[Said], page: _Page) -> Sequence[Said]:
    """The lines of a part, what is to be done besides before what only says to do as usual, where it holds."""
    rules = [rule_of(said.statement, page.here) for said in own]
    usual = bool(own) and rules[0] is not None and "standard" in rules[0].action.words
    kinds = ("use", "consider") if usual else ()
    held = (said for said, rule in zip(own, rules, strict=True) if rule and rule.action.kind in kinds)
    theirs = (said for said in held if holds(said, page.made, page.here) or is_theirs(said, page.made, page.here))
    first = next((said for said in theirs if said is not own[0]), None)
    return [first, *(said for said in own if said is not first)] if first else own


def _behind(part: Part, own: Sequence[Said]) -> Said | None:
    """The treatment that was asked for, behind a line that only says what to keep from or how it is given."""
    line = own[0].line
    if line is None or line.action not in ("use", "avoid") or all(aspect.kind != "general" for aspect in part.aspects):
        return None
    may = (said for said in own if said.line is not None and said.line.action == "give" and said.applies == "unknown")
    return next((said for said in may if said.statement.name in (*part.own, *part.named)), None)


def _in_its_place(part: Part, own: Sequence[Said]) -> Said | None:
    """What is to be used, behind a line that only keeps from something, where it is asked openly which to have."""
    line, raws = own[0].line, [word.raw for word in part.claim.words]
    if line is None or line.action not in ("avoid", "never") or part.asks or _WHICH.isdisjoint(raws):
        return None
    uses = (said for said in own if said.statement.rule and said.statement.rule.action.kind == "use")
    behind = next((said for said in uses if said.applies != "no"), None)
    words = behind.statement.rule.action.words.lower().split() if behind and behind.statement.rule else []
    return None if any(word in own[0].text.lower() for word in words) else behind


_WHICH = words_of("which what")


def _word(gate: Said, told: Talk, lines: Sequence[Said], made: Plan | None, here: Ground) -> str:
    """The first word of a gate: that of the question which it answers, or that the clinician decides."""
    leave = any(map(wants_leave, told.asked.clauses)) and not any(map(ends, told.parts[:1]))
    if gate.statement.rule and not gate.statement.rule.stops and leave:
        return "No"
    part = next((part for part in told.parts if part.called == gate.part), None)
    if part is None:
        refused = any(settled(part, gate, [gate], made, here) == "No" for part in told.parts)
        return "No" if refused and gate.applies == "yes" else gated(gate, made, here)
    word = _answered(part, gate, [said for said in lines if said.part == part.called], made, here)
    open_ = gate.applies != "yes" and (word[:3] == "Yes" or word == "It depends")
    return gated(gate, made, here) if open_ else word or gated(gate, made, here)


def _sources(lines: Sequence[Said]) -> str:
    """On what the first line rests: kinds of sources and how they stand in the article."""
    kinds = dict.fromkeys(f"{source.kind} ({source.status})" for source in lines[0].citations)
    return f"Sources: {', '.join(kinds)}. Other views, gaps and contradictions stand with each line."


def _treatment(own: Sequence[Said], part: Part) -> Said:
    """The first line of a part, or the treatment behind one that only says how it is given or what to keep from.

    So behind what the clinician decides, unless it is asked whether to stop.
    """
    how = ("use", "avoid") if ends(part) else ("use", "avoid", "decide")
    if own[0].line is None or own[0].line.action not in how:
        return own[0]
    return next(filter(is_given, own), own[0])


def _treats(part: Part, first: Said, guideline: Guideline) -> bool:
    """Whether a part asks for treatments, and the plan says which of them holds or why none does."""
    gives = {rule.name for rule in guideline.rules if rule.action.gives}
    asked = gives.intersection((*part.statements, *part.otherwise))
    settles = first.line is not None and first.applies == "yes"
    gate = first.statement.rule is not None and bool(first.statement.rule.stops)
    return bool(asked) and not part.asks and settles and (gate or first.statement.name in gives)


def _first(part: Part, own: Sequence[Said], made: Plan | None, here: Ground) -> str:
    """Yes, no, or on what it depends."""
    said = own[0]
    if said.vague:
        return "" if said.audience == "patient" else "The source is not exact here, so the clinician decides"
    if said.applies == "no" and _of_scope(said, here):
        return _in_scope(part)
    if said.applies == "no":
        return left_out(said, part, made)
    if word := _answered(part, said, own, made, here):
        left = tacit(part, said, here) if word == "Yes" and said.applies == "general" else ()
        return f"Yes, depending on {cited(here.guideline, left)}" if left else word
    denied = in_denial(said, made, here)
    treats = said.line is not None and (said.line.action in ("give", "use") or bool(denied))
    if said.applies == "unknown" and treats and said.audience != "patient":
        names = unknown(said, here)
        left = tuple(name for name in names if name not in here.lexicon.topical)[:UNKNOWNS]
        if names and not left:
            return f"In {cited(here.guideline, names)}"
        return f"Depends on {cited(here.guideline, left)}, not known yet" if left else ""
    if said.applies == "general" and said.audience != "patient" and (names := tacit(part, said, here) or denied):
        return f"Depends on {cited(here.guideline, names)}, not known yet"
    return ""


def _of_scope(said: Said, here: Ground) -> bool:
    """Whether a line says for whom the guideline is not at all."""
    instead = (aspect for aspect in here.coverage.aspects.values() if aspect.instead)
    return any(said.statement.name in aspect.statements for aspect in instead)


def _in_scope(part: Part) -> str:
    """The first word for somebody whom that line does not concern: a no to `too young`, a yes to `is it for her?`."""
    if not part.claim.polar:
        return "This does not hold here"
    return "No" if part.claim.degree or "too" in [word.raw for word in part.claim.words] else "Yes"


def _answered(part: Part, said: Said, own: Sequence[Said], made: Plan | None, here: Ground) -> str:
    """The first word as it is worked out, or that of the map, which says more where both agree."""
    told, mapped = settled(part, said, own, made, here), first_word(part, said, own, _held(own, made, here))
    rule = rule_of(said.statement, here)
    kept_from = ends(part) and rule is not None and keeps_from_what_is_named(part, rule)  # to stop it is no harm
    mapped = "" if kept_from or of_another(part.claim, rule, here) else mapped
    told = "" if kept_from and told == "No" else told
    if not told and decides(mapped) and _open(said, made, here):
        return "It depends"
    return mapped if not told or mapped.startswith(f"{told}, ") else told


def _open(said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a line hangs on facts of which some were told, and it is not known to hold."""
    rule = rule_of(said.statement, here)
    if rule is None or made is None or said.applies != "unknown" or holds(said, made, here):
        return False
    if holds_in_it(said, made, here):
        return False
    told = {name for name, (_, origin) in made.facts.items() if origin in ("stated", "given")}
    return not told.isdisjoint(reads(rule.when, here.guideline))


def _held(own: Sequence[Said], made: Plan | None, here: Ground) -> frozenset[str]:
    """The lines whose condition is known to hold."""
    known = (said for said in own if holds(said, made, here) or holds_in_it(said, made, here))
    return frozenset(said.statement.name for said in known)
