"""What is asked: the aspects of a question, clause by clause; which of them the guideline answers, and which not.

Abstention is by aspect, never by a score: what is silent in the coverage map is said to be silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .coverage import Aspect, Coverage
from .nearest import near_it, nearest
from .next import whole_question
from .speech import Clause, Pattern, clauses, find, wants_yes_or_no, words_of
from .topic import IT, Other, apart, corrected, is_taken, others, says_it, strange, topic_places, unlikened

_OPENERS = frozenset(["what about", "how about", "and if", "but if", "even if", "what if", "and what about"])
_OPENING = words_of("if with for after in and but without once when at or")

TREATED = words_of("inject jab shot dose dosage treat treatment therapy needle loading course regimen regime give")
"""Words of any treatment, as stems."""
_BEFORE_SUBJECT = words_of(
    "is are was can could should does do will would of have has had stop stopping take takes taking on with for "
    "missed oral inject injecting give giving need needs iv im"
)
"""Words right before the thing that a clause speaks of."""
BRIEF = 6
"""Words of a search that is read as a question even if it asks nothing in so many words."""


class Match(NamedTuple):
    """An aspect that a clause names, the places of the words that name it best, and of all that do."""

    aspect: Aspect
    places: tuple[int, ...]
    touched: frozenset[int] = frozenset()

    @property
    def covered(self) -> bool:
        """Whether the guideline answers it."""
        return self.aspect.kind in ("general", "about")


@dataclass(frozen=True, slots=True)
class Silent:
    """Something asked that the guideline does not say: in which words, and its aspect if the map has one."""

    said: str
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class Heeded:
    """A clause as it was understood: what is answered, what narrows it, and what is not said."""

    clause: Clause
    covered: tuple[Match, ...] = ()
    silent: tuple[Silent, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn of a conversation as it was understood.

    ``named``: it names the topic itself; ``about``: matters that any of its clauses names; ``ways``: why, how sure.
    ``likely`` are statements that answered questions like it, ``even`` all that may stand before them.
    """

    clauses: tuple[Clause, ...] = ()
    named: bool = False
    on_topic: bool = False
    heeded: tuple[Heeded, ...] = ()
    about: tuple[Aspect, ...] = ()
    ways: frozenset[str] = frozenset()
    likely: tuple[str, ...] = ()
    even: frozenset[str] = frozenset()

    @property
    def silent(self) -> tuple[Silent, ...]:
        """Everything asked that is not said, each once."""
        return tuple(dict.fromkeys(silent for heeded in self.heeded for silent in heeded.silent))

    @property
    def general(self) -> tuple[Match, ...]:
        """The general aspects asked, without their places: a follow-up may ask them again of something else."""
        asked = [m.aspect for heeded in self.heeded for m in heeded.covered if m.aspect.kind == "general"]
        return tuple(Match(aspect, ()) for aspect in dict.fromkeys(asked))


def asked(text: str, coverage: Coverage, *, given: bool, before: Asked | None = None) -> Asked:
    """What a text asks. ``given``: page or conversation give the topic; ``before`` is the turn before."""
    heard = [corrected(clause, coverage) for clause in clauses(whole_question(text), coverage.same)]
    return asked_in(tuple(unlikened(one, coverage) for one in heard), coverage, given=given, before=before)


def asked_in(heard: tuple[Clause, ...], coverage: Coverage, *, given: bool, before: Asked | None = None) -> Asked:
    """What some clauses ask."""
    named = any(topic_places(clause, coverage) for clause in heard)
    if not (named or given):
        return Asked(heard)
    found = [matches(clause, coverage) for clause in heard]
    asking = [n for n, clause in enumerate(heard) if clause.asked]
    whole = not any(m.aspect.kind != "way" and not m.aspect.weak for n in asking for m in found[n])
    if whole and not any(odd(heard[n], coverage) for n in asking):
        asking = list(range(len(heard)))
    again = before.general if before and asking and _elliptical(heard[asking[0]], found[asking[0]]) else ()
    whole_again = not any(_asks_itself(m.aspect) for n in asking for m in found[n])
    heeded = tuple(
        (_referring(heard[n - 1], heard[n], coverage) if n else None)
        or _heeded(heard[n], found[n], coverage, named, again if n == asking[0] or whole_again else ())
        for n in asking
    )
    if any(m.aspect.kind == "about" for matched in found for m in matched):
        heeded = tuple(map(_without_weak, heeded))
    told = [m.aspect for n, matched in enumerate(found) if n not in asking for m in matched]
    told += [quiet.aspect for quiet in before.silent if quiet.aspect] if before else []
    if unsaid := near_it(told, (m.aspect.name for one in heeded for m in one.covered)):
        heeded = (*heeded, Heeded(heard[asking[-1]], silent=tuple(map(_silent, unsaid))))
    if not named:
        heeded = _theirs(heeded)
    if strays := _in_passing(heeded, heard, found, coverage, whole):
        heeded = (Heeded(heard[-1], silent=strays),)
    if named and not any(one.covered or one.silent for one in heeded):
        heeded = tuple(_guessed([heard[n] for n in asking], coverage))
    everything = [m.aspect for matched in found for m in matched]
    return Asked(
        heard, named, True, heeded,
        about=tuple(dict.fromkeys(aspect for aspect in everything if aspect.kind == "about")),
        ways=frozenset(aspect.name for aspect in everything if aspect.kind == "way"),
    )  # fmt: skip


