"""What answers a question of somebody who is past the beginning, by the rhythm in which the treatment was told to run.

`Injections every three months for years. What dose next?` is not answered by how to begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .answered import Said
from .asked.rhythm import Range, figures
from .asked.speech import tokens
from .by_event import proposals, right_pace
from .by_rhythm import Beat, arms_after, special, stage_of, stages_in, with_parts
from .ground import Ground
from .seen import Seen
from .talk import Talk
from .yes_or_no.naming import stems


def by_running(told: Talk, lines: Sequence[Said], seen: Seen, here: Ground) -> Beat | None:
    """The treatments that follow upon the beginning, where that would lead and lies behind."""
    begins = [one.name for one in stages_in(here) if not one.after]
    rule = lines[0].statement.rule if lines else None
    if rule is None or rule.decision not in begins or seen.recorded or not here.begun(seen.known):
        return None
    asked = proposals(told.asked.clauses)
    if len(asked) != 1 or asked[0][0].stems & {one for name in begins for one in stems(name, here)}:
        return None
    claim, polar = asked[0]
    rhythms = tuple(_told(told, here))
    stages = {stage_of(claim, every, seen, here) for every in rhythms}
    arms = [arm for arm in arms_after(seen, here) if arm.applies != "no"]
    if not (stages and arms) or not stages.isdisjoint(["", *begins]) or special(told, seen, here):
        return None
    if polar and claim.fair:
        return right_pace(replace(claim, told=replace(claim.told, every=rhythms)), arms, lines, here)
    return None if polar and claim.told else Beat("", with_parts(arms, lines))


def _told(told: Talk, here: Ground) -> Iterator[Range]:
    """The rhythms in which the treatment was told to run: with what was heard of it, or beside the question."""
    had = (one for one in told.heard if one.fact in here.lexicon.received and one.value is True)
    words = (*(tuple(tokens(one.words)) for one in had), *(one.words for one in told.said if not one.asked))
    yield from (every for some in words for every in figures(some).every)
