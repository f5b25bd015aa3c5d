"""Written text → words that can be compared: one spelling for case, accents, both sides of the ocean and contractions.

Every word keeps its place in the text, so that whatever is made of it can be shown with the words it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["word", "number", "sign"]


@cache
def one_of(words: str) -> frozenset[str]:
    """Words written in a row, as a set."""
    return frozenset(words.split())


MONTHS = one_of(
    "jan feb mar apr may jun jul aug sept sep oct nov dec january february march april june july august september "
    "october november december"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign as it is compared, and where it stands in the text.

    ``glued``: nothing stands between it and the token before. ``plural``: it was written with an s that `key` lacks.
    A contraction gives two tokens of one place.
    """

    key: str
    start: int
    end: int
    kind: Kind
    glued: bool = False
    plural: bool = False


_TOKEN = re.compile(
    r"""(?P<abbreviation>(?<![^\W\d_])(?:[^\W\d_]\.){1,4}[^\W\d_](?:\.(?!\w)|(?![\w.]))|(?<![\w/])[^\W\d_]/[^\W\d_](?![\w/]))
      | (?P<marked>\((?:[-+–−]|[-+]ve|neg|pos|[ynYN])\)|(?<=[a-z]\s)\([TF]\)(?=\s|$|[,;.])|(?<![\w(])[-–−+]ve\b|[♀♂])
      | (?P<minus>(?:(?<=[\s,;.])|^)-(?=[a-z])(?!ve\b))
      | (?P<number>\d+(?:[.,]\d+)*(?:·(?!10)\d{1,2}(?![\d^*]))?)
      | (?P<plus>\+{2,4}(?![+\w]))
      | (?P<word>[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*)
      | (?P<line>[^\S\n]*\n\s*)
      | (?P<sign>\S)""",
    re.VERBOSE,
)
_MINUSES = re.compile(r"(?:(?<=[\s,;.])|^)-(?=[a-z])(?!ve\b)")
"""Minus signs before words: two of them in a text are a list of what is not there, one may be anything."""
_MARKED = {"♀": "female", "♂": "male", "-ve": "negative", "–ve": "negative", "−ve": "negative", "+ve": "positive"}
_HYPHENS = "-‐‑"
_DASHES = "–—―−"
_QUOTES = "\"“”„«»*_`´‘’'"


def tokens(text: str) -> tuple[Token, ...]:
    """The words, numbers and signs of a text, in order.

    >>> [token.key for token in tokens("She can't feel 2 toes—since May.")]
    ['she', 'can', 'not', 'feel', '2', 'toe', '—', 'since', 'may', '.']
    >>> [token.key for token in tokens("72-year-old, i.v. drip: 45-50 or -5")]
    ['72', 'year', 'old', ',', 'iv', 'drip', ':', '45', '-', '50', 'or', '-', '5']
    """
    found: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(text):
        start = match.start()
        for key, kind in _of_tail(text, match.end()) if _a_tail(match, found) else _keys(match, text):
            cut = len(match[0]) - len(key) - match[0].endswith("ies")
            plural = kind == "word" and match[0][-1] in "sS" and key[-1] != "s" and cut < 2
            found.append(Token(key, start, match.end(), kind, start == end, plural))
        end = match.end()
    return tuple(found)


def _a_tail(match: re.Match[str], found: Sequence[Token]) -> bool:
    """Whether an `s` belongs to a name that ends in a number: `A12s`, `A12's`."""
    if match[0] not in ("s", "S") or len(found) < 2:
        return False
    name, number = found[-2:]
    near = match.start() - number.end < 2 and not match.string[number.end : match.start()].isspace()
    return near and number.kind == "number" and number.glued and name.kind == "word"


def _of_tail(text: str, end: int) -> Iterator[tuple[str, Kind]]:
    """What that `s` stands for: a verb, or nothing."""
    after = (text[end : end + 20].split() or [""])[0].lower().strip(".,;!?")
    if after in _IS_SO:
        yield "is", "word"


_IS_SO = one_of(
    "low high down normal fine very really so too still only just at on not good bad rubbish through always"
)


