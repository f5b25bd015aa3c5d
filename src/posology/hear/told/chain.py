"""How far a small word governs: `no A, B or C` denies all three, `no A, but B` only the first.

Of `no A, B` nobody can tell, so that B stays open; what is told in words of its own is told: `no A, now B`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..text.clauses import MENTIONS, SMALL, Piece, is_a
from ..text.words import one_of
from .examined import ILL, WELL

GroupOf = Callable[[int], str]
"""The group of a mention's fact; members of a list are of one group."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The items that a small word governs, by place, the joints between them, where it ends, and that word's place."""

    items: tuple[tuple[int, ...], ...]
    joints: tuple[str, ...]
    end: int
    place: int = 0


def chained(found: Sequence[Piece], place: int, fresh: str) -> Chain:
    """What follows a small word, as far as it governs: items with commas, `and` and `or` between them."""
    items: list[list[int]] = [[]]
    joints: list[str] = []
    words, end = 0, len(found)
    for here in range(place + 1, len(found)):
        piece = found[here]
        joint = next((join for join in ("or", "and", "comma") if join in piece), "")
        if joint:
            if not items[-1]:
                if not joints:
                    end = here
                    break
                joints[-1] = joint if joints[-1] == "comma" else joints[-1]
            else:
                joints.append(joint)
                items.append([])
            words = 0
        elif _ends(found, place, here, items[-1], joints):
            end = here
            break
        elif is_a(piece, MENTIONS):
            items[-1].append(here)
            words = 0
        elif not piece.labels or is_a(piece, "nothing bare"):
            items[-1].append(here)
            words += 1
            if words > 4:
                end = here
                break
        elif not (_passes(piece, items, joints, fresh) or _trails(found, here, items)):
            end = here
            break
    return Chain(tuple(map(tuple, items)), tuple(joints), end, place)


def _ends(found: Sequence[Piece], place: int, here: int, item: Sequence[int], joints: Sequence[str]) -> bool:
    """Whether something is told by itself, so that what governs ends before it."""
    if none_of(found, here) or (joints and _shown(found, here, joints[-1])):
        return True
    if joints and not item and found[here].key.split()[0] in _TOLD:
        return True  # denies A, reports B
    if joints and not item and _anew(found, here, joints[-1]):
        return True
    return is_a(found[here], MENTIONS) and _of_a_thing(found, place, item, here)


_VERBS = one_of("is are was were has have feel feels felt went gone")


def _says(piece: Piece) -> bool:
    """Whether a phrase is a sentence of its own, with subject and verb: `her feet are numb`."""
    return not _VERBS.isdisjoint(piece.key.split()[1:-1])


def _anew(found: Sequence[Piece], here: int, joint: str) -> bool:
    """Whether what stands behind a joint is said by itself."""
    again = found[here].key.split()[0] in ("no", "not")  # not on X, not planning Y
    stated = joint != "or" and is_a(found[here], MENTIONS) and (again or _says(found[here]))
    after = found[here + 1].key.split()[-1] if here + 1 < len(found) else ""
    stated = stated or (joint == "comma" and "mark" in found[here] and after in _NOTED)
    stated = stated or (joint != "or" and _found_well(found[here]))
    return stated or _found_ill(found, here, joint) or (joint != "or" and _suspected(found, here))


_TOLD = one_of("admit admits admitted report reports reported endorse endorses complains complaining endorsed")


def _found_well(piece: Piece) -> bool:
    """Whether a finding is told to be well, or told at all: `no pain, sleep normal`, `…, admits pain`."""
    words = piece.key.split()
    return "mark" in piece and len(words) > 1 and (words[-1] in WELL or words[0] in _TOLD)


_NOTED = one_of("reported noted present found seen evident developed")


def _found_ill(found: Sequence[Piece], here: int, joint: str) -> bool:
    """Whether a finding stands behind a comma, which nobody denies or doubts in these words: `…, memory poor`."""
    listed = here + 1 < len(found) and is_a(found[here + 1], "or and")
    return joint == "comma" and not listed and "mark" in found[here] and found[here].key.split()[-1] in ILL


def _passes(piece: Piece, items: list[list[int]], joints: list[str], fresh: str) -> bool:
    """Whether a small word may stand between the governing word and what it governs."""
    if is_a(piece, SMALL):
        return True
    if not items[-1] and not joints:
        return ("colon" in piece) or (is_a(piece, fresh) and ("not" not in piece or "not" in one_of(fresh)))
    return not items[-1] and joints[-1] == "or" and piece.key in ("on", "in", "taking", "having")


def _trails(found: Sequence[Piece], here: int, items: list[list[int]]) -> bool:
    """Whether a preposition only says where a mention is: `in her feet`."""
    if not items[-1] or not is_a(found[here], "of prep frame"):
        return False
    ahead = next((piece for piece in found[here + 1 :] if not is_a(piece, SMALL)), None)
    return ahead is not None and not ahead.labels and is_a(found[items[-1][-1]], MENTIONS)


def reaching(found: Sequence[Piece], chain: Chain, number: int, listing: bool, group_of: GroupOf) -> str:
    """Whether an item of a list is governed: yes, open (nobody can tell) or not at all (empty)."""
    if number == 0 and _run_on(found, chain):
        return "open"
    if number == 0:
        return "yes"
    if chain.joints[0] == "comma" and "or" not in chain.joints and _thing_first(found, chain, group_of):
        return ""
    if listing:
        return "yes"
    if set(chain.joints) == {"comma"} and _of_first_only(found, chain):
        return ""
    joints = chain.joints[number - 1 :]
    if _closed(found, chain, number):
        return ""
    groups = {group_at(found, item, group_of) for item in chain.items[: number + 1]}
    alike = len(groups) == 1 and "" not in groups
    if any(joint == "or" and _named(found, chain.items[number + place]) for place, joint in enumerate(joints)):
        return "yes"
    if any(joint == "and" and _named(found, chain.items[number + place]) for place, joint in enumerate(joints)):
        verb = found[chain.place].key == "not" and "" not in groups  # not on A, B and B
        return "yes" if alike else "" if verb else "open"
    told = found[chain.place].key in ("not", "never") and not alike and _as_found(found, chain.items[number])
    return "open" if alike or ("" in groups and not told) else ""


def _of_first_only(found: Sequence[Piece], chain: Chain) -> bool:
    """Whether a comma ends what a word governs: `can't get up, legs weak`, `thinks it is X, pain`."""
    first = chain.items[0][0]
    lead = [piece for piece in found[max(0, first - 4) : first] if not is_a(piece, "small my her")]
    keys = [piece.key for piece in lead]
    unable = {"can", "could"} & set(keys[:-1]) and "not" in keys and not is_a(found[first], "mark name")
    return bool(unable) or (keys[-2:] == ["it", "is"] and keys[-3:-2] == ["think"])


def listed_beside(found: Sequence[Piece], chain: Chain, item: Sequence[int], place: int, group_of: GroupOf) -> bool:
    """Whether a list goes on without a comma: `no A B or C`; but of `no severe A` it stays open whether there is A."""
    before = place - 1
    if "or" not in chain.joints or before not in item or not is_a(found[before], "mark"):
        return False
    return group_at(found, [before], group_of) == group_at(found, [place], group_of) != ""


def none_of(found: Sequence[Piece], place: int) -> bool:
    """Whether `nothing` stands right before a mention: `nothing numb`, but not `nothing takes the pain away`."""
    near = found[place + 1 : place + 2]
    return found[place].key == "nothing" and bool(near) and "mark" in near[0] and " with " not in near[0].key


def group_at(found: Sequence[Piece], item: Sequence[int], group_of: GroupOf) -> str:
    """The group of the first mention of an item."""
    mentions = [found[place].mention for place in item if is_a(found[place], MENTIONS)]
    return group_of(mentions[0]) if mentions and mentions[0] is not None else ""


def _named(found: Sequence[Piece], item: Sequence[int]) -> bool:
    """Whether an item is a thing, and not the rest of a date: `in 2019 or 2020`."""
    return bool(item) and (is_a(found[item[0]], "mark name") or found[item[0]].key[:1].isalpha())


# ---------------------------------------------------------------- where a denial ends


_NO = one_of("no nil without w/o zero")
_THINGS = one_of(
    """
    allergy allergies pmh pmhx med meds medication medications medicine medicines drug drugs smoking smoker alcohol
    etoh fhx comorbidity comorbidities co-morbidity history background flag flags
    rx tablet tablets travel
    """
)
"""Things that a note says there is none of, in a line of their own: `no allergies`."""
_ENDINGS = ("tion", "sion", "ity", "itis", "ism", "osis", "ery", "emia", "ology", "ure", "pathy", "ancy", "ma", "lepsy")
"""How a noun ends: behind it stands nothing that it belongs to."""
_MATTERS = one_of(
    "problem problems issue issues condition conditions illness illnesses complaint complaints symptom symptoms concern"
)
"""Things behind which a comma ends what is denied: `no other problems, numb feet`."""
_HINTS = one_of(
    "evidence indication suggestion suspicion documentation mention description reduction limitation duration question"
)
_FOUND = ILL | one_of("low numb weak unsteady deficient")
_FRESHLY = one_of("now new newly currently today")
_SUSPECTED = one_of("suspected suspects suspect thinks possible probable likely presumed query ?")
_SHOWS = one_of(
    "show shows showed showing reveal reveals revealed demonstrate demonstrates demonstrated suggests suggest suggested"
)
_SCANS = one_of("mri scan imaging ct")


def _is_thing(word: str) -> bool:
    return word in _THINGS or (word.endswith(_ENDINGS) and word not in _HINTS)


def _of_a_thing(found: Sequence[Piece], place: int, item: Sequence[int], here: int) -> bool:
    """Whether a thing was denied, and what stands behind it without a comma is told: `no allergies numb feet`."""
    if place < 0 or found[place].key.split()[0] not in _NO or not item or here != item[-1] + 1:
        return False
    thing = _is_thing(found[item[-1]].key) and not is_a(found[item[-1]], MENTIONS)
    return thing or found[here].key.split()[-1] in _FOUND


_MODIFIERS = one_of(
    """
    severe new recent obvious clear real major minor gross frank overt known definite other further current prior early
    late mild subtle focal sure particular lower upper left right hint such more much great single true bad
    ongoing lasting remaining persisting existing worsening continuing increasing underlying lingering distal proximal
    """
)
_MODIFYING = ("al", "ous", "ive", "ed", "ent", "ant", "ic", "ble", "ful", "ary", "ar", "ory")
"""How a word ends that only says which: `no clinical pain`."""


def _run_on(found: Sequence[Piece], chain: Chain) -> bool:
    """Whether nobody can tell where a denial ends: `no cough pain fever`, where the first word may be a thing."""
    first = chain.items[0]
    at = next((k for k, place in enumerate(first) if is_a(found[place], MENTIONS)), 0)
    if not at or "or" in chain.joints or found[chain.place].key.split()[0] not in _NO:
        return False
    word = found[first[at - 1]].key
    alone = word in _MODIFIERS or word in _HINTS or word.endswith(_MODIFYING)
    return not alone and any(place == first[at] + 1 and is_a(found[place], MENTIONS) for place in first[at + 1 :])


def _thing_first(found: Sequence[Piece], chain: Chain, group_of: GroupOf) -> bool:
    """Whether a list with commas only begins with a thing and goes on with findings: `no allergies, numb feet`."""
    first, others = chain.items[0], [item for item in chain.items[1:] if item]
    others += [(chain.end,)] if chain.end < len(found) and is_a(found[chain.end], MENTIONS) else []
    named = any(is_a(found[place], MENTIONS) for place in first)
    denies, word = is_a(found[chain.place], "deny"), found[first[-1]].key
    none = found[chain.place].key.split()[0] in _NO
    if named or not others or not (none or (denies and word in _THINGS)):
        return False
    if none and word in _THINGS | _MATTERS:
        return True
    groups = {group for item in others if (group := group_at(found, item, group_of))}
    thing = _is_thing(word)
    if len(others) == 1:
        return thing and _as_found(found, others[0])
    return len(groups) > 1 and (thing or any(_as_found(found, item) for item in others))


def _closed(found: Sequence[Piece], chain: Chain, number: int) -> bool:
    """Whether a list of things was closed before an item: `no fever or cough, numb feet`."""
    before, behind = chain.joints[: number - 1], chain.joints[number - 1 :]
    if "or" not in before or "or" in behind or found[chain.place].key.split()[0] not in _NO:
        return False
    return not any(
        is_a(found[place], MENTIONS)
        for item in chain.items[: len(before) - before[::-1].index("or") + 1]
        for place in item
    )


def _as_found(found: Sequence[Piece], item: Sequence[int]) -> bool:
    """Whether an item is worded as it is found in somebody, and not as in a list: `numb feet`, `pain in …`."""
    place = next((place for place in item if is_a(found[place], MENTIONS)), None)
    if place is None:
        return False
    words = found[place].key.split()
    doing = len(words) > 1 and words[0].endswith("ing")
    formed = doing or words[-1] in _FOUND or words[0] in _FOUND or not one_of("in on of").isdisjoint(words[1:])
    return is_a(found[place], "number") or formed


def _suspected(found: Sequence[Piece], here: int) -> bool:
    """Whether something is new or suspected, and so not denied: `…, suspected pain`, `…, now pain`."""
    piece = found[here]
    words, after = piece.key.split(), [word for near in found[here + 1 : here + 4] for word in near.key.split()]
    if not is_a(piece, MENTIONS):
        return False
    told = (
        words[0] in _FRESHLY
        or not _SUSPECTED.isdisjoint(words)
        or found[here - 1].key in _FRESHLY
        or not _SHOWS.isdisjoint(words)
    )
    seen = "on" in words and not _SCANS.isdisjoint(words)
    return told or seen or (after[:1] == ["on"] and not _SCANS.isdisjoint(after[:3])) or after[:1] == ["suspected"]


def _shown(found: Sequence[Piece], here: int, joint: str) -> bool:
    """Whether a scan shows something, or it is a new one: `no A, the scan shows B`, `no A, newly B`."""
    fresh = found[here].key in _FRESHLY and is_a(found[here - 1], "comma and")
    shows = not _SHOWS.isdisjoint(found[here].key.split())
    return joint != "or" and not is_a(found[here], MENTIONS) and (shows or fresh)
