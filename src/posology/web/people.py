"""Signing in and out, the page behind a one-time link, and the accounts."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from ..editorial import people
from ..editorial.ledger import ROLES, Person
from ..editorial.sessions import end_sessions, sign_out
from ..findings import Finding, Refused
from .desk import Desk, cookie, ledger_of, token_of
from .house import House
from .presence import carry, family, hand_over, own, place_of, show, signed_in, stale
from .render import page

log = logging.getLogger("posology.web")
Text = Annotated[str, Form()]


def router(house: House) -> APIRouter:
    """The pages of accounts, on a server with a store."""
    made = APIRouter(include_in_schema=False)
    if house.desk is not None:
        _signing(made, house, house.desk)
        _links(made, house, house.desk)
        _accounts(made, house, house.desk)
    return made


def ask_to_sign_in(
    request: Request, house: House, next_: str, *, text: str = "", wrong: str = "", account: str = "",
    kept: Mapping[str, str] | None = None, to: str = "", status: int = 200,
) -> Response:  # fmt: skip
    """The sign-in page. What was being written is kept in it, and nowhere else: a comment, or the fields of a form."""
    fields = _sound(kept or {})
    return page(
        request, house, "sign-in.html", status,
        next=own(next_), text=text, wrong=wrong, account=account, kept=fields, packed=json.dumps(fields), to=own(to),
        label=label,
    )  # fmt: skip


KEPT = re.compile(r"digest|decision|role|comment|do|source-.{1,100}")
"""The fields of a signature that are kept while somebody signs in."""


def _sound(fields: object) -> dict[str, str]:
    """What of some data can be the fields of a signature."""
    if not isinstance(fields, Mapping):
        return {}
    return {key: str(words) for key, words in fields.items() if isinstance(key, str) and KEPT.fullmatch(key)}


def _unpacked(packed: str) -> dict[str, str]:
    try:
        return _sound(json.loads(packed))
    except (ValueError, RecursionError):
        return {}


def label(field: str) -> str:
    """What a field of a signature is called."""
    source = field.removeprefix("source-")
    return f"Why it may rest on citation {source}" if source != field else {"do": "decision"}.get(field, field)


def _signing(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/sign-in")
    def ask(request: Request, next: str = "/review") -> Response:
        return ask_to_sign_in(request, house, next)

    @made.post("/sign-in")
    def enter(
        request: Request, account: Text = "", password: Text = "", next: Text = "/review", text: Text = "",
        code: Text = "", kept: Text = "", to: Text = "",
    ) -> Response:  # fmt: skip
        place, browser, fields = place_of(request), family(request.headers.get("user-agent", "")), _unpacked(kept)
        try:
            carry(request, people.sign_in(desk.store, account.strip().lower(), password, place, code, browser))
        except Refused as refused:
            log.warning("sign-in refused, from %s", place)  # not the account: people type passwords there
            many = "too many" in refused.findings[0].what
            said = " ".join(f"{f.what} {f.do}" for f in refused.findings)
            return ask_to_sign_in(
                request, house, next, text=text, wrong=said, account=account, kept=fields, to=to,
                status=429 if many else 422,
            )  # fmt: skip
        answer: Response = RedirectResponse(own(next), 303)
        if text or fields:
            answer = page(request, house, "kept.html", next=own(next), text=text, kept=fields, to=own(to), label=label)
        return hand_over(answer, request)

    @made.post("/sign-out")
    def leave(request: Request) -> Response:
        sign_out(desk.store, token_of(request))
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(cookie(request), path="/", secure=request.url.scheme == "https")
        return answer


def _links(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/link/{token}")
    def choose(request: Request, token: str) -> Response:
        account = people.link_account(desk.store, token)
        return page(request, house, "link.html", 200 if account else 404, account=account, wrong="", token=token)

    @made.post("/link/{token}")
    def chosen(request: Request, token: str, password: Text = "", again: Text = "") -> Response:
        account = people.link_account(desk.store, token)
        try:
            if account and password != again:
                raise Refused([Finding("the password", "The two are not the same.", "Write it twice.")])
            people.set_password(desk.store, token, password)
        except Refused as refused:
            said = " ".join(f"{f.what} {f.do}" for f in refused.findings)
            return page(request, house, "link.html", 422, account=account, wrong=said, token=token)
        return RedirectResponse("/sign-in", 303)


def _accounts(made: APIRouter, house: House, desk: Desk) -> None:
    def administrator(request: Request) -> Person:
        person = signed_in(request, house)
        if "administrator" not in person.roles:
            raise Refused([Finding("accounts", "Only an administrator looks after accounts.", "Ask one.")])
        return person

    def accounts(
        request: Request, status: int = 200, link: str = "", whose: str = "", wrong: tuple[Finding, ...] = (),
        draft: Mapping[str, Any] | None = None,
    ) -> Response:  # fmt: skip
        made = page(
            request, house, "people.html", status, everybody=ledger_of(desk).people.values(), roles=ROLES, link=link,
            whose=whose, wrong=wrong, draft=draft or {"account": "", "name": "", "roles": []},
            wants_password=stale(request, house),
        )  # fmt: skip
        return hand_over(made, request)

    @made.get("/people")
    def listed(request: Request) -> Response:
        administrator(request)
        return accounts(request)

    @made.post("/people")
    def add(
        request: Request, account: Text = "", name: Text = "", role: Annotated[list[str] | None, Form()] = None,
        password: Text = "", code: Text = "",
    ) -> Response:  # fmt: skip
        actor = administrator(request).id
        try:
            show(request, house, password, code)
            people.add(desk.store, actor, account.strip(), name, role or [])
        except Refused as refused:
            draft = {"account": account, "name": name, "roles": role or []}
            return accounts(request, 422, wrong=refused.findings, draft=draft)
        return hand_over(RedirectResponse("/people", 303), request)

    @made.post("/people/{account}")
    def change(
        request: Request, account: str, do: Text = "", role: Annotated[list[str] | None, Form()] = None,
        password: Text = "", code: Text = "",
    ) -> Response:  # fmt: skip
        actor = administrator(request).id
        deeds: dict[str, Callable[[], object]] = {
            "link": lambda: people.link(desk.store, actor, account),
            "factor": lambda: people.remove_factor(desk.store, actor, account),
            "sessions": lambda: end_sessions(desk.store, actor, account),
            "lock": lambda: people.lock(desk.store, actor, account),
            "unlock": lambda: people.lock(desk.store, actor, account, False),
            "roles": lambda: people.change_roles(desk.store, actor, account, role or []),
        }
        if do not in deeds:
            raise HTTPException(404)
        try:
            show(request, house, password, code)
            made = deeds[do]()
        except Refused as refused:
            return accounts(request, 422, wrong=refused.findings)
        if do == "link":
            return accounts(request, link=f"/link/{made}", whose=account)
        return hand_over(RedirectResponse("/people", 303), request)
