"""What means danger now, before any question is answered: red flags in the words, emergencies of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..hear.text.spelling import distance, is_ordinary
from ..model import Plan
from ..plan.advice import Audience
from .answered import behind
from .asked.coverage import Coverage
from .asked.speech import Clause, Pattern, Word, find, going_on, words_of
from .asked.speech import stem as stem_of
from .asked.topic import strange

_DENIED = words_of("no never without denies denied nil absent deny neither nor")
_FRESH = words_of("and but now")
"""Words behind which a denial no longer holds."""
_BETWEEN = words_of(
    "have having had be been being feel feeling felt getting get experiencing in at all short or with is to"
)
"""Words that may stand between `not` and what it denies."""
_REACH = 4
"""Words before a red flag within which a denial is looked for; twice as many in a list that ends with `or`."""
_PAST = re.compile(
    r"\b(?:last (?:year|month|time|winter|summer|spring|autumn|century)|(?:years?|months?|decades?) "
    r"(?:ago|back|before)|history of|past history|previous(?:ly)?|prior|in (?:19|20)\d\d|once had|used to|as child|"
    r"as (?:teenager|student|kid|boy|girl|youngster|young \w+)|when i was|years since|"
    r"when (?:he|she) was (?:child|boy|girl|young|younger|little|teenager|teen|student|kid|small)|"
    r"(?:long|ages) (?:ago|back)|in (?:my |his |her |their )?(?:(?:early|late|mid) )?(?:teens?|twenties|thirties|"
    r"forties|fifties|youth|childhood)|in childhood)\b"
)
_AGAIN = words_of("now again still today tonight yesterday currently worse returned back suddenly")
"""Words that bring a matter of the past into the present."""
_NOBODY = re.compile(
    r"\b(?:if|when|in case) (?:someone|somebody|anyone|anybody|patient|patients|person|people|they)\b|"
    r"\bif (?:i|she|he|we) (?:ever |were to |should )?(?:get|gets|develop|develops|ever|had|start|starts|notice)\b"
)
_LASTING = re.compile(
    r"\b(?:for|over|about|since) (?:the last |the past |about |around |over |at least |a |a few |a couple of |\w+ )?"
    r"(?:month|months|year|years|ages|decades|childhood)\b|\b(?:now and then|from time to time|on and off|"
    r"longstanding|long standing|slowly over|sometimes|occasionally|all my life)\b"
)
"""Words of what has gone on for so long that it is no emergency, unless something of it is new."""
_TREATED = re.compile(
    r"\b(?:on|had|having|getting) (?:\w+ ){1,3}(?:for|since|over) (?:\w+ ){0,2}(?:month|months|year|years|ages)\b"
)
"""A treatment that has gone on for long: that says nothing of what is told besides."""
_SETTLED = re.compile(
    r"\b(?:but|now) (?:i am |i'm |im |is |it is |all |quite )?(?:fine|ok|okay|better|gone|grand) now\b"
)
_MATTER = words_of(
    "cause causes causing sign signs symptom symptoms mean means lead leads reversible risk risks common rare possible "
    "happen happens prevent prevents treat treats reverse reverses recover"
)
"""Words of a question about the matter as such."""
_WONDER = re.compile(
    r"\b(?:how (?:would|will|do|can) (?:i|we|you) (?:know|tell)|how (?:quickly|fast|soon|likely|common)|"
    r"(?:make|makes|give|gives|cause|causes) (?:you|people|one|someone))\b|^(?:does|do) (?:a|an|the)\b"
)
_ME = words_of("i my me he she his her him we our us it mine i'm ive im now today tonight just since this pt patient")
"""Words that make a question somebody's own."""


BEFORE = "Said before, and still open"
"""What stands before an emergency of an earlier turn."""
IN_CASE = "If that happens"
"""What stands before an emergency that is only supposed."""


