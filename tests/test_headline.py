"""What leads a page is short, and of a long headline nothing is lost: the rest stands directly below."""

from __future__ import annotations

import pytest

from evaluation import DAY, asked, here, rows
from posology.answer.answer import answer
from posology.answer.answered import Answer, Headline
from posology.answer.shape import as_json
from posology.answer.text import text
from posology.plan.headline import MOST, led, sentences

LONG = [
    "Give today dose 3 of 6; platelets 22. Starting dose? B12 deficient, 72yo, numb feet.",
    "B12 deficiency with numb feet. How does treatment start, and what counts as nerve involvement?",
    "b12 deficient, unsteady gait, platelets 18: what do I inject, and how often?",
]


def long_ones() -> list[Answer]:
    given = [answer([question], here(), within=here().guideline.id, on=DAY) for question in LONG]
    return [one for one in (*given, *(asked(row) for row in rows("seen")[::4])) if len(one.headline.text) > MOST]


def parts_of(told: Headline) -> list[str]:
    """Every sentence that a headline is made of."""
    planned = sentences(told.planned)
    spoken = [one for first, said in told.answers for one in ([Headline(((first, said),)).text] if said else planned)]
    return [*spoken, *([told.plainly] if told.plainly else [])]


def test_nothing_of_a_long_headline_is_lost() -> None:
    for given in long_ones():
        lead, under = given.headline.led
        whole = given.audience == "patient" and lead == given.headline.text
        assert whole or all(part in lead or part in under for part in parts_of(given.headline))


def test_what_leads_is_short_unless_one_sentence_is_longer() -> None:
    for given in long_ones():
        lead, _ = given.headline.led
        assert len(lead) <= MOST or lead in parts_of(given.headline) or given.audience == "patient"


def test_the_dose_leads_with_the_gate_that_could_shut_it() -> None:
    lead, under = answer(["B12 deficiency with numb feet. What do I start?"], here(), on=DAY).headline.led
    assert "1 mg intramuscular on alternate days" in lead and "never cobalamin" in lead and len(lead) <= MOST
    assert any("neurology" in one for one in under) and any("folic acid" in one for one in under)


def test_what_does_not_lead_stands_before_the_facts_and_the_lines_and_in_the_json() -> None:
    given = answer(["B12 deficiency with numb feet. What do I start?"], here(), on=DAY)
    page, (lead, under) = " ".join(text(given, here().guideline).split()), given.headline.led
    assert all(page.index(one) < page.index("Because you told us") for one in (lead, *under))
    assert [as_json(given)["lead"], *as_json(given)["under"]] == [lead, *under]


@pytest.mark.parametrize(
    ("parts", "most", "lead", "under"),
    [
        (["Give it.", "Ask first.", "Never that."], 20, "Give it. Ask first.", ("Never that.",)),
        (["Give it.", "Ask first."], 99, "Give it. Ask first.", ()),
        (["A single sentence that is far too long."], 9, "A single sentence that is far too long.", ()),
    ],
)
def test_as_many_sentences_lead_as_have_room(parts: list[str], most: int, lead: str, under: tuple[str, ...]) -> None:
    assert led(parts, most) == (lead, under)
