
"""Hand-made plans for the tests of show: a small guideline and patients that bring out every kind of line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from posology.model import (
    Above,
    Action,
    All,
    Any_,
    Decision,
    Dose,
    Fact,
    Give,
    Guideline,
    Is,
    Item,
    Line,
    Not,
    Notice,
    Period,
    Place,
    Plan,
    Question,
    Reference,
    Remark,
    Rule,
    Statement,
    Strike,
    Verdict,
)  # fmt: skip
from posology.schedule import due

D2, W1, M1, M2, M3 = Period(2, "D"), Period(1, "W"), Period(1, "M"), Period(2, "M"), Period(3, "M")
DRUG = "hydroxocobalamin"
NERVES = Give(
    DRUG, 1, 1, "intramuscular", 1, D2, D2, until="no further improvement", until_holds=Is("improvement", "plateau")
)
SIX = Give(DRUG, 1, 1, "intramuscular", 3, W1, W1, doses=6)
STANDARD = Give(DRUG, 1, 1, "intramuscular", 1, M2, M3, for_life=True)
TWO_MONTHLY = Give(DRUG, 1, 1, "intramuscular", 1, M2, M2, for_life=True)
THREE_MONTHLY = Give(DRUG, 1, 1, "intramuscular", 1, M3, M3, for_life=True)
MONTHLY = Give(DRUG, 1, 1, "intramuscular", 1, M1, M1, for_life=True)
TABLETS = Give("cyanocobalamin", 1, 2, "oral", 1, Period(1, "D"), Period(1, "D"), for_life=True)

REFERENCES = {
    ref.key: ref
    for ref in (
        Reference("1", "Guideline Directed Topic Overview", "digest", "listed", "An advisory board, 2025."),
        Reference("2", "Approach to the Deficiency", "digest", "listed", "A publisher of summaries, 2025."),
        Reference("4", "Injection Guidelines", "digest", "listed", "A publisher of summaries, 2025."),
        Reference(
            "5",
            "No entry in the article's list",
            "label",
            "dangling",
            "",
            "US product label (reconstructed, high confidence)",
        ),
        Reference(
            "6",
            "No entry in the article's list",
            "research",
            "dangling",
            "",
            "expert review (reconstructed, low confidence)",
        ),
        Reference("nice-ng239", "Deficiency in over 16s (NG239)", "guideline", "reconstructed", "NICE, 2024."),
    )
}


def _fact(name: str, short: str, kind: str = "yes/no", **more: object) -> Fact:
    phrase = name.replace("_", " ")
    return Fact(name, phrase, kind, short=short, question=f"Does the patient have {short}?", **more)  # type: ignore[arg-type]


FACTS = {
    fact.name: fact
    for fact in (
        _fact("b12_deficiency", "B12 deficiency"),
        _fact(
            "neurological_involvement",
            "neurological involvement",
            when=Any_((Is("gait_disturbance"), Is("cognitive_impairment"))),
        ),
        _fact("gait_disturbance", "gait disturbance"),
        _fact("cognitive_impairment", "cognitive impairment"),
        _fact("improvement", "improvement", "choice", choices=("improving", "plateau", "worsening")),
        _fact("platelet_count", "platelet count", "number", unit="10*9/L", low=0, high=2000),
        _fact("homocysteine", "homocysteine", "number", unit="umol/L", low=0, high=500),
        _fact("egfr", "eGFR", "number", unit="mL/min/1.73 m2", low=0, high=200),
        _fact("renal_dysfunction", "renal dysfunction", when=Not(Above("egfr", 60, 60, strict=False))),
        _fact("bariatric_surgery", "bariatric surgery"),
        _fact("ileal_resection_length", "length of ileum removed", "number", unit="cm", low=0, high=700),
        _fact("cobalamin_hypersensitivity", "hypersensitivity to cobalamins"),
        _fact("cobalt_allergy", "cobalt allergy"),
        _fact("suspected_cord_lesion", "suspected cord lesion"),
        _fact("folic_acid_planned", "folic acid planned"),
        _fact("loading_complete", "loading complete"),
        _fact("age", "age", "number", unit="years", low=0, high=120),
        _fact("serum_b12", "serum B12", "number", unit="ng/L", low=0, high=100000),
    )
}

DEFICIENT, NERVE = Is("b12_deficiency"), Is("neurological_involvement")
VIEW = Remark("view", "The US label loads with smaller daily amounts and goes on monthly.", ("5",))
GAP = Remark("gap", "The article does not say how long alternate-day loading may last.", ("2",))
CLASH = Remark("contradiction", "One place says for life, another only when malabsorption is the cause.", ("2", "4"))


def _rule(
    name: str,
    when: object,
    action: Action,
    heading: tuple[str, ...],
    text: str,
    cites: tuple[str, ...] = ("1", "2"),
    **more: object,
) -> Statement:
    own = {key: more.pop(key) for key in ("origin", "remarks") if key in more}
    rule = Rule(name, when, action, **more)  # type: ignore[arg-type]
    return Statement(
        name,
        text,
        "rule",
        own.get("origin", "article"),
        cites,
        Place("guideline.md", 10, heading),
        rule=rule,
        remarks=own.get("remarks", ()),
    )  # type: ignore[arg-type]


LOADING, UPKEEP, PLATELETS = ("Initial treatment",), ("Maintenance",), ("Administration", "Low platelets")
STATEMENTS = (
    _rule("neurological-loading", All((DEFICIENT, NERVE)), Action("give", gives=(NERVES,)), LOADING,
          "Start hydroxocobalamin 1 mg into the muscle every other day, and go on until the symptoms stop improving.", decision="loading", remarks=(VIEW, GAP)),
    _rule("standard-loading", All((DEFICIENT, Not(NERVE))), Action("give", gives=(SIX,)), LOADING,
          "Load with hydroxocobalamin 1 mg into the muscle three times a week for two weeks, six doses in all.", decision="loading"),
    _rule("neurological-maintenance", NERVE, Action("give", gives=(TWO_MONTHLY,)), UPKEEP,
          "After loading for nerve symptoms, give 1 mg into the muscle every 2 months for life.", decision="maintenance"),
    _rule("standard-maintenance", All((DEFICIENT, Not(NERVE), Not(Is("bariatric_surgery")))), Action("give", gives=(STANDARD,)), UPKEEP,
          "Without nerve symptoms, give 1 mg into the muscle every 2–3 months for life.", decision="maintenance", remarks=(CLASH,)),
    _rule("bariatric-maintenance", Is("bariatric_surgery"), Action("give", gives=(THREE_MONTHLY, TABLETS)), UPKEEP,
          "After bariatric surgery, give 1 mg into the muscle every 3 months, or 1–2 mg by mouth every day.", ("2", "4"), decision="maintenance"),
    _rule("ileal-resection-prophylaxis", Above("ileal_resection_length", 20, 20), Action("give", gives=(MONTHLY,)), UPKEEP,
          "After more than 20 cm of ileum has been removed, give 1 mg every month for life.", ("4",), decision="maintenance"),
    _rule("platelets-standard", Above("platelet_count", 50, 50), Action("use", "the standard technique"), PLATELETS,
          "Above 50 × 10⁹/L platelets the usual technique is safe.", ("4",), decision="platelet-precautions"),
    _rule("platelets-fine-needle", All((Above("platelet_count", 25, 25, strict=False), Not(Above("platelet_count", 50, 50)))),
          Action("use", "a fine needle and long pressure"), PLATELETS,
          "With 25–50 × 10⁹/L platelets take a fine needle (25–27 G) and press on the site for 5–10 minutes.", ("4",), decision="platelet-precautions"),
    _rule("neurological-referral", NERVE, Action("refer", urgency="urgent"), LOADING, "Ask neurology and hematology urgently; do not wait with treatment.", ("1",)),
    _rule("cord-or-optic-emergency", Is("suspected_cord_lesion"), Action("refer", urgency="emergency"), LOADING,
          "Admit the patient the same day when a lesion of the spinal cord is suspected.", ("nice-ng239",), origin="editors"),
    _rule("cobalamin-hypersensitivity", Is("cobalamin_hypersensitivity"), Action("never", "any cobalamin"), LOADING,
          "Never give any cobalamin to a patient who is hypersensitive to one.", ("5",), origin="editors", stops=(Strike("everything"),)),
)  # fmt: skip

GUIDELINE = Guideline(
    id="b12-injections",
    title="Vitamin B12 deficiency treated by injection",
    version="0.1.0",
    updated=date(2025, 12, 18),
    digest="sha256:" + "0123456789abcdef" * 4,
    facts=FACTS,
    statements=STATEMENTS,
    decisions={
        "loading": Decision("loading", "one", "article", DEFICIENT, rules=("neurological-loading", "standard-loading")),
        "maintenance": Decision(
            "maintenance", "shortest", "editors", Any_((DEFICIENT, Is("bariatric_surgery"), Above("ileal_resection_length", 20, 20))), after="loading",
            rules=("neurological-maintenance", "standard-maintenance", "bariatric-maintenance", "ileal-resection-prophylaxis"),
        ),
        "platelet-precautions": Decision("platelet-precautions", "one", "article", DEFICIENT, rules=("platelets-standard", "platelets-fine-needle")),
    },
    references=REFERENCES,
    meta={
        "next_review": "2026-12-18", "licence": "CC-BY-4.0", "source": "Renders an article of an open page that nobody had reviewed.",
        "disclaimer": "For healthcare professionals. It supports clinical judgment and does not replace it.",
    },
)  # fmt: skip
STATUS = {
    "id": GUIDELINE.id,
    "version": GUIDELINE.version,
    "updated": "2025-12-18",
    "digest": GUIDELINE.digest,
    "status": "submitted",
}


def line(rule: str, action: str, **more: object) -> Line:
    """A line of advice of the guideline above."""
    statement = GUIDELINE.named.get(rule)
    told = {
        "certainty": "firm", "text": statement.text if statement else rule, "origin": statement.origin if statement else "article",
        "heading": statement.place.heading if statement else (), "citations": tuple(REFERENCES[k] for k in (statement.citations if statement else ("4",))),
        "decision": statement.rule.decision if statement and statement.rule else None, "remarks": statement.remarks if statement else (),
    } | more  # fmt: skip
    return Line(rule, action, **told)  # type: ignore[arg-type]


ON = date(2026, 1, 5)
BECAUSE = {"b12_deficiency": True, "gait_disturbance": True}
GATES = ("cobalamin_hypersensitivity", "cobalt_allergy")
TESTS = ("serum_b12", "complete_blood_count", "homocysteine")


def item(first: date, last: date, what: str, rule: str, detail: str, number: int, on: date, **more: object) -> Item:
    """A dated item with the state that it has on a day."""
    state = "upcoming" if on < first else "due" if on <= last else "overdue"
    return Item(first, first, last, what, rule, detail, number, state, **more)  # type: ignore[arg-type]


def doses(give: Give, rule: str, anchor: date, count: int, on: date, number: int = 1, **more: object) -> list[Item]:
    """The next doses of a regimen after a day."""
    detail = f"{give.drug} 1 mg into the muscle"
    return [
        item(*due(give, anchor, 0, k), "dose", rule, detail, number + k - 1, on, **more) for k in range(1, count + 1)
    ]


def tests(start: date, on: date) -> list[Item]:
    """The first year's tests."""
    days = [start + timedelta(days=n) for n in (90, 181, 365)]
    return [
        item(d, d, "test", "first-year-tests", "serum B12, complete blood count, homocysteine", n, on, tests=TESTS)
        for n, d in enumerate(days, 1)
    ]


