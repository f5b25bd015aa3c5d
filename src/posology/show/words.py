"""The words that the program itself puts around a plan, for each reader, and regimens in plain English.

A line of advice is already in its reader's words; here are only headings, labels and the status banner.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from ..backends.english import MONTHS, dose, how_long, how_often, long_day, spaced
from ..model import Fact, Give, Value
from ..quantity import plain

Audience = Literal["clinician", "patient", "student"]

# key: clinician, patient, student (an empty student's cell means: as for the clinician)
_WORDS: dict[str, tuple[str, str, str]] = {
    # headings, in the order of the sheet
    "plan": ("Treatment plan", "Your treatment plan", ""),
    "emergency": ("Emergency", "Get help now", ""),
    "facts": ("Because you told us", "Because you told us", ""),
    "now": ("What to do now", "What to do now", ""),
    "cautions": ("Never and avoid", "What not to do", ""),
    "treatment": ("Treatment", "Your treatment", ""),
    "follow-up": ("Tests and follow-up", "Your tests and check-ups", ""),
    "timeline": ("Timeline", "Your dates", ""),
    "path": ("How this was decided", "How this was decided", ""),
    "ask": ("What to ask", "Questions that would help", ""),
    "maybe": ("May also apply", "This may also matter for you", ""),
    "views": ("Other views", "What other sources say", ""),
    "gaps": ("Gaps and contradictions", "What the guideline leaves open", ""),
    "notices": ("Notices", "Please note", ""),
    "sources": ("Sources", "Where this comes from", ""),
    "about": ("About this plan", "About this plan", ""),
    # what the student is told under a heading
    "now.why": ("", "", "What is due or overdue today, what is urgent, and what a clinician must settle first."),
    "cautions.why": ("", "", "Avoid and never also strike out options; what they took away stands with the treatment."),
    "treatment.why": (
        "",
        "",
        "Only treatments compete: a decision has at most one answer. Firm means that no unknown fact could change it.",
    ),
    "follow-up.why": ("", "", "Tests are for surveillance. No laboratory value changes an interval."),
    "timeline.why": (
        "",
        "",
        "A window runs from the first to the last day that the guideline allows; a late dose moves those after it.",
    ),
    "ask.why": (
        "Most decisive first.",
        "Your answers help to choose what is right for you. The most useful come first.",
        "Most decisive first: an unknown fact is asked only if some answer would change the plan.",
    ),
    "maybe.why": (
        "Not settled: each line depends on a fact that is not known.",
        "We do not know enough yet to say whether this is for you.",
        "Not settled: the rule is neither true nor false until the named fact is known.",
    ),
    "views.why": ("", "", "Sources disagree. The plan follows the guideline; these are recorded beside it."),
    "path.why": ("", "", "Yes, no and unknown are three values (Kleene logic): unknown is never read as no."),
    # tags of lines
    "give": ("Give", "Treatment", ""),
    "use": ("Use", "How", ""),
    "check": ("Check", "Test", ""),
    "refer": ("Refer", "See a specialist", ""),
    "consider": ("Consider", "Talk about", ""),
    "avoid": ("Avoid", "Avoid", ""),
    "never": ("Never", "Do not", ""),
    "decide": ("Decide", "Decide together", ""),
    "confirm": ("Before giving", "Before you start", ""),
    "soon": ("Soon", "Soon", ""),
    "urgent": ("Urgent", "Urgent", ""),
    "overdue": ("Overdue", "Late", ""),
    "due": ("Due", "Due now", ""),
    "upcoming": ("Next", "Next", ""),
    "or": ("or", "or", ""),
    "option": ("option", "option", ""),
    "open": ("{} if", "If it fits you", ""),
    "until review": ("then on, until the review", "and so on, until your check-up", ""),
    "struck": ("struck out", "not for you", ""),
    "silent": ("Silent", "Not covered", ""),
    "conflict": ("Conflict", "Not agreed", ""),
    "stopped": ("Stopped", "Stopped", ""),
    "done": ("Done", "Done", ""),
    "provisional": ("Open", "Open", ""),
    "firm": ("Firm", "Settled", ""),
    # notes under a line
    "because": ("because", "because you told us", ""),
    "unless": ("holds unless changed by", "your answer could change this", "provisional; could be unseated by"),
    "if": ("depends on", "depends on your answer", "provisional; depends on"),
    "unknown": ("not known yet", "Please tell us first", ""),
    "editors": ("added by the editors", "added by the editors", "added by the editors, not in the article"),
    "note": ("note", "note", ""),
    "would change": ("would change", "this matters for", ""),
    "superseded": (
        "also applies, but another rule goes before it",
        "also fits you, but other advice goes before it",
        "",
    ),
    "gives way": ("Gives way", "Gives way", ""),
    "both": (
        "two rules apply, and nothing orders them",
        "two rules fit you, and the guideline does not say which comes first",
        "",
    ),
    # how a dated item stands
    "state overdue": ("overdue, {} late", "late by {}", ""),
    "state today": ("due today", "today", ""),
    "state due": ("due, {} left", "now, {} left", ""),
    "state upcoming": ("upcoming, in {}", "in {}", ""),
    "tentative": (", tentative", ", not settled", ""),
    "all dates": ("All dates", "All your dates", ""),
    "that day": ("that day", "that day", ""),
    # outcomes of a decision
    "outcome firm": ("firm", "settled", "firm: no unknown fact can change it"),
    "outcome provisional": ("provisional", "not settled yet", "provisional: an unknown fact could change it"),
    "outcome conflict": (
        "conflict",
        "the guideline does not agree with itself",
        "conflict: two rules apply and nothing orders them",
    ),
    "outcome silent": ("the guideline does not say", "the guideline does not say", ""),
    "outcome done": ("complete", "finished", ""),
    "outcome stopped": ("withheld by a safety rule", "held back for your safety", ""),
    "outcome decide": ("for a clinician to decide", "to be decided with your clinician", ""),
    "outcome not applicable": ("not applicable", "not for you", "not applicable: its scope is not met"),
    "beside": ("Beside the treatment", "About your treatment", "Beside the treatment: these compete with nothing"),
    # phases
    "phase none": ("no treatment", "no treatment", ""),
    "phase loading": ("loading", "first course", "loading: the first, dense course"),
    "phase maintenance": ("maintenance", "long-term treatment", "maintenance: after loading"),
    "phase prophylaxis": ("prophylaxis", "prevention", "prophylaxis: before anything shows"),
    "phase unknown": ("phase not known", "not known yet", ""),
    # kinds of dated items
    "dose": ("Dose", "Dose", ""),
    "test": ("Test", "Test", ""),
    "review": ("Review", "Check-up", ""),
    "given": ("Given", "You had", ""),
    # pictures
    "lane given": ("Given", "Had so far", ""),
    "lane dose": ("Doses", "Doses", ""),
    "lane test": ("Tests", "Tests", ""),
    "lane review": ("Reviews", "Check-ups", ""),
    "many given": ("{} given", "{} had", ""),
    "many dose": ("{} doses", "{} doses", ""),
    "many test": ("{} tests", "{} tests", ""),
    "many review": ("{} reviews", "{} check-ups", ""),
    "earlier": ("{} earlier, since {}", "{} earlier, since {}", ""),
    "today": ("Today", "Today", ""),
    "close up": ("Close-up", "The next weeks", ""),
    "whole": ("Whole course", "The whole course", ""),
    "shaded": ("the close-up is shaded", "the weeks above are shaded", ""),
    "key given": ("dose given", "dose you had", ""),
    "key dose": ("window of a dose", "days for a dose", ""),
    "key test": ("test", "test", ""),
    "key review": ("review", "check-up", ""),
    "key overdue": ("overdue, up to today", "late, up to today", ""),
    "key due": ("due", "due now", ""),
    "key tentative": ("tentative", "not settled", ""),
    "scope True": ("Applies here", "This is about you", ""),
    "scope False": ("Not applicable", "Not about you", ""),
    "scope None": ("May apply", "May be about you", ""),
    "way taken": ("taken", "this fits you", ""),
    "way open": ("open", "not settled", ""),
    "way gives way": ("applies, but gives way", "fits you, but gives way", ""),
    "way withheld": ("applies, but is not given now", "fits you, but is not given now", ""),
    "way no": ("does not apply", "does not fit you", ""),
    "vague": ("the guideline is not exact here", "the guideline is not exact here", ""),
    "sign yes": ("applies", "fits you", ""),
    "sign no": ("does not apply", "does not fit you", ""),
    "sign unknown": ("not known", "not known", ""),
    "sign way": ("the way taken", "the way for you", ""),
    # calendar
    "calendar": ("Treatment dates", "My treatment dates", ""),
    "calendar injection": ("Injection due", "Injection due", ""),
    "calendar dose": ("Medicine due", "Medicine due", ""),
    "calendar test": ("Blood test due", "Blood test due", ""),
    "calendar review": ("Review due", "Check-up due", ""),
    "col days": ("Window", "When", ""),
    # paper
    "page": ("page", "page", ""),
    "status": ("review status", "review status", ""),
    "tick": ("Done", "Done", ""),
    # the page
    "skip": ("Skip to the plan", "Skip to your plan", ""),
    "more": ("{} more questions", "{} more questions", ""),
    "behind": ("The same as a table", "The same as a table", ""),
    "col decision": ("Decision", "Question", ""),
    "col rule": ("Rule", "Advice", ""),
    "col because": ("Because", "Because", ""),
    "col gives": ("Treatment", "Treatment", ""),
    "source": ("source", "source", ""),
    # tables
    "col date": ("Date", "Day", ""),
    "col window": ("Window", "No later than", ""),
    "col what": ("What", "What", ""),
    "col state": ("State", "State", ""),
    "no dates": ("Nothing is dated: the treatment is not settled.", "There are no dates yet.", ""),
    "no facts": ("nothing is known of this patient", "you have not told us anything yet", ""),
    "dangling": (
        "cited, but missing from the article's own list",
        "The guideline gives only the number of this source.",
        "",
    ),
    "option hangs": (
        "holds unless changed by: {}",
        "if your answers below allow it",
        "provisional; could be unseated by: {}",
    ),
}

_STATUS = {
    "submitted": "submitted, not yet reviewed. No clinician has approved this guideline: "
    "check each line against its source.",
    "under review": "under review, not yet approved. Check each line against its source.",
    "approved": "approved by its reviewers.",
    "changes requested": "changes requested by a reviewer. Not approved: check each line against its source.",
    "overdue for review": "approved once, but its next review is overdue. Check each line against its source.",
    "withdrawn": "WITHDRAWN by a reviewer.",
    "superseded": "replaced by a newer version.",
    "not submitted": "not submitted for review. No clinician has approved this guideline: "
    "check each line against its source.",
}
_PARTS = {"_article": "the whole guideline", "_particulars": "the particulars"}


def say(key: str, audience: Audience = "clinician") -> str:
    """The program's words under that key, for that reader. Raises KeyError."""
    clinician, patient, student = _WORDS[key]
    return patient if audience == "patient" else (student or clinician) if audience == "student" else clinician


