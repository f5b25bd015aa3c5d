"""What is said of each mention in a sentence: denied, doubted, past, over, asked for, or simply so.

A small word governs what follows it: `no A, B or C` denies all three, `no A, but B` only the first, and of
`no A, B` nobody can tell, so that B stays open. What stands behind a mention (`has gone`, `: no`, `may cause`) is
read as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..text.clauses import MENTIONS, SMALL, Piece, Sentence, is_a
from ..text.words import one_of
from .behind import Flag, behind, is_behind, is_wish, only_when, sought
from .boxes import unticked
from .chain import GroupOf, chained, group_at, listed_beside, none_of, reaching
from .oneself import is_in_ones, names_ones, of_ones_own, ones_own, owned
from .ordered import ordered, upon
from .tense import began, goes_on, no_more, once, sets_in
from .weighed import granted, i_get, lets

Flags = dict[int, set[Flag]]

_STARTS = "comma dash colon hello small and but sorry"
_FRESH: dict[Flag, str] = {
    "not": "have be use state past do yes",
    "unknown": "have be use frame past third i it that who not you person prep",
    "doubt": "have be use frame past third i it who not you person do void doubt of prep modal",
    "suspect": "have be use past third i it who person",
    "void": "have be use frame past third i it who not you of prep modal owing",
    "until": "have be use frame past third i it who not you of prep modal my person",
    "modal": "have be use frame past not",
    "past": "have be use frame",
    "over": "have be use frame",
    "back": "of",
    "kept": "frame of prep",
}  # fmt: skip


def flags(sentence: Sentence, group_of: GroupOf) -> Flags:
    """What is said of each mention, by the place of its piece."""
    found = sentence.pieces
    said: Flags = {place: set() for place, piece in enumerate(found) if is_a(piece, MENTIONS)}
    for place, piece in enumerate(found):
        for flag in _governing(sentence, place, piece):
            if flag in ("framed", "of a person"):
                for mention in _framed(found, place):
                    said[mention].add(flag)
            else:
                other = flag == "not" and _no_other(found, place, group_of)
                _govern(sentence, place, "void" if other else flag, said, group_of)
    for place in unticked(found):
        said[place].add("void")
    for place in ordered(found):
        said.get(place, set()).add("ordered")
    for place in upon(found):
        said.get(place, set()).add("until")
    for place in said:
        _follow(found, place, said, group_of)
        granted(sentence, place, said[place])
    for place in said:
        if place and "and" in found[place - 1] and found[place].key.split()[0] in _WISHING:
            said[place].discard("not")  # denies A and wants B
    for place in no_more(found):
        said[place].add("over")
    return said


_WISHING = one_of("prefer prefers want wants request requests ask asks like likes")


def _follow(found: Sequence[Piece], place: int, said: Flags, group_of: GroupOf) -> None:
    """Add what stands behind a mention and right beside it."""
    for sibling, flag in behind(found, place):
        if sibling != place and group_at(found, [sibling], group_of) != group_at(found, [place], group_of):
            continue
        told = flag == "void" and "not" in said[sibling]  # no folate is planned
        told = told or (flag == "doubt" and _heard_say(found, place)) or (flag == "past" and began(found, place))
        if not told and (flag != "past" or "mark" in found[sibling]):
            said[sibling].add(flag)
        if flag == "not" and sought(found, place):
            said[sibling] -= {"doubt", "suspect"}
    said[place] |= set(_beside(found, place))
    if "not" in said[place] and place + 1 < len(found) and "anymore" in found[place + 1]:
        said[place] = said[place] - {"not"} | {"over"}


def _heard_say(found: Sequence[Piece], place: int) -> bool:
    """Whether only `apparently` ends the part of a sentence: somebody was told so."""
    after = found[place + 1 : place + 3]
    return bool(after) and after[0].key == "apparently" and (len(after) < 2 or is_a(after[1], "comma and but dash"))


# ---------------------------------------------------------------- what stands before


def _headed(found: Sequence[Piece], place: int) -> bool:
    """Whether a query is only the head of what is told: `chemist query: …`."""
    return found[place].key == "query" and place > 0 and any("colon" in after for after in found[place + 1 : place + 2])


def _governing(sentence: Sentence, place: int, piece: Piece) -> Iterator[Flag]:
    """What a small word says of the mentions after it."""
    found = sentence.pieces
    if is_a(piece, "frame who owing") and not _queried(found, place):
        ones = "who" in piece or _person_before(found, place) or _with_mine(found, place) or i_get(found, place)
        yield "of a person" if ones else "framed"
    if _governs_nothing(found, place) or _headed(found, place):
        return
    if "not" in piece or "deny" in piece:
        yield _denial(found, place)
    elif none_of(found, place) or _unwished(found, place):
        yield "not" if piece.key == "nothing" else "doubt"
    elif "modal" in piece and sentence.moods[place] != "ask" and not is_wish(found, place):
        yield "modal"
    elif "aside" in piece or "stays" in piece:
        yield "kept"
    elif "suspect" in piece or "query" in piece:
        yield "doubt" if place and "not" in found[place - 1] else "suspect"
    elif "or" in piece and piece.key == "nor":
        yield "not"
    elif "void" in piece and piece.key == "about" and place + 1 < len(found) and is_a(found[place + 1], "number bare"):
        return
    elif "forget" in piece and sentence.moods[place] == "tell" and (not place or is_a(found[place - 1], _STARTS)):
        yield "unknown"
    else:
        simple: tuple[Flag, ...] = ("unknown", "doubt", "void", "until", "past", "over", "back")
        lasting = goes_on(found, place) or _eases_at_first(found, place)
        own = ones_own(found, place) or lets(sentence, place)
        unsaid = (*(["past"] if lasting else []), *(["void"] if own else []))
        yield from (flag for flag in simple if flag in piece and flag not in unsaid)
        if once(found, place):
            yield "past"


def _eases_at_first(found: Sequence[Piece], place: int) -> bool:
    """Whether something was less for a time, and is there: `at first the pain got better`."""
    if found[place].key not in _AT_FIRST:
        return False
    end = next((k for k in range(place + 1, len(found)) if is_a(found[k], "but comma dash")), len(found))
    return not _EASED.isdisjoint(word for piece in found[place + 1 : end] for word in piece.key.split())


_AT_FIRST = ("at first", "initially", "to begin with", "first", "in the beginning", "originally")
_EASED = one_of("eased improved improving better lessened reduced less easing lighter fewer")


def _governs_nothing(found: Sequence[Piece], place: int) -> bool:
    """Whether what a small word would say of what follows is meant otherwise."""
    came = found[place].key == "went" and place > 0 and is_a(found[place - 1], "i third person you")
    behind_it = came or is_behind(found, place) or sets_in(found, place) or of_ones_own(found, place)
    said = found[place].key in ("before", "earlier") and place + 1 < len(found) and "colon" in found[place + 1]
    found_so = found[place].key == "tested" and place + 1 < len(found) and found[place + 1].key.startswith("positive")
    return said or behind_it or found_so or _vouched(found, place) or _becoming(found, place)


def _becoming(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody has become what stands right behind: `he's gone lame`."""
    after = next((piece for piece in found[place + 1 : place + 3] if piece.key not in _VERY), None)
    near = after is not None and "mark" in after
    return found[place].key in ("gone", "went") and near and place > 0 and is_a(found[place - 1], "be have third i")


