"""The workbench of a review: the inbox, the screen on which a statement is read and signed, and the public history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, cast

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from ..check.boundaries import edges
from ..editorial import acts
from ..editorial.digest import PARTICULARS
from ..editorial.history import Change, changes, history, last_signed, name_of, title_of
from ..editorial.inbox import Waiting, inbox
from ..editorial.ledger import ARTICLE, REVIEWERS, STOPPERS, Comment, Ledger, Person
from ..editorial.offer import Offer
from ..editorial.store import content, events
from ..findings import Finding, Refused
from ..model import Guideline, Sign
from ..read.guideline import read_texts, texts_of
from ..read.patient import date_of
from ..reviewing.comparing import by_sentence, reads
from ..reviewing.reading import OUTCOMES, TRUTHS
from ..show.dossier import dossier
from . import article
from .desk import Desk, changed_plans, ledger_of, offered, on_offer, once, parts_of, state_of
from .house import House
from .people import ask_to_sign_in
from .presence import hand_over, show, signed_in, somebody, stale
from .render import page

Text = Annotated[str, Form()]
SHOWN = 200
"""Entries of a history that one page shows."""
SECRETS = ("password", "code")
"""What is kept of no form."""
MOST = 100
"""Things that wait which the inbox shows at once."""


def router(house: House) -> APIRouter:
    """The pages of the review, on a server with a store."""
    made = APIRouter(include_in_schema=False)
    if house.desk is not None:
        _inbox(made, house, house.desk)
        _public(made, house, house.desk)
        _screen(made, house, house.desk)
        _signing(made, house, house.desk)
        _talking(made, house, house.desk)
    return made


def _offer(desk: Desk, house: House, name: str) -> Offer:
    """The version on offer of a guideline of this house. Raises HTTPException 404."""
    found = on_offer(desk, name) if name in house.grounds else None
    if found is None:
        raise HTTPException(404)
    return found


def _as_offered(desk: Desk, offer: Offer, here: Guideline) -> Guideline:
    """A version as it was offered; the one that is served, where that is the same."""
    return here if here.digest == offer.digest else offered(desk, offer)


def _waiting(desk: Desk, person: Person) -> list[Waiting]:
    """What waits for somebody."""
    return inbox(person.id, ledger_of(desk), desk.store.clock(), lambda offer: state_of(desk, offer))


# ---------------------------------------------------------------- the inbox


def _inbox(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/review")
    def waiting(request: Request) -> Response:
        person = signed_in(request, house)
        book = ledger_of(desk)
        progress = [(name, offer, state_of(desk, offer) if offer else None, ground.guideline)
                    for name, ground in house.grounds.items() for offer in [on_offer(desk, name)]]  # fmt: skip
        reminders = [e for e in events(desk.store) if e.kind == "reminded" and e.body["person"] == person.id][-3:]
        return page(
            request, house, "inbox.html",
            person=person, waiting=_waiting(desk, person), progress=progress, title_of=title_of, name_of=name_of,
            texts={name: _as_offered(desk, offer, here).named for name, offer, _, here in progress if offer}, most=MOST,
            reminders=reminders, people=book.people, reviewers=REVIEWERS,
            declared=person.declaration("", desk.store.clock()),
        )  # fmt: skip

    @made.get("/review/{name}")
    def parts(request: Request, name: str) -> Response:
        return _parts(request, house, desk, signed_in(request, house), name)

    @made.post("/review/declare")
    def declare(request: Request, conflict: Text = "", kind: Text = "") -> Response:
        acts.declare(desk.store, signed_in(request, house).id, conflict if kind == "conflict" else "")
        return RedirectResponse("/review", 303)

    @made.post("/review/{name}/submit")
    def submit(request: Request, name: str, note: Text = "", authors: Text = "") -> Response:
        person = signed_in(request, house)
        if name not in house.grounds:
            raise HTTPException(404)
        texts = texts_of(house.grounds[name].folder)
        acts.submit(desk.store, person.id, read_texts(texts), texts, authors.replace(",", " ").split(), note)
        return RedirectResponse("/review", 303)

    @made.post("/review/{name}/assign")
    def assign(request: Request, name: str, person: Text = "", statement: Text = "", due: Text = "") -> Response:
        actor = signed_in(request, house).id
        until = date_of(due) if due else None
        if isinstance(until, str):
            raise Refused([Finding("until", until, "Write it as in 2026-01-31.")])
        acts.assign(desk.store, actor, name, person, [statement] if statement else [], until)
        return RedirectResponse(f"/review/{name}/{statement}" if statement else "/review", 303)

    @made.post("/review/{name}/unassign")
    def unassign(request: Request, name: str, assigned: Text = "") -> Response:
        acts.unassign(desk.store, signed_in(request, house).id, name, _number(assigned))
        return RedirectResponse(f"/review/{name}", 303)

    @made.post("/review/{name}/remind")
    def remind(request: Request, name: str, person: Text = "", words: Text = "") -> Response:
        acts.remind(desk.store, signed_in(request, house).id, name, person, words)
        return RedirectResponse("/review", 303)


def _parts(
    request: Request, house: House, desk: Desk, person: Person, name: str, reason: str = "",
    wrong: tuple[Finding, ...] = (),
) -> Response:  # fmt: skip
    """All parts of a guideline, and the way to take the whole of it out of use."""
    offer = _offer(desk, house, name)
    made = page(
        request, house, "parts_list.html", 422 if wrong else 200, person=person, offer=offer,
        found=state_of(desk, offer), guideline=house.grounds[name].guideline, title_of=title_of, name_of=name_of,
        asked=ledger_of(desk).assigned.get(name, []), stops=_stops(person), restores=_reviews(person),
        wants_password=stale(request, house), reason=reason, wrong=wrong,
    )  # fmt: skip
    return hand_over(made, request)


def _stops(person: Person) -> bool:
    return bool(set(person.roles) & set(STOPPERS))


def _reviews(person: Person) -> bool:
    return bool(set(person.roles) & set(REVIEWERS))


# ---------------------------------------------------------------- what everybody may read


def _public(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/guidelines/{name}/history")
    def of_article(request: Request, name: str) -> Response:
        return _past(request, name, "")

    @made.get("/guidelines/{name}/statements/{statement}/history")
    def of_statement(request: Request, name: str, statement: str) -> Response:
        if statement not in _offer(desk, house, name).parts:
            raise HTTPException(404)
        return _past(request, name, statement)

    def _past(request: Request, name: str, statement: str) -> Response:
        offer, book = _offer(desk, house, name), ledger_of(desk)
        entries = list(history(events(desk.store), name, statement))[-SHOWN:]
        return page(
            request, house, "history.html",
            guideline=house.grounds[name].guideline, statement=statement, entries=entries[::-1], people=book.people,
            found=state_of(desk, offer), title_of=title_of, name_of=name_of, offers=book.offers[name],
        )  # fmt: skip

    @made.get("/guidelines/{name}/compare")
    def compare(request: Request, name: str, old: int = 0, new: int = 0) -> Response:
        offers = ledger_of(desk).offers.get(name, []) if name in house.grounds else []
        if not offers:
            raise HTTPException(404)
        after = next((o for o in offers if o.seq == new), offers[-1])
        before = next((o for o in offers if o.seq == old), offers[max(0, offers.index(after) - 1)])
        return page(
            request, house, "compare.html",
            guideline=house.grounds[name].guideline, offers=offers, before=before, after=after, name_of=name_of,
            differ=_differ(desk, before, after),
            plans=changed_plans(desk, before, after, house.samples.get(name, {})),
        )  # fmt: skip


def _differ(desk: Desk, before: Offer, after: Offer) -> list[tuple[str, str, list[Change]]]:
    old, new = offered(desk, before), offered(desk, after)
    return by_sentence(before, after, old, new, lambda digest: content(desk.store, digest) or "{}")


# ---------------------------------------------------------------- the screen of one statement


def _screen(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/review/{name}/{statement}")
    def read(request: Request, name: str, statement: str) -> Response:
        person = signed_in(request, house)
        return screen(request, house, desk, person, name, statement)


def screen(
    request: Request, house: House, desk: Desk, person: Person, name: str, statement: str,
    draft: Mapping[str, str] | None = None, wrong: tuple[Any, ...] = (),
) -> Response:  # fmt: skip
    """Everything that somebody needs to judge one statement, on one page. Raises HTTPException 404."""
    offer, book = _offer(desk, house, name), ledger_of(desk)
    if statement not in offer.parts:
        raise HTTPException(404)
    found, guideline = state_of(desk, offer), _as_offered(desk, offer, house.grounds[name].guideline)
    part = found.parts[statement]
    before = last_signed(book, name, statement, person.id) or last_signed(book, name, statement)
    old = _signed_version(desk, offer, statement, before)
    waiting = [item.statement for item in _waiting(desk, person) if item.guideline == name]
    made = page(
        request, house, "review.html", 422 if wrong else 200,
        person=person, people=book.people, guideline=guideline, offer=offer, found=found, part=part, which=statement,
        shown=shown_of(house, desk, name, offer, statement),
        truths=TRUTHS, outcomes=OUTCOMES, facts_in_words=partial(article.example_words, guideline=guideline),
        said=_particulars(desk, offer) if statement == PARTICULARS else [],
        changed=_changed(desk, old, offer, statement), before=before, plans=_plans(desk, house, old, offer),
        threads=_threads(book, name, statement), resolved=book.resolved, name_of=name_of, waiting=waiting,
        roles=[role for role in person.roles if role in REVIEWERS], stops=_stops(person), restores=_reviews(person),
        wants_password=stale(request, house),
        reviewers=[p for p in book.people.values() if set(p.roles) & set(REVIEWERS) and not p.locked],
        declared=person.declaration(name, desk.store.clock()), draft=dict(draft or {}), wrong=wrong,
    )  # fmt: skip
    return hand_over(made, request)


def shown_of(house: House, desk: Desk, name: str, offer: Offer, statement: str) -> dict[str, Any]:
    """What a screen shows of a statement's content, worked out once for each version."""
    def make() -> dict[str, Any]:
        return _shown(_as_offered(desk, offer, house.grounds[name].guideline), statement, house, name)

    found: dict[str, Any] = once(desk, ("shown", offer.files, statement), make)
    return found