def why(key: str, audience: Audience = "clinician") -> str:
    """What a reader is told under a heading; often nothing."""
    return say(f"{key}.why", audience) if f"{key}.why" in _WORDS else ""


def banner(status: str) -> str:
    """The sentence on the guideline's review status that stands first on everything."""
    return f"Review status: {_STATUS.get(status, f'{status}. Not approved: check each line against its source.')}"


def state_of(guideline: Mapping[str, Any]) -> str:
    """The review status in a plan's particulars, as exactly as it is known."""
    return str((guideline.get("review") or {}).get("state") or guideline.get("status") or "submitted")


def banner_of(guideline: Mapping[str, Any]) -> str:
    """The same from a plan's particulars, with what was withdrawn, replaced or is overdue, where that is known."""
    review = guideline.get("review") or {}
    told = [banner(state_of(guideline))]
    names = [_PARTS.get(name, name) for name in review.get("withdrawn", ())]
    told += [f"Withdrawn: {', '.join(names)}. Do not act on it."] if names else []
    due = guideline.get("review_was_due")
    told += [f"Its next review was due on {due}: it may be out of date."] if due else []
    told += [f"Use version {review['superseded_by']}."] if review.get("superseded_by") else []
    return " ".join(told)


# ---------------------------------------------------------------- values and names


