"""One's own account: the password, the sessions that go on, the second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from ..editorial import people
from ..editorial.digest import digest_of
from ..editorial.factor import address_of, new_secret, set_factor
from ..editorial.ledger import Person
from ..editorial.sessions import change_password, end_session, end_sessions, sessions
from ..findings import Finding, Refused
from .desk import Desk, token_of
from .house import House
from .presence import carry, hand_over, own, place_of, show, signed_in
from .render import page

Text = Annotated[str, Form()]


def router(house: House) -> APIRouter:
    """The pages of one's own account, on a server with a store."""
    made = APIRouter(include_in_schema=False)
    if house.desk is not None:
        _own(made, house, house.desk)
        _factor(made, house, house.desk)
    return made


def _own(made: APIRouter, house: House, desk: Desk) -> None:
    @made.get("/account")
    def mine(request: Request) -> Response:
        return _account_page(request, house, desk, signed_in(request, house))

    @made.post("/account/password")
    def renew(request: Request, password: Text = "", new: Text = "", again: Text = "", code: Text = "") -> Response:
        person, token = signed_in(request, house), token_of(request)
        try:
            if new != again:
                raise Refused([Finding("the new password", "The two are not the same.", "Write it twice.")])
            place = place_of(request)
            carry(request, change_password(desk.store, "", password, new, code=code, token=token, place=place))
        except Refused as refused:
            return _account_page(request, house, desk, person, wrong=refused.findings)
        return _account_page(request, house, desk, person, done="Your password is changed. Your other sessions ended.")

    @made.post("/account/presence")
    def presence(request: Request, password: Text = "", code: Text = "", next: Text = "/review") -> Response:
        signed_in(request, house)
        try:
            show(request, house, password, code)
        except Refused as refused:
            return page(request, house, "again.html", 422, next=own(next), wrong=refused.findings)
        return hand_over(RedirectResponse(own(next), 303), request)

    @made.post("/account/sessions")
    def end(request: Request, session: Text = "", others: Text = "") -> Response:
        person = signed_in(request, house)
        try:
            if others:
                end_sessions(desk.store, person.id, person.id, but=token_of(request))
            else:
                end_session(desk.store, person.id, session)
        except Refused as refused:
            return _account_page(request, house, desk, person, wrong=refused.findings)
        return RedirectResponse("/account", 303)


def _factor(made: APIRouter, house: House, desk: Desk) -> None:
    @made.post("/account/factor")
    def set_up(request: Request, secret: Text = "", code: Text = "", password: Text = "") -> Response:
        person = signed_in(request, house)
        try:
            if person.factor:
                do = "Ask an administrator to take the old one away first."
                raise Refused([Finding("the second factor", "There is one already.", do)])
            if not people.password_is(desk.store, person.id, password, place=place_of(request)):
                raise Refused([Finding("the password", "It is not right.", "Try again.")])
            set_factor(desk.store, person.id, secret, code, token_of(request))
        except Refused as refused:
            return _account_page(request, house, desk, person, secret, wrong=refused.findings)
        return RedirectResponse("/account", 303)


def _account_page(
    request: Request, house: House, desk: Desk, person: Person, secret: str = "", wrong: tuple[Finding, ...] = (),
    done: str = "",
) -> Response:  # fmt: skip
    """One's own account. The secret of a second factor that is being set up is on this page and nowhere else."""
    secret = secret or new_secret()
    made = page(
        request, house, "account.html", 422 if wrong else 200,
        person=person, secret=secret, at=address_of(secret, person.id), wrong=wrong, done=done,
        listed=sessions(desk.store, person.id), this=digest_of(token_of(request)),
    )  # fmt: skip
    return hand_over(made, request)
