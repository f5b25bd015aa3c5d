"""What `posology check` says beside faults (those are in the gallery): known defects, figures, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from posology.check import check, decided
from posology.check.counted import look
from posology.check.examples import meant
from posology.check.words import as_text
from posology.findings import Source
from posology.read.guideline import FILES, read_texts

GALLERY = Path(__file__).parent / "gallery"


def folder(tmp_path: Path, *changes: tuple[str, str], references: str = "") -> Path:
    """The gallery's sound guideline in a folder of its own, with passages exchanged."""
    for name in FILES:
        text = (GALLERY / name).read_text(encoding="utf-8")
        for old, new in changes if name == "guideline.md" else ():
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / name).write_text(text + (references if name == "references.md" else ""), encoding="utf-8")
    return tmp_path


def test_a_sound_guideline_in_words(tmp_path: Path) -> None:
    text = as_text(check(folder(tmp_path)))
    assert text.startswith("posology check: hiccups\n\nFigures\n")
    assert text.endswith("No fault found.")
    assert "worked rows                         2\n" in text
    assert "proved                              yes\n" in text


def test_faults_are_counted_and_come_first(tmp_path: Path) -> None:
    text = as_text(check(folder(tmp_path, ("*(S1)*", "*(S3)*"))))
    assert text.split("\n")[2] == "guideline.md:1"
    assert text.endswith("\n1 fault")
    assert as_text(check(tmp_path / "nowhere")).endswith("\n2 faults")


REMARK = "  - *Patient:* You take examplin once a day, for 3 days.\n"


def test_what_the_source_leaves_open_is_known_and_no_fault(tmp_path: Path) -> None:
    where = folder(
        tmp_path,
        (REMARK, REMARK + "  - *Gap:* For how long?[^2]\n  - *Contradiction:* Or not?\n  - *Note:* Nothing.\n"),
        ("for     hiccups\n", "for     hiccups\nsilent when  temper is cross\n"),
        references="[^2]: *research, dangling.* **Two.** Nowhere. Likely: a letter.\n",
    )
    found = check(where)
    assert found.faults == ()
    assert [(k.kind, k.text) for k in found.known] == [
        ("gap", "calm-hiccups: For how long?"),
        ("contradiction", "calm-hiccups: Or not?"),
        ("citation", "Source 2 dangles in the article; cited by calm-hiccups. Most likely: a letter."),
        ("gap", "treatment: declared silent."),
    ]
    assert found.known[-1].patient == {"hiccups": True, "temper": "cross"}
    assert found.as_json()["known"][-1]["patient"] == {"hiccups": True, "temper": "cross"}
    assert "gap: treatment: declared silent.\n      for instance hiccups yes, temper cross\n" in as_text(found)


CALM = """- Calm patients with hiccups need examplin 5 mg by mouth once.[^1] *(S2)*
  - *Patient:* If you are calm, you take it once.

  ```rule calm-patients
  when  hiccups and temper is calm and not examplin allergy
  give  examplin 5 mg oral once
  ```
"""
LAST = "- Hiccups come from the diaphragm.[^1] *(S2; background: where-from)*\n"
ROW = ("| yes | no | calm-hiccups |\n", "")


@pytest.mark.parametrize(
    ("change", "by"),
    [
        (("for     hiccups\n", "for     hiccups\nclash  calm-hiccups and calm-patients\n"), "declared"),
        (("exactly one", "the shortest interval (editors)"), "the shortest interval wins"),
        (("  give  examplin 5 mg", "  instead of  calm-hiccups\n  give  examplin 5 mg"), "calm-patients goes instead"),
        (("  give  examplin 10 mg", "  instead of  calm-patients\n  give  examplin 10 mg"),
         "calm-hiccups goes instead"),
    ],
)  # fmt: skip
def test_a_clash_that_is_settled_is_shown_with_what_settles_it(
    tmp_path: Path, change: tuple[str, str], by: str
) -> None:
    (clash,) = [k for k in check(folder(tmp_path, (LAST, CALM), ROW, change)).known if k.kind == "clash"]
    assert clash.text == f"treatment: calm-hiccups and calm-patients ({by})."
    assert clash.patient == {"hiccups": True, "examplin_allergy": False, "temper": "calm"}


