"""An answer has a name of its own: no answer is judged as another's, and notebooks of earlier releases keep their marks."""

from pathlib import Path
from typing import Any

import pytest

import coursekit as ck
from coursekit.exercises import session
from coursekit.exercises.bound import alone
from tests.exercises import tiny

BOOT = ["firmware", "bootloader", "kernel", "init"]
VARIABLE = tiny.BOOT.variable


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_exercises: None) -> None:
    """A fresh folder and home; the catalogue holds the tiny exercises."""
    for name in ("JUPYTERHUB_USER", "COURSEKIT_STUDENT", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(session, "_session", None)
    monkeypatch.chdir(tmp_path)


class Notebook:
    """Cells run one after another in one namespace, with the inputs that IPython notes."""

    def __init__(self, **names: Any) -> None:
        self.names: dict[str, Any] = {"ck": ck, "In": [""], **names}

    def run(self, source: str) -> Any:
        self.names["In"].append(source)
        *before, last = source.split("\n")
        exec("\n".join(before), self.names)
        try:
            return eval(last, self.names)
        except SyntaxError:
            exec(last, self.names)
        return None


def test_the_exercise_s_own_name_is_taken() -> None:
    notebook = Notebook(**{VARIABLE: BOOT}, answer="of another")
    assert notebook.run('ck.check("99-boot")').mark == 2


def test_of_an_earlier_release_the_answer_cell_just_before_is_taken() -> None:
    notebook = Notebook()
    notebook.run(f"answer = {BOOT!r}")
    assert notebook.run('ck.check("99-boot")').mark == 2


def test_a_computed_answer_of_an_earlier_release_is_taken_too() -> None:
    notebook = Notebook()
    notebook.run(f"items = {BOOT!r}\nanswer = [each for each in items]")
    assert notebook.run('ck.check("99-boot")').mark == 2


def test_cells_between_an_answer_and_its_check_do_no_harm() -> None:
    notebook = Notebook()
    for cell in (f"answer = {BOOT!r}", "x = 1", "def f():\n    answer = 1\ny = 2"):
        notebook.run(cell)
    assert notebook.run('ck.check("99-boot")').mark == 2


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["answer == 2", "def f():\n    answer = 1", "answer(("],
        ["answer = 1", 'ck.check("99-download", answer)'],
        ["answer = 1\nck.check('99-download')"],
    ],
)
def test_an_answer_that_was_bound_for_another_is_not_taken(cells: list[str]) -> None:
    notebook = Notebook(answer=BOOT)
    notebook.names["In"] += cells
    report = notebook.run('ck.check("99-boot")')
    assert report.mark == 0 and not report.verdict.answered


def test_the_check_may_stand_in_the_answer_s_own_cell() -> None:
    assert Notebook().run(f'answer = {BOOT!r}\nck.check("99-boot")').mark == 2


def test_a_function_is_found_by_its_name() -> None:
    report = Notebook(lookup=3).run('ck.check("99-lookup")')
    assert "`lookup`" in report.verdict.said


def test_what_was_clicked_later_counts_until_the_cell_says_something_new() -> None:
    notebook = Notebook(**{VARIABLE: BOOT[::-1]})
    assert notebook.run('ck.check("99-boot")').mark == 0
    typed = session._typed
    session._typed = lambda exercise, names=None: typed(exercise, notebook.names if names is None else names)  # type: ignore[assignment]
    try:
        assert ck.keep("99-boot", BOOT) == f"{VARIABLE} = {BOOT!r}"
    finally:
        session._typed = typed
    report = notebook.run('ck.check("99-boot")')
    assert report.mark == 2 and report.note.startswith("Your click counts")
    notebook.names[VARIABLE] = ["kernel", "firmware", "bootloader", "init"]
    report = notebook.run('ck.check("99-boot")')
    assert report.mark < 2 and report.note.startswith("The cell's answer counts")
    notebook.names[VARIABLE] = ...
    assert notebook.run('ck.check("99-boot")').mark == 2


def test_nobody_gets_the_open_variants_back(capsys: pytest.CaptureFixture[str]) -> None:
    ck.start("99-tiny")
    first = ck.case("99-download")
    ck.start("99-tiny", student="ada")
    assert ck.case("99-download") != first
    ck.start("99-tiny")
    assert ck.case("99-download") != first
    ck.start("99-tiny", student="")
    assert ck.case("99-download") == first
    assert "open variants" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (
            "import math\ndef f():\n    return math.pi\nck.check('f', f)",
            "import math\ndef f():\n    return math.pi\npass",
        ),
        ("%time\nfrom coursekit import x\ndef f(): ...", "pass\npass\ndef f(): ..."),
        ("ck.check(\n  'f',\n  f)\nx = 1", "pass\n\n\nx = 1"),
        ("def f(:", "def f(:"),
    ],
)
def test_a_function_s_cell_may_hold_its_check(source: str, left: str) -> None:
    assert alone(source) == left