def loading_with_nerves() -> Plan:
    """The first day of alternate-day loading: urgent referral, fine needle, open gates, open questions."""
    start = [item(ON, ON, "dose", "neurological-loading", f"{DRUG} 1 mg into the muscle", 1, ON)]
    review = [
        item(
            ON + timedelta(days=21),
            ON + timedelta(days=21),
            "review",
            "loading-review",
            "is the patient still improving?",
            1,
            ON,
        )
    ]
    ahead = doses(NERVES, "neurological-loading", ON, 10, ON, 2, open_ended=True)
    return Plan(
        guideline=STATUS, patient="example-1", on=ON,
        facts={"b12_deficiency": (True, "stated"), "gait_disturbance": (True, "stated"), "cognitive_impairment": (False, "stated"),
               "neurological_involvement": (True, "derived"), "platelet_count": (30.0, "result 2026-01-02"), "folic_acid_planned": (True, "stated")},
        headline="Start hydroxocobalamin 1 mg into the muscle every other day until no further improvement, refer urgently, and never give folic acid first.",
        phase="loading",
        decisions={
            "loading": Verdict("firm", ("neurological-loading",)),
            "maintenance": Verdict("provisional", ("neurological-maintenance",), ("ileal-resection-prophylaxis",), ask=("ileal_resection_length",)),
            "platelet-precautions": Verdict("firm", ("platelets-fine-needle",)),
        },
        advice=(
            line("neurological-loading", "give", give=NERVES, because=BECAUSE, confirm=GATES),
            line("neurological-referral", "refer", urgency="urgent", because={"gait_disturbance": True}),
            line("cord-or-optic-emergency", "refer", urgency="emergency", certainty="provisional", if_=("suspected_cord_lesion",)),
            line("neurological-maintenance", "give", give=TWO_MONTHLY, because=BECAUSE, certainty="provisional", unless=("ileal_resection_length",), confirm=GATES),
            line("ileal-resection-prophylaxis", "give", give=MONTHLY, certainty="provisional", if_=("ileal_resection_length",), confirm=GATES),
            line("platelets-fine-needle", "use", because={"platelet_count": 30.0}),
            line("injection-route", "use", text="Inject into the muscle or deep under the skin.", citations=(REFERENCES["4"], REFERENCES["5"]), because={"b12_deficiency": True}),
            line("avoid-buttock", "avoid", text="Keep away from the buttock; the sciatic nerve is near.", because={"b12_deficiency": True}),
            line("folic-acid-after-b12", "never", text="Never start folic acid before the deficiency is treated: the blood may improve while the nerves get worse.",
                 citations=(REFERENCES["1"], REFERENCES["4"]), because={"b12_deficiency": True, "folic_acid_planned": True}),
            line("cobalamin-hypersensitivity", "never", certainty="provisional", if_=("cobalamin_hypersensitivity",)),
            line("first-year-tests", "check", text="Measure serum B12, complete blood count and homocysteine 3, 6 and 12 months after the start.", because={"b12_deficiency": True}),
            line("renal-formulation", "avoid", text="With poor kidneys, keep away from cyanocobalamin.", certainty="provisional", if_=("renal_dysfunction",)),
            line("platelets-transfusion", "consider", text="Below 10 × 10⁹/L, think of a platelet transfusion.", certainty="provisional", if_=("platelet_count",)),
        ),
        schedule=(*start, *ahead, *review, *tests(ON, ON)),
        ask=(
            Question("cobalamin_hypersensitivity", "Has the patient ever reacted badly to any cobalamin?", ("cobalamin-hypersensitivity", "neurological-loading"),
                     ((True, ("cobalamin-hypersensitivity",)), (False, ("neurological-loading",)))),
            Question("ileal_resection_length", "How many centimeters of ileum have been removed?", ("ileal-resection-prophylaxis", "neurological-maintenance")),
            Question("suspected_cord_lesion", "Is a lesion of the spinal cord suspected?", ("cord-or-optic-emergency",)),
            Question("renal_dysfunction", "Are the kidneys working poorly?", ("renal-formulation",)),
        ),
        notices=(
            Notice("citation", "Sources 5 and 6 are cited, but the article's list does not have them."),
            Notice("gap", "The guideline does not say how long alternate-day loading may last."),
        ),
    )  # fmt: skip


