"""Somebody at a lesson in JupyterLab: answers every question in its form by clicking and typing, and runs the check."""

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from coursekit.exercises import proof, seeds
from coursekit.exercises.forms import Arrange, Cell, Choose, Entries, Fill, Form, Pick, Rows
from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.sheets import spec
from tests.browser.by_hand import as_table, by_mouse

CARD = ".ck-card"
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
        """Give an answer, by hand where its card has a form, else in its cell, and press Check: what the card says."""
        id = exercise.id
        form = exercise.shape(seeds.case_for(exercise, ""))
        prose = exercise.kind is Kind.PROSE
        card = opened_card(self.cell(f"{id}-question"))
        if not prose and form is not None and spec(form) is not None:
            self.give(card, form, answer)
        else:
            place = id if prose else f"{id}-answer"
            text = (
                answer
                if exercise.function
                else f"{exercise.variable} = {json.dumps(answer) if prose else repr(answer)}"
            )
            self.type(place, text)
            self.run(place)
        return checked(card)

    def takes_a_hint(self, exercise: Exercise) -> str:
        """Press the card's button for a hint: what unfolds there, and which it is."""
        card = opened_card(self.cell(f"{exercise.id}-question"))
        hints = card.locator(".ck-hints li")
        before = hints.count()
        card.get_by_role("button", name="Hint ").click()
        expect(hints).to_have_count(before + 1)
        return str(hints.last.inner_text())

    def type(self, id: str, text: str) -> None:
        """Replace what stands in a cell."""
        self.cell(id).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def give(self, sheet: Any, form: Form, answer: Any) -> None:
        """Click and type an answer into a card, and wait until it is kept."""
        match form:
            case Choose(options=options, many=many):
                self._choose(sheet, options, answer if many else [answer])
            case Pick(items=items, many=many):
                self._choose(sheet, items, answer if many else [answer])
            case Arrange(items=items):
                arrange(sheet, [items[key] for key in answer])
            case Fill(hands=hands) if hands is not None:
                by_mouse(sheet.locator(".ck-hands"), form, answer)
            case Entries():
                by_mouse(
                    sheet.locator(".ck-hands"), as_table(form), {path: {"kind": kind} for path, kind in answer.items()}
                )
            case Fill(rows=rows, columns=columns):
                for row, each in enumerate(rows):
                    for column, name in enumerate(columns):
                        field = sheet.locator("tbody tr").nth(row).locator("td").nth(column)
                        enter(field, columns[name], answer[each][name])
            case Rows(columns=columns):
                self._rows(sheet, columns, answer)
            case _:
                enter(sheet, form, answer)
        if not isinstance(form, Arrange):  # an order that stood there already is one, though nobody moved it
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
        """Until the line that says it in a cell is this very answer; what is chosen in a list of many has no order."""
        line, end = sheet.locator(".ck-typed code").first, 400
        while (said := _said(line)) != answer and not (
            type(answer) is type(said) is list and sorted(map(str, said)) == sorted(map(str, answer))
        ):
            end -= 1
            assert end, f"kept is {said!r}, wanted {answer!r}"
            self.page.wait_for_timeout(300)


def opened_card(place: Any) -> Any:
    """The card in a cell; one that is a line is opened."""
    place.locator(f"{CARD}, .ck-line").locator("visible=true").first.wait_for()
    line = place.locator(".ck-line")
    if line.is_visible():
        line.click()
    card = place.locator(CARD)
    card.wait_for()
    return card


def state_of(card: Any) -> str:
    """The sign in a card's head: open, kept, partly, right or wrong."""
    return str(card.locator(".ck-head .ck-sign").get_attribute("class")).rpartition("ck-")[2]


def checked(card: Any) -> str:
    """Press Check (where it is right, *Answer again* first), and wait for a verdict that was made since: what the card says, beside its question."""
    again = card.get_by_role("button", name="Answer again")
    if again.is_visible():
        again.click()
        again.wait_for(state="hidden")
    before = card.get_attribute("data-turn")
    card.get_by_role("button", name="Check", exact=False).first.click()
    end = card.get_by_role("button", name="Show the end")
    shown = card.page.locator(f".ck-card:not([data-turn='{before}'])").and_(card)
    shown.or_(end).locator("visible=true").first.wait_for()
    if end.is_visible():
        end.click()
    shown.wait_for()
    for fold in card.locator(".ck-verdict details:not([open]) > summary").all():
        fold.click()
    said = [*card.locator(".ck-answer .ck-belief, .ck-answer .ck-sentence").all_inner_texts()]
    return "\n".join([*card.locator(".ck-verdict").all_inner_texts(), *said])


def arrange(sheet: Any, labels: list[str], press: Callable[[Any], object] = lambda button: button.click()) -> None:
    """Bring a list into this order, the first to its place first; after each step the list shows that it was done."""
    lines, end = sheet.locator(".ck-order li"), 400
    while sorted(shown := lines.locator(".ck-what").all_text_contents()) != sorted(labels):
        end -= 1
        assert end, f"the list shows {shown!r}, wanted {labels!r}"
        sheet.page.wait_for_timeout(300)
    for place, label in enumerate(labels):
        for at in range(shown.index(label, place), place, -1):
            press(sheet.get_by_role("button", name=f"Move {label} up", exact=True))
            shown.insert(at - 1, shown.pop(at))
            expect(lines.locator(".ck-what")).to_have_text(shown)


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
