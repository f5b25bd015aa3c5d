"""What the speaker takes back or refers to: corrections, numbers without a name, `new patient`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from ...model import Value
from ...quantity import factor
from ..meant.felt import found_well
from ..meant.results import is_count, resulting
from ..meant.summed import part, summed
from ..meant.when import age, goes_on
from ..named.dated import When
from ..named.lexicon import Manner
from ..named.mentions import Mention
from ..named.numbers import Scale, value_of
from ..named.rows import beside, is_later
from ..text.clauses import Sentence, is_a, pieces, sentences
from ..text.grammar import words_of
from ..text.words import CHANGING, Token, fold, one_of, tokens
from ..told.scene import Scene, Word, measured, puts_right, word
from ..told.spoken_of import diagnosed, person_spoken_of
from ..turns import Heard
from .lengths import lengths, of_a_length
from .lingering import gone_since, over_for_all
from .reference import Reference, bare_number, lone, misprinted, no_value, put_right
from .tested import came_back, moved, names_test, sole_test, tested_within


def amended(scene: Scene, heard: Iterable[Word]) -> tuple[Heard, ...]:
    """What stands of what was heard in one text, in the order in which it was said, each thing once."""
    words = _unimplied(_of_somebody(scene, summed(scene, _referring(scene, list(heard)))))
    return _once(one.heard for one in over_for_all(scene, _in_part(scene, _corrected(scene, words))))


# ---------------------------------------------------------------- numbers without a name


def _referring(scene: Scene, words: list[Word]) -> list[Word]:
    """What was heard, with the numbers that belong to a fact spoken of before."""
    fact, found, others = scene.before.number, list(words), set[str]()
    placed = {one.at for one in words}
    untold = sole = sole_test(scene) if scene.turn == 0 else ""
    for number, sentence in enumerate(scene.talk):
        named = False
        untold = sole if number and not names_test(scene, number - 1) else untold
        for place, piece in enumerate(sentence.pieces):
            mention = scene.noted.mentions[piece.mention] if piece.mention is not None else None
            if piece.key in ("mine", "own") and len(others) > 1:
                fact = None  # one's own number beside several of a relative may be of any of them
            if mention and mention.label in ("number", "name", "age"):
                fact, named = mention.fact, True
                others |= {fact} if mention.label == "number" and scene.who[number][place] != "patient" else set()
                untold = fact if mention.label == "name" and mention.value is None else ""
            elif mention and mention.label in ("nothing", "mark") and (test := tested_within(scene, mention)):
                untold = test
            elif mention and mention.label == "bare" and (number, place) not in placed:
                length = None if named else of_a_length(scene, number, place, mention)
                if length is None or length == fact:
                    told = list(_reference(scene, number, place, mention, fact, named)) if fact else []
                else:
                    told = list(lengths(scene, number, place, mention, length)) if length else []
                told = told or list(_result(scene, number, place, mention, untold))
                told = told or list(moved(scene, number, place, mention, untold or fact or ""))
                told = told or list(came_back(scene, number, place, mention))
                if told and untold:
                    fact, named, untold, sole = untold, True, "", ""
                found += told
    return sorted(found, key=lambda one: one.at)


def _reference(scene: Scene, number: int, place: int, mention: Mention, fact: str, named: bool) -> Iterator[Word]:
    """The number as a value of the fact that was last named, if it refers to that."""
    sentence = scene.talk[number]
    ought = any(piece.key in ("should", "must", "ought", "would") for piece in sentence.pieces[:place])
    if no_value(sentence, place) or (ought and not misprinted(sentence, place)):
        return
    how = bare_number(sentence, place, named) or _alone(scene, number, place, mention, fact, named)
    again = put_right(sentence, place) or (lone(sentence, place) and puts_right(scene))
    how = how or ("instead" if scene.turn > 0 and not named and again else None)
    fact = _moving(scene, sentence, fact) if how == "instead" and not named else fact
    limited = place > 0 and sentence.pieces[place - 1].key in ("over", "under", "above", "below")
    further = (goes_on(sentence, place) and not limited) or part(mention, sentence, place)
    how = how or ("instead" if further and sentence.moods[place] == "tell" else None)
    if how == "instead" and scene.turn == 0 and scene.guideline.facts[fact].unit == "years" and not puts_right(scene):
        return  # nobody's age moves: `52-year-old, power 3/5, it is 4/5 today`
    if how is None or mention.reading is None or scene.who[number][place] != "patient" or _of_years(sentence, place):
        return
    meant = scene.guideline.facts[fact]
    only = "" if meant.conversions else meant.unit
    value = value_of(mention.reading, meant, scene.lexicon.scales.get(fact, Scale()))
    value = value_of(mention.reading, meant, Scale(), only) if isinstance(value, str) and only else value
    if isinstance(value, float):
        heard = word(scene, number, place, fact, value)
        yield replace(heard, heard=replace(heard.heard, supposed=how == "supposed"))


def _result(scene: Scene, number: int, place: int, mention: Mention, fact: str) -> Iterator[Word]:
    """The number as the result of the test that was named without one."""
    reading, earlier = mention.reading, scene.talk[number - 1] if number else None
    if not fact or reading is None or scene.who[number][place] != "patient" or is_count(reading.value, reading.unit):
        return
    ought = any(piece.key in ("should", "must", "ought", "would") for piece in scene.talk[number].pieces[:place])
    if scene.guideline.facts[fact].unit == "years" or no_value(scene.talk[number], place) or ought:
        return
    if not resulting(scene.talk[number], place, earlier, bool(fact)):
        return
    yield from measured(scene, number, place, reading, fact)


def _moving(scene: Scene, sentence: Sentence, fact: str) -> str:
    """The fact of a number that has moved, where an age was spoken of last: that does not move, it is put right."""
    if scene.guideline.facts[fact].unit != "years" or any("sorry" in piece for piece in sentence.pieces):
        return fact
    others = [one for one in scene.before.numbers if scene.guideline.facts[one].unit != "years"]
    return others[-1] if others else fact


def _of_years(sentence: Sentence, place: int) -> bool:
    """Whether a number is somebody's years: `when she was 26`."""
    near = sentence.pieces[max(0, place - 2) : place]
    return len(near) > 1 and is_a(near[0], "third i") and near[0].key not in ("they", "them") and "be" in near[1]