def _without_weak(heeded: Heeded) -> Heeded:
    """A clause without what is silent and asked only where nothing else is."""
    return replace(heeded, silent=tuple(one for one in heeded.silent if not (one.aspect and one.aspect.weak)))


def _elliptical(clause: Clause, found: Sequence[Match]) -> bool:
    """Whether a question only makes sense after the turn before: `what about …`, `and if …`, `after that?`."""
    if any(_asks_itself(m.aspect) for m in found):
        return False
    raws = [word.raw for word in clause.words]
    return (0 < len(raws) <= 8 and raws[0] in _OPENING) or opens_again(clause)


def _asks_itself(aspect: Aspect) -> bool:
    """Whether an aspect says what is asked, so that nothing need be taken from the turn before."""
    return aspect.kind == "general" or _asks_silent(aspect)


def opens_again(clause: Clause) -> bool:
    """Whether a clause asks what was asked before of something else: `what about …`."""
    raws = [word.raw for word in clause.words]
    return " ".join(raws[:2]) in _OPENERS or " ".join(raws[:3]) in _OPENERS


def _referring(before: Clause, clause: Clause, coverage: Coverage) -> Heeded | None:
    """A clause whose `it` is the other topic, or the unknown thing, with which the clause before begins."""
    if not says_it(clause) or topic_places(clause, coverage):
        return None
    theirs = [other.words for other in others(before, coverage) if 0 in other.places]
    theirs += [before.words[0].raw] if strange(before.words[0], coverage) else []
    known = topic_places(before, coverage)
    return Heeded(clause, silent=tuple(map(Silent, theirs))) if theirs and not known else None


def _theirs(heeded: Sequence[Heeded]) -> tuple[Heeded, ...]:
    """Questions whose `it` is the other topic of the question before: `how often is X, and where does it go?`."""
    result: list[Heeded] = []
    for one in heeded:
        before = result[-1] if result else Heeded(one.clause)
        foreign = before.silent and not before.covered and not any(quiet.aspect for quiet in before.silent)
        result.append(Heeded(one.clause, silent=before.silent) if foreign and says_it(one.clause) else one)
    return tuple(result)


def _guessed(asking: Sequence[Clause], coverage: Coverage) -> Iterator[Heeded]:
    """The aspect nearest to questions to which no phrase leads, unless they have words that nobody here knows."""
    if not any(odd(clause, coverage) for clause in asking):
        found = nearest((stem for clause in asking for stem in clause.stems), coverage)
        if found is not None:
            match = Match(found, ())
            yield Heeded(asking[-1], *((((match,), ())) if match.covered else ((), (_silent(found),))))


def odd(clause: Clause, coverage: Coverage) -> bool:
    """Whether a clause has words of other topics, or that nobody here knows."""
    return bool(others(clause, coverage)) or any(strange(word, coverage) for word in clause.words)


def _in_passing(
    heeded: Sequence[Heeded],
    heard: Sequence[Clause],
    found: Sequence[Sequence[Match]],
    coverage: Coverage,
    whole: bool,
) -> tuple[Silent, ...]:
    """Other topics of a text that names ours only in passing and then asks what to do, of whatever it be.

    ``whole``: no question of the text says what is asked, so that all of it was searched.
    """
    covered = [(m, one.clause) for one in heeded for m in one.covered]
    if not whole and any(not m.aspect.last or topic_places(clause, coverage) for m, clause in covered):
        return ()
    if not covered or any(m.aspect.kind == "about" for m, _ in covered) or len(heard) < 2:
        return ()
    ours = (matched for clause, matched in zip(heard, found, strict=True) if topic_places(clause, coverage))
    if any(m.aspect.kind == "about" for matched in ours for m in matched):
        return ()
    foreign = [other.words for clause in heard for other in others(clause, coverage)]
    return tuple(Silent(words) for words in dict.fromkeys(foreign))


# ---------------------------------------------------------------- patterns in a clause


