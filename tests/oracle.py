"""A second opinion: the contract's sections 1 to 4 for the B12 guideline, worked out again in plain Python.

It was written from the contract alone, without a look at the engine, and shares no code with it: the rules
are typed in, the calendar is its own, and nothing is fast or general. Where it and the engine differ, the
contract decides who is wrong.

``judge(patient)`` takes the data of a patient file (``on`` and every date as ISO text) and returns

- ``facts``: every fact known on the day: ``{name: value}``,
- ``phase``, ``complete`` (the truth of ``loading_complete``), ``gates`` (which hold),
- ``decisions``: ``{name: {"outcome", "rules", "contenders", "superseded"}}``,
- ``lines``: ``{rule: {"action", "certainty", "if", "unless", "confirm", "give", "oral"}}``,
  ``oral`` being None (no alternative by mouth) or the set of facts that it hangs on,
- ``schedule``: ``[(what, rule, earliest, latest, state, tentative, open_ended, tests)]`` in order,
- ``asked``: facts that must stand in ``ask``.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from itertools import pairwise, product
from typing import Any

SYMPTOMS = (
    "sensory_deficit", "motor_deficit", "gait_disturbance", "paresthesia", "numbness",
    "cognitive_impairment", "visual_loss", "other_neurological_symptom",
)  # fmt: skip
CORD = ("suspected_cord_lesion", "severe_neurological_symptoms", "neurological_recurrence")
KIDNEY = ("egfr", "chronic_kidney_disease", "diabetic_nephropathy", "dialysis")
YES_NO = (
    "b12_deficiency", *SYMPTOMS, "neurological_involvement", "past_neurological_involvement", *CORD,
    "pernicious_anemia", "malabsorption", "bariatric_surgery", "crohns_disease", "dietary_cause", "cause_resolved",
    "severe_deficiency", "severe_anemia", "anemia_at_baseline",
    "chronic_kidney_disease", "diabetic_nephropathy", "dialysis",
    "renal_dysfunction", "anticoagulant", "bleeding_disorder", "cobalamin_hypersensitivity", "cobalt_allergy",
    "leber_optic_neuropathy", "hydroxocobalamin_unavailable", "intramuscular_refused", "b12_treatment_given",
    "folic_acid_planned", "stop_requested", "loading_complete",
)  # fmt: skip
CHOICES = {
    "pregnancy": ("none", "planning", "pregnant", "breastfeeding"),
    "improvement": ("improving", "plateau", "worsening"),
    "formulation": ("hydroxocobalamin", "cyanocobalamin", "methylcobalamin"),
    "requested_route": ("intramuscular", "deep_subcutaneous", "intravenous", "oral"),
    "requested_site": ("deltoid", "vastus_lateralis", "buttock"),
}
NUMBERS: dict[str, tuple[float, ...]] = {
    "age": (15, 16, 17, 70),
    "ileal_resection_length": (0, 19, 20, 21, 100),
    "ileal_crohns_length": (0, 29, 30, 31, 45, 60, 61, 100),
    "egfr": (30, 59, 60, 61, 90),
    "platelet_count": (5, 9.9, 10, 11, 24, 24.9, 25, 26, 49, 50, 50.1, 51, 200),
    "homocysteine": (5, 9.9, 10, 11, 40),
    "serum_b12": (100, 1500),
    "hemoglobin": (80, 130),
    "mcv": (110,),
    "potassium": (4,),
}
DRUG = "hydroxocobalamin"
INJECTIONS = ("intramuscular", "deep_subcutaneous")


# ---------------------------------------------------------------- three values


def all_of(*parts: bool | None) -> bool | None:
    return False if False in parts else None if None in parts else True


def any_of(*parts: bool | None) -> bool | None:
    return True if True in parts else None if None in parts else False


def none_of(*parts: bool | None) -> bool | None:
    found = any_of(*parts)
    return None if found is None else not found


# ---------------------------------------------------------------- the calendar


def months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def state_of(earliest: date, latest: date, on: date) -> str:
    return "upcoming" if on < earliest else "due" if on <= latest else "overdue"


# ---------------------------------------------------------------- facts (contract, sections 1, 2 and 4)


class Facts:
    """What is known, with the derived facts filled in; ``get`` gives None for unknown."""

    def __init__(self, patient: dict[str, Any]) -> None:
        self.on = date.fromisoformat(patient["on"])
        self.stated = dict(patient.get("facts") or {})
        self.notices: set[str] = set()
        self.doses = sorted((date.fromisoformat(d["date"]), d["drug"], d["route"]) for d in patient.get("doses") or [])
        self.doses = [dose for dose in self.doses if dose[0] <= self.on]
        self.results = [(date.fromisoformat(r["date"]), r["test"], r["value"]) for r in patient.get("results") or []]
        self.results = [r for r in self.results if r[0] <= self.on]
        newest = self._newest()
        self.known = {name: value for name, value in {**self.stated, **newest}.items() if value is not None}
        self.start = self._start(patient.get("start"))
        self.begins = self.start if patient.get("start") else self.on  # a course without a dose on record
        self._nerves()
        self._kidney()
        self.by_nerves: tuple[bool | None, bool | None] = (None, None)
        self._course()

    def get(self, name: str) -> Any:
        return self.known.get(name)

    def _newest(self) -> dict[str, float | None]:
        """The newest result of each test; None when two of that day differ."""
        newest: dict[str, float | None] = {}
        for test in {test for _, test, _ in self.results if test in NUMBERS}:
            last = max(day for day, name, _ in self.results if name == test)
            found = {value for day, name, value in self.results if (day, name) == (last, test)}
            newest[test] = found.pop() if len(found) == 1 else None
        if any(name in self.stated and self.stated[name] != value for name, value in newest.items()):
            self.notices.add("result differs")
        return newest

    def _start(self, stated: str | None) -> date:
        if stated:
            return date.fromisoformat(stated)
        return min((day for day, _, route in self.doses if route != "intravenous"), default=self.on)

    def _nerves(self) -> None:
        stated = self.stated.get("neurological_involvement")
        found = stated if stated is not None else any_of(*(self.get(s) for s in SYMPTOMS))
        if any(self.get(name) is True for name in CORD):
            if stated is False:
                self.notices.add("nerves contradicted")
            found = True
        self._set("neurological_involvement", found)

    def _kidney(self) -> None:
        if self.stated.get("renal_dysfunction") is None:
            low = None if self.get("egfr") is None else self.get("egfr") < 60
            self._set("renal_dysfunction", any_of(low, *(self.get(name) for name in KIDNEY[1:])))

    def _course(self) -> None:
        """What the dose history says: treatment given, another drug last, loading complete."""
        treated = [dose for dose in self.doses if dose[2] != "intravenous"]
        if treated:
            self._set("b12_treatment_given", True)
        self.counted = [(day, drug) for day, drug, route in self.doses if route in INJECTIONS]
        self.last = self.counted[-1][0] if self.counted else None
        self.last_is_other = bool(self.counted) and (self.last, DRUG) not in self.counted
        days = [day for day, drug in self.counted if drug == DRUG and day >= self.start]
        self.loading_days = sorted(set(days))
        if len(days) != len(set(days)):
            self.notices.add("two on one day")
        if len(treated) != len(self.doses):
            self.notices.add("intravenous")
        if self.stated.get("loading_complete") is None:
            self._set("loading_complete", self._complete())

    def _complete(self) -> bool | None:
        days = sorted({day for day, _ in self.counted if day >= self.start})
        long = [(b - a).days >= 25 for a, b in pairwise(days)]
        waiting = bool(days) and (self.on - days[-1]).days >= 25
        with_nerves = True if self.get("improvement") == "plateau" else None if any(long) or waiting else False
        if len(self.loading_days) >= 6:
            sixth = days.index(self.loading_days[5])
            without = None if any(long[:sixth]) else True
        else:
            without = None if any(long) or waiting else False
        self.by_nerves = (with_nerves, without)
        involved = self.get("neurological_involvement")
        agreed = with_nerves if with_nerves is without else None
        found = agreed if involved is None else with_nerves if involved else without
        if found is not True and any(long[n : n + 3] == [True] * 3 for n in range(len(long))):
            self.notices.add("read as maintenance")
            return True
        return found

    def _set(self, name: str, value: Any) -> None:
        if value is None:
            self.known.pop(name, None)
        else:
            self.known[name] = value


# ---------------------------------------------------------------- rules (contract, section 3)

Get = Callable[[str], Any]
Truth = bool | None


def below(value: float | None, limit: float) -> Truth:
    return None if value is None else value < limit


def over(value: float | None, limit: float) -> Truth:
    return None if value is None else value > limit


def is_(value: Any, choice: str) -> Truth:
    return None if value is None else value == choice


def deficient(g: Get) -> Truth:
    return g("b12_deficiency")


def nerves(g: Get) -> Truth:
    return g("neurological_involvement")


def resected(g: Get) -> Truth:
    return over(g("ileal_resection_length"), 20)


def vague_length(length: float | None) -> Truth:
    """More than 30-60 cm: yes above 60, no up to 30, and vague between."""
    return None if length is None else True if length > 60 else False if length <= 30 else None


def extensive_crohns(g: Get) -> Truth:
    return all_of(g("crohns_disease"), vague_length(g("ileal_crohns_length")))


def indicated(g: Get) -> Truth:
    return any_of(deficient(g), g("bariatric_surgery"), resected(g), extensive_crohns(g))


def complete(g: Get) -> Truth:
    return g("loading_complete")


def maintained(g: Get) -> Truth:
    return all_of(deficient(g), complete(g))


def severe(g: Get) -> Truth:
    return any_of(g("severe_deficiency"), g("severe_neurological_symptoms"))


def loading_rule(g: Get, nerves_: Truth) -> Truth:
    return all_of(deficient(g), nerves_, none_of(complete(g)))


def standard_maintenance(g: Get) -> Truth:
    special = (g("bariatric_surgery"), resected(g), extensive_crohns(g))
    return all_of(deficient(g), none_of(nerves(g), g("past_neurological_involvement"), *special))


def band(g: Get, inside: Callable[[float], bool]) -> Truth:
    count = g("platelet_count")
    return all_of(indicated(g), None if count is None else inside(count))


def worsening(g: Get) -> Truth:
    return all_of(deficient(g), nerves(g), none_of(complete(g)), is_(g("improvement"), "worsening"))


def folate_check(g: Get) -> Truth:
    return all_of(g("folic_acid_planned"), g("b12_treatment_given"), none_of(complete(g)))


def oral_option(g: Get) -> Truth:
    return all_of(maintained(g), none_of(severe(g), g("pernicious_anemia"), resected(g)))


def pregnant(g: Get) -> Truth:
    return any_of(is_(g("pregnancy"), "planning"), is_(g("pregnancy"), "pregnant"))


def other_drug(g: Get) -> Truth:
    return any_of(g("hydroxocobalamin_unavailable"), g("last_dose_of_another_drug"))


def raised_homocysteine(g: Get) -> Truth:
    return None if g("homocysteine") is None else g("homocysteine") >= 10


RULES: dict[str, tuple[str, Callable[[Get], Truth]]] = {
    "adults-only": ("refer", lambda g: below(g("age"), 16)),
    "cobalamin-hypersensitivity": ("never", lambda g: g("cobalamin_hypersensitivity")),
    "cobalt-allergy": ("decide", lambda g: g("cobalt_allergy")),
    "neurological-loading": ("give", lambda g: loading_rule(g, nerves(g))),
    "standard-loading": ("give", lambda g: loading_rule(g, none_of(nerves(g)))),
    "neurological-referral": ("refer", lambda g: all_of(deficient(g), nerves(g))),
    "cord-or-optic-emergency": ("refer", lambda g: any_of(g("suspected_cord_lesion"), g("visual_loss"))),
    "worsening-on-loading": ("refer", worsening),
    "neurological-maintenance": (
        "give",
        lambda g: all_of(deficient(g), any_of(nerves(g), g("past_neurological_involvement"))),
    ),
    "standard-maintenance": ("give", standard_maintenance),
    "bariatric-maintenance": ("give", lambda g: g("bariatric_surgery")),
    "ileal-resection-prophylaxis": ("give", resected),
    "crohns-maintenance": ("give", extensive_crohns),
    "hydroxocobalamin-preferred": ("use", lambda g: all_of(indicated(g), none_of(g("hydroxocobalamin_unavailable")))),
    "renal-formulation": ("avoid", lambda g: g("renal_dysfunction")),
    "cyanocobalamin-has-no-schedule": ("decide", lambda g: all_of(indicated(g), other_drug(g))),
    "leber-cyanocobalamin": ("never", lambda g: g("leber_optic_neuropathy")),
    "injection-route": ("use", indicated),
    "deep-subcutaneous-off-label": ("decide", lambda g: is_(g("requested_route"), "deep_subcutaneous")),
    "preferred-sites": ("use", indicated),
    "avoid-buttock": ("avoid", indicated),
    "no-intravenous": ("avoid", indicated),
    "platelets-standard": ("use", lambda g: band(g, lambda n: n > 50)),
    "platelets-fine-needle": ("use", lambda g: band(g, lambda n: 25 <= n <= 50)),
    "platelets-treat-anyway": ("use", lambda g: all_of(band(g, lambda n: n < 25), nerves(g))),
    "platelets-very-low": ("decide", lambda g: all_of(band(g, lambda n: n < 25), none_of(nerves(g)))),
    "platelets-transfusion": ("consider", lambda g: band(g, lambda n: n < 10)),
    "bleeding-risk": ("consider", lambda g: all_of(indicated(g), any_of(g("anticoagulant"), g("bleeding_disorder")))),
    "first-year-tests": ("check", deficient),
    "homocysteine-target": ("check", lambda g: all_of(raised_homocysteine(g), none_of(g("renal_dysfunction")))),
    "homocysteine-in-renal": ("check", lambda g: all_of(raised_homocysteine(g), g("renal_dysfunction"))),
    "anemia-resolution": ("check", lambda g: g("anemia_at_baseline")),
    "potassium-in-severe-anemia": ("check", lambda g: all_of(deficient(g), g("severe_anemia"))),
    "annual-tests": ("check", deficient),
    "recurrence-watch": ("check", maintained),
    "pregnancy-after-bariatric": ("check", lambda g: all_of(g("bariatric_surgery"), pregnant(g))),
    "crohns-screening": ("check", lambda g: g("crohns_disease")),
    "folic-acid-after-b12": (
        "never",
        lambda g: all_of(deficient(g), g("folic_acid_planned"), none_of(g("b12_treatment_given"))),
    ),
    "confirm-b12-before-folate": ("check", folate_check),
    "do-not-stop": ("avoid", lambda g: all_of(g("stop_requested"), none_of(g("cause_resolved")))),
    "cause-resolved": ("decide", lambda g: g("cause_resolved")),
    "recurrence-increase-frequency": ("decide", lambda g: all_of(maintained(g), g("neurological_recurrence"))),
    "no-titration-by-levels": ("avoid", maintained),
    "oral-maintenance-option": ("consider", oral_option),
    "pernicious-parenteral": ("avoid", lambda g: g("pernicious_anemia")),
    "pernicious-oral-refused-injection": (
        "decide",
        lambda g: all_of(g("pernicious_anemia"), g("intramuscular_refused")),
    ),
    "injection-refused": (
        "decide",
        lambda g: all_of(deficient(g), g("intramuscular_refused"), none_of(g("pernicious_anemia"))),
    ),
    "severe-parenteral": ("avoid", severe),
    "malabsorption-parenteral-first": (
        "avoid",
        lambda g: all_of(deficient(g), g("malabsorption"), none_of(complete(g))),
    ),
}
DECISIONS: dict[str, tuple[str, ...]] = {
    "loading": ("neurological-loading", "standard-loading"),
    "maintenance": (
        "neurological-maintenance", "standard-maintenance", "bariatric-maintenance",
        "ileal-resection-prophylaxis", "crohns-maintenance",
    ),
    "formulation": ("hydroxocobalamin-preferred", "cyanocobalamin-has-no-schedule"),
    "platelet-precautions": (
        "platelets-standard", "platelets-fine-needle", "platelets-treat-anyway", "platelets-very-low",
    ),
}  # fmt: skip
# How long until the next: the rank of clinical.md 4.4 (monthly, 2-monthly, 2-3-monthly, 3-monthly).
RANK = {
    "ileal-resection-prophylaxis": 1, "crohns-maintenance": 1, "neurological-maintenance": 2,
    "standard-maintenance": 3, "bariatric-maintenance": 4,
}  # fmt: skip
MONTHS = {1: (1, 1), 2: (2, 2), 3: (2, 3), 4: (3, 3)}
ORAL = ("bariatric-maintenance", "crohns-maintenance")
AGAINST_ORAL = ("pernicious-parenteral", "severe-parenteral", "malabsorption-parenteral-first")
STOPPING = ("adults-only", "cobalamin-hypersensitivity")
DECIDING = ("cobalt-allergy", "platelets-very-low", "cyanocobalamin-has-no-schedule")
PROPOSES = {rule: action in ("use", "consider", "decide") for rule, (action, _) in RULES.items()}
KEPT: tuple[str, ...] = ()  # every proposal to treat is moot
BESIDE = ("injection-route", "preferred-sites")


@cache
def reads(rule: str) -> tuple[str, ...]:
    """The facts that a rule's condition looks at, found by running it once."""
    seen: dict[str, None] = {}
    RULES[rule][1](lambda name: seen.setdefault(name))
    return tuple(seen)


