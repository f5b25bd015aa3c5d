"""What a record names only in words, like a drug of the guideline: never counted, never passed over in silence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ..model import Guideline
from .elements import Element, parts, shown, text
from .record import Chart, Ignored, Lookalike
from .report import named
from .settle import Settled, grouped

_LONGEST = 36
_ALLERGY = " allergy"


@lru_cache(maxsize=16)
def drug_names(guideline: Guideline) -> Mapping[str, str]:
    """Every name of a drug of the guideline, as `alike` writes it → the drug; the longest names first."""
    drugs = {row.name for row in guideline.codes if row.what == "drug"}
    drugs |= {give.drug for rule in guideline.rules for give in rule.action.gives}
    found = {alike(drug.replace("_", " ")): drug for drug in drugs}
    found |= {alike(other): name for other, name in guideline.aliases.items() if name in drugs}
    return {name: found[name] for name in sorted(found, key=lambda one: (-len(one), one)) if name}


def alike(words: str) -> str:
    """Words with capitals, spaces and raised or lowered figures made alike."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def looks_like(concepts: Iterable[Element | None], names: Mapping[str, str]) -> tuple[str, str]:
    """The drug whose name stands as whole words in a text or display, and that text; two empty texts if none does.

    The longest name wins, so that a name inside a longer one does not hide it.
    """
    said = [(alike(one), one) for concept in concepts if concept for one in said_of(concept)]
    for name, drug in names.items():
        for words, written in said:
            if name in words and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words):
                return drug, written
    return "", ""


def said_of(concept: Element) -> list[str]:
    """What a CodeableConcept says in words: its text and the displays of its codings."""
    words = [text(concept, "text"), *(text(coding, "display") for coding in parts(concept, "coding"))]
    return [one for one in words if one and one.strip()]


def possible_allergy(concepts: Iterable[Element | None], chart: Chart) -> str:
    """The drug, or what else the guideline has an allergy to, that one without a known code names; empty if none."""
    return looks_like(concepts, {**chart.drug_names, **_allergens(chart.guideline)})[0]


@lru_cache(maxsize=16)
def _allergens(guideline: Guideline) -> Mapping[str, str]:
    """What the guideline asks for an allergy to, by the phrases of its facts."""
    found = (alike(fact.phrase).removesuffix(_ALLERGY) for fact in guideline.facts.values() if _ALLERGY in fact.phrase)
    return {name: name for name in found if name}


def settle_lookalikes(found: Iterable[Lookalike]) -> Iterator[Settled]:
    """One notice for all that looks alike; nothing becomes known by it."""
    for group in grouped(found, lambda one: (one.source.kind == "AllergyIntolerance", one.drug, one.words)):
        first = group[0]
        allergic = first.source.kind == "AllergyIntolerance"
        notice = _allergy(group) if allergic else _doses(group)
        about = f"an allergy to {_plain(first)}" if allergic else _plain(first)
        ignored = tuple(Ignored(one.source, f"it looks like {about}, but its code is not known") for one in group)
        yield Settled(first.drug, None, first.source, ignored=ignored, notices=(notice,))


def _allergy(group: list[Lookalike]) -> str:
    where = named(one.source.reference for one in group)
    return f"a possible allergy to {_plain(group[0])} is on record ({where}): check before giving"


def _doses(group: list[Lookalike]) -> str:
    words, where = group[0].words, named(one.source.reference for one in group)
    quoted = shown(words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…")
    days = named(sorted({one.day or "an unrecorded day" for one in group}))
    count = f"the dose of {days} is" if len(group) == 1 else f"the doses of {days} are"
    return f"{quoted} ({where}) looks like {_plain(group[0])}, but its code is not known: {count} not counted"


def _plain(one: Lookalike) -> str:
    return one.drug.replace("_", " ")
