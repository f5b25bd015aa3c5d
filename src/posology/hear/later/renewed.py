"""What a later turn makes of what stands, without naming it: `count fell to 14`, `20 not 200`, `getting worse now`.

A number that is told as the newer one replaces the number that was spoken of. Where nobody can tell which it replaces,
what stood is taken back and the reader is told: an old value must not go on answering once it has been put right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..named.numbers import Reading, Scale, limiting_word, value_of
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, puts_right, word
from ..turns import Unheard
from .somebody_else import another
from .valued import MOVED, NAY, NOUNS, WRONG, standing

_TIMES = one_of("days weeks months years hours min mg ug mL")
"""Units of doses and times: such a number may be of anything."""
_LIGHT = "small be it third hello colon prep have consider and frame do my her sorry but dash to"
_NOUNS = NOUNS | one_of("estimate test repeat recheck report")
_FRESH = one_of(
    """
    new newest fresh updated revised corrected true real right correct actual proper repeat repeated rechecked latest
    newer second final amended amend rerun
    """
)
_MOVED = MOVED | one_of(
    "fall drop down up rise gone went come came slid slipped jumped shot crept recovered increased improved decreased"
)
_SAID = one_of(
    """
    say says said reads read shows show showed measured measure gave gives reported reports report phoned rang called
    confirmed confirms writes wrote found states stated records recorded reckons quotes told tells got gets
    reckon show give confirm state record quote write tell get
    """
)
_WRONG = WRONG | one_of("slip")
_PAPERS = one_of("letter note printout chart form")
_FILLING = (
    _NOUNS
    | _FRESH
    | _MOVED
    | _WRONG
    | _PAPERS
    | one_of(
        "lab labs laboratory since then today yesterday morning afternoon tonight this week just only back in at "
        "again now made turn turned out clinic gp hospital re run "
        "overnight steep sharp sudden big rapid massive we you they i it"
    )
)
_WHEN = one_of(
    "now today since yesterday this currently again instead after at on in when actually sorry please here last "
    "overnight"
)


def renewals(read: Scene) -> list[Word]:
    """The numbers of a later turn that replace one that stands, and what is taken back where that cannot be told."""
    found: list[Word] = []
    for number, sentence in enumerate(read.talk if read.turn else ()):
        named = any(is_a(piece, "number name age") for piece in sentence.pieces)
        pieces = enumerate(() if named else sentence.pieces)
        bare = [place for place, piece in pieces if "bare" in piece and piece.key != "one"]
        if any(sentence.moods[place] != "tell" for place in bare):
            continue
        if len(bare) == _PAIR:
            found += _contrasted(read, number, bare)
        elif len(bare) == 1 and read.who[number][bare[0]] == "patient":
            found += list(_refused(read, number, bare[0])) or _newest(read, number, bare[0])
    return [*found, *_younger(read), *_fewer(read)]


_PAIR = 2


def unplaced(words: Sequence[Word]) -> Iterator[Unheard]:
    """What is taken back because nobody can tell what was put right."""
    for one in words:
        if one.heard.value is None:
            heard = one.heard
            yield Unheard(
                heard.fact,
                heard.words,
                "it seems to put right what was said before, which is not used any more",
                heard.turn,
            )


# ---------------------------------------------------------------- one number against another


def _contrasted(read: Scene, number: int, places: Sequence[int]) -> Iterator[Word]:
    """The number that is right, where one that stands is denied: `it is 20, not 200`, `from 120 to 14`."""
    sentence = read.talk[number]
    denied = [place for place in places if _denied(sentence, place)]
    right = [place for place in places if place not in denied]
    if len(denied) != 1 or len(right) != 1 or not _of_the_patient(read, number, right[0]):
        return
    old, new = _reading(read, number, denied[0]), _reading(read, number, right[0])
    unit = old.unit or new.unit
    facts = [fact for fact in standing(read) if _value(read, fact, old, unit) == read.before.facts[fact]]
    fact = read.before.number if read.before.number in facts else next(iter(facts), None)
    if fact is not None and (len(facts) == 1 or fact == read.before.number):
        value = None if _limited(sentence, right[0]) else _value(read, fact, new, unit)
        yield word(read, number, right[0], fact, value)


def _of_the_patient(read: Scene, number: int, place: int) -> bool:
    """Whether a number is the patient's, and not the other's from whom it is told apart: `hers is 23`."""
    owned = any(is_a(piece, "my her") for piece in read.talk[number].pieces[max(0, place - 3) : place])
    return owned or read.who[number][place] == "patient"


def _refused(read: Scene, number: int, place: int) -> Iterator[Word]:
    """A number that stands and is only denied, with the one that is told behind it: `not 120. 14.`."""
    old = _reading(read, number, place)
    if old.unit in _TIMES or not _denied(read.talk[number], place):
        return
    after = read.talk[number + 1].pieces if number + 1 < len(read.talk) else ()
    bare = [here for here, piece in enumerate(after) if "bare" in piece]
    plain = len(bare) == 1 and all("bare" in piece or is_a(piece, _LIGHT) for piece in after)
    for fact in standing(read):
        if _value(read, fact, old) == read.before.facts[fact]:
            value = _value(read, fact, _reading(read, number + 1, bare[0]), old.unit) if plain else None
            yield word(read, number, place, fact, value)


_BEFORE = one_of("old previous earlier last")


def _denied(sentence: Sentence, place: int) -> bool:
    """Whether a number is said to be wrong, or to be that of before."""
    before = [
        piece for piece in sentence.pieces[max(0, place - 4) : place] if not is_a(piece, "small it be third my her")
    ]
    near = before[-1] if before else None
    if near is not None and (is_a(near, "not") or near.key in ("instead of", "rather than", "from")):
        return True
    after = [piece for piece in sentence.pieces[place + 1 : place + 5] if not is_a(piece, "small be")]
    return bool(after) and (after[0].key in _WRONG | _BEFORE or "absent" in after[0] or another(after))


# ---------------------------------------------------------------- a number that is news


def _newest(read: Scene, number: int, place: int) -> Iterator[Word]:
    """A number told as news of what was spoken of: `count fell to 14`, `lab error: 15`, `the surgeon says 22`."""
    sentence, reading = read.talk[number], _reading(read, number, place)
    begin, end = part_of(sentence, place)
    before, after = sentence.pieces[begin:place], sentence.pieces[place + 1 : end]
    limited, refuses = _limited(sentence, place), _refuses(read, number, begin)
    if reading.unit in _TIMES or not _is_news(sentence, begin, place, refuses) or not _ends(after):
        return
    facts = list(_meant(read, reading, before))
    if len(facts) == 1 and not limited:
        yield word(read, number, place, facts[0], _value(read, facts[0], reading))
    elif limited or any(_is_strong(piece) for piece in before):
        yield from (word(read, number, place, fact, None) for fact in facts)


def part_of(sentence: Sentence, place: int) -> tuple[int, int]:
    """Where the part of a sentence begins and ends that a number stands in."""
    found = sentence.pieces
    begin = next((k + 1 for k in range(place - 1, -1, -1) if is_a(found[k], "comma dash open close but")), 0)
    end = next(
        (k for k in range(place + 1, len(found)) if is_a(found[k], "comma dash open close but and because")), len(found)
    )
    return begin, end


def _is_news(sentence: Sentence, begin: int, place: int, refuses: bool) -> bool:
    """Whether the words before a number tell it as what counts now, and nothing else."""
    before = sentence.pieces[begin:place]
    while before and _SAID.intersection(before[0].key.split()) == set() and _speaks(before):
        before = before[1:]
    said = bool(before) and not _SAID.isdisjoint(before[0].key.split())
    before = before[1:] if said else before
    plain = all(is_a(piece, _LIGHT) or all(_fills(word) for word in piece.key.split()) for piece in before)
    lead = sentence.pieces[: max(0, begin - 1)]
    told = said or _reports(lead) or refuses
    strong = any(_is_strong(piece) or ("sorry" in piece and _limited(sentence, place)) for piece in before)
    return plain and not _asks_for(before) and (told or strong or _names_it(before))


def _refuses(read: Scene, number: int, begin: int) -> bool:
    """Whether nothing but a no stands before what is told: `Nope. 24.`."""
    before = read.talk[number - 1].pieces if number else ()
    return not begin and len(before) == 1 and (before[0].key in NAY or before[0].key in _WRONG)




def _fills(word: str) -> bool:
    """Whether a word only leads to a number."""
    return word in _FILLING or limiting_word(word) or word in ("to", "<", ">", "a", "an")


def _speaks(before: Sequence[Piece]) -> bool:
    """Whether somebody who tells something stands at the front: `op note says`, `the surgeon measured`."""
    ahead = next((k for k, piece in enumerate(before[:5]) if not _SAID.isdisjoint(piece.key.split())), None)
    plain = () if ahead is None else before[:ahead]
    light = "nothing small my her person of"
    return ahead is not None and all(not piece.labels or is_a(piece, light) for piece in plain)


def _reports(lead: Sequence[Piece]) -> bool:
    """Whether what stands before the comma is only that somebody reported: `lab rang, it is 20`."""
    words = {word for piece in lead for word in piece.key.split()}
    news = not (_SAID | _WRONG).isdisjoint(words)
    return news and len(lead) <= 5 and not any(is_a(piece, "mark number name age bare not") for piece in lead)


def _is_strong(piece: Piece) -> bool:
    """Whether a word tells of a change or of something wrong."""
    words = set(piece.key.split())
    return not words.isdisjoint(_MOVED | _WRONG | _FRESH | {"turn", "turned"})


def _names_it(before: Sequence[Piece]) -> bool:
    """Whether a word such as `count` leads to the number."""
    papers = any("colon" in piece for piece in before)
    words = {word for piece in before for word in piece.key.split()}
    return not words.isdisjoint(_NOUNS) or (papers and not words.isdisjoint(_PAPERS))


def _asks_for(before: Sequence[Piece]) -> bool:
    """Whether it is no number that was found, but one of things or of times: `up to 3`, `in 14`."""
    counted = bool(before) and before[-1].key == "number" and not any(_is_strong(piece) for piece in before)
    return counted or (bool(before) and before[-1].key in _NO_VALUE)


_NO_VALUE = ("up to", "in", "for", "after", "every", "by", "with", "day", "week", "month")
"""Words right before a number that counts times or things."""


def _ends(after: Sequence[Piece]) -> bool:
    """Whether nothing is counted by a number."""
    first = next((piece for piece in after if piece.key != "only"), None)
    right = len(after) == _PAIR and "be" in after[0] and after[1].key in ("right", "correct", "true")
    return right or first is None or first.key.split()[0] in _WHEN or is_a(first, "sorry prep")


def _limited(sentence: Sentence, place: int) -> bool:
    """Whether a number is only a limit or the end of a range."""
    before, after = sentence.pieces[max(0, place - 2) : place], sentence.pieces[place + 1 : place + 2]
    limit = any(limiting_word(word) or word in ("<", ">") for piece in before for word in piece.key.split())
    return limit or (bool(after) and after[0].key in ("-", "or", "something", "ish"))


# ---------------------------------------------------------------- of what a number is


def _reading(read: Scene, number: int, place: int) -> Reading:
    mention = read.talk[number].pieces[place].mention
    reading = read.noted.mentions[mention].reading if mention is not None else None
    return reading or Reading(0, 0, 0.0)


def _value(read: Scene, fact: str, reading: Reading, unit: str = "") -> float | None:
    """What a number would be as a value of a fact; none where it cannot be one."""
    meant = read.guideline.facts[fact]
    whole = reading if reading.unit or not unit else replace(reading, unit=unit)
    value = value_of(whole, meant, read.lexicon.scales.get(fact, Scale()))
    if isinstance(value, str) and not whole.unit and not meant.conversions:
        value = value_of(whole, meant, Scale(), meant.unit)
    return value if isinstance(value, float) else None


def _meant(read: Scene, reading: Reading, before: Sequence[Piece]) -> Iterator[str]:
    """The facts that a number without a name may be of: those of the turn that last told any, but no age."""
    said = {word for piece in before for word in piece.key.split()}
    facts = [
        fact for fact in standing(read) if read.guideline.facts[fact].unit != "years" and _fits(read, fact, reading)
    ]
    called = [fact for fact in facts if not said.isdisjoint(read.guideline.facts[fact].phrase.split())]
    lately = [fact for fact in facts if fact in read.before.numbers]
    yield from called or lately


def _fits(read: Scene, fact: str, reading: Reading) -> bool:
    return _value(read, fact, reading) is not None


# ---------------------------------------------------------------- somebody's years


_ONLY = one_of("only just still actually now a")


def _younger(read: Scene) -> Iterator[Word]:
    """Somebody's years in a supposition: `and if he was 14?`, `what if she were only 15?`."""
    years = next((fact for fact, meant in read.guideline.facts.items() if meant.unit == "years"), None)
    for number, sentence in enumerate(read.talk if years and read.turn else ()):
        for place, piece in enumerate(sentence.pieces):
            if "bare" in piece and years and _would_be(sentence, place):
                value = _value(read, years, _reading(read, number, place))
                if value is not None:
                    yield word(read, number, place, years, value)


