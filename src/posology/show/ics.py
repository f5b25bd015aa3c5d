"""A plan as a calendar file: one all-day event for each dose, test and review.

No event repeats by rule: a rule of months silently skips the ends of short ones. What shows on a
locked screen names neither a drug nor a disease, and the identifiers are hashes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from ..model import Guideline, Item, Plan
from ..read.routes import INJECTED
from . import words
from .view import View, state, window
from .words import Audience

if TYPE_CHECKING:
    from icalendar import Alarm, Event


def ics(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> bytes:
    """The calendar as the bytes of an .ics file; the same plan gives the same bytes."""
    from icalendar import Calendar

    view = View(plan, guideline, audience)
    calendar = Calendar()
    calendar.add("prodid", f"-//posology//{guideline.id}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", view.say("calendar"))
    for item in plan.schedule:
        calendar.add_component(_event(item, view))
    made: bytes = calendar.to_ical()
    return made


def _event(item: Item, view: View) -> Event:
    """One dated thing: from the first day on which it may fall to the last, which a calendar counts exclusively."""
    from icalendar import Event

    event, on = Event(), view.plan.on
    event.add("uid", _identifier(item, view.plan))
    event.add("dtstamp", datetime(on.year, on.month, on.day, tzinfo=UTC))
    event.add("dtstart", item.earliest)
    event.add("dtend", item.latest + timedelta(days=1))
    event.add("sequence", 0)
    event.add("summary", _summary(item, view))
    event.add("description", _description(item, view))
    event.add("status", "TENTATIVE" if item.tentative else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(item, view))
    return event


def _reminder(item: Item, view: View) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(item, view))
    alarm.add("trigger", timedelta(days=-1))
    return alarm


def _identifier(item: Item, plan: Plan) -> str:
    """A name that stays the same from plan to plan and gives nothing away.

    Where the patient has no label the first day of the course stands for it, so that two patients'
    files do not overwrite one another in one calendar.
    """
    first = min((dose.on for dose in plan.given), default=plan.on)
    who = plan.patient or first.isoformat()
    told = "\x1f".join((plan.guideline.get("id", ""), who, item.rule, item.what, str(item.number)))
    return f"{sha256(told.encode()).hexdigest()[:32]}@posology"


def _summary(item: Item, view: View) -> str:
    """What falls due, without the drug and without the disease."""
    kind = "injection" if item.what == "dose" and _route(item, view.plan) in INJECTED else item.what
    late = f" ({view.say('overdue').lower()})" if item.state == "overdue" else ""
    return view.say(f"calendar {kind}") + late


def _route(item: Item, plan: Plan) -> str:
    give = next((line.give for line in plan.advice if line.rule == item.rule), None)
    return give.route if give else ""


def _description(item: Item, view: View) -> str:
    """The window, how it stands, and how far the guideline's review has come."""
    when = f"{view.say('col days')}: {window(item, view)}"
    more = view.say("until review") if item.open_ended else ""
    stands = f"{view.day(view.plan.on)}: {state(item, view)}"
    review = words.banner_of(view.plan.guideline)
    return "\n".join(filter(None, (when, more, stands, review)))
