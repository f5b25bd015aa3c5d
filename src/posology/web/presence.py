"""Who is signed in, and that it is still they: what signs or gives rights asks for the password again after a while."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import HTTPException, Request, Response

from ..editorial import people
from ..editorial.ledger import Person
from ..editorial.sessions import fresh, show_again
from ..findings import Finding, Refused
from .desk import cookie, token_of
from .house import House

BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""What tells a browser's family, the most particular first: most of them also claim to be others."""
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def family(agent: str) -> str:
    """The family of a browser and its system, from what it says of itself: no version, and nothing else of it.

    >>> family("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> family("curl/8.5")
    'another program'
    """
    browser = next((name for mark, name in BROWSERS if mark in agent), "another program")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def place_of(request: Request) -> str:
    """Where a request comes from: attempts are counted by it for a while, and it is not kept with a session."""
    return request.client.host if request.client else ""


def somebody(request: Request, house: House) -> Person | None:
    """Who is signed in."""
    token = token_of(request)
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


def stale(request: Request, house: House) -> bool:
    """Whether somebody who is signed in has to show again that it is they, before they sign."""
    return house.desk is not None and not fresh(house.desk.store, token_of(request), house.limits.presence)


def show(request: Request, house: House, password: str, code: str = "") -> None:
    """That it is they who are signed in: they showed it lately, or their password (and code) show it now.

    Raises Refused. What is refused was not done, and the form has to keep what was written in it.
    """
    if house.desk is None or not stale(request, house):
        return
    if not password:
        what = f"It is more than {house.limits.presence.seconds // 60} minutes ago that you typed it."
        raise Refused([Finding("Your password", what, "Type it again, below. Nothing was signed or changed yet.")])
    carry(request, show_again(house.desk.store, token_of(request), password, code, place_of(request)))


def carry(request: Request, token: str) -> None:
    """The session of this request goes on under another token, which its answer has to hand over (`hand_over`)."""
    request.state.session = token


def hand_over(answer: Response, request: Request) -> Response:
    """Gives the browser the token under which its session goes on, if there is a new one."""
    token = getattr(request.state, "session", "")
    if token:
        secure = request.url.scheme == "https"
        answer.set_cookie(cookie(request), token, httponly=True, samesite="lax", secure=secure, path="/")
    return answer
