"""What is kept between two runs only saves time: without it, or with it damaged, everything comes out the same."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path

import pytest

from evaluation import DAY
from posology.answer.answer import answer
from posology.answer.ground import Ground, ground
from posology.answer.shape import as_json
from posology.cache import MOST, keep, kept

SECOND = Path(__file__).parent / "fixtures" / "second-guideline"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSOLOGY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def told(here: Ground) -> str:
    return json.dumps(as_json(answer([f"What is {here.guideline.title}?"], here, within=here.guideline.id, on=DAY)))


def test_what_is_kept_is_found_again_under_its_own_key_only() -> None:
    keep("one", b"content")
    assert (kept("one"), kept("two")) == (b"content", None)


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-1], lambda whole: b"", lambda whole: whole[:40] + b"?" + whole[41:]]
)
def test_what_is_damaged_is_not_there(folder: Path, damage: object) -> None:
    keep("one", b"content" * 9)
    file = only(folder)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert kept("one") is None


@pytest.mark.parametrize("which", ["folder", "file"])
def test_where_others_may_write_nothing_is_believed(folder: Path, which: str) -> None:
    keep("one", b"content")
    (folder if which == "folder" else only(folder)).chmod(0o777)
    assert kept("one") is None


def test_switched_off_nothing_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSOLOGY_CACHE", "off")
    keep("one", b"content")
    assert kept("one") is None
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_no_fault(folder: Path) -> None:
    folder.write_text("a file stands here")
    keep("one", b"content")
    assert kept("one") is None


def test_old_files_make_room(folder: Path) -> None:
    for number in range(MOST + 3):
        keep(str(number), b"content")
        os.utime(max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns), (number, number))
    assert len(list(folder.iterdir())) == MOST


def test_a_guideline_from_what_was_kept_answers_the_same(folder: Path) -> None:
    made, again = told(ground(SECOND)), told(ground(SECOND))
    assert only(folder)
    assert made == again


def test_one_changed_character_of_the_words_makes_it_anew(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(SECOND, tmp_path / "copy"))
    ground(copy)
    before = set(folder.iterdir())
    with (copy / "asked.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
        file.write(json.dumps({"text": "one more", "elsewhere": ["another topic"]}) + "\n")
    ground(copy)
    assert len(set(folder.iterdir()) - before) == 2  # the words, and what is learned from the questions


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("made-by-the-cache",)


def test_what_was_put_there_by_another_hand_calls_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("posology.answer.ground.kept", lambda key: pickle.dumps(_Evil()))
    assert told(ground(SECOND))
    assert not (tmp_path / "made-by-the-cache").exists()
