"""A new exercise is written ready to be filled, found in its course directory, and proved."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coursekit.cli import main
from coursekit.exercises import catalogue
from coursekit.exercises.checking import faults_of
from coursekit.exercises.writing import KINDS, TODO


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A course directory, in which the commands are given."""
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)
    catalogue.forget()
    yield tmp_path
    catalogue.forget()


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Gives a command, and what came of it: exit code, and all that was printed."""

    def give(*words: str) -> tuple[int, str]:
        catalogue.forget()
        monkeypatch.setattr(sys, "argv", ["coursekit", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), "".join(capsys.readouterr())

    return give


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_lacks_nothing_but_its_words(kind: str, course: Path, said: Said) -> None:
    assert said("exercise", "new", "my-own", "--lesson", "05-sharing", "--kind", kind)[0] == 0
    folder = course / "exercises" / "05-sharing" / "my_own"
    code, printed = said("exercise", "check", "my-own", "--seeds", "3")
    assert code == 1 and all(TODO in line for line in printed.splitlines())
    for path in (folder / "case.py", folder / "key.py", folder / "en.md"):
        path.write_text(path.read_text().replace(f"{TODO} ", "").replace(TODO, "x"))
    assert said("exercise", "check", "my-own", "--seeds", "3") == (0, "my-own: holds for 3 seeds.\n")
    cells = json.loads((folder / "cells.ipynb").read_text())["cells"]
    assert [cell["id"] for cell in cells if cell["metadata"]][:1] == ["my-own-answer" if kind != "prose" else "my-own"]
    compile((folder / "test_my_own.py").read_text(), "test", "exec")
    assert "my-own" in {each.id for each in catalogue.of_lesson("05-sharing")}


def test_a_worse_exercise_is_told_what_is_wrong_with_it(course: Path, said: Said) -> None:
    said("exercise", "new", "my-own", "--lesson", "05-sharing", "--kind", "function")
    key = course / "exercises" / "05-sharing" / "my_own" / "key.py"
    key.write_text(
        key.read_text()
        .replace("[[[]], [[1, 2, 4]], *(", "[*([[]] for _ in range(9)), *(")
        .replace("range(2, 8)", "range(1, 2)")
    )
    catalogue.forget()
    found = faults_of("my-own", seeds=2)
    assert any("returning nothing earns" in each or "differs from the truth on" in each for each in found)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("My X", "--lesson", "a"), "'My X': an id has small letters"),
        (("stored-once", "--lesson", "a"), "there is an exercise 'stored-once' already, in 05-sharing"),
        (("a-b", "--lesson", "a", "--kind", "essay"), "'essay': kinds that can be begun so are"),
    ],
)
def test_a_new_one_that_cannot_be_is_refused(words: tuple[str, ...], complaint: str, said: Said) -> None:
    code, printed = said("exercise", "new", *words)
    assert code != 0 and complaint in printed


def test_within_a_course_only_the_course_s_own_folder_counts(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in = course / "submitted" / "ada" / "05-sharing"
    (handed_in / "exercises" / "05-sharing" / "evil").mkdir(parents=True)
    (handed_in / "exercises" / "05-sharing" / "evil" / "case.py").write_text("raise SystemExit")
    monkeypatch.chdir(handed_in)
    assert catalogue.own_home() is None
