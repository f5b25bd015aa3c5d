"""What the questions asked before add to a turn: what it most likely asks where phrases lead nowhere, or astray."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from .aspect import BRIEF, TREATED, Asked, Heeded, Silent, matches
from .coverage import Coverage
from .deeds import acts
from .precedent import Leaning, Likenesses, Precedents, leaning, telling
from .sought import of_a_day
from .speech import Clause, words_of
from .topic import others, says_it, strange, topic_places

NAMED, UNNAMED = 0.05, 0.08
"""The least likeness to a statement that leads to it: of a turn that names the topic, and of one that does not."""
SIDE, PULL, ANYHOW = 2.9, 2.3, 0.3
"""What counts for an answer: the side of the line on which a turn stands, and how much more its words pull towards a
statement than towards what is declined; and what is said for any turn."""
PHRASES, SILENCE = 0.7, -1.05
"""What phrases of the map count when they lead to an answer in several words, and when they name a silent aspect."""
UNHEARD = -7.4
"""What the share of words counts that no answered question had."""
ENOUGH, BRIEFLY, FEW = 0.5, 0.2, 9
"""What must be said for an answer altogether; and in a question of few words that names the topic."""
NEARLY = -0.5
"""What must be said for an answer where something was told on which it hangs."""
ALONE, CLEARLY, LEAST = -1.0, 3.0, 4
"""What may be said at most for a question that is not answered beside others, and at least for one of these; its least
number of words."""
SURELY = 1.5
"""What must be said for one clause, whatever is not said in another."""
PLAINLY = 2
"""Words of a phrase that leads to an answer in so many words."""
AWAY = 1.0
"""How many times nearer a statement must be than another topic, where no phrase leads."""
FOREIGN = 0.85
"""How near another topic must be, beside a statement, to decline a turn that names it and not ours."""
ASTRAY, BESIDE = 2.2, 0.6
"""What must be said for an answer where a question does not name our topic, and other things are what it names; and
where these stand beside it."""
ALOOF = 0.5
"""What must be said for an answer to what names neither our topic nor a treatment, though asked on our page."""
WELL = words_of("normal fine ok okay good adequate sufficient replete sorted")
"""Words right behind our topic, or before it, that put it aside: what is asked is something else."""
LIKELY, CLOSE, MOST = 0.15, 0.4, 3
"""Statements that are shown early: the least pull towards them, the least share of the best one's, and how many."""
ASKED = words_of(
    "what which how is it do i we you be and about of for the a an should can could would take have need give get use"
)
"""Words that only give a question its form."""
EVEN = 0.9
"""The share of the best likeness with which a statement may stand before the best, if phrases lead to it."""


def led(
    turn: Asked,
    earlier: Sequence[Clause],
    coverage: Coverage,
    precedents: Precedents,
    told: bool = False,
    met: bool = False,
    heard: Set[str] = frozenset(),
) -> Asked:
    """The turn with the statements to which questions asked before lead; or declined, if they lead to silence.

    ``told``: enough was said of the patient to choose a treatment, so that whoever asks for one is not declined for the
    words in which that was said. ``met``: something was told on which hangs what answers it; ``heard`` are words
    that told something of the patient, such as a medicine.
    """
    if not turn.on_topic:
        return turn
    turn = _of_theirs(turn, earlier, coverage)
    if not earlier and (known := precedents.told(turn.clauses)) and (again := _again(turn, known, coverage)):
        return again
    outright = any(_outright(one, turn, coverage) for one in turn.heeded)
    surely = any(quiet.aspect and quiet.aspect.surely for quiet in turn.silent)
    if not (outright or surely) and (strays := _astray(turn, earlier, coverage, precedents, heard)):
        return replace(turn, heeded=(Heeded(turn.clauses[-1], silent=tuple(map(Silent, strays))),))
    if not (outright or earlier or met) and _aloof(turn, precedents):
        return replace(turn, on_topic=False, heeded=())
    unsaid = _unsaid(turn, coverage, precedents)
    left = [clause for clause in turn.clauses if clause not in unsaid] if unsaid else turn.clauses
    new = any(quiet.aspect for quiet in turn.silent)
    leans = leaning(left, precedents, () if new else earlier)
    speaks = _speaks_for(turn, leans, precedents)
    answered = bool(unsaid) or not leans.hushed or speaks >= _enough(turn)
    kept = tuple(unsaid.get(heeded.clause, heeded) for heeded in turn.heeded)
    answered = answered or outright or _not_said(turn)
    answered = answered or _beside(turn, coverage, precedents) or _itself(turn, coverage, precedents)
    answered = answered or (told and _wants(turn))
    answered = answered or (met and not turn.silent and speaks >= NEARLY)
    if any(heeded.covered for heeded in kept):
        if not outright and (silent := _silenced(turn, leans, answered, coverage)):
            return replace(turn, heeded=(Heeded(turn.clauses[-1], silent=silent),))
        likely = _likely(leans.order)
        covered = [one for one in kept if one.covered]
        if all(_outright(replace(one, silent=()), turn, coverage) for one in covered):
            asked = [set(m.aspect.statements) for one in covered for m in one.covered]
            theirs = set.intersection(*asked) or set.union(*asked)
            likely = tuple(name for name in likely if name in theirs)
        return replace(turn, heeded=kept, likely=likely, even=_even(leans.order))
    if answered and not surely and _opens(turn, leans, coverage, precedents):
        return replace(turn, heeded=tuple(unsaid.values()), likely=_likely(leans.order))
    return turn


