"""For who teaches: preview what a student gets, and answer for a student's variant.

    coursekit preview 06-nginx-133mb --as ada         the questions, in ada's variants
    coursekit answers 06-nginx-133mb --student ada    these, with the key to each

Neighbours: course (the learner's own commands), coursekit.classroom.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from coursekit.cli.looking import write_json
from coursekit.cli.spoken import CourseVerb, CourseVerbs
from coursekit.exercises.model import Exercise, Kind
from coursekit.language import _, plural, series


@click.command(cls=CourseVerb, name="preview")
@click.option("--as", "student", default="", metavar="ID", help="the student's id; without it, the open variant")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line: id, question, case")
@click.argument("lesson")
def preview(lesson: str, student: str, as_json: bool) -> None:
    """Show what a lesson asks of one student: the questions, in the variants that this id draws."""
    if as_json:
        rows = _asked(lesson, student)
        write_json({"id": each.id, "question": question, "case": case} for each, question, case in rows)
        return
    click.echo("\n\n".join(_heading(each, student) + question for each, question, _ in _asked(lesson, student)))


@click.command(cls=CourseVerb, name="answers")
@click.option("--student", default="", metavar="ID", help="the student's id; without it, the open variant")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line: id, case, answer")
@click.argument("lesson")
def answers(lesson: str, student: str, as_json: bool) -> None:
    """Print the key to a lesson for one student's variants. Keep it from the class."""
    from coursekit.exercises.plain import encode

    found = [(each, question, case, each.truth(case)) for each, question, case in _asked(lesson, student)]
    if as_json:
        write_json({"id": each.id, "case": case, "answer": encode(key)} for each, _, case, key in found)
        return
    texts = (f"{_heading(each, student)}{question}\n\n{_key(each, key)}" for each, question, _, key in found)
    click.echo("\n\n".join(texts))


def _asked(lesson: str, student: str) -> Iterator[tuple[Exercise, str, dict[str, object]]]:
    """The exercises of a lesson, each with its question and its case. `lesson` may be its number or its beginning.

    In a course directory they are those that its exercises.toml leaves, with its points.
    """
    from coursekit.exercises import catalogue
    from coursekit.exercises.model import written
    from coursekit.exercises.plain import encode
    from coursekit.exercises.report import listed
    from coursekit.exercises.seeds import case_for
    from coursekit.grading.classroom.weights import weights_in

    names = catalogue.lesson_names()
    (name, *others) = [each for each in names if each.startswith(lesson)] or [lesson]
    weights = weights_in(Path.cwd())
    for exercise in catalogue.chosen(
        catalogue.of_lesson(lesson if others else name), weights.drop, weights.points or {}
    ):
        case = case_for(exercise, student)
        asked = "\n\n".join(filter(None, (written(exercise.question, case), listed(exercise.shape(case)))))
        yield exercise, asked, encode(case)


def _heading(exercise: Exercise, student: str) -> str:
    points = plural("{n} point", "{n} points", 1 if exercise.points == 1 else 2).format(n=f"{exercise.points:g}")
    told = series([points, student]) if student else points
    return _("== {id}: {title} ({told}) ==").format(id=exercise.id, title=exercise.title, told=told) + "\n\n"


def _key(exercise: Exercise, key: object) -> str:
    if exercise.kind is Kind.PROSE:
        rows = (f"- {row}" for row in exercise.rubric)
        return "\n".join([_("A model answer:"), str(key), "", _("The rubric:"), *rows])
    if exercise.function is not None:
        return _("A solution:") + f"\n{str(key).strip()}"
    return _("The answer: {answer}").format(answer=json.dumps(key, ensure_ascii=False, default=repr))


@click.group(name="exercise", cls=CourseVerbs)
def exercise() -> None:
    """Begin an exercise of your own, and prove it."""


@exercise.command(cls=CourseVerb, name="new")
@click.option("--lesson", required=True, metavar="LESSON", help="the lesson that it belongs to, such as 05-sharing")
@click.option("--kind", default="table", metavar="KIND", help="value, choice, table, order, function or prose")
@click.argument("id")
def new(lesson: str, kind: str, id: str) -> None:
    """Write rules, text, test and cells of a new exercise into exercises/LESSON of this course directory."""
    from coursekit.errors import ExerciseError
    from coursekit.exercises import catalogue
    from coursekit.exercises.writing import write

    if id in catalogue.exercises():
        raise ExerciseError(
            _("there is an exercise {id} already, in {lesson}").format(
                id=repr(id), lesson=catalogue.exercise(id).lesson
            )
        )
    home = catalogue.own_home() or Path.cwd() / "exercises"
    for path in write(id, lesson, kind, home):
        click.echo(path)
    said = _("Fill what says TODO; then `coursekit exercise check {id}`, and copy the cells into the lesson.")
    click.echo(said.format(id=id))


@exercise.command(cls=CourseVerb, name="check")
@click.option("--seeds", default=50, show_default=True, help="how many variants are tried")
@click.argument("id")
def check(seeds: int, id: str) -> None:
    """Prove an exercise: texts complete, unsolved earns nothing, solved all, each wrong model less and named."""
    from coursekit.exercises.checking import faults_of

    found = faults_of(id, seeds)
    for each in found:
        click.echo(each)
    if found:
        raise SystemExit(1)
    click.echo(_("{id}: holds for {n} seeds.").format(id=id, n=seeds))


VERBS = (preview, answers, exercise)
