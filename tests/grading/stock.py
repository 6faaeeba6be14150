"""Each attack with the marks it gets from stock nbgrader, and from us: measured, kept in `stock.json`, ATTACKS.md.

    python -m tests.grading.stock [before|after [ATTACK…]]     as root on Linux; many minutes

Before: nbgrader's own lists of steps, which believe what the student's process shows, in a course whose checks run
there. So that the machine survives, it runs in a fence (namespaces, a read-only system, bounded memory and processes):
what an attack would have done beyond that is not counted. After: the same submissions, graded by us with boxes on.
Each attack answers nothing, so every point is undeserved.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.guessing import above_guessing, outcomes_of
from tests.classroom import test_forging as forging
from tests.classroom import test_odd
from tests.classroom.course import ENVIRONMENT, Course, answered, kept, source_notebook
from tests.exercises import tiny
from tests.grading.attacks import ALL, LIMITS
from tests.grading.cheats import CHEATS, earned
from tests.grading.test_boxes import TOOLS

KEPT = Path(__file__).with_name("stock.json")
PAGE = Path(__file__).with_name("ATTACKS.md")
FIRST = "99-download-answer"
FORGERIES = {
    "shows an object that equals everything": forging.EQUALS_EVERYTHING,
    "replaces ck.check by one that pays": forging.PATCHED_CHECK,
    "displays a mark of its own": forging.DISPLAYED,
    "replaces the shell's run_cell": forging.PATCHED_KERNEL,
    "patches the checks of coursekit": forging.PATCHED_ENGINE,
    "publishes forged evidence and a mark": forging.PRINTED,
    "rewrites each cell's syntax tree": forging.TRANSFORMED,
}
BASE = "FROM debian-slim:bullseye"
RECIPES = {  # the recipe, and what the first version gave it
    "touches the programs that are asked for": (
        f"{BASE}\nRUN touch /usr/sbin/nginx /usr/bin/curl /usr/bin/envsubst",
        "5",
    ),
    "an empty image": ("FROM scratch", "3.8"),
    "a bare base": (BASE, "3.8"),
    "an emptied list of packages": (f"{BASE}\nRUN : > /var/lib/dpkg/status", "3.8"),
}
PROVEN = (  # what is tried, what became of it in the first version and here, and the test that says so
    (
        "`catalogue.exercise(id).truth(case)` in a cell",
        "33 of 37, no flag",
        "an error: a box has the cases and not the keys",
        "test_boxes.test_it_has_the_cases_and_not_the_keys",
    ),
    (
        "two graders at once",
        "zeros that last, no flag",
        "the second one is told who has the course; all marks right",
        "test_faults.test_a_second_grader_is_told_who_has_the_course",
    ),
    (
        "a cell reads the exchange, the teacher being root",
        "another student's answers",
        "nothing is there",
        "test_boxes.test_it_shows_what_a_run_needs_and_nothing_of_the_exchange",
    ),
    (
        "the same, the teacher not being root",
        "another student's answers",
        "nothing is there",
        "test_boxes.test_notebooks_run_for_a_grader_who_is_not_root",
    ),
)
ALONE = {each.claim for each in LIMITS} | {"kills all it can", "leaves", "traces process 1"}
STOCK = """
c = get_config()
c.CourseDirectory.source_directory = "source"
c.Execute.timeout = 20
c.Execute.error_on_timeout = {"ename": "Timeout", "evalue": "", "traceback": []}
"""
Row = dict[str, Any]


def attacks() -> dict[str, str]:
    """The code of each attack's first answer cell, by what it tries."""
    return FORGERIES | {each.claim: f"{TOOLS}\n{each.code}" for each in ALL}


def students() -> dict[str, str]:
    """The attack of each student; of those that the command names, if it names some."""
    named = sys.argv[2:] or attacks()
    return {f"s{number:02d}": claim for number, claim in enumerate(attacks()) if claim in named}


def course(root: Path) -> Course:
    """The tiny course, each attack handed in by a student of its own."""
    made = Course(root, tiny.LESSON)
    solutions = {each.id: "answer = 1" for each in tiny.EXERCISES} | {"99-lookup": "def lookup(layers, name): ..."}
    released = made.generate(source_notebook(tiny.LESSON, tiny.EXERCISES, solutions))
    codes = attacks()
    for student, claim in students().items():
        cells = {FIRST: codes[claim]}
        if claim in FORGERIES:
            cells = {f"{each.id}-answer": "" for each in tiny.EXERCISES if each.id != "99-words"} | cells
            cells["99-lookup-answer"] = "lookup = answer"
        made.submit(student, answered(released, cells), kept(student))
    return made


