"""Hostile, odd and honest submissions of one class, graded twice: each ends in one report, and nobody is robbed.

A maker gets the folder of a submission that is right and whole, and spoils it. Expected are the points that the machine
gives (FULL for all of them), how it went, and a word of what a person is told ('' where nobody need look).
"""

import codecs
import json
import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from coursekit.exercises.answers import printable
from coursekit.exercises.evidence import MIME
from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.batch import Class, Done
from coursekit.grading.classroom.gradebook import submissions
from coursekit.grading.classroom.pool import Local
from coursekit.grading.classroom.summary import Submission, summarise
from coursekit.grading.judging.notebook import grade_id
from coursekit.grading.sandbox.boxes import Boxes
from tests.classroom.conftest import Classroom
from tests.classroom.course import Course, answered, kept
from tests.classroom.test_class import config
from tests.exercises import tiny
from tests.tools import needs

pytestmark = [needs("bwrap"), pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

LESSON = tiny.LESSON
MINE = f"{LESSON}.ipynb"
FULL = sum(each.points for each in tiny.EXERCISES if each.id != "99-words")
SECRET = ".coursekit-secret"


@dataclass(frozen=True)
class Case:
    spoil: Callable[[Path], Any]
    points: float
    what: str = "graded"
    told: str = ""
    id: str = ""  # of the student, where it is not the case's own name


# What the first version made of them, as it was found then; `tests.grading.stock` puts it into ATTACKS.md.
BEFORE = {
    "symlink-loot": "the course secret on the student's page, no flag",
    "hard-link": "the same",
    "notebook-of-a-friend": "the friend's marks, no flag",
    "notebook-of-zeros": "more than 2 GiB of memory, the disk filled",
    "notebook-is-a-pipe": "hung for ever",
    "time-is-a-pipe": "hung for ever",
    "terabyte": "MemoryError: the batch stopped",
    "millions-of-letters": "the process that makes boxes ended: the batch stopped",
    "millions-of-braces": "parsed by the grader, without a bound",
    "halves-of-characters": "no graded notebook, 0, no flag",
    "900-flags": "900 flags: a cell of 327,704 characters in the CSV",
    "byte-order-mark": "0: no notebook, or a part of one",
    "name-of-latin-1": "UnicodeEncodeError: the batch stopped",
    "bad-time": "0: all lost",
    "cut": "the answers lost, no flag",
    "lost-marks": "these answers lost, no flag",
    "pasted-picture": "no page: formgrader answered 500",
    "interrupted": "everything flagged",
    "long-id": "everything flagged, falsely",
}


def edited(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], Any]:
    """A maker that changes the notebook's JSON."""

    def spoil(place: Path) -> None:
        notebook = json.loads((place / MINE).read_text())
        change(notebook)
        (place / MINE).write_text(json.dumps(notebook))

    return spoil


def scratch(source: str, kind: str = "code", **more: Any) -> Callable[[Path], Any]:
    """A maker that puts one more cell below the first."""
    cell = {"cell_type": kind, "id": "scratch", "metadata": {}, "source": source, **more}
    cell |= {"outputs": [], "execution_count": None} if kind == "code" else {}
    return edited(lambda notebook: notebook["cells"].insert(2, cell))


def raw(data: bytes) -> Callable[[Path], Any]:
    return lambda place: (place / MINE).write_bytes(data)


def encoded(encoding: str, mark: bytes) -> Callable[[Path], Any]:
    def spoil(place: Path) -> None:
        (place / MINE).write_bytes(mark + (place / MINE).read_text().encode(encoding))

    return spoil


def linked(name: str, to: str, hard: bool = False) -> Callable[[Path], Any]:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        if hard:
            os.link(place.parents[2] / to, place / name)
        else:
            (place / name).symlink_to(to)

    return spoil


def replaced(name: str, made: Callable[[Path], Any]) -> Callable[[Path], Any]:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        made(place / name)

    return spoil


