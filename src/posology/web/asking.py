"""Ask: a conversation that travels whole in the body of each request, so that the server keeps nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from ..answer.answer import answer
from ..answer.answered import Answer, Said
from ..answer.ground import Ground
from ..answer.request import MOST_TURNS
from ..findings import Finding, Refused
from ..hear.hear import hear
from ..model import Fact, Patient, Value
from ..plan.advice import Audience
from ..quantity import plain
from ..read.patient import patient
from ..show.words import value as said_value
from .article import slug
from .house import House
from .pages import keep_reader
from .render import READERS, page, reader

MARKS = {"yes": ("applies", "✓"), "unknown": ("may apply", "?"), "no": ("does not apply", "✗"), "general": ("", "•")}
LONGEST = 2000
MOST_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked so far. ``given``: facts answered by a button; ``without``: facts taken out, up to which turn."""

    within: str = ""
    turns: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)

    def hidden(self) -> Iterator[tuple[str, str]]:
        """The conversation as hidden fields of a form."""
        yield "within", self.within
        yield from (("turns", turn) for turn in self.turns)
        yield from (("given", f"{name}={text}") for name, text in self.given.items())
        yield from (("without", f"{name}@{turn}") for name, turn in self.without.items())


@dataclass(frozen=True, slots=True)
class Chip:
    """A fact that was heard or given, with the words it was heard in."""

    fact: str
    words: str
    heard: str
    supposed: bool


@dataclass(frozen=True, slots=True)
class Next:
    """A follow-up: a question to ask, or one to answer by a button (``fact``, ``options``) or a number (``unit``)."""

    text: str
    fact: str = ""
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""