def _would_be(sentence: Sentence, place: int) -> bool:
    """Whether a bare number is what somebody is supposed to be."""
    before = list(sentence.pieces[max(0, place - 4) : place])
    while before and before[-1].key in _ONLY:
        before.pop()
    person = len(before) > 1 and is_a(before[-2], "third i person") and before[-2].key not in ("they", "them")
    after = sentence.pieces[place + 1 : place + 2]
    ends = not after or is_a(after[0], "comma dash and but or close wh modal") or after[0].key in ("old", "instead")
    supposed = sentence.moods[place] in ("suppose", "consider")
    return supposed and person and "be" in before[-1] and ends and " " not in sentence.pieces[place].key


# ---------------------------------------------------------------- a course that was not whole


_SO_MANY = one_of("so of dose doses given done then today yesterday")
"""Words behind a number of doses."""


def _fewer(read: Scene) -> Iterator[Word]:
    """A course that was told to be over, where fewer doses than it has are told instead: `sorry, only five so far`."""
    if not read.turn or not (puts_right(read) or _opens_with_no(read)):
        return
    over = {fact: doses for fact, value in read.before.facts.items() if value is True and (doses := _doses(read, fact))}
    for number, sentence in enumerate(read.talk if over else ()):
        for place in range(len(sentence.pieces)):
            told = _told_doses(read, number, place) if sentence.moods[place] == "tell" else 0
            yield from (word(read, number, place, fact, False) for fact, doses in over.items() if 0 < told < doses)


