"""Numbers before their name, and a lone one that is an age: `66 for weight`, `90 for my level`, `Adult, 23,`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from ...model import Guideline
from ..text.phrases import longest
from ..text.words import Token, one_of
from .lexicon import Lexicon, Meaning
from .numbers import Scale, bounded, value_of

if TYPE_CHECKING:
    from .mentions import Mention

_BETWEEN = one_of("for my her his their the a is was of")
_BEHIND = one_of(
    "and but with are is from were can could should a an too ok okay low high enough bad worrying normal dangerous "
    "safe something anything on after . , ; ) ? ! —"
) | {"\n"}
_ROW = one_of(", and or to - /")
_DOSED = one_of("take takes taking took taken")
"""Words before a number that is a dose."""
_EDGE = one_of(", . ; ? ! —") | {"\n"}
_COUNTED = 20
"""Up to this, a whole number before a name may count something else: `3 weight charts`."""
_OTHERS = one_of(
    "it that this low high level result count reading one "
    "sorry wait no not correction actually oops mean meant rather apology now then today"
)
"""Beside a comma they lead to a result, not to an age (`short of it, 66`) or put one right (`80, sorry, 90`)."""
_GROWN, _OLDEST = 16, 105
"""What a lone number must be to pass for an age: below it is too often a score, a count or a day."""


def with_strays(
    mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> list[Mention]:
    """The mentions, with those numbers given to the facts that they are of."""
    named = list(_with_names(mentions, spoken, guideline, lexicon))
    return _with_age(list(_with_it(named, spoken, guideline, lexicon)), spoken, guideline)


_IT = re.compile(
    r"(?:(?:it|that|mine|hers|his|they|(?:the |my |her |his )?(?:last |latest |recent )?"
    r"(?:one|result|reading|value|number|figure|count))"
    r" (?:has |have )?(?:was|is|are|came|come|comes|came back|come back|comes back|came in|came out|said|says)|"
    r"its|theyre|(?:value|result|figure|reading)(?: of)?|mine|"
    r"(?:the |my |her |his )?(?:last|latest) (?:one|result|reading))(?: (?:now|only|just|still|back))?(?: (?:at|as))?"
)
_SHOWN = one_of("result reading value number figure")
_SINCE_NAMED = 18
"""Words behind a name in which `it` may still mean it."""


def _with_it(
    mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> Iterator[Mention]:
    """The numbers of what is named before, told as `it`: `they measured it, and it came back 66`."""
    name: Mention | None = None
    for mention in _tested(mentions, spoken, guideline, lexicon):
        called = name and _called(name, spoken, lexicon)
        if name and called and _is_its(name, mention, spoken):
            fact = guideline.facts[called.fact]
            value = value_of(mention.reading, fact, lexicon.scales.get(fact.name, Scale())) if mention.reading else ""
            if isinstance(value, float):
                mention = replace(mention, label="number", meanings=(called,), fact=fact.name, value=value)
        if mention.label in ("number", "name", "mark"):
            other = mention.label == "mark" and _called(mention, spoken, lexicon) is None
            if not other:
                name = mention if mention.label != "number" and mention.value is None else None
        yield mention


def _tested(
    mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> Iterator[Mention]:
    """The mentions, where what sounds like a treatment is a test, whose result follows: `nurse did my X | its 140`."""
    for place, mention in enumerate(mentions):
        facts = {one.fact for one in mention.meanings if one.kind in ("said", "received")}
        after = mentions[place + 1] if place + 1 < len(mentions) else None
        called = _called(mention, spoken, lexicon) if mention.label == "mark" and facts else None
        if called and facts <= set(lexicon.received) and after and _is_its(mention, after, spoken):
            scale = lexicon.scales.get(called.fact, Scale())
            value = value_of(after.reading, guideline.facts[called.fact], scale) if after.reading else ""
            if isinstance(value, float):
                mention = replace(mention, label="name", meanings=(called,), fact=called.fact)
        yield mention


def _called(mention: Mention, spoken: Sequence[Token], lexicon: Lexicon) -> Meaning | None:
    """The number that a mention names, itself or by a word in a phrase that says something else: `lack of X`."""
    own = next((one for one in mention.meanings if one.kind == "name"), None)
    if own is not None or mention.label != "mark" or not any(one.kind == "said" for one in mention.meanings):
        return own
    for at in range(mention.start, mention.end):
        if found := longest(lexicon.names, spoken[: mention.end], at):
            inner = longest(lexicon.tree, spoken[: found.end], at)
            means = (lexicon.meanings[number] for number in inner.means) if inner else ()
            return next((one for one in means if one.kind == "name"), None)
    return None


def _is_its(name: Mention, number: Mention, spoken: Sequence[Token]) -> bool:
    """Whether `it was` or the like leads to a number, not far behind a name."""
    reading = number.reading
    if number.label != "bare" or reading is None or bounded(spoken, reading):
        return False
    between = spoken[name.end : number.start]
    parts = (at for at in range(len(between) - 1, -1, -1) if between[at].kind == "sign" or between[at].key == "and")
    first = next(parts, -1)
    lead = " ".join(token.key for token in between[first + 1 :])
    ends = number.end >= len(spoken) or spoken[number.end].key in _BEHIND | _TIMES
    if name.label == "mark" or not all(one.kind in ("name", "said") for one in name.meanings):
        few = reading.value.is_integer() and reading.value <= _COUNTED and not reading.unit
        its = lead.startswith("its") or not _SHOWN.isdisjoint(lead.split())
        return ends and its and not few and len(between) <= _SINCE_NAMED and _IT.fullmatch(lead) is not None
    first = max(first, 0) if lead.startswith(("its", "theyre")) else first
    return first >= 0 and ends and len(between) <= _SINCE_NAMED and _IT.fullmatch(lead) is not None


_TIMES = one_of("today yesterday now this last before so they which what")


def _with_names(
    mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> Iterator[Mention]:
    held: Mention | None = None
    for mention in mentions:
        mention = _for_a_name(held, mention, spoken, guideline, lexicon) if held else mention
        joined = _joined(held, mention, spoken, guideline, lexicon) if held else None
        if held and not joined:
            yield held
        held = joined or mention
    if held:
        yield held


def _for_a_name(
    number: Mention, mark: Mention, spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> Mention:
    """The name in a phrase right behind a number that is the name's: `she said 240 | for my X`."""
    keys = [token.key for token in spoken[mark.start : mark.end]]
    called = _called(mark, spoken, lexicon) if keys[:1] == ["for"] and number.end == mark.start else None
    if called is None or guideline.facts[called.fact].unit == "years":
        return mark
    if number.label == "number" and number.fact == called.fact:  # 240 is fine | for my X
        return replace(mark, label="nothing", meanings=())
    if number.label != "bare":
        return mark
    return replace(mark, label="name", meanings=(called,), fact=called.fact)


