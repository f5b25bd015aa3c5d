"""The text of a plan: status first, everything there, nothing too wide, words for each reader."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

import plans
from posology.model import Give, Guideline, Period, Plan
from posology.show import words
from posology.show.sheet import foldable, part_of, sheet
from posology.show.text import text
from posology.show.view import View

EVERY = pytest.mark.parametrize("name", plans.ALL)
FACTS = plans.GUIDELINE.facts
AUDIENCES: tuple[words.Audience, ...] = ("clinician", "patient", "student")


def flat(page: str) -> str:
    """A page as one line, so that a fold is no difference."""
    return " ".join(page.split())


@EVERY
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_line_fact_question_notice_and_date_is_there(name: str, audience: words.Audience) -> None:
    plan = plans.ALL[name]()
    page = flat(text(plan, plans.GUIDELINE, audience=audience))
    for line in plan.advice:
        assert line.text in page
        for give, _ in (*line.alternatives, *line.struck):
            assert words.regimen(give) in page
    for question in plan.ask:
        assert question.question in page
    for notice in plan.notices:
        assert (notice.text in page) is not (audience == "patient" and notice.kind == "citation")
    for item in plan.schedule:
        assert words.day(item.earliest, audience) in page
        assert words.day(item.latest, audience) in page
    for fact, (value, origin) in plan.facts.items():
        shown = View(plan, plans.GUIDELINE, audience).told(fact, value)
        assert shown in page or (audience == "patient" and origin == "derived")


@EVERY
@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_line_is_wider_than_asked(name: str, width: int, audience: words.Audience) -> None:
    page = text(plans.ALL[name](), plans.GUIDELINE, width=width, audience=audience)
    assert max(map(len, page.splitlines())) <= width


def test_the_first_line_is_the_review_status() -> None:
    plan = plans.loading_with_nerves()
    told = {"submitted": "submitted, not yet reviewed", "under review": "under review", "approved": "approved"}
    for status, said in told.items():
        stamped = replace(plan, guideline={**plan.guideline, "status": status})
        assert said in text(stamped, plans.GUIDELINE).splitlines()[0]


def test_an_emergency_stands_before_the_headline() -> None:
    plan = plans.ten_years_of_injections()
    page = flat(text(plan, plans.GUIDELINE))
    assert page.index("Admit the patient the same day") < page.index(plan.headline)


def test_parts_stand_in_their_order() -> None:
    page = text(plans.loading_with_nerves(), plans.GUIDELINE)
    titles = re.findall(r"^── (.*?) ─", page, re.MULTILINE)
    assert titles == [
        "WHAT TO DO NOW", "NEVER AND AVOID", "TREATMENT", "TESTS AND FOLLOW-UP", "TIMELINE", "WHAT TO ASK",
        "MAY ALSO APPLY", "OTHER VIEWS", "GAPS AND CONTRADICTIONS", "NOTICES", "SOURCES",
    ]  # fmt: skip


def test_only_open_additions_are_folded_and_never_what_the_guideline_keeps_in_sight() -> None:
    plan = plans.loading_with_nerves()
    folded = {line.rule for line in plan.advice if foldable(line, plans.GUIDELINE)}
    assert folded == {"cord-or-optic-emergency", "renal-formulation", "platelets-transfusion"}
    kept = replace(plans.GUIDELINE, meta={"never_folded": ["renal-formulation"]})
    line = next(line for line in plan.advice if line.rule == "renal-formulation")
    assert part_of(line, kept) == "cautions"


def test_colour_only_adds_colour() -> None:
    plan = plans.loading_with_nerves()
    plain, colored = text(plan, plans.GUIDELINE), text(plan, plans.GUIDELINE, color=True)
    assert "\033" not in plain
    assert re.sub(r"\033\[[\d;]*m", "", colored) == plain


def test_a_source_that_dangles_is_marked_where_it_is_cited_and_where_it_is_listed() -> None:
    page = flat(text(plans.loading_with_nerves(), plans.GUIDELINE))
    assert "[5†]" in page
    assert "dangling: cited, but missing from the article's own list" in page


def test_a_late_dose_says_how_late() -> None:
    page = flat(text(plans.late_third_dose(), plans.GUIDELINE))
    assert "2026-01-09 (overdue, 4 days late)" in page


def test_an_option_that_is_struck_out_is_shown_with_the_reason() -> None:
    page = flat(text(plans.ten_years_of_injections(), plans.GUIDELINE))
    assert "struck out: cyanocobalamin 1–2 mg by mouth daily, for life: renal formulation" in page


def test_the_last_lines_say_which_version_and_that_it_replaces_nobody() -> None:
    page = flat(text(plans.loading_with_nerves(), plans.GUIDELINE, width=120))
    assert plans.GUIDELINE.digest in page
    assert "Version: 0.1.0, updated 2025-12-18" in page
    assert str(plans.GUIDELINE.meta["disclaimer"]) in page


def in_a_patients_words() -> str:
    """The leaflet of a plan whose guideline asks each fact in a patient's words too."""
    facts = {n: replace(f, patient_question=f"Is it so with your {n.replace('_', ' ')}?") for n, f in FACTS.items()}
    plan = plans.loading_with_nerves()
    open_ = replace(plan.advice[0], if_=tuple(FACTS)[:1], unless=())
    plan = replace(plan, advice=(open_, *plan.advice[1:]))
    return flat(text(plan, replace(plans.GUIDELINE, facts=facts), audience="patient"))


