"""A wheel installed away from the repository: `lab` brings the released lessons, `class` makes a teacher's course."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from coursekit import classroom
from coursekit.errors import ExerciseError
from tests.tools import PATIENCE

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that a wheel of this repository was unpacked to, as `pip install --target` does."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(place), str(ROOT)]
    if subprocess.run([sys.executable, "-c", "import hatchling"], capture_output=True, check=False).returncode == 0:
        build.append("--no-isolation")
    done = subprocess.run(build, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    wheel = next(place.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


def run(installed: Path, cwd: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command of the installed package, in a process that does not see the repository."""
    env = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(cwd)}
    script = f"import coursekit; assert coursekit.__file__.startswith({str(installed)!r}), coursekit.__file__; "
    command = [sys.executable, "-c", f"{script}from coursekit.cli import main; main()", *words]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.slow
def test_lab_brings_the_lessons_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "lab", "mine", "--prepare-only")
    assert (done.returncode, done.stderr) == (0, "")
    found = sorted(path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*.ipynb"))
    assert "06-nginx-133mb/06-nginx-133mb.ipynb" in found
    carried = ROOT / "coursekit" / "data" / "lessons" / "en"
    assert all((tmp_path / "mine" / name).read_bytes() == (carried / name).read_bytes() for name in found)


@pytest.mark.slow
def test_lab_goes_to_one_folder_of_the_learner_by_default(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "lab", "06", "--prepare-only")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Your lessons are in {tmp_path / 'coursekit'}" in done.stdout
    assert (tmp_path / "coursekit" / "06-nginx-133mb" / "06-nginx-133mb.ipynb").is_file()


@pytest.mark.slow
@pytest.mark.classroom
def test_class_makes_a_course_in_which_nbgrader_works(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "class", "course")
    assert (done.returncode, done.stderr) == (0, "")
    course = tmp_path / "course"
    assert (course / "source" / "06-nginx-133mb" / "06-nginx-133mb.ipynb").is_file()
    assert not list(course.rglob("answers.json"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PYTHONPATH": str(installed), "PATH": path, "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "06-nginx-133mb"]
    made = subprocess.run(command, cwd=course, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert made.returncode == 0, made.stderr
    released = (course / "release" / "06-nginx-133mb" / "06-nginx-133mb.ipynb").read_text()
    assert json.loads(released)["cells"]
    assert "BEGIN SOLUTION" not in released


def test_class_takes_a_new_or_an_empty_directory_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "06-nginx-133mb" in classroom.make_course(tmp_path / "empty")
    with pytest.raises(ExerciseError, match="not empty"):
        classroom.make_course(tmp_path / "empty")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExerciseError, match="is a file"):
        classroom.make_course(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are of Unix")
def test_class_leaves_nothing_of_a_course_it_could_not_make(tmp_path: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))  # the disk is full, as far as this process goes
    try:
        with pytest.raises(OSError, match="File too large"):
            classroom.make_course(tmp_path / "new" / "course")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list((tmp_path / "new").iterdir())


def test_the_configuration_is_the_repository_s_but_for_the_place_of_the_sources() -> None:
    theirs = (ROOT / "nbgrader_config.py").read_text().splitlines()
    *ours, name = classroom.configuration("my course, 2026/").splitlines()
    assert name.startswith('c.CourseDirectory.course_id = "my-course-2026"')
    assert [(a, b) for a, b in zip(theirs, ours, strict=True) if a != b] == [
        (
            'c.CourseDirectory.source_directory = f"notebooks/{LANGUAGE}"',
            'c.CourseDirectory.source_directory = "source"',
        )
    ]
    assert 'LANGUAGE = "zh"' in classroom.configuration("", "zh").splitlines()[4]
