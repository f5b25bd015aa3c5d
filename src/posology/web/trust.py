"""Which clients may call: the signed tokens (JWT) that CDS Hooks has, checked against keys that are kept here.

Nothing is fetched: a client whose keys are not in the list is not known. A token is good once, for a short while, and
for one address.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused

ALGORITHMS = ("ES384", "RS384")
LONGEST = 300
"""Seconds that a token may be good for."""
LEEWAY = 10
"""Seconds by which two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The clients that are known: their keys (JSON Web Keys) by issuer, and the address by which they call us.

    ``seen`` holds the tokens that were used, until they would have ended by themselves.
    """

    audience: str
    clients: Mapping[str, tuple[Mapping[str, Any], ...]]
    seen: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


def read_trust(path: Path) -> Trust:
    """The clients in a file: ``{"audience": URL, "clients": {ISSUER: {"keys": […]}}}``. Raises Refused."""
    do = 'Write {"audience": "https://…", "clients": {"ISSUER": {"keys": [JWK, …]}}}.'
    try:
        data = json.loads(path.read_bytes())
        audience = data["audience"]
        clients = {issuer: tuple(held["keys"]) for issuer, held in data["clients"].items()}
        keys = [key for held in clients.values() for key in held]
        if not isinstance(audience, str) or not clients or not all(_public(key) for key in keys):
            raise ValueError
    except OSError as error:
        raise Refused([Finding(str(path), f"The file cannot be read: {error.strerror}.", do)]) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused([Finding(str(path), "This is not a list of clients with their public keys.", do)]) from None
    return Trust(audience.rstrip("/"), clients)


def _public(key: Any) -> bool:
    return isinstance(key, Mapping) and key.get("kty") in ("EC", "RSA") and "d" not in key


def trusted(trust: Trust, authorization: str, path: str) -> bool:
    """Whether a request with this header may pass. Why it may not is told to nobody."""
    import jwt

    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return False
    try:
        head = jwt.get_unverified_header(token)
        told = jwt.decode(token, options={"verify_signature": False})
        issuer = told.get("iss")
        key = _key(trust, issuer, head)
        if key is None or head.get("alg") not in ALGORITHMS:
            return False
        claims = jwt.decode(
            token, jwt.PyJWK(dict(key)).key, algorithms=[str(head["alg"])], issuer=str(issuer), leeway=LEEWAY,
            audience=[f"{trust.audience}{path}", trust.audience],
            options={"require": ["iss", "aud", "exp", "iat", "jti"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError):
        return False
    return _short(claims) and _first(trust, str(issuer), claims)


def _key(trust: Trust, issuer: Any, head: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The client's key of that name, or its only one. A key is of one kind of signature."""
    kind = {"ES384": "EC", "RS384": "RSA"}.get(str(head.get("alg")))
    held = [key for key in trust.clients.get(str(issuer), ()) if key.get("kty") == kind]
    named = [key for key in held if key.get("kid") == head.get("kid")]
    return named[0] if len(named) == 1 else held[0] if len(held) == 1 and head.get("kid") is None else None


def _short(claims: Mapping[str, Any]) -> bool:
    """Whether a token was made for a short while only."""
    begun, ends = claims["iat"], claims["exp"]
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (begun, ends))
    return numbers and 0 < ends - begun <= LONGEST


def _first(trust: Trust, issuer: str, claims: Mapping[str, Any]) -> bool:
    """Whether a token is used for the first time."""
    now, own = time.time(), (issuer, str(claims["jti"]))
    with trust.lock:
        for old in [one for one, end in trust.seen.items() if end < now]:
            del trust.seen[old]
        if own in trust.seen:
            return False
        trust.seen[own] = float(claims["exp"]) + LEEWAY
    return True