def values(name: str) -> Iterable[Any]:
    return CHOICES.get(name) or NUMBERS.get(name) or (True, False)


def hangs_on(rule: str, facts: Facts) -> set[str]:
    """The unknown facts that can still change a rule's truth, as they are asked for."""
    found = undecided(rule, tuple(facts.get(name) for name in reads(rule)))
    return {told for name in found for told in asked_as(name, facts)}


@cache
def undecided(rule: str, answers: tuple[Any, ...]) -> frozenset[str]:
    """The unknown facts that can still change a rule's truth, by trying every value of them all."""
    known = dict(zip(reads(rule), answers, strict=True))
    names = [name for name, value in known.items() if value is None]
    found = set()
    for name in names:
        others = [other for other in names if other != name]
        for rest in product(*(few(other) for other in others)):
            trial = {**known, **dict(zip(others, rest, strict=True))}
            if len({RULES[rule][1]({**trial, name: value}.get) for value in few(name)}) > 1:
                found.add(name)
                break
    return frozenset(found)


FEW: dict[str, tuple[float, ...]] = {
    "age": (15, 16), "ileal_resection_length": (20, 21), "ileal_crohns_length": (30, 45, 61),
    "platelet_count": (5, 24, 25, 51), "homocysteine": (9, 10),
}  # fmt: skip


