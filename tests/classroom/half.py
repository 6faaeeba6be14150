"""A student who knows every other exercise of a lesson, and elsewhere answers as a belief has it, or not at all."""

from dataclasses import dataclass, field
from typing import Any

from coursekit.exercises import catalogue, proof, seeds
from coursekit.exercises.model import Kind, Misconception
from coursekit.exercises.verdict import bare
from coursekit.grading.judging.notebook import grade_id


@dataclass
class Half:
    """The student's answer cells, and what comes of them."""

    cells: dict[str, str] = field(default_factory=dict)
    marks: dict[str, float] = field(default_factory=dict)  # of all that the machine marks
    words: dict[str, float] = field(default_factory=dict)  # what a person gives for prose
    beliefs: list[Misconception] = field(default_factory=list)  # those that the feedback has to name
    secrets: list[str] = field(default_factory=list)  # lines of solutions that it must not show


def half_right(lesson: str, source: Any, student: str) -> Half:
    """Who answers so, in a lesson whose notebook with solutions is `source`."""
    solved = {grade_id(cell): cell.source for cell in source.cells}
    half, hidden = Half(), list[str]()
    for number, exercise in enumerate(catalogue.of_lesson(lesson)):
        id, case = exercise.id, seeds.case_for(exercise, student)
        if exercise.kind is Kind.PROSE:
            half.cells[id] = "answer = 'In my own words.'"
            half.words[id] = exercise.points / 2
        elif number % 2 == 0:
            half.cells[f"{id}-answer"], half.marks[id] = solved[f"{id}-answer"], exercise.points
        elif exercise.function is not None or not exercise.wrong_models:
            half.marks[id] = 0
            hidden.append(solved[f"{id}-answer"])
        else:
            model = exercise.wrong_models[0]
            half.cells[f"{id}-answer"] = f"answer = {proof.believing(exercise, case, model)!r}"
            verdict = next(iter(proof.answered(exercise, case, student)))
            half.marks[id] = float(bare(verdict.mark))
            if verdict.belief is model.of:
                half.beliefs.append(model.of)
            hidden.append(solved[f"{id}-answer"])
    given = "\n".join(half.cells.values())
    half.secrets = [longest_line(cell, given) for cell in hidden]
    return half


def longest_line(cell: str, given: str) -> str:
    """A line of a solution that the student has not written elsewhere."""
    solution = cell.partition("### BEGIN SOLUTION")[2].partition("### END SOLUTION")[0]
    return max((line for line in solution.splitlines() if line not in given), key=len)
