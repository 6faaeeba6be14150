"""The card of an exercise in a real JupyterLab: fresh, opened, kept, checked, hinted, typed, and there after a reload."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.exercises import catalogue, proof, seeds
from tests.browser.conftest import Lab, Opened, set_up, shoot, visit, wait_for_idle
from tests.browser.learner import CARD, Learner, checked, opened_card, right_answer, state_of
from tests.browser.seeing import SEEING, ask, axe
from tests.exercises import tiny

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = str(Path(__file__).resolve().parents[2])
FIRST = f"""
import os, sys
sys.path.insert(0, {ROOT!r})
os.environ["COURSEKIT_EXERCISES"] = "tests.exercises.tiny"
import coursekit as ck
ck.start("99-tiny", "ada")
"""
ASKED = ("99-adds-files", "99-boot", "99-owners", "99-download", "99-seen", "99-lookup")
CELLS = {id: (f"{id}-question", f"{id}-answer", id) for id in ASKED}


def stub(id: str) -> str:
    (exercise,) = (each for each in tiny.EXERCISES if each.id == id)
    return f"def {exercise.variable}(*asked):\n    ..." if exercise.function else f"{exercise.variable} = ..."


def notebook(folder: Path) -> None:
    cells = [new_code_cell(FIRST, id="first")]
    for id, (question, answer, check) in CELLS.items():
        cells += [
            new_code_cell(f'ck.question("{id}")', id=question),
            new_code_cell(stub(id), id=answer),
            new_code_cell(f'ck.check("{id}")', id=check, metadata={"jupyter": {"source_hidden": True}}),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "cards.ipynb")


@pytest.fixture(scope="module")
def opened(lab: Lab, browser: Any) -> Iterator[Opened]:
    """The notebook, all of its cells run as somebody fresh."""
    lab.forget()
    set_up(lab, "notebook-extension:tracker", {"windowingMode": "none"})  # all cells stay in the page
    notebook(lab.folder / "cards")
    shown = visit(lab, browser, "cards/cards.ipynb")
    shown.page.evaluate(SEEING)
    shown.run_all()
    yield shown
    shown.page.context.close()
    set_up(lab, "notebook-extension:tracker", {})


def card(opened: Opened, id: str) -> Any:
    return opened_card(Learner(opened).cell(f"{id}-question"))


def exercise(id: str) -> Any:
    return next(each for each in tiny.EXERCISES if each.id == id)


def wrong(id: str) -> Any:
    found = exercise(id)
    if not found.wrong_models:
        return list(reversed(right(id)))
    return proof.believing(found, seeds.case_for(found, "ada"), found.wrong_models[0])


def right(id: str) -> Any:
    found = exercise(id)
    return found.truth(seeds.case_for(found, "ada"))


def test_fresh_an_exercise_is_one_line_and_its_check_says_nothing(opened: Opened) -> None:
    learner = Learner(opened)
    for id in ASKED:
        place = learner.cell(f"{id}-question")
        place.locator(".ck-line").wait_for()
        assert "not answered yet" in place.locator(".ck-line").inner_text()
        assert place.locator(CARD).is_hidden()
    assert opened.page.locator(".coursekit-report").locator("visible=true").count() == 0
    shoot(opened.page, "cards-fresh")


@pytest.mark.parametrize("id", [id for id in ASKED if id != "99-lookup"])
def test_wrong_and_right_are_shown_where_it_was_answered(opened: Opened, id: str) -> None:
    learner, shown = Learner(opened), card(opened, id)
    form = exercise(id).shape(seeds.case_for(exercise(id), "ada"))
    learner.give(shown, form, wrong(id))
    shown.locator(".ck-head .ck-kept").wait_for()
    said = checked(shown)
    shoot(shown, f"card-{id}-wrong")
    assert state_of(shown) in ("wrong", "partly"), said
    for model in exercise(id).wrong_models[:1]:
        assert model.of.instead.replace("`", "") in said.replace("\n", " ")
    assert shown.locator(".ck-answer .ck-wrong").count() > 0
    learner.give(shown, form, right(id))
    said = checked(shown)
    shoot(shown, f"card-{id}-right")
    assert state_of(shown) == "right" and "Right" in said
    assert shown.locator(".ck-answer .ck-wrong, .ck-answer .ck-off").count() == 0


def test_a_function_is_taken_from_the_notebook_and_its_smallest_case_is_shown(opened: Opened) -> None:
    learner, shown = Learner(opened), card(opened, "99-lookup")
    assert shown.get_by_role("button", name="Type it instead").is_hidden()
    assert "press Check" in checked(shown) and state_of(shown) == "open"
    learner.type("99-lookup-answer", "def lookup(layers, path):\n    return 0\n")
    learner.run("99-lookup-answer")
    said = checked(shown)
    assert state_of(shown) in ("wrong", "partly") and "It should return" in said
    shoot(shown, "card-99-lookup-wrong")
    shown.get_by_role("button", name="Hint 1 of").click()
    shown.locator(".ck-hints li").first.wait_for()
    shown.get_by_role("button", name="Hint 2 of").wait_for()
    learner.type("99-lookup-answer", right("99-lookup"))
    learner.run("99-lookup-answer")
    checked(shown)
    assert state_of(shown) == "right"


def test_a_value_that_is_typed_is_checked_when_its_cell_ran_and_says_which_counts(opened: Opened) -> None:
    learner, shown = Learner(opened), card(opened, "99-download")
    name, truth = exercise("99-download").variable, right("99-download")
    for given, state in ((2 * truth, "wrong"), (truth, "right")):
        learner.type("99-download-answer", f"{name} = {given}")
        learner.run("99-download-answer")
        shown.locator(f".ck-head .ck-{state}").wait_for()
        assert shown.get_by_label("Your answer").input_value() == str(given)  # it stands in the form, too
    shown.get_by_label("Your answer").fill(str(3 * truth))
    shown.locator(".ck-head .ck-kept").wait_for()
    assert f"The cell says {truth}." in checked(shown)
    learner.type("99-download-answer", f"{name} = {truth}  # again")
    learner.run("99-download-answer")  # the same value: what was clicked still counts
    assert state_of(shown) == "wrong"


def test_the_check_cell_says_one_line_that_points_up_and_keeps_mark_and_evidence(opened: Opened) -> None:
    learner, shown = Learner(opened), card(opened, "99-owners")
    learner.give(shown, exercise("99-owners").shape(seeds.case_for(exercise("99-owners"), "ada")), right("99-owners"))
    learner.run("99-owners")
    line = learner.cell("99-owners").locator(".coursekit-report")
    line.get_by_text("✓ Right: 3 of 3 points").wait_for()
    assert line.locator("a").get_attribute("href") == "#ck-card-99-owners"
    assert state_of(shown) == "right"
    (output,) = opened.page.evaluate(
        "at => window.jupyterapp.shell.currentWidget.content.widgets[at].model.outputs.toJSON()",
        learner.at["99-owners"],
    )
    assert output["data"]["text/plain"] == "3"
    assert output["data"]["application/vnd.coursekit.answer+json"]["answer"] == right("99-owners")


def test_the_way_on_leads_to_the_next_card(opened: Opened) -> None:
    learner, shown = Learner(opened), card(opened, "99-adds-files")
    learner.give(
        shown, exercise("99-adds-files").shape(seeds.case_for(exercise("99-adds-files"), "ada")), right("99-adds-files")
    )
    checked(shown)
    shown.get_by_role("link", name="Next: Write lookup →").click()
    assert opened.page.evaluate("() => document.activeElement.id") == "ck-card-99-lookup"


def test_what_is_right_can_be_answered_again(opened: Opened) -> None:
    shown = card(opened, "99-adds-files")
    form = exercise("99-adds-files").shape(seeds.case_for(exercise("99-adds-files"), "ada"))
    if state_of(shown) != "right":
        Learner(opened).give(shown, form, right("99-adds-files"))
        checked(shown)
    shown.get_by_role("button", name="Answer again").click()
    shown.locator(".ck-head .ck-open").wait_for()
    checked(shown)
    assert state_of(shown) == "right"


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_axe_finds_nothing_on_a_card_in_any_state(opened: Opened, theme: str) -> None:
    opened.wear(theme)
    try:
        opened.page.evaluate(axe())
        for id in ASKED:
            ask(card(opened, id).locator(".."), "mark")
            shoot(card(opened, id), f"card-{id}-{theme.rpartition(' ')[2]}")
        assert opened.page.evaluate("() => seeing.violations()") == []
    finally:
        opened.wear("JupyterLab Light")


def test_at_the_width_of_a_telephone_nothing_is_cut_off(opened: Opened) -> None:
    opened.command("application:toggle-left-area")
    opened.page.set_viewport_size({"width": 400, "height": 900})
    try:
        for id in ASKED:
            shown = card(opened, id)
            opened.page.wait_for_function(
                "root => root.getBoundingClientRect().width < 400", arg=shown.element_handle()
            )
            shoot(shown, f"card-{id}-400")
            assert ask(shown, "cut") == [], id
    finally:
        opened.page.set_viewport_size({"width": 1500, "height": 1100})
        opened.command("application:toggle-left-area")


def test_the_last_answer_is_there_after_a_reload_and_in_a_new_kernel(opened: Opened) -> None:
    shown = card(opened, "99-download")
    answer = str(5 * right("99-download"))  # none that stood there before: what is not new is not kept again
    shown.get_by_label("Your answer").fill(answer)
    shown.locator(".ck-head .ck-kept").wait_for()
    opened.command("docmanager:save")
    opened.page.reload()
    opened.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    wait_for_idle(opened.page)
    shown = card(opened, "99-download")
    assert shown.get_by_label("Your answer").input_value() == answer
    restart = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    opened.page.evaluate(restart)
    wait_for_idle(opened.page)
    opened.run_all()
    shown = card(opened, "99-download")
    shown.locator(".ck-head .ck-wrong").wait_for()  # the check's cell has judged it
    assert shown.get_by_label("Your answer").input_value() == answer


COURSE = ("lookup", "level-hidden")


@pytest.fixture(scope="module")
def course(lab: Lab, browser: Any) -> Iterator[Opened]:
    """Two exercises of the course: a function, and a level."""
    lab.forget()
    begin = f"import sys\nsys.path.insert(0, {ROOT!r})\nimport coursekit as ck\n"
    cells = [new_code_cell(begin, id="first")]
    for id in COURSE:
        cells += [new_code_cell(f'ck.question("{id}")', id=f"{id}-question"), new_code_cell("...", id=f"{id}-answer")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder = lab.folder / "course"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "course.ipynb")
    shown = visit(lab, browser, "course/course.ipynb")
    shown.run_all()
    yield shown
    shown.page.context.close()


def test_a_function_that_errs_is_stepped_through_on_its_card(course: Opened) -> None:
    learner, shown = Learner(course), card(course, COURSE[0])
    name = catalogue.exercise(COURSE[0]).variable
    learner.type(f"{COURSE[0]}-answer", f"def {name}(*asked):\n    found = 0\n    return found\n")
    learner.run(f"{COURSE[0]}-answer")
    checked(shown)
    see = shown.get_by_role("button", name="Step through it")
    see.click()
    shown.locator(".ck-stepper .ck-lines [data-here]").wait_for()
    shoot(shown, "card-steps")
    see.click()
    shown.locator(".ck-stepper").wait_for(state="hidden")
    learner.type(f"{COURSE[0]}-answer", right_answer(catalogue.exercise(COURSE[0])))
    learner.run(f"{COURSE[0]}-answer")
    checked(shown)
    assert state_of(shown) == "right" and see.is_hidden()


def test_a_level_is_played_and_judged_on_its_card(course: Opened) -> None:
    shown, level = card(course, COURSE[1]), catalogue.exercise(COURSE[1])
    shown.get_by_label("Command", exact=True).wait_for()
    assert "no command yet" in checked(shown)
    for line in right_answer(level).splitlines():
        shown.get_by_label("Command", exact=True).fill(line)
        shown.get_by_role("button", name="Run", exact=True).click()
        shown.locator(".ck-command", has_text=line).wait_for()
    shown.locator(".ck-head .ck-kept").wait_for()
    checked(shown)
    shoot(shown, "card-level")
    assert state_of(shown) == "right"
