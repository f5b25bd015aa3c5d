"""The thirty boundary vignettes of the clinical dossier, every boundary of the rules, and the course day by day.

A test's name is a claim, and nearly always a sentence of the contract.
"""

from __future__ import annotations

from typing import Any

import pytest

from patients import (
    NERVES,
    NO_NERVES,
    NOTHING_SEVERE,
    NOTHING_SPECIAL,
    PLAIN,
    SAFE,
    SIX,
    asked,
    dated,
    firm,
    guideline,
    line,
    plan_of,
    told,
)  # fmt: skip

UNASKED = ("improvement",)


def outcome(made: dict[str, Any], decision: str) -> Any:
    """The rules of a decision, or its outcome when no rule holds."""
    found = made["decisions"][decision]
    return found["rules"] if found["outcome"] == "firm" else found["outcome"]


def interval(made: dict[str, Any]) -> list[str]:
    """The interval of the first maintenance rule."""
    (rule, *_) = made["decisions"]["maintenance"]["rules"]
    every = line(made, rule)["give"]["every"]  # type: ignore[index]
    return [every["low"], every["high"]]


def routes(found: dict[str, Any] | None) -> list[str]:
    """The routes of a line's alternatives."""
    assert found is not None
    return [give["route"] for give in found["alternatives"]]


# ---------------------------------------------------------------- the vignettes of the dossier


def test_vignette_1_improving_on_day_20_goes_on_with_loading_and_refers() -> None:
    made = plan_of(told("2026-01-25", ["2026-01-05", "2026-01-24"], **NERVES | {"improvement": "improving"}))
    assert outcome(made, "loading") == ["neurological-loading"]
    assert "neurological-referral" in firm(made) and line(made, "neurological-referral")["urgency"] == "urgent"  # type: ignore[index]


def test_vignette_2_a_plateau_leads_to_every_two_months() -> None:
    made = plan_of(told(doses=["2026-01-05"], **NERVES | {"improvement": "plateau"}))
    assert outcome(made, "loading") == "done" and made["phase"] == "maintenance"
    assert interval(made) == ["P2M", "P2M"]


def test_vignette_3_five_doses_leave_one_to_give() -> None:
    made = plan_of(told("2026-01-15", SIX[:5], **PLAIN))
    assert outcome(made, "loading") == ["standard-loading"]
    assert [day for day, *_ in dated(made)][:1] == ["2026-01-16"]
    assert len([item for item in made["schedule"] if item["rule"] == "standard-loading"]) == 1


def test_vignette_4_six_doses_lead_to_every_2_to_3_months() -> None:
    made = plan_of(told("2026-01-17", SIX, **PLAIN))
    assert made["phase"] == "maintenance" and interval(made) == ["P2M", "P3M"]


@pytest.mark.parametrize(
    ("number", "platelets", "nerves", "expected", "transfusion"),
    [
        (5, 50, False, ["platelets-fine-needle"], False), (6, 50.1, False, ["platelets-standard"], False),
        (7, 25, False, ["platelets-fine-needle"], False), (8, 24.9, False, "decide", False),
        (9, 24.9, True, ["platelets-treat-anyway"], False), (10, 10, True, ["platelets-treat-anyway"], False),
        (11, 9.9, True, ["platelets-treat-anyway"], True), (12, 9.9, False, "decide", True),
    ],
)  # fmt: skip
def test_vignettes_5_to_12_platelets(
    number: int, platelets: float, nerves: bool, expected: Any, transfusion: bool
) -> None:
    made = plan_of(told(**PLAIN | {"platelet_count": platelets, "neurological_involvement": nerves}))
    assert outcome(made, "platelet-precautions") == expected
    assert ("platelets-transfusion" in firm(made)) is transfusion
    assert ("platelets-very-low" in firm(made)) is (expected == "decide")


def test_vignette_13_fifty_thousand_platelets_are_a_unit_error() -> None:
    from posology.findings import Refused

    with pytest.raises(Refused) as refused:
        plan_of(told(**PLAIN | {"platelet_count": 50000}))
    assert [fault.place for fault in refused.value.findings] == ["facts.platelet_count"]


def test_vignette_14_a_resection_of_20_cm_is_no_ground() -> None:
    made = plan_of(told(**PLAIN | {"ileal_resection_length": 20}))
    assert line(made, "ileal-resection-prophylaxis") is None and outcome(made, "maintenance") == [
        "standard-maintenance"
    ]


def test_vignette_15_a_resection_of_20_1_cm_is_loaded_and_then_monthly() -> None:
    made = plan_of(told(**PLAIN | {"ileal_resection_length": 20.1}))
    assert outcome(made, "loading") == ["standard-loading"] and outcome(made, "maintenance") == [
        "ileal-resection-prophylaxis"
    ]
    assert dated(made)[6][:2] == ("2026-02-28", "2026-02-28")  # a month after the last of six doses, on 31 January


def test_vignette_16_crohns_of_30_cm_is_screened_only() -> None:
    made = plan_of(told(**PLAIN | {"b12_deficiency": False, "crohns_disease": True, "ileal_crohns_length": 30}))
    assert line(made, "crohns-maintenance") is None and "crohns-screening" in firm(made) and made["phase"] == "none"


def test_vignette_17_crohns_of_45_cm_without_deficiency_is_left_to_the_clinician_with_tablets() -> None:
    made = plan_of(told(**PLAIN | {"b12_deficiency": False, "crohns_disease": True, "ileal_crohns_length": 45}))
    found = line(made, "crohns-maintenance")
    assert found and (found["action"], found["certainty"]) == ("decide", "firm")
    assert routes(found) == ["intramuscular", "oral"] and outcome(made, "maintenance") == "decide"
    assert made["ask"] == [] or "ileal_crohns_length" not in asked(made)


def test_vignette_18_crohns_of_45_cm_and_a_resection_of_25_cm_is_monthly_without_tablets() -> None:
    made = plan_of(told(**PLAIN | {"crohns_disease": True, "ileal_crohns_length": 45, "ileal_resection_length": 25}))
    assert "ileal-resection-prophylaxis" in made["decisions"]["maintenance"]["rules"]
    assert all(give["route"] != "oral" for found in made["advice"] for give in found["alternatives"])