def few(name: str) -> Iterable[Any]:
    """One value out of every class of values that a rule can tell apart."""
    return FEW.get(name) or values(name)


def asked_as(name: str, facts: Facts) -> set[str]:
    """A derived fact by its own name when two or more of its parts are unknown, else the one part."""
    if name == "loading_complete" and facts.get("neurological_involvement") is None:
        told = asked_as("neurological_involvement", facts) if facts.by_nerves[0] is not facts.by_nerves[1] else set()
        return told | ({name} if None in facts.by_nerves else set())
    parts = {"neurological_involvement": SYMPTOMS, "renal_dysfunction": KIDNEY}.get(name, ())
    unknown = [part for part in parts if facts.get(part) is None]
    return {unknown[0] if len(unknown) == 1 else name}


# ---------------------------------------------------------------- lines and decisions (contract, section 4)


def judge(patient: dict[str, Any]) -> dict[str, Any]:
    """Everything the contract fixes about the plan for one patient."""
    facts = Facts(patient)
    facts.known["last_dose_of_another_drug"] = facts.last_is_other
    truth = {rule: when(facts.get) for rule, (_, when) in RULES.items()}
    open_ = {rule: hangs_on(rule, facts) for rule in RULES if truth[rule] is None}
    vague = {rule for rule, names in open_.items() if not names}
    lines = {rule: plain_line(rule, facts, open_) for rule in RULES if truth[rule] is not False}
    superseded = settle_maintenance(lines, truth, open_, vague)
    review(lines, truth, facts)
    gates = {rule for rule in (*STOPPING, *DECIDING) if truth[rule]}
    confirm(lines, truth, facts)
    withhold(lines, gates)
    decisions = {name: decide(name, truth, lines, gates, vague, superseded, facts) for name in DECISIONS}
    phase = phase_of(facts, gates)
    return {
        "facts": facts.known, "origins": origins(facts), "notices": facts.notices, "phase": phase,
        "loading doses": len(facts.loading_days), "gates": gates, "truth": truth,
        "decisions": decisions, "lines": lines, "vague": vague,
        "schedule": schedule(facts, phase, lines, decisions), "asked": asked(lines, facts, truth),
    }  # fmt: skip