@dataclass(frozen=True, slots=True)
class Danger:
    """The red flags of a conversation by their numbers: raised by its last turn, still open from before, or supposed.

    ``ever`` are those that were raised in any turn and were not taken back, with the words that stood with each: what
    is over may have been a reaction all the same.
    """

    now: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    supposed: tuple[int, ...] = ()
    ever: Mapping[int, tuple[Clause, ...]] = field(default_factory=dict)


def alarmed(before: Danger, said: Sequence[Clause], coverage: Coverage) -> Danger:
    """What means danger after a turn of a conversation: what an earlier one raised stands until denied or over."""
    clauses = [_spelled(clause, coverage) for clause in said]
    standing = dict.fromkeys((*before.open, *before.now))
    denied = {n for n in standing if _denied(n, clauses, coverage)} | ({*before.now} if _taken_back(clauses) else set())
    over = {number for number in standing if _is_over(number, clauses, coverage)}
    now = tuple(number for number in _of(clauses, coverage) if number not in over)
    open_ = tuple(number for number in standing if number not in denied | over and number not in now)
    supposed = tuple(n for n in _of(clauses, coverage, supposed=True) if n not in (*now, *open_))
    ever = {number: told for number, told in before.ever.items() if number not in denied}
    reacted = [clause for clause in clauses if _long_ago(clause) and _of_treatment(clause, coverage)]
    once = (number for number in _of(reacted, coverage, past=True) if number not in denied)
    return Danger(now, open_, supposed, ever | dict.fromkeys((*now, *once), tuple(clauses)))


def emergency(found: Danger, coverage: Coverage, made: Plan | None, audience: Audience) -> str:
    """What stands before everything else, or nothing."""
    lines = made.advice if made else ()
    firm = (line.text for line in lines if line.urgency == "emergency" and line.certainty == "firm" and not line.if_)
    before = (behind(BEFORE, told) for told in _told(found.open, coverage, audience))
    return " ".join(dict.fromkeys((*_told(found.now, coverage, audience), *firm, *before)))


def in_case(found: Danger, coverage: Coverage, audience: Audience) -> str:
    """What is said of an emergency that is only supposed: `what if I get chest pain?`."""
    return " ".join(behind(IN_CASE, told) for told in _told(found.supposed, coverage, audience))


def reactions(found: Danger, coverage: Coverage) -> frozenset[str]:
    """The facts that red flags of a conversation leave open: what may be a reaction to the drug."""
    return frozenset(
        fact
        for number, clauses in found.ever.items()
        if (fact := (flag := coverage.flags[number]).may_be)
        and (not flag.beside or any(_names(clause, flag.beside) for clause in clauses))
    )


def only_like(clause: Clause, coverage: Coverage) -> frozenset[str]:
    """The facts that red flags would leave open, if what a clause tells did not only look like them."""
    standing = _standing(clause, coverage)
    told = (n for n, ways in standing.items() if any(_stands(clause, at) for at in ways))
    return frozenset(coverage.flags[n].may_be for n in told if not _raised(n, clause, standing, coverage)) - {""}


def _names(clause: Clause, sought: Iterable[Pattern]) -> bool:
    """Whether one of these phrases stands in a clause."""
    return any(find(one, clause.stems, at) for one in sought for at in range(len(clause.words)))


def _of_treatment(clause: Clause, coverage: Coverage) -> bool:
    """Whether a clause names what may have been reacted to, in one word."""
    return any(_names(clause, [one for one in flag.beside if len(one) == 1]) for flag in coverage.flags)


def without_flags(clause: Clause, coverage: Coverage) -> Clause:
    """A clause without the words of its red flags; the clause itself if it has none."""
    found = _standing(_spelled(clause, coverage), coverage)
    at = {place for number, ways in found.items() if not coverage.flags[number].calm for way in ways for place in way}
    return replace(clause, words=tuple(word for n, word in enumerate(clause.words) if n not in at)) if at else clause