def test_vignette_19_bariatric_surgery_with_nerves_is_every_two_months() -> None:
    made = plan_of(told(**NERVES | {"bariatric_surgery": True}))
    assert outcome(made, "maintenance") == ["neurological-maintenance"]
    assert (
        made["decisions"]["maintenance"]["superseded"] == ["bariatric-maintenance"]
        and line(made, "bariatric-maintenance") is None
    )


def test_vignette_20_pernicious_anemia_that_refuses_injections_is_decided_by_the_clinician() -> None:
    known = {
        "bariatric_surgery": True,
        "pernicious_anemia": True,
        "requested_route": "oral",
        "intramuscular_refused": True,
    }
    made = plan_of(told(doses=SIX, **PLAIN | known))
    assert {"pernicious-parenteral", "pernicious-oral-refused-injection"} <= firm(made)
    assert routes(line(made, "bariatric-maintenance")) == []


def test_vignette_21_folic_acid_before_b12_is_never() -> None:
    made = plan_of(told(**PLAIN | {"folic_acid_planned": True, "serum_b12": 160, "b12_treatment_given": False}))
    assert line(made, "folic-acid-after-b12")["action"] == "never" and "folic-acid-after-b12" in firm(made)  # type: ignore[index]
    assert "folic acid" in made["headline"]


def test_vignette_22_a_homocysteine_of_10_is_a_check_and_moves_nothing() -> None:
    known = PLAIN | {"renal_dysfunction": False}
    with_it, without = (
        plan_of(told(doses=SIX, **known | {"homocysteine": 10})),
        plan_of(told(doses=SIX, **known | {"homocysteine": 9.9})),
    )
    assert "homocysteine-target" in firm(with_it) and line(without, "homocysteine-target") is None
    assert with_it["schedule"] == without["schedule"]


def test_vignette_23_a_high_level_is_no_reason_to_stop() -> None:
    high, low = (
        plan_of(told(doses=SIX, **PLAIN | {"serum_b12": level, "stop_requested": True, "cause_resolved": False}))
        for level in (1500, 160)
    )
    assert {"do-not-stop", "no-titration-by-levels"} <= firm(high)
    assert high["schedule"] == low["schedule"] and high["decisions"] == low["decisions"]


def test_vignette_24_lebers_disease_allows_hydroxocobalamin() -> None:
    made = plan_of(told(**PLAIN | {"leber_optic_neuropathy": True, "formulation": "hydroxocobalamin"}))
    assert outcome(made, "loading") == ["standard-loading"] and outcome(made, "formulation") == [
        "hydroxocobalamin-preferred"
    ]


def test_vignette_25_lebers_disease_forbids_cyanocobalamin() -> None:
    made = plan_of(told(**PLAIN | {"leber_optic_neuropathy": True, "formulation": "cyanocobalamin"}))
    assert line(made, "leber-cyanocobalamin")["action"] == "never" and "leber-cyanocobalamin" in firm(made)  # type: ignore[index]


def test_vignette_26_unknown_nerves_are_asked_and_not_taken_as_no() -> None:
    made = plan_of(told(b12_deficiency=True))
    assert outcome(made, "loading") == "provisional" and "neurological_involvement" in asked(made)
    assert dated(made) == []


def test_vignette_27_age_15_is_referred_and_not_treated() -> None:
    made = plan_of(told(**PLAIN | {"age": 15}))
    assert line(made, "adults-only")["action"] == "refer" and outcome(made, "loading") == "stopped"  # type: ignore[index]
    assert made["phase"] == "none" and dated(made) == []


def test_vignette_28_a_resolved_dietary_cause_is_the_clinicians_decision() -> None:
    made = plan_of(told(doses=SIX, **PLAIN | {"dietary_cause": True, "cause_resolved": True, "stop_requested": True}))
    assert line(made, "cause-resolved")["action"] == "decide" and line(made, "do-not-stop") is None  # type: ignore[index]


@pytest.mark.parametrize(
    ("pregnancy", "checked"), [("planning", True), ("pregnant", True), ("none", False), ("breastfeeding", False)]
)
def test_vignette_29_pregnancy_after_bariatric_surgery_is_checked(pregnancy: str, checked: bool) -> None:
    made = plan_of(told(**PLAIN | {"bariatric_surgery": True, "pregnancy": pregnancy}))
    assert ("pregnancy-after-bariatric" in firm(made)) is checked


def test_vignette_30_a_vein_is_never() -> None:
    made = plan_of(told(**PLAIN | {"requested_route": "intravenous"}))
    assert line(made, "no-intravenous")["action"] == "never"  # type: ignore[index]
    assert line(plan_of(told(**PLAIN)), "no-intravenous")["action"] == "avoid"  # type: ignore[index]


# ---------------------------------------------------------------- the boundaries of section 3


@pytest.mark.parametrize(("age", "treated"), [(14, False), (15, False), (16, True), (17, True)])
def test_adults_are_16_and_over(age: int, treated: bool) -> None:
    assert (outcome(plan_of(told(**PLAIN | {"age": age})), "loading") == ["standard-loading"]) is treated


@pytest.mark.parametrize(
    ("count", "rule"),
    [(24, "decide"), (24.9, "decide"), (25, "platelets-fine-needle"), (26, "platelets-fine-needle"),
     (49, "platelets-fine-needle"),
     (50, "platelets-fine-needle"), (50.1, "platelets-standard"), (51, "platelets-standard")],
)  # fmt: skip
def test_25_and_50_both_belong_to_the_fine_needle(count: float, rule: str) -> None:
    made = plan_of(told(**PLAIN | {"platelet_count": count}))
    assert outcome(made, "platelet-precautions") == (rule if rule == "decide" else [rule])


@pytest.mark.parametrize(("count", "holds"), [(9, True), (9.9, True), (10, False), (11, False)])
def test_10_is_not_below_10(count: float, holds: bool) -> None:
    assert ("platelets-transfusion" in firm(plan_of(told(**NERVES | {"platelet_count": count})))) is holds


