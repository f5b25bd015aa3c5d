"""What stands before every page: who may call, how much and how often, and what a browser may do with the answer."""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .house import House, Limits, is_loopback

log = logging.getLogger("posology.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
MACHINES = ("/api/", "/fhir", "/cds-services")
"""Faces for programs: they use no cookies, and so need no word about where a request comes from."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""What a proxy says of whom it calls for."""
MOST_CALLERS = 10_000


def machine(path: str) -> bool:
    """Whether a path belongs to a face for programs."""
    return path.startswith(MACHINES)


class Guard:
    """The outermost layer: headers on every answer, and a refusal before anything is read."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app, self.house = app, house
        self.buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        answered = {"status": 0}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered["status"] = message["status"]
                _mark(message, scope)
            await send(message)

        scope["posology.refusal"] = self._refusal(scope)
        scope["posology.limit"] = body_limit(scope, self.house.limits)
        try:
            await self.app(scope, receive, sending)
        finally:
            _note(scope, answered["status"], time.perf_counter() - began)

    def _refusal(self, scope: Scope) -> tuple[int, int] | None:
        """The status with which a request is turned away before it is read, and how many seconds to wait."""
        headers = Headers(scope=scope)
        if not allowed_host(headers.get("host", ""), self.house):
            return 421, 0
        if not same_site(scope, headers):
            return 403, 0
        if wait := self._wait(scope):
            return 429, wait
        return None

    def _wait(self, scope: Scope) -> int:
        """How many seconds this caller must wait (0: none): a bucket of requests for each address and kind."""
        if scope["path"].startswith("/static/"):
            return 0
        kind = "reading" if scope["method"] in ("GET", "HEAD") else "working"
        kind = "calling" if scope["path"].startswith(("/fhir", "/cds-services")) else kind
        burst, refill = getattr(self.house.limits, kind)
        key, now = ((scope.get("client") or ("", 0))[0], kind), time.monotonic()
        left, then = self.buckets.pop(key, (float(burst), now))
        left = min(float(burst), left + (now - then) * refill)
        enough = left >= 1
        self.buckets[key] = (left - enough, now)
        if len(self.buckets) > MOST_CALLERS:
            self.buckets.popitem(last=False)
        return 0 if enough else max(1, math.ceil((1 - left) / refill))


def _mark(message: Message, scope: Scope) -> None:
    """Puts the security headers on an answer; only static files may be kept by a browser."""
    headers = MutableHeaders(raw=message["headers"])
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["path"].startswith("/static/") and message["status"] in (200, 304):
        headers["cache-control"] = "public, max-age=86400"
    else:
        headers.setdefault("cache-control", "no-store")


def _note(scope: Scope, status: int, seconds: float) -> None:
    """One line a request: never what was asked, only which page it was (the pattern of its path, not the path)."""
    route = getattr(scope.get("route"), "path", "-")
    log.info("%s %s %d %.0f ms", scope["method"], route, status, 1000 * seconds)


def body_limit(scope: Scope, limits: Limits) -> int:
    """How many bytes of a body are read."""
    kind = Headers(scope=scope).get("content-type", "").split(";")[0].strip().lower()
    if scope["path"] in ("/register/open", "/register/columns"):
        return limits.register
    if kind == "multipart/form-data" or scope["path"].startswith(("/fhir", "/cds-services")):
        return limits.upload
    return limits.json if machine(scope["path"]) else limits.form


def allowed_host(host: str, house: House) -> bool:
    """Whether a server may be called by this name: another name on loopback would be somebody else's page."""
    name = _name(host)
    if not house.local and not house.hosts:
        return True
    return is_loopback(name) or name in house.hosts or (house.local and name == "testserver")


def _name(host: str) -> str:
    return (host.rsplit(":", 1)[0] if not host.endswith("]") else host).lower()


def forwarded(headers: Headers) -> bool:
    """Whether a proxy says that it calls for somebody else."""
    return any(name in headers for name in FORWARDED)


def same_site(scope: Scope, headers: Headers) -> bool:
    """Whether a request that changes or computes something comes from our own pages, or from no browser at all."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS") or machine(scope["path"]):
        return True
    if site := headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")
