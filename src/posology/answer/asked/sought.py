"""What kind of answer a question seeks: what something is, why it is so, or when something is due."""

from __future__ import annotations

from collections.abc import Sequence

from .speech import Clause, words_of

_WHAT = words_of(
    "mean means meaning meant count counts counted define defined defines definition include includes considered "
    "classed class called symptom symptoms sign signs feature features why reason reasons explain criteria"
)
_TREATS = words_of(
    "dose doses dosage how regimen schedule interval maintenance loading next follows give treat treatment needle gauge"
)


def explanation(clauses: Sequence[Clause]) -> bool:
    """Whether a turn seeks what something is or why: no treatment, no way of giving it, no time."""
    asking = [clause for clause in clauses if clause.asked] or clauses
    raws = {word.raw for clause in asking for word in clause.words}
    return not _WHAT.isdisjoint(raws) or _TREATS.isdisjoint(raws)


def time(clauses: Sequence[Clause]) -> bool:
    """Whether a turn asks how often or when something is due."""
    raws = [[word.raw for word in clause.words[:3]] for clause in clauses if clause.asked]
    often = (["how", "often"], ["how", "frequently"], ["how", "regularly"])
    return any("when" in few or few[:2] in often for few in raws)


_DAILY = words_of("morning evening night tonight tonight's tonights day today's")


def of_a_day(clause: Clause) -> bool:
    """Whether a clause speaks of a time of day: `skip the morning dose`."""
    return not _DAILY.isdisjoint(word.raw for word in clause.words)
