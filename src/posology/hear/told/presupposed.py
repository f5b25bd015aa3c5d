"""What is only doubted or asked in its cause, its end or its news, and is so: `he thinks my X is due to age`."""

from __future__ import annotations

import re

from ..text.clauses import Sentence, is_a
from ..text.words import one_of
from .behind import Flag
from .negation import Flags

_UNBELIEVED = re.compile(
    r"\b(?:believes?|believed|listens?|listened|hears?|heard) (?:to )?(?:me|us|him|her) about$"
    r"|\b(?:ignores?|ignored|ignoring|dismissed|dismisses|brushed off|laughed off|shrugged off)$"
)
_THOUGHT = re.compile(
    r"\b(?:thinks?|thought|reckons?|reckoned|believes?|believed|says?|said|suspects?|feels?|wonders?|"
    r"wondering|sure|unsure|whether|if)"
    r"(?: (?:that|if|whether))?$"
)
_CAUSED = re.compile(
    r"(?:(?:is|are|was|were|may|might|could|must|be|all|just|only|probably|likely|more|being) )*"
    r"(?:down to|due to|d/t|caused by|because|from|related|linked|connected|secondary|part of|"
    r"nothing to do|the result)\b"
)
_COPED = re.compile(
    r"\b(?:what|how|anything|something)(?: else)? (?:can|do|should|could|will) (?:i|we) "
    r"(?:(?:do|take|have|get|use|try) (?:about|for|to help|to ease|to stop|with)|cope with|manage|"
    r"get rid of|stop|ease|help|relieve|"
    r"live with|deal with|treat|improve|fix|sort)(?: with)?$"
)
_WHEN = re.compile(r"^(?:\w+ ){0,2}(?:how long|how soon|how quickly|when|how many \w+)(?: \w+){0,5}$")
_ENDING = re.compile(
    r"(?:(?:will|should|to|does|do|take to|take|start to|starts to|begin to|begins to|finally|completely|fully) )*"
    r"(?:gets? (?:any )?(?:better|easier)|go|goes|clears?|improves?|eases?|stops?|settles?|heals?|"
    r"disappears?|lifts?|shifts?|"
    r"be gone|be better|go away|goes away|wears? off|resolves?)\b"
)
_WORRIED = re.compile(
    r"\b(?:worried|worries|afraid|scared|concerned|anxious|frightened|terrified|fear|worry|worrying|"
    r"scare)(?: (?:that|about|of|by|me))*$"
)
_TURNS = one_of("is are go going get getting will turn turning come coming start starting begin return")
_LASTS = re.compile(
    r"(?:(?:will|might|may|could|would|is|are|does|do) )*(?:not|never|permanent|lasting|here to stay|getting worse|"
    r"get worse|gets worse|worse)\b"
)
_TURNED = re.compile(r"\b(?:but|not|no|nor)\b|;")
_OTHERS = re.compile(
    r"\b(?:most|many|patients|people|others|everyone|usually|generally)\b"
    r"|\bmy (?!gp|doctor|dr|nurse|consultant|neurologist|practice|physio)\w+ (?:\w+ )?"
    r"(?:thinks?|thought|says?|said)\b"
)
_AHEAD = re.compile(r"(?:from )?(?:happen|start|com|develop|gett|return|appear)(?:e|ing)?\b")
_UNTOLD = re.compile(
    r"\b(?:never|not) (?:mentioned|mention|told|tell|bring up|brought up|raise|raised|say|said|report|reported)"
    r"(?: (?:anything|her|him|them|me|anyone|anybody|about|to))*$"
)
_CAUSES = one_of("related induced associated mediated linked")
_DOUBTING: set[Flag] = {"suspect", "doubt", "void"}
_ONES = one_of("my her his the this these our")


def presupposed(sentence: Sentence, said: Flags) -> None:
    """Take off what is said of a mention where the words only doubt, ask or leave out something else about it."""
    found = sentence.pieces
    for place, flags in said.items():
        if "mark" not in found[place]:
            continue
        first = place
        while first and found[first - 1].key in _ONES:
            first -= 1
        before = " ".join(piece.key for piece in found[:first])
        after = " ".join(piece.key for piece in found[place + 1 : place + 9])
        theirs, mood = first < place, sentence.moods[place]
        if any("if" in piece for piece in found[place + 1 :]) or mood == "suppose":
            continue
        if _of_the_cause(before, after, mood) or _named_after_a_cause(sentence, place):
            flags -= _DOUBTING
            flags.add("presumed")
        elif theirs and mood == "tell" and _UNBELIEVED.search(before):
            flags -= {*_DOUBTING, "not"}
        elif theirs and _UNTOLD.search(before):
            flags -= {"not"}
        elif _feared_to_last(found[place].key, before, after, theirs):
            flags -= {*_DOUBTING, "modal"}
        elif mood == "ask" and _to_end(before, after, theirs):
            flags -= {*_DOUBTING, "until", "over", "modal"}
            flags.update(("of a person", "presumed"))


def _of_the_cause(before: str, after: str, mood: str) -> bool:
    """Whether only the cause is in doubt: `he thinks X is down to Y`."""
    told = mood == "tell" and bool(_THOUGHT.search(before) and _CAUSED.match(after))
    return told and not _TURNED.search(after) and not _OTHERS.search(before)


def _named_after_a_cause(sentence: Sentence, place: int) -> bool:
    """Whether only the cause is queried that stands right before it: `? Y related X`."""
    found = sentence.pieces[max(0, place - 3) : place]
    return len(found) > 2 and found[-1].key in _CAUSES and is_a(found[-2], "mark name nothing") and "query" in found[-3]


def _feared_to_last(key: str, before: str, after: str, theirs: bool) -> bool:
    """Whether somebody is worried about what he has: `worried my X won't go`, not `… my X will come back`."""
    named = theirs and _TURNS.isdisjoint(key.split())
    return named and bool(_WORRIED.search(before)) and bool(_LASTS.match(after))


def _to_end(before: str, after: str, theirs: bool) -> bool:
    """Whether it is asked when something will end, or what one can do for it."""
    if _AHEAD.match(after) or _OTHERS.search(after):
        return False
    return bool(_COPED.search(before)) or (theirs and bool(_WHEN.match(before)) and bool(_ENDING.match(after)))
