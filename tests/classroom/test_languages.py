"""A class has one language in its configuration; a student who hands in the other edition is answered in it."""

from pathlib import Path
from typing import Any

import pytest

from coursekit.exercises.editions import language_of
from tests.classroom.course import Course, answered, kept, source_notebook
from tests.exercises import tiny

pytestmark = [pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def test_what_a_class_gets_speaks_the_language_of_its_configuration(classroom: Any, tmp_path: Path) -> None:
    course = Course(tmp_path, tiny.LESSON, "zh")
    released = course.generate(source_notebook(tiny.LESSON, tiny.EXERCISES[:1], {tiny.EXERCISES[0].id: "answer = 1"}))
    assert language_of(released.metadata) == "zh" and language_of(classroom.released.metadata) is None


def test_feedback_comes_in_the_language_of_what_was_handed_in(classroom: Any) -> None:
    course, pages, marks = classroom.course, {}, []
    for student, spoken in (("李雷", "zh"), ("韩梅梅", None)):
        cells = classroom.right(student) | {f"{tiny.EXERCISES[0].id}-answer": "answer = 'odd'"}
        notebook = answered(classroom.released, cells)
        if spoken:
            notebook.metadata["coursekit"] = {"language": spoken}
        course.submit(student, notebook, kept(student))
        assert course.autograde(student)["success"]
        pages[student] = course.feedback(student)
        marks.append(course.marks(student))
    chinese, english = pages.values()
    assert marks[0] == marks[1] and any(marks[0].values())
    assert "还没答对" in chinese and "✓ 对了" in chinese and "✗ Not yet" not in chinese
    assert '<div class="ckp" lang="zh">' in chinese and "你的作答" in chinese
    assert "What is wrong first" not in chinese and "Your answer" not in chinese and "Your answer" in english
    assert "✗ Not yet" in english and "还没答对" not in english