@pytest.mark.parametrize(("length", "holds"), [(19, False), (20, False), (20.1, True), (21, True)])
def test_a_resection_of_exactly_20_cm_does_not_match(length: float, holds: bool) -> None:
    made = plan_of(told(**PLAIN | {"ileal_resection_length": length}))
    assert ("ileal-resection-prophylaxis" in firm(made)) is holds


@pytest.mark.parametrize(
    ("length", "expected"),
    [(29, ["standard-maintenance"]), (30, ["standard-maintenance"]), (30.1, "decide"), (31, "decide"),
     (59, "decide"), (60, "decide"),
     (60.1, ["crohns-maintenance"]), (61, ["crohns-maintenance"])],
)  # fmt: skip
def test_crohns_disease_above_60_cm_matches_up_to_30_not_and_between_is_vague(length: float, expected: Any) -> None:
    made = plan_of(told(**PLAIN | {"crohns_disease": True, "ileal_crohns_length": length}))
    assert outcome(made, "maintenance") == expected
    assert "ileal_crohns_length" not in asked(made)


@pytest.mark.parametrize(("egfr", "holds"), [(59, True), (59.9, True), (60, False), (61, False)])
def test_an_egfr_below_60_is_renal_dysfunction(egfr: float, holds: bool) -> None:
    kidney = {"chronic_kidney_disease": False, "diabetic_nephropathy": False, "dialysis": False, "egfr": egfr}
    assert ("renal-formulation" in firm(plan_of(told(**PLAIN | kidney)))) is holds


@pytest.mark.parametrize(("level", "holds"), [(9, False), (9.9, False), (10, True), (11, True)])
def test_a_homocysteine_of_10_or_more_misses_the_target_unless_the_kidneys_explain_it(
    level: float, holds: bool
) -> None:
    assert (
        "homocysteine-target" in firm(plan_of(told(**PLAIN | {"homocysteine": level, "renal_dysfunction": False})))
    ) is holds
    assert (
        line(plan_of(told(**PLAIN | {"homocysteine": level, "renal_dysfunction": True})), "homocysteine-target") is None
    )


@pytest.mark.parametrize(("given", "expected"), [(5, ["standard-loading"]), (6, "done"), (7, "done")])
def test_standard_loading_is_complete_after_six_doses(given: int, expected: Any) -> None:
    assert outcome(plan_of(told(doses=[*SIX, "2026-01-19"][:given], **PLAIN)), "loading") == expected


# ---------------------------------------------------------------- which rule wins (sections 3 and 4)


@pytest.mark.parametrize(
    ("known", "rules", "superseded"),
    [
        ({}, ["standard-maintenance"], []),
        ({"neurological_involvement": True}, ["neurological-maintenance"], []),
        ({"past_neurological_involvement": True}, ["neurological-maintenance"], []),
        ({"bariatric_surgery": True}, ["bariatric-maintenance"], []),
        ({"bariatric_surgery": True, "past_neurological_involvement": True},
         ["neurological-maintenance"], ["bariatric-maintenance"]),
        ({"bariatric_surgery": True, "ileal_resection_length": 25},
         ["ileal-resection-prophylaxis"], ["bariatric-maintenance"]),
        ({"neurological_involvement": True, "bariatric_surgery": True, "ileal_resection_length": 25},
         ["ileal-resection-prophylaxis"],
         ["neurological-maintenance", "bariatric-maintenance"]),
        ({"crohns_disease": True, "ileal_crohns_length": 61, "ileal_resection_length": 25},
         ["ileal-resection-prophylaxis", "crohns-maintenance"], []),
    ],
)  # fmt: skip
def test_of_all_rules_that_apply_the_shortest_interval_wins(
    known: dict[str, Any], rules: list[str], superseded: list[str]
) -> None:
    made = plan_of(told(**PLAIN | known))
    assert outcome(made, "maintenance") == rules
    assert sorted(made["decisions"]["maintenance"]["superseded"]) == sorted(superseded)
    assert not set(superseded) & {found["rule"] for found in made["advice"]}


def test_rules_that_agree_are_dated_once_by_the_first_in_the_file_and_tablets_survive_only_if_all_have_them() -> None:
    made = plan_of(
        told(doses=SIX, **PLAIN | {"crohns_disease": True, "ileal_crohns_length": 61, "ileal_resection_length": 25})
    )
    assert {item["rule"] for item in made["schedule"] if item["what"] == "dose"} == {"ileal-resection-prophylaxis"}
    assert routes(line(made, "crohns-maintenance")) == []


@pytest.mark.parametrize(
    "ground",
    [{"bariatric_surgery": True}, {"ileal_resection_length": 25}, {"crohns_disease": True, "ileal_crohns_length": 61}],
)
def test_prophylaxis_without_deficiency_loads_nothing(ground: dict[str, Any]) -> None:
    made = plan_of(told(**PLAIN | {"b12_deficiency": False} | ground))
    assert made["phase"] == "prophylaxis" and outcome(made, "loading") == "not applicable"
    assert made["decisions"]["maintenance"]["outcome"] == "firm" and dated(made)[0] == (
        "2026-01-20",
        "2026-01-20",
        "due",
    )


def test_a_vague_rule_is_a_firm_decision_and_another_true_give_stays_provisional_and_tentative() -> None:
    known = {"improvement": "plateau", "crohns_disease": True, "ileal_crohns_length": 45}
    made = plan_of(told(doses=["2026-01-10"], **NERVES | known))
    vague, true = line(made, "crohns-maintenance"), line(made, "neurological-maintenance")
    assert vague and (vague["action"], vague["certainty"]) == ("decide", "firm")
    assert true and (true["certainty"], true["if"], true["unless"]) == ("provisional", [], [])
    assert outcome(made, "maintenance") == "decide"
    doses = [item for item in made["schedule"] if item["what"] == "dose"]
    assert doses and all(item["tentative"] and item["rule"] == "neurological-maintenance" for item in doses)