def value(what: Value | None, fact: Fact | None = None) -> str:
    """A fact's value as people write it: yes, no, a choice, or a number with its unit."""
    if what is None:
        return "not known"
    if isinstance(what, bool):
        return "yes" if what else "no"
    if isinstance(what, str):
        return spaced(what)
    return f"{plain(what)} {unit(fact.unit) if fact else ''}".strip()


def unit(code: str) -> str:
    """A unit as it is printed.

    >>> unit("10*9/L"), unit("umol/L"), unit("mL/min/1.73 m2")
    ('× 10⁹/L', 'µmol/L', 'mL/min/1.73 m²')
    """
    printed = re.sub(r"10\*(\d+)", lambda found: "× 10" + found[1].translate(_POWERS), code).replace("m2", "m²")
    return "µ" + printed[1:] if printed.startswith(("umol", "ug", "uL")) else printed


_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def title(name: str) -> str:
    """The name of a rule or decision as a phrase.

    >>> title("treat-anyway")
    'Treat anyway'
    """
    phrase = spaced(name).replace("-", " ")
    return phrase[:1].upper() + phrase[1:]


# ---------------------------------------------------------------- regimens

_ROUTE = {
    "intramuscular": "into the muscle",
    "deep_subcutaneous": "deep under the skin",
    "intravenous": "into a vein",
    "oral": "by mouth",
    "subcutaneous": "under the skin",
    "intradermal": "into the skin",
    "inhaled": "breathed in",
    "nasal": "into the nose",
    "sublingual": "under the tongue",
    "buccal": "inside the cheek",
    "rectal": "into the rectum",
    "vaginal": "into the vagina",
    "topical": "on the skin or where it is needed",
    "transdermal": "through the skin",
    "ophthalmic": "into the eye",
    "otic": "into the ear",
}