def _shown(guideline: Guideline, statement: str, house: House, name: str) -> dict[str, Any]:
    """The statement in words, as its rule reads back, as a table, by examples and at its edges, and its evidence."""
    one = guideline.named.get(statement)
    if one is None:
        return {}
    rule = one.rule
    worked = article.examples(rule, guideline) if rule else ()
    known = rule is not None and rule.name in house.grounds[name].guideline.named
    return {
        "one": article.shown(one, guideline, "clinician"),
        "grid": article.rule_table(rule, guideline) if rule else None,
        "examples": [(article.example_words(example.facts, guideline), example.outcome) for example in worked],
        "edges": edges(one, guideline),
        "stories": article.told_by(rule, house, name) if rule and known else (),
        "dossier": dossier(one, guideline),
    }


def _particulars(desk: Desk, offer: Offer) -> list[tuple[str, str]]:
    """What belongs to no one statement, as a list."""
    data = json.loads(parts_of(desk, offer)[PARTICULARS].text)
    return [(key, json.dumps(value, ensure_ascii=False, indent=1)) for key, value in data.items()]


def _signed_version(desk: Desk, offer: Offer, statement: str, before: str) -> Offer | None:
    """The version in which a statement had the wording that was signed last; None when that is the one on offer."""
    if not before or before == offer.parts[statement].digest:
        return None
    offers = ledger_of(desk).offers.get(offer.guideline, [])
    return next((o for o in reversed(offers) if statement in o.parts and o.parts[statement].digest == before), None)