def test_a_vague_rule_is_a_decision_even_beside_a_rule_of_its_own_interval() -> None:
    made = plan_of(
        told(doses=SIX, **PLAIN | {"crohns_disease": True, "ileal_crohns_length": 45, "ileal_resection_length": 25})
    )
    assert outcome(made, "maintenance") == "decide" and "crohns-maintenance" in firm(made)
    assert line(made, "ileal-resection-prophylaxis")["certainty"] == "provisional"  # type: ignore[index]


def test_severe_or_pernicious_or_malabsorbing_patients_get_no_tablets_before_loading_is_complete() -> None:
    bariatric = PLAIN | {"bariatric_surgery": True}
    assert routes(line(plan_of(told(**bariatric)), "bariatric-maintenance")) == ["oral"]
    for fact in ("pernicious_anemia", "severe_deficiency", "malabsorption"):
        assert routes(line(plan_of(told(**bariatric | {fact: True})), "bariatric-maintenance")) == []
    after = plan_of(told(doses=SIX, **bariatric | {"malabsorption": True}))
    assert routes(line(after, "bariatric-maintenance")) == ["oral"]


def test_an_alternative_that_an_unknown_rule_could_strike_carries_its_own_unless() -> None:
    known = PLAIN | {"bariatric_surgery": True}
    del known["pernicious_anemia"]
    made = plan_of(told(doses=SIX, **known))
    found = line(made, "bariatric-maintenance")
    assert found and found["certainty"] == "firm" and found["alternatives"][0]["unless"] == ["pernicious_anemia"]
    assert "pernicious_anemia" in asked(made)


def test_an_unknown_rule_of_the_same_interval_could_strike_the_alternative() -> None:
    known = PLAIN | {"b12_deficiency": False, "crohns_disease": True, "ileal_crohns_length": 61}
    del known["ileal_resection_length"]
    found = line(plan_of(told(**known)), "crohns-maintenance")
    assert found and found["certainty"] == "firm" and found["alternatives"][0]["unless"] == ["ileal_resection_length"]
    contender = line(
        plan_of(told(**{k: v for k, v in known.items() if k != "ileal_crohns_length"})), "crohns-maintenance"
    )
    assert contender and contender["if"] and contender["alternatives"][0]["unless"] == ["ileal_resection_length"]


def test_a_contender_offers_no_tablets_that_a_true_rule_would_strike() -> None:
    known = PLAIN | {"b12_deficiency": False, "crohns_disease": True, "ileal_resection_length": 25}
    found = line(plan_of(told(**known)), "crohns-maintenance")
    assert found and found["if"] == ["ileal_crohns_length"] and routes(found) == []


# ---------------------------------------------------------------- safety gates


@pytest.mark.parametrize("gate", [{"age": 15}, {"cobalamin_hypersensitivity": True}])
@pytest.mark.parametrize("given", [(), SIX])
def test_a_gate_that_stops_leaves_no_treatment_no_technique_and_no_tablets(
    gate: dict[str, Any], given: tuple[str, ...]
) -> None:
    made = plan_of(told(doses=given, **PLAIN | {"bariatric_surgery": True} | gate))
    assert made["phase"] == "none" and dated(made) == []
    assert {made["decisions"][name]["outcome"] for name in ("loading", "maintenance", "formulation")} == {"stopped"}
    lines = {found["rule"]: found["action"] for found in made["advice"]}
    assert "give" not in lines.values()
    assert (
        not {"injection-route", "preferred-sites", "hydroxocobalamin-preferred", "oral-maintenance-option"}
        & lines.keys()
    )
    assert all(not found["alternatives"] for found in made["advice"])


@pytest.mark.parametrize("stop", [{"age": 15}, {"cobalamin_hypersensitivity": True}])
@pytest.mark.parametrize(
    "other", [{"cobalt_allergy": True}, {"platelet_count": 20}, {"hydroxocobalamin_unavailable": True}]
)
def test_stopped_beats_decide_and_nothing_is_offered(stop: dict[str, Any], other: dict[str, Any]) -> None:
    made = plan_of(told(**PLAIN | stop | other))
    assert {made["decisions"][name]["outcome"] for name in ("loading", "maintenance", "formulation")} == {"stopped"}
    assert all(not found["alternatives"] for found in made["advice"]), (
        "a regimen is offered to somebody who must not have it"
    )


@pytest.mark.parametrize(
    ("gate", "rule"),
    [({"cobalt_allergy": True}, "cobalt-allergy"), ({"platelet_count": 24.9}, "platelets-very-low"),
     ({"hydroxocobalamin_unavailable": True}, "cyanocobalamin-has-no-schedule")],
)  # fmt: skip
def test_a_gate_that_decides_carries_the_withheld_treatments_as_alternatives(gate: dict[str, Any], rule: str) -> None:
    made = plan_of(told(**PLAIN | {"bariatric_surgery": True} | gate))
    assert outcome(made, "loading") == outcome(made, "maintenance") == "decide"
    found = line(made, rule)
    assert found and (found["action"], found["certainty"]) == ("decide", "firm")
    assert {("intramuscular", "P1W"), ("intramuscular", "P3M"), ("oral", "P1D")} == {
        (give["route"], give["every"]["low"]) for give in found["alternatives"]
    }
    assert dated(made) == []


def test_an_open_gate_leaves_the_line_firm_and_is_confirmed_and_asked() -> None:
    made = plan_of(told(b12_deficiency=True, gait_disturbance=True))
    found = line(made, "neurological-loading")
    assert found and found["certainty"] == "firm"
    assert {"age", "cobalamin_hypersensitivity", "cobalt_allergy"} <= set(found["confirm"]) <= asked(made)
    standard = line(plan_of(told(b12_deficiency=True, neurological_involvement=False)), "standard-loading")
    assert standard and "platelet_count" in standard["confirm"] and "leber_optic_neuropathy" not in standard["confirm"]


def test_an_open_never_stands_in_the_headline() -> None:
    made = plan_of(told(b12_deficiency=True, gait_disturbance=True))
    assert made["headline"].count("never") >= 1 and "hypersensitivity" in made["headline"]


# ---------------------------------------------------------------- derived facts


