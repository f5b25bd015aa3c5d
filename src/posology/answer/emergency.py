"""What means danger now, before any question is answered: red flags in the words, emergencies of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..model import Plan
from ..plan.advice import Audience
from .coverage import Coverage
from .speech import Clause, Pattern, find, words_of

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
    r"as teenager|when i was|years since)\b"
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


def emergency(clauses: Iterable[Clause], coverage: Coverage, made: Plan | None, audience: Audience) -> str:
    """What stands before everything else, or nothing."""
    heard = [(clause, _standing(clause, coverage)) for clause in clauses if not _long_ago(clause)]
    raised = [
        flag
        for number, flag in enumerate(coverage.flags)
        if not flag.calm
        and any(
            _raised(number, clause, standing, coverage)
            for clause, standing in heard
            if flag.lasting or not (_lasting(clause) or _of_the_matter(clause))
        )
    ]
    told = (flag.patient if audience == "patient" else flag.clinician for flag in raised)
    lines = made.advice if made else ()
    firm = (line.text for line in lines if line.urgency == "emergency" and line.certainty == "firm" and not line.if_)
    return " ".join(dict.fromkeys((*told, *firm)))


def _long_ago(clause: Clause) -> bool:
    """Whether a clause tells of what has been over for long, or of what may happen to anybody."""
    raws = [word.raw for word in clause.words]
    told = " ".join(raws)
    return (
        bool(_NOBODY.search(told))
        or bool(_SETTLED.search(told))
        or (bool(_PAST.search(told)) and _AGAIN.isdisjoint(raws))
    )


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
    told = [at for at in standing.get(number, ()) if _said(clause, at[0]) and not _denied_behind(clause, at[-1])]
    if not told:
        return False
    calm = (places for which, places in standing.items() if coverage.flags[which].calm)
    harmless = {place for places in calm for at in places for place in at}
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