def _doses(read: Scene, fact: str) -> int:
    """How many doses the course has that is over by a fact; none where it has no fixed number."""
    name = read.guideline.facts[fact].course.removeprefix("complete ")
    rules = read.guideline.decisions[name].rules if name in read.guideline.decisions else ()
    given = (one for rule in read.guideline.rules if rule.name in rules for one in rule.action.gives)
    return max((one.doses or 0 for one in given), default=0)


def _opens_with_no(read: Scene) -> bool:
    """Whether a turn begins by denying what was said."""
    return bool(read.talk) and read.talk[0].pieces[0].key in NAY


def _told_doses(read: Scene, number: int, place: int) -> float:
    """How many doses somebody is said to have had; none where something else is counted."""
    piece = read.talk[number].pieces[place]
    if "bare" in piece:
        return _reading(read, number, place).value if _counts_doses(read, number, place) else 0
    mention = read.noted.mentions[piece.mention] if piece.mention is not None else None
    given = {one.fact for one in mention.meanings if one.value is True} if mention else set()
    words = piece.key.split()
    if given.isdisjoint(read.lexicon.received) or not _SPANS.isdisjoint(words):
        return 0
    return next((float(key) if key.isdigit() else _COUNTED.index(key) for key in words if _is_count(key)), 0)


def _is_count(key: str) -> bool:
    return key.isdigit() or key in _COUNTED


_COUNTED = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPANS = one_of("day days week weeks month months year years every monthly weekly daily since after ago first")


def _counts_doses(read: Scene, number: int, place: int) -> bool:
    """Whether a number counts doses: nothing else is counted by it, and no other number was spoken of."""
    found = read.talk[number].pieces
    after = found[place + 1] if place + 1 < len(found) else None
    mention = read.noted.mentions[after.mention] if after is not None and after.mention is not None else None
    doses = mention is not None and any(one.kind == "received" for one in mention.meanings)
    doses = doses or (after is not None and after.key.split()[0] in _SO_MANY)
    ends = after is None or is_a(after, "comma dash but and open")
    reading, before = _reading(read, number, place), [piece.key for piece in found[max(0, place - 3) : place]]
    had = any("had" in key.split() or key.split()[-1] in ("have", "has") for key in before)
    plain = not reading.unit and reading.value > 0 and not is_a(found[place - 1], "not") if place else True
    return plain and (doses or (ends and (had or not read.before.numbers)))
