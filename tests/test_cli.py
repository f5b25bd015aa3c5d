"""The command line: every format, every exit code, and nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from posology.cli import main, write_whole

ROOT = Path(__file__).parents[1]
STORIES = sorted((ROOT / "guidelines/b12-injections/patients").glob("*.yaml"))
STORY = next(p for p in STORIES if p.stem == "late-third-loading-dose-moves-the-rest")


def run(*args: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
    done = subprocess.run([sys.executable, "-m", "posology", *args], input=stdin, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode()


def patient_file(folder: Path, text: str, name: str = "p.yaml") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


# ---------------------------------------------------------------- plan


@pytest.mark.parametrize("form", ["text", "json", "html", "pdf", "ics"])
def test_each_format_is_written_whole_to_a_file(form: str, tmp_path: Path) -> None:
    out = tmp_path / f"plan.{form}"
    assert main(["plan", str(STORY), "--format", form, "--out", str(out)]) == 0
    assert out.stat().st_size > 500
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("story", STORIES, ids=lambda p: p.stem)
def test_a_plan_is_the_same_to_the_byte_twice(story: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    main(["plan", str(story), "--format", "json"])
    first = capsysbinary.readouterr().out
    main(["plan", str(story), "--format", "json"])
    assert capsysbinary.readouterr().out == first


def test_text_in_a_pipe_has_no_colour() -> None:
    code, out, _ = run("plan", str(STORY))
    assert code == 0
    assert b"\x1b" not in out
    assert out.decode().startswith("Review status: submitted")


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("plan", "-", "--format", "json", stdin=b"on: 2026-01-05\nfacts: {b12_deficiency: yes}\n")
    assert code == 0
    assert json.loads(out)["on"] == "2026-01-05"


def test_the_day_and_start_of_the_command_win(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = patient_file(tmp_path, "on: 2026-01-05\nfacts: {b12_deficiency: yes, neurological_involvement: no}\n")
    assert main(["plan", name, "--on", "2026-02-01", "--start", "2026-02-10", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["on"] == "2026-02-01"
    assert made["schedule"][0]["date"] == "2026-02-10"


def test_a_longer_horizon_dates_more(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = []
    for horizon in ("P1Y", "P3Y"):
        main(["plan", str(STORY), "--horizon", horizon, "--format", "json"])
        lengths.append(len(json.loads(capsys.readouterr().out)["schedule"]))
    assert lengths[0] < lengths[1]


# ---------------------------------------------------------------- bad input


BAD = """
on: 2026-01-05
facts: {platelet_count: 50000, ferritin: 3, gait_disturbance: maybe, age: "61"}
doses:
  - {date: 2026-02-30, drug: hydroxocobolamen, dose: -1 mg, route: nasal}
  - {date: 2026-01-06, drug: hydroxocobalamin, dose: 1 mg, route: intramuscular}