def _keys(match: re.Match[str], text: str) -> Iterator[tuple[str, Kind]]:
    """What one stretch of text is compared as: nothing, one token or, for a contraction, two."""
    written = match[0]
    match match.lastgroup:
        case "number":
            yield written, "number"
        case "word" if (plain := written.lower()).isalpha() and plain.isascii() and plain not in _ODD:
            yield fold(plain), "word"
        case "word":
            after = text[match.end() : match.end() + 20]
            yield from ((key, "word") for key in _spoken(written, text[: match.start()], after))
        case "abbreviation" if written.lower() == "y/n" and _TO_TICK.match(text, match.end()):
            return
        case "abbreviation":
            yield written.replace(".", "").lower(), "word"
        case "marked":
            yield _MARKED.get(written) or ("absent" if written[1] in "-–−nNF" else "present"), "word"
            if written[0] == "(":
                yield ",", "sign"
        case "line":
            yield "\n", "sign"
        case "plus":
            yield "positive", "word"
        case "minus" if len(_MINUSES.findall(text)) > 1:
            yield from ((",", "sign"), ("no", "word"))
        case _ if written not in _QUOTES and not _silent(match, text):
            yield _sign(match, text), "sign"


_SHORTENED = re.compile(
    r"(?<![^\W\d_])(?:approx|dr|mr|mrs|ms|pt|hx|yrs?|wks?|inj|inc|incl|bilat|resp|esp|vs|ca|etc|dept|vol|conc|lvl)$",
    re.I,
)


_CLOSING = re.compile(r"\s(?:hx|yrs?|wks?|etc)$", re.I)
_NEXT = re.compile(r"\s+[A-Z]")
"""Shortened words that often end a sentence, and how the next one begins."""


_ILLNESS = re.compile(r"(?<!\w)(?:MS|ms)$")
_TITLED = re.compile(r"(?<!\w)ms\s*[A-Z]")
"""A title in small letters stands before a name."""


_ION = re.compile(r"(?<!\w)(?:K|Na)$", re.I)
"""Behind these a plus is a charge and no sign of the text."""


def _silent(match: re.Match[str], text: str) -> bool:
    """Whether a sign only joins two parts of a word, as in `year-old`, or ends a shortened one, as in `approx.`."""
    if match[0] == ".":
        before = text[max(0, match.start() - 7) : match.start()]
        ends = _CLOSING.search(before) is not None and _NEXT.match(text, match.end()) is not None
        ends = ends or (_ILLNESS.search(before) is not None and not _TITLED.search(before + text[match.end() :][:3]))
        return _SHORTENED.search(before) is not None and not ends
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if match[0] == "#":
        return after.isdigit()
    if match[0] == "+":
        return _ION.search(text[max(0, match.start() - 3) : match.start()]) is not None
    return match[0] in _HYPHENS and before.isalnum() and after.isalnum() and not (before + after).isdigit()


def _sign(match: re.Match[str], text: str) -> str:
    """A sign as it is compared: a dash that parts is `—`, one that belongs to a number `-`."""
    sign = match[0]
    if (
        sign == "+"
        and text[match.start() - 1 : match.start()].isspace()
        and text[match.end() : match.end() + 1].isalpha()
    ):
        return "."
    if sign in _HYPHENS or sign in _DASHES:
        return "-" if text[match.end() : match.end() + 1].isdigit() else "—"
    spaced = text[match.start() - 1 : match.start()].isspace() and text[match.end() : match.end() + 1].isspace()
    return "and" if sign == "&" or (sign == "+" and spaced) else sign


# ---------------------------------------------------------------- contractions

_BARE = {
    "cant": ("can", "not"), "cannot": ("can", "not"), "wont": ("will", "not"), "dont": ("do", "not"),
    "doesnt": ("does", "not"), "didnt": ("did", "not"), "isnt": ("is", "not"), "arent": ("are", "not"),
    "wasnt": ("was", "not"), "werent": ("were", "not"), "hasnt": ("has", "not"), "havent": ("have", "not"),
    "hadnt": ("had", "not"), "couldnt": ("could", "not"), "shouldnt": ("should", "not"),
    "wouldnt": ("would", "not"), "aint": ("is", "not"), "ive": ("i", "have"), "shes": ("she", "is"),
    "hes": ("he", "is"), "theyre": ("they", "are"), "youre": ("you", "are"), "thats": ("that", "is"),
    "whats": ("what", "is"), "whos": ("who", "is"),
    "gonna": ("going", "to"), "wanna": ("want", "to"), "dunno": ("do", "not", "know"),
    "theres": ("there", "is"), "havnt": ("have", "not"), "dosent": ("does", "not"), "dosnt": ("does", "not"),
    "evry": ("every",), "enny": ("any",), "comming": ("coming",), "hav": ("have",), "wiv": ("with",),
    "altho": ("although",), "tho": ("though",), "thru": ("through",),
}  # fmt: skip
_AFTER_IS = one_of("on not had been having getting taking a an due refusing")
"""Behind `patient's` they show that it is `patient is`, and nothing that belongs to the patient."""
_TAILS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_NOTED = one_of("dx rx tx inj c od op dc sx hx bx mx ix dna")
"""Short for verbs in notes: `dx'd`, `rx'd`."""
_AFTER_HAD = one_of(
    "a an been had no gone become got gotten lost taken given eaten stopped started switched moved forgotten"
)
"""Words before which `she'd` is `she had`."""
_NAMED = one_of("he she it that what who how where there here when why")


