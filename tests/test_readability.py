"""The words for patients can be read at an age of about twelve."""

from __future__ import annotations

import statistics

import textstat

from posology.read.library import load

GUIDELINE = load("b12-injections")
AGE_TO_GRADE = 5
"""A reader of twelve is in about the seventh school year: the grade is the age less five."""


def grade(text: str) -> float:
    """The school year in which a text is understood, by Flesch and Kincaid."""
    return float(textstat.flesch_kincaid_grade(text))


def test_the_words_for_patients_are_read_at_the_age_of_twelve() -> None:
    grades = {s.name: grade(s.patient) for s in GUIDELINE.statements if s.patient}
    assert len(grades) >= len(GUIDELINE.rules)
    assert statistics.median(grades.values()) + AGE_TO_GRADE <= 12
    hard = {name: found for name, found in grades.items() if found + AGE_TO_GRADE > 14}
    assert not hard


def test_they_are_easier_than_the_words_for_clinicians() -> None:
    whole = " ".join(s.text for s in GUIDELINE.statements)
    assert grade(" ".join(s.patient for s in GUIDELINE.statements)) + 2 < grade(whole)