def loot(place: Path) -> None:
    (place / "loot").symlink_to(f"../../../{SECRET}")
    scratch("from pathlib import Path\nprint([each.read_text() for each in Path('.').glob('loot*')])")(place)


def lose_marks(notebook: dict[str, Any]) -> None:
    """What copy and paste does to answer cells."""
    for number, cell in enumerate(notebook["cells"]):
        if grade_id(cell).endswith("-answer"):
            cell["metadata"], cell["id"] = {}, f"pasted-{number}"


def lose_all_marks(notebook: dict[str, Any]) -> None:
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"], cell["id"] = {}, f"other-{number}"


def clicked_and_cut(place: Path) -> None:
    """All given by clicking, and the file cut in the middle of its last row."""
    from coursekit.exercises import seeds

    values = [each for each in tiny.EXERCISES if each.function is None and each.id != "99-words"]
    rows = {
        each.id: {"exercise": each.id, "seed": "cut", "version": "", "answer": each.truth(seeds.case_for(each, "cut"))}
        for each in values
    }
    text = kept("cut", **rows)["answers.json"]
    (place / "answers.json").write_text(text[: text.index(values[-1].id) + 20])

    def clear(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            if grade_id(cell) in {f"{each.id}-answer" for each in values}:
                cell["source"] = "answer = ..."

    edited(clear)(place)


def format_3(place: Path) -> None:
    """As IPython 2 wrote it."""
    cells = json.loads((place / MINE).read_text())["cells"]
    for cell in cells:
        cell.pop("id")
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "prompt_number": cell.pop("execution_count"), "language": "python"}
            cell["collapsed"] = False
    worksheets = [{"cells": cells, "metadata": {}}]
    notebook = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": worksheets}
    (place / MINE).write_text(json.dumps(notebook))