def _of_theirs(turn: Asked, earlier: Sequence[Clause], coverage: Coverage) -> Asked:
    """The turn, where a second question asks to stop `it`, of which the first asked: `does X …, and stop it?`."""
    found: list[Heeded] = []
    for heeded in turn.heeded:
        before = found[-1] if found else None
        aside = before is not None and before.clause.asked and before.silent and not before.covered
        heeded = _of_the_one_before(turn, heeded, earlier, coverage)
        if aside and before and _theirs(before.clause, coverage, set()) and _to_stop_it(heeded.clause, coverage):
            heeded = replace(heeded, covered=(), silent=before.silent)
        found.append(heeded)
    return replace(turn, heeded=tuple(found))


def _of_the_one_before(turn: Asked, heeded: Heeded, earlier: Sequence[Clause], coverage: Coverage) -> Heeded:
    """A question of ours, or whose `it` is what the sentence before names, where both together ask what is not said.

    So of a dose at a time of day, if another medicine was named in the turn before: ours is given by the week.
    """
    at = turn.clauses.index(heeded.clause) if heeded.clause in turn.clauses else 0
    before = turn.clauses[at - 1 : at] if at and not turn.clauses[at - 1].asked else ()
    ours = _ours(heeded.clause, coverage) or "inject" in heeded.clause.stems
    if not (before and (ours or "it" in [word.raw for word in heeded.clause.words])):
        before = (*earlier[-2:], *before) if not ours and of_a_day(heeded.clause) else ()
    found = (one for clause in reversed(before) for one in _unsaid_of_both(clause, heeded.clause, coverage))
    silent = next(found, None)
    return replace(heeded, covered=(), silent=(silent,)) if silent else heeded


def _unsaid_of_both(before: Clause, clause: Clause, coverage: Coverage) -> Iterator[Silent]:
    """What two clauses ask together that is surely not said."""
    size = len(before.words)
    for m in matches(replace(clause, words=(*before.words, *clause.words)), coverage):
        if m.aspect.surely and m.aspect.kind == "silent" and m.places[0] < size <= m.places[-1]:
            yield Silent(m.aspect.called, m.aspect)


_IT = words_of("it them that this those")


def _to_stop_it(clause: Clause, coverage: Coverage) -> bool:
    """Whether a clause asks if something is to be stopped that it does not name."""
    named = _ours(clause, coverage) or "inject" in clause.stems
    return not named and ("stop", True) in acts(clause.words, 0) and clause.words[-1].raw in _IT


