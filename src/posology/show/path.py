"""The picture of the way that a patient took: for whom a decision is, its rules, and what comes out.

The way taken is thick, what is open is broken, what does not apply is grey; yes, no and unknown differ
by their sign and not by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import Guideline, Plan, Truth
from . import drawing as d
from .steps import Branch, Step, said_of, steps
from .view import View
from .words import Audience, title

_SCOPE, _RULES, _END = (1.5, 156.5), (200.0, 272.0), (512.0, 206.5)
"""Left edge and width of the three columns."""
_EDGE = _END[0] + _END[1]
_SIZE, _PAD = 10.5, 8.0
_STEP = _SIZE * 1.25
_WAYS = ("taken", "open", "gives way", "withheld", "no")
"""From the one drawn last, on top, to the one drawn first."""
_GREY = ("no", "gives way", "withheld")


def path(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> str:
    """The picture as SVG; empty when there are no decisions."""
    view = View(plan, guideline, audience)
    taken = steps(view)
    return drawn(taken, view) if taken else ""


def drawn(taken: Sequence[Step], view: View, font: str = d.FONT, key: bool = True) -> str:
    """Some of the decisions as a picture, with or without the key to its signs."""
    body: list[str] = []
    top = 0.0
    for step in taken:
        top = _band(body, step, top, view)
    bottom = _key(body, top, view) if key else top - 8
    name = f"{view.say('path')}: {view.guideline.title}"
    return d.picture("path", name, describe(taken, view), bottom, body, font)


def describe(taken: Sequence[Step], view: View) -> str:
    """The picture in words, for those who cannot see it."""
    told = []
    for step in taken:
        rules = "; ".join(f"{title(branch.rule)}: {said_of(branch, view)}" for branch in step.branches)
        told.append(f"{step.title}: {step.said}" + (f" ({rules})" if rules else ""))
    return ". ".join(told) + "."


# ---------------------------------------------------------------- one decision


def _band(body: list[str], step: Step, top: float, view: View) -> float:
    """One decision, drawn downwards from ``top``; gives back where the next may start."""
    body.append(d.text(0, top + 15, step.title, 13, bold=True))
    body += _outcome(step, top)
    top += 28
    wires: list[tuple[int, list[str]]] = []
    nodes: list[str] = []
    y = top
    for branch in step.branches:
        wires.append((_WAYS.index(branch.way), [*_wires(branch, top + 18, y + 18)]))
        y += _branch_box(nodes, branch, y, view) + 8
    body += [part for _, parts in sorted(wires, reverse=True) for part in parts]
    bottom = max(y - 8, _scope_box(body, step, top, view))
    body += [*nodes, d.line(0, bottom + 12, d.WIDTH, bottom + 12)]
    return bottom + 22


def _outcome(step: Step, top: float) -> list[str]:
    """How the decision came out, at the right: full when firm."""
    width, firm = d.text_width(step.said, _SIZE, True) + 16, step.outcome == "firm"
    fill, ink, dash = (d.INK, d.PAPER, "") if firm else (d.PAPER, d.INK, "4 2")
    left = _EDGE - width
    pill = d.box(left, top + 2, width, 18, fill, d.INK, dash, 1.2, 9)
    return [pill, d.text(left + width / 2, top + 15, step.said, _SIZE, ink, True, "middle")]


def _scope_box(body: list[str], step: Step, top: float, view: View) -> float:
    """For whom the decision is, and whether that is this patient; gives back where the box ends."""
    x, width = _SCOPE
    facts = d.fold(" · ".join(step.scope_facts), width - 2 * _PAD, _SIZE)
    height = 40 + len(facts) * _STEP
    body.append(d.box(x, top, width, height, d.PAPER, d.INK, "" if step.scope is not None else "4 2", 1.4))
    body += sign(step.scope, x + 17, top + 18, step.scope is False)
    body.append(d.text(x + 31, top + 22, view.say(f"scope {step.scope}"), 11, bold=True))
    body += d.lines(x + _PAD, top + 32, facts, _SIZE, d.SOFT)
    return top + height


# ---------------------------------------------------------------- one rule


def _branch_box(nodes: list[str], branch: Branch, top: float, view: View) -> float:
    """A rule's box and, if its way is taken or open, the box of what it gives; gives back the height."""
    x, width = _RULES
    name = d.fold(title(branch.rule), width - 40, 11, True)
    told = [line for part in _reasons(branch, view) for line in d.fold(part, width - 31 - _PAD, _SIZE)]
    ending = _ending(branch)
    under = 11 + len(name) * 13.75
    height = max(under + len(told) * _STEP + _PAD, 2 * _PAD + len(ending) * _STEP, 36)
    taken, grey = branch.way == "taken", branch.way in _GREY
    fill, stroke = d.PALE if taken else d.PAPER, d.RULE if grey else d.BLUE
    nodes.append(
        d.box(x, top, width, height, fill, stroke, "4 2" if branch.way == "open" else "", 2.2 if taken else 1.2)
    )
    nodes += sign(branch.truth, x + 17, top + 18, grey)
    nodes += d.lines(x + 31, top + 9.5, name, 11, d.SOFT if grey else d.INK, True)
    nodes += d.lines(x + 31, top + under, told, _SIZE, d.SOFT)
    nodes += _end_box(branch, ending, top, height) if ending else ()
    return height


