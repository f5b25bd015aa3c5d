"""Which lines an answer shows: for each part the statements that hold for the patient, then warnings that fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..expr import evaluate, facts_of
from ..model import Guideline, Rule, Statement
from .answered import Applies, Said
from .asked.aspect import Asked
from .asked.match import Part
from .asked.speech import stem, words_of
from .events import answering, changes, ends, goes_on, is_unfinished
from .explaining import defining_last, explains, strays, used_instead
from .looked_at import looked_at, looked_at_first
from .pressing import doubted, emergencies, firmly, gates, of_everything, struck
from .seen import Seen, reads, stops_in_it

MOST = 6
"""Lines of one part that are shown at most."""
MOST_BESIDE = 3
"""Lines of each further part."""

_ORDER: Mapping[Applies, int] = {"yes": 0, "general": 1, "unknown": 1, "no": 2}


def _order(said: Said, seen: Seen) -> int:
    """Where a line stands: what the source leaves to the clinician for just this patient is said like what holds.

    So is what holds of whoever has what the guideline is about.
    """
    return 0 if said.vague or seen.holds_in_it(said) else _ORDER[said.applies]


def told_apart(parts: Sequence[Part], turn: Asked, seen: Seen) -> tuple[Part, ...]:
    """The parts of a question with what stands in for statements of theirs that do not hold for this patient.

    It stands behind those that surely hold, whatever be known of the treatment as a whole. The first part begins with
    what answers an event that was told, and a part that is first of all about that is not said twice.
    """
    parts = looked_at_first(_theirs_first(defining_last(parts, turn, seen), seen), seen)
    first, *others = (_with(part, tuple(_instead(part, seen)), seen) for part in parts)
    told = tuple(answering(first, turn, seen))
    others = [part for part in others if set(told).isdisjoint(part.statements[:1])]
    return (replace(first, statements=tuple(dict.fromkeys((*told, *first.statements)))), *others)


def _theirs_first(parts: Sequence[Part], seen: Seen) -> Sequence[Part]:
    """The parts, before one that keeps from what nobody asks for the one of its question that has their treatment."""
    first, *others = parts
    keeps = bool(first.statements) and _kind(seen.guideline.named[first.statements[0]]) in ("avoid", "never")
    if not keeps or first.claim.acts:
        return parts
    same = (part for part in others if part.claim.words == first.claim.words)
    theirs = next((part for part in same if any(_is_theirs(name, seen) for name in part.statements)), None)
    return [theirs, *(part for part in parts if part is not theirs)] if theirs else parts


def _is_theirs(name: str, seen: Seen) -> bool:
    """Whether a statement is a treatment that holds, or that the source leaves to the clinician for just them."""
    return _kind(seen.guideline.named[name]) == "give" and _order(seen.said(name), seen) == 0


def _with(part: Part, instead: Sequence[str], seen: Seen) -> Part:
    """A part with what stands in for some of its statements, behind those of which the condition holds."""
    if not instead:
        return part
    rules, known = {name: seen.guideline.named[name].rule for name in part.statements}, seen.known
    firm = [name for name, rule in rules.items() if rule and evaluate(rule.when, known.get) is True]
    return replace(part, statements=(*firm, *instead, *(name for name in part.statements if name not in firm)))


def _instead(part: Part, seen: Seen) -> Iterator[str]:
    """What competes with statements that do not hold, by the same facts: a count is below the range that was named."""
    known = seen.known if all(aspect.kind == "about" for aspect in part.aspects) else {}
    ruled = [one.rule for one in seen.guideline.statements if one.rule and one.rule.decision]
    there = {*part.own, *part.named}
    for rule in (rule for rule in ruled if known and rule.name in part.statements):
        told = known.keys() & set(facts_of(rule.when))
        if rule.action.gives and not told.isdisjoint(seen.stated) and seen.said(rule.name).applies == "no":
            same = (one.name for one in ruled if one.decision == rule.decision and one.action.gives)
            yield from (name for name in same if name not in there and seen.said(name).applies == "yes")
        if evaluate(rule.when, known.get) is False:
            near = [one for one in ruled if one.decision == rule.decision and not told.isdisjoint(facts_of(one.when))]
            near = [one for one in near if one.name not in part.own and not one.action.gives]
            yield from (one.name for one in near if evaluate(one.when, known.get) is not False)


# ---------------------------------------------------------------- the lines of a part


def lines(parts: Sequence[Part], turn: Asked, seen: Seen) -> tuple[Said, ...]:
    """The lines of every part, each statement once: the first line of each part, then the others in order.

    Statements that answered questions like this one stand early.
    """
    found: dict[str, Said] = {}
    leads: list[Said] = []
    for number, part in enumerate(parts):
        chosen = _of_part(part, "why" in turn.ways, seen)[: MOST if number == 0 else MOST_BESIDE]
        if not found or any(map(_not_no, chosen)):
            fresh = {said.statement.name: said for said in chosen if said.statement.name not in found}
            leads += list(fresh.values())[:1]
            found.update(fresh)
    leads, behind = _with_early(leads, found, parts, turn, seen)
    own = parts[0].own if parts else frozenset()
    away = [said for said in leads if keeps_from(said) and said.statement.name in own] if _asks_whom_not(turn) else []
    leads = [*away, *(said for said in leads if said not in away)]
    leads = _in_its_place(_in_use(used_instead(leads, found.values(), turn, seen), seen), found.values(), seen)
    found = {**found, **{said.statement.name: said for said in behind if said.statement.name not in found}}
    return (*leads, *(said for said in found.values() if said not in leads))


def _with_early(
    leads: Sequence[Said], found: Mapping[str, Said], parts: Sequence[Part], turn: Asked, seen: Seen
) -> tuple[list[Said], list[Said]]:
    """The leads with what answered questions like this one; and what only says what something is, or says it again.

    A statement that says in other words what others say comes before none of them for likeness alone.
    """
    replaced = any(aspect.instead for part in parts for aspect in part.aspects)
    early = [] if replaced else [found.get(name) or seen.said(name, parts[0].called) for name in turn.likely]
    kept = bool(leads) and not seen.put_off(leads[0])
    early = [said for said in early if _not_no(said) and not (kept and seen.put_off(said))]
    early = sorted(early, key=lambda said: _rank(said, seen))
    held = bool(early and leads) and not explains(leads[0]) and any(strays(early[0], leads, turn))
    again = {"restates"} if leads and leads[0].statement.rule else frozenset[str]()
    behind = [said for said in early if leads and (strays(said, leads, turn)[0] or said.statement.kind in again)]
    early = [said for said in early if said not in behind]
    early = sorted(early, key=lambda said: (*_rank(said, seen), *strays(said, leads, turn)))
    held = held and not (early and early[0].statement.name in parts[0].own)
    ahead = bool(leads and early) and _rank(leads[0], seen) < _rank(early[0], seen)
    ahead = ahead or (bool(leads) and goes_on(parts[0]) and _told_of(leads[0], parts[0]))
    ahead = ahead or (bool(leads) and ends(parts[0]) and is_unfinished(leads[0].statement.rule, seen))
    ahead = ahead or (bool(leads) and seen.seen_to(leads[0].statement.rule))
    even = turn.even | ({leads[0].statement.name} if ahead or held else set())
    return _with_likely(leads, early, even, _own_matter(parts)), behind


def _in_its_place(leads: Sequence[Said], found: Iterable[Said], seen: Seen) -> list[Said]:
    """The leads, before a treatment that is not for this patient the one of its kind that is."""
    out = next(iter(leads), None)
    if out and out.applies in ("unknown", "general"):
        out = next((said for said in leads if said.applies == "no"), out)
    rule = out.statement.rule if out else None
    rivals = (one.name for one in seen.guideline.rules if rule and rule.decision and one.decision == rule.decision)
    others = (*found, *(seen.said(name, out.part) for name in rivals)) if out else ()
    theirs = next((said for said in others if out and yields(out, said)), None)
    return [*([theirs] if theirs else []), *(said for said in leads if said is not theirs)]


def _in_use(leads: Sequence[Said], seen: Seen) -> Sequence[Said]:
    """The leads, before one that keeps from another drug than the one just named what says to use that."""
    first = next(iter(leads), None)
    rule = first.statement.rule if first else None
    struck_ = {one.name for one in rule.action.strikes if one.kind == "drug"} if rule else set()
    asked = [value for value in seen.spoken if isinstance(value, str) and struck_ and value not in struck_]
    if first is None or len(asked) != 1 or asked[0] in first.statement.text.lower():
        return leads
    uses = (one.name for one in seen.guideline.rules if one.action.kind == "use" and one.action.words == asked[0])
    theirs = next((said for name in uses if _not_no(said := seen.said(name, first.part))), None)
    return [theirs, *(said for said in leads if said.statement is not theirs.statement)] if theirs else leads


def yields(said: Said, other: Said) -> bool:
    """Whether a treatment that is not for this patient yields to another one of its kind that is."""
    kinds = {one.statement.rule.decision for one in (said, other) if one.statement.rule}
    return said.applies == "no" and (is_given(other) or other.vague) and len(kinds) == 1 and None not in kinds


def _told_of(said: Said, part: Part) -> bool:
    """Whether a line is one of those that a part is about, by the phrases of the map."""
    return any(said.statement.name in aspect.statements for aspect in part.aspects)


_NOT_FOR = words_of("unsuitable inappropriate inadequate contraindicated avoided contraindication contraindications")


def _asks_whom_not(turn: Asked) -> bool:
    """Whether an open question asks when or for whom something is not to be done."""
    first = next((clause for clause in turn.clauses if clause.asked), None)
    raws = [word.raw for word in first.words] if first else []
    asks = bool({"when", "who", "whom", "which"} & set(raws[:3]))
    return asks and not ({"not", "never"} | _NOT_FOR).isdisjoint(raws)


def keeps_from(said: Said) -> bool:
    """Whether a line keeps from something."""
    return _kind(said.statement) in ("avoid", "never")


def _own_matter(parts: Sequence[Part]) -> frozenset[str]:
    """The statements about the matters that narrow the first part, if any do."""
    narrowing = (aspect for part in parts[:1] for aspect in part.aspects if aspect.kind == "about")
    return frozenset(name for aspect in narrowing for name in aspect.every)


def _with_likely(
    leads: Sequence[Said], ordered: Sequence[Said], even: frozenset[str], matter: frozenset[str]
) -> list[Said]:
    """The leads with the likely lines: behind a first lead that is as likely as any or holds for the patient.

    One that is about the ``matter`` of the question stays before likely lines that are not.
    """
    holds = bool(leads) and (leads[0].applies == "yes" or leads[0].vague or leads[0].statement.name in even)
    strays = bool(leads and ordered) and leads[0].statement.name in matter and ordered[0].statement.name not in matter
    at = 1 if leads and (holds or strays or not ordered) else 0
    return list({said.statement.name: said for said in (*leads[:at], *ordered, *leads[at:])}.values())


def _of_part(part: Part, why: bool, seen: Seen) -> list[Said]:
    def say(names: Iterable[str], keep: Callable[[Said], bool]) -> list[Said]:
        return [said for name in names if keep(said := seen.said(name, part.called))]

    kinds = {"give"} | ({_kind(seen.guideline.named[name]) for name in part.statements} & {"check"})
    named = [n for n in part.named if n in seen.warnings or _kind(seen.guideline.named[n]) in kinds]
    chosen = say(part.statements, _not_no)
    if chosen:
        chosen += say((*part.otherwise, *named), _surely)
        if any(map(seen.put_off, chosen)):
            chosen += [said for said in say(part.otherwise, _maybe) if said not in chosen]
        if not any(said.statement.rule for said in chosen):
            chosen += say(part.statements, _surely_not)[:1]
    else:
        chosen = say(part.otherwise, _not_no) + say(named, _surely)
    chosen = chosen or _stopping(seen, part) or say(_rivals(part, seen.guideline), _maybe)
    chosen = chosen or say(part.statements, lambda _: True)
    first = _taken_back(chosen, part, seen) or _ruled_out(part, seen) or _none_of_it(part, seen)
    first = first or _event(chosen, part, seen) or _lead(chosen, part) or looked_at(chosen, part)
    chosen = [first, *(said for said in chosen if said.statement is not first.statement)] if first else chosen
    ordered = sorted(chosen, key=lambda said: (0, False, False, False, False) if said is first else _rank(said, seen))
    return sorted(ordered, key=lambda said: not _is_reason(said, ordered, part)) if why else ordered


def _taken_back(chosen: Sequence[Said], part: Part, seen: Seen) -> Said | None:
    """What a part asks of, where it was said not to be so and all else only keeps from what nobody told: it is out.

    So what keeps from a thing of which it is asked if it is to be kept from.
    """
    away = part.claim.turned or part.claim.away
    if not part.claim.polar or not (away or all(said.applies == "general" and _shuts(said) for said in chosen)):
        return None
    names, known = (*part.statements, *(part.named if away else ())), seen.known
    out = (said for name in names if (said := seen.said(name, part.called)).applies == "no" and _shuts(said))

    def denied(rule: Rule | None) -> bool:
        read = (rule and (reads(rule.when, seen.guideline) if away else facts_of(rule.when))) or ()
        return any(known.get(one) is False and one in seen.stated for one in read)

    first = next((said for said in out if denied(said.statement.rule)), None)
    hangs = facts_of(first.statement.rule.when) if away and first and first.statement.rule else ()
    told = next((one for name in hangs if (one := seen.guideline.named.get(name.replace("_", "-")))), None)
    return seen.said(told.name, part.called) if told and told.kind == "define" else first  # by what limit it is out


def _shuts(said: Said) -> bool:
    """Whether a line keeps from something, or leaves it to the clinician, or is only told to explain."""
    rule = said.statement.rule
    return rule is None or bool(rule.stops) or rule.action.kind in ("avoid", "never", "decide")


def _is_reason(said: Said, ordered: Sequence[Said], part: Part) -> bool:
    """Whether a line only explains, and the first line of the part rather than another one."""
    lead = next((one.statement.name for one in ordered if one.statement.kind != "background"), "")
    name, listed = said.statement.name, [aspect.statements for aspect in part.aspects]
    together = not listed or any(name in one and (name == one[0] or (lead or name) in one) for one in listed)
    return said.statement.kind == "background" and together


def _event(chosen: Sequence[Said], part: Part, seen: Seen) -> Said | None:
    """What answers an event that was told: what the clinician decides by it, whatever treatment holds besides.

    Where it is asked whether to go on, or to change something, also what is checked or kept from.
    """
    told = next((said for said in chosen if said.statement.name in part.statements[:1]), None)
    kinds = ("decide", "check", "avoid", "never", "refer", "use") if ends(part) or changes(part) else ("decide",)
    if told and told.applies != "no" and ends(part) and is_unfinished(told.statement.rule, seen):
        return told
    return told if told and _kind(told.statement) in kinds and seen.prompted(told) else None


def _lead(chosen: Sequence[Said], part: Part) -> Said | None:
    """The first line of a part that asks what something is: it stays first, although it holds for nobody."""
    about = part.aspects[0] if part.aspects else None
    first = chosen[0] if chosen else None
    asked = about is not None and first is not None and first.statement.name == about.statements[0]
    if not asked or first is None or first.statement.kind not in ("define", "background"):
        return None
    against = any(speaks_against(said) for said in chosen)
    against = against or (first.statement.kind == "background" and any(map(is_given, chosen)))
    return None if first.applies != "yes" and against else first


def _ruled_out(part: Part, seen: Seen) -> Said | None:
    """What a part is about, where a value that was told rules it out and nothing of its kind stands in: a no."""
    about = next((aspect for aspect in part.aspects if aspect.kind == "about"), None)
    name = about.statements[0] if about and about.statements else ""
    rule = seen.guideline.named[name].rule if name else None
    bound = about is not None and about.instead and part.claim.polar  # for whom the guideline is at all
    if rule is None or not (rule.action.gives or bound):
        return None
    said = seen.said(name, part.called)
    known, facts = seen.known, seen.guideline.facts
    counted = any(facts[name].kind == "number" and name in known for name in facts_of(rule.when))
    return said if said.applies == "no" and counted else None


def _none_of_it(part: Part, seen: Seen) -> Said | None:
    """A treatment that a part asks for by name, yes or no, where none that bears the name is for this patient: a no."""
    if not part.claim.polar:
        return None
    named = [n for n in part.statements if not part.claim.stems.isdisjoint(map(stem, n.split("-")))]
    given = [n for n in named if (rule := seen.guideline.named[n].rule) is not None and rule.action.gives]
    told = [seen.said(name, part.called) for name in given]
    return told[-1] if len(told) > 1 and all(map(_surely_not, told)) else None


def is_given(said: Said) -> bool:
    """Whether a line is a treatment that the patient is to have."""
    return said.applies == "yes" and said.line is not None and said.line.action == "give"


def _rank(said: Said, seen: Seen) -> tuple[int, bool, bool, bool, bool]:
    """Where a line stands by what is known: what holds, what may hold, what was as good as denied, what does not.

    Of what holds comes first what answers something that was told and hardly anything else hangs on; of what may hold
    what is of a number that was told, then a treatment for which something was said that speaks for it.
    """
    answers = said.applies == "yes" and seen.prompted(said)
    return _order(said, seen), seen.put_off(said), not answers, not seen.counted(said), not seen.spoken_for(said)


def speaks_against(said: Said) -> bool:
    """Whether a line forbids the patient something, or leaves it to the clinician."""
    return said.applies == "yes" and said.line is not None and said.line.action in ("avoid", "never", "decide")


def _stopping(seen: Seen, part: Part) -> list[Said]:
    """The safety gates that hold for the patient: what is said when they leave nothing of what was asked."""
    return [seen.said(name, part.called) for name in gates(seen.plan, seen.guideline)]


def _rivals(part: Part, guideline: Guideline) -> list[str]:
    """The statements whose rules compete with those of a part: one of them holds when none of the part does."""
    rules = (guideline.named[name].rule for name in part.statements)
    decisions = {rule.decision for rule in rules if rule and rule.decision}
    return [one.name for one in guideline.statements if one.rule and one.rule.decision in decisions]


def _kind(statement: Statement) -> str:
    return statement.rule.action.kind if statement.rule else ""


def _not_no(said: Said) -> bool:
    return said.applies != "no"


def _maybe(said: Said) -> bool:
    return said.applies in ("yes", "unknown")


def _surely_not(said: Said) -> bool:
    return said.applies == "no"


def _surely(said: Said) -> bool:
    return said.applies == "yes" or said.vague


def first(shown: Sequence[Said], seen: Seen) -> tuple[Said, ...]:
    """The lines with what is pressing before them: emergencies, safety gates, and what forbids the thing spoken of."""
    there = {said.statement.name: said for said in shown}
    held = (*gates(seen.plan, seen.guideline), *in_doubt(seen), *_in_it(shown, seen))
    whole = [name for name in held if of_everything(seen.guideline.named[name].rule)]
    taken = struck(seen.plan, seen.guideline, seen.spoken)
    names = dict.fromkeys((*emergencies(seen.plan, seen.guideline), *whole, *taken, *held))
    ahead = {name: there.get(name) or seen.said(name, warning=True) for name in names}
    return (*ahead.values(), *(said for said in shown if said.statement.name not in ahead))


def _in_it(shown: Sequence[Said], seen: Seen) -> tuple[str, ...]:
    """The safety gates that hold if only the patient has what the guideline is about, where a treatment is shown."""
    rules = [said.statement.rule for said in shown]
    treats = any(rule and (rule.action.gives or rule.stops) for rule in rules)
    names = [rule.name for rule in seen.guideline.rules if rule.stops] if treats else []
    return tuple(name for name in names if stops_in_it(seen.said(name), seen.known, seen.topical, seen.guideline))


def in_doubt(seen: Seen) -> tuple[str, ...]:
    """The safety gates that may hold by words that leave a fact open: settled first, like those that do."""
    open_ = [rule.name for rule in doubted(seen.guideline, seen.doubted)]
    return tuple(name for name in open_ if seen.said(name).applies in ("unknown", "general"))


def warnings(shown: Sequence[Said], seen: Seen) -> tuple[Said, ...]:
    """The warnings that are certain for this patient and are not among the lines already."""
    there = {said.statement.name for said in shown}
    firm = firmly(seen.plan)
    return tuple(seen.said(name, warning=True) for name in seen.warnings if name in firm and name not in there)
