"""What is answered in the next turn with a yes or a no alone: `any pain? | no, nothing like that`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Value
from ..named.lexicon import Manner
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, word
from ..turns import Heard, Left
from .valued import NAY


def left_open(read: Scene, said: Sequence[Heard]) -> Left:
    """What a turn leaves for the next one to answer, after all that was heard in it."""
    counted = any(isinstance(one.value, float) for one in said)
    names = set() if counted else _without_number(read) or sought(read)
    return Left(names.pop() if len(names) == 1 else None, inquired(read), dict(_spoken_of(read)))


def _spoken_of(read: Scene) -> Iterator[tuple[str, Value]]:
    """The facts of which a turn speaks, whoever has them: `what of X?`, `a Y of 15 cm: how often?`."""
    for number, sentence in enumerate(read.talk):
        for place, piece in enumerate(sentence.pieces):
            mention = read.noted.mentions[piece.mention] if piece.mention is not None else None
            if mention is None or "not" in read.said[number].get(place, ()):
                continue
            if mention.label == "number" and isinstance(mention.value, float):
                yield mention.fact, mention.value
            yield from ((one.fact, True) for one in mention.meanings if one.kind == "said" and one.value is True)


def _without_number(read: Scene) -> set[str]:
    """The facts with a number that are spoken of without one, and are the patient's."""
    found: set[str] = set()
    for number, sentence in enumerate(read.talk):
        for place, piece in enumerate(sentence.pieces):
            mention = read.noted.mentions[piece.mention] if piece.mention is not None else None
            if mention is None or mention.label != "name" or mention.value is not None or not mention.fact:
                continue
            if read.who[number][place] == "patient" and all(one.kind != "topic" for one in mention.meanings):
                found.add(mention.fact)
    return found


def inquired(read: Scene) -> tuple[str, ...]:
    """The yes/no facts that the last sentence of a turn asks about somebody."""
    if not read.talk or not _inquires(read.talk[-1]):
        return ()
    found: dict[str, None] = {}
    for place, piece in enumerate(read.talk[-1].pieces):
        mention = read.noted.mentions[piece.mention] if piece.mention is not None else None
        if mention is None or "not" in read.said[-1].get(place, ()):
            continue
        for one in mention.meanings:
            given = one.kind == "received" and _of_having(read.talk[-1])
            known = one.value is True and not one.beside and one.fact in read.guideline.facts
            if (given or one.kind == "said") and known and read.guideline.facts[one.fact].kind == "yes/no":
                found[one.fact] = None
    return tuple(found)


def sought(read: Scene) -> set[str]:
    """The facts with a number that the last sentence of a turn asks for: `what was her count?`."""
    if not read.talk or not read.talk[-1].asked:
        return set()
    pieces = read.talk[-1].pieces
    asks = len(pieces) < _SHORT or any(piece.key.split()[0] in ("what", "whats") for piece in pieces[:3])
    if not asks or any(piece.key in ("should", "would", "could", "if") for piece in pieces):
        return set()
    mentions = [read.noted.mentions[piece.mention] for piece in pieces if piece.mention is not None]
    return {one.fact for one in mentions if one.label == "name" and one.value is None and one.fact}


_SHORT = 3


def _inquires(sentence: Sentence) -> bool:
    """Whether a sentence asks one who can tell: `any …?`, `do you have …?`, `is she on …?`."""
    found = [piece for piece in sentence.pieces if not is_a(piece, "comma hello dash") and piece.key not in _LEADING]
    if not sentence.asked or len(found) < _LEAST:
        return False
    keys = [word for piece in found[:3] for word in piece.key.split()]
    return keys[0] == "any" or (keys[0] in _VERBS and not _WHO.isdisjoint(keys[1:3]))


def _of_having(sentence: Sentence) -> bool:
    """Whether it is asked what somebody has had by now: `has she had any …?`, `any … yet?`."""
    words = {word for piece in sentence.pieces for word in piece.key.split()}
    return not words.isdisjoint(_HAVING) and words.isdisjoint(_WISHING)


_HAVING = one_of("had have been given yet getting received started taking on gets taken so already")
_WISHING = one_of("want wants like rather prefer problem problems concern concerns trouble allergy reaction start")


def speaks_of_what_was_asked(read: Scene, beside: Sequence[str]) -> bool:
    """Whether the turn before asked about one of these facts or groups."""
    names = {name.lower() for name in beside}
    asked = (read.guideline.facts[fact] for fact in read.before.asked)
    return any(not names.isdisjoint((fact.phrase.lower(), fact.group.lower())) for fact in asked)


_LEAST = 2
_LEADING = one_of("and ok okay thanks right so also")
_VERBS = one_of("do does did have has are is was were any")
_WHO = one_of("you your she he they her his there the patient pt mum dad")


def replied(read: Scene) -> Iterator[Word]:
    """What a yes or a no at the front of a turn says of what the turn before asked."""
    asked = read.before.asked
    told = _reply(read.talk[0]) if asked and read.talk else None
    if told is None or (told and len(asked) > 1 and not _of_all(read.talk[0])):
        return
    for fact in asked:
        denied = read.lexicon.manners.get(fact, Manner()).denied or ((fact, False),)
        for other, value in ((fact, True),) if told else denied:
            yield word(read, 0, 0, other, value, None if told else "not", implied=True)


def _reply(sentence: Sentence) -> bool | None:
    """Whether a sentence begins with nothing but a yes, or nothing but a no."""
    if sentence.asked:
        return None
    words = _first(sentence.pieces)
    if words in _EACH:
        return True
    if len(words) > 1 and words[0] in NO | YES and _UNSURE.isdisjoint(words):
        if words[0] in YES and words[1] in _WHERE and NO.isdisjoint(words):
            return True
        if words[0] in NAY and words[1] in _SELF | {"just", "only"}:
            return False
    if not words or not set(words) <= NO | YES | _PLAIN:
        return None
    no, yes = not NO.isdisjoint(words), not YES.isdisjoint(words)
    return None if no == yes or words[0] not in NO | YES else yes


def _first(found: Sequence[Piece]) -> list[str]:
    """The words before the first comma or the like, and those behind it if that is only a no: `no, nothing`."""
    parts: list[list[str]] = [[]]
    for piece in found:
        if is_a(piece, "comma dash but open stop") or piece.key == "-":
            parts.append([])
        else:
            parts[-1] += piece.key.split()
    again = len(parts) > 1 and len(parts[0]) == 1 and parts[0][0] in NAY and bool(parts[1]) and parts[1][0] in NO
    return parts[0] + parts[1] if again and set(parts[1]) <= NO | _PLAIN else parts[0]


def _of_all(sentence: Sentence) -> bool:
    """Whether it is said of everything that was asked: `yes both`."""
    return not {"both", "all"}.isdisjoint(_first(sentence.pieces))


_EACH = (["both"], ["both", "of", "them"], ["all"], ["all", "of", "them"])
_SELF = one_of("she he i we my her his they her")
_WHERE = one_of("in on at my her his both she he i we they since for quite very a some mostly mainly sometimes")
_UNSURE = one_of("mean meant know sure want think idea ask asked asking if but or should could would can maybe perhaps")
NO = one_of("no nope nah none nil not nothing never neither negative")
YES = one_of("yes yeah yep yup aye yea y affirmative")
_PLAIN = one_of(
    """
    at all of that those them these this like the kind sort really any such on front there noticed so far i she he
    it we have has had do does did am is know aware mentioned tell told can ever yet thankfully luckily afraid sadly
    sir doctor doc madam thank thanks god both a bit little unfortunately touch wood whatsoever far as only just kind
    """
)