def origins(facts: Facts) -> dict[str, str]:
    """Where each known fact was read."""
    newest = {test: day for day, test, _ in sorted(facts.results, key=lambda r: r[0])}
    found = {}
    for name, value in facts.known.items():
        stated = name in facts.stated and facts.stated[name] == value
        found[name] = f"result {newest[name]}" if name in newest else "stated" if stated else "derived"
    return found


def plain_line(rule: str, facts: Facts, open_: dict[str, set[str]]) -> dict[str, Any]:
    """A true line is firm, an unknown one hangs on its facts, and a vague one is a decision for the clinician."""
    action = RULES[rule][0]
    if rule == "no-intravenous" and facts.get("requested_route") == "intravenous":
        action = "never"
    names = open_.get(rule, set())
    line = {
        "action": action,
        "certainty": "provisional" if names else "firm",
        "if": names,
        "unless": set(),
        "confirm": set(),
        "may confirm": set(),
        "oral": None,
    }
    if rule in open_ and not names:
        line["action"] = "decide"
    if rule in ORAL:
        line["oral"] = oral(facts)
    return line


def oral(facts: Facts) -> set[str] | None:
    """Whether tablets are left as an alternative: None if struck out, else the facts that could strike them out."""
    truths = [RULES[rule][1](facts.get) for rule in AGAINST_ORAL]
    if True in truths:
        return None
    return set().union(
        *(hangs_on(rule, facts) for rule, truth in zip(AGAINST_ORAL, truths, strict=True) if truth is None)
    )