@lru_cache(maxsize=48)  # a clause is looked at from several sides
def matches(clause: Clause, coverage: Coverage) -> tuple[Match, ...]:
    """The aspects that a clause names; where two share words, the one with more words of its own."""
    stems = [*clause.stems, "$"]
    seen = {*stems, "#"}
    best: dict[str, tuple[int, ...]] = {}
    touched: dict[str, set[int]] = {}
    for start, word in enumerate(stems):
        for name, sought in (*coverage.index.get(word, ()), *_numbered(word, coverage)):
            last = sought[-1]  # most patterns that begin somewhere end nowhere
            if (last is None or not last.isdisjoint(seen)) and (places := find(sought, stems, start, coverage.names)):
                touched.setdefault(name, set()).update(places)
                best[name] = max(best.get(name, ()), places, key=len)
    kept: list[Match] = []
    found = [Match(coverage.aspects[name], best[name], frozenset(touched[name])) for name in best]
    for match in sorted(found, key=lambda m: (-len(m.places), not _asks_silent(m.aspect))):
        if not any(_beats(other, match) for other in kept):
            kept.append(match)
    return tuple(sorted(_without_replaced(clause, kept), key=lambda m: m.places))


def _without_replaced(clause: Clause, found: Sequence[Match]) -> Sequence[Match]:
    """The matters of a clause, without those that only stand behind `instead of`, where one stands before it."""
    raws = [word.raw for word in clause.words]
    at = next((n for n, pair in enumerate(pairwise(raws)) if pair in _REPLACING), len(raws))
    asked = [m for m in found if m.places and m.places[0] < at and m.covered]
    return [m for m in found if not m.covered or m.places[0] < at] if asked else found


_REPLACING = (("instead", "of"), ("rather", "than"))


def _numbered(word: str, coverage: Coverage) -> Sequence[tuple[str, Pattern]]:
    """Patterns that begin with a number, for a word that is one."""
    return coverage.index.get("#", ()) if word[0].isdigit() else ()


def _beats(one: Match, other: Match) -> bool:
    """Whether a match takes the words of another away, that is no longer than itself."""
    if "way" in (one.aspect.kind, other.aspect.kind):
        return False
    shared = len(one.touched & set(other.places))
    if not shared or 2 * shared < len(other.places):
        return False
    equal = len(one.places) == len(other.places)
    return not equal or (_asks_silent(one.aspect) and other.covered)


def _asks_silent(aspect: Aspect) -> bool:
    """Whether an aspect is a question of its own on which the guideline says nothing."""
    return aspect.kind == "silent" and not aspect.beside and not aspect.weak


# ---------------------------------------------------------------- one clause


def _heeded(
    clause: Clause, found: Sequence[Match], coverage: Coverage, named: bool, again: tuple[Match, ...]
) -> Heeded:
    """What of a clause is answered, and what is not said."""
    covered = (*(m for m in found if m.covered), *again)
    beside = [_silent(m.aspect) for m in found if m.aspect.beside]
    theirs = others(clause, coverage)
    foreign = [other for other in theirs if not _taken(m for m in found if m.covered).issuperset(other.places)]
    if theirs and _elsewhere(clause, covered, theirs, foreign, coverage):
        placed = {place for other in theirs for place in other.places}
        said = [_silent(m.aspect) for m in found if _asks_silent(m.aspect) and not placed.isdisjoint(m.touched)]
        return Heeded(clause, silent=tuple(said or (Silent(other.words) for other in foreign or theirs)))
    if beside and _only_mentions(clause, covered):
        return Heeded(clause, silent=tuple(beside))
    if asks := _dominant(found, covered):
        return Heeded(clause, silent=tuple(map(_silent, asks)))
    if strays := (
        _personal(clause, covered, coverage, named)
        or _purpose(clause, found, foreign, coverage)
        or _treats(clause, found, coverage)
        or _unfounded(clause, covered, coverage, named)
    ):
        return Heeded(clause, silent=(Silent(strays),))
    silent = [*beside, *(_silent(m.aspect) for m in found if _asks_silent(m.aspect))]
    way = any(m.aspect.kind == "way" for m in found)
    silent += [] if covered or way else [_silent(m.aspect) for m in found if m.aspect.weak]
    told = _taken(m for m in found if m.aspect.kind == "silent")
    silent += [Silent(other.words) for other in foreign if told.isdisjoint(other.places)]
    return Heeded(clause, covered, tuple(silent))


def _taken(found: Iterable[Match]) -> set[int]:
    """The places of all words of these matches."""
    return {place for match in found for place in match.touched}


def _silent(aspect: Aspect) -> Silent:
    return Silent(aspect.called, aspect)