def _changed(desk: Desk, old: Offer | None, offer: Offer, statement: str) -> list[Change]:
    """What differs from the wording that was signed last."""
    if old is None:
        return []
    texts = [content(desk.store, one.parts[statement].digest) or "{}" for one in (old, offer)]
    return [*reads(offered(desk, old), offered(desk, offer), statement), *changes(*texts)]


def _plans(desk: Desk, house: House, old: Offer | None, offer: Offer) -> dict[str, tuple[str, ...]]:
    """The sample patients whose plans have changed since a statement was last signed."""
    return changed_plans(desk, old, offer, house.samples.get(offer.guideline, {})) if old else {}


def _threads(book: Ledger, guideline: str, statement: str) -> list[tuple[int, list[Comment]]]:
    found: dict[int, list[Comment]] = {}
    for comment in book.comments.get(guideline, []):
        if comment.statement == statement:
            found.setdefault(comment.thread, []).append(comment)
    return list(found.items())


# ---------------------------------------------------------------- signing


def _signing(made: APIRouter, house: House, desk: Desk) -> None:
    @made.post("/review/{name}/{statement}/sign")
    async def sign(request: Request, name: str, statement: str) -> Response:
        from starlette.concurrency import run_in_threadpool

        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_signed, request, house, desk, name, statement, form)

    @made.post("/review/{name}/{statement}/stop")
    def stop(
        request: Request, name: str, statement: str, do: Text = "", comment: Text = "", password: Text = "",
        code: Text = "",
    ) -> Response:  # fmt: skip
        request.state.written = comment
        person, whole = somebody(request, house), statement == ARTICLE
        at = f"/review/{name}" if whole else f"/review/{name}/{statement}"
        act = {"withdraw": acts.withdraw, "restore": acts.restore}.get(do)
        if person is None:
            kept = {"do": do, "comment": comment}
            return ask_to_sign_in(request, house, at, kept=kept, to=f"/review/{name}/{statement}/stop", status=401)
        if act is None:
            raise HTTPException(404)
        try:
            show(request, house, password, code)
            act(desk.store, person.id, name, "" if whole else statement, comment=comment)
        except Refused as refused:
            if whole:
                return _parts(request, house, desk, person, name, comment, refused.findings)
            return screen(request, house, desk, person, name, statement, {"why": comment}, refused.findings)
        return hand_over(RedirectResponse(at, 303), request)