def settle_maintenance(
    lines: dict[str, Any], truth: dict[str, Truth], open_: dict[str, set[str]], vague: set[str]
) -> list[str]:
    """The shortest interval wins; what is longer has no line; what is shorter and open leaves it provisional."""
    names = [name for name in DECISIONS["maintenance"] if name in lines]
    true = [name for name in names if truth[name]]
    best = min((RANK[name] for name in true), default=None)
    superseded = [name for name in true if RANK[name] != best]
    for name in names:
        if best is not None and RANK[name] > best:
            lines.pop(name)
    for name in [n for n in true if n in lines]:
        shorter = [other for other in open_ if other in RANK and RANK[other] < best]
        lines[name]["unless"] = set().union(*(open_[other] for other in shorter))
        if lines[name]["unless"] or vague & set(RANK):
            lines[name]["certainty"] = "provisional"
    share_the_alternative(lines, truth, open_)
    return superseded


def share_the_alternative(lines: dict[str, Any], truth: dict[str, Truth], open_: dict[str, set[str]]) -> None:
    """Rules of one interval agree, and tablets are left only if all of them have them."""
    for name in [n for n in ORAL if n in lines and lines[n]["oral"] is not None]:
        for other in [o for o in RANK if o != name and RANK[o] == RANK[name] and o not in ORAL]:
            if truth[other]:
                lines[name]["oral"] = None
                break
            if truth[other] is None:
                lines[name]["oral"] |= open_[other]