def _joined(
    number: Mention, name: Mention, spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> Mention | None:
    """The number with the name behind it, if nothing else can be meant."""
    called = next((one for one in name.meanings if one.kind == "name"), None)
    reading = number.reading
    if number.label != "bare" or reading is None or called is None or name.value is not None:
        return None
    if bounded(spoken, reading):
        return None
    if number.start and spoken[number.start - 1].key in _DOSED:
        return None
    between = [token.key for token in spoken[number.end : name.start]]
    whole = reading.value.is_integer() and reading.value <= _COUNTED and not reading.unit
    if bounded(spoken, reading):
        return None
    ends = name.end >= len(spoken) or spoken[name.end].key in _BEHIND
    measured = between == ["of"] and bool(reading.unit)  # 20 cm of it
    leads = not between or between[0] in ("for", "is", "was") or measured
    if whole or not (ends or measured) or not _BETWEEN.issuperset(between) or not leads:
        return None
    fact = guideline.facts[called.fact]
    value = value_of(reading, fact, lexicon.scales.get(fact.name, Scale()))
    if not isinstance(value, float):
        return None
    return replace(number, end=name.end, label="number", meanings=(called,), fact=fact.name, value=value)


def _with_age(mentions: list[Mention], spoken: Sequence[Token], guideline: Guideline) -> list[Mention]:
    """The one number that stands alone between commas is the age, where no other is told."""
    fact = next((one for one in guideline.facts.values() if one.unit == "years"), None)
    said = (one for one in mentions if one.label != "mark" or any(meaning.kind == "said" for meaning in one.meanings))
    told = {one.start for one in said if one.label in ("mark", "number", "name")}
    alone = [at for at, one in enumerate(mentions) if _is_age(mentions, at, spoken, told)]
    if fact is None or len(alone) != 1 or len(mentions) < 2 or any(one.label == "age" for one in mentions):
        return mentions
    at = alone[0]
    if at and mentions[at - 1].label == "name" and mentions[at - 1].end == mentions[at].start - 1:
        return mentions
    meaning = Meaning("shape", fact.name, unit=fact.unit)
    reading = mentions[at].reading
    value = reading.value if reading else None
    mentions[at] = replace(mentions[at], label="age", meanings=(meaning,), fact=fact.name, value=value)
    return mentions


def _alone(mention: Mention, spoken: Sequence[Token], told: Set[int]) -> bool:
    """Whether a mention is a bare whole number of a grown person's years, and no number stands beside it.

    ``told`` are the places where something of somebody begins.
    """
    reading, start, end = mention.reading, mention.start, mention.end
    if mention.label != "bare" or reading is None or reading.unit or end != start + 1:
        return False
    if spoken[start].kind != "number" or not reading.value.is_integer() or not _GROWN <= reading.value <= _OLDEST:
        return False
    before, after = spoken[max(0, start - 2) : start], spoken[end : end + 2]
    if after and after[0].key == "here":  # `59 here and lame`
        after = ()
    if _named(before, after, end in told) or _described(spoken, start, end):
        return True
    edges = (*before[-1:], *after[:1])
    if _of_a_patient(spoken, start, end) or _by_now(spoken, start, end):
        return True
    if before and before[-1].key == "?" and not _opens_anew(spoken, start, end):
        return False  # it is itself in doubt: `?51`
    if len(edges) > 1 and edges[0].key == "—" != edges[1].key:
        return False  # a value behind the dash of its name
    opens = not start and bool(after) and after[0].key == ","  # a text that begins with it: `29, 10 weeks in, …`
    opens = opens and spoken[end + 2 : end + 3] != () and spoken[end + 2].key not in _ROW
    beside = () if opens else (*before[:-1], *after[1:])
    beside = beside[:-1] if _denies(spoken, end) else beside
    apart = all(token.kind != "number" and token.key not in _OTHERS for token in beside)
    return apart and all(token.key in _EDGE for token in edges)


def _is_age(mentions: Sequence[Mention], at: int, spoken: Sequence[Token], told: Set[int]) -> bool:
    """Whether a number without a name is how old somebody is."""
    if _alone(mentions[at], spoken, told) or _opening(mentions[at], spoken):
        return True
    return _at_age(mentions, at, spoken) or _in_time(mentions, at, spoken)


def _in_years(mention: Mention) -> bool:
    """Whether a number without a name or a unit may be the years of somebody grown."""
    reading = mention.reading
    if mention.label != "bare" or reading is None or reading.unit:
        return False
    return reading.value.is_integer() and _GROWN <= reading.value <= _OLDEST


def _opening(mention: Mention, spoken: Sequence[Token]) -> bool:
    """Whether a text begins with how old somebody is: `66 and lame`, `88 in a care home`, `at 45, should I …?`."""
    start, end = mention.start, mention.end
    lead = [token.key for token in spoken[:start]]
    behind = [token.key for token in spoken[end : end + 4]]
    if not _in_years(mention) or start > _LIKE or len(behind) < _LIKE or behind[1][0].isdigit():
        return False
    if lead == ["at"]:
        return behind[0] in _ASKING or (behind[0] == "," and behind[1] in _ASKING)
    if lead and not (lead[0] in _HELLO and lead[-1] in (",", ".", "!", "all", "there")):
        return False
    home = behind[:2] == ["in", "a"] and ("home" in behind or "care" in behind or "nursing" in behind)
    return home or behind[0] in _GOES_ON


_ASKING = one_of("should do does can is am are would i")
_HELLO = one_of("hi hello hey thanks morning evening afternoon")
_GOES_ON = one_of("and with on here who female male living has")


def _in_time(mentions: Sequence[Mention], at: int, spoken: Sequence[Token]) -> bool:
    """Whether `now` and a number end what somebody has had for long: `I have had it for 30 years, now 64.`."""
    start, end = mentions[at].start, mentions[at].end
    if not _in_years(mentions[at]) or start < _LIKE:
        return False
    now = spoken[start - 1].key == "now" and spoken[start - 2].key in (",", ".")
    if not now or (end < len(spoken) and spoken[end].key not in _EDGE):
        return False
    before = spoken[max(0, start - 14) : start - 2]
    keyed = [token.key for token in before]
    timed = not {"years", "year", "yrs", "aged", "age", "since"}.isdisjoint(keyed)
    named = any(one.label in ("number", "name") and one.end > start - 14 for one in mentions[:at])
    return timed and not named


def _at_age(mentions: Sequence[Mention], at: int, spoken: Sequence[Token]) -> bool:
    """Whether a number behind what somebody has tells at what age: `bad memory + a count of 80 at 49.`."""
    mention, before = mentions[at], mentions[at - 1] if at else None
    if before is None or not _in_years(mention) or before.end != mention.start - 1:
        return False
    ends = mention.end >= len(spoken) or spoken[mention.end].key in _EDGE
    return ends and before.label == "number" and spoken[before.end].key == "at"


def _opens_anew(spoken: Sequence[Token], start: int, end: int) -> bool:
    """Whether a number begins a sentence behind a question: `for life? 71, lame, …`."""
    query, before = spoken[start - 1], spoken[start - 2] if start > 1 else None
    ends = before is not None and before.end == query.start and query.end < spoken[start].start
    return ends and end < len(spoken) and spoken[end].key == ","


def _denies(spoken: Sequence[Token], end: int) -> bool:
    """Whether a `no` behind the comma denies what follows and puts no number right: `64, no pain`, not `64, no, 6`."""
    near = spoken[end : end + 3]
    keyed = len(near) > 2 and near[0].key == "," and near[1].key == "no"
    return keyed and near[2].kind == "word" and near[2].key not in _OTHERS


def _of_a_patient(spoken: Sequence[Token], start: int, end: int) -> bool:
    """Whether a number stands right behind `patient` at the beginning of a note: `Pt 16, lame`."""
    opens = start == 1 or (start > 1 and spoken[start - 2].key in _EDGE)
    ends = end >= len(spoken) or spoken[end].key in (",", ".", ";", "\n")
    return opens and ends and spoken[start - 1].key in _NOTED


_NOTED = one_of("pt patient px client resident")


def _by_now(spoken: Sequence[Token], start: int, end: int) -> bool:
    """Whether a number tells how old somebody is by now: `Mr K, now 50, …`, `our patient, now 71`."""
    before = spoken[max(0, start - 4) : start]
    lead = [token.key for token in before[-2:]] == [",", "now"] and len(before) > 2
    who = lead and (before[-3].key in _SUBJECTS | _NOTED or (len(before) > 3 and before[-4].key in _TITLES))
    return who and (end >= len(spoken) or spoken[end].key in _EDGE or spoken[end].key in _LEADS)


_TITLES = one_of("mr mrs ms miss mister mx")
_LEADS = one_of("for with has is was on who known due at presenting presents attends attending came here needs wants")


def _named(before: Sequence[Token], after: Sequence[Token], told: bool) -> bool:
    """Whether a number stands right behind a person's name: `Mrs K 67 for …`, or what he has is ``told`` next."""
    called = len(before) > 1 and before[0].key in _TITLES and before[1].kind == "word"
    return called and (told or (bool(after) and (after[0].key in _LEADS or after[0].key in _EDGE)))


_SUBJECTS = one_of(
    "i she he who lady man woman gentleman patient pt guy bloke chap girl boy wife husband son daughter mother father "
    "mum mom dad partner brother sister aunt uncle"
)
_JOINS = one_of("and n & ,")
_AFTER = one_of("and but with so now on who n , . ; ? ! ( ) — :") | {"\n"}
_LIKE = 3
"""Words by which somebody is described before his age: `I am tired and 26`."""


def _described(spoken: Sequence[Token], start: int, end: int) -> bool:
    """Whether a number ends what somebody is said to be: `I am tired and 26`, `she is busy, 34, and …`."""
    after = spoken[end].key if end < len(spoken) else "."
    join = spoken[start - 1].key if start else ""
    counted = after == ":" and any(token.kind == "number" for token in spoken[end + 1 : end + 2])
    if join not in _JOINS or after not in _AFTER or counted:
        return False
    described = spoken[max(0, start - 1 - _LIKE - 2) : start - 1]
    be = next((at for at in range(len(described) - 1, 0, -1) if described[at].key in ("am", "is")), 0)
    words = described[be + 1 :]
    plain = bool(words) and all(token.kind == "word" and token.key not in _LISTED for token in words)
    return be > 0 and plain and described[be - 1].key in _SUBJECTS


_LISTED = one_of("on at about between of over up down in taking having getting due")
