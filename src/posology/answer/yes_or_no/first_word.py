"""The first word of an answer that was asked for as yes or no, where the map has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..answered import Said
from ..asked.coverage import Aspect
from ..asked.match import Part
from ..asked.measured import asked_in
from ..choose import keeps_from


def first_word(part: Part, said: Said, chosen: Sequence[Said], held: Collection[str] = ()) -> str:
    """The first word of an answer that was asked for as yes or no, or nothing; ``held`` lines are known to hold."""
    if not part.asks or (part.claim.objects and keeps_from(said)):
        return ""
    name = said.statement.name
    mapped = [a for a in part.aspects if a.yes_or_no and (name in a.yes_or_no or name in _own(a, name in held))]
    mapped = sorted(mapped, key=lambda a: a.harm is part.claim.harm)
    words = mapped[-1].yes_or_no if mapped else part.words
    keyed = {words[s.statement.name] for s in chosen if s.statement.name in words}
    own = words.get(name, "") if name in held or len(keyed) == 1 else ""
    word = own or words.get("", "") or ("It depends" if len(keyed) > 1 else "")
    word = _turned(word) if part.turned else word
    if word[:3] == "Yes" and _left_open(said):
        return "It is a clinician's decision"
    kept = word == "No" and not part.claim.acts and keeps_from(said)  # from what nobody asks for
    return word if not decides(word) or (_fits(word, part, mapped) and not kept) else ""


def _own(aspect: Aspect, held: bool) -> Sequence[str]:
    """The statements of an aspect that its yes or no is said of."""
    return aspect.statements if held else aspect.statements[:1]


def _left_open(said: Said) -> bool:
    """Whether a line leaves it to the clinician if something is done."""
    rule = said.statement.rule
    return rule is not None and rule.action.kind == "decide" and rule.action.words.startswith("whether")


def _fits(word: str, part: Part, mapped: Sequence[Aspect]) -> bool:
    """Whether a yes or a no of the map fits a question: nothing turns it, and it asks of harm where the aspect does."""
    told = part.claim
    harm = any(a.harm for a in mapped)
    if not told.plain or asked_in(told) or told.other or (told.harm is not harm and not part.turned):
        return False
    if told.ends and word[:3] == "Yes":
        return False
    return not (("keep", True) in told.acts and word[:2] == "No")


def decides(word: str) -> bool:
    """Whether a first word is a yes or a no, which only fits a question that nothing turns."""
    return word.replace(",", " ").split(" ")[:1] in (["Yes"], ["No"], ["yes"], ["no"])


def _turned(word: str) -> str:
    """The opposite answer, for `is it wrong to …`."""
    return {"yes": "No", "no": "Yes"}.get(word.replace(",", " ").split(" ")[0].lower(), word) if word else ""
