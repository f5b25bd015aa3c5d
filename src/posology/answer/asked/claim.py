"""What a question that wants a yes or a no claims: what to do, how often, how much, and which way a yes points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from .deeds import AUXILIARY, SUBJECTS, TELLING, acts, denials, turn_of, used
from .rhythm import SMALL, Figures, figures
from .speech import Clause, Word, asks, words_of

_ASKING = words_of("what how when where why which who whom whose")
_HOW_MUCH = words_of("enough sufficient adequate often frequent frequently soon rare rarely seldom")
_TAG = words_of(
    "right correct true yes no yeah ok okay agree agreed wrong sensible normal fine allowed usual accurate reasonable "
    "acceptable mad crazy daft silly ridiculous overkill excessive wise same match matches"
) | _HOW_MUCH
"""Words that ask of all that was said before whether it is so."""
_SMALL = words_of(
    "is are was am i it they he she we you so or not do does did will would should can could be that how done way then "
    "about sound really still thing too at all nurse doctor gp one surely as routine for her him me us think "
    "what say says said with line guideline guidelines guidance recommend recommends advice advise"
)
_LAST = words_of("right correct true yes no yeah eh")
"""Words that ask whether something is so, at the end of a statement."""
_ONLY = words_of("only just solely merely absolutely exclusively")
_WHOLE = words_of("always everyone everybody automatically invariably universally whoever")
_USUAL = words_of(
    "usual standard normal ordinary plain routine typical regular recommended correct usually normally right "
    "most majority"
)
TURNING = words_of(
    "avoid avoided wrong contraindicated contraindication contraindicate contraindicates dangerous harmful unsafe "
    "forbidden mistake withheld prohibited unwise problem"
)
"""Words that turn a yes into a no: `is it wrong to …`."""
_WRONG = TURNING | words_of(
    "mistaken risky mad crazy daft silly ridiculous danger contraindications banned inadvisable"
)
_SPECIAL = words_of("special finer thin thinner smaller thinnest extra precautions precaution")
_HARM = words_of(
    "harm harms harmful hurt hurts damage damages damaged danger dangers dangerous risk risks risky hide hides "
    "mask masks cause causes double doubles doubling raise raises attack attacks event events permanent "
    "irreversible worsen worse"
)
_AWAY = (
    ("kept", "out"),
    ("keep", "out"),
    ("kept", "off"),
    ("keep", "off"),
    ("stay", "away"),
    ("steer", "clear"),
    ("bad", "to"),
    ("bad", "idea"),
    ("ruled", "out"),
    ("off", "limits"),
    ("off", "table"),
    ("off", "menu"),
    ("of", "question"),
)
_OUGHT = words_of("should shall ought do must can could may")
_OBJECTS = words_of("query challenge question dispute")
_CALLS = words_of("ring call phone contact bleep")
_ORDERED_BY = words_of("prescriber gp doctor practice clinic consultant pharmacist pharmacy them")
_ORDERED = ("script", "prescri", "order", "chart", "label", "wrote", "writ", "rx")
"""Beginnings of words for what was ordered."""
_MUST = words_of("must should need needs ought shall")
_MAY = words_of("can could may should will would")
_OTHER = words_of("different another else other")
_FAIR = words_of(
    "ok okay fine alright allowed safe acceptable reasonable sensible appropriate advisable suitable correct right "
    "true legit permissible permitted enough sufficient adequate wise normal"
)

_TOO = {
    "often": words_of("often frequent frequently soon close many regularly regular short"),
    "rare": words_of("rare rarely seldom infrequent infrequently long far few sparse wide spread slow late"),
    "much": words_of("much high strong big large heavy"),
    "little": words_of("little low small weak less"),
}
_TOO_MUCH = words_of("overkill excessive overdoing overdone")
_ENOUGH = words_of("enough sufficient suffice suffices adequate adequately sufficiently")

_LIFE = words_of("lifelong forever permanent permanently indefinitely indefinite")
LONGEST = 9
"""Words of the longest question without the form of one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a question claims.

    ``acts`` are what is to be done, each with whether it is to be done or not; ``degree`` says that a figure is too
    `often`, `rare`, `much` or `little`, or `enough`. ``only``, ``whole`` (of everybody), ``usual`` and ``same`` qualify
    it; ``turned``: it asks whether that is wrong; ``denied``: the claim itself is a denial; ``murky``: a denial stands
    in it of which nobody can tell what it denies. ``harm``: it speaks of harm; ``other``: it asks for something else
    than what it names; ``first``: for something that must come before;
    ``rather``: for one thing in place of another. ``polar``: it wants a yes or a no, if only by
    its mark; ``fair``: it asks in so many words if something is right; ``plainly``: it does, or has the form of such a
    question. ``around`` are the stems of the whole turn.
    """

    words: tuple[Word, ...] = ()
    told: Figures = field(default_factory=Figures)
    acts: tuple[tuple[str, bool], ...] = ()
    life: bool = False
    degree: str = ""
    only: bool = False
    whole: bool = False
    usual: bool = False
    same: bool = False
    turned: bool = False
    denied: bool = False
    murky: bool = False
    polar: bool = False
    fair: bool = False
    harm: bool = False
    other: bool = False
    first: bool = False
    rather: bool = False
    plainly: bool = False
    around: frozenset[str] = frozenset()

    @property
    def stems(self) -> frozenset[str]:
        """The stems of its words."""
        return frozenset(word.stem for word in self.words)

    @property
    def away(self) -> bool:
        """Whether it is asked to be kept from."""
        return _away([word.raw for word in self.words])

    @property
    def objects(self) -> bool:
        """Whether it is asked if one is to object to what was ordered: `should I query it`, `ring the prescriber`."""
        ordered = any(one.startswith(_ORDERED) for one in self.around)
        narrowed = self.told or self.turned or any(word.raw in ("not", "for") for word in self.words)
        return ordered and not narrowed and objects(self.words)

    @property
    def special(self) -> bool:
        """Whether it asks for something finer than what is usual."""
        raws = [word.raw for word in self.words]
        return not _SPECIAL.isdisjoint(raws) or _unusual(raws) or _fine(raws)

    @property
    def ends(self) -> bool:
        """Whether it is about an end: of the treatment, or of the tests."""
        return ("stop", True) in self.acts or ("test", False) in self.acts

    @property
    def plain(self) -> bool:
        """Whether nothing in it turns or narrows what a yes would say."""
        narrowed = self.only or self.whole or self.same or self.degree or self.first
        return not (narrowed or self.denied or self.murky or self.rather)


def claim(clauses: Sequence[Clause], at: int) -> Claim:
    """What a clause of a turn claims, with what stands before it where it only asks whether that is so.

    A clause that asks nothing is the setting of the question that is nearest to it.
    """
    asking = [n for n, clause in enumerate(clauses) if clause.asked and not is_tag(clause)]
    if asking and not clauses[at].asked and not _tagged(clauses, at):
        at = min(asking, key=lambda n: (abs(n - at), n < at))
    focus = clauses[at]
    tagged = _tagged(clauses, at)
    words = list(focus.words)
    if is_tag(focus) or (at and _points(focus)):
        before = next((c for c in reversed(clauses[:at]) if _says_something(c.words)), None)
        words = [*(before.words if before else ()), *words]
    wants = tagged or polar(focus)
    fair = tagged or not _FAIR.isdisjoint(word.raw for word in focus.words)
    plainly = wants and (fair or any(map(_asks_so, clauses)))
    around = frozenset(word.stem for clause in clauses for word in clause.words)
    return replace(_claimed(tuple(words), tagged), polar=wants, fair=wants and fair, plainly=plainly, around=around)


def _asks_so(clause: Clause) -> bool:
    """Whether a clause has the form of a question: `is it`, `should I`, `do we`."""
    raws = [word.raw for word in clause.words]
    turned = any(one in AUXILIARY and other in SUBJECTS for one, other in pairwise(raws))
    turned = turned or any(one in _MAY and other in ("that", "this") for one, other in pairwise(raws))
    return turned or bool(raws and raws[0] in AUXILIARY - TELLING)


def _tagged(clauses: Sequence[Clause], at: int) -> bool:
    """Whether a clause, its end or the clause behind it asks if all that is so."""
    raws = [word.raw for word in clauses[at].words]
    ends = clauses[at].asked and len(raws) > 3 and raws[-1] in _LAST and not (asks(raws[:1]) and raws[-1] in _FAIR)
    return ends or is_tag(clauses[at]) or (at + 1 < len(clauses) and is_tag(clauses[at + 1]))


def _points(clause: Clause) -> bool:
    """Whether a clause asks of what was said before it if that was right: `was that the right course`."""
    raws = [word.raw for word in clause.words]
    left = [raw for raw in raws if raw not in _TAG and raw not in _SMALL]
    asks_ = clause.asked and raws[:1] != [] and raws[0] in AUXILIARY and not _FAIR.isdisjoint(raws)
    return asks_ and not _COURSE.isdisjoint(left) and len(left) <= _FEW and not figures(clause.words)


_COURSE = words_of("course schedule regimen regime plan treatment frequency rhythm way approach start")
_FEW = 2


def is_tag(clause: Clause) -> bool:
    """Whether a clause only asks if something is so: `is that right`, `isn't it`, `correct`."""
    raws = [word.raw for word in clause.words]
    told = [raw for raw in raws if raw in _TAG]
    turned = len(raws) > 1 and raws[0] in AUXILIARY and len(raws) <= 7
    if raws[:2] == ["am", "i"] and not {"right", "correct"} & set(raws):
        return False
    if raws[:1] == ["what"] or (raws[:1] == ["how"] and _HOW_MUCH.issuperset(told)):
        return False
    return bool(raws) and bool(told or turned) and all(raw in _TAG or raw in _SMALL for raw in raws)


def polar(clause: Clause) -> bool:
    """Whether a clause wants a yes or a no, if only by its mark: `thigh acceptable?`, `so that is for life, right?`."""
    raws = [word.raw for word in clause.words]
    either = any(raw in ("or", "vs", "versus") and not _range(raws, n) for n, raw in enumerate(raws[:-1]) if n)
    if (
        either
        or not clause.asked
        or not raws
        or (len(raws) > LONGEST and not _asks_so(clause) and _FAIR.isdisjoint(raws))
    ):
        return False
    first = next((n for n, raw in enumerate(raws) if raw in _ASKING), None)
    return first is None or _asks_so(Clause(clause.words[:first]))


def _range(raws: Sequence[str], at: int) -> bool:
    """Whether an `or` stands between two numbers that are one answer: `is it 2 or 3 months`."""
    return asks(raws[:1]) and all(raw[:1].isdigit() or raw in SMALL for raw in (raws[at - 1], raws[at + 1]))


def _says_something(words: Sequence[Word]) -> bool:
    told = figures(words)
    return bool(told or _life(words) or bool(acts(words, 0)))


def _claimed(words: tuple[Word, ...], tagged: bool) -> Claim:
    raws = [word.raw for word in words]
    open_ = denials(raws)
    done = acts(words, turn_of(raws))
    denied = any(n not in used(words) for n in open_) or (tagged and _none_given(words))
    whole = tagged or _that(raws)
    return Claim(
        words, figures(words), done, _life(words), degree(raws),
        only=not _ONLY.isdisjoint(raws), whole=not _WHOLE.isdisjoint(raws),
        usual=not (_USUAL.isdisjoint(raws) or _unusual(raws)), same="same" in raws,
        turned=bool(turns(raws, _WRONG)) or _away(raws), first=_first(raws),
        harm=not _HARM.isdisjoint(raws), other=_others(raws),
        denied=denied and whole, murky=denied and not whole, rather=_preferred(raws),
    )  # fmt: skip


def _none_given(words: Sequence[Word]) -> bool:
    """Whether it is said that there is to be none of the treatment: `they say no injections`."""
    return any(one.raw == "no" and then.stem in ("inject", "treat", "need") for one, then in pairwise(words))


def objects(words: Sequence[Word]) -> bool:
    """Whether words ask if one is to object, or to call somebody who orders: `should I query it`."""
    raws = [word.raw for word in words]
    asks_ = any(one in _OUGHT and other in SUBJECTS for one, other in pairwise(raws))
    calls = not _CALLS.isdisjoint(raws) and not _ORDERED_BY.isdisjoint(raws)
    return asks_ and (calls or not _OBJECTS.isdisjoint(raws))


def harms(words: Sequence[Word]) -> bool:
    """Whether words speak of harm."""
    return any(word.raw in _HARM for word in words)


def _unusual(raws: Sequence[str]) -> bool:
    """Whether it is about what is `out of the ordinary`."""
    return any(pair in (("of", "ordinary"), ("of", "usual")) for pair in pairwise(raws))


def _fine(raws: Sequence[str]) -> bool:
    """Whether a needle is said to be a `fine` one, where the word alone may only ask if all is well."""
    return any(first == "fine" and then in ("needle", "needles") for first, then in pairwise(raws))


def turns(raws: Sequence[str], words: frozenset[str] = TURNING) -> list[int]:
    """The places of words that turn a yes; `a problem` does, but not where something counts as one."""
    found = (at for at, raw in enumerate(raws) if raw in words)
    return [at for at in found if raws[at] != "problem" or "as" not in raws[max(0, at - 3) : at]]


def _others(raws: Sequence[str]) -> bool:
    """Whether something else is asked for; `every other day` is a rhythm."""
    return any(raw in _OTHER and raws[at - 1 : at] != ["every"] for at, raw in enumerate(raws))


def _away(raws: Sequence[str]) -> bool:
    """Whether it is to be kept from: `should it be kept out of …`, `is X out`."""
    out = raws[-1:] == ["out"] and not {"is", "are"}.isdisjoint(raws) and _ENDS_OUT.isdisjoint(raws)
    return out or any(pair in _AWAY for pair in pairwise(raws))


_ENDS_OUT = words_of("run runs running ran worn wear wears come comes came coming find found work turn taken")


def _first(raws: Sequence[str]) -> bool:
    """Whether something is asked to come before something else: `must … before …`."""
    return not _MUST.isdisjoint(raws) and ("before" in raws or "first" in raws)


def _preferred(raws: Sequence[str]) -> bool:
    """Whether one thing is set against another, so that what is to be done is only half of it."""
    return any(pair in (("rather", "than"), ("instead", "of")) for pair in pairwise(raws))


def _that(raws: Sequence[str]) -> bool:
    """Whether the denial stands in what is asked to be true: `is it true that you can't …`."""
    return "true" in raws[:4] or "right" in raws[:4]


def _life(words: Sequence[Word]) -> bool:
    raws = [word.raw for word in words]
    pairs = set(pairwise(raws))
    return not _LIFE.isdisjoint(raws) or not pairs.isdisjoint(
        {("for", "life"), ("for", "ever"), ("for", "good"), ("of", "life")}
    )


def degree(raws: Sequence[str]) -> str:
    """Whether something is said to be too often, too rare, too much, too little, or enough."""
    for at, raw in enumerate(raws):
        if raw == "too":
            found = next((name for name, words in _TOO.items() if not words.isdisjoint(raws[at + 1 : at + 3])), "")
            if found:
                return found
        if raw in _TOO_MUCH:
            return "often"
    if not _ENOUGH.isdisjoint(raws):
        return "enough"
    return ""
