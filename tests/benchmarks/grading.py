"""Grading a class beside one `nbgrader autograde` for all of it: CPU and wall, boxes on, 1 and 2 workers.

    python -m tests.benchmarks grading --submissions 100      the rows of the one table
    python -m tests.benchmarks.grading [N] [LESSON] [THEIRS]  pure and mixed apart; nbgrader on THEIRS of them [N]

Both grade the same N submissions of a real lesson, from the same directory, each from an empty gradebook: all of them
right, so that no misbehaving one decides. Pure ones say each answer in plain sight; of mixed ones three in ten compute
all of them, as the course's own solutions do. nbgrader runs as it comes: its own preprocessors, a kernel a submission,
one after the other, no box. CPU is that of every process that ran meanwhile, boxes and workers and warm processes too,
whoever waited for them (`metering`).
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from coursekit.classroom import make_course
from coursekit.grading.classroom.sample import COMPUTING, students
from tests.benchmarks import metering
from tests.benchmarks.measure import Row
from tests.benchmarks.metering import Took

TITLE = "grading"
CONDITIONS = (
    "Lesson 06, all answers right, from an empty gradebook, once each; boxes on. nbgrader as it comes: a kernel a "
    "submission, one after the other, no box. CPU is that of all processes that ran meanwhile."
)
PEER, AIM = "`nbgrader autograde`", 10
MIXED = 0.3  # of the submissions compute what they answer
LESSON = "06-nginx-133mb"
COUNT = 100
STOCK = 'c = get_config()\nc.CourseDirectory.source_directory = "source"\nc.Execute.timeout = 120\n'
THEIRS = "nbgrader autograde, as it comes"
CONFIGURED = "nbgrader autograde, configured by us"
COMMANDS = {
    THEIRS: ("nbgrader", "autograde"),
    CONFIGURED: ("nbgrader", "autograde"),
    "coursekit grade --workers 1": ("coursekit", "grade", "--workers", "1"),
    "coursekit grade --workers 2": ("coursekit", "grade", "--workers", "2"),
}


def course(place: Path, lesson: str, count: int, mixed: bool = True) -> Path:
    """A course directory with `count` right submissions, and nothing graded."""
    make_course(place)
    shell(place, "nbgrader", "generate_assignment", lesson)
    released, source = (place / each / lesson / f"{lesson}.ipynb" for each in ("release", "source"))
    right = [each for each in students(released, lesson, 8 * count, source) if each.kind == "right"]
    computing = [each for each in right if each.detail == COMPUTING][: round(MIXED * count) if mixed else 0]
    plain = [each for each in right if each.detail != COMPUTING]
    for each in [*computing, *plain][:count]:
        folder = place / "submitted" / each.id / lesson
        folder.mkdir(parents=True)
        for name, data in {f"{lesson}.ipynb": each.notebook, **each.files}.items():
            (folder / name).write_bytes(data)
    return place


def shell(place: Path, *words: str) -> Took:
    """What a command took that ran in a directory to its end."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment["COURSEKIT_HOME"] = str(place / "home")
    took, done = metering.run(list(words), place, environment)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took


def measured(lesson: str, count: int, leave_out: Sequence[str] = (), mixed: bool = True) -> dict[str, Took]:
    """What each command took for the same submissions, in turn."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="ck-class-") as temporary:
        made = course(Path(temporary) / "course", lesson, count, mixed)
        for what, words in COMMANDS.items():
            if what in leave_out:
                continue
            place = Path(temporary) / "run"
            shutil.copytree(made, place)
            if what == THEIRS:
                (place / "nbgrader_config.py").write_text(STOCK)
            found[what] = shell(place, *words, lesson)
            shutil.rmtree(place)
    return found


def rows(count: int = COUNT, lesson: str = LESSON) -> Iterator[Row]:
    """The rows of the one table: CPU, and wall time with 1 and 2 workers, beside nbgrader's."""
    if reason := metering.why_not():
        raise RuntimeError(f"nothing can be metered here: {reason}")
    found = measured(lesson, count, leave_out=[CONFIGURED])
    stock = found[THEIRS]
    for number in (1, 2):
        ours = found[f"coursekit grade --workers {number}"]
        what = f"{count} submissions, {number} worker{'s' * (number > 1)}"
        yield Row(f"{what}: CPU", {"coursekit": ours.cpu, PEER: stock.cpu}, aims={PEER: AIM})
        yield Row(f"{what}: wall", {"coursekit": ours.wall, PEER: stock.wall})


def main() -> None:
    """Prints the table."""
    if reason := metering.why_not():
        raise SystemExit(f"nothing can be metered here: {reason}")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    lesson = sys.argv[2] if len(sys.argv) > 2 else LESSON
    theirs = int(sys.argv[3]) if len(sys.argv) > 3 else count
    ours = [each for each in COMMANDS if each not in (THEIRS, CONFIGURED)]
    stock = measured(lesson, theirs, leave_out=[CONFIGURED, *ours])[THEIRS]
    print(f"| {lesson}, each of {count} (nbgrader: of {theirs}) | CPU | wall | less CPU | less wall |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| {THEIRS} | {stock.cpu / theirs:.3f} s | {stock.wall / theirs:.3f} s | 1 | 1 |", flush=True)
    for mixed in (False, True):
        for what, took in measured(lesson, count, [THEIRS, CONFIGURED], mixed).items():
            cpu, wall = took.cpu / count, took.wall / count
            shares = f"{stock.cpu / theirs / cpu:.1f} | {stock.wall / theirs / wall:.1f}"
            name = f"{what}, {'mixed' if mixed else 'pure'}"
            print(f"| {name} | {cpu:.3f} s | {wall:.3f} s | {shares} |", flush=True)


if __name__ == "__main__":
    main()
