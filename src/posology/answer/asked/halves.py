"""A turn that asks two things, each read by itself: what is plainly answered is answered whatever the other half asks.

`X dose and its storage` is divided where two questions are joined. Our topic is carried from one half into the other,
and so is another topic from the first into a second that names none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..ground import Ground
from .aspect import Asked, Heeded, Match, asked, matches
from .claim import LONGEST
from .coverage import Aspect
from .lead import plainly_unsaid, surely
from .next import whole_question
from .speech import clauses, words_of
from .topic import others, says_it, topic_places

Lead = Callable[[Asked], Asked]
"""What makes a turn that was read into one that was led by questions asked before."""
Half = tuple[str, Asked]
"""A half as it was written, and what it asks."""

MOST = 6
"""Places at which a turn is divided, at most."""
_THEN = r"(?:(?:and|plus|also|then|but)\b[\s,]*)*"
_JOINT = re.compile(
    rf"\s*(?P<end>[;?.!\n])(?:\s+|(?<=[?\n])){_THEN}"
    r"|\s*,?\s+(?:and|plus|as well as|along with|together with|&|\+|/)(?:\s+(?:also|then))?\s+"
    r"|\s*,\s*also\s+|\s*[+&]\s*",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"^(?:my|one|a|an)?\s*(?:other|another|second|further|last|quick|more)\s+(?:question|query|thing)\s*[:,–-]*\s*",
    re.I,
)
_SENTENCE = re.compile(r"[;?.!\n]+(?:\s+|$)")
_WHO = words_of("i she he we they")
_TELLS = _WHO | words_of(
    "is are was were am has have had feels feel gets got do does did needs takes took came wants says"
)


def halved(text: str, whole: Asked, lead: Lead, here: Ground) -> Asked:
    """A turn as its two halves ask, where one is plainly answered and the other is not said; else as it is."""
    if not whole.on_topic or here.precedents.told(whole.clauses):
        return whole
    for left, right, end in _divisions(text):
        if not _may_part(left, right, end, here):
            continue
        one, two = (_alone(half, whole, lead, here) for half in (left, right))
        if end != "." and not _several(left) and _of_another(one, two, here):
            return replace(whole, heeded=one.heeded, about=(), likely=(), even=frozenset())
        if _goes_on(one, two, here) or not _both_ask((left, one), (right, two), end, here):
            continue
        for answered, quiet in ((one, two), (two, one)):
            if _answered(answered, here) and _silent(quiet, whole, here):
                return _joined(whole, answered, (one, two))
    return whole


def _goes_on(one: Asked, two: Asked, here: Ground) -> bool:
    """Whether the `it` of the second half may be another topic of the first: `does X harm Y and should I stop it`."""
    named = any(topic_places(clause, here.coverage) for clause in two.clauses)
    refers = any(map(says_it, two.clauses)) and not named
    return refers and any(others(clause, here.coverage) for clause in one.clauses)


def _joined(whole: Asked, answered: Asked, both: tuple[Asked, Asked]) -> Asked:
    """What one half asks, with what is not said of the other: `does X cause Y, and should that …?` is about Y."""
    clauses, heeded = (tuple(x for half in both for x in getattr(half, name)) for name in ("clauses", "heeded"))
    about = answered.about or (whole.about if answered is both[1] else ())
    return replace(answered, clauses=clauses, heeded=heeded, named=whole.named, about=about)


def _divisions(text: str) -> Iterator[tuple[str, str, str]]:
    """The text in two, at each place where two questions may be joined, and the mark of a sentence that ends there."""
    for joint in list(_JOINT.finditer(text))[-MOST:]:
        end = joint["end"] or ""
        left, right = text[: joint.start()] + "?" * (end == "?"), _ANNOUNCED.sub("", text[joint.end() :])
        if left.strip() and right.strip():
            yield left, right, end.strip(";")


def _alone(text: str, whole: Asked, lead: Lead, here: Ground) -> Asked:
    """A half by itself, on the topic of the whole."""
    read = asked(text, here.coverage, given=True)
    theirs = any(others(clause, here.coverage) for clause in read.clauses)
    return lead(replace(read, named=read.named or (whole.named and not theirs)))


def _may_part(left: str, right: str, end: str, here: Ground) -> bool:
    """Whether it is worth looking closer: both halves have the form of a question or are brief, or neither is ours."""
    one, two = (Asked(tuple(clauses(whole_question(half), here.coverage.same))) for half in (left, right))
    ours = any(topic_places(clause, here.coverage) for clause in (*one.clauses, *two.clauses))
    if not ours and end != "." and not _several(left):
        return True
    return _both((left, one), (right, two), end, here, lambda half, _: _is_brief(*half, end))


def _both_ask(one: Half, two: Half, end: str, here: Ground) -> bool:
    """Whether two halves ask something each: in the form of a question, or, briefly, in phrases of the map.

    The mark behind both is no form of the second. ``end``: the mark of a sentence between them; without one what stands
    next to the joint must ask.
    """
    return _both(one, two, end, here, lambda half, least: _searches(half, end, least, here))


def _both(one: Half, two: Half, end: str, here: Ground, briefly: Callable[[Half, int], bool]) -> bool:
    """Whether each half has the form of a question, or asks ``briefly``, with words of its own."""
    asks, marked = _in_form(one, True, bool(end), here), two[0].rstrip().endswith("?")
    then = _in_form(two, False, bool(end), here) or (marked and (bool(end) or not asks))
    return (asks or briefly(one, 1)) and (then or briefly(two, 2))


def _in_form(half: Half, last: bool, ended: bool, here: Ground) -> bool:
    """Whether a half asks, and not only by a mark at its end."""
    text, read = half
    if ended and any(clause.asked for clause in read.clauses):
        return True
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    near = sentences[-1 if last else 0] if sentences else ""
    return any(clause.asked for clause in clauses(near, here.coverage.same))


def _searches(half: Half, end: str, least: int, here: Ground) -> bool:
    """Whether a half is a brief search, in so many words of phrases of the map."""
    text, read = half
    if not _is_brief(text, read, end):
        return False
    if any(quiet.aspect and _by_itself(quiet.aspect) for quiet in read.silent):
        return True
    found = [m for one in read.heeded for m in one.covered if not m.aspect.last]
    places = {place for one in read.heeded for m in one.covered for place in _own(one, m, here) if m in found}
    general = any(m.aspect.kind == "general" for m in found)
    return bool(found) and len(places) >= (least if general else 2) and (general or not end)


def _is_brief(text: str, read: Asked, end: str) -> bool:
    """Whether a half may be a search: a few words that tell nothing."""
    words = [word.raw for clause in read.clauses for word in clause.words]
    return end != "." and not _several(text) and len(words) <= LONGEST and _TELLS.isdisjoint(words)


def _several(text: str) -> bool:
    """Whether a half has more than one sentence."""
    return len([part for part in _SENTENCE.split(text) if part.strip()]) > 1


def _own(heeded: Heeded, match: Match, here: Ground) -> set[int]:
    """The places of a phrase without the names of our topic."""
    words = heeded.clause.words
    return {n for n in match.places if n < len(words) and words[n].stem not in here.coverage.names}


def _by_itself(aspect: Aspect) -> bool:
    return not (aspect.beside or aspect.weak)


def _answered(half: Asked, here: Ground) -> bool:
    """Whether a half is plainly answered, with more than the treatment as a whole."""
    covered = [m.aspect for one in half.heeded for m in one.covered]
    whole = bool(covered) and all(aspect.last for aspect in covered)
    ours = any(topic_places(clause, here.coverage) for clause in half.clauses)
    return not half.silent and (ours or not whole) and surely(half, here.coverage, here.precedents)


def _silent(half: Asked, whole: Asked, here: Ground) -> bool:
    """Whether nothing that a half asks is said: by a phrase of the map, or by questions like it.

    Where the ``whole`` was answered, only what a phrase names is said not to be.
    """
    if not half.silent or half.likely or any(one.covered for one in half.heeded):
        return False
    named = {quiet.aspect for quiet in half.silent if quiet.aspect}
    found = {m.aspect for clause in half.clauses for m in matches(clause, here.coverage)}
    asks = any(clause.asked for clause in half.clauses)
    if any(not (aspect.weak or (aspect.beside and not asks)) for aspect in named & found):
        return True
    foreign = {quiet.said for quiet in half.silent if not quiet.aspect}
    if foreign and any(o.words in foreign for clause in half.clauses for o in others(clause, here.coverage)):
        return asks
    answered = not whole.silent and (bool(whole.likely) or any(one.covered for one in whole.heeded))
    return not answered and (asks or bool(named)) and plainly_unsaid(half, here.precedents)


def _of_another(one: Asked, two: Asked, here: Ground) -> bool:
    """Whether the first half asks of another topic and the second goes on with it: neither names ours."""
    if any(topic_places(c, here.coverage) for c in (*one.clauses, *two.clauses)) or any(map(says_it, one.clauses)):
        return False
    general = any(m.aspect.kind == "general" for clause in one.clauses for m in matches(clause, here.coverage))
    words = {word.raw for clause in one.clauses for word in clause.words}
    asks = any(clause.asked for clause in one.clauses) or general
    declined = bool(one.silent) and not one.likely and not any(heeded.covered for heeded in one.heeded)
    first = next(iter(one.clauses), None)
    return declined and asks and words.isdisjoint(_WHO) and first is not None and bool(others(first, here.coverage))
