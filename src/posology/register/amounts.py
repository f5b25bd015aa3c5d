"""How much a dose was: whether what is written can be a dose that was given, each way of writing looked at once.

The course of a patient hangs on the days, not on the amounts. But where the amount says that nothing was given, or is
none, the day is not believed either.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..model import Guideline
from ..quantity import DOSED, dose, most, split
from . import cells
from .files import Engine
from .quality import Quality, some_of, words_in
from .queries import given

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

PLACE = "doses.dose_mg"
LARGE = 10
"""A dose is large that is more than so many times the guideline's largest: another unit may have been meant."""
BY_THE_PIECE = re.compile(
    r"(ml|millilit(er|re)s?|amps?\.?|ampoules?|ampules?|vials?|doses?|injections?|inj\.?|units?|i\.?u\.?|x)\b.*"
)
"""What is no mass and still says that something was given."""


def amounts(written: ir.Table, guideline: Guideline, engine: Engine, quality: Quality) -> tuple[ir.Value, ir.Value]:
    """Whether a row's amount is none that can have been given; and whether it is so large that a unit may be wrong."""
    no = ibis.literal(False)
    if "dose_mg" not in written.columns:
        return no, no
    largest = _largest(guideline)
    odd = _unusual(written.dose_mg, largest.get("mg", most("mg")))
    words = words_in(odd, engine)
    told = {word: amount(word) for word in words}
    none = {word: many for word, many in words.items() if told[word] is None}
    large = {word: many for word, many in words.items() if _is_large(told[word], largest)}
    do = "Write milligrams above 0, or nothing where it is not known; leave out doses that were not given."
    quality.say(sum(none.values()), PLACE, f"no dose that can have been given, so not used: {some_of(none)}", do)
    what = f"more than {LARGE} times what the guideline gives, but counted all the same: {some_of(large)}"
    quality.say(sum(large.values()), PLACE, what, "Was another unit meant? Write milligrams.")
    known = [given(f"dose {k}", word, "string") for k, word in enumerate(w for w in words if w not in none)]
    much = [given(f"large dose {k}", word, "string") for k, word in enumerate(large)]
    lost = (odd.notin(known) if known else odd.notnull()).fill_null(False) if words else no
    return lost, odd.isin(much).fill_null(False) if much else no


def _largest(guideline: Guideline) -> Mapping[str, float]:
    """Beyond what a dose is large, in each unit in which the guideline gives one."""
    found: dict[str, float] = {}
    for give in (give for rule in guideline.rules for give in rule.action.gives):
        found[give.unit] = max(found.get(give.unit, 0.0), LARGE * give.high)
    return found


def _is_large(told: tuple[float, str] | None, largest: Mapping[str, float]) -> bool:
    return told is not None and told[0] > largest.get(told[1], math.inf)


def _unusual(cell: ir.Value, most: float) -> ir.StringValue:
    """What is written where it is not a plain figure above 0 that is not large; NULL for the others."""
    number = cell.try_cast("float64") if cell.type().is_string() else cells.figure(cell)
    usual = ((number > 0) & (number <= most)).fill_null(False)
    return usual.ifelse(ibis.null("string"), cell.cast("string"))


def amount(word: str) -> tuple[float, str] | None:
    """How much a word says and in which unit (a bare figure is of milligrams); None where nothing can have been given.

    What says that something was given, and not how much, is nothing in no unit.

    >>> [amount(word) for word in ("1", "1000 micrograms", "1mg/ml", "1,5 mg")]
    [(1.0, 'mg'), (1.0, 'mg'), (1.0, 'mg'), (1.5, 'mg')]
    >>> [amount(word) for word in ("800 IU", "2 puffs", "1 ampoule", "n/a")]
    [(800.0, 'IU'), (2.0, 'puff'), (0.0, ''), (0.0, '')]
    >>> [amount(word) for word in ("0", "-1", "0 mg", "not given", "inf", "1000000")]
    [None, None, None, None, None, None]
    """
    folded = re.sub(r"(?<=\d),(?=\d)", ".", " ".join(word.lower().split()))
    if cells.blank(folded) or folded == "nan":
        return _SOME
    try:
        number = float(folded)
    except ValueError:
        return _with_unit(folded)
    return (number, "mg") if math.isfinite(number) and 0 < number < most("mg") else None


_SOME = (0.0, "")


def _with_unit(word: str) -> tuple[float, str] | None:
    found = dose(word.partition("/")[0].strip(), DOSED)
    if not isinstance(found, str):
        return found
    parts = split(word)
    return _SOME if not isinstance(parts, str) and parts[0] > 0 and BY_THE_PIECE.fullmatch(parts[1].lower()) else None