def _alone(scene: Scene, number: int, place: int, mention: Mention, fact: str, named: bool) -> Reference | None:
    """Whether a number in a later turn says by its unit that it is of what was spoken of before: `checked: 51 cm`."""
    unit = mention.reading.unit if mention.reading else ""
    told = scene.talk[number].moods[place] == "tell" and scene.turn > 0 and not named
    only = sum("bare" in piece for piece in scene.talk[number].pieces) == 1
    denied = place > 0 and "not" in scene.talk[number].pieces[place - 1]
    if told and fact == scene.before.wanted and _answers(scene.talk[number], place) and not unit:
        return "instead"
    fits = fact == scene.before.number and factor(unit, scene.guideline.facts[fact].unit) is not None
    return "instead" if unit and told and only and fits and not denied and unit not in _TIMES else None


def _answers(sentence: Sentence, place: int) -> bool:
    """Whether a turn begins with a number and counts nothing by it: `88`, `about 88 I think`."""
    after = sentence.pieces[place + 1] if place + 1 < len(sentence.pieces) else None
    opens = all(is_a(piece, "small hello it be") for piece in sentence.pieces[:place])
    return opens and (
        after is None or is_a(after, "comma dash but and i stop open") or after.key in ("thanks", "today")
    )


_TIMES = ("days", "weeks", "months", "years", "hours", "mg", "ug", "mL")
"""Units of doses and times: such a number may be of anything."""


# ---------------------------------------------------------------- corrections


def _newest(scene: Scene, words: list[Word]) -> list[Word]:
    """What was heard, with one value for each number whose parts of the talk say which is the newest."""
    gone: set[int] = set()
    for here, second in enumerate(words):
        for there, earlier in enumerate(words[:here]):
            one, other = second.heard, earlier.heard
            same = one.fact == other.fact and one.supposed == other.supposed
            if same and isinstance(one.value, float) and isinstance(other.value, float) and one.value != other.value:
                gone |= {
                    place for place, told in ((here, earlier), (there, second)) if _newer(scene, told, words[place])
                }
    return [one for place, one in enumerate(words) if place not in gone]


def _newer(scene: Scene, one: Word, other: Word) -> bool:
    """Whether one number is of a later day than another."""
    days = [_day(scene, word) for word in (one, other)]
    if days[0] and days[1] and days[0] != days[1]:
        forward = one.at < other.at
        first = is_later(days[0], days[1]) if forward else is_later(days[1], days[0])
        return first is not None and first == forward
    ages = [age(scene.talk[word.at[0]], word.at[1]) for word in (one, other)]
    later = ages == ["new", "new"] and one.at > other.at
    return later or ages in (["new", ""], ["new", "old"], ["", "old"])


def _day(scene: Scene, one: Word) -> When | None:
    """The time that stands beside a name with its value."""
    number = scene.talk[one.at[0]].pieces[one.at[1]].mention
    mention = scene.noted.mentions[number] if number is not None else None
    return beside(scene.noted.spoken, mention.start, mention.end) if mention else None


