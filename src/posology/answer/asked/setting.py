"""What a turn tells of the patient beside what it asks: another disease, another medicine, `in a patient on X`.

It stands in a frame of small words (`with X`, `my mum has X and …`, `since starting X`, `an X patient`). What is asked
outside of such frames is asked of the thing itself (`should I stop X`), which is then no setting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

from ...hear.turns import Heard
from .aspect import TREATED, Asked, Heeded, Silent, asked_in, matches
from .coverage import Coverage
from .deeds import AUXILIARY, acts
from .speech import Clause, Word, open_, tokens, wants_yes_or_no, words_of
from .topic import IT, english, others, strange, topic_places

_PERSONS = words_of(
    "patient patients pt pts person people man men woman women lady ladies gentleman girl boy girls boys teenager "
    "adult adults someone somebody anyone mum mom mother dad father wife husband son daughter sister brother gran nan "
    "grandmother grandfather client clients resident residents user users sufferer sufferers taker takers case cases "
    "those male female partner aunt uncle friend colleague one"
)
_SUBJECTS = _PERSONS | words_of("i she he they we who")
_QUALITY = words_of(
    "severe mild moderate chronic acute known stable poorly badly well controlled newly diagnosed new old longstanding "
    "long standing term recent previous past active possible treated untreated type stage high low advanced early "
    "both regular daily other older elderly young middle aged year years dose concurrent comorbid concomitant"
)
"""Words that may stand between a frame and what stands in it."""
_AND = words_of("and plus or")
_BETWEEN = (_QUALITY - {"dose"}) | _AND | {"with"}
_LISTS = words_of("known pmh pmhx hx history background comorbidities comorbidity")
_BOTH = words_of("with w in")
"""Words that need somebody, or our topic, before them."""
_BEGUN = words_of("since despite after during because due secondary")
_VERBS = words_of(
    "has have had having got get gets suffers suffering takes take taking took uses use using on starting started "
    "starts begun begins receiving given"
)
_TAKEN = words_of("takes take taking took uses use using on started starting begun")
_GERUNDS = words_of("on taking using having starting receiving suffering")
_AROUND = words_of("is am are was been being already still if when while put also given started from with") | _BEGUN
"""Words that may stand between somebody and such a verb."""
_EMPTY = _SUBJECTS | _QUALITY | _AND | _LISTS | _BOTH | _BEGUN | _VERBS | _AROUND | words_of("of to for as it")
"""Words that say nothing by themselves."""
_TREATMENT = TREATED - words_of("dose dosage give regimen regime course")
"""Words of a treatment that is not one of another medicine as well."""
_KINDS = words_of("disease disorder syndrome")
_CHANGING = frozenset(["stop", "skip", "keep", "space", "often", "change", "wait"])


@dataclass(frozen=True, slots=True)
class Setting:
    """The words that name it, and the places of its clause that are taken up by it and its frame."""

    words: str
    places: frozenset[int]


def beside(
    turn: Asked, lead: Callable[[Asked], Asked], before: Asked, coverage: Coverage, heard: Sequence[Heard]
) -> Asked:
    """The turn as it is understood without the settings of the patient, if that is answered; they are not said.

    ``lead`` is what questions asked before make of a turn, ``before`` the turn before, ``heard`` what was heard in
    this one: what tells a fact is known to the guideline.
    """
    asks = any(clause.asked for clause in turn.clauses)
    if not (turn.on_topic and asks and (turn.named or before.on_topic)):
        return turn
    if (taken := _stops_it(turn.clauses, coverage)) is not None:
        return replace(turn, likely=(), heeded=(Heeded(turn.clauses[-1], silent=(Silent(taken.words),)),))
    if others_treated := [words for clause in turn.clauses for words in _treated(clause, coverage)]:
        return replace(turn, likely=(), heeded=(Heeded(turn.clauses[-1], silent=tuple(map(Silent, others_treated))),))
    answered = any(one.covered for one in turn.heeded)
    if answered and turn.silent and all(quiet.aspect and quiet.aspect.beside for quiet in turn.silent):
        return turn  # it is named already
    declined = bool(turn.silent) or not answered
    left, names = less_settings(turn.clauses, coverage, odd=declined)
    known = {word.raw for one in heard for word in tokens(one.words)}
    unknown = tuple(name for name in names if not known.issuperset(name.split()))
    if not names or not (unknown or turn.silent):
        return turn
    alone = lead(asked_in(left, coverage, given=True, before=before))
    plain = any(m.places for one in alone.heeded for m in one.covered)
    if not plain and not (alone.likely and any(map(_of_injecting, left))):
        return turn
    said = (Heeded(left[-1], silent=tuple(map(Silent, unknown))),) if unknown else ()
    kept = turn if answered and not turn.silent else replace(alone, named=turn.named)
    return replace(kept, heeded=(*kept.heeded, *said))


def _of_injecting(clause: Clause) -> bool:
    """Whether a question in everyday words speaks of injecting: `how is it injected?`."""
    words = [word for word in clause.words if word.stem not in TREATED]
    return clause.asked and "inject" in clause.stems and all(word.raw in english() for word in words)


def less_settings(
    heard: Sequence[Clause], coverage: Coverage, odd: bool = True
) -> tuple[tuple[Clause, ...], tuple[str, ...]]:
    """The clauses without the settings of the patient, and what these name; nothing where it may be asked of them.

    ``odd``: words that nobody knows may name one.
    """
    left: list[Clause] = []
    names: list[str] = []
    for clause in heard:
        things = _things(clause, coverage, odd)
        found = [_framed(clause, thing, things, coverage) for thing in things]
        settings = [one for one in found if one]
        if len(settings) < len(found) or (settings and _weighed(clause, coverage)):
            return (), ()
        names += [one.words for one in settings]
        gone = {place for one in settings for place in one.places}
        kept = tuple(word for place, word in enumerate(clause.words) if place not in gone)
        if not gone or not _EMPTY.issuperset(word.raw for word in kept):
            left.append(Clause(kept, clause.asked))
    told = bool(names) and not any(_of_it(clause, coverage) or _of_all(clause, coverage) for clause in left)
    return (tuple(left), tuple(dict.fromkeys(names))) if told and left else ((), ())


def _of_all(clause: Clause, coverage: Coverage) -> bool:
    """Whether a question wants a yes or a no of the treatment as a whole, or of what it does: `could X help?`."""
    raws = [word.raw for word in clause.words]
    if not clause.asked or open_(raws) or not wants_yes_or_no(raws):
        return False
    at = next((at for at, raw in enumerate(raws) if raw in AUXILIARY), len(raws))
    ours = topic_places(clause, coverage)
    return at + 1 in ours or all(m.aspect.last for m in matches(clause, coverage) if m.covered)


def _treated(clause: Clause, coverage: Coverage) -> list[str]:
    """The other disease of which it is asked how it is treated, whoever has it: `how is X treated in …?`."""
    raws = [word.raw for word in clause.words]
    at = next((at for at, raw in enumerate(raws) if raw in _TREATED), None)
    if at is None or not clause.asked or raws[0] not in ("how", "what"):
        return []
    passive = raws[at] in _PASSIVE
    end = next((n for n in range(at + 1, len(raws)) if raws[n] in _WHOSE), len(raws))
    own = range(1, at) if passive else range(at + 1, end)
    if not own or any(place in own for place in topic_places(clause, coverage)):
        return []
    things = [thing for thing in _things(clause, coverage, odd=False) if thing.start in own]
    return [" ".join(raws[place] for place in thing) for thing in things]


_PASSIVE = words_of("treated managed handled")
_TREATED = _PASSIVE | words_of("treat manage")
_WHOSE = words_of("in with for when if who on of")


def _stops_it(heard: Sequence[Clause], coverage: Coverage) -> Setting | None:
    """The medicine that the patient takes, where a question asks to stop or change `it` and names no treatment."""
    *before, last = heard
    ends = any(word.raw == "it" for word in last.words) and _of_it(last, coverage)
    if not before or not ends or any("inject" in clause.stems for clause in heard):
        return None
    clause, things = before[-1], _things(before[-1], coverage)
    found = [one for one in (_framed(clause, thing, things, coverage) for thing in things) if one]
    return next((one for one in found if any(clause.words[at].raw in _TAKEN for at in one.places)), None)


def _of_it(clause: Clause, coverage: Coverage) -> bool:
    """Whether a question asks to stop or change something that it does not name."""
    raws = [word.raw for word in clause.words]
    changes = any(act in _CHANGING for act, _ in acts(clause.words, 0)) or (raws[-2:-1] == ["of"] and raws[-1] in IT)
    if not clause.asked or not changes or not _TREATMENT.isdisjoint(clause.stems):
        return False
    ours = topic_places(clause, coverage)
    return not ours or any(raw in IT for raw in raws[: min(ours)])


def _weighed(clause: Clause, coverage: Coverage) -> bool:
    """Whether a question with a setting in it wants a yes or a no, and not of some matter of ours."""
    raws = [word.raw for word in clause.words]
    polar = clause.asked and wants_yes_or_no(raws) and not open_(raws)
    return polar and not any(m.aspect.kind == "about" for m in matches(clause, coverage))


# ---------------------------------------------------------------- what is named


def _things(clause: Clause, coverage: Coverage, odd: bool = True) -> list[range]:
    """The places of each thing that a clause names and that is not ours: another topic, another disease, ``odd``."""
    found = matches(clause, coverage)
    ours = {place for m in found if m.covered for place in m.touched}.union(topic_places(clause, coverage))
    theirs = {place for other in others(clause, coverage) for place in other.places}
    theirs |= {place for m in found if m.aspect.beside for place in m.touched}
    theirs |= {place for place, word in enumerate(clause.words) if odd and strange(word, coverage)}
    theirs = {place for place in theirs - ours if clause.words[place].raw not in _EMPTY}
    inside = theirs | {place for place, word in enumerate(clause.words) if place not in ours and _may_name(word)}
    inside -= set() if odd else {place for place in inside - theirs if strange(clause.words[place], coverage)}
    asked = {place for m in found if not (m.covered or m.aspect.beside) for place in m.touched} - theirs
    things: list[range] = []
    for place in sorted(theirs):
        first = things[-1].stop if things else 0
        start = next((n + 1 for n in range(place - 1, first - 1, -1) if n not in inside), first)
        end = next((n for n in range(place + 1, len(clause.words)) if n not in inside - asked), len(clause.words))
        if not things or place >= things[-1].stop:
            things.append(range(start, end))
    return things


def _may_name(word: Word) -> bool:
    """Whether a word may be a part of a name: no everyday word, and none of a frame."""
    if word.raw in _KINDS:
        return True
    return word.raw.isalpha() and word.raw not in english() and word.raw not in _EMPTY and word.stem not in TREATED


# ---------------------------------------------------------------- frames


def _framed(clause: Clause, thing: range, things: Sequence[range], coverage: Coverage) -> Setting | None:
    """A thing with its frame, if it stands in one: its own, or that of the thing to which it is joined."""
    raws = [word.raw for word in clause.words]
    ours = frozenset(topic_places(clause, coverage))
    words = " ".join(raws[place] for place in thing)
    if raws[thing.stop : thing.stop + 1] and raws[thing.stop] in _PERSONS:  # an X man
        return Setting(words, frozenset(thing))
    at = _passed(raws, thing.start - 1, ours)
    joined = next((one for one in things if at > 0 and raws[at] in _AND and at == one.stop), None)
    if joined is not None:
        same = _framed(clause, joined, things, coverage)
        return same and Setting(words, frozenset(range(at, thing.stop)))
    frame = _frame(clause, raws, thing, at, ours)
    if frame is None:
        return None
    behind = raws[thing.stop : thing.stop + 2]
    if len(behind) > 1 and behind[0] in _AND:  # with X and …
        keeps = behind[1] not in _VERBS and thing.stop + 1 not in {one.start for one in things}
        return Setting(words, frozenset((*(() if keeps else frame), *range(at + 1, thing.stop + 1))))
    return Setting(words, frozenset((*frame, *range(at + 1, thing.stop))))


def _passed(raws: Sequence[str], at: int, ours: Set[int]) -> int:
    """The place before some qualities and numbers."""
    while at >= 0 and at not in ours and (raws[at] in _QUALITY or raws[at][0].isdigit() or _aged(raws, at)):
        at -= 1
    return at


def _aged(raws: Sequence[str], at: int) -> bool:
    """Whether a small word stands before an age: `of 60`, `in her 60s`."""
    return raws[at] in ("of", "in") and raws[at + 1 : at + 2] != [] and raws[at + 1][0].isdigit()


def _frame(clause: Clause, raws: Sequence[str], thing: range, at: int, ours: Set[int]) -> Sequence[int] | None:
    """The places of the small words that make a setting of what stands behind them, or nothing if they make none."""
    if at < 0:
        return () if _lists(clause, raws, thing, ours) else None
    if raws[at] in _LISTS or (raws[at] in ("of", "with") and at and raws[at - 1] in _LISTS):
        return (at,)
    if raws[at] in _BOTH or (at and raws[at] in ("and", "plus") and AUXILIARY.isdisjoint(raws[:at])):
        return (at,) if _somebody(clause, raws, at - 1, ours) else None
    if raws[at] in ("to", "of") and at and raws[at - 1] in _BEGUN:
        at -= 1
    if raws[at] in _VERBS or raws[at] == "from":
        return _told_of(clause, raws, at, ours)
    begun = raws[at] in _BEGUN and (at == 0 or _somebody(clause, raws, at - 1, ours))
    return range(at, at + 2) if begun else None


def _lists(clause: Clause, raws: Sequence[str], thing: range, ours: Set[int]) -> bool:
    """Whether a clause that begins with a thing only lists it, alone or right before our topic."""
    behind = thing.stop
    while behind < len(raws) and behind not in ours and raws[behind] in _BETWEEN:
        behind += 1
    if clause.asked:
        return behind in ours and not wants_yes_or_no(raws)
    return behind == len(raws) or behind in ours or raws[behind] in _VERBS or raws[behind][0].isdigit()


def _somebody(clause: Clause, raws: Sequence[str], at: int, ours: Set[int]) -> bool:
    """Whether somebody, our topic or its treatment stands at a place; not what is to be tested on X."""
    at = _passed(raws, at, ours)
    if at < 0 or raws[at] in _PERSONS:
        return True
    if at in ours:
        bare = at - 1 not in ours and raws[at - 1 : at] != ["low"]
        return not (bare and clause.asked and any(act == "test" for act, _ in acts(clause.words, 0)))
    return (at - 1 in ours and raws[at] not in AUXILIARY) or (bool(ours) and clause.words[at].stem in TREATED)


def _told_of(clause: Clause, raws: Sequence[str], at: int, ours: Set[int]) -> Sequence[int] | None:
    """The places of a verb that tells what somebody has or takes; nothing where that is asked."""
    here = at - 1
    while here >= 0 and raws[here] in _AROUND:
        here -= 1
    if here < 0:
        return None if clause.asked and raws[0] in AUXILIARY else range(at + 1)
    if raws[here] in _SUBJECTS:
        asks = here > 0 and raws[here - 1] in AUXILIARY
        return None if asks else range(here + 1, at + 1)
    gerund = raws[at] in _GERUNDS or raws[here + 1 : at] != []
    return range(here + 1, at + 1) if gerund and _somebody(clause, raws, here, ours) else None
