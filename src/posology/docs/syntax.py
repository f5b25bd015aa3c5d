"""The page of the language: every block word, line, mark and timing, with small examples from a guideline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ..backends.english import stretch
from ..model import Guideline
from ..quantity import DOSED
from ..read import conditions, lists, regimens, tables
from ..read.actions import URGENCIES
from ..read.blocks import CHOOSE, DECISION_WORDS, DEFINE_WORDS, RULE_WORDS
from ..read.guideline import DATES, FILES, NEEDED
from ..read.markdown import Block, Bullet, Piece, front_matter, pieces
from ..read.routes import ROUTES
from .marks import code, coded, codes, table

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
        "choose": f"{' or '.join(map(code, CHOOSE))}; `(editors)` when the order is theirs",
        "for": "the scope: for whom there must be an answer",
        "done when": "when the matter is over",
        "after": "the decision whose course comes first",
        "silent when": "where the source is known to say nothing",
        "clash": "two rules that are known to clash, with nothing in the source that orders them",
    },
}

MISSING = {
    "instead of": "instead of ONE-RULE",
    "silent when": "silent when age > 100 years",
    "clash": "clash ONE-RULE and OTHER-RULE",
    "or give": "or give …",
    "never when": "never when …",
    "always": "always …",
    "done when": "done when …",
    "after": "after …",
    "stops": "stops everything",
}
"""What a line looks like of which the guideline has none."""

CONDITIONS = (
    ("FACT", r"[a-z][a-z0-9 ]+", "the yes/no fact is yes"),
    ("not CONDITION", r".*\bnot .+", "it does not hold; unknown stays unknown"),
    ("A and B", r"[^()]+ and [^()]+", "all hold"),
    ("A or B", r"[^()]+ or [^()]+", "at least one holds; brackets are required where `and` meets `or`"),
    ("FACT > NUMBER UNIT", r"[a-z0-9 ]+ [<>]=? [\d.]+ \S+", "it lies above (also `>=`, `<`, `<=`); the unit each time"),
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
    ("- *Another view:* …", "below the bullet: what other sources say (also `*Gap:*`, `*Contradiction:*`, `*Note:*`)"),
)

ENDS = (
    ("for 6 doses", "so many, then it is over"),
    ("until PHRASE", "as long as that yes/no fact or defined name does not hold"),
    *((words, "without an end") for words in regimens.FOREVER),
)

TIMINGS = (
    (
        "TESTS at 3, 6 and 12 months",
        "counted from the start of treatment; a figure without a unit has that of the next",
    ),
    ("TESTS every 6 months", "again and again, from the start"),
    ("TESTS every 1 year after 12 months", "again and again, from then on"),
    ("TESTS every 3 months since TEST", "counted from the newest result of that test, else due at once"),
    ("FACT at 21 days during DECISION", "a review: due as long as the fact is unknown while that course runs"),
)

TARGETS = (
    ("avoid DRUG", "that drug"),
    ("avoid ROUTE route", "every regimen by that route"),
    ("avoid site SITE", "that site"),
    ("avoid WORDS", "nothing, but it is said"),
    ("stops DRUG", "that drug is withheld"),
    ("stops injections", "everything that is injected is withheld"),
    ("stops everything", "every treatment is withheld"),
)

OUTCOMES = {
    "ask": "no rule can be followed before something is asked",
    "silent": "the guideline does not say",
    "conflict": "two rules apply, and nothing orders them",
    "decide": "it is the clinician's decision",
    "stopped": "a safety gate withholds the treatment",
    "done": "the matter is over",
    "not applicable": "the patient is outside the scope",
}

ANSWERS = (
    ("yes/no", "a yes/no fact"),
    ("LOW–HIGH UNIT", "a number, and the range outside which it is refused"),
    ("LOW–HIGH UNIT; 1 OTHER = FIGURE UNIT", "the same, with another unit in which it may be stated"),
    ("ONE, OTHER, THIRD", "a choice"),
    *((f"yes/no, {course}", "read from the doses really given") for course in (*tables.COURSES, "complete DECISION")),
)

OPENING = """# The language, word by word

Printed from source by `make docs`; the examples are lines of the guideline *{title}*.

A guideline is a folder of plain Markdown: {files}.
Every bullet of a section is a statement: one sentence, its citations, and a block or a mark that says what the sentence
does. Paragraphs are prose and are never computed. Whatever looks like a part of the language and cannot be read is
reported, never skipped. Patients' stories are on the page [writing a guideline](writing-a-guideline.md#stories), and
the words in which a guideline is asked (`questions.md`, `lexicon.md`) on [making it askable](making-it-askable.md).

The file begins with its particulars between two lines of dashes, as YAML: {needed} are needed;
`question`, `licence`, `disclaimer`, `source` and `stands_for` (which test may stand for which) are read too.
Dates are {dates}."""

WORKED = """## Worked tables

A table below a decision whose last heading is `→ DECISION` holds worked examples, and each row is a test. The other
headings are facts; a cell is `yes`, `no`, a number in the fact's unit or a choice, and `?` or nothing is unknown. The
last cell is the rule that must come out firm (several joined by ` + `), `NAME, provisional` when it hangs on an unknown
fact, or one of these:"""

FACTS = """## Facts