def test_any_symptom_is_involvement_all_eight_no_is_none_and_a_hole_is_unknown() -> None:
    from oracle import SYMPTOMS

    none = dict.fromkeys(SYMPTOMS, False)
    for name in SYMPTOMS:
        assert plan_of(told(**{name: True}))["facts"]["neurological_involvement"]["value"] is True
        hole = plan_of(told(b12_deficiency=True, **{k: v for k, v in none.items() if k != name}))
        assert "neurological_involvement" not in hole["facts"]
        assert name in asked(hole) and "neurological_involvement" not in asked(hole)
    assert plan_of(told(**none))["facts"]["neurological_involvement"]["value"] is False


@pytest.mark.parametrize("fact", ["suspected_cord_lesion", "severe_neurological_symptoms", "neurological_recurrence"])
def test_a_stated_no_yields_to_a_cord_lesion_severity_or_recurrence_with_a_notice(fact: str) -> None:
    made = plan_of(told(b12_deficiency=True, neurological_involvement=False, **{fact: True}))
    assert made["facts"]["neurological_involvement"]["value"] is True
    assert any(notice["kind"] == "input" for notice in made["notices"])


def test_a_stated_value_wins_over_the_symptoms() -> None:
    made = plan_of(told(b12_deficiency=True, neurological_involvement=False, numbness=True))
    assert made["facts"]["neurological_involvement"] == {"value": False, "from": "stated"}


def test_ask_names_a_derived_fact_when_two_parts_are_unknown_and_the_part_when_one_is() -> None:
    kidney = {"egfr": 90, "chronic_kidney_disease": False, "diabetic_nephropathy": False}
    assert "dialysis" in asked(plan_of(told(b12_deficiency=True, **kidney)))
    two = asked(plan_of(told(b12_deficiency=True, egfr=90, chronic_kidney_disease=False)))
    assert "renal_dysfunction" in two and not {"dialysis", "diabetic_nephropathy"} & two


def test_a_dated_result_wins_over_the_stated_value_and_a_notice_says_so() -> None:
    made = plan_of(told(**PLAIN | {"platelet_count": 200, "results": ["2026-01-02 platelet_count 30"]}))
    assert made["facts"]["platelet_count"] == {"value": 30, "from": "result 2026-01-02"}
    assert any(notice["kind"] == "input" and "platelet" in notice["text"] for notice in made["notices"])


def test_the_newest_result_on_or_before_the_day_becomes_the_fact() -> None:
    rows = ["2026-01-20 platelet_count 30", "2026-01-19 platelet_count 60", "2026-01-21 platelet_count 90"]
    assert plan_of(told(results=rows))["facts"]["platelet_count"]["value"] == 30


def test_two_results_of_one_day_that_differ_are_not_decided_by_the_order_of_the_rows() -> None:
    rows = ["2026-01-10 platelet_count 20", "2026-01-10 platelet_count 60"]
    known = {k: v for k, v in PLAIN.items() if k != "platelet_count"}
    assert plan_of(told(results=rows, **known)) == plan_of(told(results=rows[::-1], **known))


def test_b12_treatment_given_is_read_from_the_dose_history() -> None:
    assert plan_of(told(doses=["2026-01-19 hydroxocobalamin oral"]))["facts"]["b12_treatment_given"]["value"] is True
    assert "b12_treatment_given" not in plan_of(told())["facts"]
    assert (
        plan_of(told(doses=["2026-01-19"], b12_treatment_given=False))["facts"]["b12_treatment_given"]["value"] is True
    )


# ---------------------------------------------------------------- when loading is complete


@pytest.mark.parametrize(
    ("known", "given", "on", "expected"),
    [
        (NERVES, SIX, "2026-01-20", False),
        (NERVES | {"improvement": "improving"}, SIX, "2026-01-20", False),
        (NERVES | {"improvement": "worsening"}, SIX, "2026-01-20", False),
        (NERVES | {"improvement": "plateau"}, SIX[:1], "2026-01-20", True),
        (PLAIN, SIX[:5], "2026-01-20", False),
        (PLAIN, SIX, "2026-01-20", True),
        (PLAIN, SIX, "2026-12-31", True),
        (PLAIN, SIX[:5], "2026-02-07", False),
        (PLAIN, SIX[:5], "2026-02-08", None),
        (PLAIN | {"loading_complete": True}, SIX[:5], "2026-02-08", True),
        (PLAIN, ("2026-01-01", "2026-01-25"), "2026-01-26", False),
        (PLAIN, ("2026-01-01", "2026-01-26"), "2026-01-27", None),
        (PLAIN, ("2025-10-01", "2025-10-26", "2025-11-20"), "2025-11-21", None),
        (PLAIN, ("2025-10-01", "2025-10-26", "2025-11-20", "2025-12-15"), "2025-12-16", True),
        (PLAIN, ("2025-10-01", "2025-10-26", "2025-11-20", "2025-12-14"), "2025-12-16", None),
        (NERVES, ("2025-10-01", "2025-10-26", "2025-11-20", "2025-12-15"), "2025-12-16", True),
        (NERVES, ("2025-10-01", "2025-10-26"), "2025-10-27", None),
    ],
)  # fmt: skip
def test_loading_complete_follows_the_record(
    known: dict[str, Any], given: tuple[str, ...], on: str, expected: bool | None
) -> None:
    made = plan_of(told(on, given, **known))
    assert made["facts"].get("loading_complete", {}).get("value") is expected
    if expected is None:
        assert "loading_complete" in asked(made) and made["phase"] == "unknown" and dated(made) == []


@pytest.mark.parametrize(
    ("known", "given", "expected"),
    [
        ({}, (), False),
        ({}, SIX, None),
        ({"improvement": "plateau"}, (), None),
        ({"improvement": "plateau"}, SIX, True),
        ({}, SIX[:5], False),
    ],
)
def test_with_unknown_nerves_loading_is_what_both_agree_on(
    known: dict[str, Any], given: tuple[str, ...], expected: bool | None
) -> None:
    made = plan_of(told(doses=given, b12_deficiency=True, **known))
    assert made["facts"].get("loading_complete", {}).get("value") is expected


def test_no_deficiency_does_not_take_the_answer_back() -> None:
    for known in ({}, {"b12_deficiency": False}, {"b12_deficiency": True}):
        assert plan_of(told(doses=SIX[:1], **known))["facts"]["loading_complete"]["value"] is False