def router(house: House) -> APIRouter:
    """The pages on which questions are asked."""
    made = APIRouter(include_in_schema=False)

    @made.get("/ask")
    def begin(request: Request, within: str = "", about: str = "") -> Response:
        if not about:
            return _blank(request, house, Conversation(within if within in house.grounds else ""))
        if within not in house.grounds:
            raise HTTPException(404)
        ground = house.grounds[within]
        text = _asked_about(about, ground, reader(request))
        if not text:
            raise HTTPException(404)
        nobodys = {one.fact: 0 for one in hear(text, ground.guideline, ground.lexicon)}  # a topic is nobody's fact
        asked = Conversation(within, (text,), without=nobodys)
        return _answer_page(request, house, ground, asked, reader(request))

    @made.post("/ask")
    async def go_on(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            sent = form
        return await run_in_threadpool(_gone_on, request, house, sent)

    return made


def _asked_about(about: str, ground: Ground, audience: Audience) -> str:
    """The question behind a link: the example questions of the aspects that it names."""
    named = about.split(",")
    found = {slug(a.name): (a.patients_next if audience == "patient" else a.next) for a in _aspects(ground)}
    return " ".join(found[name] for name in named if name in found)


def _aspects(ground: Ground) -> list[Any]:
    return [a for a in ground.coverage.aspects.values() if a.kind in ("general", "about") and a.next]


# ---------------------------------------------------------------- what was sent


def _gone_on(request: Request, house: House, form: FormData) -> Response:
    """One more question, one more fact, or one less."""
    chosen = str(form.get("reader", ""))
    audience = next((key for key in READERS if key == chosen), reader(request))
    asked = _said(form, house)
    if not asked.turns:
        made = _blank(request, house, asked, wrong="Write a question first.", status=422)
    else:
        made = _answered(request, house, asked, audience)
    return keep_reader(made, chosen)


def _said(form: FormData, house: House) -> Conversation:
    """The conversation in a form, with whatever button was pressed."""
    within = str(form.get("within", ""))
    turns = tuple(str(turn) for turn in form.getlist("turns"))
    text = str(form.get("text", "")).strip()
    given = dict(_pair(str(one), "=") for one in (*form.getlist("given"), *form.getlist("answer")) if "=" in str(one))
    typed = {name[2:]: str(text).strip() for name, text in form.multi_items() if name.startswith("n-")}
    taken = dict(_pair(str(one), "@") for one in form.getlist("without"))
    without = {name: int(at) for name, at in taken.items() if at.isdecimal() and len(at) < 4}
    undone = turns[:-1] if "undo" in form else turns
    made = Conversation(
        within if within in house.grounds else "",
        (*undone, *([text] if text else [])), given | {n: t for n, t in typed.items() if t}, without,
    )  # fmt: skip
    return _removed(made, str(form.get("remove", "")))


def _pair(text: str, sign: str) -> tuple[str, str]:
    name, _, rest = text.partition(sign)
    return name, rest


def _removed(asked: Conversation, fact: str) -> Conversation:
    """The conversation without a fact: neither given nor heard in any turn so far."""
    if not fact:
        return asked
    given = {name: text for name, text in asked.given.items() if name != fact}
    return replace(asked, given=given, without={**asked.without, fact: len(asked.turns) - 1})


def _answered(request: Request, house: House, asked: Conversation, audience: Audience) -> Response:
    ground = _where(asked, house, audience)
    if len(asked.turns) > MOST_TURNS:
        return _blank(request, house, Conversation(asked.within), f"At most {MOST_TURNS} questions in a row.", 422)
    return _answer_page(request, house, ground, asked, audience)


def _where(asked: Conversation, house: House, audience: Audience) -> Ground:
    """The guideline that is asked: the one of the page, else the first that has an answer, else the first."""
    if asked.within in house.grounds:
        return house.grounds[asked.within]
    grounds = list(house.grounds.values())
    if len(grounds) > 1:
        for ground in grounds:
            if answer(asked.turns, ground, audience=audience, without=asked.without).covered != "no":
                return ground
    return grounds[0]


# ---------------------------------------------------------------- pages


def _blank(request: Request, house: House, asked: Conversation, wrong: str = "", status: int = 200) -> Response:
    return page(request, house, "ask.html", status, asked=asked, wrong=wrong, topics=_topics(house, asked, request))


def _topics(house: House, asked: Conversation, request: Request) -> list[tuple[str, str, str]]:
    """What may be asked: guideline, aspect, example question."""
    patients = reader(request) == "patient"
    return [
        (name, slug(a.name), a.patients_next if patients else a.next)
        for name, ground in house.grounds.items()
        if asked.within in ("", name)
        for a in _aspects(ground)
    ]


def _answer_page(
    request: Request, house: House, ground: Ground, asked: Conversation, audience: Audience
) -> Response:
    known, faults = _known(asked, ground)
    made = answer(
        asked.turns, ground,
        patient=known, within=asked.within or None, audience=audience, without=asked.without,
    )  # fmt: skip
    return page(
        request, house, "answer.html", 422 if faults else 200,
        ground=ground, asked=asked, answer=made, faults=faults, chosen=audience,
        alarms=alarms(made, ground), chips=chips(made, ground), parts=parts(made),
        warned=[said for said in made.lines if said.warning],
        nexts=nexts(made, ground, audience), marks=MARKS, plan_fields=plan_fields(made), link=link(made, ground),
        notices=told(made), changed=changes(made, ground),
    )  # fmt: skip


def _known(asked: Conversation, ground: Ground) -> tuple[Patient | None, tuple[Finding, ...]]:
    """The patient that the buttons told of; what cannot be read is said, and left out."""
    if not asked.given:
        return None, ()
    try:
        return patient({"facts": _facts(asked.given, ground)}, ground.guideline), ()
    except Refused as refused:
        wrong = {finding.place.removeprefix("facts.") for finding in refused.findings}
        rest = {name: text for name, text in asked.given.items() if name not in wrong}
        return (patient({"facts": _facts(rest, ground)}, ground.guideline) if rest else None), refused.findings


def _facts(given: Mapping[str, str], ground: Ground) -> dict[str, Any]:
    """Facts as a patient file writes them: a bare number as a number, the rest as text."""
    return {name: _figure(text, ground.guideline.facts.get(name)) for name, text in given.items()}


def _figure(text: str, fact: Fact | None) -> Any:
    bare = text.replace(".", "", 1)
    return float(text) if fact and fact.kind == "number" and bare.isascii() and bare.isdigit() else text


# ---------------------------------------------------------------- an answer, made ready to be read


def chips(made: Answer, ground: Ground) -> list[Chip]:
    """The facts that the answer rests on."""
    heard = {one.fact: one for one in made.heard}
    return [
        Chip(name, _words(name, value, ground), heard[name].words if name in heard else "",
             name in heard and heard[name].supposed)
        for name, value in (made.facts or {}).items()
    ]  # fmt: skip


def _words(name: str, value: Value | None, ground: Ground) -> str:
    fact = ground.guideline.facts[name]
    return f"{fact.short or fact.phrase}: {said_value(value, fact)}"


def alarms(made: Answer, ground: Ground) -> list[str]:
    """What stands before everything else: danger in what was said, and what the plan says must be done at once.

    A student's words explain; here the clinician's stand for them, because they say what to do.
    """
    student, named = made.audience == "student", ground.guideline.named
    urgent = [line for line in (made.plan.advice if made.plan else ()) if line.urgency == "emergency" and not line.if_]
    now = [named[line.rule].text if student else line.text for line in urgent]
    return list(dict.fromkeys(filter(None, (made.emergency, *now))))


def parts(made: Answer) -> list[tuple[str, list[Said]]]:
    """The lines under what they answer."""
    asked = [said for said in made.lines if not said.warning]
    return [(part, [said for said in asked if said.part == part]) for part in dict.fromkeys(s.part for s in asked)]


def told(made: Answer) -> list[tuple[str, str]]:
    """Conflicts, gaps, missing sources and odd input; a patient is told of what was odd and what clashes."""
    whole = made.audience != "patient"
    return [(kind, text) for kind, text in made.notices if whole or kind in ("input", "conflict")]


def changes(made: Answer, ground: Ground) -> list[str]:
    """What is different from the answer before."""
    changed = made.changed
    if changed is None:
        return []
    facts = [f"{_words(name, old, ground)} → {_value(name, new, ground)}" for name, old, new in changed.facts]
    new, gone = ", ".join(changed.new), ", ".join(changed.gone)
    return [*facts, *([f"new: {new}"] if new else []), *([f"gone: {gone}"] if gone else [])]


def _value(name: str, value: Value | None, ground: Ground) -> str:
    return said_value(value, ground.guideline.facts[name])


def nexts(made: Answer, ground: Ground, audience: Audience) -> list[Next]:
    """Follow-ups, those about a fact with their answers as buttons."""
    facts = ground.guideline.facts.values()
    asking = {words: fact for fact in facts for words in (fact.question, fact.patient_question)}
    return [_next(text, asking.get(text)) for text in made.follow_ups]


def _next(text: str, fact: Fact | None) -> Next:
    if fact is None:
        return Next(text)
    if fact.kind == "number":
        return Next(text, fact.name, unit=said_value(0.0, fact).removeprefix(plain(0.0)).strip())
    picked = ("yes", "no") if fact.kind == "yes/no" else fact.choices
    return Next(text, fact.name, tuple((value, said_value(value).capitalize()) for value in picked))


def plan_fields(made: Answer) -> list[tuple[str, str]]:
    """The facts as fields of the plan's form."""
    return [(f"f-{name}", _field(value)) for name, value in (made.facts or {}).items()]


def _field(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, float) else value


def link(made: Answer, ground: Ground) -> str:
    """An address that asks about the same matters, and holds nothing of the patient."""
    known = {a.name for a in _aspects(ground)}
    named = ",".join(slug(name) for name in made.aspects if name in known)
    return f"/ask?within={quote(ground.guideline.id)}&about={named}" if named else ""