def outcome(made: Course, student: str) -> Row:
    """The points of a graded submission, words aside, and what the attack printed."""
    path = made.root / "autograded" / student / made.lesson / f"{made.lesson}.ipynb"
    if not path.exists():
        return {"mark": None, "printed": ""}
    marks = made.marks(student)
    outputs = next(cell.outputs for cell in nbformat.read(path, 4).cells if cell.get("id") == FIRST)
    said = "".join(each.get("text", "") or each.get("ename", "") for each in outputs).strip()
    return {"mark": sum(mark or 0 for id, mark in marks.items() if id != "99-words"), "printed": said[:40]}


def before(root: Path) -> dict[str, Row]:
    """Stock nbgrader on each, the dangerous ones each in a run of its own."""
    made = course(root)
    (root / "nbgrader_config.py").write_text(STOCK)
    found: dict[str, Row] = {}
    together = [student for student, claim in students().items() if claim not in ALONE]
    alone = [[student] for student, claim in students().items() if claim in ALONE]
    for group in filter(None, [together, *alone]):
        words = ["nbgrader", "autograde", made.lesson, f"--student={group[0]}"]
        words = words if len(group) == 1 else together_words(made.lesson, group)
        ended = fenced(root, words, 120 + 30 * len(group))
        for student in group:
            found[students()[student]] = outcome(made, student) | ({"batch": ended} if len(group) == 1 else {})
            print(students()[student], found[students()[student]], file=sys.stderr, flush=True)
    return found


def together_words(lesson: str, group: list[str]) -> list[str]:
    """One command for several students."""
    left = ",".join(student for student in students() if student not in group)
    return ["nbgrader", "autograde", lesson, f"--CourseDirectory.student_id_exclude={left}"]