def test_not_assessed_counts_as_no_and_improvement_is_asked() -> None:
    made = plan_of(told("2026-01-06", ["2026-01-05"], **NERVES))
    assert "neurological-loading" in firm(made) and "improvement" in asked(made)


def test_a_record_of_long_gaps_counts_as_maintenance_with_a_notice() -> None:
    days = ["2025-06-10", "2025-08-20", "2025-11-05", "2026-01-20"]
    made = plan_of(told("2026-03-25", days, **PLAIN))
    assert made["phase"] == "maintenance" and any(
        n["kind"] == "input" and "record" in n["text"] for n in made["notices"]
    )
    assert dated(made)[0] == ("2026-03-20", "2026-04-20", "due")


# ---------------------------------------------------------------- which doses count


def test_two_doses_on_one_day_count_once_and_are_noticed() -> None:
    made = plan_of(told("2026-01-17", [*SIX[:5], SIX[4]], **PLAIN))
    assert outcome(made, "loading") == ["standard-loading"] and any(n["kind"] == "input" for n in made["notices"])


def test_two_drugs_on_one_day_are_read_the_same_in_any_order() -> None:
    rows = ["2026-01-18 cyanocobalamin intramuscular", "2026-01-18", "2026-01-19"]
    made = plan_of(told(doses=rows, **PLAIN))
    assert plan_of(told(doses=[rows[1], rows[2], rows[0]], **PLAIN)) == made
    assert next(item["number"] for item in made["schedule"] if item["what"] == "dose") == 3


def test_only_the_loading_drug_by_injection_since_the_start_counts_for_loading() -> None:
    others = [
        "2026-01-06 cyanocobalamin intramuscular",
        "2026-01-08 hydroxocobalamin oral",
        "2026-01-10 hydroxocobalamin intravenous",
    ]
    made = plan_of(told("2026-01-15", [*SIX[:5], *others], **PLAIN))
    assert outcome(made, "loading") == ["standard-loading"]
    assert plan_of(told("2026-01-15", [*SIX[:5], "2026-01-15"], start="2026-01-06", **PLAIN))["phase"] == "loading"
    deep = [f"{day} hydroxocobalamin deep_subcutaneous" for day in SIX]
    assert plan_of(told(doses=deep, **PLAIN))["phase"] == "maintenance"


def test_a_dose_into_a_vein_is_noticed_and_not_counted() -> None:
    made = plan_of(told("2026-01-17", [*SIX[:5], "2026-01-16 hydroxocobalamin intravenous"], **PLAIN))
    assert made["phase"] == "loading" and any("intravenous" in n["text"] for n in made["notices"])


def test_after_a_last_dose_of_another_drug_the_next_is_not_dated() -> None:
    made = plan_of(told("2026-01-20", [*SIX, "2026-01-19 cyanocobalamin intramuscular"], **PLAIN))
    assert dated(made) == [] and "cyanocobalamin-has-no-schedule" in firm(made)
    assert outcome(made, "formulation") == outcome(made, "maintenance") == "decide"
    assert dated(plan_of(told("2026-01-20", [*SIX, "2026-01-19 cyanocobalamin oral"], **PLAIN)))


def test_a_dose_after_the_day_is_an_error() -> None:
    from posology.findings import Refused

    with pytest.raises(Refused):
        plan_of(told("2026-01-20", ["2026-01-21"], **PLAIN))


# ---------------------------------------------------------------- dates


def days(made: dict[str, Any], rule: str) -> list[tuple[str, str, str]]:
    return [(item["earliest"], item["latest"], item["state"]) for item in made["schedule"] if item["rule"] == rule]


def test_standard_loading_falls_on_days_0_2_4_7_9_and_11_and_maintenance_is_counted_from_the_last() -> None:
    made = plan_of(told("2026-01-05", **PLAIN))
    assert [day[-2:] for day, *_ in days(made, "standard-loading")] == ["05", "07", "09", "12", "14", "16"]
    assert days(made, "standard-maintenance") == [("2026-03-16", "2026-04-16", "upcoming")]


def test_a_late_dose_keeps_its_dates_and_moves_the_rest() -> None:
    made = plan_of(told("2026-01-13", SIX[:2], **PLAIN))
    assert [(day, state) for day, _, state in days(made, "standard-loading")] == [
        ("2026-01-09", "overdue"), ("2026-01-16", "upcoming"), ("2026-01-18", "upcoming"), ("2026-01-20", "upcoming"),
    ]  # fmt: skip
    assert days(made, "standard-maintenance") == [("2026-03-20", "2026-04-20", "upcoming")]


def test_treatment_that_starts_later_is_dated_from_its_start() -> None:
    made = plan_of(told("2026-01-20", start="2026-02-01", **PLAIN))
    assert days(made, "standard-loading")[0] == ("2026-02-01", "2026-02-01", "upcoming") and made["phase"] == "loading"


def test_alternate_days_are_listed_up_to_day_21_and_open_ended() -> None:
    made = plan_of(told("2026-01-05", **NERVES))
    listed = [item for item in made["schedule"] if item["rule"] == "neurological-loading"]
    assert [item["earliest"][-2:] for item in listed] == [f"{day:02d}" for day in range(5, 27, 2)]
    assert all(item["open_ended"] for item in listed)
    assert dated(made, "review") == [("2026-01-26", "2026-01-26", "upcoming")] and line(made, "loading-review") is None


@pytest.mark.parametrize(
    ("on", "state", "holds"),
    [("2026-01-25", "upcoming", False), ("2026-01-26", "due", True), ("2026-01-27", "overdue", True)],
)
def test_day_21_without_an_assessment_is_reviewed(on: str, state: str, holds: bool) -> None:
    made = plan_of(told(on, ["2026-01-05", "2026-01-24"], **NERVES))
    assert dated(made, "review") == [("2026-01-26", "2026-01-26", state)]
    assert ("loading-review" in firm(made)) is holds and "neurological-loading" in firm(made)