def in_all_cells(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], Any]:
    """A maker that changes each cell that nbgrader has marked."""

    def spoil(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            if "nbgrader" in cell["metadata"]:
                change(cell)

    return edited(spoil)


def claims(**metadata: Any) -> Callable[[Path], Any]:
    """A maker of cells whose metadata claim something."""
    return in_all_cells(lambda cell: cell["metadata"]["nbgrader"].update(metadata))


def say_in_words(cell: dict[str, Any]) -> None:
    if grade_id(cell).endswith("-answer"):
        cell |= {"cell_type": "markdown"}
        del cell["outputs"], cell["execution_count"]


def double(notebook: dict[str, Any]) -> None:
    notebook["cells"] = [copy for cell in notebook["cells"] for copy in (cell, {**cell, "id": f"{cell['id']}-2"})]


def in_a_folder(place: Path) -> None:
    """As an archive of the folder leaves it."""
    (place / LESSON).mkdir()
    for name in (MINE, "answers.json"):
        (place / name).rename(place / LESSON / name)


def many_flags(place: Path) -> None:
    claim = {"exercise": "another", "seed": "", "version": "", "answer": 1}
    forged = f"""
from IPython.display import display
def check(id, answer):
    for number in range(900):
        display({{{MIME!r}: {claim!r} | {{'exercise': f'x{{number}}'}}}}, raw=True)
ck.check, kept = check, ck.check
"""
    back = "ck.check = kept\n"

    def change(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            if grade_id(cell) in ("99-boot-answer", "99-adds-files-answer"):
                cell["source"] = [forged if "boot" in grade_id(cell) else back, *cell["source"]]

    edited(change)(place)


PICTURE = {"image.png": {"image/png": "iVBORw0KGgo="}}
LAST = next(each for each in reversed(tiny.EXERCISES) if each.function is None and each.id != "99-words")

HOSTILE = {
    "symlink-loot": Case(loot, FULL, told="loot is a link to another place"),
    "hard-link": Case(linked("loot", SECRET, hard=True), FULL, told="loot is a hard link"),
    "notebook-of-a-friend": Case(linked(MINE, f"../../honest-1/{LESSON}/{MINE}"), 0, "unreadable", "is a link"),
    "notebook-of-zeros": Case(linked(MINE, "/dev/zero"), 0, "unreadable", "is a link"),
    "notebook-is-a-pipe": Case(replaced(MINE, os.mkfifo), 0, "unreadable", "is a pipe"),
    "time-is-a-pipe": Case(replaced("timestamp.txt", os.mkfifo), FULL, told="timestamp.txt is a pipe"),
    "terabyte": Case(replaced("big", lambda path: path.touch() or os.truncate(path, 2**40)), FULL, told="big has 1,099,512 MB"),
    "300-megabytes": Case(replaced(MINE, lambda path: path.touch() or os.truncate(path, 300_000_000)), 0, "unreadable", "has 300 MB"),
    "millions-of-letters": Case(scratch("é" * 5_000_000), FULL, told="cell 3 holds 5,000,000 characters"),
    "millions-of-braces": Case(raw(b"[" + b"{}," * 9_000_000 + b"{}]"), 0, "unreadable", "is no notebook"),
    "deep": Case(raw(b"[" * 200_000), 0, "unreadable", "nested too deep"),
    "halves-of-characters": Case(
        lambda place: (place / "answers.json").write_text('{"student": "\\udc00", "answers": {"99-boot": {"exercise": "99-boot", "answer": "\\ud800"}}}'),
        FULL,
    ),
    "900-flags": Case(many_flags, FULL - tiny.BOOT.points, told="more of this kind"),
    "deep-output": Case(edited(lambda notebook: notebook["cells"][1].update(outputs=[{"output_type": "display_data", "metadata": {}, "data": {"application/json": json.loads("[" * 900 + "]" * 900)}}])), FULL),
    "all-is-graded": Case(claims(grade=True, solution=True, task=True, locked=True), FULL),
    "points-of-its-own": Case(claims(points=float("inf")), FULL),
    "device": Case(lambda place: os.geteuid() or os.mknod(place / "zero", 0o20666, os.makedev(1, 5)), FULL, told="zero is a device" if os.geteuid() == 0 else ""),
}  # fmt: skip
ODD = {
    "byte-order-mark": Case(encoded("utf-8", codecs.BOM_UTF8), FULL, told="byte order mark"),
    "utf-16": Case(encoded("utf-16-le", codecs.BOM_UTF16_LE), FULL, told="byte order mark"),
    "latin-1": Case(scratch("# caf\xe9", "raw") and (lambda place: (place / MINE).write_bytes((place / MINE).read_bytes().replace(b"# Tiny", b"# T\xefny"))), FULL, told="not UTF-8"),
    "name-of-latin-1": Case(lambda place: open(os.fsencode(place) + b"/r\xe9sum\xe9.txt", "w").close(), FULL, told="not UTF-8"),
    "bad-time": Case(lambda place: (place / "timestamp.txt").write_text("gestern"), FULL, told="timestamp.txt says 'gestern'"),
    "empty-time": Case(lambda place: (place / "timestamp.txt").write_text(""), FULL, told="timestamp.txt is empty"),
    "cut": Case(clicked_and_cut, FULL - LAST.points, told="answers.json is cut"),
    "answers-with-a-mark": Case(lambda place: (place / "answers.json").write_bytes(codecs.BOM_UTF8 + (place / "answers.json").read_bytes()), FULL),
    "lost-marks": Case(edited(lose_marks), FULL, told="had lost its mark"),
    "lost-all-marks": Case(edited(lose_all_marks), FULL, told="had lost its mark"),
    "pasted-picture": Case(scratch("![a](attachment:image.png) ![b](attachment:b.png)", "markdown", attachments=PICTURE), FULL),
    "format-3": Case(format_3, FULL, told="format 3"),
    "interrupted": Case(scratch("import os, signal\nos.kill(os.getpid(), signal.SIGINT)"), FULL),
    "long-id": Case(lambda place: None, FULL, id="l" * 80),
    "another-alphabet": Case(lambda place: None, FULL, id="Ада Лавлейс"),
    "decomposed": Case(lambda place: None, FULL, id=unicodedata.normalize("NFD", "Renée")),
    "empty-file": Case(raw(b""), 0, "unreadable", "is empty"),
    "half-a-file": Case(raw(b'{"cells": ['), 0, "unreadable", "or a part of one"),
    "no-notebook": Case(replaced(MINE, lambda path: path.with_name("essay.pdf").touch()), 0, "unreadable", "only answers.json, essay.pdf"),
    "another-lesson": Case(raw(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode()), 0, "graded", "not this lesson's notebook"),
    "points-in-words": Case(claims(points="all", locked="no", schema_version="new"), FULL),
    "metadata-of-a-list": Case(in_all_cells(lambda cell: cell.update(metadata=[])), FULL, told="had lost its mark"),
    "all-twice": Case(edited(double), FULL),
    "said-in-words": Case(in_all_cells(say_in_words), FULL, told="was no code cell"),
    "another-name": Case(lambda place: (place / MINE).rename(place / f"{LESSON} (1).ipynb"), FULL, told="was taken for it"),
    "in-a-folder": Case(in_a_folder, FULL, told="was taken for it"),
    "utf-32": Case(lambda place: (place / MINE).write_bytes((place / MINE).read_text().encode("utf-32-le")), FULL, told="is UTF-32-LE"),
    "zeros-at-its-end": Case(lambda place: (place / MINE).write_bytes((place / MINE).read_bytes() + bytes(4096)), FULL, told="ended in zeros"),
    "a-number-of-5000-digits": Case(lambda place: (place / MINE).write_text((place / MINE).read_text().replace('"nbformat_minor"', f'"x": {"9" * 5000}, "nbformat_minor"', 1)), FULL),
    "joined-letters": Case(lambda place: None, FULL, id="علی\u200cرضا"),
    "turned-about": Case(lambda place: None, 0, "failed", "cannot be printed", id="a\u202eb"),
    "50-megabytes-of-outputs": Case(edited(lambda notebook: notebook["cells"][1].update(outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}])), FULL),
}  # fmt: skip
HONEST = {f"honest-{number}": Case(lambda place: None, FULL) for number in range(40)}
CASES = HOSTILE | ODD | HONEST
SIXTY = (*list(HOSTILE)[:10], *list(ODD)[:10], *HONEST)