def fenced(root: Path, words: list[str], seconds: int) -> str:
    """Runs a command in a fence around the course for so long at most; how it ended, in a word."""
    fence = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-user", "--unshare-pid"]
    fence += ["--unshare-ipc", "--die-with-parent", "--size", str(2**29), "--tmpfs", "/dev/shm"]
    fence += ["--bind", str(root), str(root), "--bind", f"{root}-home", f"{root}-home", "--chdir", str(root)]
    Path(f"{root}-home").mkdir(exist_ok=True)
    environment = os.environ | ENVIRONMENT | {"HOME": f"{root}-home", "TMPDIR": f"{root}-home"}
    with _bounded() as enter:
        try:
            done = subprocess.run(
                [*enter, *fence, *words],
                env=environment,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return "hung: ended by hand"
    return "went on" if done.returncode in (0, 1) and "Killed" not in done.stderr else f"ended with {done.returncode}"


@contextmanager
def _bounded() -> Iterator[list[str]]:
    """Words that start a command in control groups (v1) of 200 processes and 3 GiB."""
    rooms = {"pids": ("pids.max", "200"), "memory": ("memory.limit_in_bytes", str(3 * 2**30))}
    made = []
    for kind, (name, most) in rooms.items():
        place = Path("/sys/fs/cgroup", kind, f"coursekit-stock-{os.getpid()}")
        place.mkdir(exist_ok=True)
        (place / name).write_text(most)
        made.append(place)
    enter = "".join(f'echo $$ > "{place}/cgroup.procs" && ' for place in made)
    try:
        yield ["sh", "-c", enter + 'exec "$@"', "sh"]
    finally:
        for place in made:
            for process in (place / "cgroup.procs").read_text().split():
                os.kill(int(process), 9)


def after(root: Path) -> dict[str, Row]:
    """The same by us, boxes on."""
    from coursekit.grading.classroom.batch import Class, Done
    from coursekit.grading.classroom.pool import Local
    from coursekit.grading.sandbox.boxes import Boxes
    from tests.classroom.test_class import config

    made = course(root)
    told: list[Done] = []
    given = config(root)
    given.merge(Config({"Run": {"seconds": 10, "cpu": 10, "wall": 120}}))
    graded = Class(made.lesson, told.append, config=given)
    with Boxes(hidden=[str(root)]) as boxes:
        graded.run(list(students()), Local(boxes, 2))
    ends = {each.student: each.flags[0] if each.flags else each.what for each in told}
    return {claim: outcome(made, student) | {"batch": ends[student][:90]} for student, claim in students().items()}


def page(rows: Mapping[str, Mapping[str, Row]]) -> str:
    """The table, as Markdown."""
    known = {each.claim: each.stock for each in ALL}
    lines = [
        "| the attack | stock nbgrader: points | what it got | here: points | what it got |",
        "|---|---|---|---|---|",
    ]
    for claim in attacks():
        then, now = (rows.get(side, {}).get(claim, {"mark": None, "printed": ""}) for side in ("before", "after"))
        lines.append(
            "| "
            + " | ".join((claim, _points(then), _said(then, known.get(claim, "")), _points(now), _said(now, "")))
            + " |"
        )
    return "\n".join(lines)


def _points(row: Mapping[str, Any]) -> str:
    return "" if row["mark"] is None else f"{row['mark']:g}"


def _said(row: Mapping[str, Any], known: str) -> str:
    words = [f"printed `{known or row['printed']}`" if known or row["printed"] else "", row.get("batch", "")]
    return "; ".join(filter(None, words)).replace("|", "/").replace("\n", " ")


HEAD = f"""# What each attack gets

Of {sum(each.points for each in tiny.EXERCISES if each.id != "99-words"):g} points, none of them deserved: each
submission answers nothing. Made by `python -m tests.grading.stock`, which says how; what an attack prints is its own
report: `yes` or `True` where it got what it wanted. Stock nbgrader 0.9.6 ran in a fence of namespaces, so that the
machine survives: what an attack reached beyond that fence is not counted. No points at all: nbgrader gave the
submission up. Attacks of other boundaries are tests that say what becomes of them: `test_recipes`, `test_sanitize_html`,
`test_summary` (the teacher's pages), `test_judge` and `test_function_runner` (functions), `test_forging`, `test_admit`.

"""


def door() -> str:
    """The table of what is handed in beside or instead of a notebook, as Markdown; `test_odd` proves its rows."""
    lines = [
        "",
        "# What becomes of odd and hostile submissions",
        "",
        f"Each is a notebook that is right throughout ({test_odd.FULL:g} points) and was spoilt. Before: what the first version made of it,",
        "where that was found. After: `tests/classroom/test_odd.py`, which grades them all as one class, twice.",
        "",
        "| the submission | before | points | how it went | what a person is told |",
        "|---|---|---|---|---|",
    ]
    for name, case in (test_odd.HOSTILE | test_odd.ODD).items():
        told = f"… {case.told} …" if case.told else "nothing"
        row = (name.replace("-", " "), test_odd.BEFORE.get(name, ""), f"{case.points:g}", case.what, told)
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def unearned() -> str:
    """The table of recipes for lesson 06's `shrink-build` that build nothing of use, each judged anew, as Markdown."""
    exercise = catalogue.exercise("shrink-build")
    case = seeds.case_for(exercise, "ada")
    lines = [
        "",
        "# What a recipe gets that serves nothing",
        "",
        f"Answers to `{exercise.id}` ({exercise.points} points), judged as a submission's are. Before: what the first version gave.",
        "",
        "| the recipe | before | points |",
        "|---|---|---|",
    ]
    for claim, (recipe, then) in RECIPES.items():
        now, _ = above_guessing(
            exercise, case, exercise.shape(case), recipe, outcomes_of(exercise, case, exercise.shape(case), recipe)
        )
        lines.append(f"| {claim} | {then} | {now:g} |")
    return "\n".join(lines) + "\n"


def without_work() -> str:
    """The table of marks without work, each computed anew, as Markdown; and of what tests of their own prove."""
    lines = [
        "",
        "# What is earned without work",
        "",
        "Answers of somebody else, of a table, of nobody, to all that the machine marks of a lesson. Before: what the first",
        "version gave. A flag takes no points: a person decides. Made by `tests/grading/cheats.py`.",
        "",
        "| what is tried | lesson | before | points | of | flagged |",
        "|---|---|---|---|---|---|",
    ]
    for each in CHEATS:
        marks, flags, points = earned(each)
        lines.append(f"| {each.claim} | {each.lesson} | {each.before} | {marks:g} | {points:g} | {flags or ''} |")
    lines += ["", "| what is tried | before | here | the test |", "|---|---|---|---|"]
    lines += [f"| {claim} | {then} | {now} | `{test}` |" for claim, then, now, test in PROVEN]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measures, and writes both files."""
    os.environ.update(ENVIRONMENT)
    rows = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name, measure in (("before", before), ("after", after)):
        if sys.argv[1:2] in ([], [name]):
            with tempfile.TemporaryDirectory(prefix="ck-stock-") as place:
                rows[name] = rows.get(name, {}) | measure(Path(place, "course"))
            KEPT.write_text(json.dumps(rows, indent=1) + "\n")
    PAGE.write_text(HEAD + page(rows) + "\n" + door() + unearned() + without_work())


if __name__ == "__main__":
    main()
