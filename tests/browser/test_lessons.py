"""Each lesson, top to bottom in JupyterLab in a real browser: as its author wrote it, and as a learner gets it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import shoot

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.parent.name for path in (ROOT / "notebooks" / "en").glob("*/*.ipynb"))
ERRORS = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"


@pytest.fixture
def run_lesson(lab: Any, open_notebook: Callable[..., Any]) -> Callable[..., Any]:
    def run_it(lesson: str, source: Path, **options: Any) -> Any:
        place = lab.folder / str(len(list(lab.folder.iterdir()))) / lesson  # no test meets another's kernel
        shutil.copytree(source.parent, place)
        opened = open_notebook(str(place.relative_to(lab.folder) / source.name), **options)
        opened.run_all(timeout=180)
        return opened

    return run_it


def look(opened: Any, lesson: str, kind: str) -> None:
    """Screenshots of the whole notebook, a window at a time."""
    scroller = opened.page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").first
    height = scroller.evaluate("element => element.scrollHeight")
    for number, top in enumerate(range(0, height, 950)):
        scroller.evaluate(f"element => element.scrollTo(0, {top})")
        opened.page.wait_for_timeout(250)
        shoot(opened.page, f"{lesson}-{kind}-{number:02}")


def executed(opened: Any) -> list[str]:
    """The prompts of all code cells, as the notebook's model has them."""
    return list(opened.page.locator(".jp-CodeCell .jp-InputArea-prompt").all_text_contents())


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_source_runs_from_top_to_bottom(run_lesson: Callable[..., Any], lesson: str) -> None:
    opened = run_lesson(lesson, ROOT / "notebooks" / "en" / lesson / f"{lesson}.ipynb")
    assert opened.page.locator(ERRORS).all_text_contents() == []
    look(opened, lesson, "source")
    assert opened.page.locator(ERRORS).all_text_contents() == []
    assert opened.outside == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_learner_gets_runs_to_the_end_unsolved(run_lesson: Callable[..., Any], lesson: str) -> None:
    released = ROOT / "coursekit" / "data" / "lessons" / "en" / lesson / f"{lesson}.ipynb"
    opened = run_lesson(lesson, released)
    look(opened, lesson, "released")
    assert opened.page.locator(ERRORS).all_text_contents() == []
    assert opened.outside == []


def test_a_lesson_runs_again_after_a_click(run_lesson: Callable[..., Any]) -> None:
    lesson = "06-nginx-133mb"
    opened = run_lesson(lesson, ROOT / "coursekit" / "data" / "lessons" / "en" / lesson / f"{lesson}.ipynb")
    scroller = opened.page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").first
    scroller.evaluate("element => element.scrollTo(0, 0)")  # cells that are far off are not in the page
    radio = opened.page.locator("input[type=radio]").first
    radio.wait_for(timeout=60_000)
    radio.scroll_into_view_if_needed()
    radio.click()
    opened.page.wait_for_timeout(500)
    opened.run_all(timeout=90)
    assert opened.page.locator(ERRORS).all_text_contents() == []