def test_after_an_unassessed_day_21_only_the_next_dose_is_listed() -> None:
    made = plan_of(told("2026-01-28", ["2026-01-05", "2026-01-26"], **NERVES))
    assert days(made, "neurological-loading") == [("2026-01-28", "2026-01-28", "due")]


def test_worsening_refers_urgently_and_loading_goes_on() -> None:
    made = plan_of(told("2026-01-10", ["2026-01-09"], **NERVES | {"improvement": "worsening"}))
    assert line(made, "worsening-on-loading")["urgency"] == "urgent" and "neurological-loading" in firm(made)  # type: ignore[index]
    assert days(made, "neurological-loading")[0] == ("2026-01-11", "2026-01-11", "upcoming")


@pytest.mark.parametrize("fact", ["suspected_cord_lesion", "visual_loss"])
def test_a_cord_lesion_or_loss_of_sight_is_an_emergency(fact: str) -> None:
    assert line(plan_of(told(b12_deficiency=True, **{fact: True})), "cord-or-optic-emergency")["urgency"] == "emergency"  # type: ignore[index]


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-03-29", "upcoming"), ("2026-03-30", "due"), ("2026-04-30", "due"), ("2026-05-01", "overdue")],
)
def test_maintenance_is_upcoming_before_due_from_earliest_to_latest_and_overdue_after(on: str, state: str) -> None:
    made = plan_of(told(on, ["2026-01-30"], **PLAIN | {"loading_complete": True}))
    assert dated(made)[0] == ("2026-03-30", "2026-04-30", state)


def test_the_kth_dose_runs_from_anchor_plus_k_low_to_anchor_plus_k_less_one_low_and_high() -> None:
    made = plan_of(told("2026-02-01", ["2026-01-30"], **PLAIN | {"loading_complete": True}))
    assert [found[:2] for found in dated(made)[:4]] == [
        ("2026-03-30", "2026-04-30"), ("2026-05-30", "2026-06-30"),
        ("2026-07-30", "2026-08-30"), ("2026-09-30", "2026-10-30"),
    ]  # fmt: skip


def test_what_is_due_moves_the_rest_as_if_it_were_given_today() -> None:
    made = plan_of(told("2026-04-10", ["2026-01-31"], **PLAIN | {"loading_complete": True}))
    assert dated(made)[:2] == [("2026-03-31", "2026-04-30", "due"), ("2026-06-10", "2026-07-10", "upcoming")]
    on_the_day = plan_of(
        told("2026-02-28", ["2026-01-31"], **PLAIN | {"ileal_resection_length": 25, "loading_complete": True})
    )
    assert [day for day, *_ in dated(on_the_day)][:2] == ["2026-02-28", "2026-03-28"]


def test_what_is_overdue_moves_the_rest_to_today() -> None:
    made = plan_of(told("2026-05-10", ["2026-01-31"], **PLAIN | {"loading_complete": True}))
    assert [found[:2] for found in dated(made)[:3]] == [
        ("2026-03-31", "2026-04-30"),
        ("2026-07-10", "2026-08-10"),
        ("2026-09-10", "2026-10-10"),
    ]