def regimen(give: Give) -> str:
    """A way of giving a drug in one phrase that a patient can read too.

    >>> from posology.model import Period
    >>> regimen(Give("remedy", 1, 2, "oral", 1, Period(2, "M"), Period(3, "M"), for_life=True))
    'remedy 1–2 mg by mouth every 2–3 months, for life'
    """
    return ", ".join(filter(None, (f"{one_dose(give)} {how_often(give)}", how_long(give))))


def one_dose(give: Give) -> str:
    """One dose of it: the drug, how much, and where it goes."""
    return f"{spaced(give.drug)} {dose(give)} {_ROUTE.get(give.route, spaced(give.route))}"


# ---------------------------------------------------------------- dates

def day(when: date, audience: Audience = "clinician") -> str:
    """A date: 2026-01-05 for clinicians and students, Monday 5 January 2026 for patients."""
    if audience != "patient":
        return when.isoformat()
    return long_day(when)


def dated(text: str, audience: Audience = "clinician") -> str:
    """A text with the days in it as this reader writes them.

    >>> dated("Since 2026-01-05.", "patient"), dated("Since 2026-01-05.")
    ('Since Monday 5 January 2026.', 'Since 2026-01-05.')
    """
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: _reread(found[0], audience), text)


def _reread(text: str, audience: Audience) -> str:
    try:
        return day(date.fromisoformat(text), audience)
    except ValueError:
        return text


def brief_day(when: date, year: bool = True) -> str:
    """A date short enough for a picture: 5 Jan 2026."""
    return f"{when.day} {MONTHS[when.month - 1][:3]}" + (f" {when.year}" if year else "")


def month(when: date) -> str:
    """A month short enough for an axis: Jan."""
    return MONTHS[when.month - 1][:3]


def days(count: int) -> str:
    """A number of days: 1 day, 4 days."""
    return f"{count} day{'' if count == 1 else 's'}"
