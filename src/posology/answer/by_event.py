"""What answers whether to change or to end a course, where an event was told that settles it.

Symptoms that came back call for more, and no test first. A stage whose end is not reached, or looked for, goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..expr import evaluate, facts_of
from ..model import Decision, Is
from .answered import Said
from .asked.claim import Claim, claim, is_tag
from .asked.deeds import AUXILIARY, acts
from .asked.rhythm import SMALL, Range, figures
from .asked.speech import Clause, stem, tokens, words_of
from .by_rhythm import Beat, arms_after, needed_facts, of_the_next, rate, special, stage_of, stages_in, with_parts
from .events import instead_of_tests, is_unfinished
from .gate import is_gate
from .ground import Ground, rule_of
from .pressing import emergencies
from .seen import Seen
from .talk import Talk
from .yes_or_no.naming import names, stems, tests
from .yes_or_no.verdict import LESS, MORE

_OPEN = words_of("how what when which why who where")
_ENDS = words_of("stop done finished complete completed enough finish end ended through")
_MOVES = words_of(
    "move moved moving go going goes switch switched switching step stepping start starting begin change changing "
    "changed drop dropping progress ready time transition down onto wants want wanted"
)
_LOOKS = words_of(
    "look looked looking review reviewed assess assessed assessment check checked examine examined see seen reassess "
    "reassessed evaluated evaluate"
)
_NOBODY = words_of("nobody no not never none without")
_AFTER, _WHAT = words_of("after once when following"), words_of("what how")
_MEANS = words_of("mean means meant count counts defined definition")
_DOSES = frozenset(map(stem, ("dose", "injection", "jab", "shot")))
_SOONER = words_of("sooner earlier forward forwards")
_RESUMES = words_of("resume resumed resuming restart restarted restarting reinstate reinstated")
_NEAR = 4
"""Words within which a denial is of the looking."""


def by_event(told: Talk, lines: Sequence[Said], seen: Seen, here: Ground) -> Beat | None:
    """What answers a question by an event that was told; nothing where a gate or an emergency stands before all."""
    presses = emergencies(seen.plan, here.guideline) or any(is_gate(one, told, seen.plan, here) for one in lines)
    if not lines or not told.parts or presses:
        return None
    proposed = proposals(told.asked.clauses)
    named = {name for one, _ in proposed for name in one.stems & names(here)}
    if named - stems(" ".join(arm.statement.text for arm in arms_after(seen, here) if named), here):
        return None  # another drug or way
    ways = (_by_return, _by_end, _by_next)
    return next((beat for way in ways if (beat := way(told, proposed, lines, seen, here))), None)


def proposals(clauses: Sequence[Clause]) -> list[tuple[Claim, bool]]:
    """What each question of a turn claims, and whether it wants a yes or a no; that before one that only points."""
    found = []
    for at, clause in enumerate(clauses):
        if not clause.asked or _leads_up(clauses, at):
            continue
        made = claim(clauses, at)
        short = len(clause.words) <= _SHORT and not (made.acts or made.told) and clause.words[0].raw in AUXILIARY
        ends = not _ENDS.isdisjoint(word.raw for word in clause.words)
        points = at and not ends and (short or is_tag(clause))
        before = clauses[at - 1] if points else None
        if before and not before.asked:
            raws = [word.raw for word in before.words]
            made, polar = claim((Clause(before.words, True),), 0), made.polar
        else:
            raws, polar = [word.raw for word in clause.words], made.polar
        found.append((made, polar and _OPEN.isdisjoint(raws[:1])))
    return found


def _leads_up(clauses: Sequence[Clause], at: int) -> bool:
    """Whether a clause only says when, before the question itself: `when he has leveled off, what then?`."""
    raws = [word.raw for word in clauses[at].words]
    after = bool(raws) and raws[0] in _AFTER and AUXILIARY.isdisjoint(raws[1:2])
    return after and any(clause.asked for clause in clauses[at + 1 :])


_SHORT = 3
"""Words of a question that says nothing itself: `is that needed?`."""


# ---------------------------------------------------------------- what came back


def _by_return(
    told: Talk, proposed: Sequence[tuple[Claim, bool]], lines: Sequence[Said], seen: Seen, here: Ground
) -> Beat | None:
    """The line of what came back, with a yes to more of it and a no to less, to waiting and to a test first."""
    names = [rule.name for rule in here.guideline.rules if instead_of_tests(rule, seen)]
    said = next((one for one in map(seen.said, names) if _answers(one, seen)), None)
    ways = [_way(one, told, seen, here) for one, _ in proposed]
    open_ = bool(ways) and ways[0] == "test" and not proposed[0][1]
    if said is None or not ways or "" in ways or open_:
        return None
    raws = [word.raw for word in proposed[0][0].words]
    must = ways[0] == "more" and ("must" in raws or ("have", "to") in pairwise(raws))
    word = _WORDS[ways[0]] if proposed[0][1] and not must else ""
    return Beat(word, with_parts([said], lines))


_WORDS = {
    "more": "Yes, the clinician decides by how much",
    "less": "No",
    "test": "No",
    "anew": "It is a clinician's decision",
}
"""First words by the way that a question goes."""


def _answers(said: Said, seen: Seen) -> bool:
    """Whether a line answers an event that was told, if only the courses that lie before it are over."""
    rule, facts = said.statement.rule, seen.guideline.facts
    courses = {name for name, fact in facts.items() if fact.course.startswith("complete ")} - seen.stated
    assumed = {**seen.assumed, **dict.fromkeys(courses, True)}
    return rule is not None and seen.prompted(said) and evaluate(rule.when, assumed.get) is True


def _way(asked: Claim, told: Talk, seen: Seen, here: Ground) -> str:
    """Which way a claim goes: more, less, to the beginning or to a test; nothing where it asks something else."""
    done = {act for act, so in asked.acts if so}
    first = next((act for act, so in asked.acts if so), "")
    raws = [word.raw for word in asked.words]
    if asked.turned or asked.denied or asked.murky or asked.harm or asked.degree:
        return ""
    begins = [one.name for one in stages_in(here) if not one.after]
    anew = asked.told.every and stage_of(asked, asked.told.every[-1], seen, here) in begins
    if anew or any(asked.stems & stems(name, here) for name in begins):
        return "" if "stop" in done else "anew"
    if not _RESUMES.isdisjoint(raws):
        return ""
    sooner = not _SOONER.isdisjoint(raws)
    if first != "test" and ("often" in done or sooner):
        return "more"
    later = {"before", "first"}.isdisjoint(raws)
    if later and (way := _by_figures(asked, told, seen, here)):
        return way
    if done & {"space", "stop"} or ("change", False) in asked.acts:
        return "less"
    if "test" in done or asked.stems & tests(here):
        return "test"
    return "test" if _of_levels(asked, told, here) else ""


def _by_figures(asked: Claim, told: Talk, seen: Seen, here: Ground) -> str:
    """Whether a rhythm that is proposed is more or less than the one that was told, or than what is given."""
    if not asked.told.every:
        return ""
    words, rules = asked.words, [rule_of(arm.statement, here) for arm in arms_after(seen, here)]
    to = next((at for at, word in enumerate(words) if word.raw == "to"), 0)
    others = [every for clause in told.asked.clauses if clause.words != words for every in figures(clause.words).every]
    had = [*figures(words[:to]).every, *others] or [rate(rule) for rule in rules if rule]
    proposed = (figures(words[to:]).every or asked.told.every)[-1]
    if not had or proposed == had[0]:
        return ""
    return "more" if proposed[1] < had[0][1] else "less"


def _of_levels(asked: Claim, told: Talk, here: Ground) -> bool:
    """Whether a question is about what keeps from changing something for a level."""
    aspects = [aspect for part in told.parts if part.claim.words == asked.words for aspect in part.aspects]
    first = [here.guideline.named[aspect.statements[0]].text for aspect in aspects if aspect.statements]
    return any(("change", False) in acts(tokens(text)) for text in first)


# ---------------------------------------------------------------- what is not over


def _by_end(
    told: Talk, proposed: Sequence[tuple[Claim, bool]], lines: Sequence[Said], seen: Seen, here: Ground
) -> Beat | None:
    """A no to the end of a stage that goes on, as its end is not reached or nobody has looked; a yes to one that is."""
    if len(proposed) != 1:
        return None
    asked, polar = proposed[0]
    for said, stage in _open_ended(told, seen, here):
        then, met = _following(said, seen, here), _is_met(said, seen)
        if not polar:
            if then and _asks_what_follows(told.asked.clauses, said):
                return Beat("", with_parts(then, lines))
            continue
        if then and met and _goes_over(asked, said, stage, seen, here):
            return right_pace(_without_own(asked, said), then, lines, here)
        keeps = _keeps_to(asked, said, told, here)
        if then and met and keeps:
            return Beat("No", with_parts(then, lines))
        means, looked = _end_of(said, seen)
        why = [*means, *_looking(looked, seen)]
        goes_on = _has_rhythm(said, _rhythms(told)) and bool(asked.stems & stems(stage.name, here))
        over = _is_over(stage, told, asked, seen)
        if keeps and not over and said.applies != "no":
            rules = [rule for rule in here.guideline.rules if looked & {*facts_of(rule.when)} and not rule.action.gives]
            worse = [one for one in lines[:_NEAR] if one.statement.rule in rules]
            raws = {word.raw for clause in told.asked.clauses for word in clause.words}
            open_ = raws & _LOOKS and not (looked & seen.stated or _unlooked(told.asked.clauses))  # it is not told what
            return Beat("It depends" if open_ else "Yes", with_parts([said, *worse, *why], lines))
        if (over and not goes_on) or not _ends(asked, said, stage, told, seen, here):
            continue
        if is_unfinished(said.statement.rule, seen):
            return Beat("No", with_parts([said, *means], lines))
        unseen = any(map(_counts, told.asked.clauses)) or _unlooked(told.asked.clauses) or bool(asked.told.spans)
        begun = _has_rhythm(said, _rhythms(told)) or here.begun(seen.known)
        if unseen and begun and not looked & seen.stated and _is_had(said, told, seen):
            return Beat("No", with_parts([*why, said], lines))
    return None


def _without_own(asked: Claim, said: Said) -> Claim:
    """A claim without the rhythm of the treatment that is to end."""
    left = tuple(every for every in asked.told.every if not _has_rhythm(said, [every]))
    return replace(asked, told=replace(asked.told, every=left))


def _keeps_to(asked: Claim, said: Said, told: Talk, here: Ground) -> bool:
    """Whether a claim is to go on with a treatment just as it is: by its rhythm, or in so many words and no more."""
    if asked.acts != (("keep", True),) or not _is_else(asked) or asked.turned or asked.denied or asked.life:
        return False
    told_of = asked.told.every or _rhythms(told)
    spoken = bool(told_of) and all(_has_rhythm(said, [one]) for one in told_of)
    bare = len(asked.words) <= _NEAR + 1 and asked.stems.isdisjoint(here.coverage.names | _DOSES)
    return spoken and (bare or bool(asked.told.every))


def _by_next(
    told: Talk, proposed: Sequence[tuple[Claim, bool]], lines: Sequence[Said], seen: Seen, here: Ground
) -> Beat | None:
    """The treatments that follow upon a stage that is over, where it is asked if or how often they are given."""
    if len(proposed) != 1 or seen.recorded or special(told, seen, here):
        return None
    asked, polar = proposed[0]
    arms, overs = arms_after(seen, here), [one for one in stages_in(here) if _is_over(one, told, asked, seen)]
    theirs = [said for said, _ in _open_ended(told, seen, here) if _is_had(said, told, seen)]
    if polar:
        goes = not theirs and any(_goes_over(asked, None, one, seen, here) for one in overs)
        return right_pace(asked, arms, lines, here) if goes and arms else None
    if not arms or lines[0].statement in [arm.statement for arm in arms] or not _asks_how_often(asked, here):
        return None
    return Beat("", with_parts(arms, lines)) if overs or of_the_next(asked, here) else None


def right_pace(asked: Claim, arms: Sequence[Said], lines: Sequence[Said], here: Ground) -> Beat | None:
    """A yes to what follows, unless it is proposed in another rhythm; nothing where that is right for some."""
    paces = [rate(rule) for arm in arms if (rule := rule_of(arm.statement, here))]
    right = [all(low * LESS <= one[0] and one[1] <= high * MORE for one in asked.told.every) for low, high in paces]
    return Beat("Yes" if right[0] else "No", with_parts(arms, lines)) if len(set(right)) == 1 else None


def _asks_how_often(asked: Claim, here: Ground) -> bool:
    """Whether it is asked how often, or when the next is due, and not of a test."""
    raws = [word.raw for word in asked.words]
    pairs = set(pairwise(raws))
    often = ("how", "often") in pairs or ("when" in raws and not _NEXT.isdisjoint(raws))
    often = often or (not _WHICH.isdisjoint(raws[:2]) and not _GAPS.isdisjoint(raws))
    return often and ("test", True) not in asked.acts and not asked.stems & tests(here)


_NEXT = words_of("next due again back") | {"come back"}
_WHICH, _GAPS = words_of("what which"), words_of("interval gap spacing frequency")


def _open_ended(told: Talk, seen: Seen, here: Ground) -> Iterator[tuple[Said, Decision]]:
    """The treatments that go on until something is so, each with its stage; one that was told by its rhythm is had."""
    for stage in stages_in(here):
        rules = [rule for rule in seen.guideline.rules if rule.decision == stage.name]
        ended = [rule for rule in rules if any(give.until_holds is not None for give in rule.action.gives)]
        may = [seen.said(rule.name) for rule in ended if evaluate(rule.when, seen.known.get) is not False]
        had = (said for said in may if said.applies != "no" or _is_met(said, seen) or _has_rhythm(said, _rhythms(told)))
        yield from ((said, stage) for said in had)


def _following(said: Said, seen: Seen, here: Ground) -> list[Said]:
    """The treatments that follow upon one: those that are for whom it is."""
    own = needed_facts(said.statement.rule, seen)
    return [arm for arm in arms_after(seen, here) if needed_facts(arm.statement.rule, seen) & own]


def _is_met(said: Said, seen: Seen) -> bool:
    """Whether the end of a treatment was told to be reached."""
    gives = said.statement.rule.action.gives if said.statement.rule else ()
    return any(give.until_holds is not None and evaluate(give.until_holds, seen.known.get) is True for give in gives)


def _asks_what_follows(clauses: Sequence[Clause], said: Said) -> bool:
    """Whether it is asked openly what comes after the end of a treatment."""
    gives = said.statement.rule.action.gives if said.statement.rule else ()
    ends = {stem(one.choice) for give in gives if isinstance(one := give.until_holds, Is) and one.choice}
    asked = [clause for clause in clauses if clause.asked]
    raws = [word.raw for word in asked[-1].words] if asked else []
    words = [word for clause in clauses for word in clause.words]
    places = [at for at, word in enumerate(words) if word.stem in ends]
    after = any(word.raw in _AFTER for at in places for word in words[max(0, at - _NEAR) : at])
    return after and not _WHAT.isdisjoint(raws[:2]) and _MEANS.isdisjoint(raws)


def _goes_over(asked: Claim, said: Said | None, stage: Decision, seen: Seen, here: Ground) -> bool:
    """Whether a claim proposes to go over to the stage that follows, or to end just this one."""
    raws = [word.raw for word in asked.words]
    if _is_else(asked):
        return False
    later = next((one for one in stages_in(here) if one.after == stage.name), None)
    named = later is not None and bool(asked.stems & stems(later.name, here))
    every = asked.told.every
    paced = later is not None and len(every) == 1 and stage_of(asked, every[0], seen, here) == later.name
    if (named or paced) and not (_MOVES | _ENDS).isdisjoint(raws):
        return True
    own = bool(asked.stems & stems(stage.name, here)) or (said is not None and _has_rhythm(said, every))
    return own and (("stop", True) in asked.acts or not _ENDS.isdisjoint(raws))


def _ends(asked: Claim, said: Said, stage: Decision, told: Talk, seen: Seen, here: Ground) -> bool:
    """Whether a claim proposes to go over to the stage that follows, or to end while this one goes on."""
    if _goes_over(asked, said, stage, seen, here):
        return True
    if _is_else(asked):
        return False
    raws = [word.raw for word in asked.words]
    within = bool(asked.around & stems(stage.name, here)) or _has_rhythm(said, _rhythms(told))
    known = {name: value for name, value in seen.known.items() if name in seen.stated}
    within = within or (stage.done is not None and evaluate(stage.done, known.get) is False)
    ends = not _ENDS.isdisjoint(raws) or raws[-1:] == ["over"]
    if ends and not asked.acts and is_unfinished(said.statement.rule, seen):
        return True
    return within and (("stop", True) in asked.acts or ends)


def _is_else(asked: Claim) -> bool:
    """Whether a claim is turned about, or of a test or of going on; `finished with` is of an end."""
    raws = [word.raw for word in asked.words]
    goes_on = (("keep", True) in asked.acts and _ENDS.isdisjoint(raws)) or "until" in raws or "till" in raws
    return asked.turned or asked.denied or goes_on or any(act == "test" for act, _ in asked.acts)


def _is_over(stage: Decision, told: Talk, asked: Claim, seen: Seen) -> bool:
    """Whether a stage was told to be over, and not only in the question if it is."""
    known = seen.known
    if stage.done is None or evaluate(stage.done, known.get) is not True:
        return False
    raws = {word.raw for word in asked.words}
    heard = [one for one in told.heard if one.fact in facts_of(stage.done)]
    return not heard or any(not raws.issuperset(word.raw for word in tokens(one.words)) for one in heard)


def _end_of(said: Said, seen: Seen) -> tuple[list[Said], frozenset[str]]:
    """The line that says what the end of a treatment means, and the facts that it is told by."""
    gives = said.statement.rule.action.gives if said.statement.rule else ()
    names = {give.until.replace(" ", "-") for give in gives if give.until}
    defined = [one.name for one in seen.guideline.statements if one.kind == "define" and one.name in names]
    read = {name for give in gives if give.until_holds is not None for name in facts_of(give.until_holds)}
    return [seen.said(name) for name in defined], frozenset(read)


def _looking(facts: frozenset[str], seen: Seen) -> list[Said]:
    """The lines that say when to look for some facts."""
    rules = [rule for rule in seen.guideline.rules if rule.action.kind == "check"]
    return [seen.said(rule.name) for rule in rules if not facts.isdisjoint(rule.action.tests)]


def _is_had(said: Said, told: Talk, seen: Seen) -> bool:
    """Whether a treatment is theirs: by what is known or spoken of, or because its rhythm was told."""
    about = (aspect for part in told.parts for aspect in part.aspects if aspect.kind == "about")
    if any(said.statement.name in aspect.statements[:1] for aspect in about):
        return True
    return _has_rhythm(said, _rhythms(told)) or said.applies == "yes" or seen.holds_in_it(said)


def _rhythms(told: Talk) -> list[Range]:
    """The rhythms that a turn tells."""
    return [every for clause in told.asked.clauses for every in figures(clause.words).every]


def _has_rhythm(said: Said, rhythms: Sequence[Range]) -> bool:
    """Whether one of some rhythms is that of a treatment."""
    rule = said.statement.rule
    low, high = rate(rule) if rule else (0.0, 0.0)
    return any(low <= one[0] and one[1] <= high for one in rhythms)


def _counts(clause: Clause) -> bool:
    """Whether a clause tells how many doses there were."""
    words = clause.words
    near = (words[at + 1 : at + _NEAR + 2] for at, word in enumerate(words) if word.raw.isdigit() or word.raw in SMALL)
    return any(word.stem in _DOSES for few in near for word in few)


def _unlooked(clauses: Sequence[Clause]) -> bool:
    """Whether a turn says that nobody has looked."""
    raws = [word.raw for clause in clauses for word in clause.words]
    looks = [at for at, raw in enumerate(raws) if raw in _LOOKS]
    near = any(not _NOBODY.isdisjoint(raws[max(0, at - _NEAR) : at]) for at in looks)
    return near or not {"unreviewed", "unassessed"}.isdisjoint(raws)
