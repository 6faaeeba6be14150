"""Grading a class beside one `nbgrader autograde` for all of it: CPU and wall, boxes on, 1 and 2 workers.

    python -m tests.benchmarks.grading [N] [LESSON]

Both grade the same N submissions of a real lesson, from the same directory, each from an empty gradebook: all of them
right, so that no misbehaving one decides. nbgrader runs as it comes: its own preprocessors, a kernel a submission, one
after the other, no box. CPU is that of all processes that were started and waited for.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from coursekit.classroom import make_course
from coursekit.grading.sample import students

STOCK = 'c = get_config()\nc.CourseDirectory.source_directory = "source"\nc.Execute.timeout = 120\n'


def course(place: Path, lesson: str, count: int) -> Path:
    """A course directory with `count` right submissions, and nothing graded."""
    make_course(place)
    shell(place, "nbgrader", "generate_assignment", lesson)
    released = place / "release" / lesson / f"{lesson}.ipynb"
    right = [each for each in students(released, lesson, 4 * count) if each.kind == "right"][:count]
    for each in right:
        folder = place / "submitted" / each.id / lesson
        folder.mkdir(parents=True)
        for name, data in {f"{lesson}.ipynb": each.notebook, **each.files}.items():
            (folder / name).write_bytes(data)
    return place


def shell(place: Path, *words: str) -> None:
    """Runs a command in a directory, to its end."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment["COURSEKIT_HOME"] = str(place / "home")
    done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def took(step: Callable[[], None]) -> tuple[float, float]:
    """Seconds of CPU and of wall time of a step that starts processes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    step()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - began


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    lesson = sys.argv[2] if len(sys.argv) > 2 else "06-nginx-133mb"
    with tempfile.TemporaryDirectory() as temporary:
        made = course(Path(temporary) / "course", lesson, count)
        rows = []
        for what, stock, words in (
            ("nbgrader autograde, as it comes", True, ("nbgrader", "autograde", lesson)),
            ("nbgrader autograde, configured by us", False, ("nbgrader", "autograde", lesson)),
            ("coursekit grade --workers 1", False, ("coursekit", "grade", lesson, "--workers", "1")),
            ("coursekit grade --workers 2", False, ("coursekit", "grade", lesson, "--workers", "2")),
        ):
            place = Path(temporary) / "run"
            shutil.copytree(made, place)
            if stock:
                (place / "nbgrader_config.py").write_text(STOCK)
            rows.append((what, *took(lambda where=place, command=words: shell(where, *command))))  # type: ignore[misc]
            shutil.rmtree(place)
    _, stock_cpu, stock_wall = rows[0]
    print(f"| {count} submissions of {lesson} | CPU | wall | CPU of nbgrader's | wall of nbgrader's |")
    print("| --- | --- | --- | --- | --- |")
    for what, cpu, wall in rows:
        print(f"| {what} | {cpu:.1f} s | {wall:.1f} s | 1/{stock_cpu / cpu:.2f} | 1/{stock_wall / wall:.2f} |")


if __name__ == "__main__":
    main()
