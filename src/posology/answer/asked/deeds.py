"""What some words say is to be done with a treatment, or not: stop it, go on, wait, space it out, test, refer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from .speech import Word, stem, words_of

AUXILIARY = words_of(
    "is are was were can could should shall may might must do does did will would has have had am ought"
)
TELLING = words_of("was were had has have did am")
"""Those that as often begin a story: `was in hospital`."""
SUBJECTS = words_of("i we you he she it they one there patient patients")
_WITHOUT = words_of("not never no without instead nor neither rather")

_ACTS = {
    "stop": "stop end finish quit omit pause drop discharge bin ditch pack jack knock exit",
    "skip": "skip",
    "keep": "continue persist keep",
    "space": "lengthen fewer reduce space widen decrease",
    "often": "shorten tighten increase extra",
    "change": "titrate adjust change alter guide depend tune decide drive determine",
    "wait": "wait delay hold postpone defer",
    "test": "check test measure monitor screen recheck retest surveillance",
    "refer": "refer referral specialist call phone escalate",
    "work": "work effective",
    "despite": "despite anyway regardless",
}
"""What may be done with a treatment, and the words for it."""
_PAIRS = {
    ("go", "on"): "keep", ("carry", "on"): "keep", ("keeps", "on"): "keep", ("for", "life"): "keep",
    ("less", "often"): "space", ("less", "frequent"): "space", ("more", "often"): "often",
    ("more", "frequent"): "often", ("cut", "down"): "space", ("cut", "back"): "space",
    ("hold", "off"): "wait", ("put", "off"): "wait", ("further", "apart"): "space", ("longer", "gap"): "space",
    ("get", "rid"): "stop", ("pack", "in"): "stop", ("jack", "in"): "stop", ("no", "longer"): "stop",
    ("no", "use"): "not work", ("closer", "together"): "often", ("still", "need"): "keep", ("still", "have"): "keep",
    ("up", "dose"): "often", ("raise", "dose"): "often", ("double", "dose"): "often", ("higher", "dose"): "often",
    ("break", "from"): "stop", ("sign", "off"): "stop", ("signed", "off"): "stop",
    ("rather", "than"): "",
}  # fmt: skip
_FORMS = words_of("tablet tablets pill pills capsule capsules oral spray drops")
_SPECIALIST = ("ologist", "ology")
_NO_VERB = words_of("blood lab laboratory")
"""Words behind which another is no verb: `blood work`."""
_RESULT = words_of("was were came showed normal fine low high negative positive")
"""Words behind a test by which its result is told."""
_FAILING = words_of("useless pointless ineffective futile worthless")
_NEAR, _BEHIND = 4, 3
"""Words within which a test is what is stopped, behind the word for it and before."""
_DOSES = frozenset(stem(word) for word in ("dose", "injection", "jab", "shot", "treatment"))
_FINISH, _ALL = stem("finish"), words_of("all six course loading whole rest remaining")
"""To finish all of something is to go on."""
_OPPOSITE = {"stop": "keep", "keep": "stop", "space": "often", "often": "space"}


@cache
def _by_stem() -> dict[str, str]:
    return {stem(word): act for act, words in reversed(_ACTS.items()) for word in words.split()}


def done_by(word: Word) -> str:
    """What a word says is to be done, or nothing; a name for specialists is an end that all of them have."""
    if word.raw == "bloods":
        return "test"
    if word.raw in ("come off", "came off", "coming off"):
        return "stop"
    if word.stem.endswith(_SPECIALIST):
        return "refer"
    known = _by_stem()
    return known.get(word.stem) or next((known[one] for one in map(stem, word.raw.split()) if one in known), "")


def acts(words: Sequence[Word], turn: int = -1) -> tuple[tuple[str, bool], ...]:
    """What some words say is to be done or not: first what stands behind the turn to a question, then the rest.

    Without a turn they are no question, and every denial in them is meant.
    """
    found = sorted(_acts(words, asked=turn >= 0), key=lambda one: one[0] < turn)
    return tuple((act, done) for _, act, done in found)


def turn_of(raws: Sequence[str]) -> int:
    """Where words turn to a question: `can I`."""
    pairs = enumerate(pairwise(raws))
    return next((at for at, (one, other) in pairs if one in AUXILIARY and other in SUBJECTS), 0)


def _acts(words: Sequence[Word], asked: bool) -> Iterator[tuple[int, str, bool]]:
    """Each act with its place and whether it is to be done; to stop a test is not to do it."""
    found = [
        (at, act.removeprefix("not "), (len(_negating(words, at, asked)) % 2 == 0) is not act.startswith("not "))
        for at, act in _placed(words)
    ]
    ends = [(at, done) for at, act, done in found if act in ("stop", "skip")]
    for at, act, done in (one for one in found if one[1] != "skip"):
        ended = next((so for place, so in ends if _of_it(words, place, at)), None)
        yield at, act, (done is not ended) if act == "test" and ended is not None else done
    for at, _, done in (one for one in found if one[1] == "skip"):
        if words[at].raw != "skipped" and any(word.stem in _DOSES for word in words[at + 1 : at + _NEAR]):
            yield at, "stop", done  # to leave out a dose is to stop for a while


def _of_it(words: Sequence[Word], end: int, at: int) -> bool:
    """Whether what ends is a test near it, and not what else happens by it: `stop before the test`."""
    between = [word.raw for word in words[end:at]]
    counted = any(map(str.isdigit, between)) and sum(raw.isdigit() or raw in _COUNTING for raw in between)
    return -_BEHIND <= at - end <= _NEAR + counted and _ELSE.isdisjoint(between)


_COUNTING = words_of("and or month week year")
_ELSE = words_of("before because if when after until prior since once")


def used(words: Sequence[Word]) -> frozenset[int]:
    """The places of denials that deny something that is to be done."""
    used = (n for at, _ in _placed(words) for n in _negating(words, at, asked=True))
    return frozenset(used)


def _placed(words: Sequence[Word]) -> Iterator[tuple[int, str]]:
    """Each act with its place."""
    skip = -1
    for at, word in enumerate(words):
        if at <= skip:
            continue
        pair = (word.raw, words[at + 1].raw) if at + 1 < len(words) else ("", "")
        act = _PAIRS.get(pair)
        if pair == ("go", "on") and at + 2 < len(words) and words[at + 2].raw in _FORMS:
            act = None  # to go on a drug is to begin it
        if act is not None:
            skip = at + 1
        elif word.raw in _FAILING:
            act = "not work"
        else:
            act = "" if at and words[at - 1].raw in _NO_VERB else done_by(word)
        if act == "test" and at + 1 < len(words) and words[at + 1].raw in _RESULT:
            act = ""  # the test was normal
        if act == "stop" and word.stem == _FINISH and _ALL & {one.raw for one in words[at + 1 : at + _NEAR]}:
            act = "keep"
        if act in ("space", "often") and _of_the_gap(words, at):
            act = "often" if word.stem in _LESS else "space" if word.stem in _MORE else act
        if act:
            yield at, act


_BETWEEN = frozenset(map(stem, ("interval", "gap", "spacing")))
_LESS, _MORE = (frozenset(map(stem, few)) for few in (("reduce", "decrease"), ("increase", "extra")))


def _of_the_gap(words: Sequence[Word], at: int) -> bool:
    """Whether it is the time between doses that is made less or more: `reduce the interval` is to give more often."""
    return any(word.stem in _BETWEEN for word in words[max(0, at - _NEAR) : at + _NEAR])


_GAP = words_of("more further need needed to be have any get give waste with longer for much because of by on")


def _negating(words: Sequence[Word], at: int, asked: bool) -> list[int]:
    """The denials right before a place (`do not stop`, `without waiting`, `no more checks`): two cancel one another."""
    found, here = [], at - 1
    while here >= 0 and at - here <= 5:
        raw = words[here].raw
        if raw in _WITHOUT:
            if not (asked and _form(words, here)):
                found.append(here)
        elif raw not in _GAP:
            break
        here -= 1
    return found


def _form(words: Sequence[Word], at: int) -> bool:
    """Whether a denial is only the form of a question."""
    raws = [word.raw for word in words]
    return raws[at] == "not" and at not in denials(raws)


def opposite(act: str) -> str:
    """What undoes an act, or nothing."""
    return _OPPOSITE.get(act, "")


def denials(raws: Sequence[str]) -> list[int]:
    """The places of denials that are not just the form of the question (`isn't it`, `should I not`)."""
    found = []
    for at, raw in enumerate(raws):
        if raw != "not" and raw != "never":
            continue
        before = raws[max(0, at - 3) : at]
        form = (
            raw == "not"
            and before
            and before[-1] in AUXILIARY
            and (at == 1 or (raws[at + 1 : at + 2] and raws[at + 1] in SUBJECTS))
        )
        form = form or (
            raw == "not"
            and any(b in AUXILIARY for b in raws[: min(at, 3)][:2])
            and bool(before)
            and before[-1] in SUBJECTS
        )
        if not form:
            found.append(at)
    return found
