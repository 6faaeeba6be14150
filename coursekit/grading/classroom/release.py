"""Releasing: from the source notebooks, with solutions, to what learners open. nbgrader itself clears the solutions.

    notebooks/en/06-nginx-133mb/  ──generate_assignment──>  coursekit/data/lessons/en/06-nginx-133mb/

The released notebooks travel in the wheel; a test holds them equal to what this makes. `coursekit release` (or
`python -m coursekit.grading.classroom.release`) writes them anew. Floor 8 (grading).
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coursekit
from coursekit.errors import ExerciseError
from coursekit.exercises.editions import language_of
from coursekit.language import ENGLISH, LANGUAGES, _

REPOSITORY = Path(coursekit.__file__).parents[1]
_ALL_SOURCES = REPOSITORY / "notebooks"
_ALL_RELEASED = REPOSITORY / "coursekit" / "data" / "lessons"
SOURCES = _ALL_SOURCES / "en"
RELEASED = _ALL_RELEASED / "en"
_NOT_RELEASED = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", "*.pyc", "answers.json")


def lessons(sources: Path = SOURCES) -> tuple[str, ...]:
    """The lessons that have a source notebook, sorted."""
    return tuple(sorted(path.parent.name for path in sources.glob("*/*.ipynb") if path.stem == path.parent.name))


def released(sources: Path, chosen: tuple[str, ...]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Each lesson with its released files by relative path, as nbgrader's generate_assignment makes them."""
    from coursekit.grading.nbgrader import generate  # so that only who releases needs nbgrader

    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for lesson in chosen:
            shutil.copytree(sources / lesson, root / "source" / lesson, ignore=_NOT_RELEASED)
        for lesson in chosen:
            generate(root, lesson)
            yield lesson, dict(_files(root / "release" / lesson))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path.relative_to(folder).as_posix(), tidy(data) if path.suffix == ".ipynb" else data


def tidy(data: bytes) -> bytes:
    """A notebook without what changes from run to run: no outputs, no version of the Python that made it."""
    notebook: dict[str, Any] = json.loads(data)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    spoken = language_of(notebook["metadata"])
    notebook["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    if spoken:
        notebook["metadata"]["coursekit"] = {"language": spoken}
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def release(chosen: tuple[str, ...] = (), sources: Path = SOURCES, target: Path = RELEASED) -> tuple[Path, ...]:
    """Writes the released lessons, all when none is named, and returns their folders. Raises: ExerciseError."""
    known = lessons(sources)
    for lesson in chosen:
        if lesson not in known:
            raise ExerciseError(
                _("there is no lesson {lesson} in {sources}; there are {names}").format(
                    lesson=repr(lesson), sources=sources, names=", ".join(known) or "none"
                )
            )
    written = []
    for lesson, files in released(sources, chosen or known):
        folder = target / lesson
        if folder.exists():
            shutil.rmtree(folder)
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        written.append(folder)
    return tuple(written)


def release_all(chosen: tuple[str, ...] = ()) -> Iterator[Path]:
    """Writes the released lessons of every language that has them. Raises: ExerciseError."""
    for language in LANGUAGES:
        there = set(lessons(_ALL_SOURCES / language))
        wanted = tuple(each for each in chosen or sorted(there) if language == ENGLISH or each in there)
        if wanted:
            yield from release(wanted, _ALL_SOURCES / language, _ALL_RELEASED / language)


if __name__ == "__main__":
    for folder in release_all(tuple(sys.argv[1:])):
        print(folder)
