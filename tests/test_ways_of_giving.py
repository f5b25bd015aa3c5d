"""Ways into the body and units of a dose: read, planned, shown, sent and audited alike, for whatever guideline."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from posology import cli
from posology.backends import cql, english
from posology.check import check
from posology.fhir.timing import dosage
from posology.findings import Fault, Refused
from posology.model import Give, Guideline
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.guideline import read
from posology.read.patient import parse, patient
from posology.read.regimens import DAY, regimen
from posology.read.routes import ROUTES
from posology.show import words

HEAD = """---
id: {id}
title: An example, not for use
version: 0.0.1
updated: 2026-01-15
disclaimer: Not for use in any patient.
---

# An example, not for use

## Treatment

```decision course
choose  exactly one
for     illness
```

- In this illness give {give}.[^one] *(S0)*
  - *Patient:* You have {give}.

  ```rule usual
  when  illness
  give  {give}
  ```
- Without consent nothing is injected.[^one] *(S1)*
  - *Patient:* Nothing is injected when you do not want it.

  ```rule consent
  when    needles refused
  decide  what to give instead
  stops   injections
  ```

## Facts

| fact | answer | question | in the patient's words | short |
|---|---|---|---|---|
| age | 0–120 years | How old is the patient? | How old are you? | age |
| illness | yes/no | Is there this illness? | Have you this illness? | illness |
| needles refused | yes/no | Are needles refused? | Do you refuse needles? | needles |
"""
GIVES = {
    "remedy 60 mg subcutaneous every 6 months": ("subcutaneous", 60, "mg", "mg", "34206005"),
    "remedy 800 IU oral daily": ("oral", 800, "IU", "[iU]", "26643006"),
    "remedy 2 puffs inhaled twice daily": ("inhaled", 2, "puff", "{puff}", "447694001"),
    "remedy 1 suppository rectal daily for 5 doses": ("rectal", 1, "suppository", "{suppository}", "37161004"),
    "remedy 1 patch transdermal weekly": ("transdermal", 1, "patch", "{patch}", "45890007"),
    "remedy 3 drops ophthalmic four times daily": ("ophthalmic", 3, "drop", "[drp]", "54485002"),
    "remedy 1 tablet sublingual once": ("sublingual", 1, "tablet", "{tablet}", "37839007"),
    "remedy 5 mL oral three times daily": ("oral", 5, "mL", "mL", "26643006"),
    "remedy 20 mmol oral daily": ("oral", 20, "mmol", "mmol", "26643006"),
    "remedy 10 units subcutaneous daily": ("subcutaneous", 10, "unit", "{unit}", "34206005"),
    "remedy 5 mg intravenous yearly": ("intravenous", 5, "mg", "mg", "47625008"),
    "remedy 1 spray nasal daily": ("nasal", 1, "spray", "{spray}", "46713006"),
}


def made(give: str, folder: Path) -> Guideline:
    folder.mkdir(exist_ok=True)
    (folder / "guideline.md").write_text(HEAD.format(id="example", give=give), encoding="utf-8")
    (folder / "references.md").write_text("[^one]: *label, listed.* **A label.** Made up.\n", encoding="utf-8")
    return read(folder)


@pytest.mark.parametrize("give", GIVES)
def test_each_is_read_planned_shown_and_sent(give: str, tmp_path: Path) -> None:
    route, amount, unit, ucum, code = GIVES[give]
    guideline = made(give, tmp_path / "g")
    assert check(tmp_path / "g").faults == ()
    made_plan = plan(guideline, patient(parse(b"on: 2026-03-02\nfacts: {illness: yes}\n"), guideline))
    (line,) = [line for line in as_json(made_plan)["advice"] if line["give"]]
    assert line["give"]["route"] == route
    assert line["give"]["dose"] == {"low": amount, "high": amount, "unit": unit}
    (own,) = [rule.action.gives[0] for rule in guideline.rules if rule.action.gives]
    assert english.regimen(own) in give or give in english.regimen(own)
    again = regimen(english.regimen(own), {fact.phrase: fact for fact in guideline.facts.values()})
    assert again == own
    assert words.one_dose(own) != ""
    sent = dosage(own, (), guideline)
    assert sent["doseAndRate"][0]["doseQuantity"]["code"] == ucum
    assert sent["route"]["coding"][0]["code"] == code
    assert f"unit: '{unit}'" in str(cql.library(guideline))


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_has_words_for_a_patient(route: str) -> None:
    give = Give("remedy", 1, 1, route.replace(" ", "_"), 1, DAY, DAY)
    assert words.one_dose(give).split(" mg ")[1] != route


@pytest.mark.parametrize("word", ["intraosseous", "intrathecal", "subdermal", "subcut", "intravesical", "under"])
def test_no_route_is_taken_for_another(word: str) -> None:
    found = regimen(f"remedy 1 mg {word} daily", {})
    assert isinstance(found, Fault)
    assert "Did you mean" not in found.do
    assert all(route in found.do for route in ROUTES)


def test_a_slip_of_the_pen_is_named() -> None:
    found = regimen("remedy 1 mg intramusclar daily", {})
    assert isinstance(found, Fault)
    assert found.do == 'Did you mean "intramuscular"?'


@pytest.mark.parametrize("unit", ["mg/kg", "mcg/h", "mg/m2"])
def test_a_dose_that_must_be_worked_out_first_is_refused_in_plain_words(unit: str) -> None:
    found = regimen(f"remedy 5 {unit} oral daily", {})
    assert isinstance(found, Fault)
    assert "by weight" in found.what
    assert "band" in found.do.lower()


def test_a_record_in_the_guidelines_unit_counts_and_another_unit_is_noticed(tmp_path: Path) -> None:
    guideline = made("remedy 800 IU subcutaneous weekly", tmp_path / "g")
    dose = "on: 2026-03-02\nfacts: {{illness: yes}}\ndoses: [{{date: 2026-03-01, drug: remedy, dose: {}, route: {}}}]\n"
    known = patient(parse(dose.format("800 IU", "subcutaneous").encode()), guideline)
    assert (known.doses[0].amount, known.doses[0].unit) == (800, "IU")
    found = plan(guideline, known)
    assert not [notice for notice in found.notices if "counted all the same" in notice.text]
    assert next(str(item.date) for item in found.schedule if item.what == "dose") == "2026-03-08"
    other = plan(guideline, patient(parse(dose.format("800 mg", "subcutaneous").encode()), guideline))
    assert any("was 800 mg, not 800 IU as here; was another unit meant?" in notice.text for notice in other.notices)
    with pytest.raises(Refused, match="2 puffs"):
        patient(parse(dose.format("2 puffs", "subcutaneous").encode()), guideline)
    with pytest.raises(Refused) as refused:
        patient(parse(dose.format("800 IU", "rectal").encode()), guideline)
    assert "Did you mean" not in str(refused.value)


def test_what_is_given_into_a_vein_counts_where_it_is_the_way(tmp_path: Path) -> None:
    guideline = made("remedy 5 mg intravenous yearly", tmp_path / "g")
    told = b"on: 2026-03-02\nfacts: {illness: yes}\ndoses: [{date: 2026-02-01, drug: remedy, route: intravenous}]\n"
    found = plan(guideline, patient(parse(told), guideline))
    assert next(str(item.date) for item in found.schedule if item.what == "dose") == "2027-02-01"
    told = b"on: 2026-03-02\nfacts: {illness: yes, needles_refused: yes}\n"
    assert plan(guideline, patient(parse(told), guideline)).decisions["course"].outcome == "decide"


def test_what_is_taken_day_by_day_is_not_listed_for_a_year(tmp_path: Path) -> None:
    guideline = made("remedy 10 units subcutaneous daily", tmp_path / "g")
    found = plan(guideline, patient(parse(b"on: 2026-03-02\nfacts: {illness: yes}\n"), guideline))
    assert len([item for item in found.schedule if item.what == "dose"]) == 1


def test_a_register_reads_and_counts_such_doses(tmp_path: Path) -> None:
    made("remedy 800 IU subcutaneous weekly", tmp_path / "g")
    folder, out = tmp_path / "r", tmp_path / "w.csv"
    folder.mkdir()
    (folder / "patients.csv").write_text("patient_id,illness,needles_refused\na,yes,no\n", encoding="utf-8")
    doses = "patient_id,date,drug,dose_mg,route\na,2026-03-01,remedy,800 IU,subcutaneous\n"
    (folder / "doses.csv").write_text(doses, encoding="utf-8")
    (folder / "results.csv").write_text("patient_id,date,test,value,unit\n", encoding="utf-8")
    arguments = ["register", "worklist", str(folder), "--guideline", str(tmp_path / "g"), "--on", "2026-03-20"]
    assert cli.main([*arguments, "--out", str(out)]) == 0
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert (row["last_dose"], row["due_by"], row["status"]) == ("2026-03-01", "2026-03-08", "overdue")