def _told(numbers: Iterable[int], coverage: Coverage, audience: Audience) -> tuple[str, ...]:
    flags = (coverage.flags[number] for number in numbers)
    return tuple(dict.fromkeys(flag.patient if audience == "patient" else flag.clinician for flag in flags))


def _of(clauses: Sequence[Clause], coverage: Coverage, supposed: bool = False, past: bool = False) -> tuple[int, ...]:
    """The red flags that clauses raise; or that they only suppose; or raised in the past."""
    asked = [clause for clause in clauses if past or not _long_ago(clause)]
    told = [c for c in clauses if _in_somebody(c)] if supposed else [c for c in asked if not _in_somebody(c)]
    heard = [(clause, _standing(clause, coverage)) for clause in told]
    return tuple(
        number
        for number, flag in enumerate(coverage.flags)
        if not flag.calm
        and any(
            _raised(number, clause, standing, coverage)
            for clause, standing in heard
            if flag.lasting or supposed or not (_lasting(clause) or _of_the_matter(clause))
        )
    )


# ---------------------------------------------------------------- what no longer stands


_GENERAL = words_of("i she he they it all everything that symptoms patient pt")
_WELL = r"(?:fine|ok|okay|better|normal|grand|alright|gone|passed|stopped|settled|resolved|over|recovered|cleared)"
_OVER = re.compile(
    r"(\w+) (?:(?:is|are|am|has|have|feels?|got|went|all|been|be|back|to|much|completely|fully|away|since) )*"
    rf"{_WELL}\b"
)
"""Who or what is well again."""
_BACK = re.compile(
    r"\b(?:(?:i|we) (?:was|were) wrong(?! about)|(?:^|it )(?:was|is) (?:not true|wrong|mistake|joke|typo)|"
    r"(?:forget|ignore|scrap|undo|disregard)(?: (?:it|that|all|everything|what i said|last))?$|"
    r"(?:made|make) (?:it|that) up|only (?:a )?(?:test|testing|joking)|misspoke|mistyped)\b"
)
"""Words that take back what was said in the turn before."""
_THAT = words_of("it that this")
_ANEW = words_of("again worse returned still")
"""Words with which nothing is over."""


def _taken_back(clauses: Sequence[Clause]) -> bool:
    """Whether a turn takes back what the one before said, in whichever words."""
    return any(not c.asked and bool(_BACK.search(" ".join(word.raw for word in c.words))) for c in clauses)


def _denied(number: int, clauses: Sequence[Clause], coverage: Coverage) -> bool:
    """Whether a later turn denies the words that raise an emergency, or says that it was none."""
    for clause in clauses:
        if "false alarm" in " ".join(word.raw for word in clause.words):
            return True
        told = _standing(clause, coverage).get(number, ())
        if told and not clause.asked and not any(_stands(clause, at) for at in told):
            return True
    return False


def _is_over(number: int, clauses: Sequence[Clause], coverage: Coverage) -> bool:
    """Whether a later turn says that an emergency is over: of the patient as a whole, or of what was wrong."""
    words = {stem for sought in coverage.flags[number].patterns for part in sought for stem in part or ()}
    if any(not _ANEW.isdisjoint(word.raw.split()) for clause in clauses for word in clause.words):
        return False
    for clause in clauses:
        raws = [word.raw for word in clause.words]
        found = _OVER.search(" ".join(raws))
        if (
            found
            and not clause.asked
            and (found[1] in _GENERAL or stem_of(found[1]) in words or _standing(clause, coverage).get(number))
        ):
            return True
        if _PAST.search(" ".join(raws)) and raws[0] in _THAT and not clause.asked:
            return True
    return False


def _stands(clause: Clause, at: Sequence[int]) -> bool:
    """Whether a phrase of a flag is said at its places and not denied."""
    return _said(clause, at[0]) and not _denied_behind(clause, at[-1])


