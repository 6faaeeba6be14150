"""Somebody at a lesson in JupyterLab: answers every question in its form by clicking and typing, and runs the check."""

import ast
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from coursekit.exercises import proof, seeds
from coursekit.exercises.forms import Arrange, Cell, Choose, Fill, Form, Pick, Rows
from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.sheets import spec

SCRATCH = "scratch"
CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((each) => each.model.id)"


def wrong_answer(exercise: Exercise) -> Any:
    """What somebody with the exercise's first belief answers; the source of a function, in which nothing is right."""
    case = seeds.case_for(exercise, "")
    if exercise.function is not None:
        return f"def {exercise.function.name}(*asked):\n    return None\n"
    if exercise.kind is Kind.PROSE:
        return "The image is 999 MB because of its kernel."
    return proof.believing(exercise, case, exercise.wrong_models[0])


def right_answer(exercise: Exercise) -> Any:
    """What the course holds true."""
    return exercise.truth(seeds.case_for(exercise, ""))


@dataclass
class Learner:
    """Drives the page of one notebook, all of whose cells are in it."""

    opened: Any

    def __post_init__(self) -> None:
        self.page = self.opened.page
        self.at = {id: number for number, id in enumerate(self.page.evaluate(CELLS))}

    def cell(self, id: str) -> Any:
        """A cell's element."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.at[id])

    def run(self, id: str) -> None:
        """Run one cell, to its end."""
        at = "([id, at]) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = at; }"
        self.page.evaluate(at, [id, self.at[id]])
        before = self._count(id)
        self.opened.command("notebook:run-cell")
        done = (
            "([at, before]) => { const n = window.jupyterapp.shell.currentWidget.content.widgets[at].model"
            ".executionCount; return n !== null && n !== before; }"
        )
        self.page.wait_for_function(done, arg=[self.at[id], before])

    def _count(self, id: str) -> Any:
        count = "at => window.jupyterapp.shell.currentWidget.content.widgets[at].model.executionCount"
        return self.page.evaluate(count, self.at[id])

    def answers(self, exercise: Exercise, answer: Any) -> str:
        """Give an answer, in the form where there is one, and run the check: what its report says."""
        id = exercise.id
        form = exercise.shape(seeds.case_for(exercise, ""))
        prose = exercise.kind is Kind.PROSE
        place, check = (id, f"{id}-check") if prose else (f"{id}-answer", id)
        if not prose and form is not None and spec(form) is not None:
            self.give(self.cell(f"{id}-question").locator(".ck-sheet"), form, answer)
        else:
            text = (
                answer
                if exercise.function
                else f"{exercise.variable} = {json.dumps(answer) if prose else repr(answer)}"
            )
            self.type(place, text)
        self.run(place)
        self.run(check)
        report = self.cell(check).locator(".coursekit-report")
        report.wait_for()
        return str(report.inner_text())

    def takes_a_hint(self, exercise: Exercise) -> str:
        """Type what the report says, in a cell of their own at the notebook's end: what it shows."""
        if SCRATCH not in self.at:
            last = len(self.at) - 1
            self.page.evaluate("at => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = at; }", last)
            self.opened.command("notebook:insert-cell-below")
            self.at[SCRATCH] = last + 1
        self.type(SCRATCH, f'ck.hint("{exercise.id}")')
        self.run(SCRATCH)
        words = self.cell(SCRATCH).locator(".coursekit-words")
        words.wait_for()
        return str(words.inner_text())

    def type(self, id: str, text: str) -> None:
        """Replace what stands in a cell."""
        self.cell(id).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def give(self, sheet: Any, form: Form, answer: Any) -> None:
        """Click and type an answer into a sheet, and wait until it is kept."""
        sheet.scroll_into_view_if_needed()
        match form:
            case Choose(options=options, many=many):
                self._choose(sheet, options, answer if many else [answer])
            case Pick(items=items, many=many):
                again = sheet.get_by_role("button", name="Predict again")
                again.or_(sheet.get_by_role("button", name="Commit and run")).wait_for()
                if again.is_visible():
                    again.click()
                self._choose(sheet, items, answer if many else [answer])
                sheet.get_by_role("button", name="Commit and run").click()
            case Arrange(items=items):
                arrange(sheet, [items[key] for key in answer])
                sheet.get_by_role("button", name="Keep this order").click()
            case Fill(rows=rows, columns=columns):
                for row, each in enumerate(rows):
                    for column, name in enumerate(columns):
                        field = sheet.locator("tbody tr").nth(row).locator("td").nth(column)
                        enter(field, columns[name], answer[each][name])
            case Rows(columns=columns):
                self._rows(sheet, columns, answer)
            case _:
                enter(sheet, form, answer)
        self._kept(sheet, answer)

    def _choose(self, sheet: Any, options: Any, chosen: list[str]) -> None:
        for key in options:
            box = sheet.locator(f"input[value={json.dumps(key)}]")
            if key in chosen:
                box.check()
            elif box.get_attribute("type") == "checkbox":
                box.uncheck()

    def _rows(self, sheet: Any, columns: Any, rows: list[dict[str, Any]]) -> None:
        there = sheet.locator("button[aria-label^='Remove row']")
        for left in reversed(range(there.count())):
            there.first.click()
            expect(there).to_have_count(left)
        for number, row in enumerate(rows):
            sheet.get_by_role("button", name="Add a row").click()
            for column, name in enumerate(columns):
                field = sheet.locator("tbody tr").nth(number).locator("td").nth(column)
                enter(field, columns[name], row[name])

    def _kept(self, sheet: Any, answer: Any) -> None:
        """Until the line below the form says this very answer; what is not chosen in a list of many has no order."""
        line, end = sheet.locator(".ck-sheet-line code"), 400
        while (said := _said(line)) != answer and not (
            type(answer) is list and sorted(map(str, said or [])) == sorted(map(str, answer))
        ):
            end -= 1
            assert end, f"kept is {said!r}, wanted {answer!r}"
            self.page.wait_for_timeout(300)


def arrange(sheet: Any, labels: list[str], press: Callable[[Any], object] = lambda button: button.click()) -> None:
    """Bring a list into this order, the first to its place first; after each step the list shows that it was done."""
    lines, end = sheet.locator("li"), 400
    while sorted(shown := [text.split(maxsplit=1)[1] for text in lines.all_text_contents()]) != sorted(labels):
        end -= 1
        assert end, f"the list shows {shown!r}, wanted {labels!r}"
        sheet.page.wait_for_timeout(300)  # the arrows stand before each label; a list may be drawn anew
    for place, label in enumerate(labels):
        for at in range(shown.index(label, place), place, -1):
            press(sheet.get_by_role("button", name=f"Move {label} up", exact=True))
            shown.insert(at - 1, shown.pop(at))
            expect(lines).to_have_text([re.compile(rf" {re.escape(each)}$") for each in shown])


def _said(line: Any) -> Any:
    text = line.first.text_content() if line.count() else ""
    return ast.literal_eval(text.partition(" = ")[2]) if text else None


def enter(place: Any, kind: Cell | Any, value: Any) -> None:
    """A value into the one control in `place`."""
    if isinstance(kind, Choose):
        place.locator("select").select_option(str(value))
        return
    field = place.locator("input")
    field.fill(str(value))
    field.press("Tab")