def test_rules_that_never_meet_do_not_clash(tmp_path: Path) -> None:
    apart = CALM.replace("not examplin allergy", "examplin allergy")
    declared = ("for     hiccups\n", "for     hiccups\nclash  calm-hiccups and calm-patients\n")
    assert not [k for k in check(folder(tmp_path, (LAST, apart), declared)).known if k.kind == "clash"]


def test_without_the_prover_the_rest_is_still_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decided, "find_spec", lambda _: None)
    found = check(folder(tmp_path))
    assert [k.kind for k in found.known] == ["proof"]
    assert found.figures is not None
    assert found.figures["proved"] is False
    assert "proved                              no" in as_text(found)


def test_a_guideline_without_numbers_of_an_article_has_no_share(tmp_path: Path) -> None:
    marks = [(f"*({old}", f"*({new}") for old, new in (("S0)", "editors)"), ("S1)", "editors)"), ("S2;", "editors;"))]
    found = check(folder(tmp_path, *marks))
    assert found.faults == ()
    assert found.figures is not None
    assert found.figures["computable share"] is None


@pytest.mark.parametrize(
    ("cell", "outcome"), [("b + a", "a + b"), ("a, provisional", "a, provisional"), ("ask", "ask")]
)
def test_what_a_cell_means(cell: str, outcome: str) -> None:
    assert meant(cell) == outcome


STORY = """
on: 2026-02-01
facts: {hiccups: yes, examplin_allergy: no}
expect:
  title: Hiccups are treated.
  phase: maintenance
  decisions: {treatment: calm-hiccups}
  next: {date: 2026-02-01, latest: 2026-02-01, state: due}
  firm: [calm-hiccups]
  absent: [examplin-allergy]
  ask: []
  schedule: [2026-02-01 dose]
"""
NOBODY = """
on: 2026-02-01
facts: {hiccups: no}
expect: {title: Without hiccups nothing is given., next: null, decisions: {treatment: not applicable}}
"""


def test_stories_that_come_out_are_counted(tmp_path: Path) -> None:
    where = folder(tmp_path)
    (where / "patients").mkdir()
    (where / "patients" / "one.yaml").write_text(STORY, encoding="utf-8")
    (where / "patients" / "two.yaml").write_text(NOBODY, encoding="utf-8")
    found = check(where)
    assert found.faults == ()
    assert found.figures is not None
    assert found.figures["stories"] == 2


def test_a_story_that_waits_for_a_dose_in_vain_is_a_fault(tmp_path: Path) -> None:
    where = folder(tmp_path)
    (where / "patients").mkdir()
    story = NOBODY.replace("next: null", "next: {date: 2026-02-01}").replace("treatment: not applicable", "x: y")
    (where / "patients" / "one.yaml").write_text(story, encoding="utf-8")
    assert [fault.what for fault in check(where).faults] == [
        "It expects date: 2026-02-01, but the plan says no dose.",
        "It expects x: y, but the plan says nothing.",
    ]


TEST = """- Measure sugar every 3 months.[^1] *(S2)*
  - *Patient:* You have a blood test every 3 months.

  ```rule sugar-watch
  when   hiccups
  check  sugar every 3 months since sugar
  ```
"""
GIVEN = "doses: [{date: 2026-01-31, drug: examplin, dose: 10 mg, route: oral}]\nexpect:"


def test_the_next_dose_of_a_story_is_not_a_test_before_it(tmp_path: Path) -> None:
    where = folder(tmp_path, (LAST, TEST), ("daily, 3 doses", "weekly, 3 doses"), ("oral daily", "oral weekly"))
    (where / "patients").mkdir()
    story = STORY.replace("expect:", GIVEN).replace(
        "2026-02-01, latest: 2026-02-01, state: due", "2026-02-07, latest: 2026-02-07, state: upcoming"
    )
    (where / "patients" / "one.yaml").write_text(
        story.replace("[2026-02-01 dose]", "[2026-02-01 test, 2026-02-07 dose]")
    )
    assert check(where).faults == ()


def test_a_row_may_be_provisional(tmp_path: Path) -> None:
    where = folder(tmp_path, (LAST, CALM), ("| yes | no | calm-hiccups |", "| yes | no | calm-hiccups, provisional |"))
    assert not [fault for fault in check(where).faults if "the table says" in fault.what]