def day_21_of(facts: Facts) -> date:
    """Day 21 of alternate-day loading: from the start, or from today if no injection is on record."""
    return (facts.start if facts.counted else facts.begins) + timedelta(days=21)


def review(lines: dict[str, Any], truth: dict[str, Truth], facts: Facts) -> None:
    """The review of day 21, while alternate-day loading runs and nobody has assessed it."""
    if facts.get("improvement") is not None or facts.on < day_21_of(facts):
        return
    if truth["neurological-loading"] is not False:
        whole = lines["neurological-loading"]
        lines["loading-review"] = {
            **whole,
            "action": "check",
            "unless": set(),
            "confirm": set(),
            "may confirm": set(),
            "oral": None,
        }


def confirm(lines: dict[str, Any], truth: dict[str, Truth], facts: Facts) -> None:
    """The open safety gates, on the lines that they could forbid."""
    open_gates = [gate for gate in (*STOPPING, *DECIDING) if truth[gate] is None]
    for rule, line in lines.items():
        for gate in open_gates:
            line["may confirm"] |= hangs_on(gate, facts)
            if line["action"] == "give":
                line["confirm"] |= {told for name in forbidding(gate, rule, facts) for told in asked_as(name, facts)}


def forbidding(gate: str, rule: str, facts: Facts) -> frozenset[str]:
    """The unknown facts on which a gate hangs wherever the line itself applies."""
    both = tuple(dict.fromkeys((*reads(gate), *reads(rule))))
    return forbids(gate, rule, both, tuple(facts.get(name) for name in both))


@cache
def forbids(gate: str, rule: str, names: tuple[str, ...], answers: tuple[Any, ...]) -> frozenset[str]:
    """Those unknown facts of a gate that change it although the rule holds."""
    known = dict(zip(names, answers, strict=True))
    found = set()
    for name in [name for name in reads(gate) if known[name] is None]:
        others = [other for other, value in known.items() if value is None and other != name]
        for rest in product(*(few(other) for other in others)):
            trials = [{**known, **dict(zip(others, rest, strict=True)), name: value} for value in few(name)]
            if len({RULES[gate][1](trial.get) for trial in trials if RULES[rule][1](trial.get)}) > 1:
                found.add(name)
                break
    return frozenset(found)


def withhold(lines: dict[str, Any], gates: set[str]) -> None:
    """Take away what a gate forbids: one that stops, all that proposes a treatment; one that decides, what is given."""
    gone = [rule for rule in lines if gates and rule in (*RANK, *DECISIONS["loading"])]
    if gates - {"cyanocobalamin-has-no-schedule"}:
        gone += BESIDE
    if gates & set(STOPPING):
        gone += [rule for rule in lines if PROPOSES.get(rule) and rule not in KEPT]
    for rule in gone:
        lines.pop(rule, None)


