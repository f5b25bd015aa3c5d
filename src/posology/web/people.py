"""Signing in and out, the page behind a one-time link, and the accounts."""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from ..editorial import people
from ..editorial.factor import address_of, new_secret, set_factor
from ..editorial.ledger import ROLES, Person
from ..findings import Finding, Refused
from .desk import Desk, cookie, ledger_of
from .house import House
from .render import page

log = logging.getLogger("posology.web")
Text = Annotated[str, Form()]


def router(house: House) -> APIRouter:
    """The pages of accounts, on a server with a store."""
    made = APIRouter(include_in_schema=False)
    if house.desk is not None:
        _signing(made, house, house.desk)
        _links(made, house, house.desk)
        _own(made, house, house.desk)
        _accounts(made, house, house.desk)
    return made


def somebody(request: Request, house: House) -> Person | None:
    """Who is signed in."""
    token = request.cookies.get(cookie(request), "")
    return people.person_of(house.desk.store, token) if house.desk and token else None


def signed_in(request: Request, house: House) -> Person:
    """Who is signed in. Raises HTTPException 303 to the sign-in page."""
    person = somebody(request, house)
    if person is None:
        raise HTTPException(303, headers={"location": f"/sign-in?next={quote(request.url.path)}"})
    return person


def own(address: str) -> str:
    """An address of ours; anything else leads to the inbox."""
    sound = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if sound and "\\" not in address else "/review"


def ask_to_sign_in(
    request: Request, house: House, next_: str, *, text: str = "", wrong: str = "", account: str = "", status: int = 200
) -> Response:
    """The sign-in page. A text that was being written is kept in it, and nowhere else."""
    return page(request, house, "sign-in.html", status, next=own(next_), text=text, wrong=wrong, account=account)


def _signing(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/sign-in")
    def ask(request: Request, next: str = "/review") -> Response:
        return ask_to_sign_in(request, house, next)

    @made.post("/sign-in")
    def enter(
        request: Request, account: Text = "", password: Text = "", next: Text = "/review", text: Text = "",
        code: Text = "",
    ) -> Response:
        place = request.client.host if request.client else ""
        try:
            token = people.sign_in(desk.store, account.strip().lower(), password, place, code)
        except Refused as refused:
            log.warning("sign-in refused, from %s", place)  # not the account: people type passwords there
            many = "too many" in refused.findings[0].what
            said = " ".join(f"{f.what} {f.do}" for f in refused.findings)
            status = 429 if many else 422
            return ask_to_sign_in(request, house, next, text=text, wrong=said, account=account, status=status)
        at = own(next)
        answer: Response = RedirectResponse(at, 303)
        if text:
            answer = page(request, house, "kept.html", next=at, text=text)
        secure = request.url.scheme == "https"
        answer.set_cookie(cookie(request), token, httponly=True, samesite="lax", secure=secure, path="/")
        return answer

    @made.post("/sign-out")
    def leave(request: Request) -> Response:
        people.sign_out(desk.store, request.cookies.get(cookie(request), ""))
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


def _own(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/account")
    def mine(request: Request) -> Response:
        return _account_page(request, house, signed_in(request, house), new_secret())

    @made.post("/account/factor")
    def set_up(request: Request, secret: Text = "", code: Text = "", password: Text = "") -> Response:
        person = signed_in(request, house)
        try:
            if person.factor:
                do = "Ask an administrator to take the old one away first."
                raise Refused([Finding("the second factor", "There is one already.", do)])
            if not people.password_is(desk.store, person.id, password):
                raise Refused([Finding("the password", "It is not right.", "Try again.")])
            set_factor(desk.store, person.id, secret, code)
        except Refused as refused:
            return _account_page(request, house, person, secret or new_secret(), refused.findings)
        return RedirectResponse("/account", 303)


def _account_page(
    request: Request, house: House, person: Person, secret: str, wrong: tuple[Finding, ...] = ()
) -> Response:
    """One's own account. The secret of a second factor that is being set up is on this page and nowhere else."""
    at = address_of(secret, person.id)
    return page(request, house, "account.html", 422 if wrong else 200, person=person, secret=secret, at=at, wrong=wrong)


def _accounts(made: APIRouter, house: House, desk: Desk) -> None:
    def administrator(request: Request) -> Person:
        person = signed_in(request, house)
        if "administrator" not in person.roles:
            raise Refused([Finding("accounts", "Only an administrator looks after accounts.", "Ask one.")])
        return person

    @made.get("/people")
    def listed(request: Request) -> Response:
        administrator(request)
        everybody = ledger_of(desk).people.values()
        return page(request, house, "people.html", everybody=everybody, roles=ROLES, link="", whose="")

    @made.post("/people")
    def add(
        request: Request, account: Text = "", name: Text = "", role: Annotated[list[str] | None, Form()] = None
    ) -> Response:
        people.add(desk.store, administrator(request).id, account.strip(), name, role or [])
        return RedirectResponse("/people", 303)

    @made.post("/people/{account}")
    def change(
        request: Request, account: str, do: Text = "", role: Annotated[list[str] | None, Form()] = None
    ) -> Response:
        actor = administrator(request).id
        if do == "link":
            token = people.link(desk.store, actor, account)
            every = ledger_of(desk).people.values()
            at = f"/link/{token}"
            return page(request, house, "people.html", everybody=every, roles=ROLES, link=at, whose=account)
        if do == "factor":
            people.remove_factor(desk.store, actor, account)
        elif do in ("lock", "unlock"):
            people.lock(desk.store, actor, account, do == "lock")
        elif do == "roles":
            people.change_roles(desk.store, actor, account, role or [])
        else:
            raise HTTPException(404)
        return RedirectResponse("/people", 303)
