"""What was denied of before and is so now: `no X until last week`, `denied X at first, now admits to it`."""

from __future__ import annotations

import re

from ..text.clauses import Sentence, is_a
from .negation import Flags

_UNTIL = re.compile(
    r"^(?:(?:at all|or|any|in|her|his|my|the|\w+ly) ){0,3}(?:until|till) (?:about )?"
    r"(?:last|this|yesterday|today|recently|lately|now|(?:a|one|two|three|four|five|six|few|\d+) .{0,12}ago)\b"
)
_SINCE = re.compile(
    r"\b(?:now|but|today) (?:(?:she|he|i|they|it) )?(?:does|do|has|have|is|am|are|did)(?: (?:now|so|it|them|some))?"
    r" ?(?:[.,;!?]|$)"
    r"|\bnow (?:admit|report|get|feel|has|describe|complain of|notice)s?(?: to)? (?:it|them|this|that|some)\b"
)
_DENIES = re.compile(r"\b(?:deny|denies|denied|denying)(?: that)?(?: (?:the|her|his|my|any))?$")
_GONE = re.compile(
    r"^(?:has|have|had|is|are) (?:all |fully |completely )?(?:gone|resolved|settled|cleared|improved|better)\b"
)
_STAYS = re.compile(r"^(?:is|are|was|has|have|did|does) not ?(?:[.,;!?]|$)")


def come_since(sentence: Sentence, said: Flags) -> None:
    """Take the denial off what is so by now, or of which only the end is denied."""
    found = sentence.pieces
    listed = False  # the one before the next is denied with it
    for place in sorted(said, reverse=True):
        flags = said[place]
        if "mark" not in found[place] or flags.isdisjoint(("not", "over")):
            listed = False
            continue
        before = " ".join(piece.key for piece in found[:place])
        after = " ".join(piece.key for piece in found[place + 1 : place + 12])
        gone = any("over" in said[other] for other in said if other < place)
        stays = "not" in flags and gone and "but" in before.split()[-3:] and bool(_STAYS.match(after))
        ended = bool(_DENIES.search(before) and _GONE.match(after))
        come = "not" in flags and bool(_UNTIL.match(after) or _SINCE.search(after))
        listed = come or (listed and is_a(found[place + 1], "or and comma") and "not" in flags)
        if stays or ended or listed:
            flags -= {"not", "until", "over", "past"}
