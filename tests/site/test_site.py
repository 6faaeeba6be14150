"""The static site, built once and looked at in a browser: a front page without Python, a lesson live, nothing from elsewhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coursekit.errors import CourseError, ToolMissing
from coursekit.exercises import catalogue, seeds
from coursekit.exercises.evidence import MIME
from coursekit.grading.judging.check import check_notebook
from coursekit.site.build import build
from tests.site.live import Live, said
from tests.site.serving import served
from tests.tools import PATIENCE, needs

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs("chromium", "node", "npm")]

KERNEL = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}
KEPT = "() => document.documentElement.dataset.offline === 'kept'"
SEEN_IN = "def seen_in(layers, path):\n    return next((n for n, layer in enumerate(layers) if path in layer), None)"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    out = tmp_path_factory.mktemp("built") / "site"
    try:
        build(out, "https://course.example/", lambda said: None)
    except ToolMissing as problem:  # no registry answers
        pytest.skip(str(problem))
    with served(out) as address:
        yield address


@pytest.fixture
def context(browser: Any, root: str) -> Iterator[Any]:
    """A browser that was never here; it asked nobody but the site."""
    asked: list[str] = []
    made = browser.new_context(viewport={"width": 1250, "height": 900})
    made.set_default_timeout(1000 * PATIENCE)
    made.on("request", lambda request: asked.append(request.url))
    yield made
    made.close()
    assert [url for url in asked if not url.startswith((root, "data:", "blob:"))] == []


def test_the_front_page_plays_without_python(context: Any, root: str) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(root)
    stored = page.locator("[data-part=stored]")
    before, seen = stored.inner_text(), page.locator("[data-part=seen]").inner_text()
    page.get_by_role("button", name=re.compile("^Delete this file")).click()
    assert page.locator(".live .ck-whiteout").count() == 1
    assert stored.inner_text() == before
    assert page.locator("[data-part=seen]").inner_text() != seen
    page.get_by_role("button", name="Step back").click()
    assert page.locator("[data-part=seen]").inner_text() == seen
    assert [url for url in asked if "/live/" in url] == []
    assert page.locator(".lessons a.read").count() == 8


def test_a_lesson_reads_without_a_kernel_and_without_scripts(browser: Any, root: str) -> None:
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{root}/read/03-union/index.html")
        assert page.locator("h1").inner_text() == page.title().removesuffix(" · coursekit")
        assert (
            page.locator("meta[property='og:image']").get_attribute("content")
            == "https://course.example/assets/preview-03.png"
        )
        first = page.locator(".played").first
        first.locator(".ck-player" if scripts else "figure svg").wait_for()
        context.close()


def test_the_switch_keeps_the_place(context: Any, root: str) -> None:
    page = context.new_page()
    page.goto(f"{root}/read/03-union/index.html")
    page.locator("#who-answers-question").evaluate("section => section.scrollIntoView()")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/read/03-union/index.html#who-answers-question")
    assert page.locator("html").get_attribute("lang") == "zh"
    page.get_by_role("link", name="动手做这道题").first.click()
    page.wait_for_url("**/live/notebooks/index.html?path=zh/03-union/03-union.ipynb*")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/live/notebooks/index.html?path=03-union/03-union.ipynb*")


def test_a_live_lesson_speaks_its_language(context: Any, root: str) -> None:
    lesson = Live(context.new_page(), root, "zh/00-start")
    shown = lesson.run(
        "import", "try-pick-question", "try-pick-answer", "try-pick", try_pick_answer="try_pick = 'base'"
    )
    assert "层" in said(shown["try-pick-question"])
    assert re.search("[一-鿿]", json.dumps(shown["try-pick"], ensure_ascii=False))


def test_a_lesson_is_live_judges_and_is_there_again_without_a_network(context: Any, root: str) -> None:
    lesson = Live(context.new_page(), root, "00-start")
    drawn = "import coursekit as ck, random\nprint(random.random())"
    first = said(lesson.run("import", **{"import": drawn})["import"])
    wrong = lesson.run(
        "try-function-answer", "try-function", try_function_answer="def seen_in(layers, path):\n    return 0"
    )
    assert said(wrong["try-function"])[0] == "0"
    right = lesson.run("try-function-answer", "try-function", "docker-load", "docker", try_function_answer=SEEN_IN)
    assert said(right["try-function"])[0] == "1"
    assert "debian-nginx" in said(right["docker"])
    lesson.saved()
    lesson.page.wait_for_function(KEPT)
    lesson.page.close()
    context.set_offline(True)
    again = Live(context.new_page(), root, "00-start")
    assert SEEN_IN in again.page.evaluate(
        "() => JSON.stringify(window.jupyterapp.shell.currentWidget.model.toJSON())"
    ).encode().decode("unicode_escape")
    shown = again.run("import", "progress")
    assert said(shown["import"]) != first
    assert "● " in said(shown["progress"]) or "1 of 2" in said(shown["progress"])


def test_work_is_downloaded_and_brought_back(context: Any, root: str, tmp_path: Path) -> None:
    row = {"exercise": "try-pick", "seed": "ada", "version": "0.1.0", "answer": "app"}
    output = {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {MIME: row, "text/plain": "1"},
    }
    cell = {
        "cell_type": "code",
        "id": "try-pick",
        "metadata": {},
        "source": 'ck.check("try-pick")',
        "outputs": [output],
        "execution_count": 1,
    }
    notebook = {"cells": [cell], "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "00-start (1).ipynb").write_text(json.dumps(notebook))
    page = context.new_page()
    page.goto(root)
    page.set_input_files("[data-part=bring]", tmp_path / "00-start (1).ipynb")
    with page.expect_download() as download:
        page.get_by_role("button", name="00-start.ipynb").click()
    assert json.loads(Path(download.value.path()).read_text()) == notebook
    lesson = Live(context.new_page(), root, "00-start")
    assert lesson.ids() == ["try-pick"]
    kept = lesson.run("try-pick", **{"try_pick": 'import json; print(json.load(open("answers.json")))'})
    assert "'try-pick': {" in said(kept["try-pick"]) and "'student': 'ada'" in said(kept["try-pick"])


def test_a_card_answered_by_hand_has_its_marks_in_the_notebook_that_is_handed_in(
    context: Any, root: str, tmp_path: Path
) -> None:
    page = context.new_page()
    lesson = Live(page, root, "01-bootfs-rootfs")
    lesson.run("import", "start", "disk-or-image-question")
    card, picks = page.locator(".ck-card"), page.locator(".ck-card .ck-picks label")
    exercise = catalogue.exercises()["disk-or-image"]
    keys = list(exercise.form(seeds.case_for(exercise, "")).items)
    for pick, shown in (("disk-vmlinuz", "ck-wrong"), ("disk-rootfs", "ck-right")):
        for label in picks.all():
            label.locator("input").uncheck()
        picks.nth(keys.index(pick)).click()
        card.locator(".ck-act").click()
        card.locator(f".ck-verdict.{shown}").wait_for()
    lesson.run("disk-or-image-answer", "disk-or-image")
    lesson.saved()
    page.goto(root)
    with page.expect_download() as download:
        page.get_by_role("button", name="01-bootfs-rootfs.ipynb").click()
    download.value.save_as(tmp_path / "01-bootfs-rootfs.ipynb")
    assert check_notebook(tmp_path / "01-bootfs-rootfs.ipynb", unboxed=True).mark == exercise.points


def test_links_between_live_lessons_lead_to_lessons(context: Any, root: str) -> None:
    page = Live(context.new_page(), root, "00-start").page
    page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.at(-7).node.scrollIntoView()")
    page.locator(".jp-RenderedMarkdown a[href*='02-layers']").first.click()
    page.wait_for_url("**/live/notebooks/index.html?path=02-layers/02-layers.ipynb")
    page.get_by_role("link", name="Next lesson").click()
    page.wait_for_url("**/live/notebooks/index.html?path=03-union/03-union.ipynb")
    page.get_by_role("heading", name="How do many layers look like one tree?").wait_for()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="holds other files"):
        build(tmp_path, "", lambda said: None)
    assert (tmp_path / "thesis.txt").read_text() == "mine"
