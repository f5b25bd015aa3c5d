"""A letter for each patient who is due or overdue, in the patient's own wording, from a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from ..findings import Finding, Refused, near
from ..model import Guideline, Patient, Plan
from ..plan.plan import plan
from . import OF_NOBODY

WORDS = (
    "today",
    "patient_id",
    "due_from",
    "due_by",
    "due",
    "last_dose",
    "headline",
    "lines",
    "questions",
    "status",
    "practice",
)
SAID = ("give", "check", "refer", "never")
MOST_QUESTIONS = 3


def template_of(path: Path | None) -> Template:
    """The template in a file, or our own. Raises Refused with every word that is not known."""
    place = path or Path(__file__).with_name("letter.txt")
    try:
        made = Template(place.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused([Finding(str(place), f"It cannot be read: {error.strerror}.", "Name a text file.")]) from None
    except UnicodeDecodeError:
        raise Refused([Finding(place.name, "This is not UTF-8 text.", "Save it as UTF-8.")]) from None
    if not made.template.strip():
        raise Refused([Finding(place.name, "The template is empty.", "Write the letter, or leave --template out.")])
    if not made.is_valid():
        raise Refused([Finding(place.name, "A $ stands there that begins no word.", "Write $$ for the sign itself.")])
    unknown = [word for word in made.get_identifiers() if word not in WORDS]
    if unknown:
        known = ", ".join(f"${word}" for word in WORDS)
        raise Refused(
            [
                Finding(place.name, f"${word} is not known.", near(word, WORDS, f"There are: {known}."))
                for word in unknown
            ]
        )
    return made


def letters(
    rows: Mapping[int, Mapping[str, Any]], patients: Iterator[tuple[dict[str, Any], Patient]], template: Template,
    guideline: Guideline, on: date, practice: str = "", *, made_up: bool = False,
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    """For each patient among the rows the name of a file, the patient's id, and the letter.

    Whatever the template says, a letter about nobody begins with saying so.
    """
    above = f"{OF_NOBODY.what}\n\n" if made_up else ""
    for own, patient in patients:
        if row := rows.get(own["n"]):
            made = plan(guideline, patient, on, audience="patient")
            text = above + _letter(row, made, template, guideline, on, practice)
            yield f"letter-{own['n']:06d}.txt", own["patient_id"], text


def _letter(
    row: Mapping[str, Any], made: Plan, template: Template, guideline: Guideline, on: date, practice: str
) -> str:
    lines = [
        f"- {line.text}"
        for line in made.advice
        if line.certainty == "firm" and line.action in SAID and not line.if_ and line.text not in made.headline
    ]
    asked = [
        guideline.facts[q.fact].patient_question or q.question
        for q in made.ask[:MOST_QUESTIONS]
        if q.fact in guideline.facts
    ]
    status = (
        ""
        if guideline.status == "approved"
        else "DRAFT: the guideline behind this letter is not approved. Do not send it to patients."
    )
    questions = ["It would help us to know:", *(f"- {q}" for q in asked)] if asked else []
    return template.substitute(
        today=_day(on), patient_id=row["patient_id"], due_from=_day(row["due_from"]), due_by=_day(row["due_by"]),
        due=_window(row["due_from"], row["due_by"]),
        last_dose=_day(row["last_dose"]) if row["last_dose"] else "a day that we do not know", headline=made.headline,
        lines="\n".join(lines), questions="\n".join(questions),
        status=status, practice=practice,
    )  # fmt: skip


def _window(first: date, last: date) -> str:
    return f"on {_day(first)}" if first == last else f"between {_day(first)} and {_day(last)}"


def _day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"
