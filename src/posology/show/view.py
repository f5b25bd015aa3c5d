"""A plan seen by one reader: facts, rules and dated items in that reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..backends.english import spaced
from ..model import Guideline, Item, Plan, Value
from . import words
from .words import Audience


@dataclass(frozen=True, slots=True)
class View:
    """A plan, the guideline that it is from, and who reads it."""

    plan: Plan
    guideline: Guideline
    audience: Audience = "clinician"

    def say(self, key: str) -> str:
        """The program's own words, for this reader."""
        return words.say(key, self.audience)

    def day(self, when: date) -> str:
        """A date as this reader writes it."""
        return words.day(when, self.audience)

    def short(self, fact: str) -> str:
        """A fact's short name."""
        known = self.guideline.facts.get(fact)
        return (known.short or known.phrase) if known else spaced(fact)

    def asked(self, fact: str) -> str:
        """The question about a fact that this reader is asked; nothing where there is none."""
        known = self.guideline.facts.get(fact)
        return (known.patient_question if self.audience == "patient" else known.question) if known else ""

    def names(self, facts: Iterable[str]) -> str:
        """Facts by their short names; for a patient by the questions about them."""
        if self.audience != "patient":
            return "; ".join(map(self.short, facts))
        return " ".join(self.asked(fact) or f"{self.short(fact)}." for fact in facts)

    def chip(self, fact: str, value: Value | None) -> str:
        """A fact with its value, short enough for a picture."""
        return f"{self.short(fact)}: {words.value(value, self.guideline.facts.get(fact))}"

    def told(self, fact: str, value: Value | None) -> str:
        """A fact with its value; for a patient the question with its answer."""
        question = self.asked(fact) if self.audience == "patient" else ""
        return f"{question} {words.value(value, self.guideline.facts[fact])}" if question else self.chip(fact, value)

    def rules(self, rules: Iterable[str]) -> str:
        """Rules as phrases; for a patient the headings under which they stand."""
        if self.audience != "patient":
            return ", ".join(words.title(rule).lower() for rule in rules)
        headings = {rule: s.place.heading for rule, s in self.guideline.named.items()}
        found = (headings[rule][-1] if headings.get(rule) else words.title(rule) for rule in rules)
        return ", ".join(dict.fromkeys(found)).lower()

    def decision(self, name: str) -> str:
        """A decision's name; for a patient the heading under which it stands."""
        decision = self.guideline.decisions.get(name)
        heading = decision.place.heading if decision and self.audience == "patient" else ()
        return heading[-1] if heading else words.title(name)


# ---------------------------------------------------------------- dated items


def in_order(items: Iterable[Item]) -> list[Item]:
    """Dated items by day."""
    return sorted(items, key=lambda item: (item.earliest, item.latest, item.what, item.number))


def window(item: Item, view: View) -> str:
    """The days on which an item may fall."""
    first, last = view.day(item.earliest), view.day(item.latest)
    return first if first == last else f"{first} to {last}"


def kind(item: Item, view: View) -> str:
    """What kind of thing falls due, with the number of a dose: Dose 3."""
    return view.say(item.what) + (f" {item.number}" if item.what == "dose" and item.number else "")


def detail(item: Item, view: View) -> str:
    """What exactly falls due: the drug, its dose and route (for a patient in plain words), or the tests by name."""
    give = next((line.give for line in view.plan.advice if line.rule == item.rule), None)
    if give and item.what == "dose" and view.audience == "patient":
        return words.one_dose(give)
    if item.what == "review" and view.audience == "patient" and view.asked(item.detail):
        return view.asked(item.detail)
    return ", ".join(map(view.short, item.tests)) or view.short(item.detail.replace(" ", "_"))


def what(item: Item, view: View) -> str:
    """What falls due, in full: Dose 3: so much of this drug, by that route."""
    return ": ".join(filter(None, (kind(item, view), detail(item, view))))


def state(item: Item, view: View) -> str:
    """How an item stands on the day of the plan, and how late or how far off it is."""
    on = view.plan.on
    count = {"overdue": on - item.latest, "due": item.latest - on, "upcoming": item.earliest - on}[item.state].days
    key = "today" if item.state == "due" and not count else item.state
    said = view.say(f"state {key}").format(words.days(count))
    return said + (view.say("tentative") if item.tentative else "")
