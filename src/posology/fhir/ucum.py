"""Units as UCUM writes them: which are, and what others are called there.

Only the part of UCUM that clinical figures need is known. A unit outside it is sent in words alone, never as a code
that might mean something else.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..quantity import PIECES

_METRIC = frozenset(
    ("m", "g", "s", "L", "l", "mol", "U", "[iU]", "eq", "osm", "cal", "Pa", "J", "K", "Cel", "kat", "m[H2O]", "m[Hg]")
)
"""Units that take a prefix."""
_PLAIN = frozenset(
    ("%", "min", "h", "d", "wk", "mo", "a", "deg", "[pH]", "[lb_av]", "[oz_av]", "[in_i]", "[ft_i]", "[degF]", "[drp]")
)
_PREFIXES = ("", "da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y")
_ELSEWHERE = {
    "years": "a",
    "year": "a",
    "weeks": "wk",
    "months": "mo",
    "days": "d",
    "hours": "h",
    "lb": "[lb_av]",
    "mEq/L": "meq/L",
    "IU/L": "[iU]/L",
    "mL/min/1.73 m2": "mL/min/{1.73_m2}",
    "mmHg": "mm[Hg]",
    "°C": "Cel",
    "IU": "[iU]",
    "mEq": "meq",
    "drop": "[drp]",
    "unit": "{unit}",
    **{piece: f"{{{piece}}}" for piece in PIECES if piece != "drop"},
}
"""Units that are written otherwise there."""

_PART = re.compile(r"(10\*-?\d+|10\^-?\d+|\d+|[^\d{}./+\-][^{}./]*?)?([+-]?\d+)?(\{[!-z|~]*\})?")


def ucum(unit: str) -> str:
    """The UCUM code of a unit; empty when it has none that is known here.

    >>> ucum("years"), ucum("10*9/L"), ucum("lb"), ucum("spoons")
    ('a', '10*9/L', '[lb_av]', '')
    """
    code = _ELSEWHERE.get(unit, unit)
    return code if valid(code) else ""


@lru_cache(maxsize=1024)
def valid(code: str) -> bool:
    """Whether something is a UCUM code, of the part of UCUM that is known here.

    >>> valid("mL/min/{1.73_m2}"), valid("ug/dL"), valid("mcg"), valid("")
    (True, True, False, False)
    """
    return bool(code) and all(_known(part) for part in re.split(r"[./](?![^{]*\})", code.removeprefix("/")))


def _known(part: str) -> bool:
    found = _PART.fullmatch(part)
    if not found or not part:
        return False
    atom = found[1] or ""
    return not atom or atom[0].isdigit() or _atom(atom)


def _atom(atom: str) -> bool:
    if atom in _PLAIN or atom in _METRIC:
        return True
    return any(atom.startswith(prefix) and atom[len(prefix) :] in _METRIC for prefix in _PREFIXES)
