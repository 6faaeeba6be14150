"""One small course for the tests of this folder: generated once, submissions graded one by one, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.model import Exercise
from tests.classroom.course import ENVIRONMENT, Course, answered, kept, source_notebook
from tests.exercises import tiny

LOOKUP = '''def lookup(layers, name):
    """The contents of a name, layers top first; None is a whiteout."""
    ### BEGIN SOLUTION
    import errno
    for layer in layers:
        if name in layer:
            if layer[name] is None:
                break
            return layer[name]
    raise OSError(errno.ENOENT, name)
    ### END SOLUTION'''


def solution(exercise: Exercise, student: str) -> str:
    """The answer cell of somebody who is right."""
    truth = exercise.truth(seeds.case_for(exercise, student))
    return str(truth) if exercise.function else f"answer = {truth!r}"


class Classroom:
    """The tiny course, with its released notebook."""

    def __init__(self, root: Path) -> None:
        self.course = Course(root, tiny.LESSON)
        solutions = {each.id: solution(each, "") for each in tiny.EXERCISES} | {"99-lookup": LOOKUP}
        self.released = self.course.generate(source_notebook(tiny.LESSON, tiny.EXERCISES, solutions))

    def right(self, student: str) -> dict[str, str]:
        """All answer cells as a student who is right writes them, words aside."""
        return {f"{each.id}-answer": solution(each, student) for each in tiny.EXERCISES if each.id != "99-words"}

    def hands_in(self, student: str, cells: dict[str, str], files: dict[str, str] | None = None) -> Course:
        """Submits the released notebook with these cells and grades it."""
        self.course.submit(student, answered(self.released, cells), kept(student) if files is None else files)
        done = self.course.autograde(student)
        assert done["success"], done
        return self.course


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """The course, made once a process."""
    pytest.importorskip("nbgrader")
    with in_class():
        return Classroom(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def classroom(generated: Classroom) -> Iterator[Classroom]:
    """The course; the catalogue holds the tiny exercises while a module's tests run, and no longer."""
    with in_class():
        yield generated


@contextmanager
def in_class() -> Iterator[None]:
    """The environment of a class, with the tiny exercises in the catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        catalogue.forget()
        yield
    catalogue.forget()