"""


def test_every_fault_is_told_at_once_with_place_and_remedy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plan", patient_file(tmp_path, BAD), "--format", "json"]) == 2
    captured = capsys.readouterr()
    errors = json.loads(captured.out)["errors"]
    places = {error["place"] for error in errors}
    assert {
        "facts.platelet_count", "facts.ferritin", "facts.gait_disturbance", "facts.age",
        "doses[0].date", "doses[0].drug", "doses[0].dose", "doses[0].route", "doses[1].date",
    } <= places  # fmt: skip
    assert all(error["what"] and error["do"] for error in errors)
    assert "Traceback" not in captured.err


def test_bad_input_as_text_goes_to_standard_error(tmp_path: Path) -> None:
    code, out, err = run("plan", patient_file(tmp_path, BAD))
    assert code == 2
    assert out == b""
    assert "facts.platelet_count" in err


@pytest.mark.parametrize(
    "args",
    [
        ["plan"],
        ["plan", "nowhere.yaml"],
        ["plan", str(STORY), "--batch", "x.jsonl"],
        ["plan", str(STORY), "--guideline", "no-such-guideline"],
        ["check", "no-such-guideline"],
        ["plan", "--batch", "nowhere.jsonl"],
    ],
)
def test_a_wrong_call_is_one_clear_message(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 2
    assert "→" in capsys.readouterr().err


@pytest.mark.parametrize("args", [["plan", "x", "--on", "2026-02-30"], ["plan", "x", "--horizon", "P0D"], ["plan", "x", "--horizon", "soon"], ["plan", "x", "--format", "docx"]])
def test_a_wrong_option_ends_with_2(args: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2


# ---------------------------------------------------------------- batch


def batch_lines(count: int) -> bytes:
    lines = [json.dumps({"patient": f"p{n}", "on": "2026-03-02", "facts": {"b12_deficiency": True, "platelet_count": n % 90}}) for n in range(count)]
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize("count", [0, 1, 3, 501])
def test_a_batch_answers_every_line_in_order(count: int) -> None:
    code, out, _ = run("plan", "--batch", "-", stdin=batch_lines(count))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [a["patient"] for a in answers] == [f"p{n}" for n in range(count)]


def test_a_batch_line_is_the_plan_of_that_patient(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run("plan", "--batch", "-", stdin=batch_lines(3))
    name = patient_file(tmp_path, batch_lines(3).splitlines()[2].decode(), "p.json")
    main(["plan", name, "--format", "json"])
    assert json.loads(out.splitlines()[2]) == json.loads(capsys.readouterr().out)


def test_a_bad_line_is_answered_in_its_place_and_the_others_are_planned() -> None:
    good = json.dumps({"patient": "good", "facts": {}})
    bad = json.dumps({"patient": "bad", "facts": {"age": 300}})
    text = "\n".join([good, bad, "{", '{"id": "x", "facts": {"age": NaN}}', '{"facts":{"age":1,"age":2}}', good]) + "\n"
    code, out, err = run("plan", "--batch", "-", stdin=text.encode() + b"\xff\xfe\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert ["errors" in a for a in answers] == [False, True, True, True, True, False, True]
    assert answers[1]["patient"] == "bad"
    assert "Traceback" not in err


# ---------------------------------------------------------------- writing


def test_an_output_that_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "missing" / "plan.json"
    assert main(["plan", str(STORY), "--format", "json", "--out", str(target)]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["os.fsync", "os.replace", "os.chmod"])
def test_a_write_that_fails_half_way_leaves_the_old_file(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.json"
    target.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full)
    with pytest.raises(OSError, match="No space"):
        write_whole(target, b"new")
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


# ---------------------------------------------------------------- check and export


def test_check_finds_no_fault_in_our_guideline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "No fault found." in capsys.readouterr().out


def test_check_as_json_carries_the_known_defects(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["faults"] == []
    assert found["figures"]["statements of the article"] == 47
    assert {"gap", "contradiction", "citation", "clash"} <= {known["kind"] for known in found["known"]}


def test_check_with_a_fault_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("guideline.md", "references.md", "codes.md"):
        text = (ROOT / "guidelines/b12-injections" / name).read_text()
        (tmp_path / name).write_text(text.replace("when  platelet count > 50 10*9/L", "when  platelet count > 60 10*9/L"))
    assert main(["check", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "No rule of 'platelet-precautions' speaks for a patient with" in told
    assert "the threshold 60" in told
    assert "the table says" in told


@pytest.mark.parametrize("what", ["tables", "cql"])
def test_an_export_says_which_files_it_wrote(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", what, str(tmp_path / "out")]) == 0
    written = capsys.readouterr().out.split()
    assert written
    assert all(Path(name).read_text().strip() for name in written)


def test_no_command_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr()
    assert said.out == "" and all(f"    {command}" in said.err for command in ("check", "plan", "ask", "register"))


def test_what_is_piped_into_ask_is_one_question_however_many_lines_it_has() -> None:
    lines = b"How is B12 started?\nShe has numb feet\n"
    code, out, _ = run("ask", "--format", "json", stdin=lines)
    assert (code, out) == run("ask", lines.decode().rstrip(), "--format", "json")[:2]
    assert {one["turn"] for one in json.loads(out)["heard"]} <= {0}
