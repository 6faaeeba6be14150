"""Every exercise of the lessons, for 50 seeds: unsolved 0, solved full, each wrong belief less, and named.

A belief that is named as itself coincides with none before it, so that no two coincide where each is.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from coursekit.diagrams.guess import asked, boxes_of
from coursekit.exercises import catalogue
from coursekit.exercises.forms import Pick
from coursekit.exercises.model import Exercise, written
from coursekit.exercises.plain import dumps
from coursekit.exercises.proof import faults
from coursekit.exercises.prose import block
from coursekit.exercises.running import Ran, call
from coursekit.exercises.seeds import case_for, practice

EXERCISES = tuple(catalogue.exercises().values())
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def run(
    source: str, name: str, inputs: Sequence[Sequence[Any]], *, seconds: float, before: Any = (), served: Any = ()
) -> Ran:
    """Runs a solution here: it is ours, and so are those before it."""
    space: dict[str, Any] = {}
    for each in (*before, source):
        exec(each, space)
    return Ran(tuple(call(space[name], args) for args in inputs))


@each
def test_holds_for_fifty_seeds(exercise: Exercise) -> None:
    assert faults(exercise, run) == []


@each
def test_has_hints_from_question_to_pointer(exercise: Exercise) -> None:
    assert 2 <= len(exercise.hints) <= 4
    assert str(exercise.hints[0].text).endswith("?"), "the first hint asks a question"
    known = {model.of.id for model in exercise.wrong_models}
    claims = _claims(exercise)
    assert {hint.after for hint in exercise.hints} - {""} <= known | claims


@each
def test_no_mark_of_emphasis_is_left_on_the_page(exercise: Exercise) -> None:
    case = case_for(exercise, "")
    said = [exercise.question, exercise.explanation, *(hint.text for hint in exercise.hints), *exercise.rubric]
    for model in exercise.wrong_models:
        said += [model.of.belief, model.of.instead, model.parts]
    page = "".join(block(written(text, case)) for text in said)
    assert "*" not in re.sub(r"<(code|pre)\b.*?</\1>", "", page, flags=re.DOTALL)


PICKS = [exercise for exercise in EXERCISES if isinstance(exercise.shape(case_for(exercise, "")), Pick)]


@pytest.mark.parametrize("exercise", PICKS, ids=lambda exercise: exercise.id)
def test_each_variant_can_be_drawn_and_every_key_clicked(exercise: Exercise) -> None:
    for number in range(50):
        form = exercise.shape(case_for(exercise, f"seed-{number}"))
        assert isinstance(form, Pick)
        assert boxes_of(asked(form.scene(), form.view), form.items, form.view).keys() == form.items.keys()


VARIED = {
    "download-size",
    "three-sizes",
    "digest-names",
    "layer-or-config",
    "whose-kernel",
    "two-images",
    "alpine-beside",
    "boot-order",
    "run-order",
    "who-owns",
    "centos-host",
    "left-out",
    "bootfs-claims",
    "instruction-layers",
    "what-starts",
    "cache-steps",
    "parent-and-base",
    "recompute-id",
    "commit-save-export",
    "four-operations",
    "first-byte",
    "diff-lines",
    "rm-and-space",
    "what-copies-up",
    "driver-price",
    "hard-links",
    "moves",
    "later-rm",
    "stored-once",
    "real-sharing",
    "two-containers",
    "page-cache",
    "what-moves",
    "order-to-share",
    "who-answers",
    "lowerdir-order",
    "merged-tree",
    "whiteout-entries",
    "opaque-or-whiteouts",
    "design-layer",
    "tools-disagree",
    "what-is-left",
    "exec-refused",
    "shrink-plan",
    "mysql-by-dockerfile",
    "mysql-by-commit",
}


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.id in VARIED], ids=lambda exercise: exercise.id)
def test_fewer_than_two_per_cent_of_pairs_share_an_answer(exercise: Exercise) -> None:
    count = 300
    answers = Counter(dumps(exercise.truth(case_for(exercise, f"student-{n}"))) for n in range(count))
    assert sum(n * (n - 1) for n in answers.values()) / (count * (count - 1)) < 0.02


def _claims(exercise: Exercise) -> set[str]:
    """The claims that the exercise's own judge makes of its truth, or that its function's calls stand for."""
    if exercise.function is not None and exercise.function.claim is not None:
        calls = [args for n in range(3) for args in exercise.function.inputs({}, practice(exercise.id, f"{n}"))]
        return {exercise.function.claim(args) for args in calls}
    if exercise.judge is None:
        return set()
    case = case_for(exercise, "")
    return {outcome.claim for outcome in exercise.judge(case, exercise.truth(case))}
