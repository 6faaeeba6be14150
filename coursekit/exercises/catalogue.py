"""All exercises of the course, by id: what the folders of `coursekit.lessons` list as EXERCISES.

    lessons/l05_sharing/__init__.py   LESSON = "05-sharing"; EXERCISES = ("stored-once", …), ids of the folders in it

A teacher's own exercises join in: folders of the same kind in the course directory, exercises/LESSON/ID, or modules that
COURSEKIT_EXERCISES names, parted by commas.
"""

import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module, invalidate_caches
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from coursekit.errors import ExerciseError, did_you_mean
from coursekit.exercises.folders import load
from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.plain import dumps
from coursekit.exercises.seeds import case_for
from coursekit.language import _, sentences, series, spoken

OWN = "COURSEKIT_EXERCISES"  # the environment variable
OWN_HOME = "COURSEKIT_OWN_HOME"  # where a grader's box has the folder; else it is found
OWN_PACKAGE = "coursekit_own"  # under which a teacher's folders are imported


def exercises() -> dict[str, Exercise]:
    """Every exercise by id, in the language in use, lesson by lesson in their order; then a teacher's own."""
    return _exercises(spoken())


def forget() -> None:
    """Read the folders again when next asked."""
    _exercises.cache_clear()


@cache
def _exercises(language: str) -> dict[str, Exercise]:
    own = [name for name in os.environ.get(OWN, "").split(",") if name]
    listed = [each for name in [*_lessons(), *own] for each in _listed(name, language)]
    return collect([*listed, *(load(package, language) for package in own_packages().values())])


def own_home(start: Path | None = None) -> Path | None:
    """The folder with a teacher's own exercises: `exercises` of the course directory, or beside the notebook; None.

    Within a course directory only that one counts, so that nothing which was handed in is taken for the teacher's.
    """
    if told := os.environ.get(OWN_HOME):
        return Path(told)
    here = (start or Path.cwd()).absolute()
    course = next((each for each in (here, *here.parents[:4]) if (each / "nbgrader_config.py").is_file()), here)
    home = course / "exercises"
    return home if any(home.glob("*/*/case.py")) else None


def own_packages() -> dict[str, str]:
    """The package of each of a teacher's own exercises that lie in folders, by id."""
    home = own_home()
    if home is None:
        return {}
    package = sys.modules.setdefault(OWN_PACKAGE, ModuleType(OWN_PACKAGE))
    if package.__dict__.get("__path__") != [str(home)]:
        for name in [name for name in sys.modules if name.startswith(f"{OWN_PACKAGE}.")]:
            del sys.modules[name]
        package.__path__ = [str(home)]
        invalidate_caches()
    folders = sorted(path.parent for path in home.glob("*/*/case.py"))
    return {path.name.replace("_", "-"): f"{OWN_PACKAGE}.{path.parent.name}.{path.name}" for path in folders}


def _lessons() -> list[str]:
    """The package of each lesson, in order."""
    home = import_module("coursekit.lessons")
    names = sorted(module.name for module in iter_modules(home.__path__))
    return [f"{home.__name__}.{name}" for name in names if re.fullmatch(r"l\d\d_\w+", name)]


def packages() -> dict[str, str]:
    """The package of each exercise that has a folder, by id: "coursekit.lessons.l05_sharing.stored_once"."""
    course = {id: _package(name, id) for name in _lessons() for id in import_module(name).EXERCISES}
    return course | own_packages()


def _package(lesson: str, id: str) -> str:
    return f"{lesson}.{id.replace('-', '_')}"


def _listed(name: str, language: str) -> Iterable[Exercise]:
    """The EXERCISES of a module. Raises: ExerciseError for a teacher's own that cannot be found or has none."""
    try:
        listed = import_module(name).EXERCISES
        return [load(_package(name, each), language) if isinstance(each, str) else each for each in listed]
    except (ImportError, AttributeError) as problem:
        if name.startswith("coursekit."):
            raise
        raise ExerciseError(
            f"{OWN} names {name!r}: {problem}. It should be a module with a list EXERCISES, installed or in a folder "
            "that PYTHONPATH names"
        ) from problem


def collect(found: Iterable[Exercise]) -> dict[str, Exercise]:
    """The exercises by id. Raises: ExerciseError for one that cannot be asked (a second of that id, no hints …)."""
    known: dict[str, Exercise] = {}
    for exercise in found:
        if exercise.id in known:
            raise ExerciseError(f"two exercises are called {exercise.id!r}")
        if complaint := unsolvable(exercise):
            raise ExerciseError(f"exercise {exercise.id!r}: {complaint}")
        known[exercise.id] = exercise
    return known


def unsolvable(exercise: Exercise) -> str:
    """Why an exercise cannot be asked as it stands, or ''."""
    if not exercise.id or not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in exercise.id):
        return "an id has letters, digits and hyphens"
    if not 2 <= len(exercise.hints) <= 4:
        return f"two to four hints are wanted, it has {len(exercise.hints)}"
    if exercise.points < 0 or not exercise.objective or not exercise.explanation:
        return "points, an objective and an explanation are wanted"
    if (exercise.kind is Kind.FUNCTION) != (exercise.function is not None):
        return "kind FUNCTION and `function` go together"
    if exercise.kind is Kind.PROSE and not exercise.rubric:
        return "prose needs a rubric"
    return ""


def exercise(id: str) -> Exercise:
    """The exercise of that id. Raises: ExerciseError, naming ids that are near."""
    known = exercises()
    if id not in known:
        near = [each for each in known if str(id).split("-")[0] in each] or list(known)
        there = _("There are {names}.").format(names=series(near[:12]))
        said = _("There is no exercise {id}.").format(id=repr(id))
        raise ExerciseError(sentences(said, did_you_mean(id, known) or there))
    return known[id]


def lesson_names() -> list[str]:
    """The lessons that have exercises, sorted."""
    return sorted({each.lesson for each in exercises().values()})


def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in its order. Raises: ExerciseError when there are none."""
    found = tuple(each for each in exercises().values() if each.lesson == lesson)
    if not found:
        said = _("there is no lesson {lesson} with exercises; there are {lessons}")
        raise ExerciseError(said.format(lesson=repr(lesson), lessons=series(lesson_names())))
    return found


def chosen(found: Iterable[Exercise], drop: Collection[str], points: Mapping[str, float]) -> tuple[Exercise, ...]:
    """Those that a teacher did not drop, by id, with the points that the teacher gave them."""
    stay = (each for each in found if each.id not in drop)
    return tuple(replace(each, points=points.get(each.id, each.points)) for each in stay)


def row(exercise: Exercise, seeds: int = 64) -> dict[str, Any]:
    """A line of `coursekit exercises --json`: `variants` counts the different cases of the first `seeds` seeds."""
    return {
        "id": exercise.id,
        "lesson": exercise.lesson,
        "kind": str(exercise.kind),
        "points": exercise.points,
        "hints": len(exercise.hints),
        "misconceptions": [model.of.id for model in exercise.wrong_models],
        "variants": len({dumps(case_for(exercise, f"seed-{n}")) for n in range(seeds)}),
    }