_AGED = r"(?<!year )(?<!years )(?<!yr )(?<!yrs )(?<!yo )(?<!month )(?<!months )\bold"
_NOBODYS = (
    r"(?!man|woman|lady|gent|male|female|person|people|patient|chap|boy|girl|mother|mum|mom|father|dad|friend|aunt|"
    r"uncle|gran)"
)
_OLD_BEFORE = re.compile(
    rf"(?:\b(?:residual|preexisting|pre existing|pre-existing|chronic|longstanding|established|known|previous)|{_AGED}|"
    rf"{_AGED} {_NOBODYS}\w+ (?:\w+ )?(?:(?:has |had )?left (?:\w+ )?)?(?:with|causing))$"
)
_OLD_BEHIND = re.compile(rf"^(?:from|since|due to|secondary to) (?:an? )?{_AGED} {_NOBODYS}\w+")
"""Something old, but not old people: `an old fracture`."""
_FRESHLY = _AGAIN | words_of("new sudden suddenly acute acutely recent recently hours minutes worsening overnight")


def _old(clause: Clause, at: Sequence[int]) -> bool:
    """Whether a phrase tells of what is left from long ago, with nothing new: `a lame leg from an old injury`."""
    raws = [word.raw for word in clause.words]
    if not (_FRESHLY - {"still", "back"}).isdisjoint(raws):
        return False
    before, after = " ".join(raws[: at[0]]), " ".join(raws[at[-1] + 1 :])
    return bool(_OLD_BEFORE.search(before)) or bool(_OLD_BEHIND.search(after))


# ---------------------------------------------------------------- misspelled


def _spelled(clause: Clause, coverage: Coverage) -> Clause:
    """The clause with misspelled words of red flags put right, where they are no word that anybody knows."""
    words = [going_on(_right(word, coverage) if strange(word, coverage) else word) for word in clause.words]
    return replace(clause, words=tuple(coverage.same.joined(words))) if words != list(clause.words) else clause


@lru_cache(maxsize=20_000)
def _right(word: Word, coverage: Coverage) -> Word:
    """The word of a red flag that is nearest to a misspelled one, else the word itself."""
    if word.stem in coverage.foreign or word.raw in coverage.foreign or len(word.raw) < _SHORT or is_ordinary(word.raw):
        return word
    found = [(far, one) for one in sorted(_words(coverage)) if (far := _far(word, one)) is not None]
    return Word(word.raw, min(found)[1]) if found else word


_SHORT, _LONG = 4, 9
"""Letters of the shortest word that is put right, of swapped letters only; and of those with two slips at most."""


def _far(word: Word, known: str) -> int | None:
    """How many slips make a word of another, if they are few and it begins alike."""
    found = []
    for one in {word.raw, word.stem}:
        most = 2 if len(one) >= _LONG else 1
        far = distance(one, known, most)
        if far <= most and one[0] == known[0] and (len(one) > _SHORT or sorted(one) == sorted(known)):
            found.append(far)
    return min(found, default=None)


@lru_cache(maxsize=8)
def _words(coverage: Coverage) -> frozenset[str]:
    """The stems of every red flag that are long enough to be misspelled."""
    flags = (flag for flag in coverage.flags if not flag.calm)
    stems = (one for flag in flags for sought in flag.patterns for part in sought for one in part or ())
    return frozenset(one for one in stems if len(one) >= _SHORT and one.isalpha())


# ---------------------------------------------------------------- how it is told


def _long_ago(clause: Clause) -> bool:
    """Whether a clause tells of what has been over for long."""
    raws = [word.raw for word in clause.words]
    told = " ".join(raws)
    return bool(_SETTLED.search(told)) or (bool(_PAST.search(_SUDDEN.sub("", told))) and _AGAIN.isdisjoint(raws))


_SUDDEN = re.compile(
    r"\b(?:sudden|suddenly|acute|acutely|new)(?: \w+){1,8}? (?:previous|prior|history of|past history)\b"
)
"""What is sudden, and then something of the past: `sudden lameness, previous fall`."""