def late_third_dose() -> Plan:
    """Six-dose loading with the third dose four days late and the rest moved."""
    on = date(2026, 1, 13)
    given = tuple(Dose(d, DRUG, 1.0, "intramuscular") for d in (date(2026, 1, 5), date(2026, 1, 7)))
    late = item(date(2026, 1, 9), date(2026, 1, 9), "dose", "standard-loading", f"{DRUG} 1 mg into the muscle", 3, on)
    rest = [
        item(
            on + timedelta(days=n),
            on + timedelta(days=n),
            "dose",
            "standard-loading",
            f"{DRUG} 1 mg into the muscle",
            k,
            on,
        )
        for k, n in ((4, 3), (5, 5), (6, 7))
    ]
    upkeep = doses(STANDARD, "standard-maintenance", rest[-1].earliest, 5, on)
    return Plan(
        guideline=STATUS, patient="example-2", on=on,
        facts={"b12_deficiency": (True, "stated"), "neurological_involvement": (False, "stated"), "bariatric_surgery": (False, "stated"), "ileal_resection_length": (20.0, "stated")},
        headline="Give dose 3 of 6 of hydroxocobalamin 1 mg into the muscle today: it is 4 days late; then go on with the course.",
        phase="loading",
        decisions={"loading": Verdict("firm", ("standard-loading",)), "maintenance": Verdict("firm", ("standard-maintenance",)),
                   "platelet-precautions": Verdict("provisional", (), ("platelets-standard", "platelets-fine-needle"), ask=("platelet_count",))},
        advice=(
            line("standard-loading", "give", give=SIX, because={"b12_deficiency": True, "neurological_involvement": False}, confirm=GATES),
            line("standard-maintenance", "give", give=STANDARD, because={"b12_deficiency": True, "neurological_involvement": False, "bariatric_surgery": False}, confirm=GATES),
            line("platelets-standard", "use", certainty="provisional", if_=("platelet_count",)),
            line("platelets-fine-needle", "use", certainty="provisional", if_=("platelet_count",)),
        ),
        schedule=(late, *rest, *upkeep, *tests(date(2026, 1, 5), on)),
        ask=(Question("platelet_count", "What is the platelet count?", ("platelets-standard", "platelets-fine-needle")),),
        notices=(), given=given,
    )  # fmt: skip


