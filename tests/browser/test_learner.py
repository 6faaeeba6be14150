"""Every kind of exercise answered wrong and then right, a hint between, in a real JupyterLab; whole lessons on request:

COURSEKIT_WALK="01-bootfs-rootfs 02-layers" pytest tests/browser/test_learner.py
"""

import os
import re
import shutil
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.model import Exercise, Kind, written
from coursekit.grading.classroom.release import RELEASED
from tests.browser.conftest import Lab, set_up, shoot
from tests.browser.learner import CARD, Learner, right_answer, wrong_answer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ONE_OF_EACH = (
    "boot-order",
    "bootfs-claims",
    "mysql-by-dockerfile",
    "try-function",
    "download-size",
    "digest-names",
    "ledger-133",
    "explain-kernel",
    "try-pick",
)


def of_each_kind() -> list[Exercise]:
    """The exercises of the notebook of this test, one of each kind at least."""
    return [catalogue.exercise(id) for id in ONE_OF_EACH]


def sampler(exercises: list[Exercise]) -> Any:
    """A notebook that asks them, as the lessons do."""
    start = new_code_cell('ck.start("01-bootfs-rootfs")', id="start")
    cells = [new_code_cell("import coursekit as ck", id="import"), start]
    for each in exercises:
        prose = each.kind is Kind.PROSE
        answer, check = (each.id, f"{each.id}-check") if prose else (f"{each.id}-answer", each.id)
        name = each.function.name if each.function else each.variable
        stub = f"def {name}(*asked):\n    ..." if each.function else f"{name} = ..."
        cells += [
            new_code_cell(f'ck.question("{each.id}")', id=f"{each.id}-question"),
            new_code_cell(stub, id=answer),
            new_code_cell(f'ck.check("{each.id}", {name})', id=check),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def test_the_sampler_has_one_of_each_kind() -> None:
    assert {each.kind for each in of_each_kind()} == set(Kind)


@pytest.mark.parametrize("lesson", ["sampler", *os.environ.get("COURSEKIT_WALK", "").split()])
def test_wrong_answers_are_told_what_they_show_and_right_ones_earn_all(
    lab: Lab, open_notebook: Callable[..., Any], lesson: str
) -> None:
    set_up(lab, "notebook-extension:tracker", {"windowingMode": "none"})  # all cells stay in the page
    lab.forget()
    folder = lab.folder / "walk" / lesson
    exercises = of_each_kind() if lesson == "sampler" else list(catalogue.of_lesson(lesson))
    if lesson == "sampler":
        folder.mkdir(parents=True)
        nbformat.write(sampler(exercises), folder / f"{lesson}.ipynb")
    else:
        shutil.copytree(RELEASED / lesson, folder)
    opened = open_notebook(f"walk/{lesson}/{lesson}.ipynb")
    opened.run_all()
    learner, told = Learner(opened), {}
    for exercise in exercises:
        told[exercise.id] = _try(learner, exercise, f"walk-{lesson}-{exercise.id}")
    assert {id: said for id, said in told.items() if said} == {}
    assert opened.errors() == []
    assert opened.outside == []


def _try(learner: Learner, exercise: Exercise, shot: str) -> list[str]:
    """What the reports on a wrong and a right answer lack."""
    lacks = []
    wrong = learner.answers(exercise, wrong_answer(exercise))
    look(learner, exercise, f"{shot}-wrong")
    if exercise.function is None and exercise.wrong_models:
        belief = exercise.wrong_models[0].of
        lacks += [f"{belief.id} is not named: {wrong}"] if belief.instead.replace("`", "") not in wrong else []
    lacks += hint_lacks(exercise, learner.takes_a_hint(exercise))
    right = learner.answers(exercise, right_answer(exercise))
    look(learner, exercise, f"{shot}-right")
    if exercise.kind is not Kind.PROSE and not right.startswith("Right"):
        lacks.append(f"not right: {right}")
    if exercise.kind is Kind.PROSE and (not exercise.rubric or exercise.rubric[0].replace("`", "") not in right):
        lacks.append(f"no rubric: {right}")
    return lacks


def hint_lacks(exercise: Exercise, said: str) -> list[str]:
    """What the hint after the wrong answer should say and does not: the belief's own, where there is one.

    It need not be the first: a lesson may have taken one of its own accord.
    """
    if not exercise.hints:
        return []
    belief = exercise.wrong_models[0].of.id if exercise.wrong_models and exercise.function is None else ""
    case = seeds.case_for(exercise, "")
    wanted = [hint for hint in exercise.hints if hint.after == belief != ""] or list(exercise.hints)
    texts = [written(hint.text, case) for hint in wanted]
    if re.match(r"\d\.", said) and any(plain(text) in plain(said) for text in texts):
        return []
    return [f"the hint is {said!r}, wanted {texts}"]


def plain(text: str) -> str:
    """The words alone, as a page shows them or as they are written."""
    return " ".join(re.sub(r"[`*]", "", text).split())


def look(learner: Learner, exercise: Exercise, name: str) -> None:
    """A screenshot of the card, as it was answered and judged."""
    shoot(learner.cell(f"{exercise.id}-question").locator(CARD), name)