def _reasons(branch: Branch, view: View) -> Iterator[str]:
    """Why a rule stands where it does."""
    if branch.way in ("gives way", "withheld"):
        yield view.say(f"way {branch.way}")
    if branch.facts:
        yield f"{view.say('because')} " + " · ".join(branch.facts)
    if branch.unknown:
        yield f"{view.say('if' if branch.way == 'open' else 'unless')}: " + "; ".join(branch.unknown)
    elif branch.truth is None:
        yield view.say("vague")


def _ending(branch: Branch) -> list[tuple[str, str]]:
    """The lines of the last box with their ink: what is given, and greyed what was struck out of it."""
    if branch.way not in ("taken", "open"):
        return []
    room = _END[1] - 2 * _PAD
    told = [(line, d.INK) for line in d.fold(branch.treatment, room, _SIZE, branch.way == "taken")]
    return told + [(line, d.SOFT) for struck in branch.struck for line in d.fold(f"× {struck}", room, _SIZE)]


def _end_box(branch: Branch, ending: list[tuple[str, str]], top: float, height: float) -> Iterator[str]:
    x, width = _END
    taken = branch.way == "taken"
    yield d.box(x, top, width, height, d.PAPER, d.BLUE, "" if taken else "4 2", 2.2 if taken else 1.2)
    for n, (line, ink) in enumerate(ending):
        yield d.text(x + _PAD, top + _PAD + (n + 0.8) * _STEP, line, _SIZE, ink, taken and ink == d.INK)


def _wires(branch: Branch, start: float, y: float) -> Iterator[str]:
    """From the scope to a rule, and on to what it gives: thick when taken, broken while open, thin otherwise."""
    ink, width, dash = {"taken": (d.BLUE, 3.0, ""), "open": (d.BLUE, 1.4, "4 2")}.get(branch.way, (d.RULE, 1.0, ""))
    left, right = _SCOPE[0] + _SCOPE[1], _RULES[0]
    elbow = f"M{left:.1f} {start:.1f}H{(left + right) / 2:.1f}V{y:.1f}H{right:.1f}"
    yield d.shape(elbow, None, ink, width, dash)
    if branch.way in ("taken", "open"):
        yield d.line(_RULES[0] + _RULES[1], y, _END[0], y, ink, width, dash)
        yield d.shape(f"M{_END[0] - 8:.1f} {y - 5:.1f}l7 5l-7 5z", ink)


# ---------------------------------------------------------------- signs


def sign(truth: Truth, x: float, y: float, grey: bool = False) -> list[str]:
    """Yes, no or unknown in a disc: a check, a cross, or a question mark."""
    if truth is None:
        return [d.disc(x, y, 8, d.PAPER, d.BLUE, 1.4, "3 2"), d.text(x, y + 4, "?", 11, d.BLUE, True, "middle")]
    if truth:
        check = f"M{x - 4:.1f} {y:.1f}l3 3.4l5 -6.4"
        return [d.disc(x, y, 8, d.SOFT if grey else d.GREEN), d.shape(check, None, d.PAPER, 2)]
    cross = f"M{x - 3.2:.1f} {y - 3.2:.1f}l6.4 6.4m0 -6.4l-6.4 6.4"
    return [d.disc(x, y, 8, d.PAPER, d.SOFT, 1.4), d.shape(cross, None, d.SOFT, 1.6)]


def _key(body: list[str], top: float, view: View) -> float:
    x = 0.0
    signs: tuple[tuple[Truth, str], ...] = ((True, "yes"), (None, "unknown"), (False, "no"))
    for truth, name in signs:
        label = view.say(f"sign {name}")
        body += [*sign(truth, x + 9, top + 10), d.text(x + 22, top + 14, label, _SIZE, d.SOFT)]
        x += d.text_width(label, _SIZE) + 40
    body.append(d.line(x, top + 10, x + 26, top + 10, d.BLUE, 3))
    body.append(d.text(x + 32, top + 14, view.say("sign way"), _SIZE, d.SOFT))
    return top + 22