def _corrected(scene: Scene, words: list[Word]) -> list[Word]:
    """What was heard, without what the speaker took back: `weight 80, sorry, 90`."""
    sorry = [at for at, is_now in _turns(scene) if not is_now]
    now = [at for at, is_now in _turns(scene) if is_now]
    kept: list[Word] = []
    for later in words if sorry else _newest(scene, words):  # what is put right is so whichever day it is of
        kept = [one for one in kept if not _replaces(scene, one, later, kept, sorry, now)]
        kept.append(later)
    return _newest(scene, kept) if sorry else kept


At = tuple[int, int]


def _turns(scene: Scene) -> Iterator[tuple[At, bool]]:
    """Where `sorry` or the like stands, and where `now`."""
    for number, sentence in enumerate(scene.talk):
        for place, piece in enumerate(sentence.pieces):
            if "sorry" in piece or piece.key in ("now", "currently"):
                yield (number, place), "sorry" not in piece


def _replaces(scene: Scene, earlier: Word, later: Word, kept: list[Word], sorry: list[At], now: list[At]) -> bool:
    """Whether a correction stands between two things heard: of one fact, or of one number."""
    one, other = later.heard, earlier.heard
    if one.supposed != other.supposed:
        bare = scene.talk[later.at[0]].pieces[later.at[1]].mention is None  # what if she is lame? She is not.
        return bare and other.supposed and one.fact == other.fact and earlier.at < later.at
    if one.fact == other.fact:
        turned = any(earlier.at < at < later.at for at in (*sorry, *now)) or _until_then(scene, earlier, later)
        turned = turned or _well_by_now(scene, earlier, later) or found_well(scene, earlier, later)
        turned = turned or gone_since(scene, earlier, later)
        return one.value != other.value and (turned or _ruled_out(scene, earlier, later))
    number = isinstance(one.value, float) and one.value == other.value and isinstance(other.value, float)
    return number and earlier is kept[-1] and any(earlier.at < at < later.at for at in sorry)


def _well_by_now(scene: Scene, earlier: Word, later: Word) -> bool:
    """Whether a phrase says by itself that what was so is not so now: `she was lame but she walks well again`."""
    over = later.heard.value is False and earlier.at < later.at and not _NOW.isdisjoint(_key(scene, later).split())
    before = scene.talk[earlier.at[0]].pieces[: earlier.at[1] + 1]
    return over and any(not _ONCE.isdisjoint(piece.key.split()) for piece in before)


_NOW = one_of("now again")


def _ruled_out(scene: Scene, earlier: Word, later: Word) -> bool:
    """Whether what was only suspected was found not to be so: `X suspected, but the scan shows none`."""
    number, place = earlier.at
    return later.heard.value is False and "suspect" in scene.said[number].get(place, ())


def _until_then(scene: Scene, earlier: Word, later: Word) -> bool:
    """Whether what was so is set against what is so, of a choice: `it was better but then nothing changed`."""
    if not isinstance(earlier.heard.value, str) or earlier.at[0] != later.at[0]:
        return False
    found = scene.talk[earlier.at[0]].pieces
    parted = any("but" in piece for piece in found[earlier.at[1] : later.at[1]])
    return parted and any(_ONCE & set(piece.key.split()) for piece in found[: earlier.at[1] + 1])


_ONCE = one_of("was were had initially first")


def anew(text: str) -> str | None:
    """What is said after `new patient` or `start over`, whatever stood before it; None where there is no such thing.

    The patient of whom the rest speaks stays its first word.
    """
    spoken = tokens(text)
    if _resetting().isdisjoint(token.key for token in spoken):
        return None
    for sentence in reversed(sentences(pieces(spoken, ()))):
        for here in range(len(sentence.pieces) - 1, -1, -1):
            if _resets(sentence, here, spoken):
                last = spoken[sentence.pieces[here].end - 1]
                rest = spoken[sentence.pieces[here].end :]
                if any(one.kind == "number" for one in rest) and not any(one.kind == "word" for one in rest):
                    return None  # sorry, wrong chart, 300
                return text[last.start :] if last.key == "patient" else text[last.end :].lstrip(" ,;:.!—-")
    return None


@cache
def _resetting() -> frozenset[str]:
    """A word of each phrase that begins anew."""
    return frozenset(fold(max(phrase.split(), key=len)) for phrase in words_of("reset"))