_VERY = one_of("fierce very all really quite awful desperate so totally completely pure rather terrible bit")


def _no_other(found: Sequence[Piece], place: int, group_of: GroupOf) -> bool:
    """Whether only what is not named is denied: `a lame leg, no other trouble walking`."""
    near = found[place + 1 : place + 3]
    if len(near) < 2 or near[0].key not in ("other", "additional") or "mark" not in near[1]:
        return False
    group = group_at(found, [place + 2], group_of)
    return any("mark" in found[here] and group_at(found, [here], group_of) == group for here in range(place))


def _unwished(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody does not want what follows, so that nobody has it yet: `I don't want a lame leg`."""
    after = next((piece for piece in found[place + 1 :] if piece.key not in _ANY), None)
    denied = "wish" in found[place] and place > 0 and found[place - 1].key == "not"
    return denied and after is not None and "mark" in after


_ANY = one_of("a an any more another further")


_ONE = one_of("i she he my her his")


def _vouched(found: Sequence[Piece], place: int) -> bool:
    """Whether others say what somebody has, or it is said with care: `they say it is X`, `apparently I have X`."""
    said = [piece for piece in found[place + 1 : place + 6] if "small" not in piece][:3]
    if found[place].key not in ("they say", "apparently") or not said:
        return False
    if "mark" in said[0] and said[0].key.split()[0] in _ONE:
        return True  # a phrase that names him: `they say I have X`
    if not is_a(said[0], "i third it my her"):
        return False
    if is_a(said[0], "my her"):
        return len(said) > 1 and "mark" in said[1]
    verb = said[1:2] and said[1].key.split()[0] in ("have", "has", "am", "is", "was", "can", "do", "does")
    return bool(verb) and is_a(said[1] if "mark" in said[1] else said[-1], "mark because")


_WISHING = one_of("ask want prefer request opt insist choose would rather prefers wants asks")


def _denial(found: Sequence[Piece], place: int) -> Flag:
    """A denial, unless another one stands right before it: `not without`, `does not deny`."""
    before = place - 1
    while before >= 0 and is_a(found[before], "do be have small modal third"):
        before -= 1
    if before < 0 or not is_a(found[before], "not deny"):
        return "not"
    undone = found[place].key in ("without", "w/o") or is_a(found[place], "deny") or " of" in found[place].key
    return "kept" if undone and found[before].key in ("not", "never") else "open"


def _govern(sentence: Sentence, place: int, flag: Flag, said: Flags, group_of: GroupOf) -> None:
    """Mark what a small word governs."""
    found = sentence.pieces
    fresh = f"{_FRESH['unknown']} do" if found[place].key == "nor" else _FRESH.get(flag, "")
    chain = chained(found, place, fresh)
    listing = "deny" in found[place] or (place + 1 < len(found) and "colon" in found[place + 1])
    excepted = flag == "not" and _excepting(found, place, chain.end)
    for number, item in enumerate(chain.items):
        mentions = [place for place in item if place in said]
        reach = reaching(found, chain, number, listing, group_of) if mentions else ""
        for mention in mentions if reach else ():
            apart = bool(number) and set(chain.joints) == {"comma"}
            if flag == "until" and (apart or _has_happened(found, place, mention)):
                continue
            if number and flag == "not" and reach == "open" and _told_instead(found, item[0]):
                continue
            if apart and flag == "not" and found[mention].key.split()[0] in _WISHING:
                continue  # not in the one, prefers the other
            if flag == "not" and mention != mentions[0] and found[mention].key.split()[0] in _DENYING:
                continue  # neither is joined to the other: `not X not Y`
            if reach == "open" and flag in ("past", "over", "back", "kept"):
                continue
            beyond = (
                flag == "not" and mention != mentions[0] and not listed_beside(found, chain, item, mention, group_of)
            )
            said[mention].add("open" if excepted or beyond or reach == "open" else flag)


_SO = one_of("so due")
_BEGAN = one_of("got had began started developed became went came noticed felt")


def _has_happened(found: Sequence[Piece], place: int, mention: int) -> bool:
    """Whether what stands behind `until` is so by now: `until I got X`, `before it is due X begins`."""
    between = found[place + 1 : mention]
    whole = any("have" in piece for piece in between)
    bid = any(not _BIDDING.isdisjoint(piece.key.split()) for piece in found[:place])
    began = any(is_a(piece, "i third") for piece in between) and any(piece.key in _BEGAN for piece in between)
    return (began and not (whole or bid)) or any(piece.key in _SO for piece in between)


_BIDDING = one_of("wait hold delay keep continue give treat should must will can do postpone defer")


def _told_instead(found: Sequence[Piece], place: int) -> bool:
    """Whether a word shows that something is told in the place of what was denied: `not numb, just weak`."""
    place = next((k for k in range(place, 0, -1) if found[k - 1].key not in ("a", "an", "some", "her", "my")), 1)
    before = found[place - 1].key
    return before in ("just", "only") or (before == "more" and found[place - 2].key == ",")


def _excepting(found: Sequence[Piece], place: int, end: int) -> bool:
    """Whether something is taken out of a denial, behind it or before: `except for pain nothing`."""
    before = next((piece for piece in found[:place] if not is_a(piece, "small hello and but")), None)
    return (end < len(found) and "except" in found[end]) or (before is not None and "except" in before)


def denied_with(sentence: Sentence, said: Flags, denies: Callable[[int], bool]) -> None:
    """Deny also what a longer phrase that denies something is joined to by `or`: `no X or Y`, `do not have X or Y`."""
    found = sentence.pieces
    for place in said:
        mention = found[place].mention
        if found[place].key.split()[0] not in _DENYING or mention is None or not denies(mention):
            continue
        chain = chained(found, place - 1, "")
        last = len(chain.items) - 1 if "or" in chain.joints else 0
        for item in chain.items[1 : last + 1]:
            for other in (here for here in item if here in said and not said[here]):
                said[other].add("not")


_DENYING = one_of("no not nil without never deny")


# ---------------------------------------------------------------- with, in, for, who has


_NO_FRAME = "third i you do modal wh if consider because when be it"
_PEOPLE = "person relative third her age"


def _framed(found: Sequence[Piece], place: int) -> Iterator[int]:
    """The mentions that belong to `with …`: a list may follow, with denials in it."""
    words = 0
    whose = found[place].key == "whose"  # whose feet are numb
    for here in range(place + 1, len(found)):
        piece = found[here]
        if is_a(piece, MENTIONS):
            yield here
            words = 0
        elif not piece.labels or is_a(piece, "nothing bare"):
            words += 1
            if words > 4:
                return
        elif whose and "be" in piece:
            whose = False
        elif is_a(piece, _NO_FRAME) and "not" not in piece and piece.labels[0] in one_of(_NO_FRAME):
            return


def _person_before(found: Sequence[Piece], place: int) -> bool:
    """Whether a person stands before `with`: `a man with`, `72-year-old with`."""
    near = found[max(0, place - 8) : place]
    return any(is_a(piece, _PEOPLE) for piece in near)


def _with_mine(found: Sequence[Piece], place: int) -> bool:
    """Whether a question begins with what the asker has: `with my neuralgia can I …`."""
    after = found[place + 1 : place + 3]
    mine = bool(after) and (after[0].key == "my" or ("mark" in after[0] and after[0].key.startswith("my ")))
    return not place and mine and any("i" in piece for piece in found[2:])


def _queried(found: Sequence[Piece], place: int) -> bool:
    """Whether `on` or `suffering from` is what is asked: `is she on …?`, `does he suffer from …?`."""
    verbs = "be do modal have"
    if place >= 3 and found[place - 1].key == "be":  # should she be on …?
        return _queried([*found[: place - 1], *found[place:]], place - 1)
    if place >= 2 and is_a(found[place - 1], "third i you it"):
        return is_a(found[place - 2], verbs)
    if place >= 2 and "person" in found[place - 1] and found[place].key != "with":
        before = next((piece for piece in reversed(found[: place - 1]) if not is_a(piece, SMALL)), None)
        rest = [piece for piece in found[place + 1 :] if not is_a(piece, f"{SMALL} {MENTIONS}")]
        return before is not None and is_a(before, verbs) and not rest
    return False


_PATIENTS = one_of("patient pt lady man woman gentleman")


def _beside(found: Sequence[Piece], place: int) -> Iterator[Flag]:
    """What the words right next to a mention make of it: `my pain`, `lame patients`."""
    before = next((piece for piece in reversed(found[:place]) if "small" not in piece), None)
    after = found[place + 1] if place + 1 < len(found) else None
    if before is not None and is_a(before, "my her"):
        yield "void" if _anybodys(found, place, before) else "of a person"
    elif before is not None and "relative" in before and _is_a_thing(found, place):
        yield "of a person"  # my wife's pain
    if only_when(found, place):
        yield "past"
    if "mark" in found[place] and names_ones(found[place]):
        yield "of a person"  # … his pain
    if "mark" in found[place] and place and "age" in found[place - 1] and found[place].key.split()[-1] in _PATIENTS:
        yield "of a person"  # my 60-year-old lame patient
    theirs = (after is not None and is_a(after, "person relative")) or is_in_ones(found, place)
    if owned(found[place + 1 : place + 6]) or ("mark" in found[place] and theirs):
        yield "of a person"
    if after is not None and "mark" in found[place] and "many" in after and _general(found, place):
        yield "void"
    elif after is not None and "mark" in found[place] and "many" in after:
        yield "of a person" if any("modal" in piece for piece in found[:place]) else "framed"


def _is_a_thing(found: Sequence[Piece], place: int) -> bool:
    """Whether a phrase right behind somebody names what he has, and does not tell what he does: `had six shots`."""
    behind = place > 0 and "relative" in found[place - 1]
    return behind and "mark" in found[place] and found[place].key.split()[0] not in _DOING


_DOING = one_of("have had has having get gets got getting take takes took taking need needs be is was are can could")


def _general(found: Sequence[Piece], place: int) -> bool:
    """Whether a sentence begins with people who have something, and tells what holds for them."""
    opens = all(is_a(piece, "small") for piece in found[:place])
    return opens and place + 2 < len(found) and is_a(found[place + 2], "modal do")


_MAKING = one_of("make makes making give gives cause causes leave leaves turn turns affect affects")


def _anybodys(found: Sequence[Piece], place: int, before: Piece) -> bool:
    """Whether `your` is one's, as in `it makes your feet tingle`."""
    at = found.index(before)
    return before.key == "your" and at > 0 and found[at - 1].key in _MAKING
