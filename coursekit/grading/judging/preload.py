"""What the warm judge works out once for a lesson, so that no fork has to: what the recipes of its variants build.

An exercise may keep what is dear (an image that was built, its sizes) in its process; a fork finds it there. Only what
anybody may know is worked out here: open variants, their solutions and wrong models.

Neighbour: `judge`, who calls it before it serves.
"""

from typing import Any

from coursekit.exercises import catalogue, marking, seeds
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.model import Exercise, Kind

STUDENTS = tuple(f"anybody-{number}" for number in range(12))
MANY = 10  # submissions, from which on it is worth its seconds


def verdicts(lesson: str) -> None:
    """Judges some answers to what is replayed, right ones and the known wrong ones; none for ''."""
    for exercise in catalogue.of_lesson(lesson) if lesson else ():
        if exercise.kind is Kind.RECIPE:
            for student in STUDENTS:
                _judge(exercise, student)


def _judge(exercise: Exercise, student: str) -> None:
    case = seeds.case_for(exercise, student)
    for answer in (exercise.truth(case), *(model.predict(case) for model in exercise.wrong_models)):
        evidence = Evidence(exercise.id, value(answer), student)
        marking.mark(exercise, case, evidence, run=_unused, random=seeds.practice(exercise.id, student))


def _unused(*args: Any, **more: Any) -> Any:
    raise TypeError("a recipe is not run")