@pytest.mark.parametrize(
    ("last", "expected"),
    [("2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]),
     ("2024-01-31", ["2024-02-29", "2024-03-31", "2024-04-30"]),
     ("2026-09-30", ["2026-10-30", "2026-11-30", "2026-12-30"]),
     ("2024-02-29", ["2024-03-29", "2024-04-29", "2024-05-29"])],
)  # fmt: skip
def test_months_are_counted_from_the_last_dose_and_clamped_to_the_months_end(last: str, expected: list[str]) -> None:
    made = plan_of(told(last, [last], **PLAIN | {"b12_deficiency": False, "ileal_resection_length": 25}))
    assert [day for day, *_ in dated(made)][:3] == expected


def test_the_schedule_holds_one_year() -> None:
    made = plan_of(
        told("2024-02-29", ["2024-02-29"], **PLAIN | {"b12_deficiency": False, "ileal_resection_length": 25})
    )
    assert [day for day, *_ in dated(made)][-1] == "2025-02-28" and len(dated(made)) == 12
    again = plan_of(
        told("2026-01-20", ["2026-01-20"], **PLAIN | {"b12_deficiency": False, "ileal_resection_length": 25})
    )
    assert [day for day, *_ in dated(again)][-1] == "2027-01-20"


def test_a_provisional_give_is_dated_tentatively_and_two_are_not_dated() -> None:
    known = {k: v for k, v in NERVES.items() if k != "ileal_resection_length"} | {"improvement": "plateau"}
    made = plan_of(told(doses=["2026-01-10"], **known))
    assert line(made, "neurological-maintenance")["unless"] == ["ileal_resection_length"]  # type: ignore[index]
    assert all(item["tentative"] for item in made["schedule"] if item["what"] == "dose") and dated(made)
    unknown = plan_of(told(doses=SIX, b12_deficiency=True, neurological_involvement=False))
    assert dated(unknown) == [] and unknown["phase"] == "maintenance"


# ---------------------------------------------------------------- tests


def test_tests_fall_3_6_and_12_months_after_the_start_and_then_yearly() -> None:
    made = plan_of(told("2025-08-31", ["2025-08-31"], **PLAIN))
    assert [day for day, *_ in days(made, "first-year-tests")] == ["2025-11-30", "2026-02-28", "2026-08-31"]
    later = plan_of(told("2027-08-30", ["2025-08-31"], **PLAIN | {"loading_complete": True}))
    assert [found[::2] for found in days(later, "annual-tests")] == [("2027-08-31", "upcoming")]
    assert [found[::2] for found in days(later, "first-year-tests")] == [("2026-08-31", "overdue")]


@pytest.mark.parametrize(("drawn", "left"), [("2026-03-05", True), ("2026-03-06", False), ("2026-04-05", False)])
def test_a_test_is_done_by_a_result_no_earlier_than_30_days_before_it(drawn: str, left: bool) -> None:
    made = plan_of(told("2026-04-05", ["2026-01-05"], results=[f"{drawn} serum_b12 500"], **PLAIN))
    (first, *_) = [item for item in made["schedule"] if item["what"] == "test"]
    assert first["earliest"] == "2026-04-05" and ("serum_b12" in first["tests"]) is left
    assert {"complete_blood_count", "homocysteine"} <= set(first["tests"])


def test_a_hemoglobin_result_stands_for_the_blood_count() -> None:
    rows = [f"2026-04-01 {row}" for row in ("hemoglobin 130", "serum_b12 500", "homocysteine 9")]
    made = plan_of(told("2026-04-05", ["2026-01-05"], results=rows[:1], **PLAIN))
    assert [item["tests"] for item in made["schedule"] if item["earliest"] == "2026-04-05"] == [
        ["serum_b12", "homocysteine"]
    ]
    done = plan_of(told("2026-04-05", ["2026-01-05"], results=rows, **PLAIN))
    assert [day for day, *_ in days(done, "first-year-tests")] == ["2026-07-05", "2027-01-05"]


def test_of_tests_whose_day_has_passed_only_the_latest_is_listed() -> None:
    made = plan_of(told("2026-08-01", ["2026-01-05"], **PLAIN | {"loading_complete": True}))
    assert [found[::2] for found in days(made, "first-year-tests")] == [
        ("2026-07-05", "overdue"),
        ("2027-01-05", "upcoming"),
    ]


@pytest.mark.parametrize(
    ("rows", "crohns", "pregnant"),
    [([], ("2026-01-20", "due"), ("2026-01-20", "due")),
     (["2025-12-31 serum_b12 300"], ("2026-12-31", "upcoming"), ("2026-03-31", "upcoming")),
     (["2025-01-05 serum_b12 300"], ("2026-01-05", "overdue"), ("2025-04-05", "overdue"))],
)  # fmt: skip
def test_screening_is_due_after_the_newest_serum_b12_else_today(
    rows: list[str], crohns: tuple[str, str], pregnant: tuple[str, str]
) -> None:
    known = {"crohns_disease": True, "ileal_crohns_length": 10, "bariatric_surgery": True, "pregnancy": "pregnant"}
    made = plan_of(told(results=rows, **PLAIN | {"b12_deficiency": False} | known))
    assert days(made, "crohns-screening")[0][::2] == crohns
    assert days(made, "pregnancy-after-bariatric")[0][::2] == pregnant


# ---------------------------------------------------------------- phases, questions, lines


@pytest.mark.parametrize(
    ("known", "phase"),
    [
        ({}, "unknown"), (PLAIN, "loading"), (PLAIN | {"b12_deficiency": False}, "none"),
        ({"b12_deficiency": False}, "unknown"),
        ({"b12_deficiency": False, "ileal_resection_length": 25}, "prophylaxis"), ({"b12_deficiency": True}, "loading"),
        ({"ileal_resection_length": 25}, "unknown"), (PLAIN | {"loading_complete": True}, "maintenance"),
        (PLAIN | {"b12_deficiency": False, "crohns_disease": True, "ileal_crohns_length": 45}, "unknown"),
    ],
)  # fmt: skip
def test_before_the_first_dose_the_phase_is_the_one_about_to_begin(known: dict[str, Any], phase: str) -> None:
    assert plan_of(told(**known))["phase"] == phase


def test_what_changes_a_give_is_asked_first() -> None:
    questions = [question["fact"] for question in plan_of(told(b12_deficiency=True))["ask"]]
    assert questions.index("neurological_involvement") < questions.index("anemia_at_baseline")
    assert questions[0] in {
        "neurological_involvement",
        "ileal_resection_length",
        "crohns_disease",
        "bariatric_surgery",
        "past_neurological_involvement",
    }


def test_a_plan_of_nothing_asks_for_the_deficiency_first_and_dates_nothing() -> None:
    made = plan_of(told())
    assert made["ask"][0]["fact"] == "b12_deficiency" and dated(made) == []
    assert all(found["certainty"] == "provisional" and found["if"] for found in made["advice"])


def test_folic_acid_after_the_first_dose_is_checked_until_loading_is_complete() -> None:
    known = PLAIN | {"folic_acid_planned": True}
    assert "confirm-b12-before-folate" in firm(plan_of(told(doses=SIX[:1], **known)))
    assert line(plan_of(told(doses=SIX[:1], **known)), "folic-acid-after-b12") is None
    assert line(plan_of(told(doses=SIX, **known)), "confirm-b12-before-folate") is None


def test_oral_maintenance_is_considered_only_in_maintenance_and_when_nothing_speaks_against_it() -> None:
    assert "oral-maintenance-option" in firm(plan_of(told(doses=SIX, **PLAIN)))
    assert line(plan_of(told(**PLAIN)), "oral-maintenance-option") is None
    for against in (
        {"pernicious_anemia": True},
        {"severe_deficiency": True},
        {"cobalamin_hypersensitivity": True},
        {"age": 15},
    ):
        assert line(plan_of(told(doses=SIX, **PLAIN | against)), "oral-maintenance-option") is None


def test_recurrence_in_maintenance_is_a_decision_and_makes_involvement_yes() -> None:
    made = plan_of(told(doses=SIX, **PLAIN | {"neurological_recurrence": True, "loading_complete": True}))
    assert {"recurrence-increase-frequency", "recurrence-watch", "neurological-referral"} <= firm(made)
    assert outcome(made, "maintenance") == ["neurological-maintenance"]


def test_every_rule_of_the_contract_is_in_the_guideline() -> None:
    from oracle import RULES

    rules = {rule.name: rule.action.kind for rule in guideline().rules}
    assert {*RULES, "loading-review"} <= rules.keys()
    assert {name: rules[name] for name in RULES} == {name: action for name, (action, _) in RULES.items()}


def test_the_parts_of_a_patient_that_these_tests_are_made_of_leave_nothing_to_ask_about_treatment() -> None:
    assert PLAIN == {"b12_deficiency": True} | NO_NERVES | NOTHING_SPECIAL | SAFE | NOTHING_SEVERE
    made = plan_of(told(**PLAIN))
    assert {decision["outcome"] for decision in made["decisions"].values()} == {"firm"}
    assert not {*PLAIN, *UNASKED} & asked(made)