@dataclass
class Twice:
    """The class after two runs: what was told, the rows of the gradebook, and the pages."""

    root: Path
    told: list[dict[str, Done]]
    rows: list[dict[str, Submission]]
    course: Course


@pytest.fixture(scope="module")
def twice(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    root = tmp_path_factory.mktemp("odd")
    made = Course(root, LESSON)
    shutil.copytree(classroom.course.root / "source", root / "source")
    assert made.api.generate_assignment(LESSON, create=True)["success"]
    (root / SECRET).write_text("5e" * 32 + "\n")
    for name, case in CASES.items():
        who = case.id or name
        place = root / "submitted" / who / LESSON
        made.submit(who, answered(classroom.released, classroom.right(_id_of(who))), kept(_id_of(who)))
        case.spoil(place)
    found = Twice(root, [], [], made)
    sixty = {CASES[name].id or name for name in SIXTY}
    with Boxes() as boxes:
        for _ in range(2):
            told: list[Done] = []
            graded = Class(LESSON, told.append, config=config(root))
            graded.run([each for each in graded.students() if each in sixty], Local(boxes, 2))
            assert {each.student for each in told} == sixty
            graded.run([each for each in graded.students() if each not in sixty], Local(boxes, 2))
            found.told.append({each.student: each for each in told})
            assert len(told) == len(found.told[-1])
            found.rows.append({each.student: each for each in submissions(graded)})
    yield found


def _id_of(who: str) -> str:
    """The id as a session keeps it, on a machine that composes letters."""
    return printable(unicodedata.normalize("NFC", who))


def test_a_class_of_sixty_gets_the_right_marks_twice(twice: Twice) -> None:
    """Ten hostile, ten odd and forty honest submissions, graded as one class; the others of this page follow them."""
    assert [sum(name in kind for name in SIXTY) for kind in (HOSTILE, ODD, HONEST)] == [10, 10, 40]
    for rows in twice.rows:
        assert {name: rows[CASES[name].id or name].score for name in SIXTY} == {
            name: CASES[name].points for name in SIXTY
        }


@pytest.mark.parametrize("name", CASES)
def test_each_ends_in_one_report_with_what_it_deserves(twice: Twice, name: str) -> None:
    case = CASES[name]
    who = case.id or name
    first, again = (told[who] for told in twice.told)
    said = " ".join((*first.flags, first.why))
    rows = [rows[one_line(who)] for rows in twice.rows]
    assert (first.what, rows[0].score, rows[0].graded) == (case.what, case.points, case.what != "failed"), said
    assert case.told in said and (case.told or not first.flags), said
    assert again.what == ("as before" if case.what == "graded" else case.what)
    assert rows[1].score == case.points
    assert len(first.flags) < 40 and all(len(flag) <= 301 for flag in first.flags)


def test_the_secret_is_on_no_page_and_in_no_graded_file(twice: Twice) -> None:
    for path in (twice.root / "autograded").rglob("*"):
        assert path.is_dir() or b"5e5e5e" not in path.read_bytes(), path


def test_nothing_of_the_door_is_left(twice: Twice) -> None:
    left = {path.name for path in twice.root.iterdir() if path.name.startswith(".coursekit")}
    assert left <= {SECRET, ".coursekit-lock"}


def test_what_is_unreadable_or_lost_waits_for_a_person(twice: Twice) -> None:
    for name, case in CASES.items():
        waits = {each.exercise for each in twice.rows[0][one_line(case.id or name)].answers if each.waits}
        if case.what == "unreadable":
            assert waits == {each.id for each in tiny.EXERCISES}, name
    cut = twice.rows[0]["cut"]
    assert LAST.id in {each.exercise for each in cut.answers if each.waits}


@pytest.mark.parametrize(
    "name",
    ["pasted-picture", "halves-of-characters", "900-flags", "lost-all-marks", "deep", "deep-output", "in-a-folder"],
)
def test_everybody_has_a_page(twice: Twice, name: str) -> None:
    assert "<html" in twice.course.feedback(name)


def test_formgrader_says_that_tests_failed_only_where_one_did(twice: Twice) -> None:
    """An essay that is empty is words that are missing, and no test."""
    with Gradebook(f"sqlite:///{twice.root}/gradebook.db") as gradebook:
        failed = {row["student"] for row in gradebook.notebook_submission_dicts(LESSON, LESSON) if row["failed_tests"]}
    assert "honest-0" not in failed and "cut" in failed


def test_the_class_in_one_line_counts_each_once(twice: Twice) -> None:
    summary = summarise(LESSON, tuple(twice.rows[1].values()))
    assert f"{len(CASES) - 1} submissions" in summary.line and "1 not graded to the end" in summary.line


@pytest.mark.parametrize(
    "name",
    [
        "symlink-loot",
        "notebook-is-a-pipe",
        "cut",
        "honest-1",
        "points-of-its-own",
        "all-is-graded",
        "all-twice",
        "in-a-folder",
    ],
)
def test_nbgraders_own_command_gives_the_same(twice: Twice, name: str) -> None:
    before = twice.course.marks(name)
    assert twice.course.api.autograde(LESSON, name, force=True, create=True)["success"]
    assert twice.course.marks(name) == before
    assert b"5e5e5e" not in (twice.root / "autograded" / name / LESSON / MINE).read_bytes()