def _dominant(found: Sequence[Match], covered: Sequence[Match]) -> list[Aspect]:
    """Silent questions that nothing else in the clause outweighs: then the rest of the clause is only their setting."""
    asks = [m for m in found if _asks_silent(m.aspect)]
    strong = any(m.aspect.strong or len(m.places) > 1 for m in asks)
    strong = strong or not any(len(m.places) > 1 for m in covered)
    return [m.aspect for m in asks] if asks and strong else []


def _elsewhere(
    clause: Clause, covered: Sequence[Match], theirs: Sequence[Other], foreign: Sequence[Other], coverage: Coverage
) -> bool:
    """Whether a clause is about another topic.

    It does not name ours and names one that no covered aspect speaks of, or asks of it what that aspect does not say;
    or it names both, and the other nearer to what it asks.
    """
    first = min((place for other in foreign for place in other.places), default=len(clause.words))
    ours = [*topic_places(clause, coverage), *(n for n, w in enumerate(clause.words) if w.raw in IT and n < first)]
    if not ours:
        places = {place for other in theirs for place in other.places}
        besides = [m for m in covered if m.places and places.isdisjoint(m.touched)]
        return bool(foreign) or any(not (m.aspect.setting or m.aspect.last) for m in besides)
    asked_at = [place for m in covered if m.aspect.kind == "general" for place in m.places]
    if not asked_at or not foreign or all(is_taken(clause, other) for other in foreign):
        return False
    return apart([n for other in foreign for n in other.places], asked_at) < apart(ours, asked_at)


def _only_mentions(clause: Clause, covered: Sequence[Match]) -> bool:
    """Whether a question has no more than one word for a matter that allows no yes or no: what it asks is elsewhere."""
    return (clause.asked or len(clause.words) <= BRIEF) and bool(covered) and all(
        m.aspect.kind == "about" and len(m.places) == 1 and not m.aspect.yes_or_no for m in covered
    )


def _personal(clause: Clause, covered: Sequence[Match], coverage: Coverage, named: bool) -> str:
    """A clause that only tells whom it is about, of whom the guideline does not speak: `my toddler has a fever`."""
    if named or not any(m.aspect.instead for m in covered) or topic_places(clause, coverage):
        return ""
    words = [word.raw for word in clause.words]
    ours = says_it(clause) or any(word.stem in TREATED for word in clause.words)
    return "" if ours else " ".join([word for word in words if word.isalpha()][:BRIEF])


def _purpose(clause: Clause, found: Sequence[Match], foreign: Sequence[Other], coverage: Coverage) -> str:
    """The odd words after a `for`: a use of the treatment that the guideline does not know."""
    if not any(m.aspect.kind == "general" for m in found):
        return ""
    settings = _taken(m for m in found if m.aspect.beside and not m.aspect.purpose)
    theirs = {place for other in foreign for place in other.places}
    theirs = (theirs | _taken(m for m in found if m.aspect.purpose)) - settings
    for at, word in enumerate(clause.words):
        after = [n for n in (at + 1, at + 2) if n < len(clause.words)] if word.raw == "for" else []
        if any(n in theirs or (strange(clause.words[n], coverage) and n not in settings) for n in after):
            return " ".join(clause.words[n].raw for n in after)
    return ""


def _treats(clause: Clause, found: Sequence[Match], coverage: Coverage) -> str:
    """What the treatment is asked to do, yes or no, that the guideline does not speak of (`does it treat …?`)."""
    covered = [m for m in found if m.covered]
    if not covered or not all(m.aspect.last for m in covered) or not wants_yes_or_no([w.raw for w in clause.words]):
        return ""
    told, strangers = _taken(found), (word.raw for word in clause.words if strange(word, coverage))
    return ", ".join([*(one.words for one in others(clause, coverage) if told.isdisjoint(one.places)), *strangers])


def _unfounded(clause: Clause, covered: Sequence[Match], coverage: Coverage, named: bool) -> str:
    """The odd words of a clause that leave in doubt what it speaks of.

    It asks something general in a turn that never names the topic; or it does not name the topic itself, and they
    stand where its subject stands; or it only names a matter, and what it asks of it is theirs to say.
    """
    words = [word.raw for word in clause.words]
    strays = [at for at, word in enumerate(clause.words) if strange(word, coverage)]
    about = any(m.aspect.kind == "about" for m in covered)
    ours = says_it(clause) or bool(topic_places(clause, coverage))
    if not ours and any(at == 0 or words[at - 1] in _BEFORE_SUBJECT for at in strays):
        return ", ".join(words[at] for at in strays)
    if about if not named else not (clause.asked and _only_mentions(clause, covered)):
        return ""
    return ", ".join(words[at] for at in strays)
