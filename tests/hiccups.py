"""A small invented guideline, to be put together rule by rule: what the large one has no occasion for."""

from __future__ import annotations

from datetime import date
from typing import Any

from posology.model import Dose, Guideline, Line, Patient, Plan
from posology.plan.advice import Audience
from posology.plan.plan import plan
from posology.read.guideline import read_texts

ON = date(2026, 1, 31)
HEAD = """---
id: hiccups
title: Hiccups treated with examplin
version: 0.1.0
updated: 2026-01-31
---

# Hiccups treated with examplin

Invented for tests: there is no examplin, and hiccups pass.

## Facts

| fact | answer | question |
|---|---|---|
| hiccups | yes/no | Has the patient hiccups? |
| loud | yes/no | Are they loud? |
| calm | yes/no | Has it become calm? |
| weak liver | yes/no | Is the liver weak? |
| pitch | 0–100 Hz | How high are they? |

"""
REFERENCES = "[^1]: *guideline, listed.* **Invented.** For tests."
DECISION = """## Treatment

```decision treatment
choose  exactly one
for     hiccups
```

"""

LOADING = """## Treatment

```decision start
choose     exactly one
for        hiccups
done when  start over
```

| fact | answer | question |
|---|---|---|
| start over | yes/no, complete start | Is the start over? |

"""


def rule(name: str, *lines: str, says: str = "It is said so.") -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"- {says}[^1] *(editors)*\n  - *Patient:* So it is.\n\n  ```rule {name}\n{body}\n  ```\n"


def guideline(*rules: str, decision: str = DECISION) -> Guideline:
    return read_texts({"guideline.md": HEAD + decision + "".join(rules), "references.md": REFERENCES})


def made(whole: Guideline, doses: tuple[Dose, ...] = (), audience: Audience = "clinician", **facts: Any) -> Plan:
    return plan(whole, Patient(facts=facts, doses=doses), ON, audience=audience)


DAILY = rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg oral daily for life")
LOUD = rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg intramuscular weekly")


UNTIL = (
    rule("start-hiccups", "when  hiccups", "give  examplin 1 mg intramuscular every 10 days until calm")
    + "\n## Later\n\n```decision later\nchoose  the shortest interval\nfor     hiccups\nafter   start\n```\n\n"
    + rule("go-on", "when  hiccups", "give  examplin 1 mg intramuscular every 1–2 years")
)


def outcome(found: Plan) -> str:
    return found.decisions["treatment"].outcome


def named(found: Plan, name: str) -> Line:
    return next(line for line in found.advice if line.rule == name)