def _resets(sentence: Sentence, here: int, spoken: Sequence[Token]) -> bool:
    """Whether a piece begins anew; what is an order has nobody before it who might be the one who forgets."""
    piece, before = sentence.pieces[here], sentence.pieces[:here]
    if "reset" not in piece or not (here < _EARLY or "wrong" in piece.key):
        return False
    if piece.key.startswith("start") and not all(one.key in _ORDERING or is_a(one, _WISHING) for one in before):
        return False  # the pain starts again
    if piece.key.startswith("start") and sentence.asked and not any(one.key in _LET for one in before):
        return False  # I missed a dose: should I start again, or go on?
    order = "patient" not in piece.key and not piece.key.startswith(("wrong", "start", "let"))
    return not order or (not spoken[piece.start].plural and all(one.key in _ORDERING for one in before))


_EARLY = 3
_LET = one_of("can could may please let")
_ORDERING = one_of("please ok okay no sorry so now and then actually right just well oh , —")
"""Words that may stand before an order."""
_WISHING = "i you modal wish do small prep"


# ---------------------------------------------------------------- ill in part


def _in_part(scene: Scene, words: list[Word]) -> list[Word]:
    """What was heard, without what was found well beside what was found ill: `touch intact, vibration reduced`."""
    ill = {
        (one.heard.fact, _key(scene, one)) for one in words if one.heard.value is True and not _of_a_time(scene, one)
    }
    return [
        one for one in words if one.heard.value is not False or not _well(scene, one) or not _beside(scene, one, ill)
    ]


def _beside(scene: Scene, one: Word, ill: set[tuple[str, str]]) -> bool:
    """Whether something else of the same fact was found ill, in other words."""
    return any(fact == one.heard.fact and words != _key(scene, one) for fact, words in ill)


def _key(scene: Scene, one: Word) -> str:
    """The words of the mention."""
    return scene.talk[one.at[0]].pieces[one.at[1]].key


def _well(scene: Scene, one: Word) -> bool:
    """Whether a part was found well, of what leaves a trace once it is over, and nothing tells of a change."""
    fact, (number, place) = one.heard.fact, one.at
    over = "over" in scene.said[number].get(place, ())
    traces = any(stated[0] != fact for stated in scene.lexicon.manners.get(fact, Manner()).over)
    return traces and not over and not _of_a_time(scene, one)


def _of_a_time(scene: Scene, one: Word) -> bool:
    """Whether a sentence tells of another time, so that of two findings one may be older."""
    spoken = scene.noted.spoken
    found = scene.talk[one.at[0]].pieces
    return any(token.key in _CHANGED for token in spoken[found[0].start : found[-1].end])


_CHANGED = one_of(
    """
    was were had now today again since currently then later ago until before last yesterday initially previously
    first after back returned restored sorry actually longer anymore once
    """
)
"""Words with which a text tells of more than one time."""


# ---------------------------------------------------------------- what stays


def _of_somebody(scene: Scene, words: list[Word]) -> list[Word]:
    """What was heard, without what is only the topic: `the dose for it`, of nobody in particular."""
    peopled = {one.at[0] for one in words if not one.somebody}
    cased = any(is_a(piece, "person third") for sentence in scene.talk for piece in sentence.pieces)

    def stays(one: Word) -> bool:
        number, place = one.at
        told = scene.talk[number].moods[place] == "tell"
        found = told and diagnosed(scene.talk[number])
        last = place + 1 == len(scene.talk[number].pieces)
        known = bool(peopled) or (cased and last)
        return number in peopled or found or person_spoken_of(scene.talk[number]) or (told and known)

    return [one for one in words if not one.somebody or stays(one)]


def _unimplied(words: list[Word]) -> list[Word]:
    """What was heard, without what only follows from it where the same fact is stated outright."""
    words = _changed(words)
    used = {one.heard.fact for one in words if not one.proposed}
    words = [one for one in words if not one.proposed or one.heard.fact not in used]
    stated = {one.heard.fact for one in words if not one.implied}
    return [one for one in words if not one.implied or one.heard.fact not in stated]


def _changed(words: list[Word]) -> list[Word]:
    """What was heard, where of a choice only that stands to which somebody was changed: `they swapped me to X`."""
    to = {one.heard.fact for one in words if isinstance(one.heard.value, str) and _is_change(one)}
    return [one for one in words if one.heard.fact not in to or _is_change(one)]


def _is_change(word: Word) -> bool:
    said = word.heard.words.lower().split()
    if not _ONLY.isdisjoint(said) and not _KEPT.isdisjoint(said[:4]):
        return True  # was on X: we only stock Y
    return any(one.startswith(CHANGING) for one in said[:2]) and bool({"to", "onto", "over"} & set(said))


_ONLY = one_of("only just")
_KEPT = one_of("stock stocks keep keeps use uses carry carries supply supplies give gives")


def _once(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """Each fact and value once, with the words that came first."""
    first: dict[tuple[str, Value | None, bool], Heard] = {}
    for one in heard:
        first.setdefault((one.fact, one.value, one.supposed), one)
    return tuple(first.values())
