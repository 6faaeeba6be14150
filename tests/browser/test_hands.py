"""Tables answered by hand, in a page of their own: by mouse, by keyboard alone, and where a verdict is shown."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from coursekit.exercises import catalogue, proof, seeds
from coursekit.exercises.forms import Fill
from coursekit.exercises.model import Exercise
from coursekit.exercises.sheets import spec
from coursekit.widgets.joined import joined, style
from tests.browser.by_hand import Way, by_keyboard, by_mouse
from tests.browser.conftest import shoot
from tests.browser.seeing import axe
from tests.tools import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ONE_OF_EACH = (
    "who-owns",
    "centos-host",
    "stored-once",
    "cache-steps",
    "who-answers",
    "opaque-or-whiteouts",
    "what-starts",
)
ENTRY = """
import { byHand } from "./answers/hands.js";
window.made = new Map();
window.ask = ({ id, spec, answer }) => {
  const form = byHand(spec, answer, (given) => { window.made.get(id).answer = given; });
  window.made.set(id, { form, answer });
  const root = Object.assign(document.createElement("section"), { id, className: "ck" });
  const card = Object.assign(document.createElement("div"), { className: "ck-card" });
  card.append(form.element);
  root.append(card);
  document.body.append(root);
};
"""
Ask = Callable[..., Any]


def asked(id: str) -> tuple[Exercise, Mapping[str, Any], Fill]:
    """An exercise, a case and the table."""
    exercise = catalogue.exercise(id)
    case = seeds.case_for(exercise, "ada")
    form = exercise.shape(case)
    assert isinstance(form, Fill)
    return exercise, case, form


@pytest.fixture
def ask(browser: Any) -> Iterator[Ask]:
    """Puts a question into a page: its element."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.set_content(
        f"<!doctype html><html lang=en><title>By hand</title><style>{style('tokens', 'answers', 'hands', 'card')}</style><main></main>"
    )
    page.add_script_tag(type="module", content=joined(ENTRY))
    page.wait_for_function("() => window.ask !== undefined")

    def ask_it(id: str, answer: Any = None) -> Any:
        page.evaluate("told => ask(told)", {"id": id, "spec": spec(asked(id)[2]), "answer": answer})
        return page.locator(f"#{id} .ck-hands")

    yield ask_it
    assert broken == []
    context.close()


def kept(root: Any, id: str, table: Any) -> None:
    """Until the form has told this table."""
    said = "([id, table]) => { const sorted = (each) => JSON.stringify(Object.entries(each ?? {}).sort()); "
    said += "return sorted(made.get(id).answer) === sorted(table); }"
    root.page.wait_for_function(said, arg=[id, table])


@pytest.mark.parametrize("id", ONE_OF_EACH)
@pytest.mark.parametrize("way", [by_mouse, by_keyboard])
def test_what_is_pressed_dragged_or_keyed_is_the_table_that_is_judged(ask: Ask, way: Way, id: str) -> None:
    exercise, case, form = asked(id)
    root, wrong, right = ask(id), proof.believing(exercise, case, exercise.wrong_models[0]), exercise.truth(case)
    way(root, form, wrong)
    kept(root, id, wrong)
    way(root, form, right)
    kept(root, id, right)
    root.get_by_role("button", name="Answer in a table").click()
    fields = root.locator("tbody select, tbody input")
    flat = [str(right[row][column]) for row in form.rows for column in form.columns]
    assert [field.input_value() for field in fields.all()] == flat


def test_an_answer_that_was_kept_is_shown_as_it_was_left(ask: Ask) -> None:
    exercise, case, form = asked("stored-once")
    root = ask("stored-once", exercise.truth(case))
    assert root.locator("[data-place='disk\\a bytes'] [data-tile]").count() == len(case["sizes"])
    exercise, case, form = asked("who-owns")
    root = ask("who-owns", exercise.truth(case))
    assert root.locator(".ck-bin [data-tile]").count() == len(form.rows)


@pytest.mark.parametrize("id", ONE_OF_EACH)
def test_a_verdict_stands_where_it_was_answered_and_tells_no_more_than_it_was_told(ask: Ask, id: str) -> None:
    exercise, case, form = asked(id)
    right, root = exercise.truth(case), ask(id, exercise.truth(case))
    first, *others = [(row, column) for row in form.rows for column in form.columns]
    told = {
        "parts": {"/".join(first): {"ok": False}},
        "right": None,
        "beliefs": [{"html": "Why", "at": ["/".join(first)]}],
    }
    mark = "([id, told]) => { made.get(id).form.mark(told); }"
    root.page.evaluate(mark, [id, told])
    assert root.locator(".ck-mark").count() == 1
    assert root.locator(".ck-off").count() == 1 and root.locator(".ck-was").count() == 0
    assert root.locator(".ck-whys").inner_text().endswith("Why")
    told["parts"] |= {"/".join(each): {"ok": True} for each in others}
    root.page.evaluate(mark, [id, {**told, "right": right}])
    assert root.locator(".ck-mark.ck-right").count() >= len(others)
    root.page.evaluate(mark, [id, None])
    expect(root.locator(".ck-mark, .ck-off, .ck-was, .ck-whys > *")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 400)])
def test_axe_finds_nothing_and_nothing_is_cut(ask: Ask, scheme: str, width: int) -> None:
    for id in ONE_OF_EACH:
        root = ask(id, asked(id)[0].truth(asked(id)[1]))
    page = root.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    shoot(page, f"hands-{scheme}-{width}", full_page=True)
    wider = "() => [...document.querySelectorAll('.ck-hands')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert page.evaluate(wider) == 0
    small = """() => [...document.querySelectorAll(".ck-hands :is(button, .ck-switch label, .ck-state, .ck-face)")]
        .map((each) => each.getBoundingClientRect()).filter(({ width, height }) => width && (height < 32 || width < 28)).length"""
    assert page.evaluate(small) == 0
    page.evaluate(axe())
    found = page.evaluate(
        "() => axe.run('.ck-hands').then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))"
    )
    assert json.dumps(found) == "[]"
