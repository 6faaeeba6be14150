"""Formgrader in a real browser: results seen, words marked by hand, feedback looked at; nothing foreign runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.api import Gradebook

from coursekit.exercises import catalogue
from coursekit.grading.classroom.pool import Local
from coursekit.grading.sandbox.boxes import Boxes
from tests.browser.conftest import shoot
from tests.browser.seeing import axe
from tests.classroom.conftest import LOOKUP, solution
from tests.classroom.course import ENVIRONMENT, Course, answered, kept, source_notebook
from tests.classroom.test_class import config
from tests.classroom.test_formgrader import Formgrader, serving
from tests.exercises import tiny
from tests.tools import PATIENCE, needs

pytestmark = [
    needs("bwrap"),
    pytest.mark.browser,
    pytest.mark.classroom,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]

LESSON = tiny.LESSON
EVIL = '<img src=x onerror="top.ran=1;parent.ran=1;window.ran=1"><script>top.ran=1;window.ran=1</script>'
SHOWN = f"from IPython.display import HTML, Javascript\nimport sys\nprint({EVIL!r})\ndisplay(HTML({EVIL!r}))\n"
CONFIGURATION = """
from coursekit.grading.nbgrader import configure
c = get_config()
configure(c)
"""


def hands_in(course: Course, released: Any, student: str, cells: dict[str, str]) -> None:
    notebook = answered(released, cells)
    notebook.cells.append(new_markdown_cell(f"my notes {EVIL} [x](javascript:window.ran=1)", id="notes"))
    notebook.cells[1].outputs = [new_output("display_data", data={"text/html": EVIL})]
    course.submit(student, notebook, kept(student))


def grade(root: Path) -> None:
    """A class of two: ada is right, and has words; eve is wrong, and writes markup wherever she may."""
    course = Course(root, LESSON)
    right = {each.id: solution(each, "ada") for each in tiny.EXERCISES if each.id != "99-words"}
    solutions = {each.id: solution(each, "") for each in tiny.EXERCISES} | {"99-lookup": LOOKUP}
    released = course.generate(source_notebook(LESSON, tiny.EXERCISES, solutions))
    cells = {f"{id}-answer": text for id, text in right.items()}
    hands_in(course, released, "ada", cells | {"99-words": "answer = 'The base is most of it.'"})
    evil = {"99-download-answer": f"{SHOWN}answer = 7", "99-boot-answer": f"answer = [{EVIL!r}]"}
    hands_in(course, released, "eve", evil | {"99-words": f"answer = {EVIL!r}"})
    from coursekit.grading.classroom.batch import Class

    with Boxes(hidden=[str(root)]) as boxes:
        Class(LESSON, print, config=config(root)).run(["ada", "eve"], Local(boxes, 2))


@pytest.fixture
def formgrader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Formgrader]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    catalogue.forget()
    root = tmp_path / "course"
    grade(root)
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    try:
        with serving(root, **ENVIRONMENT) as started:
            yield started
    finally:
        catalogue.forget()


def score_of(root: Path, student: str) -> tuple[float | None, bool]:
    """What a person gave for the words, and whether they still wait for one."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("99-words", LESSON, LESSON, student)
        return grade.manual_score, bool(grade.needs_manual_grade)


def test_a_class_is_looked_at_and_its_words_are_marked(formgrader: Formgrader, browser: Any, tmp_path: Path) -> None:
    root = tmp_path / "course"
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE * 1000)

    page.goto(f"{formgrader.pages}/manage_submissions/{LESSON}/")
    page.wait_for_selector("text=eve")
    shoot(page, "formgrader-submissions")
    scores = page.locator("tbody tr").all_inner_texts()
    assert len(scores) == 2 and any("ada" in row and "14 / 17" in row for row in scores), scores

    page.goto(f"{formgrader.pages}/gradebook/{LESSON}/{LESSON}/")
    page.wait_for_selector("text=Submission #1")
    shoot(page, "formgrader-gradebook")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        ids = {name: gradebook.find_submission_notebook(LESSON, LESSON, name).id for name in ("ada", "eve")}

    marked_by_hand(page, f"{formgrader.pages}/submissions/{ids['ada']}/")
    assert score_of(root, "ada") == (2.0, False)
    page.goto(f"{formgrader.pages}/submissions/{ids['eve']}/")
    page.locator("#\\39 9-words").wait_for()
    shoot(page, "formgrader-eve", full_page=True)
    assert page.evaluate("window.ran") is None and page.get_by_text("onerror=").first.is_visible()

    assert formgrader.press(f"assignment/{LESSON}/generate_feedback")["success"]
    for student in ("ada", "eve"):
        feedback = root / "feedback" / student / LESSON / f"{LESSON}.html"
        page.goto(feedback.as_uri())
        shoot(page, f"feedback-{student}", full_page=True)
        assert page.evaluate("window.ran") is None
        text = page.inner_text("body")
        assert "For the grader" not in text and "Your answer" in text
        assert ("given by a person" if student == "ada" else "which wait for a person") in text
        assert is_for_everyone(page, feedback) == []
    page.context.close()


def is_for_everyone(page: Any, path: Path) -> list[str]:
    """What axe finds on a page in the dark on a phone; that it is wider than that is a finding, too."""
    context = page.context.browser.new_context(
        viewport={"width": 400, "height": 900}, color_scheme="dark", bypass_csp=True
    )
    narrow = context.new_page()
    narrow.goto(path.as_uri())
    narrow.evaluate(axe())
    found = narrow.evaluate("axe.run().then((done) => done.violations.map((each) => each.id))")
    wide = narrow.evaluate("document.documentElement.scrollWidth")
    context.close()
    return [*found, f"{wide} px wide"] if wide > 400 else found


def marked_by_hand(page: Any, address: str) -> None:
    """Types two points for the words, with the rubric beside them, and waits until they are saved."""
    page.goto(address)
    score = page.locator("#\\39 9-words")
    score.wait_for()
    page.wait_for_function("() => typeof formgrader === 'object' && formgrader.grades && formgrader.grades.loaded")
    assert page.get_by_text("names the base").first.is_visible()
    score.scroll_into_view_if_needed()
    with page.expect_response(lambda sent: "/api/grade/" in sent.url and sent.request.method == "PUT") as saved:
        score.fill("2")
        score.press("Tab")
    assert saved.value.ok
    shoot(page, "formgrader-words")