Facts stand in tables with the columns {columns}.
The heading above a table is the group. A name is plain words and holds none of {reserved}.
Its key in patient files has underscores for spaces."""


def page(folder: Path, guideline: Guideline) -> str:
    """The page on the language, with examples from the guideline in a folder."""
    examples = lines((folder / FILES[0]).read_text(encoding="utf-8"))
    opening = OPENING.format(title=guideline.title, files=codes(FILES), needed=codes(NEEDED), dates=codes(DATES))
    parts = [
        opening,
        "## Marks of a statement\n\n" + table("mark | what it says", coded(MARKS)),
        *(block_page(word, examples) for word in BLOCKS),
        *_regimens(examples["rule"]),
        "## When a check falls due\n\n" + table("form | what it says", coded(TIMINGS)),
        "## What is struck out or withheld\n\n`never` strikes out what `avoid` does.\n\n"
        + table("line | takes away", coded(TARGETS)),
        f"## Urgency\n\nA line other than `give` may end in {codes(f', {u}' for u in URGENCIES)}.",
        condition_page(examples),
        f"{WORKED}\n\n{table('outcome | what it says', coded(OUTCOMES.items()))}",
        FACTS.format(columns=codes(tables.COLUMNS), reserved=codes(tables.RESERVED)),
        table("answer | what it is", coded(ANSWERS)),
        *_files(),
    ]
    return "\n\n".join(parts) + "\n"


def _regimens(rule_lines: Iterable[str]) -> Iterator[str]:
    yield (
        "## Regimens\n\n`DRUG DOSE ROUTE HOW OFTEN HOW LONG`. The dose is a figure or a range in mg, mcg or g,\nor in "
        f"{codes(DOSED[1:])} (these may be plural). "
        f"A dose by weight,\nby surface or by the hour is not read.\n\nRoutes: {codes(ROUTES)}."
    )
    often = [(words, f"{times} in {stretch(step)}") for words, (times, step) in regimens.FIXED.items()]
    often += [("three times weekly", "3 in 1 week; also daily, and other counts in words or figures")]
    often += [
        ("every 2–3 months", "1 in 2 to 3 months; also days, weeks, years, or one figure"),
        ("once", "1 and no more"),
    ]
    yield table("how often | doses", coded(often))
    yield table("how long (may be left out) | what it says", coded(ENDS))
    found = dict.fromkeys(re.sub(r"^(or )?give ", "", line) for line in rule_lines if re.match(r"(or )?give ", line))
    yield table("in this guideline", [(code(words),) for words in found])


def _files() -> Iterator[str]:
    footnote = code("[^KEY]: *KIND, STATUS.* **Title.** Detail. Likely: …")
    kinds = f"Kinds: {codes(lists.KINDS)}. Status: {codes(lists.STATUSES)}."
    yield f"## References\n\n`references.md` holds a footnote for each source: {footnote}.\n{kinds}"
    columns = f"with the columns {codes(lists.COLUMNS)}"
    value = "(`value` for facts only: what the presence of the code states)"
    parts = f"the system is `order` and the code one of {codes(lists.ORDERED)}"
    order = f"Under `orders` {parts}:\nthe part of a drafted order for one of the drugs that states the fact."
    also = f"{order} Under `{lists.ALSO_CALLED}` stand other names of drugs, routes, tests and facts."
    yield f"## Codes\n\n`codes.md` holds tables under {codes(lists.SECTIONS)},\n{columns}\n{value}. {also}"


# ---------------------------------------------------------------- blocks and conditions


def block_page(word: str, examples: Mapping[str, list[str]]) -> str:
    """What one fenced block is for, and each line that it may hold."""
    rows = ((code(opening), MEANINGS[word][opening], _as_in(opening, examples[word])) for opening in BLOCKS[word])
    return f"## The block `{word}`\n\n{OPENINGS[word]}\n\n" + table("line | what it says | as in", rows)


def _as_in(opening: str, candidates: Iterable[str]) -> str:
    found = shortest(line for line in candidates if line.startswith(f"{opening} "))
    return code(found or MISSING.get(opening, f"{opening} …"))


def condition_page(examples: Mapping[str, list[str]]) -> str:
    """Each form that a condition may take."""
    openings = ("when ", "for ", "always ", "never when ", "done when ")
    every = [line for word in examples for line in examples[word]]
    whole = [line.removeprefix(opening) for opening in openings for line in every if line.startswith(opening)]
    rows = (
        (code(form), meaning, code(shortest(w for w in whole if re.fullmatch(sample, w)) or "–"))
        for form, sample, meaning in CONDITIONS
    )
    deepest = f"At most {conditions.DEEPEST} brackets stand in one another. There is no test for being unknown."
    return f"## Conditions\n\n{table('form | what it says | as in', rows)}\n\n{deepest}"


def shortest(candidates: Iterable[str]) -> str:
    """The shortest of some lines, to stand as an example (nothing when there is none)."""
    return min(candidates, key=len, default="")


def lines(text: str) -> dict[str, list[str]]:
    """The lines of a guideline's blocks, with single spaces, by the block's word."""
    found: dict[str, list[str]] = {word: [] for word in BLOCKS}
    for block in blocks(pieces(front_matter(text)[1], FILES[0])):
        found[block.word] += [" ".join(line.split()) for _, line in block.lines]
    return found


def blocks(listed: Iterable[Piece]) -> Iterator[Block]:
    """Every fenced block of a guideline, in order."""
    for piece in listed:
        if isinstance(piece, Block):
            yield piece
        elif isinstance(piece, Bullet):
            yield from piece.blocks