# ---------------------------------------------------------------- figures in words

GIVE = "For hiccups, give examplin 10 mg by mouth daily, 3 doses."
PAIRS: list[tuple[str, str, list[str]]] = [
    ("Give 10 mg daily, 3 doses.", "give  examplin 10 mg oral daily for 3 doses", []),
    ("Give 10000 micrograms each day, three doses.", "give  examplin 10 mg oral daily for 3 doses", []),
    ("Give 100 mg daily, 3 doses.", "give  examplin 10 mg oral daily for 3 doses", ["10 mg"]),
    ("Give 10 mg, 3 doses.", "give  examplin 10 mg oral daily for 3 doses", ["1 day"]),
    ("Give 10 mg daily.", "give  examplin 10 mg oral daily for 3 doses", ["3 doses"]),
    ("Give 10 mg daily for 2 weeks, 14 doses.", "give  examplin 10 mg oral daily for 14 doses", []),
    ("Give 5–10 mg once.", "give  examplin 5–10 mg oral once", []),
    ("Give 10 mg once.", "give  examplin 5–10 mg oral once", ["5 mg"]),
    ("Give 10 mg every other day.", "give  examplin 10 mg oral on alternate days", []),
    ("Give 10 mg in alternate-day doses.", "give  examplin 10 mg oral on alternate days", []),
    ("Give 10 mg twice.", "give  examplin 10 mg oral on alternate days", ["2 days"]),
    ("Give 10 mg every month.", "give  examplin 10 mg oral every 1 month", []),
    ("Give 10 mg every 2 to 3 months.", "give  examplin 10 mg oral every 2–3 months", []),
    ("Give 10 mg every 2 months.", "give  examplin 10 mg oral every 2–3 months", ["2–3 months"]),
    ("Give 10 mg three times a week.", "give  examplin 10 mg oral three times weekly", []),
    ("Give 10 mg 4 times daily.", "give  examplin 10 mg oral four times daily", []),
    ("Give 10 mg often.", "give  examplin 10 mg oral three times weekly", ["3 times in 1 week"]),
    ("Refer for 2 weeks.", "refer  for 2 weeks", []),
    ("Measure sugar at 3 and 6 months.", "check  sugar at 3 and 6 months", []),
    ("Measure sugar at 3 months.", "check  sugar at 3 and 6 months", ["6 months"]),
    ("Measure sugar yearly.", "check  sugar every 1 year", []),
    ("Measure sugar often.", "check  sugar every 1 year", ["1 year"]),
]


@pytest.mark.parametrize(("sentence", "line", "lacking"), PAIRS, ids=[sentence for sentence, _, _ in PAIRS])
def test_figures_of_the_rule_that_the_sentence_lacks(sentence: str, line: str, lacking: list[str]) -> None:
    assert said(sentence, f"hiccups\n  {line}") == lacking


def test_thresholds_count_unless_they_only_keep_off_another_rule() -> None:
    other = "examplin allergy or age > 16 years"
    assert said("Refer at once.", "hiccups and age > 65 years\n  refer  at once", other) == ["the threshold 65 of age"]
    assert said("Refer those over 65.", "hiccups and age > 65 years\n  refer  at once", other) == []
    assert said("Refer at once.", "hiccups and not age > 16 years\n  refer  at once", other) == []


def said(sentence: str, rest: str, other: str = "examplin allergy") -> list[str]:
    """What is missing in the first sentence of the sound guideline when it has another rule."""
    texts = {name: (GALLERY / name).read_text(encoding="utf-8") for name in FILES}
    text = texts["guideline.md"].replace(GIVE, sentence).replace("when   examplin allergy", f"when   {other}")
    text = text.replace("hiccups and not examplin allergy\n  give  examplin 10 mg oral daily for 3 doses", rest)
    text = text.replace("| yes | no | calm-hiccups |\n", "")
    texts["guideline.md"] = text
    found, _ = look(read_texts(texts), Source.of("guideline.md", text))
    first = [f.what for f in found if "'calm-hiccups' says" in f.what]
    return [
        what.removeprefix("The rule 'calm-hiccups' says ").removesuffix(", but the sentence does not.")
        for what in first
    ]
