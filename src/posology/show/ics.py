"""A plan as a calendar file: one all-day event for each dose, test and review.

No event repeats by rule: a rule of months silently skips the ends of short ones. An entry names the drug and its
dose, or the tests, and is private; its reminder, which shows on a locked screen, says only that something is due.
Neither names a disease, and the identifiers are hashes. Nothing in it is counted from the day of the file.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from ..model import Guideline, Item, Plan
from . import words
from .view import View, detail, kind
from .words import Audience

if TYPE_CHECKING:
    from icalendar import Alarm, Event

_INJECTED = ("intramuscular", "deep_subcutaneous", "intravenous")


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
    event.add("status", "TENTATIVE" if _open(item, view) else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(item, view))
    return event


def _reminder(item: Item, view: View) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", view.say("calendar due").format(_name(item, view)))
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
    """What falls due: the drug with its dose, or the tests, and whether it is late."""
    late = f" ({view.say('overdue').lower()})" if item.state == "overdue" else ""
    return f"{_name(item, view)}: {detail(item, view)}{late}"


def _name(item: Item, view: View) -> str:
    """What kind of thing falls due, in a word."""
    injected = item.what == "dose" and _route(item, view.plan) in _INJECTED
    return view.say(f"calendar {'injection' if injected else item.what}")


def _open(item: Item, view: View) -> bool:
    """Whether an entry is not definite: its treatment hangs on a fact, or nobody has approved the guideline."""
    lines = [line for line in view.plan.advice if line.rule == item.rule]
    hangs = any(line.if_ or line.unless or line.confirm for line in lines)
    return item.tentative or hangs or words.state_of(view.plan.guideline) != "approved"


def _route(item: Item, plan: Plan) -> str:
    give = next((line.give for line in plan.advice if line.rule == item.rule), None)
    return give.route if give else ""


def _description(item: Item, view: View) -> str:
    """What it is in full, on which days, what could change it, and how far the guideline's review has come."""
    first, last = view.day(item.earliest), view.day(item.latest)
    days = view.say("calendar one day" if first == last else "calendar days").format(first, last)
    more = [view.say("calendar on")] if item.open_ended else []
    late = [view.say("calendar late").format(last)] if item.state == "overdue" else []
    hangs = [view.say("calendar tentative")] if _open(item, view) else []
    reckoned = view.say("calendar reckoned").format(view.day(view.plan.on))
    told = [*_told(item, view), " ".join([days, *more, *late]), *hangs, reckoned]
    return "\n".join([*told, words.banner_of(view.plan.guideline)])


def _told(item: Item, view: View) -> list[str]:
    """The number of a dose; of a review what is to be asked, and the guideline's sentence."""
    if item.what == "dose":
        return [f"{kind(item, view)}."]
    asked = view.asked(item.detail) if item.what == "review" else ""
    said = next((line.text for line in view.plan.advice if line.rule == item.rule), "")
    return [words_ for words_ in (asked, said) if words_]