def _signed(
    request: Request, house: House, desk: Desk, name: str, statement: str, form: Mapping[str, str]
) -> Response:
    """Signs, and leads to what waits next; what is refused stands above the form with all that was written in it."""
    request.state.written = "\n\n".join(words for key, words in form.items() if key.startswith(("comment", "source-")))
    at, person = f"/review/{name}/{statement}", somebody(request, house)
    if person is None:
        kept = {key: words for key, words in form.items() if key not in SECRETS}
        return ask_to_sign_in(request, house, at, kept=kept, to=f"{at}/sign", status=401)
    reasons = {key.removeprefix("source-"): words for key, words in form.items() if key.startswith("source-")}
    decision = cast(Sign, form.get("decision", ""))
    if decision not in ("approve", "request changes"):
        raise HTTPException(422)
    try:
        show(request, house, form.get("password", ""), form.get("code", ""))
        acts.sign(
            desk.store, person.id, name, statement, form.get("digest", ""), decision,
            role=form.get("role", ""), comment=form.get("comment", ""), acknowledged=reasons,
        )  # fmt: skip
    except Refused as refused:
        _offer(desk, house, name)
        return screen(request, house, desk, person, name, statement, form, refused.findings)
    waiting = _waiting(desk, person)
    following = next((item.statement for item in waiting if item.guideline == name and item.statement), "")
    return hand_over(RedirectResponse(f"/review/{name}/{following}" if following else "/review", 303), request)


# ---------------------------------------------------------------- talking


def _number(words: str) -> int:
    """The number of an entry in a form; 0, which none has, for anything else."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 12 else 0


def _talking(made: APIRouter, house: House, desk: Desk) -> None:
    @made.post("/review/{name}/{statement}/comment")
    def comment(request: Request, name: str, statement: str, text: Text = "", thread: Text = "") -> Response:
        request.state.written = text
        at, person = f"/review/{name}/{statement}", somebody(request, house)
        if person is None:
            return ask_to_sign_in(request, house, at, text=text, status=401)
        try:
            acts.comment(desk.store, person.id, name, statement, text, _number(thread) if thread else None)
        except Refused as refused:
            there = any(str(said.thread) == thread for said in ledger_of(desk).comments.get(name, []))
            draft = {f"text-{thread}" if there else "text": text}
            return screen(request, house, desk, person, name, statement, draft, refused.findings)
        return RedirectResponse(f"{at}#comments", 303)

    @made.post("/review/{name}/{statement}/resolve")
    def resolve(
        request: Request, name: str, statement: str, thread: Text = "", do: Text = "resolve", password: Text = "",
        code: Text = "",
    ) -> Response:  # fmt: skip
        person = signed_in(request, house)
        try:
            if do != "resolve":
                show(request, house, password, code)
            acts.resolve(desk.store, person.id, name, _number(thread), do == "resolve")
        except Refused as refused:
            return screen(request, house, desk, person, name, statement, {}, refused.findings)
        return hand_over(RedirectResponse(f"/review/{name}/{statement}#comments", 303), request)