def _in_somebody(clause: Clause) -> bool:
    """Whether a clause tells of what may happen, or of what is done when it happens to anybody."""
    return bool(_NOBODY.search(" ".join(word.raw for word in clause.words)))


def _lasting(clause: Clause) -> bool:
    """Whether a clause tells of what has been so for long, with nothing new in it."""
    raws = [word.raw for word in clause.words]
    return bool(_LASTING.search(_TREATED.sub("", " ".join(raws)))) and (_AGAIN - {"still"}).isdisjoint(raws)


def _of_the_matter(clause: Clause) -> bool:
    """Whether a clause only asks about the matter: `can it cause …?`, `would I …?`."""
    raws = [word.raw for word in clause.words]
    if not clause.asked or not raws:
        return False
    if _WONDER.search(" ".join(raws)):
        return True
    if raws[0] in ("would", "will", "could", "might"):
        return raws[0] == "would" or raws[1:2] != ["you"]
    return not _MATTER.isdisjoint(raws) and _ME.isdisjoint(raws)


@lru_cache(maxsize=8)
def _by_first(coverage: Coverage) -> Mapping[str, Sequence[tuple[int, Pattern]]]:
    """The phrases of every flag, with its number, under each stem with which they may begin."""
    found: dict[str, list[tuple[int, Pattern]]] = {}
    for number, flag in enumerate(coverage.flags):
        for sought in flag.patterns:
            for stem in sought[0] or ():
                found.setdefault(stem, []).append((number, sought))
    return found


_Standing = Mapping[int, Sequence[tuple[int, ...]]]


def _standing(clause: Clause, coverage: Coverage) -> _Standing:
    """The places of every phrase in a clause, by the number of its flag."""
    stems, index = [*clause.stems, "$"], _by_first(coverage)
    found: dict[int, list[tuple[int, ...]]] = {}
    for start, stem in enumerate(stems):
        for number, sought in index.get(stem, ()):
            if at := find(sought, stems, start):
                found.setdefault(number, []).append(at)
    return found


def _raised(number: int, clause: Clause, standing: _Standing, coverage: Coverage) -> bool:
    """Whether one of a flag's phrases is said, outside of phrases that only look like it."""
    flag = coverage.flags[number]
    told = [at for at in standing.get(number, ()) if _stands(clause, at)]
    told = [at for at in told if flag.may_be or flag.lasting or not _old(clause, at)]
    if not told:
        return False
    calm = (places for which, places in standing.items() if coverage.flags[which].calm)
    raws = [word.raw for word in clause.words] if clause.asked else []  # `… or something else?` leaves it open
    harmless = {place for places in calm for at in places if raws[at[-1] + 1 : at[-1] + 2] != ["or"] for place in at}
    return any(harmless.isdisjoint(at) for at in told)


def _said(clause: Clause, start: int) -> bool:
    """Whether the words that begin here are said and not denied."""
    between: list[str] = []
    for word in reversed(clause.words[max(0, start - 2 * _REACH) : start]):
        if len(between) >= _REACH and "or" not in between:
            break
        if word.raw in _DENIED or (word.raw == "not" and _only_between(between)):
            return False
        if word.raw in _FRESH:
            return True
        between.append(word.raw)
    return True


def _denied_behind(clause: Clause, last: int) -> bool:
    """Whether what was said is denied right behind: `chest pain: nil`, `… ruled out`."""
    after = [word.raw for word in clause.words[last + 1 : last + 3]]
    return bool(after) and (after[0] in _ABSENT or after == ["ruled", "out"])


_ABSENT = words_of("nil none absent negative excluded denied resolved")


def _only_between(raws: Sequence[str]) -> bool:
    """Whether nothing stands between a denial and what it denies, or only the rest of a list."""
    return "or" in raws or _BETWEEN.issuperset(raws)
