"""Questions are answered from statements, or declined; what may come out is held by properties, how well by figures."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evaluation
from evaluation import DAY, asked, expected, figures, here, rows, tried
from posology import cli
from posology.answer.answer import answer
from posology.answer.answered import DECIDES, PROVISIONAL, Answer, Headline, Said
from posology.answer.answered import figures as numbers
from posology.answer.asked.coverage import coverage, read_coverage
from posology.answer.asked.speech import Same, find, patterns, stem
from posology.answer.ground import ground
from posology.answer.request import KEYS, request
from posology.answer.shape import as_json
from posology.answer.text import text
from posology.findings import Refused
from posology.model import Patient
from posology.plan.advice import Audience, worded
from posology.read.data import parse
from posology.read.markdown import pieces
from posology.read.patient import patient

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "guidelines" / "b12-injections"
SECOND = Path(__file__).parent / "fixtures" / "second-guideline"
READERS: tuple[Audience, ...] = ("clinician", "patient", "student")
SEEN = rows("seen")


def ask(*turns: str, audience: Audience = "clinician", within: str | None = None, **facts: Any) -> Answer:
    return answer(turns, here(), patient=Patient(facts=facts), within=within, audience=audience, on=DAY)


def names(given: Answer) -> list[str]:
    return [said.statement.name for said in given.lines]


# ---------------------------------------------------------------- the figures


BARS = {
    "seen": (0.04, 0.95, 0.97, 0.01, 0.95),
    "crossed": (0.08, 0.87, 0.92, 0.01, 0.95),
    "earlier": (0.03, 0.95, 0.91, 0.01, 0.93),
    "fifth": (0.08, 0.9, 0.95, 0.06, 0.93),
    "sixth": (0.125, 0.84, 0.91, 0.01, 0.0),
    "seventh": (0.02, 0.96, 0.93, 0.0, 0.95),
    "eighth": (0.03, 0.95, 0.9, 0.0, 0.94),
    "ninth": (0.03, 0.95, 0.94, 0.0, 0.95),
    "tenth": (0.02, 0.97, 0.96, 0.0, 0.94),
    "eleventh": (0.02, 0.94, 0.96, 0.0, 0.94),
    "twelfth": (0.02, 0.97, 0.96, 0.0, 0.95),
    "thirteenth": (0.01, 0.97, 0.94, 0.0, 0.96),
    "fourteenth": (0.03, 0.94, 0.97, 0.02, 0.95),
}
"""Refused at most, right among the first three at least, silent declined at least, other topics answered at most, figures."""


@pytest.mark.parametrize("part", BARS)
def test_the_bars_are_met(part: str) -> None:
    found, (refused, right, declined, answered, needed) = figures(part), BARS[part]
    assert share(found.answerable_refused) <= refused
    assert share(found.right_first) >= right
    assert share(found.silent_declined) >= declined
    assert share(found.near_misses_answered) <= answered
    assert found.required_figures[0] >= needed * found.required_figures[1]
    assert found.forbidden_figures[0] == 0


def share(some_of: tuple[int, int]) -> float:
    return some_of[0] / some_of[1]


def test_the_page_with_the_figures_is_fresh() -> None:
    assert evaluation.PAGE.read_text(encoding="utf-8") == evaluation.page(), "stale: run `make docs`"


def test_there_are_enough_questions_and_many_that_must_be_declined() -> None:
    declined = [row for row in SEEN if list(expected(row)) == ["no"]]
    assert len(SEEN) >= 200
    assert len(declined) >= 80


@pytest.mark.parametrize("name", ["near-misses", "red-flags", "hostile", "safety", "odd", "patients", "conversations"])
def test_some_kinds_leave_no_room_for_error(name: str) -> None:
    assert {t.row["id"]: t.wrong for t in map(tried, rows("seen", name)) if t.wrong} == {}


# ---------------------------------------------------------------- what holds for every answer

SAMPLE = [row for number, row in enumerate(SEEN) if number % 5 == 0]


@pytest.mark.parametrize("audience", READERS)
def test_every_line_is_a_wording_of_its_statement_with_its_sources(audience: Audience) -> None:
    for row in SAMPLE:
        for said in asked({**row, "audience": audience}).lines:
            own = worded(here().guideline.named[said.statement.name], audience)
            assert said.own == own
            assert said.text in (own, f"{DECIDES} {own}") or (
                said.provisional and said.text.lower() == f"{PROVISIONAL}: {own}".lower()
            )
            assert [source.key for source in said.citations] == list(said.statement.citations)


@pytest.mark.parametrize("audience", READERS)
def test_no_figure_stands_in_a_headline_that_is_not_in_a_statement_or_the_plan(audience: Audience) -> None:
    for row in SAMPLE:
        given_ = asked({**row, "audience": audience})
        whole = json.dumps(as_json(given_)["plan"], ensure_ascii=False)
        lines = " ".join(f"{s.statement.text} {s.statement.patient} {s.statement.student}" for s in given_.lines)
        assert numbers(given_.headline.text) <= numbers(f"{lines} {whole} {here().guideline.title}")


def test_a_line_without_the_sources_of_its_statement_cannot_be_made() -> None:
    said = ask("Can B12 be given into a vein?").lines[0]
    for sources in ((), said.citations[:0], (*said.citations, here().guideline.references["1"])):
        with pytest.raises(ValueError, match="sources"):
            Said(said.statement, tuple(sources), "clinician", "general")


def test_an_answer_with_a_figure_of_its_own_cannot_be_made() -> None:
    given_ = ask("Can B12 be given into a vein?")
    with pytest.raises(ValueError, match="99"):
        replace(given_, headline=Headline(plainly="Give 99 mg."))
    with pytest.raises(ValueError, match="lines"):
        replace(given_, covered="no")


def test_what_is_declined_has_no_lines_and_offers_what_is_covered() -> None:
    declined = [given_ for row in SAMPLE if (given_ := asked(row)).covered == "no"]
    assert len(declined) > 50
    for given_ in declined:
        assert not given_.lines
        assert given_.plan is None
        assert given_.not_covered
        assert given_.follow_ups


def test_the_same_conversation_gives_the_same_answer_in_every_process() -> None:
    program = (
        "import json,sys; sys.path.insert(0, 'tests'); from evaluation import asked, rows\n"
        "from posology.answer.shape import as_json\n"
        "for row in rows('seen')[::40]: print(json.dumps(as_json(asked(row))))"
    )
    outputs = [
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin"},
                       capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert outputs[0] == outputs[1]
    assert outputs[0]


@given(st.lists(st.text(max_size=120), min_size=1, max_size=3), st.sampled_from(READERS), st.booleans())
def test_any_text_is_answered_or_declined(turns: list[str], audience: Audience, page: bool) -> None:
    given_ = ask(*turns, audience=audience, within=here().guideline.id if page else None)
    assert json.loads(json.dumps(as_json(given_)))["covered"] == given_.covered
    assert text(given_, here().guideline).strip()


WORDS = sorted({word for row in SEEN for turn in row.get("turns") or [row["text"]] for word in turn.split()})[:4000]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=20), st.booleans())
def test_any_words_are_answered_or_declined(words: list[str], page: bool) -> None:
    given_ = ask(" ".join(words), within=here().guideline.id if page else None)
    assert bool(given_.lines) == (given_.covered != "no")


@pytest.mark.parametrize(
    ("turn", "told"),
    [("", "Nothing was asked"), ("b12 " * 5000, "too long"), ("Wie oft muss ich Vitamin B12 bekommen und wie viel?", "English")],
)
def test_what_cannot_be_read_is_declined_kindly(turn: str, told: str) -> None:
    assert told in ask(turn).headline.text


# ---------------------------------------------------------------- yes, no, why, how sure


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Can hydroxocobalamin be given IV?", "No: do not give B12 into a vein"),
        ("Is it wrong to give B12 into a vein?", "Yes: do not give B12 into a vein"),
        ("Is the deltoid ok for B12?", "Yes: "),
        ("Should I stop my B12 injections because my level is normal?", "No: "),
        ("Can folic acid be given before B12?", "No, not before B12 treatment has begun: "),
        ("Where is B12 injected?", "The preferred sites"),
    ],
)
def test_yes_and_no_come_first_where_they_are_asked_for(question: str, first: str) -> None:
    assert ask(question).headline.text.startswith(first)


def test_why_brings_the_background_first() -> None:
    assert names(ask("Why is hydroxocobalamin preferred to cyanocobalamin?"))[0] == "tissue-retention"


def test_how_sure_brings_sources_and_other_views() -> None:
    page = text(given_ := ask("How strong is the evidence for alternate day B12?"), here().guideline)
    assert any(said.beside for said in given_.lines)
    assert "Sources: digest (listed)" in given_.headline.text
    assert "another view:" in page


@pytest.mark.parametrize(
    "question",
    ["How sure is this?", "What is the evidence?", "Who says so?", "Do the sources disagree?", "is any of this proven", "where does this come from"],
)
def test_how_sure_all_this_is_can_be_asked_first_on_the_page(question: str) -> None:
    given_ = ask(question, within=here().guideline.id)
    assert any(said.beside for said in given_.lines)
    assert names(given_)[0] == "headline"
    assert given_.headline.text.endswith("Other views, gaps and contradictions stand with each line.")
    assert "another view:" in text(given_, here().guideline)
    assert ask(question).covered == "no", "elsewhere it is asked back of what"


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("how good is the evidence for every 2 months in nerve damage?", "neurological-maintenance"),
        ("is the homocysteine target of 10 contested?", "homocysteine-target"),
        ("what backs up the buttock advice", "avoid-buttock"),
    ],
)
def test_how_sure_a_named_thing_is_brings_its_own_sources(question: str, statement: str) -> None:
    given_ = ask(question, within=here().guideline.id)
    assert any(said.beside for said in given_.lines)
    assert names(given_)[0] == statement
    assert not given_.headline.text.startswith(("Yes", "No"))


def test_compound_questions_are_answered_part_by_part() -> None:
    given_ = ask("Where do I inject B12, and what are the side effects?")
    assert given_.covered == "partly"
    assert given_.not_covered == ("side effects",)
    assert names(given_)[0] == "preferred-sites"


# ---------------------------------------------------------------- the patient


def test_what_holds_for_the_patient_comes_first_and_the_rest_is_left_out() -> None:
    given_ = ask("58-year-old with B12 deficiency, ataxia and numb feet. How do I start?")
    assert given_.plan is not None
    assert names(given_)[0] == "neurological-loading"
    assert "standard-loading" not in names(given_)
    assert given_.lines[0].applies == "yes"
    assert "alternate days" in given_.headline.text


def test_warnings_that_fire_stand_beside_any_answer() -> None:
    given_ = ask("B12 deficiency, numb feet, platelets 30. Which site?")
    assert {"neurological-referral", "platelets-fine-needle"} <= set(names(given_))


def test_a_safety_gate_stands_instead_of_what_it_forbids() -> None:
    given_ = ask("B12 dose?", b12_deficiency=True, age=15.0)
    assert names(given_) == ["adults-only"]
    assert "1 mg" not in given_.headline.text


STORIES = sorted((FOLDER / "patients").glob("*.yaml"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_the_treatment_of_the_plan_is_the_treatment_of_the_answer(story: Path) -> None:
    known = patient(parse(story.read_bytes()), here().guideline)
    given_ = answer(["Which dose, and how often?"], here(), patient=known, within=here().guideline.id, on=known.on)
    assert given_.plan is not None
    dated = [item.rule for item in given_.plan.schedule if item.what == "dose"]
    gives = {rule.name for rule in here().guideline.rules if rule.action.gives}
    holds = {said.statement.name for said in given_.lines if said.applies == "yes"} & gives
    assert set(dated[:1]) <= holds
    assert holds <= {line.rule for line in given_.plan.advice if not line.if_}
    if dated:
        assert given_.headline.text.startswith(given_.plan.headline)


def test_without_facts_every_line_is_general_and_there_is_no_plan() -> None:
    given_ = ask("How often is B12 given?")
    assert {said.applies for said in given_.lines} == {"general"}
    assert given_.plan is None
    assert not given_.ask


# ---------------------------------------------------------------- conversations


def test_facts_and_topic_carry_over_and_what_changed_is_said() -> None:
    given_ = ask("B12 deficiency with platelets of 60, can I inject?", "and if they are 20?")
    assert given_.changed is not None
    assert ("platelet_count", 60.0, 20.0) in given_.changed.facts
    assert "platelets-standard" in given_.changed.gone


def test_a_question_that_names_no_topic_is_asked_back_except_on_the_page() -> None:
    back = ask("How often are the injections given?")
    assert back.covered == "no"
    assert here().guideline.title in back.follow_ups[0]
    assert ask("How often are the injections given?", within=here().guideline.id).covered == "yes"


@pytest.mark.parametrize(
    ("asked_", "unsaid"),
    [
        ("B12 normal. How much magnesium does she need each day?", "magnesium"),
        ("B12 fine, INR 1.9. What is the next warfarin dose?", "warfarin"),
        ("Recombinant hep B course, missed dose 2 by four months. Restart?", "hep b"),
        ("Neurologist says not B12, it's CIDP. how often is IVIG", "ivig"),
        ("How long do I take vitamin A?", "vitamin A"),
    ],
)
def test_what_is_asked_beside_our_topic_is_declined_on_its_page(asked_: str, unsaid: str) -> None:
    given_ = ask(asked_, within=here().guideline.id)
    assert given_.covered == "no"
    assert unsaid in " ".join(given_.not_covered)


@pytest.mark.parametrize(
    "asked_",
    [
        "Already on calcium and iron: how often should the B12 injection be?",
        "Iron fine, vitamin D fine, so only B12. How often is it injected?",
        "Is B12 treated like iron, for a few months only?",
        "is the vitamin kept in the body longer as hydroxocobalamin",
    ],
)
def test_other_things_named_beside_our_topic_do_not_decline_it(asked_: str) -> None:
    covered = ask(asked_, within=here().guideline.id).covered
    assert covered != "no"


def test_the_topic_named_afterwards_answers_the_question_before() -> None:
    assert "neurological-loading" in names(ask("Which dose?", "I mean vitamin B12"))


def test_red_flags_come_before_everything() -> None:
    given_ = ask("my face is swelling after the B12 jab", audience="patient")
    assert given_.emergency
    assert as_json(given_)["headline"].startswith(given_.emergency)
    assert text(given_, here().guideline).startswith("GET HELP NOW")
    assert not ask("B12 deficiency, no chest pain. How do I start?").emergency


# ---------------------------------------------------------------- the contract's shape


def test_the_shape_is_the_contract_s() -> None:
    shape = as_json(ask("B12 deficiency and numb feet, platelets 30. Which dose?"))
    first = ["covered", "headline", "lines", "not_covered", "facts", "heard", "plan", "ask", "follow_ups", "guideline"]
    assert list(shape)[:10] == first
    assert list(shape["lines"][0])[:4] == ["text", "statement", "citations", "applies"]
    assert shape["facts"]["platelet_count"] == 30
    assert {"fact", "words", "turn"} <= set(shape["heard"][0])
    assert shape["ask"] == shape["plan"]["ask"]
    assert set(shape["guideline"]) == {"id", "version", "updated", "digest", "status"}
    assert len(shape["follow_ups"]) == 3


def test_every_fault_of_a_request_is_reported_at_once() -> None:
    with pytest.raises(Refused) as refused:
        request({"text": 5, "within": "elsewhere", "audience": "nobody", "facts": {"platelet_count": -1}, "x": 1}, here().guideline)
    places = {finding.place for finding in refused.value.findings}
    assert places == {"text", "within", "audience", "facts.platelet_count", "x"}
    assert "turns" in KEYS


# ---------------------------------------------------------------- the command


def test_a_batch_answers_every_line_in_order_and_keeps_the_bad_ones(tmp_path: Path, capfdbinary: Any) -> None:
    lines = ['{"id": "a", "text": "Can B12 go IV?"}', "broken", '{"id": "c", "text": 1}', '{"id": "d", "turns": ["B12?", "site?"]}']
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert cli.main(["ask", "--batch", str(file)]) == 2
    found = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [row.get("id") for row in found] == ["a", None, "c", "d"]
    assert [("errors" in row, row.get("covered")) for row in found] == [(False, "yes"), (True, None), (True, None), (False, "yes")]


def test_a_batch_on_every_core_says_the_same(tmp_path: Path, capfdbinary: Any) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps({"id": str(n), "text": "Can B12 go IV?"}) for n in range(320)), encoding="utf-8")
    assert cli.main(["ask", "--batch", str(file)]) == 0
    found = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [row.pop("id") for row in found] == [str(n) for n in range(320)]
    assert len({json.dumps(row) for row in found}) == 1


def test_a_patient_file_gives_facts_doses_and_the_topic(capfdbinary: Any) -> None:
    story = FOLDER / "patients" / "past-nerve-symptoms-keep-two-months-and-dose-is-overdue.yaml"
    assert cli.main(["ask", "When is the next dose due?", "--patient", str(story), "--format", "json"]) == 0
    shape = json.loads(capfdbinary.readouterr().out)
    assert shape["covered"] == "yes"
    assert "overdue" in shape["headline"]


def test_a_conversation_is_printed_for_its_reader(capfdbinary: Any) -> None:
    assert cli.main(["ask", "How often is B12 given?", "and after a gastric bypass?", "--audience", "patient"]) == 0
    page = capfdbinary.readouterr().out.decode()
    assert "After weight-loss surgery you need B12 for good" in page
    assert "WHAT IS DIFFERENT NOW" in page


@pytest.mark.parametrize("arguments", [["--within", "elsewhere"], ["--batch", "nowhere.jsonl"], ["--patient", "nowhere.yaml"]])
def test_what_cannot_be_used_is_refused(arguments: list[str], capfd: Any) -> None:
    question = [] if "--batch" in arguments else ["How often?"]
    assert cli.main(["ask", *question, *arguments]) == 2
    assert "→" in capfd.readouterr().err


# ---------------------------------------------------------------- the coverage map


def test_every_statement_answers_some_question() -> None:
    map_ = here().coverage
    assert set(here().guideline.named) <= {name for aspect in map_.aspects.values() for name in aspect.every}


def test_every_example_of_the_map_is_answered_on_the_page_from_its_own_statements() -> None:
    wrong = {}
    for aspect in here().coverage.aspects.values():
        for question, audience in ((aspect.next, "clinician"), (aspect.patients_next, "patient")):
            if question:
                given_ = ask(question, audience=audience, within=here().guideline.id)
                if not set(names(given_)) & set(aspect.every):
                    wrong[question] = names(given_)
    assert wrong == {}


def test_words_of_the_map_hold_no_figures() -> None:
    map_ = here().coverage
    words = [word for a in map_.aspects.values() for word in (a.called, a.not_said, a.next, *a.yes_or_no.values())]
    words += [word for flag in map_.flags for word in (flag.patient, flag.clinician)]
    assert {word for word in words if numbers(word)} == set()


def test_a_map_that_names_no_statement_is_refused() -> None:
    draft = "# Q\n\n## What is asked\n\n### dose\n\n- Asked: how much\n- Answered by: neurological-loadin\n- Colour: red\n"
    with pytest.raises(Refused) as refused:
        coverage(pieces(draft, "questions.md"), here().guideline)
    whats = " ".join(f"{finding.what} {finding.do}" for finding in refused.value.findings)
    assert "neurological-loading" in whats
    assert "colour" in whats


def test_a_guideline_without_a_map_is_asked_back_or_declined() -> None:
    other = ground(SECOND)
    assert not read_coverage(SECOND, other.guideline).aspects
    for question in ("How often?", f"What is {other.guideline.title}?", "How much paracetamol?"):
        assert answer([question], other, on=DAY).covered == "no"


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("one", "other"),
    [("injections", "injecting"), ("anaemias", "anemia"), ("oedema", "edema"), ("stopped", "stop"), ("frequency", "frequent")],
)
def test_kin_words_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_gap_has_an_end_and_names_may_be_passed_over() -> None:
    (sought,) = patterns("stop … injection", Same({}))
    assert find(sought, ["stop", "my", "inject"], 0) == (0, 2)
    assert find(sought, ["stop", *["x"] * 9, "inject"], 0) == ()
    (close,) = patterns("next injection", Same({}))
    assert find(close, ["next", "drug", "inject"], 0) == ()
    assert find(close, ["next", "drug", "inject"], 0, frozenset(["drug"])) == (0, 2)


def test_no_line_of_a_page_is_too_wide() -> None:
    for row in SAMPLE[:40]:
        page = text(asked(row), here().guideline, width=60)
        assert all(len(line) <= 60 for line in page.splitlines()), page
    colored = text(ask("How often is B12 given?"), here().guideline, color=True)
    assert re.search(r"\033\[", colored)


# ---------------------------------------------------------------- what the docs show

ASKING = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")


def fenced(language: str) -> str:
    """The lines of a fenced block of the page on asking."""
    found = re.search(rf"^```{language}\n(.*?)^```", ASKING, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("command", fenced("sh").splitlines())
def test_the_commands_of_the_docs_run(command: str, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert cli.main(shlex.split(command)[1:]) == 0
    assert len(capfdbinary.readouterr().out) > 500


def test_the_batch_of_the_docs_is_answered(tmp_path: Path, capfdbinary: Any) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(fenced("json"), encoding="utf-8")
    assert cli.main(["ask", "--batch", str(file)]) == 0
    assert [json.loads(line)["covered"] for line in capfdbinary.readouterr().out.splitlines()] == ["yes", "yes"]


def test_the_program_of_the_docs_runs(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(fenced("python"), "asking.md", "exec"), {})
    assert capsys.readouterr().out.startswith("yes No: do not use the buttock routinely")


def test_the_keys_of_an_answer_are_in_the_docs() -> None:
    assert all(f"`{key}`" in ASKING for key in as_json(ask("Is B12 for life?")))


def test_how_to_inject_never_hides_what_to_inject() -> None:
    said = answer(["72yo, B12 deficient with numb feet, platelets 22. Starting dose?"], here(), on=DAY)
    assert "platelet" in str(said.headline) and "1 mg" in str(said.headline)


@pytest.mark.parametrize(
    ("told", "figure", "there"),
    [
        ("use a fine needle (25–27 gauge) and press for 5–10 minutes", "25-27G", True),
        ("use a fine needle (25–27 gauge) and press for 5–10 minutes", "5 to 10 minutes", True),
        ("use a fine needle (25–27 gauge) and press for 5–10 minutes", "5-10 min", True),
        ("1000–2000 micrograms (1–2 mg) daily", "1000-2000 mcg", True),
        ("give 1 mg into the muscle", "1000 mcg", True),
        ("give 1 mg into the muscle", "1 g", False),
        ("below 10 × 10⁹/L, consider", "10 × 10^9/L", True),
        ("below 10 micromoles per liter", "10 μmol/L", True),
        ("below 10 micromoles per liter", "10 mg", False),
        ("at 3, 6 and 12 months", "3 months", True),
        ("every 2–3 months", "3 months", True),
        ("every 2–3 months", "2 months", False),
        ("up to 50% of patients", "50 %", True),
    ],
)
def test_figures_are_compared_by_value_and_unit(told: str, figure: str, there: bool) -> None:
    assert evaluation.says(told, figure) == there


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("Hydroxocobalamin is out of stock. May I put cyanocobalamin in? What daily dose do its own labels begin with?", "100 micrograms daily"),
        ("Dietary B12 deficiency: how many micrograms a day by mouth, between meals?", "50–150 micrograms"),
    ],
)
def test_what_others_say_stands_open_where_the_question_asks_for_it(question: str, figure: str) -> None:
    given_ = ask(question)
    assert figure in " ".join(remark.text for said in given_.lines for remark in said.beside)
    assert figure in text(given_, here().guideline)
    assert any(remark.get("asked") for line in as_json(given_)["lines"] for remark in line["remarks"])


def test_what_others_say_is_not_shown_where_nobody_asks() -> None:
    assert not any(said.beside for said in ask("How often is B12 given?").lines)
    assert "another view:" not in text(ask("How often is B12 given?"), here().guideline)


def test_a_count_below_the_range_that_was_asked_of_brings_what_holds_instead() -> None:
    given_ = ask("Platelets 20, which needle for B12?")
    assert names(given_)[:2] == ["platelets-treat-anyway", "platelets-very-low"]
    assert given_.headline.text.startswith("Depends on neurological involvement, not known yet: with a platelet count below 25")
    assert ask("Platelets 38, which needle for B12?").headline.text.startswith("With a platelet count of 25–50")


@pytest.mark.parametrize("joint", ["? and", ", and", " and"])
def test_a_second_question_beside_what_about_does_not_take_its_number_away(joint: str) -> None:
    given_ = ask("Platelets 45, B12 is due. Which needle?", f"what about at 20{joint} what does it cost?")
    assert given_.facts == {"platelet_count": 20.0}
    assert given_.covered == "partly"
    assert given_.silent == ("cost",)


@pytest.mark.parametrize("said", ["gone\u200b numb in my \u202efeet", "go\u00adne numb", "\x1b[31mgone numb\x1b[0m"])
def test_signs_without_a_shape_change_nothing_and_are_not_said_back(said: str) -> None:
    given_ = ask(f"How often is B12 given? {said}")
    assert given_.facts == {"numbness": True}
    assert not {"\u202e", "\u200b", "\x1b"} & set(text(given_, here().guideline, color=False))


def test_a_value_that_rules_a_treatment_out_is_said_first() -> None:
    for said in ("Ileal resection of exactly 20 cm. Monthly B12, yes or no?", "10 cm of terminal ileum removed, monthly B12?"):
        assert ask(said).headline.text.startswith("Not for this patient: after resection of more than 20 cm")
    assert ask("25 cm of terminal ileum removed, monthly B12?").headline.text.startswith("After resection")


def test_nerves_come_before_a_dietary_cause() -> None:
    assert names(ask("vegan with numb feet and low B12, tablets or injections?"))[0] == "neurological-loading"
    assert names(ask("B12 deficiency from a vegan diet, nerves fine. Tablets?"))[0] != "neurological-loading"


@pytest.mark.parametrize("said", ["no neuropathy but unsteady gait", "nerves fine but he can't feel his feet", "neuro exam normal, tingling in feet"])
def test_a_sign_that_is_named_counts_beside_nerves_called_fine(said: str) -> None:
    given_ = ask(f"B12 deficient, {said}. Loading?")
    assert "on alternate days" in given_.headline.text
    assert any(kind == "conflict" and "which counts" in told for kind, told in given_.notices)


@pytest.mark.parametrize(
    "said", ["On omeprazole, B12 deficiency, tingling. Regimen?", "I take metformin, my B12 is low and my feet are numb. What should happen?",
             "I am pregnant, B12 low, hands tingle. What should I have?", "B12 deficiency, CNS grossly intact, regimen?"],
)  # fmt: skip
def test_whoever_says_enough_is_not_declined_for_a_word_beside_it(said: str) -> None:
    assert ask(said).covered != "no"


@pytest.mark.parametrize(
    "turns",
    [["Numbness: none. Tingling: none. Gait: normal. Memory: normal. Power normal. B12 deficiency. Regimen?"],
     ["B12 deficiency with numb feet. What dose?", "And without the numb feet?"],
     ["58F, Hb 98, B12 88, IF antibodies positive. No sensory symptoms, gait normal, cognition normal. What regimen do I start?"]],
)  # fmt: skip
def test_where_signs_of_nerves_are_denied_the_usual_course_comes_first(turns: list[str]) -> None:
    assert "Depends on neurological involvement, not known yet: without neurological involvement" in ask(*turns).headline.text
    assert "alternate days" not in ask(*turns).headline.text
