"""The ways into the body that the language knows: their names, which are injections, and their usual codes.

What a guideline's own codes.md says of a route counts before what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..findings import nearest
from ..model import Code

USUAL = {
    "intramuscular": ("78421000", "Intramuscular route"),
    "deep subcutaneous": ("34206005", "Subcutaneous route"),
    "intravenous": ("47625008", "Intravenous route"),
    "oral": ("26643006", "Oral route"),
    "subcutaneous": ("34206005", "Subcutaneous route"),
    "intradermal": ("372464004", "Intradermal route"),
    "inhaled": ("447694001", "Respiratory tract route"),
    "nasal": ("46713006", "Nasal route"),
    "sublingual": ("37839007", "Sublingual route"),
    "buccal": ("54471007", "Buccal route"),
    "rectal": ("37161004", "Per rectum"),
    "vaginal": ("16857009", "Per vagina"),
    "topical": ("6064005", "Topical route"),
    "transdermal": ("45890007", "Transdermal route"),
    "ophthalmic": ("54485002", "Ophthalmic route"),
    "otic": ("10547007", "Otic route"),
}
"""Route → its SNOMED CT code and display, as HL7's published list of route codes has them; none was verified."""
ROUTES = tuple(USUAL)
EVERYWHERE = ROUTES[:4]
"""The routes that a record may name under every guideline; the others where the guideline speaks of them."""
INJECTED = frozenset({"intramuscular", "deep_subcutaneous", "subcutaneous", "intradermal", "intravenous"})
"""What `injections` withholds."""
SLIP = 0.9
"""So alike are a slip of the pen and the route that was meant; two routes are never taken for one another."""


def meant(word: str) -> str:
    """The route of which a word is a slip of the pen, or nothing: to name another route could do harm.

    >>> meant("intramusclar"), meant("subcut"), meant("intraosseous"), meant("intrathecal")
    ('intramuscular', '', '', '')
    """
    return nearest(word, ROUTES, SLIP)


def advice(word: str) -> str:
    """What to do about a word that is no route."""
    close = meant(word)
    return f'Did you mean "{close}"?' if close else f"Use one of: {', '.join(ROUTES)}."


def usual_codes(names: Iterable[str], codes: Iterable[Code]) -> Iterator[Code]:
    """The usual codes of routes for which the guideline has none of its own and whose code no other route has."""
    own = [row for row in codes if row.what == "route"]
    taken = {(row.system.lower(), row.code) for row in own}
    coded = {row.name for row in own}
    for name in dict.fromkeys(names):
        code, display = USUAL.get(name.replace("_", " "), ("", ""))
        if code and name not in coded and ("snomed ct", code) not in taken:
            taken.add(("snomed ct", code))
            yield Code("route", name, "SNOMED CT", code, display, False)
