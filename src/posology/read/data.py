"""YAML or JSON text → plain data: yes/no, numbers, text, lists and mappings, and nothing that could surprise.

Built from YAML's events and not by its own constructor, so that no tag makes an object, no alias multiplies, and
no nesting, however deep, can bring the process down.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from reprlib import Repr
from typing import Any

from ..findings import Finding, Refused

LARGEST = 20_000_000
"""Bytes of a file that are read at most; no patient's record in our format comes near it."""
DEEPEST = 30
"""Lists and mappings that may stand in one another; FHIR needs a dozen."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half a character, perhaps with its other half beside it."""
_BRIEFLY = Repr()
_BRIEFLY.maxstring = _BRIEFLY.maxlong = 60
_BRIEFLY.maxdict = _BRIEFLY.maxlist = 3


def parse(content: bytes, place: str = "the file", empty: str = "Write at least `facts:` with one fact.") -> Any:
    """The data in a YAML or JSON file, without doubled keys, NaN or surprises. Raises Refused."""
    if len(content) > LARGEST:
        what = f"The file has {len(content):,} bytes; at most {LARGEST:,} are read."
        raise Refused([Finding(place, what, "Send one patient at a time.")])
    text = decoded(content, place)
    if not text.strip():
        raise Refused([Finding(place, "The file is empty.", empty)])
    if text.lstrip().startswith("<"):
        raise Refused([Finding(place, "This is XML or HTML.", "Send it as JSON; FHIR has a JSON form too.")])
    return parse_json(text, place) if text.lstrip()[:1] in "{[" else parse_yaml(text, place)


def decoded(content: bytes, place: str) -> str:
    """A file's bytes as text, line ends made alike. Raises Refused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"The file is not UTF-8 text (byte {error.start})."
        raise Refused([Finding(place, what, "Save it as UTF-8.")]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_bulk(content: bytes) -> bool:
    """Whether some bytes are several JSON objects, one a line."""
    first, _, rest = content.lstrip().partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def date_of(value: Any) -> date | str:
    """A date written as YYYY-MM-DD, or a sentence that says why it is none."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return f"{short(value)} is not a date."
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return f"{value} is not a day of the calendar."
    return found if 1900 <= found.year <= 2200 else f"{value} is too far from today."


def short(value: Any) -> str:
    """A value as it was written, or its beginning."""
    text = _BRIEFLY.repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


# ---------------------------------------------------------------- JSON


def parse_json(text: str, place: str = "the text") -> Any:
    """The data in a JSON text. Raises Refused for doubled keys, NaN, infinities and broken text."""
    doubled: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            doubled.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return data

    try:
        data = json.loads(text, object_pairs_hook=once, parse_constant=_constant)
        if _HALF.search(text):
            json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        what = f"This is not JSON: {error.msg} at column {error.colno}."
        raise Refused([Finding(f"{place}, line {error.lineno}", what, "Mend it there.")]) from None
    except UnicodeEncodeError:
        raise Refused([Finding(place, "It holds half a character (a lone surrogate).", "Write it whole.")]) from None
    except RecursionError:
        raise _too_deep(place) from None
    except ValueError as error:
        raise Refused([Finding(place, _reason(error), "Leave an unknown number out.")]) from None
    if doubled:
        raise Refused([_twice(key, key) for key in dict.fromkeys(doubled)])
    return data


def _constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number.")


def _reason(error: ValueError) -> str:
    return str(error) if str(error).endswith("is not a number.") else "A number is far too long."


def _too_deep(place: str) -> Refused:
    return Refused([Finding(place, "It is nested too deeply.", f"Use at most {DEEPEST} levels.")])


def _twice(path: str, key: str) -> Finding:
    return Finding(path, f"{key!r} stands twice, so one of the two would be lost.", "Keep one of them.")


# ---------------------------------------------------------------- YAML


def parse_yaml(text: str, place: str, typed: bool = True) -> Any:
    """The data in a YAML text; unless ``typed``, every value stays the text that was written. Raises Refused."""
    import yaml

    reading = _Reading(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), place, typed)
    try:
        data = _document(reading)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{place}, line {mark.line + 1}" if mark else place
        what = f"This is not YAML: {error.problem or 'it cannot be read'}."
        do = "Mend it there: close quotes and brackets, and quote a text that holds a colon."
        raise Refused([Finding(where, what, do)]) from None
    except (yaml.YAMLError, ValueError):
        do = "Write `name: value` lines, indented with spaces."
        raise Refused([Finding(place, "This is not YAML.", do)]) from None
    if reading.doubled:
        raise Refused(reading.doubled)
    return data


@dataclass(slots=True)
class _Reading:
    """The events of a YAML text, what to make of them, and the keys that stood twice."""

    events: Iterator[Any]
    place: str
    typed: bool
    doubled: list[Finding] = field(default_factory=list)

    def next(self) -> tuple[str, Any]:
        """The next event, by its kind."""
        event = next(self.events)
        return type(event).__name__.removesuffix("Event"), event

    def refused(self, event: Any, what: str, do: str) -> Refused:
        return Refused([Finding(f"{self.place}, line {event.start_mark.line + 1}", what, do)])


def _document(reading: _Reading) -> Any:
    reading.next()
    kind, event = reading.next()
    if kind == "StreamEnd":
        return None
    data = _value(*reading.next(), reading, "", 0)
    reading.next()
    kind, event = reading.next()
    if kind != "StreamEnd":
        raise reading.refused(event, "A second document begins here.", "Send one patient at a time.")
    return data


def _value(kind: str, event: Any, reading: _Reading, path: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise _too_deep(reading.place)
    match kind:
        case "MappingStart":
            return _mapping(reading, path, depth)
        case "SequenceStart":
            return _sequence(reading, path, depth)
        case "Alias":
            raise reading.refused(event, f"An alias (*{event.anchor}) is not read.", "Write out what it stands for.")
        case _:
            return _scalar(event.value) if reading.typed and event.implicit[0] else event.value


def _sequence(reading: _Reading, path: str, depth: int) -> list[Any]:
    data: list[Any] = []
    while (following := reading.next())[0] != "SequenceEnd":
        data.append(_value(*following, reading, f"{path}[{len(data)}]", depth + 1))
    return data


def _mapping(reading: _Reading, path: str, depth: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    while (following := reading.next())[0] != "MappingEnd":
        kind, event = following
        if kind != "Scalar":
            raise reading.refused(event, "A name is a list or a mapping here.", "Write `name: value`.")
        key = event.value
        here = f"{path}.{key}" if path else key
        if key in data:
            reading.doubled.append(_twice(here, key))
        data[key] = _value(*reading.next(), reading, here, depth + 1)
    return data


_WORDS: dict[str, bool | None] = {
    "yes": True, "true": True, "no": False, "false": False, "": None, "~": None, "null": None
}  # fmt: skip
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]+)?")
_NO_NUMBER = {".nan": "nan", ".inf": "inf", "+.inf": "inf", "-.inf": "-inf"}


def _scalar(text: str) -> Any:
    """A value as it was meant: yes/no words, numbers, nothing; dates and everything else stay text."""
    low = text.lower()
    if low in _WORDS:
        return _WORDS[low]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) or low in _NO_NUMBER:
        return float(_NO_NUMBER.get(low, text))
    return text