def only_told(turn: Asked, phrased: Asked, counted: bool) -> Asked:
    """A turn that only tells something, without what odd words or questions like it would have it ask or decline.

    ``phrased`` is the turn by its phrases alone: what these name as not said stays, but for what is only named beside
    something else, unless a value was told, which is what ``counted`` says.
    """
    if any(clause.asked for clause in turn.clauses):
        return turn
    said = () if counted else tuple(one for one in phrased.silent if one.aspect is not None and not one.aspect.beside)
    return replace(turn, heeded=(Heeded(turn.clauses[-1], silent=said),) if said else (), likely=(), on_topic=True)


def _again(turn: Asked, told: Sequence[Sequence[str]], coverage: Coverage) -> Asked | None:
    """A turn that was asked before in these very words, with what stands with it; not where that is of two kinds."""
    first, silent, elsewhere = told
    if first and not silent and not elsewhere:
        return replace(turn, likely=tuple(first[:MOST]), even=frozenset())
    if silent and not first and not elsewhere:
        aspects = [coverage.aspects[name] for name in silent]
        quiet = tuple(Silent(aspect.called, aspect) for aspect in aspects)
        return replace(turn, heeded=(Heeded(turn.clauses[-1], silent=quiet),))
    return None


def _unsaid(turn: Asked, coverage: Coverage, precedents: Precedents) -> Mapping[Clause, Heeded]:
    """The questions of a turn that the guideline does not answer, if it clearly answers something else in it."""
    if len(turn.clauses) < 2 or not precedents.line or "sure" in turn.ways:
        return {}
    asking = (c for c in turn.clauses if c.asked and len(c.words) >= LEAST and not _hands_it_over(c))
    quiet = [c for c in asking if _alone(turn, c, precedents) <= ALONE and leaning([c], precedents).hushed]
    if not quiet or all(_alone(turn, clause, precedents) < CLEARLY for clause in turn.clauses if clause not in quiet):
        return {}
    return {c: Heeded(c, silent=_quiet(turn, c, leaning([c], precedents), coverage)) for c in quiet}


def _alone(turn: Asked, clause: Clause, precedents: Precedents) -> float:
    """What speaks for an answer to one clause by itself."""
    only = replace(turn, clauses=(clause,), heeded=tuple(one for one in turn.heeded if one.clause == clause))
    return _speaks_for(only, leaning([clause], precedents), precedents)


_HANDING = words_of("dispense supply issue release process authorize authorise sign approve administer")


def _hands_it_over(clause: Clause) -> bool:
    """Whether a clause only asks, in words of the trade, if what was told before may be given: `can I dispense it?`."""
    return says_it(clause) and any(w.raw in _HANDING for w in clause.words) and len(clause.words) <= BRIEF


def _quiet(turn: Asked, clause: Clause, leans: Leaning, coverage: Coverage) -> tuple[Silent, ...]:
    """What a clause asks that is not said: by its phrases, else by the questions most like it."""
    told = tuple(quiet for heeded in turn.heeded if heeded.clause == clause for quiet in heeded.silent)
    aspect = coverage.aspects[leans.unsaid]
    return told or (Silent(aspect.called, aspect),)


def _not_said(turn: Asked) -> bool:
    """Whether a turn that names our topic asks in so many words for what the map itself says is not said."""
    asked = (m for one in turn.heeded if one.clause.asked and not one.silent for m in one.covered)
    return turn.named and any(m.aspect.instead and m.aspect.not_said and len(m.places) >= PLAINLY for m in asked)


