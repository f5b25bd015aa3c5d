"""Bullets → statements: the sentence, its mark, its citations, its block, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from ..findings import near
from ..model import Decision, Place, Remark, Statement
from .blocks import NAME, rule_block
from .markdown import Block, Bullet, Stray, citations, link, mark_of, plain
from .reading import Reading
from .regimens import snake

WORDINGS = ("patient", "student")
REMARKS: dict[str, Literal["view", "gap", "contradiction", "note"]] = {
    "another view": "view", "gap": "gap", "contradiction": "contradiction", "note": "note"
}  # fmt: skip
BLOCKS = ("rule", "define")
Owners = Mapping[tuple[str, ...], Decision]
"""Each decision by the path of the heading that it stands under."""

_MARK = re.compile(r"(S[0-9]{1,3})|(editors)|background: (\S*)|restates (\S*) as (\S*)")
_UNMARKED = re.compile(r"[*_]*\((?:S[0-9]{1,3}|editors|background: |restates )[^()]*\)[*_.]*$")
_LABEL = re.compile(r"\*([^*:]+):\*\s*(.*)", re.DOTALL)
_SAYS_LABELS = "*Patient:*, *Student:*, *Another view:*, *Gap:*, *Contradiction:* or *Note:*"


@dataclass(frozen=True, slots=True)
class _Mark:
    """The words of the mark that ends a sentence."""

    number: str = ""
    editors: bool = False
    background: str = ""
    restates: str = ""
    own: str = ""


def statement(bullet: Bullet, owners: Owners, reading: Reading) -> Statement | None:
    """The statement of a bullet, or None when it could not be read (the faults are then on record)."""
    stray_faults(bullet.strays, reading)
    mark = _mark(bullet, reading)
    _sourced(bullet, reading)
    below = _below(bullet, reading)
    blocks = _blocks(bullet, reading)
    kind = blocks[0].word if blocks else "background" if mark.background else "restates" if mark.restates else ""
    if not kind:
        if not _holds_block(bullet):
            do = "Put a rule or define block under it, or mark it *(background: name)* or *(restates name as name)*."
            reading.fault(bullet.place, _opening(bullet), "This sentence is neither ruled nor explained.", do)
        return None
    if blocks and (mark.background or mark.restates):
        words = "background" if mark.background else "restates"
        do = "Take the block away, or that part of the mark."
        reading.fault(bullet.place, words, "A sentence with a block is neither background nor a repetition.", do)
    rule = rule_block(blocks[0], reading, owner(bullet.place.heading, owners)) if kind == "rule" else None
    if kind == "rule" and rule is None:
        return None
    name = rule.name if rule else snake(blocks[0].name).replace("_", "-") if blocks else mark.background or mark.own
    return Statement(
        name, plain(bullet.text), cast(Literal["rule", "define", "restates", "background"], kind),
        "editors" if mark.editors else "article", citations(bullet.text), bullet.place, below[0].get("patient", ""),
        below[0].get("student", ""), rule, mark.restates, below[1], mark.number,
    )  # fmt: skip


def _holds_block(bullet: Bullet) -> bool:
    """Whether there is a block somewhere below, about which something is said already."""
    return bool(bullet.blocks or bullet.strays or any(_holds_block(item) for item in bullet.items))


def owner(heading: tuple[str, ...], owners: Owners) -> Decision | None:
    """The decision of the nearest heading above."""
    return next((owners[heading[:depth]] for depth in range(len(heading), 0, -1) if heading[:depth] in owners), None)


def stray_faults(strays: tuple[Stray, ...], reading: Reading) -> None:
    """What Markdown makes of a text that a guideline has no use for."""
    for stray in strays:
        match stray.kind:
            case "numbered list":
                what, do = "A numbered list is not read.", "Begin each sentence with a dash."
            case "table":
                what, do = (
                    "A table stands within a sentence.",
                    "Take the spaces before it away; put an empty line above.",
                )
            case _:
                what = "This is indented so far that it would be taken for an example."
                do = "Take spaces away: a sentence has none before it, a block two."
        reading.fault(stray.place, "", what, do)


def _opening(bullet: Bullet) -> str:
    """The first words of a bullet, as they stand in its line."""
    return bullet.text[:40].rstrip()


# ---------------------------------------------------------------- the mark


def _mark(bullet: Bullet, reading: Reading) -> _Mark:
    words = mark_of(bullet.text)
    if words is None:
        unmarked = _UNMARKED.search(bullet.text)
        if unmarked:
            do = "Put a star before and behind the bracket, as in *(S1)*, and nothing after it."
            reading.fault(bullet.place, unmarked[0], "This mark would be read as a part of the sentence.", do)
        return _Mark()
    found: dict[str, str] = {}
    for part in (part.strip() for part in words.split(";")):
        shape = _MARK.fullmatch(part)
        if shape:
            pairs = zip(("number", "editors", "background", "restates", "own"), shape.groups(), strict=True)
            found |= {key: value for key, value in pairs if value is not None}
        else:
            do = "Write S and the article's number, editors, background: name, or restates name as other-name."
            reading.fault(bullet.place, part, f"The mark {part!r} means nothing.", do)
    for name in (found.get(key) for key in ("background", "own")):
        if name is not None and not NAME.fullmatch(name):
            do = "Use lower case with hyphens, as in *(background: why-it-matters)*."
            reading.fault(bullet.place, name, f"{name!r} cannot be the name of a statement.", do)
    return _Mark(
        found.get("number", ""),
        "editors" in found,
        found.get("background", ""),
        found.get("restates", ""),
        found.get("own", ""),
    )


# ---------------------------------------------------------------- the block


def _blocks(bullet: Bullet, reading: Reading) -> list[Block]:
    """The one block of a sentence; others are on record as faults."""
    for block in bullet.blocks:
        if block.word not in BLOCKS:
            do = near(block.word, BLOCKS, "Use `rule` or `define` here; a `decision` stands under a heading.")
            reading.fault(block.place, block.word, f"A block {block.word!r} means nothing under a sentence.", do)
    blocks = [block for block in bullet.blocks if block.word in BLOCKS]
    for extra in blocks[1:]:
        do = "Give it a sentence of its own: people sign a sentence together with its rule."
        reading.fault(extra.place, extra.name, "This is the second block under one sentence.", do)
    return blocks[:1]


# ---------------------------------------------------------------- words and sources


def _sourced(bullet: Bullet, reading: Reading) -> None:
    """That a sentence has sources, all of them on the list, and no other address."""
    if not citations(bullet.text):
        reading.fault(bullet.place, _opening(bullet), "This sentence cites nothing.", "Cite its source as [^key].")
    _cited(bullet.text, bullet.place, reading)
    if link(bullet.text):
        do = "Put the address into references.md and cite it as [^key]."
        reading.fault(bullet.place, link(bullet.text), "A sentence holds no links.", do)


def _below(bullet: Bullet, reading: Reading) -> tuple[dict[str, str], tuple[Remark, ...]]:
    """The same statement in other words, and what is said beside it."""
    wordings: dict[str, str] = {}
    remarks: list[Remark] = []
    for item in bullet.items:
        _nothing_below(item, reading)
        _cited(item.text, item.place, reading)
        shape = _LABEL.match(item.text)
        label = shape[1].lower() if shape else ""
        if shape and label in wordings:
            what = f"There are two wordings for the {label}."
            reading.fault(item.place, f"*{shape[1]}:*", what, "Make one of the two.")
        elif shape and label in WORDINGS:
            wordings[label] = plain(shape[2])
        elif shape and label in REMARKS:
            remarks.append(Remark(REMARKS[label], plain(shape[2]), citations(item.text)))
        else:
            do = near(label, (*WORDINGS, *REMARKS), f"Begin it with {_SAYS_LABELS}.")
            reading.fault(item.place, item.text[:30].rstrip(), "This line does not say what it is.", do)
    return wordings, tuple(remarks)


def _nothing_below(item: Bullet, reading: Reading) -> None:
    stray_faults(item.strays, reading)
    for block in item.blocks:
        do = "Indent it by two spaces only, so that it stands under the sentence itself."
        reading.fault(block.place, block.word, "This block stands under a remark.", do)
    for deeper in item.items:
        do = "Indent it by two spaces only, or join it to the line above."
        reading.fault(deeper.place, deeper.text[:30].rstrip(), "This line stands too deep to be read.", do)


def _cited(text: str, place: Place, reading: Reading) -> None:
    """That each source is there."""
    for key in citations(text):
        if key not in reading.references:
            words = [other for other in reading.references if not other.isdigit()]  # one number is not like another
            do = near(key, words, "Add it there, with its kind and status.")
            reading.fault(place, f"[^{key}]", f"Citation {key!r} is not in references.md.", do)
