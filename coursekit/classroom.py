"""`coursekit class`: a teacher's course directory for nbgrader, made from the installed package.

    DIR/nbgrader_config.py     the course's configuration
    DIR/source/06-…/06-….ipynb the lessons with their solutions; nbgrader makes release/ from them
    DIR/exercises.toml         exercises to leave out, other points
    DIR/README.md              the first commands

The sources come with the wheel; in a clone they are the repository's own `notebooks/`.

Neighbour: lab (what learners get).
"""

import re
import shutil
import tempfile
from pathlib import Path

from coursekit.errors import ExerciseError
from coursekit.grading.classroom.weights import NAME, TEMPLATE
from coursekit.language import _, later, speaking

_PACKAGE = Path(__file__).parent
_CARRIED = _PACKAGE / "data" / "source"  # where pyproject.toml puts notebooks/ and nbgrader_config.py into a wheel
_CLONE = _PACKAGE.parent

_README = later("""\
# A class with coursekit

The lessons are in `source/`. For one of them, here in this directory:

    nbgrader generate_assignment {lesson}
    coursekit grade {lesson}
    coursekit marks {lesson}
    nbgrader generate_feedback {lesson}

The first makes the notebook that students get, in `release/`. The second marks all of `submitted/STUDENT/{lesson}/` at
once, in boxes (`nbgrader autograde` and the button of formgrader give the same marks, one after the other). The third
shows the class at a glance (`--csv`, `--json`, `--lms canvas`, `--notebook FILE`), the last writes what students read,
in `feedback/`. Or all of it with the mouse: `jupyter lab`, then Nbgrader > Formgrader.
""")

_IGNORED = """\
.coursekit-secret
release/
submitted/
autograded/
feedback/
*.db
*.db.*.backup
.ipynb_checkpoints/
.nbgrader.log
"""


def sources(language: str = "en") -> tuple[Path, ...]:
    """The directories of the lessons' source notebooks, in their order. Raises: ExerciseError when there is none."""
    place = _root() / "notebooks" / language
    found = tuple(sorted(path.parent for path in place.glob("*/*.ipynb") if path.stem == path.parent.name))
    if not found:
        said = _("this installation of coursekit carries no source notebooks in the language {language}")
        raise ExerciseError(said.format(language=repr(language)))
    return found


def _root() -> Path:
    return _CARRIED if _CARRIED.is_dir() else _CLONE


def make_course(directory: Path, language: str = "en") -> tuple[str, ...]:
    """Make the course directory, whole or not at all; the names of its lessons.

    Raises: ExerciseError, where `directory` holds something, too; OSError.
    """
    if directory.exists() and not directory.is_dir():
        said = _("{directory} is a file; a course needs a directory that is new or empty")
        raise ExerciseError(said.format(directory=directory))
    if directory.is_dir() and any(directory.iterdir()):
        said = _("{directory} is not empty; a course needs a directory that is new or empty")
        raise ExerciseError(said.format(directory=directory))
    lessons = sources(language)
    target = directory.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".coursekit-class-") as made:
        place = Path(made) / "course"
        for lesson in lessons:
            shutil.copytree(lesson, place / "source" / lesson.name, ignore=_only_lessons)
        (place / "nbgrader_config.py").write_text(configuration(target.name, language), encoding="utf-8")
        with speaking(language):
            (place / "README.md").write_text(_(_README).format(lesson=lessons[-1].name), encoding="utf-8")
            (place / NAME).write_text(_(TEMPLATE).format(file=NAME), encoding="utf-8")
        (place / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        if target.is_dir():
            target.rmdir()
        place.rename(target)
    return tuple(lesson.name for lesson in lessons)


def _only_lessons(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name.startswith(".") or name in ("__pycache__", "answers.json")}


def configuration(directory: str = "", language: str = "en") -> str:
    """nbgrader_config.py for a course directory of this name: the repository's own, with the sources in `source`.

    The name, as far as it can stand in a path, is the course's for nbgrader's exchange.
    """
    path = _root() / "nbgrader_config.py"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        said = _("this installation of coursekit carries no {file}")
        raise ExerciseError(said.format(file=path.name)) from error
    line = next(line for line in text.splitlines() if "source_directory" in line and not line.startswith("#"))
    text = text.replace(line, f'{line.partition("=")[0]}= "source"')
    text = re.sub(r'^LANGUAGE = "\w+"', f'LANGUAGE = "{language}"', text, flags=re.MULTILINE)
    course = re.sub(r"[^A-Za-z0-9._-]+", "-", directory).strip("-.")
    named = f'c.CourseDirectory.course_id = "{course}"  # its name in the exchange, as students see it\n'
    return text + named if course else text
