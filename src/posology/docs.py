"""The page of docs/ that is printed from source, so that it cannot go stale: the language, word by word.

`python -m posology.docs GUIDELINE FOLDER` writes it; a test compares what stands there with what would be
written. The examples are lines of the guideline itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .read.actions import ROUTES
from .read.blocks import DECISION_WORDS, DEFINE_WORDS, RULE_WORDS
from .read.guideline import FILES, read
from .read.markdown import Block, Bullet, Piece, front_matter, pieces
from .read.tables import COURSES

BLOCKS = {"rule": RULE_WORDS, "define": DEFINE_WORDS, "decision": DECISION_WORDS}

OPENINGS = {
    "rule": "Stands under the sentence that says the same. One condition, one action.",
    "define": "Stands under a sentence and gives a name to a condition; the name is then used like a fact.",
    "decision": "Stands under a heading. The rules below it that `give` or `use` compete for one answer.",
}

MEANINGS = {
    "rule": {
        "when": "the condition under which the sentence applies",
        "or give": "a second regimen of equal rank, after a `give`",
        "never when": "sharpens `avoid` to `never` while this condition holds",
        "instead of": "names a rule that this one unseats when both apply",
        "stops": "a safety gate: while it holds, everything, all injections or one drug is withheld",
        "give": "a regimen: drug, dose with unit, route, how often, how long",
        "use": "how to do it, or which product; `use beside` when it competes with nothing",
        "check": "a test or an observation, and when it falls due",
        "refer": "whom to involve; like every action but `give`, it may end in an urgency",
        "consider": "an option to think of",
        "avoid": "strikes out a drug, a route or a site; other words strike nothing",
        "never": "the same, and is never folded away",
        "decide": "what the source leaves to the clinician",
    },
    "define": {
        "when": "the condition for which the name stands",
        "always": "a condition that makes it yes even where no was stated",
    },
    "decision": {
        "choose": "`exactly one` or `the shortest interval`; `(editors)` when the order is theirs",
        "for": "the scope: for whom there must be an answer",
        "done when": "when the matter is over",
        "after": "the decision whose course comes first",
        "silent when": "where the source is known to say nothing",
        "clash": "two rules that are known to clash, with nothing in the source that orders them",
    },
}

CONDITIONS = (
    ("FACT", r"[a-z][a-z0-9 ]+", "the yes/no fact is yes"),
    ("not CONDITION", r".*\bnot .+", "it does not hold; unknown stays unknown"),
    ("A and B", r"[^()]+ and [^()]+", "all hold"),
    ("A or B", r"[^()]+ or [^()]+", "at least one holds; brackets are required where `and` meets `or`"),
    (
        "FACT > NUMBER UNIT",
        r"[a-z0-9 ]+ [<>]=? [\d.]+ \S+",
        "it lies above (also `>=`, `<`, `<=`); the unit each time",
    ),
    ("FACT LOW–HIGH UNIT", r"[a-z0-9 ]+ \d+[–-]\d+ \S+", "the number lies between, both ends included"),
    ("FACT > LOW–HIGH UNIT", r".*> \d+[–-]\d+ \S+.*", "above both yes, up to the lower no, between unknown"),
    ("FACT is CHOICE", r"[a-z0-9 ]+ is [a-z ]+", "the fact has that choice"),
)

MARKS = (
    ("[^KEY]", "a citation; every statement has at least one"),
    ("*(S12)*", "the sentence's number in the source"),
    ("*(editors)*", "added or settled by the editors, with a source of its own"),
    ("*(background: NAME)*", "says nothing that could be computed"),
    ("*(restates NAME as OWN-NAME)*", "the same as another sentence, in other words"),
    ("- *Patient:* …", "below the bullet: the same statement in the patient's words (also `*Student:*`)"),
    (
        "- *Another view:* …",
        "below the bullet: what other sources say (also `*Gap:*`, `*Contradiction:*`, `*Note:*`)",
    ),
)

ANSWERS = (
    ("yes/no", "a yes/no fact"),
    ("LOW–HIGH UNIT", "a number, and the range outside which it is refused"),
    ("ONE, OTHER, THIRD", "a choice"),
    *((f"yes/no, {course}", "read from the doses really given") for course in (*COURSES, "complete DECISION")),
)


OPENING = """# The language, word by word

