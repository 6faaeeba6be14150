"""A notebook file is judged as it was saved: from its cells, its outputs and answers.json, without being run."""

import json
import os
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from coursekit.errors import ExerciseError
from coursekit.exercises import seeds
from coursekit.exercises.evidence import MIME
from coursekit.grading.judging.check import check_notebook
from coursekit.grading.judging.notebook import literal
from coursekit.grading.sandbox import bare_python
from tests.exercises import tiny

pytestmark = pytest.mark.usefixtures("tiny_exercises")


def cell(id: str, source: str, outputs: list[Any] | None = None, **marks: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": id, "grade": False, "solution": False, "points": 0, **marks}}
    return {
        "cell_type": "code",
        "id": id,
        "metadata": metadata,
        "source": source,
        "outputs": outputs or [],
        "execution_count": None,
    }


def pair(id: str, source: str, evidence: Any = None) -> list[dict[str, Any]]:
    """An answer cell and its grade cell, which shows this evidence."""
    shown = [{"output_type": "execute_result", "data": {"text/plain": "99", MIME: evidence}}] if evidence else []
    return [
        cell(f"{id}-answer", source, solution=True),
        cell(id, f'ck.check("{id}", answer)', shown, grade=True, points=1),
    ]


def saved(folder: Path, *cells: list[dict[str, Any]], student: str | None = "ada") -> Path:
    path = folder / "lesson.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(chain(*cells))}))
    if student is not None:
        (folder / "answers.json").write_text(json.dumps({"student": student, "answers": {}}))
    return path


def right(exercise: Any, student: str = "ada") -> Any:
    return exercise.truth(seeds.case_for(exercise, student))


def test_each_answer_is_judged_from_where_it_lies(tmp_path: Path) -> None:
    computed = {"exercise": "99-download", "seed": "ada", "version": "", "answer": right(tiny.DOWNLOAD)}
    path = saved(
        tmp_path,
        pair("99-download", "answer = sum(case['compressed'])", computed),
        pair("99-boot", f"answer = {right(tiny.BOOT)!r}"),
        pair("99-lookup", right(tiny.LOOKUP)),
        pair("99-owners", "answer = ..."),
    )
    checked = check_notebook(path)
    assert [report.verdict.mark for report in checked.reports] == [2, 2, 4, 0]
    assert (checked.student, checked.mark, checked.points) == ("ada", 8, 11)
    assert not checked.reports[-1].verdict.answered


def test_a_mark_that_is_written_into_the_output_does_not_count(tmp_path: Path) -> None:
    lie = {"exercise": "99-boot", "seed": "ada", "version": "", "answer": ["init"], "mark": 2}
    assert check_notebook(saved(tmp_path, pair("99-boot", "answer = f()", lie))).mark == 0


def test_an_answer_in_plain_sight_is_newer_than_a_stale_output(tmp_path: Path) -> None:
    stale = {"exercise": "99-boot", "seed": "ada", "version": "", "answer": ["init"]}
    assert check_notebook(saved(tmp_path, pair("99-boot", f"answer = {right(tiny.BOOT)!r}", stale))).mark == 2


def test_without_an_answers_file_the_outputs_say_whose_variant_it_is(tmp_path: Path) -> None:
    computed = {"exercise": "99-download", "seed": "bob", "version": "", "answer": right(tiny.DOWNLOAD, "bob")}
    checked = check_notebook(saved(tmp_path, pair("99-download", "answer = x", computed), student=None))
    assert (checked.student, checked.mark) == ("bob", 2)


def test_clicked_answers_are_read_from_their_file(tmp_path: Path) -> None:
    path = saved(tmp_path, pair("99-boot", "answer = ..."))
    row = {"exercise": "99-boot", "seed": "ada", "version": "", "answer": right(tiny.BOOT)}
    (tmp_path / "answers.json").write_text(json.dumps({"student": "ada", "answers": {"99-boot": row}}))
    assert check_notebook(path).mark == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no notebook"),
        ("[]", "JSON of another kind"),
        ('{"nbformat": 3, "cells": []}', "format 3 that cannot be read"),
        ('{"nbformat": 4}', "has no cells"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(ExerciseError, match=said) as refused:
        check_notebook(tmp_path / "x.ipynb")
    assert "\n" not in str(refused.value)


def test_a_missing_notebook_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match="No such file"):
        check_notebook(tmp_path / "x.ipynb")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("answer = 1\nanswer = [1, 'a']", [1, "a"]),
        ("answer = ...", ...),
        ("answer = -3", -3),
        ("answer = f()", ...),
        ("answer = 1\nanswer = f()", ...),
        ("answer = (", ...),
        ('answer = """\nwords\n"""', "\nwords\n"),
        ("x = 1", ...),
        (None, ...),
    ],
)
def test_an_answer_is_read_from_its_cell_only_where_it_stands_there(source: str | None, value: Any) -> None:
    assert literal(source) == value


def test_a_function_runs_in_a_box_or_not_at_all_unless_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bare_python, "boxed", lambda: False)
    trace = tmp_path / "ran"
    path = saved(tmp_path, pair("99-lookup", f"open({str(trace)!r}, 'w')\ndef lookup(layers, name): return 1"))
    with pytest.raises(ExerciseError, match="--box none"):
        check_notebook(path)
    assert not trace.exists()
    assert check_notebook(path, unboxed=True).reports[0].verdict.answered and trace.exists()


def test_a_pipe_is_no_notebook_and_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.ipynb")
    with pytest.raises(ExerciseError, match="is no file"):
        check_notebook(tmp_path / "x.ipynb")