def _beside(turn: Asked, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether one clause asks in so many words what is answered, and what is not said stands in another one."""
    plain = [one for one in turn.heeded if not one.silent and _leads(one)]
    alone = [_alone(turn, one.clause, precedents) for one in plain]
    quiet = [silent for one in turn.heeded if one not in plain for silent in one.silent]
    ours = any(_ours(one.clause, coverage) for one in plain)
    return any(silent.aspect or ours for silent in quiet) and any(told >= SURELY for told in alone)


def _itself(turn: Asked, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether the questions of a turn, which name our topic, are answered by themselves: the rest is their setting."""
    asking = tuple(clause for clause in turn.clauses if clause.asked)
    ours = any(_ours(clause, coverage) for clause in (turn.clauses if any(map(says_it, asking)) else asking))
    if not ours or not 0 < len(asking) < len(turn.clauses):
        return False
    alone = replace(turn, clauses=asking, heeded=tuple(one for one in turn.heeded if one.clause in asking))
    answered = any(one.covered for one in alone.heeded) and not alone.silent
    return answered and _speaks_for(alone, leaning(asking, precedents), precedents) >= SURELY


def _outright(heeded: Heeded, turn: Asked, coverage: Coverage) -> bool:
    """Whether a question is nothing but phrases of the map: `What dose?`.

    Beside another topic it must speak of the treatment itself.
    """
    told = {place for m in heeded.covered if m.aspect.kind == "general" and not m.aspect.last for place in m.touched}
    plain = coverage.names | TREATED
    told |= {n for n, word in enumerate(heeded.clause.words) if word.raw in ASKED or word.stem in plain}
    general = any(m.aspect.kind == "general" and not m.aspect.last and m.places for m in heeded.covered)
    asked = heeded.clause.asked or len(heeded.clause.words) <= BRIEF
    whole = general and asked and told.issuperset(range(len(heeded.clause.words)))
    return whole and not heeded.silent and (not _foreign(turn, coverage) or "inject" in heeded.clause.stems)


def _wants(turn: Asked) -> bool:
    """Whether a turn that names our topic asks for something general, and nothing in that question is not said."""
    plain = (one for one in turn.heeded if one.clause.asked and not one.silent)
    return turn.named and any(m.aspect.kind == "general" for one in plain for m in one.covered)


def _leads(heeded: Heeded) -> bool:
    return any(len(m.places) >= PLAINLY and not m.aspect.last for m in heeded.covered)


def _foreign(turn: Asked, coverage: Coverage) -> tuple[str, ...]:
    """The words of a turn that name other topics."""
    return tuple(dict.fromkeys(other.words for clause in turn.clauses for other in others(clause, coverage)))


def _astray(
    turn: Asked, earlier: Sequence[Clause], coverage: Coverage, precedents: Precedents, heard: Set[str]
) -> tuple[str, ...]:
    """What a turn asks of instead of our topic: things that nobody here knows, or that are named beside it.

    None where its questions name our topic, or questions like it were answered clearly enough; nor what was ``heard``
    of the patient before it asks.
    """
    asking = [clause for clause in turn.clauses if clause.asked] or turn.clauses
    ours = [clause for clause in turn.clauses if _ours(clause, coverage)]
    if not precedents.line or any(clause in ours for clause in asking):
        return ()
    told = {heeded.clause: {n for m in heeded.covered for n in m.touched} for heeded in turn.heeded}
    theirs = {c: _theirs(c, coverage, told.get(c, set())) for c in turn.clauses if c not in ours}
    there = {c: [*names, *_strays(c, coverage, precedents)] for c, names in theirs.items()}
    there = {c: words if c.asked else _unheard_of(words, heard) for c, words in there.items()}
    if not any(there.values()):
        return ()
    asked_of = any(there[clause] and not says_it(clause) for clause in asking)
    needed = ASTRAY if asked_of or not ours else BESIDE
    speaks = _speaks_for(turn, leaning(turn.clauses, precedents, earlier), precedents)
    return () if speaks >= needed else tuple(dict.fromkeys(word for words in there.values() for word in words))


def _unheard_of(names: Sequence[str], heard: Set[str]) -> list[str]:
    """The names of other things of which some word told nothing of the patient."""
    return [name for name in names if not heard >= set(name.split())]


def _aloof(turn: Asked, precedents: Precedents) -> bool:
    """Whether a turn names neither our topic nor a treatment, and is not clearly like questions that were answered."""
    treated = any(not TREATED.isdisjoint(clause.stems) for clause in turn.clauses)
    declined = bool(turn.silent) and not any(one.covered for one in turn.heeded)
    if turn.named or treated or declined or turn.ways or not precedents.line:
        return False
    return _speaks_for(turn, leaning(turn.clauses, precedents), precedents) < ALOOF


def _ours(clause: Clause, coverage: Coverage) -> bool:
    """Whether a clause names our topic, but to say that all is well with it."""
    places = topic_places(clause, coverage)
    return bool(places) and not any(_well(clause, place) for place in places)


def _well(clause: Clause, place: int) -> bool:
    """Whether all is well with what stands at a place."""
    beside = *clause.words[max(0, place - 1) : place], *clause.words[place + 1 : place + 4]
    return any(word.raw in WELL for word in beside)


def _theirs(clause: Clause, coverage: Coverage, told: Set[int]) -> list[str]:
    """Other topics that a clause names; but for what is answered (``told``), or said to be well."""
    found = others(clause, coverage)
    return [o.words for o in found if told.isdisjoint(o.places) and not _well(clause, o.places[-1])]


def _strays(clause: Clause, coverage: Coverage, precedents: Precedents) -> list[str]:
    """Words of a clause that nobody here knows, nor any question that was answered."""
    words = [word for n, word in enumerate(clause.words) if strange(word, coverage) and not _well(clause, n)]
    return [word.raw for word in words if word.stem not in precedents.known]


def surely(turn: Asked, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether a turn is plainly answered by itself."""
    covered = [one for one in turn.heeded if one.covered]
    if not covered and not turn.likely:
        return False
    if any(_outright(one, turn, coverage) for one in covered) or (precedents.told(turn.clauses) or ((),))[0]:
        return True
    return _speaks_for(turn, leaning(turn.clauses, precedents), precedents) >= SURELY


def plainly_unsaid(turn: Asked, precedents: Precedents) -> bool:
    """Whether little speaks for an answer to a turn of some words."""
    words = sum(len(clause.words) for clause in turn.clauses)
    return words >= LEAST and _speaks_for(turn, leaning(turn.clauses, precedents), precedents) <= ALONE


def _silenced(turn: Asked, leans: Leaning, answered: bool, coverage: Coverage) -> tuple[Silent, ...]:
    """What is not said, when questions like it were declined and phrases lead to an answer all the same."""
    if not answered:
        aspect = coverage.aspects[leans.unsaid]
        return turn.silent or (Silent(aspect.called, aspect),)
    away = not turn.named and leans.away > FOREIGN * leans.best
    return tuple(map(Silent, _foreign(turn, coverage))) if away else ()


def _speaks_for(turn: Asked, leans: Leaning, precedents: Precedents) -> float:
    """What speaks for an answer, and against silence."""
    phrases = PHRASES * _plainly(turn) + SILENCE * bool(turn.silent)
    learned = SIDE * leans.side + PULL * leans.pull
    return ANYHOW + learned + phrases + UNHEARD * _unheard(turn, precedents)


def _enough(turn: Asked) -> float:
    """What must be said for an answer to a turn."""
    brief = turn.named and sum(len(clause.words) for clause in turn.clauses) <= FEW
    return BRIEFLY if brief else ENOUGH


def _plainly(turn: Asked) -> bool:
    """Whether phrases lead to an answer in so many words."""
    return any(map(_leads, turn.heeded))


def _unheard(turn: Asked, precedents: Precedents) -> float:
    """The share of a turn's words that no answered question had."""
    words = [word for clause in turn.clauses for word in telling(clause.words)]
    return sum(word.stem not in precedents.known for word in words if word.raw.isalpha()) / (len(words) or 1)


def _opens(turn: Asked, leans: Leaning, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether questions like it were answered, clearly enough for one to which no phrase leads."""
    if any(_unknown(clause, turn.named, coverage, precedents) for clause in turn.clauses):
        return False
    return leans.best >= max(NAMED if turn.named else UNNAMED, AWAY * leans.away)


def _unknown(clause: Clause, named: bool, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether a clause has words that no answered question had: of other topics, or odd ones if ours is not named."""
    theirs = {place for other in others(clause, coverage) for place in other.places}
    words = enumerate(clause.words)
    odd = (word for place, word in words if place in theirs or (not named and strange(word, coverage)))
    return any(word.stem not in precedents.known for word in odd)


def _even(statements: Likenesses) -> frozenset[str]:
    best = next(iter(statements.values()), 0.0)
    return frozenset(name for name, alike in statements.items() if alike >= EVEN * best)


def _likely(statements: Likenesses) -> tuple[str, ...]:
    best = next(iter(statements.values()), 0.0)
    return tuple(name for name, alike in statements.items() if alike >= max(LIKELY, CLOSE * best))[:MOST]
