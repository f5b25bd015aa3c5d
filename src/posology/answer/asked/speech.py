"""A question's text as sentences of words, and patterns of words that can be found in them.

Words are compared by their stems, in American spelling; several words that mean one thing (`into a vein`)
become one word first. Nothing here knows what the words mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple


class Word(NamedTuple):
    """A word as it was written, and its stem."""

    raw: str
    stem: str


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a clause, and whether it asks something."""

    words: tuple[Word, ...]
    asked: bool = False

    @property
    def stems(self) -> list[str]:
        """The stems in order."""
        return [word.stem for word in self.words]


# ---------------------------------------------------------------- text → words

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:\d+)?|[?!.;:,#$]|\n")
_PATTERN_TOKEN = re.compile(_TOKEN.pattern + "|[/|]")
_APOSTROPHE = re.compile(r"'s\b|'")
_DOTTED = re.compile(r"\b([a-z])\.([a-z])\.(?:([a-z])\.)?")
_LONG = {
    "can't": "can not", "won't": "will not", "n't": " not", "let's": "let us", "i'm": "i am",
    "'ve": " have", "'ll": " will",
}  # fmt: skip
_BARE = re.compile(r"\b(?:(can)(?:not|t)|(do|does|did|is|was|has|have|could|should|would)nt|(wo)nt)\b")
"""Denials written as one word or without their apostrophe."""
_LETTER = re.compile(r"(?<=[a-z] )A(?=$|[,.?!;:)]| [a-z])")
A = "lettera"
"""The letter A as a name, which is no article."""
_IS = re.compile(r"\b(what|how|where|who|when|why|it|that|there|she|he)'s\b")


def words_of(text: str) -> frozenset[str]:
    """The words that stand in a text, as a set."""
    return frozenset(text.split())


_FILLERS = words_of(
    "a an the my your his her their our its some any this that these those please just really actually also "
    "now then there so very quite exactly currently usually normally typically generally yet"
)
"""Words that stand between others without changing what is asked."""


def plain(text: str) -> str:
    """A text in lower case, with plain letters, digits and apostrophes."""
    text = _LETTER.sub(A, text)
    folded = text.lower() if text.isascii() else _unaccented(text)
    if "." in folded:
        folded = _DOTTED.sub(lambda found: "".join(filter(None, found.groups())), folded)
    folded = _BARE.sub(_parted_denial, folded)
    if "'" not in folded:
        return folded
    for short, long in _LONG.items():
        folded = folded.replace(short, long)
    return _APOSTROPHE.sub("", _IS.sub(r"\1 is", folded))


def _parted_denial(found: re.Match[str]) -> str:
    """`cannot`, `cant`, `dont` and `wont` as two words."""
    whole, plainly, will = found.groups()
    return "will not" if will else f"{whole or plainly} not"


def _unaccented(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return "".join(c for c in folded if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What is left of a word without its endings, so that kin words meet.

    >>> [stem(w) for w in ("injections", "stopped", "stopping", "stop", "oedema", "frequency", "frequent")]
    ['inject', 'stop', 'stop', 'stop', 'edema', 'frequent', 'frequent']
    """
    if len(word) <= 3 or not word.isalpha():
        return word
    return _bare(_american(word))


_SPELLINGS = (
    ("isation", "ization"), ("aem", "em"), ("oed", "ed"), ("aes", "es"),
    ("paed", "ped"), ("oel", "el"), ("oes", "es"), ("rrhoe", "rrhe"),
)  # fmt: skip


def _american(word: str) -> str:
    if len(word) <= 5:
        return word
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    word = re.sub(r"our(s?|ed|ing)$", r"or\1", word)
    word = re.sub(r"([aeiou])lled$|([aeiou])lling$", r"\1\2led", word)
    return re.sub(r"yse(d?)$", r"yze\1", re.sub(r"is(e[ds]?|ing)$", r"iz\1", word))


_WHOLE = words_of("daily weekly monthly yearly hourly quarterly early only family really nearly plane site")


def _bare(word: str) -> str:
    if word in _WHOLE:
        return word
    word = _singular(word)
    if word in _WHOLE:
        return word
    for ending, least in (("ness", 4), ("ment", 4), ("ing", 3), ("ed", 3), ("ly", 4)):
        if word.endswith(ending) and len(word) - len(ending) >= least and not word.endswith("eed"):
            word = _undoubled(word.removesuffix(ending))
            break
    word = re.sub(r"(?<=.{3})enc[ey]$", "ent", re.sub(r"(?<=.{3})ical$", "ic", word))
    word = re.sub(r"(?<=.{3}[st])ion$", "", word)
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|x|z|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word


def tokens(text: str, kind: re.Pattern[str] = _TOKEN) -> list[Word]:
    """Words, numbers and marks in order, without the fillers."""
    found = kind.findall(plain(text))
    return [Word("A" if raw == A else raw, stem(raw)) for raw in found if raw not in _FILLERS]


# ---------------------------------------------------------------- words that mean one thing

_Names = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """Phrases that stand for one word: by their first stem, the longest first. One is equal only to itself."""

    by_first: _Names

    def joined(self, words: Sequence[Word]) -> list[Word]:
        """The words with each such phrase put as its one word."""
        found: list[Word] = []
        after = 0
        for at, word in enumerate(words):
            if at < after:
                continue
            for phrase, name in self.by_first.get(word.stem, ()):
                if tuple(w.stem for w in words[at : at + len(phrase)]) == phrase:
                    after = at + len(phrase)
                    word = Word(" ".join(w.raw for w in words[at:after]), name)
                    break
            found.append(word)
        return found


def same(phrases: Iterable[tuple[str, str]]) -> Same:
    """A table of phrases and the one word that each stands for."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, name in phrases:
        stems = tuple(w.stem for w in tokens(phrase))
        if stems:
            by_first.setdefault(stems[0], []).append((stems, stem(name)))
    return Same({first: sorted(found, key=lambda f: -len(f[0])) for first, found in by_first.items()})


_ENDS = frozenset("?!.;\n")
_ASKING = words_of("what how when where why which who whom whose")
_AUXILIARY = words_of("is are was were can could should shall may might must do does did will would has have had am")
_TELLING = words_of("has have had was were did am")
"""Those that as often go on with a story: `…, has a rash`."""
_WHO = words_of("i we you he she it they one patient patients pt somebody someone anyone people")
_FOR_YES = words_of("ok okay safe allowed advisable whether if alright")
_JOINING = words_of("and also but plus or ,")


def clauses(text: str, alike: Same) -> list[Clause]:
    """The clauses of a text: sentences and lines, parted again where another question begins."""
    found: list[Clause] = []
    words: list[Word] = []
    for word in [*tokens(written_out(text)), Word(".", ".")]:
        if word.raw not in _ENDS:
            words.append(word)
            continue
        if words:
            *before, last = _parted(words)
            found += [*(_clause(part, False, alike) for part in before), _clause(last, word.raw == "?", alike)]
            words = []
        elif word.raw == "?" and found:
            found[-1] = Clause(found[-1].words, True)
    return [clause for clause in found if clause.words]


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LISTED = re.compile(r"(?:(?<=\s)|^)\(?\d{1,2}\)\s")
_TWELFTHS = re.compile(
    r"\b(q|every|each|inj|injections?|jabs?|shots?)\.?\s*(\d{1,2})\s?/\s?(12|52)\b(?!/)", re.IGNORECASE
)
_PARTS = {"12": "month", "52": "week"}


def written_out(text: str) -> str:
    r"""A text without marks of a page, its numbered questions in lines of their own, and `q 2/12` in words.

    >>> written_out("1) dose 2) site"), written_out("jab q 2/12"), written_out("<b>how often</b>")
    ('\ndose \nsite', 'jab every 2 months', ' how often ')
    """
    text = _TWELFTHS.sub(_every, _TAG.sub(" ", text))
    return _LISTED.sub("\n", text) if len(_LISTED.findall(text)) > 1 else text


def _every(found: re.Match[str]) -> str:
    """`q 2/12` as `every 2 months`."""
    before, number, parts = found.groups()
    kept = "" if before.lower() in ("q", "every", "each") else f"{before} "
    return f"{kept}every {number} {_PARTS[parts]}s"


def _parted(words: Sequence[Word]) -> Iterator[list[Word]]:
    """A sentence cut before each `and how`, `, what`, `: which` and their like."""
    part: list[Word] = []
    for at, word in enumerate(words):
        after = [w.raw for w in words[at + 1 : at + 4]]
        anew = _asks_anew(after) if word.raw in _JOINING else word.raw == ":" and not _ASKING.isdisjoint(after[:1])
        if anew and part:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _asks_anew(after: Sequence[str]) -> bool:
    """Whether a question begins here: `how`, `at what`, `can I`."""
    begins = [raw for raw in after if raw not in _JOINING][:2]
    if len(begins) == 2 and begins[0] in _AUXILIARY:
        return begins[1] in _WHO or begins[0] not in _TELLING
    return any(raw in _ASKING for raw in begins)


def _clause(words: Sequence[Word], marked: bool, alike: Same) -> Clause:
    kept = [word for word in alike.joined([word for word in words if word.raw != ":"]) if word.raw != ","]
    return Clause(tuple(kept), marked or asks([word.raw for word in kept]))


def asks(raws: Sequence[str]) -> bool:
    """Whether words read as a question even without its mark."""
    turned = any(first in _AUXILIARY and then in _WHO for first, then in pairwise(raws))
    return turned or bool(raws and raws[0] in _AUXILIARY) or any(raw in _ASKING for raw in raws)


def wants_yes_or_no(raws: Sequence[str]) -> bool:
    """Whether words ask for a yes or a no: `can I …`, `is it safe to …`, but not `what can I …` or `this or that`."""
    if "or" in raws[1:-1]:
        return False
    before = list(takewhile(lambda raw: raw not in _ASKING, raws))
    return asks(before) or any(raw in _FOR_YES for raw in before)


def open_(raws: Sequence[str]) -> bool:
    """Whether words ask for more than a yes or a no: `when`, `which`."""
    return any(raw in _ASKING for raw in raws)


# ---------------------------------------------------------------- patterns

GAP = 8
"""Words that the three dots of a pattern may stand for, at most."""

Pattern = tuple[frozenset[str] | None, ...]
"""Alternatives in the order in which they must stand; None stands for a gap, `#` for a number, `$` for the end."""


def going_on(word: Word) -> Word:
    """The word, apart from its kin where it tells of what goes on: what somebody is having, not what he has."""
    return Word(word.raw, word.raw) if word.raw == "having" else word


def patterns(phrases: str, alike: Same, going: bool = False) -> list[Pattern]:
    """Phrases between commas, such as `stop/quit … injections`, as patterns. ``going``: what goes on stands apart.

    >>> [[sorted(part) if part else "…" for part in sought] for sought in patterns("stop/quit … shots, halt", Same({}))]
    [[['quit', 'stop'], '…', ['shot']], [['halt']]]
    """
    found: list[Pattern] = []
    parts: list[frozenset[str] | None] = []
    either = False
    for raw, kin in [*alike.joined(tokens(phrases.replace("…", "|"), _PATTERN_TOKEN)), Word(",", ",")]:
        stem_ = going_on(Word(raw, kin)).stem if going else kin
        if raw == ",":
            found += [tuple(parts)] if parts else []
            parts = []
        elif raw == "/":
            either = True
            continue
        elif either and parts and parts[-1] is not None:
            parts[-1] |= {stem_}
        else:
            parts.append(None if raw == "|" else frozenset([stem_]))
        either = False
    return found


def find(sought: Pattern, stems: Sequence[str], start: int, over: frozenset[str] = frozenset()) -> tuple[int, ...]:
    """The places of the pattern's words from this word on; nothing when it does not stand here.

    Words of ``over`` may stand between any two others.
    """
    at, gap = start, 0
    places: list[int] = []
    for part in sought:
        if part is None:
            gap = GAP
            continue
        while at < len(stems) and stems[at] in over and stems[at] not in part:
            at += 1
        place = next((n for n in range(at, min(at + gap + 1, len(stems))) if _is(stems[n], part)), None)
        if place is None:
            return ()
        places.append(place)
        at, gap = place + 1, 0
    return tuple(places)


def _is(word: str, part: frozenset[str]) -> bool:
    return word in part or ("#" in part and word[0].isdigit())