Printed from source by `make docs`; the examples are lines of the guideline *{title}*.

A guideline is a folder of plain Markdown: {files}. Every bullet of a section is a statement: one
sentence, its citations, and a block or a mark that says what the sentence does."""

REGIMEN = "## Regimens\n\n`DRUG DOSE ROUTE HOW OFTEN HOW LONG`. Routes: "

WORKED = """## Worked tables

A table below a decision whose last heading is `→ DECISION` holds worked examples, and each row is a test.
The other headings are facts; a cell is `yes`, `no`, a number or a choice, and `?` or nothing is unknown.
The last cell is the rule that must come out (several joined by ` + `; `NAME, provisional` when it hangs on
an unknown fact), or one of ask, silent, conflict, decide, stopped, done, not applicable."""


def blocks(listed: Iterable[Piece]) -> Iterator[Block]:
    """Every fenced block of a guideline, in order."""
    for piece in listed:
        if isinstance(piece, Block):
            yield piece
        elif isinstance(piece, Bullet):
            yield from piece.blocks


def lines(text: str) -> dict[str, list[str]]:
    """The lines of a guideline's blocks, with single spaces, by the block's word."""
    found: dict[str, list[str]] = {word: [] for word in BLOCKS}
    for block in blocks(pieces(front_matter(text)[1], FILES[0])):
        found[block.word] += [" ".join(line.split()) for _, line in block.lines]
    return found


def shortest(candidates: Iterable[str]) -> str:
    """The shortest of some lines as Markdown, to stand as an example (a dash when there is none)."""
    found = min(candidates, key=len, default="")
    return f"`{found}`" if found else "–"


def table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; ``head`` holds the headings with bars between."""
    width = head.count("|") + 1
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([f"| {head} |", "|" + "---|" * width, *body])


def block_page(word: str, examples: Mapping[str, list[str]]) -> str:
    """What one fenced block is for, and each line that it may hold."""
    rows = (
        (
            f"`{opening}`",
            MEANINGS[word][opening],
            shortest(e for e in examples[word] if e.startswith(f"{opening} ")),
        )
        for opening in BLOCKS[word]
    )
    return f"## The block `{word}`\n\n{OPENINGS[word]}\n\n" + table("line | what it says | as in", rows)


def condition_page(examples: Mapping[str, list[str]]) -> str:
    """Each form that a condition may take."""
    whole = [
        line.removeprefix("when ") for word in ("rule", "define") for line in examples[word] if line.startswith("when ")
    ]
    rows = (
        (f"`{form}`", meaning, shortest(w for w in whole if re.fullmatch(sample, w)))
        for form, sample, meaning in CONDITIONS
    )
    return "## Conditions\n\n" + table("form | what it says | as in", rows)


def syntax(folder: Path) -> str:
    """The page on the language, with examples from the guideline in a folder."""
    examples = lines((folder / FILES[0]).read_text(encoding="utf-8"))
    given = [(f"`{regimen}`",) for regimen in regimens(examples["rule"])]
    parts = [
        OPENING.format(title=read(folder).title, files=", ".join(f"`{name}`" for name in FILES)),
        "## Marks of a statement\n\n" + table("mark | what it says", coded(MARKS)),
        *(block_page(word, examples) for word in BLOCKS),
        REGIMEN + ", ".join(ROUTES) + ".\n\n" + table("in this guideline", given),
        condition_page(examples),
        WORKED,
        "## Answers of facts\n\n" + table("answer | what it is", coded(ANSWERS)),
    ]
    return "\n\n".join(parts) + "\n"


def coded(rows: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Rows of a table whose first cell is something to type."""
    return [(f"`{form}`", meaning) for form, meaning in rows]


def regimens(rule_lines: Iterable[str]) -> list[str]:
    """Every different regimen, in the order of the file."""
    found = (re.sub(r"^(or )?give ", "", line) for line in rule_lines if re.match(r"(or )?give ", line))
    return list(dict.fromkeys(found))


def pages(folder: Path) -> dict[str, str]:
    """Each printed page of docs/ by its file name."""
    return {"syntax.md": syntax(folder)}


def main(arguments: list[str]) -> int:
    """Write the printed pages."""
    guideline, target = map(Path, arguments)
    for name, text in pages(guideline).items():
        (target / name).write_text(text, encoding="utf-8")
        print(target / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
