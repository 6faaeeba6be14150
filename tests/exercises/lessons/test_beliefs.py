"""The beliefs of the course: those that were promised are there, and each is told on the learner's own case."""

import pytest

from coursekit.exercises import catalogue, essays_english
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.proof import answered
from coursekit.exercises.prose import inline
from coursekit.exercises.report import Report, html, text
from coursekit.exercises.said import shown
from coursekit.exercises.seeds import case_for, practice

EXERCISES = tuple(each for each in catalogue.exercises().values() if each.wrong_models)
REACHED = {model.of.id for exercise in EXERCISES for model in exercise.wrong_models}
PROMISED = (  # what a course on images and containers owes its learners; others may join them
    "bottom-wins",
    "reading-copies-up",
    "copies-only-the-block",
    "directory-copies-children",
    "chmod-is-free",
    "rm-frees-space",
    "later-rm-shrinks",
    "whiteout-below",
    "whiteout-hides-siblings",
    "opaque-is-many-whiteouts",
    "writing-edits-the-image",
    "containers-share-the-writable-layer",
    "stopping-loses-changes",
    "changes-need-a-restart",
    "removing-keeps-changes",
    "env-makes-a-layer",
    "volumes-are-committed",
    "image-has-a-kernel",
    "image-sets-uname",
    "hard-links-survive",
    "moving-is-free",
    "docker-images-size-travels",
    "sizes-add-up",
    "base-last",
    "digest-is-diff-id",
)


def test_the_beliefs_that_were_promised_are_there_and_no_other_is_idle() -> None:
    assert set(PROMISED) - REACHED == set()
    assert set(MISCONCEPTIONS) == REACHED | {*essays_english.FALSE}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_each_belief_is_told_on_this_very_case_with_the_step_where_it_parts(exercise: Exercise) -> None:
    for seed in ("ada",) if exercise.kind is Kind.RECIPE else ("ada", "ben", "cyd"):  # a recipe is built
        case = case_for(exercise, seed)
        for model, verdict in zip(exercise.wrong_models, answered(exercise, case, seed), strict=True):
            if verdict.full:  # on this variant the belief happens to be right
                continue
            page, lines = html(Report(verdict, exercise.title)), text(Report(verdict, exercise.title))
            first = next(outcome for outcome in verdict.outcomes if not outcome.ok)
            found = verdict.beliefs[0]
            assert found.belief is model.of and (verdict.belief is None) == found.denied
            named = () if found.denied else (model.of.belief, model.of.instead)
            for said in (*named, found.place, *found.said[:2]):
                assert said and inline(said) in page and said in lines, (model.of.id, said)
            if exercise.function is not None:
                inputs = exercise.function.inputs(case, practice(exercise.id, seed))
                calls = [shown(exercise.function, args) for args in inputs]
                assert any(call in first.have for call in calls)


def test_a_start_of_a_container_that_runs_is_no_sign_that_an_exited_one_is_final() -> None:
    exercise = catalogue.exercise("exec-refused")
    final = next(model for model in exercise.wrong_models if model.of.id == "exited-is-final")
    case = {"name": "web", "steps": ["start", "start", "exec", "stop", "start"]}
    assert final.predict(case) == {
        "1": {"result": "refused"},
        "3": {"result": "refused"},
        "4": {"result": "works"},
        "5": {"result": "refused"},
    }
