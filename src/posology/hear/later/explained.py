"""What is so and something else explains: `X is from a slipped disc`, `sorry, that was a trapped nerve`.

What had been heard of it before is taken back; whether any of it is left nobody has said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..named.lexicon import Manner
from ..named.mentions import within
from ..text.clauses import Piece, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, puts_right, word
from .laid_to import gates_of
from .lingering import traces

At = tuple[int, int]

_ENDS = "comma dash colon and but open close"
_LIGHT = "small be have prep it third my her"
_LEADING = one_of("turned turns turn came comes come caused explained out to be down by all just only really in fact")
_PLACES = one_of(
    """
    down downwards up upwards onwards onward waist knee knees toe toes foot feet ankle ankles hand hands finger fingers
    neck chest elbow elbows shin shins birth childhood start beginning outset time then there here now today yesterday
    morning night day days week weeks month months year years within above below both one it that this them
    """
)
"""Words by which something goes from a place or a time on, and comes from nothing."""
_STATES = one_of(
    """
    worse better gone same mild severe bad painful constant new old bilateral symmetrical back there over real true
    intermittent permanent temporary persistent improving worsening spreading coming going getting much still more less
    """
)
"""Words that say how something is, and not what."""
_SIGHS = one_of("oh ah hm hmm no yes yeah right")
_DOING = one_of("start begin commence see receive go return finish leave attend restart resume continue stop")
_TALK = one_of("question message dose mistake word words point idea thing things bit lot case patient history")
"""Words for what is said, and not for what somebody has."""
_NOT_IT = one_of("unrelated separate coincidental incidental")
"""Words that say that something has to do with something else."""
_OPEN: set[str] = {"doubt", "suspect", "modal", "open", "until", "not", "unknown"}


def explained(read: Scene) -> tuple[tuple[Word, ...], frozenset[At]]:
    """What stood and is now said to come from something else, each taken back, and the mentions that say so."""
    gone: list[Word] = []
    places: set[At] = set()
    traced = _symptoms(read) if read.turn else frozenset()
    for number, sentence in enumerate(read.talk if traced else ()):
        for place, piece in enumerate(sentence.pieces):
            facts = _facts(read, number, place, piece) & traced
            if facts and sentence.moods[place] == "tell" and _comes_from_else(read, number, place):
                gone += [word(read, number, place, fact, None) for fact in sorted(facts)]
                places |= {(number, place)}
    for one, told in _unfounded(read):
        gone.append(one)
        places |= told
    return tuple(gone), frozenset(places)


def _symptoms(read: Scene) -> frozenset[str]:
    """The facts that stand of those that leave the same trace once they are over."""
    manners = read.lexicon.manners
    left = {one for fact in manners for one in traces(read, fact)}
    standing = (fact for fact, value in read.before.facts.items() if value is True and fact not in left)
    return frozenset(fact for fact in standing if left & {one for one, _ in manners.get(fact, Manner()).over})


def _facts(read: Scene, number: int, place: int, piece: Piece) -> set[str]:
    """The facts of which a piece speaks: those of its mention, or by `that` those that were told last."""
    if piece.mention is not None:
        meanings = read.noted.mentions[piece.mention].meanings
        said = read.said[number].get(place, set())
        told = read.who[number][place] == "patient" and not said & _OPEN
        return {one.fact for one in meanings if one.kind == "said" and one.value is True} if told else set()
    sentence = read.talk[number]
    before = sentence.pieces[:place]
    opens = all(is_a(one, "sorry comma dash small not but hello stop") or one.key in _SIGHS for one in before)
    named = any("mark" in one for one in before)
    return set(read.before.told) if is_a(piece, "it") and opens and not named and puts_right(read) else set()


def _sets_apart(read: Scene) -> bool:
    """Whether a turn says that something has to do with something else, or denies what the guideline is about."""
    found = [(number, place, piece) for number, one in enumerate(read.talk) for place, piece in enumerate(one.pieces)]
    if any(piece.key in _NOT_IT for _, _, piece in found):
        return True
    return any(_denies(read, number, place) for number, place, piece in found if piece.mention is not None)


def _denies(read: Scene, number: int, place: int) -> bool:
    """Whether a mention denies the topic, or what the symptoms that stand are part of."""
    mention = read.talk[number].pieces[place].mention
    meanings = read.noted.mentions[mention].meanings if mention is not None else ()
    denied = "not" in read.said[number].get(place, set()) or (
        place > 0 and "not" in read.talk[number].pieces[place - 1]
    )
    wholes = {name for name, fact in read.guideline.facts.items() if fact.when}
    if denied and any(one.kind == "topic" for one in meanings):
        return True
    return any(one.fact in wholes and (denied is (one.value is True)) for one in meanings if one.kind == "said")


def _comes_from_else(read: Scene, number: int, place: int) -> bool:
    """Whether the words behind a symptom say that it comes from, or is, what this guideline is not about."""
    found = read.talk[number].pieces
    end = next((here for here in range(place + 1, len(found)) if is_a(found[here], _ENDS)), len(found))
    after = found[place + 1 : end]
    if end < len(found) and "and" in found[end] and "name" in found[min(end + 1, len(found) - 1)]:
        return False  # from this and from what the guideline is about
    if any(is_a(piece, "modal doubt suspect if when") for piece in after):
        return False
    lead = next((here for here, piece in enumerate(after) if not _leads(piece)), len(after))
    keys = _keys(after[lead:])
    if not _is_else(after[lead:]):
        return False
    if any("owing" in piece for piece in after[:lead]):
        return not _to_be_done(after, lead) and ("from" not in _keys(after[:lead]) or keys.isdisjoint(_PLACES))
    if not keys.isdisjoint(_PLACES | _STATES):
        return False
    if "turned" in _keys(after[:lead]):
        return True
    if not any("be" in piece for piece in after[:lead]) or any("prep" in piece for piece in after[:lead]):
        return False
    named = any("nothing" in piece for piece in after[lead:])
    once = not _keys(after[:lead]).isdisjoint(("was", "were")) and "it" in found[place]
    plain = not any(_tells_of_doing(key) for key in _keys(after[lead:])) and len(after) - lead > 1
    return _sets_apart(read) or (puts_right(read) and (named or (once and plain)))


def _to_be_done(after: Sequence[Piece], lead: int) -> bool:
    """Whether somebody is due to do something: nothing is due to that."""
    at = next(here for here, piece in enumerate(after) if "owing" in piece)
    return any(is_a(piece, "be have do") for piece in after[at + 1 : lead]) or after[lead].key.split()[0] in _DOING


def _tells_of_doing(word: str) -> bool:
    return word.endswith(("ing", "ed", "ly")) or word in _TALK


def _leads(piece: Piece) -> bool:
    return "mark" not in piece and (is_a(piece, f"owing {_LIGHT}") or set(piece.key.split()) <= _LEADING)


def _is_else(cause: Sequence[Piece]) -> bool:
    """Whether words name something of which nothing is known here."""
    if not cause or any(is_a(piece, "mark name number age bare stop sorry my her") for piece in cause):
        return False
    return not is_a(cause[0], "frame state of wh")  # in both thighs


def _keys(found: Sequence[Piece]) -> set[str]:
    return {key for piece in found for key in piece.key.split()}


# ---------------------------------------------------------------- what keeps from treatment, and is of something else


def _unfounded(read: Scene) -> Iterator[tuple[Word, set[At]]]:
    """What was told to keep somebody from all treatment and came from something else, with the mentions that say so.

    `Notes say allergic to X. | That was Y, never X.`. It is not so where X itself is denied, else it is taken back.
    """
    gates = gates_of(read.guideline)
    for number, sentence in enumerate(read.talk):
        for place in range(len(sentence.pieces)):
            if sentence.moods[place] != "tell" or not _is_of_else(read, number, place):
                continue
            facts, told = _spoken_of(read, number, place, gates)
            if not facts:
                continue
            denied = {(number, at) for at in range(place, len(sentence.pieces)) if _denies_ours(read, number, at)}
            for fact in sorted(facts):
                yield word(read, number, place, fact, False if denied else None), {*told, *denied}


def _spoken_of(read: Scene, number: int, place: int, gates: frozenset[str]) -> tuple[set[str], set[At]]:
    """The facts of which `it` or `that`, or a word such as `rash`, speaks, and where this text told them."""
    found = read.talk[number].pieces
    here = {at: facts for at in _before(read, number, place) if (facts := _stated(read, at) & gates)}
    last = max(here, default=None)
    standing = {fact for fact in gates & set(read.before.told) if read.before.facts.get(fact) is True}
    piece = found[place]
    if "it" in piece or piece.key.split()[-1] == "that":
        return (here[last], {last}) if last else (standing, set())
    owed = any("owing" in near for near in found[place + 1 : place + 4])
    owed = owed and any(_denies_ours(read, number, at) for at in range(place + 1, len(found)))
    return (standing if owed and not piece.labels else set()), set()  # the rash was from Y, not from X


def _before(read: Scene, number: int, place: int) -> Iterator[At]:
    """The places before one, of its sentence and of that before it."""
    yield from ((number - 1, at) for at in range(len(read.talk[number - 1].pieces) if number else 0))
    yield from ((number, at) for at in range(place))


def _stated(read: Scene, at: At) -> set[str]:
    """The facts that a mention says to be so, denied or asked about nowhere."""
    mention = read.talk[at[0]].pieces[at[1]].mention
    said = read.said[at[0]].get(at[1], set())
    if mention is None or said & {"not", "modal"} or read.talk[at[0]].moods[at[1]] != "tell":
        return set()
    return {one.fact for one in read.noted.mentions[mention].meanings if one.kind == "said" and one.value is True}


def _is_of_else(read: Scene, number: int, place: int) -> bool:
    """Whether the words behind say that it was something else: with ours denied, or told as what is right."""
    found = read.talk[number].pieces
    after = found[place + 1 :]
    if not after or not ("be" in after[0] or after[0].key in ("turn", "turned", "came", "come")):
        return False
    end = next((at for at, piece in enumerate(after) if is_a(piece, _ENDS)), len(after))
    lead = next((at for at, piece in enumerate(after[:end]) if not _leads(piece)), end)
    cause, keys = after[lead:end], _keys(after[lead:end])
    if not _is_else(cause) or any(is_a(piece, "modal doubt suspect if when not") for piece in after[:end]):
        return False
    if any(_denies_ours(read, number, at) for at in range(place + 1, len(found))):
        return True
    right = "turned" in _keys(after[:lead]) or puts_right(read) or (place > 0 and "but" in found[place - 1])
    thing = after[lead - 1].key == "the" and not any(key.endswith(("est", "ing", "ed")) for key in keys)
    return right and thing and keys.isdisjoint(_PLACES | _STATES | _TALK | {"worst"})


def _denies_ours(read: Scene, number: int, place: int) -> bool:
    """Whether a piece denies what the guideline treats with: `never X`, `not the X`."""
    piece = read.talk[number].pieces[place]
    if piece.mention is None:
        return False
    mention = read.noted.mentions[piece.mention]
    inner = list(within(mention.start, mention.end, read.noted.spoken, read.lexicon, "used"))
    return _denies(read, number, place) or (bool(inner) and piece.key.startswith(("not ", "never ")))