def scope(decision: str, facts: Facts) -> Truth:
    return deficient(facts.get) if decision == "loading" else indicated(facts.get)


def decide(
    name: str, truth: dict[str, Truth], lines: dict[str, Any], gates: set[str],
    vague: set[str], superseded: list[str], facts: Facts,
) -> dict[str, Any]:  # fmt: skip
    mine = [rule for rule in DECISIONS[name] if rule in lines]
    true = [rule for rule in mine if not lines[rule]["if"]]
    return {
        "outcome": outcome(name, mine, truth, lines, gates, vague, facts),
        "rules": true,
        "contenders": [rule for rule in mine if lines[rule]["if"]],
        "superseded": superseded if name == "maintenance" else [],
    }


def outcome(
    name: str,
    mine: list[str],
    truth: dict[str, Truth],
    lines: dict[str, Any],
    gates: set[str],
    vague: set[str],
    facts: Facts,
) -> str:
    """The first that holds: not applicable, stopped, decide, done, conflict, firm, silent, provisional."""
    if scope(name, facts) is False:
        return "not applicable"
    if gates & set(STOPPING):
        return "stopped"
    treats = name in ("loading", "maintenance")
    if (treats and gates) or gates & set(DECISIONS[name]) or vague & set(DECISIONS[name]):
        return "decide"
    if name == "loading" and complete(facts.get):
        return "done"
    firm = [rule for rule in mine if not lines[rule]["if"] and lines[rule]["certainty"] == "firm"]
    if firm:
        return "firm"
    return "silent" if scope(name, facts) and not mine and not any(truth[r] for r in DECISIONS[name]) else "provisional"


def phase_of(facts: Facts, gates: set[str]) -> str:
    """Where in the treatment the patient stands, or what is about to begin."""
    if gates & set(STOPPING):
        return "none"
    if deficient(facts.get) is None:
        return "unknown"
    if deficient(facts.get):
        return {True: "maintenance", False: "loading", None: "unknown"}[complete(facts.get)]
    return {True: "prophylaxis", False: "none", None: "unknown"}[indicated(facts.get)]


def asked(lines: dict[str, Any], facts: Facts, truth: dict[str, Truth]) -> set[str]:
    """The facts that must be asked: all those on which a line hangs, and the course of the illness."""
    found: set[str] = set()
    for line in lines.values():
        found |= line["if"] | line["unless"] | line["confirm"] | (line["oral"] or set())
    if "neurological-loading" in lines and truth["neurological-loading"] and facts.get("improvement") is None:
        found.add("improvement")
    return found


# ---------------------------------------------------------------- dates (contract, section 4)

Item = tuple[str, str, date, date, str, bool, bool, tuple[str, ...]]


def schedule(facts: Facts, phase: str, lines: dict[str, Any], decisions: dict[str, Any]) -> list[Item]:
    """What is due, overdue, or lies ahead within a year."""
    items = tests(facts, lines) + since_b12(facts, lines)
    if not facts.last_is_other:
        items += doses(facts, phase, lines, decisions)
    far = months_after(facts.on, 12)
    return sorted((item for item in items if item[2] <= far), key=lambda item: (item[2], item[3], item[1]))


def followed(name: str, lines: dict[str, Any], decisions: dict[str, Any]) -> tuple[str, bool] | None:
    """The give that the schedule follows, and whether it does so tentatively."""
    true = [rule for rule in decisions[name]["rules"] if lines[rule]["action"] == "give"]
    firm = [rule for rule in true if lines[rule]["certainty"] == "firm"]
    if firm:
        return firm[0], False
    return (true[0], True) if len(true) == 1 else None


def doses(facts: Facts, phase: str, lines: dict[str, Any], decisions: dict[str, Any]) -> list[Item]:
    if phase in ("maintenance", "prophylaxis"):
        rule = followed("maintenance", lines, decisions)
        return upkeep(facts, phase, *rule) if rule else []
    rule = followed("loading", lines, decisions) if phase == "loading" else None
    if rule is None:
        return []
    if rule[0] == "neurological-loading":
        return alternate_days(facts) + day_21(facts)
    six = six_doses(facts)
    after = followed("maintenance", lines, decisions)
    return six + (first_upkeep(facts, six, *after) if six and after else [])


def dose(rule: str, earliest: date, latest: date, on: date, tentative: bool = False, open_ended: bool = False) -> Item:
    return ("dose", rule, earliest, latest, state_of(earliest, latest, on), tentative, open_ended, ())