CHANGING = ("swap", "switch", "chang", "convert", "mov", "transfer", "cross", "flip", "replac", "exchang", "substitut")
"""How words begin that say that one thing is taken in place of another."""
_TICKS = {"y": "present", "n": "absent"}
_ASKED = (":", "=", "?")
"""Signs behind which a lone letter is an answer."""
_AM = one_of(
    """
    not so still just also getting having taking feeling worried scared very really supposed due going trying sure
    told already wondering thinking losing always being tired exhausted fed a an deficient allergic unsure afraid happy
    unable only nearly almost new low fine well able aware convinced desperate struggling waiting drunk tipsy walking
    on off numb
    """
)
"""Words behind which `im` is `I am`, and no muscle."""
_IS = one_of(
    """
    negative positive gone back normal not been fine getting still now just only worse better really so very all
    definitely probably low high the a about been come because no
    """
)
"""Words before which `its` is `it is`."""
_LEADS = one_of(
    """
    and but cos coz because no yes that if since when hello hi think out know say says said as although while where
    told so now guess reckon feel
    """
)


def _begins(before: str) -> bool:
    """Whether a clause begins here."""
    words = before[-20:].split()
    return not words or words[-1][-1] in ".,;:!?" or before.rstrip(" ")[-1] == "\n" or words[-1].lower() in _LEADS


_ODD = frozenset((*_TICKS, *_BARE, "its", "im"))
"""Words that are more than one, or read by what stands around them."""
_TO_TICK = re.compile(r"\s*[:=?]")
"""Behind `Y/N` it shows that this is a form, and no answer."""
_LISTED = re.compile(r"\s*(?:[|,;.()\n]|$)")


def _ticked(before: str, after: str) -> bool:
    """Whether a lone letter behind a word ends its part of a list: `A N | B N`."""
    return before[-1:] == " " and before[-2:-1].isalpha() and _LISTED.match(after) is not None


def _spoken(written: str, before: str, after: str) -> tuple[str, ...]:
    """A written word as the words that it stands for, between those around it."""
    word = re.sub("[’ʼ`´]", "'", written).lower()
    if word in _TICKS and (before.rstrip()[-1:] in _ASKED or _ticked(before, after)):
        return (_TICKS[word],)
    if word in _BARE:
        return _BARE[word]
    if word == "its" and (after.split() or [""])[0].strip(",.;!?") in _IS:
        return ("it", "is")
    if written == "im" or (written == "Im" and not before.strip()):
        return ("i", "am") if _begins(before) or (after.split() or [""])[0] in _AM else ("im",)
    head, _, tail = word.partition("'")
    if not tail:
        return (fold(word),)
    if tail == "t" and head.endswith("n"):
        return {"can": ("can", "not"), "won": ("will", "not"), "shan": ("shall", "not"), "ain": ("is", "not")}.get(
            head, (head[:-1], "not")
        )
    if tail == "d" and (head in _NOTED or (after.split() or [""])[0].lower() in _AFTER_HAD):
        return (fold(head),) if head in _NOTED else (fold(head), "had")
    if tail in _TAILS:
        return (fold(head), _TAILS[tail])
    if tail == "s":
        verb = head in _NAMED or (after.split() or [""])[0].lower().strip(".,") in _AFTER_IS
        return (fold(head), "is") if verb else (fold(head),)
    return (fold(word.replace("'", "")),)


# ---------------------------------------------------------------- one spelling

_WHOLE = one_of(
    "always as besides cms does goes has his hours its less ms perhaps plus sometimes this thus towards was "
    "whereas yes us is news series gas bias"
)  # words whose last s is no plural


def fold(word: str) -> str:
    """A word in the one spelling that is compared: small letters, no accents, American, singular.

    >>> fold("Oedema"), fold("Déjà"), fold("bodies"), fold("foetuses"), fold("loss"), fold("does")
    ('edema', 'deja', 'body', 'fetuse', 'loss', 'does')
    """
    plain = word.lower()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain.casefold().replace("æ", "ae").replace("œ", "oe"))
        plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    if len(plain) >= 6:
        plain = plain.replace("ae", "e").replace("oe", "e")
    return _singular(plain)


def _singular(word: str) -> str:
    if len(word) < 4 or word[-1] != "s" or word in _WHOLE or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
