"""posology people and posology review: a whole round from the terminal, and honest answers about what came of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from editorial import FOLDER, ID, TEXTS, edited
from posology.cli import main

STORY = next((FOLDER / "patients").glob("*.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the guideline, to be edited."""
    copy = tmp_path / "guideline"
    copy.mkdir()
    for name, content in TEXTS.items():
        (copy / name).write_text(content, encoding="utf-8")
    return copy


@pytest.fixture(autouse=True)
def _staffed(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSOLOGY_STORE", str(tmp_path / "r.db"))
    for account, role in (("ada", "author"), ("ed", "editor"), ("doc", "clinical reviewer"), ("phil", "pharmacist")):
        assert main(["people", "add", account, "--name", account.title(), "--role", role]) == 0
    for account in ("doc", "phil"):
        assert main(["review", "declare", "--guideline", str(folder), "--as", account]) == 0


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What a command says."""
    capsys.readouterr()
    assert main(list(words)) == code
    out = capsys.readouterr()
    return out.out if code == 0 else out.out + out.err


def review(capsys: pytest.CaptureFixture[str], folder: Path, *words: str, code: int = 0) -> str:
    return run(capsys, "review", *words, "--guideline", str(folder), code=code)


def plan(capsys: pytest.CaptureFixture[str], folder: Path, form: str = "json") -> str:
    return run(capsys, "plan", str(STORY), "--guideline", str(folder), "--format", form)


def test_a_whole_round_and_what_plans_say_meanwhile(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    def status() -> tuple[str, str]:
        found = json.loads(plan(capsys, folder))["guideline"]
        return found["status"], found["review"]["state"]

    assert status() == ("submitted", "not submitted")
    review(capsys, folder, "submit", "--as", "ada", "--note", "the first")
    assert status() == ("submitted", "submitted")
    review(capsys, folder, "assign", "doc", "--as", "ed")
    assert status() == ("under review", "under review")
    review(capsys, folder, "sign", "--all", "--as", "doc")
    assert "approved" in review(capsys, folder, "sign", "--all", "--as", "phil")
    assert status() == ("approved", "approved")
    assert plan(capsys, folder, "text").startswith("Review status: approved by its reviewers.")
    digest = json.loads(plan(capsys, folder))["guideline"]["digest"]
    texts = edited(TEXTS, "Take only one medicine", "Take just one medicine")
    (folder / "guideline.md").write_text(texts["guideline.md"], encoding="utf-8")
    assert status() == ("under review", "under review")
    review(capsys, folder, "submit", "--as", "ada")
    listed = json.loads(review(capsys, folder, "status", "--format", "json"))
    assert {n for n, part in listed["statements"].items() if part["state"] != "approved"} == {"no-second-product"}
    (found,) = json.loads(run(capsys, "review", "find", digest, "--format", "json"))
    assert (found["guideline"], found["changed"], found["state"]) == (ID, ["no-second-product"], "approved")


def test_a_withdrawal_is_said_first_in_every_format(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    review(capsys, folder, "submit", "--as", "ada")
    review(capsys, folder, "withdraw", "usual-dose", "--as", "doc", "--comment", "a wrong figure")
    assert plan(capsys, folder, "text").split("\n\n")[0].replace("\n", " ") == (
        "Review status: WITHDRAWN by a reviewer. Withdrawn: usual-dose. Do not act on it."
    )
    found = json.loads(plan(capsys, folder))["guideline"]
    assert (found["status"], found["review"]["withdrawn"]) == ("submitted", ["usual-dose"])
    assert "WITHDRAWN by a reviewer. Withdrawn: usual-dose" in plan(capsys, folder, "html")
    assert "WITHDRAWN" in plan(capsys, folder, "ics").replace("\r\n ", "").replace("\n ", "")
    batch = tmp_path / "b.jsonl"
    batch.write_text('{"facts": {"short_pain": true}}\n', encoding="utf-8")
    line = json.loads(run(capsys, "plan", "--batch", str(batch), "--guideline", str(folder)))
    assert line["guideline"]["review"]["state"] == "withdrawn"
    assert "usual-dose" in review(capsys, folder, "history", "usual-dose")


def test_without_a_store_a_plan_says_that_it_was_submitted(capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSOLOGY_STORE")
    found = json.loads(plan(capsys, folder))["guideline"]
    assert found["status"] == "submitted" and "review" not in found
    assert "No store is named" in review(capsys, folder, "status", code=2)


def test_a_store_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    said = run(capsys, "plan", str(STORY), "--guideline", str(folder), "--store", str(tmp_path / "none.db"), code=2)
    assert "There is no store here" in said


def test_a_guideline_that_cannot_be_read_while_its_review_is_open(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    review(capsys, folder, "submit", "--as", "ada")
    (folder / "guideline.md").write_text(TEXTS["guideline.md"].replace("```rule allergy", "```rool allergy"), encoding="utf-8")
    assert "rool" in review(capsys, folder, "sign", "--all", "--as", "doc", code=2)
    (folder / "guideline.md").write_text(TEXTS["guideline.md"], encoding="utf-8")
    assert "under review" in review(capsys, folder, "sign", "--all", "--as", "doc")


def test_an_account_with_a_password_has_to_show_it(capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    link = run(capsys, "people", "link", "doc")
    monkeypatch.setattr("sys.stdin", io.StringIO("four lanterns under water\n"))
    run(capsys, "people", "password", link.split()[-1])
    review(capsys, folder, "submit", "--as", "ada")
    assert "must be shown" in review(capsys, folder, "sign", "--all", "--as", "doc", code=2)
    monkeypatch.setenv("POSOLOGY_PASSWORD", "something else entirely")
    assert "not right" in review(capsys, folder, "sign", "--all", "--as", "doc", code=2)
    monkeypatch.setenv("POSOLOGY_PASSWORD", "four lanterns under water")
    assert "signed" in review(capsys, folder, "sign", "--all", "--as", "doc")


def test_the_log_is_exported_verified_and_restored(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    review(capsys, folder, "submit", "--as", "ada")
    log, kept = tmp_path / "log.jsonl", tmp_path / "backup.jsonl"
    review(capsys, folder, "log", "--out", str(log))
    head = re.search(r"head (\S+)", review(capsys, folder, "verify"))
    assert head
    assert "is what was written" in review(capsys, folder, "verify", "--log", str(log), "--head", head[1])
    log.write_text(log.read_text(encoding="utf-8").replace("Ada", "Eve"), encoding="utf-8")
    assert "Entry 1" in review(capsys, folder, "verify", "--log", str(log), code=1)
    review(capsys, folder, "backup", str(kept))
    assert "make new links" in run(capsys, "review", "restore-backup", str(kept), "--store", str(tmp_path / "new.db"))
    assert "submitted" in run(capsys, "review", "status", "--guideline", str(folder), "--store", str(tmp_path / "new.db"))


def test_versions_are_compared_requests_taken_back_and_threads_reopened(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    review(capsys, folder, "submit", "--as", "ada")
    assert "none was offered" not in review(capsys, folder, "compare", code=2)
    texts = edited(TEXTS, "Take only one medicine", "Take just one medicine")
    (folder / "guideline.md").write_text(texts["guideline.md"], encoding="utf-8")
    review(capsys, folder, "submit", "--as", "ada")
    said = review(capsys, folder, "compare")
    assert "no-second-product: changed" in said and "- Take only one" in said and "+ Take just one" in said and "1 differ" in said
    (found,) = json.loads(review(capsys, folder, "compare", "--format", "json"))
    assert found["statement"] == "no-second-product"
    review(capsys, folder, "assign", "doc", "--as", "ed")
    number = review(capsys, folder, "history").splitlines()[-1].split()[0]
    review(capsys, folder, "unassign", number, "--as", "ed")
    assert "No such request" in review(capsys, folder, "unassign", number, "--as", "ed", code=2)
    thread = review(capsys, folder, "comment", "allergy", "Which?", "--as", "doc").split()[-1]
    review(capsys, folder, "resolve", thread, "--as", "ada")
    assert "open again" in review(capsys, folder, "reopen", thread, "--as", "doc")


def test_a_check_reports_the_review_and_signatures_that_no_longer_fit(capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(code: int = 0, form: str = "text") -> str:
        return " ".join(run(capsys, "check", str(folder), "--format", form, code=code).split())

    assert "Review: not submitted, 0 of" in check()
    review(capsys, folder, "submit", "--as", "ada")
    review(capsys, folder, "sign", "--all", "--as", "doc")
    said = check()
    assert "Review: under review" in said and "no-second-product under review (1 approval)" in said and "No fault found" in said
    assert json.loads(run(capsys, "check", str(folder), "--format", "json"))["review"]["statements"]["allergy"]["approvals"][0]["person"] == "doc"
    texts = edited(TEXTS, "Take only one medicine", "Take just one medicine")
    (folder / "guideline.md").write_text(texts["guideline.md"], encoding="utf-8")
    assert "no-second-product The signatures of doc are over another wording" in check(1)
    review(capsys, folder, "submit", "--as", "ada")
    assert "No fault found" in check()  # it was shown; that it lacks signatures again is no fault
    review(capsys, folder, "withdraw", "allergy", "--as", "doc", "--comment", "wrong")
    assert "It was withdrawn by doc: wrong" in check(1)
    monkeypatch.delenv("POSOLOGY_STORE")
    assert "Review" not in check()


def test_a_statement_is_shown_with_its_edges_and_its_evidence(capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review(capsys, folder, "submit", "--as", "ada")
    said = review(capsys, folder, "show", "usual-dose")
    for words in ("read back", "weight: 49 kg → the rule does not apply", "cannot be told", "cited for the statement itself", "submitted"):
        assert words in said, words
    monkeypatch.delenv("POSOLOGY_STORE")
    assert "Evidence dossier" in review(capsys, folder, "show", "usual-dose")
    assert "Did you mean" in review(capsys, folder, "show", "usual-doze", code=2)


def test_the_key_is_shown_changed_and_replaced(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSOLOGY_SEAL_KEY")
    monkeypatch.setenv("POSOLOGY_STORE", str(tmp_path / "own.db"))
    run(capsys, "people", "add", "ada", "--name", "Ada", "--role", "author")
    review(capsys, folder, "submit", "--as", "ada")
    first = re.findall(r"ed25519:\S+", review(capsys, folder, "seal"))[0]
    log = tmp_path / "log.jsonl"
    review(capsys, folder, "log", "--out", str(log))
    assert "--key" in review(capsys, folder, "verify", "--log", str(log))
    assert "is what was written" in review(capsys, folder, "verify", "--log", str(log), "--key", first)
    assert first not in review(capsys, folder, "seal", "--new-key")
    assert "not the key that is trusted" in " ".join(review(capsys, folder, "verify", "--key", first, code=1).split())
    assert "is not lost" in review(capsys, folder, "seal", "--lost", code=2)
    (tmp_path / "own.db.key").unlink()
    assert "review seal --lost" in " ".join(review(capsys, folder, "status", code=2).split())
    review(capsys, folder, "seal", "--lost")
    assert "replaced without the one before" in review(capsys, folder, "verify")
    (tmp_path / "own.db.key.head").write_text(f"99:sha256:{'0' * 64}\n", encoding="utf-8")
    assert "--older-copy" in " ".join(review(capsys, folder, "status", code=2).split())
    review(capsys, folder, "seal", "--older-copy")
    assert "submitted" in review(capsys, folder, "status")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sign", "nothing-such", "--as", "doc"], "No statement has this name"),
        (["sign", "--as", "doc"], "nothing to sign"),
        (["sign", "allergy"], "Nobody is named"),
        (["sign", "allergy", "--as", "dok"], "Did you mean"),
        (["sign", "allergy", "--as", "doc", "--acknowledge", "5"], "A reason is missing"),
        (["sign", "allergy", "--as", "doc", "--decision", "request-changes"], "a reason is needed"),
        (["withdraw", "allergy", "--as", "doc"], "a reason is needed"),
        (["restore", "allergy", "--as", "doc", "--comment", "x"], "not withdrawn"),
        (["assign", "ada", "--as", "ed"], "no role that reviews"),
        (["assign", "doc", "--as", "ed", "--due", "soon"], "--due"),
        (["comment", "allergy", "x", "--thread", "99", "--as", "doc"], "no such thread"),
        (["find", "sha256:0000"], "Nothing in this store"),
        (["verify", "--head", "x"], "not a head"),
        (["verify", "--key", "x"], "not a public key"),
        (["seal", "--new-key"], "cannot be replaced from here"),
        (["status", "allergie"], "Did you mean"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], said: str) -> None:
    review(capsys, folder, "submit", "--as", "ada")
    assert said in " ".join(review(capsys, folder, *words, code=2).split())


@pytest.mark.parametrize("words", [["people", "list"], ["review", "verify"], ["plan", str(STORY), "--guideline", str(FOLDER)]])
def test_without_the_packages_of_a_review_it_says_which_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    import sys

    import posology.editorial

    for name in [name for name in sys.modules if name.startswith(("posology.editorial", "sqlalchemy"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(posology, "editorial", posology.editorial)  # what is loaded anew here goes with the test
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    assert "posology[editorial]" in run(capsys, *words, code=2)
