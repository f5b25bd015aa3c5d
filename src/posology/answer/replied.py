"""Bare replies to what an answer asked next: `yes`, `no`, `both`, `40 cm`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..hear.later.replies import NO, YES
from ..hear.turns import Left
from ..model import Guideline
from .asked.speech import words_of

_YES = YES | words_of("correct both all")
_NO = NO - {"nothing"} | {"n"}
_SMALL = words_of(
    "it is there was has have had does do did are he she i they we of them those these that at so yet ever afraid "
    "sadly unfortunately luckily sir doctor the to questions answers answer first one"
)
_SEVERAL = words_of("both all neither none")
_ABOUT = words_of("about around roughly only just it is was are were approximately some circa nearly almost i think")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_AGO = re.compile(
    r"\W*(?:about |around |roughly |some )?(?:an? |a few |a couple of |\w+ )(?:day|week|month|year)s? ago\W*", re.I
)
_LONGEST = 6
_UNITS = 2


def is_bare(text: str) -> bool:
    """Whether a turn is nothing but a yes, a no, a number or a time."""
    return bool(_said(text)) or _counts(text) or bool(_AGO.fullmatch(text))


def _said(text: str) -> str:
    """Which of both a turn is: a yes, or a no; nothing if it says more."""
    words = re.findall(r"[a-z]+", text.lower().replace("'", ""))
    if not words or "?" in text or len(words) > _LONGEST or not _YES.union(_NO, _SMALL).issuperset(words):
        return ""
    if words[0] not in _YES | _NO or re.search(r"\d", text):
        return ""
    return "no" if not _NO.isdisjoint(words) else "yes"


def _counts(text: str) -> bool:
    """Whether a turn is a number, with its unit at most."""
    words = [word for word in text.lower().strip(" .!").split() if word not in _ABOUT]
    first = _NUMBER.match(words[0]) if words else None
    return first is not None and "?" not in text and len(words) <= _UNITS


def asked_of(questions: Sequence[str], text: str, guideline: Guideline) -> Left:
    """The facts of which an answer's questions ask and that a bare reply tells.

    Of several that are asked by yes or no only if it says that it is of all.
    """
    asking = {words: fact for fact in guideline.facts.values() for words in (fact.question, fact.patient_question)}
    facts = [asking[question] for question in questions if question in asking]
    if _counts(text):
        numbers = [fact.name for fact in facts if fact.kind == "number"]
        return Left(number=numbers[0] if len(numbers) == 1 else None)
    plain = tuple(fact.name for fact in facts if fact.kind == "yes/no")
    several = not _SEVERAL.isdisjoint(re.findall(r"[a-z]+", text.lower()))
    return Left(facts=plain if len(plain) == 1 or several else ())