GAPS = {1: 2, 2: 2, 3: 3, 4: 2, 5: 2}  # days 0, 2, 4, 7, 9 and 11


def six_doses(facts: Facts) -> list[Item]:
    """The doses of the six that are still to come; a late one moves the rest and none is dropped."""
    given = len(facts.loading_days)
    if given >= 6:
        return []
    day = facts.loading_days[-1] + timedelta(days=GAPS[given]) if given else facts.begins
    items = []
    for number in range(given + 1, 7):
        items.append(dose("standard-loading", day, day, facts.on))
        day = max(day, facts.on) + timedelta(days=GAPS.get(number, 0))
    return items


def first_upkeep(facts: Facts, six: list[Item], rule: str, tentative: bool) -> list[Item]:
    """The first maintenance dose after a loading of fixed length."""
    low, high = MONTHS[RANK[rule]]
    last = max(six[-1][2], facts.on)
    return [dose(rule, months_after(last, low), months_after(last, high), facts.on, tentative)]


def alternate_days(facts: Facts) -> list[Item]:
    """Every other day up to the review of day 21; after an unassessed day 21 the next dose alone."""
    day = facts.loading_days[-1] + timedelta(days=2) if facts.loading_days else facts.begins
    items = [dose("neurological-loading", day, day, facts.on, open_ended=True)]
    day = max(day, facts.on) + timedelta(days=2)
    while day <= day_21_of(facts):
        items.append(dose("neurological-loading", day, day, facts.on, open_ended=True))
        day += timedelta(days=2)
    return items


def day_21(facts: Facts) -> list[Item]:
    if facts.get("improvement") is not None:
        return []
    day = day_21_of(facts)
    return [("review", "loading-review", day, day, state_of(day, day, facts.on), False, False, ())]


def upkeep(facts: Facts, phase: str, rule: str, tentative: bool) -> list[Item]:
    """Maintenance or prophylaxis: counted from the last dose really given, or begun on the first day."""
    low, high = MONTHS[RANK[rule]]
    if facts.last:
        first = months_after(facts.last, low), months_after(facts.last, high)
    else:
        begins = facts.begins if phase == "prophylaxis" else facts.on
        first = begins, begins
    items = [dose(rule, *first, facts.on, tentative)]
    going_on = first[0] > facts.on and facts.last is not None
    anchor = facts.last if going_on else max(first[0], facts.on)
    step = 1 if going_on else 0
    for k in range(1 + step, 14):
        earliest, latest = months_after(anchor, k * low), months_after(anchor, (k - 1) * low + high)
        items.append(dose(rule, earliest, latest, facts.on, tentative))
    return items


def tests(facts: Facts, lines: dict[str, Any]) -> list[Item]:
    """The tests of the first year, then the yearly ones; of those whose day has passed only the latest."""
    if lines.get("first-year-tests", {}).get("certainty") != "firm":
        return []
    bloods = ("serum_b12", "complete_blood_count", "homocysteine")
    dated = [("first-year-tests", months_after(facts.start, n), bloods) for n in (3, 6, 12)]
    dated += [("annual-tests", months_after(facts.start, 12 * n), ("serum_b12", "homocysteine")) for n in range(2, 140)]
    passed = [day for _, day, _ in dated if day < facts.on]
    items: list[Item] = []
    for rule, day, names in dated:
        left = tuple(name for name in names if not done(facts, name, day))
        if left and (day >= facts.on or day == passed[-1]):
            items.append(("test", rule, day, day, state_of(day, day, facts.on), False, False, left))
    return items


def done(facts: Facts, name: str, day: date) -> bool:
    """Whether a result of this test is dated no earlier than 30 days before the day."""
    stands = ("complete_blood_count", "hemoglobin") if name == "complete_blood_count" else (name,)
    return any(test in stands and on >= day - timedelta(days=30) for on, test, _ in facts.results)


def since_b12(facts: Facts, lines: dict[str, Any]) -> list[Item]:
    """The tests counted from the newest serum B12."""
    newest = max((day for day, test, _ in facts.results if test == "serum_b12"), default=None)
    items: list[Item] = []
    for rule, months in (("crohns-screening", 12), ("pregnancy-after-bariatric", 3)):
        if lines.get(rule, {}).get("certainty") == "firm":
            day = months_after(newest, months) if newest else facts.on
            items.append(("test", rule, day, day, state_of(day, day, facts.on), False, False, ("serum_b12",)))
    return items