def ten_years_of_injections() -> Plan:
    """Maintenance after sixty doses, the next one overdue, with a struck-out alternative and a superseded rule."""
    on = date(2026, 3, 20)
    days = [date(2016 + n // 6, 1 + 2 * (n % 6), 12) for n in range(60)]
    given = tuple(Dose(d, DRUG, 1.0, "intramuscular") for d in days)
    late = item(
        date(2026, 1, 12), date(2026, 1, 12), "dose", "neurological-maintenance", f"{DRUG} 1 mg into the muscle", 61, on
    )
    ahead = doses(TWO_MONTHLY, "neurological-maintenance", on, 6, on, 62)
    yearly = [
        item(
            date(2026, 2, 1),
            date(2026, 2, 1),
            "test",
            "annual-tests",
            "serum B12, homocysteine",
            1,
            on,
            tests=("serum_b12", "homocysteine"),
        )
    ]
    return Plan(
        guideline=STATUS | {"status": "approved"}, patient="example-3", on=on,
        facts={"b12_deficiency": (True, "stated"), "neurological_involvement": (True, "stated"), "bariatric_surgery": (True, "Condition/7"),
               "loading_complete": (True, "derived"), "serum_b12": (1500.0, "result 2025-02-03"), "homocysteine": (9.5, "result 2025-02-03"), "egfr": (45.0, "result 2025-02-03")},
        headline="Give the overdue hydroxocobalamin 1 mg into the muscle now, then every 2 months for life.",
        phase="maintenance",
        decisions={"loading": Verdict("done"), "maintenance": Verdict("firm", ("neurological-maintenance",), superseded=("bariatric-maintenance",)),
                   "platelet-precautions": Verdict("silent")},
        advice=(
            line("neurological-maintenance", "give", give=TWO_MONTHLY, because={"neurological_involvement": True},
                 alternatives=((THREE_MONTHLY, ("cobalt_allergy",)),), struck=((TABLETS, "renal-formulation"),)),
            line("do-not-stop", "avoid", text="Do not stop because the level is normal.", because={"serum_b12": 1500.0}),
            line("cord-or-optic-emergency", "refer", urgency="emergency", because={"suspected_cord_lesion": True}),
            line("recurrence-increase-frequency", "decide", text="Decide how much more often to inject when nerve symptoms return.", because={"neurological_involvement": True},
                 citations=(REFERENCES["6"],)),
        ),
        schedule=(late, *yearly, *ahead),
        ask=(),
        notices=(Notice("conflict", "The article gives two intervals for this patient; the editors let the shortest win."), Notice("input", "Doses by vein were not counted.")),
        given=given,
    )  # fmt: skip


def nothing_known() -> Plan:
    """A patient of whom nothing is known: nothing is dated, and the plan asks."""
    return Plan(
        guideline=STATUS | {"status": "under review"}, patient=None, on=ON, facts={}, headline="Ask first whether there is a deficiency; until then no treatment follows.",
        phase="unknown",
        decisions={"loading": Verdict("provisional", (), ("neurological-loading", "standard-loading"), ask=("b12_deficiency",)), "maintenance": Verdict("not applicable")},
        advice=(
            line("neurological-loading", "give", give=NERVES, certainty="provisional", if_=("b12_deficiency", "neurological_involvement")),
            line("standard-loading", "give", give=SIX, certainty="provisional", if_=("b12_deficiency", "neurological_involvement")),
        ),
        schedule=(),
        ask=(Question("b12_deficiency", "Does the patient have a diagnosed or suspected deficiency?", ("neurological-loading", "standard-loading")),),
        notices=(),
    )  # fmt: skip


def withheld() -> Plan:
    """A safety gate holds: the treatment is withheld, and a clinician decides."""
    plan = late_third_dose()
    gate = line("cobalamin-hypersensitivity", "never", because={"cobalamin_hypersensitivity": True})
    choice = line("cobalt-allergy", "decide", text="Decide with an allergist whether a trial dose is safe.", because={"cobalt_allergy": True}, origin="editors",
                  citations=(REFERENCES["nice-ng239"],), alternatives=((SIX, ()),))  # fmt: skip
    verdicts = {
        "loading": Verdict("stopped"),
        "maintenance": Verdict("conflict", ("standard-maintenance", "bariatric-maintenance")),
    }
    facts = dict(plan.facts) | {"cobalamin_hypersensitivity": (True, "stated")}
    headline = "Give no cobalamin: the patient is hypersensitive to it."
    return replace(
        plan,
        facts=facts,
        headline=headline,
        decisions=verdicts,
        advice=(gate, choice),
        schedule=(),
        phase="none",
        ask=(),
    )


ALL = {p.__name__: p for p in (loading_with_nerves, late_third_dose, ten_years_of_injections, nothing_known, withheld)}