def test_a_patient_reads_facts_in_a_patients_words() -> None:
    page, plan = in_a_patients_words(), plans.loading_with_nerves()
    for fact, (value, origin) in plan.facts.items():
        asked = f"Is it so with your {fact.replace('_', ' ')}?"
        assert (f"{asked} {words.value(value, FACTS.get(fact))}" in page) is (origin != "derived")
    assert f"depends on your answer: Is it so with your {next(iter(FACTS)).replace('_', ' ')}?" in page


def test_a_patient_reads_nothing_of_the_articles_own_list() -> None:
    page = in_a_patients_words()
    assert "†" not in page
    assert "own list" not in page
    assert "dangling" not in page
    assert "5†" in text(plans.loading_with_nerves(), plans.GUIDELINE)


@EVERY
def test_a_patient_reads_every_date_written_in_one_way(name: str) -> None:
    assert not re.search(r"\d{4}-\d\d-\d\d", text(plans.ALL[name](), plans.GUIDELINE, audience="patient"))


def test_a_patient_reads_no_names_of_rules() -> None:
    assert "§" not in text(plans.loading_with_nerves(), plans.GUIDELINE, audience="patient")


def test_a_student_is_told_what_the_parts_mean() -> None:
    page = flat(text(plans.loading_with_nerves(), plans.GUIDELINE, audience="student"))
    assert "Firm means that no unknown fact could change it" in page


def test_every_word_has_all_three_readers_and_is_used() -> None:
    for key, row in words._WORDS.items():
        assert len(row) == 3, key
        assert row[0] or key.endswith(".why"), key


DAY, WEEK, MONTH = Period(1, "D"), Period(1, "W"), Period(1, "M")
MUSCLE, SKIN, VEIN = "intramuscular", "deep_subcutaneous", "intravenous"


@pytest.mark.parametrize(
    ("give", "said"),
    [
        (
            Give("x y", 1, 1, MUSCLE, 1, MONTH, Period(3, "M"), for_life=True),
            "x y 1 mg into the muscle every 1–3 months, for life",
        ),
        (Give("x", 1, 2, "oral", 1, DAY, DAY), "x 1–2 mg by mouth daily"),
        (
            Give("x", 0.25, 0.25, SKIN, 3, WEEK, WEEK, doses=6),
            "x 250 mcg deep under the skin three times weekly, for 6 doses",
        ),
        (Give("x", 1, 1, VEIN, 1, MONTH, MONTH, until="better"), "x 1 mg into a vein every month, until better"),
        (Give("x", 1, 1, MUSCLE, 1, Period(2, "D"), Period(2, "D")), "x 1 mg into the muscle on alternate days"),
    ],
)
def test_a_regimen_reads_as_a_phrase(give: Give, said: str) -> None:
    assert words.regimen(give) == said


def test_a_plan_without_anything_still_makes_a_sheet() -> None:
    bare = replace(plans.nothing_known(), advice=(), ask=(), decisions={})
    empty = Guideline("g", "G", "1", date(2026, 1, 1), "sha256:0", {}, (), {}, {})
    page = text(bare, empty)
    assert "Nothing is dated" in page


def test_a_sheet_is_the_same_each_time() -> None:
    def made() -> Plan:
        return plans.late_third_dose()

    assert sheet(View(made(), plans.GUIDELINE)) == sheet(View(made(), plans.GUIDELINE))
