"""What a headline does without: lines that stand beside what was asked and are not known to be the patient's."""

from __future__ import annotations

from .answered import Said
from .asked.match import Part
from .asked.speech import words_of
from .by_number import Answers
from .choose import is_given
from .ground import Ground, rule_of
from .talk import Talk
from .yes_or_no.first_word import decides

_BARE = words_of("and or how often which one ones when what them those it is are at do does we i you")
_KINDS = ("give", "check")
"""What may be somebody else's: a treatment, and what is looked at."""


def without_foreign(answers: Answers, told: Talk, here: Ground) -> Answers:
    """The answers without what is of no question, of a turn that was only told, or of what the first says already."""
    first = next(((word, said) for word, said in answers if said), None)
    if first is None or first[1] is None:
        return answers
    word, lead = first
    return [one for one in answers if one[1] in (None, lead) or not _foreign(one[1], word, lead, told, here)]


def _foreign(said: Said | None, word: str, lead: Said, told: Talk, here: Ground) -> bool:
    rule = rule_of(said.statement, here) if said else None
    part = next((one for one in told.parts if said and one.called == said.part), None)
    if said is None or part is None or part.called == lead.part:
        return False
    if lead.applies == "no" and word == "Yes" and _looks(lead, here):  # a value that is as it should be
        return said.applies != "yes"
    if part is told.parts[0]:
        return False
    if not part.claim.words:
        firm = decides(word) or is_given(lead)
        return firm and said.applies != "yes" and rule is not None and rule.action.kind in _KINDS
    return _only_told(part, told) or (_goes_on(part) and _says_when(lead, here))


def _only_told(part: Part, told: Talk) -> bool:
    """Whether a part is a general one of what was only told, and the question is of a matter of its own."""
    heeded = [one for one in told.asked.heeded if any(m.aspect in part.aspects for m in one.covered)]
    telling = bool(heeded) and not any(one.clause.asked for one in heeded)
    general = all(aspect.kind == "general" for aspect in part.aspects)
    same = (one for one in told.parts if one is not part and one.claim.words == part.claim.words)
    return telling and general and any(aspect.kind == "about" for one in same for aspect in one.aspects)


def _goes_on(part: Part) -> bool:
    """Whether a part only goes on with the question before: `and how often?`, `and which ones?`."""
    return all(word.raw in _BARE for word in part.claim.words)


def _looks(lead: Said, here: Ground) -> bool:
    """Whether a line says what is looked at."""
    rule = rule_of(lead.statement, here)
    return rule is not None and rule.action.kind == "check"


def _says_when(lead: Said, here: Ground) -> bool:
    """Whether a line says what is tested, and when."""
    rule = rule_of(lead.statement, here)
    return rule is not None and rule.action.kind == "check" and rule.action.timing is not None
