"""The player's shapes are the figure's: every part of every scene, drawn by shapes.js and by shapes.py, is the same."""

import re
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

import pytest

from coursekit.diagrams import shapes
from coursekit.diagrams.guess import asked
from coursekit.diagrams.scene import Arrow, Box, Frame, Mark, Scene
from coursekit.exercises.forms import Pick
from coursekit.widgets.joined import joined, style
from tests.browser.seeing import SEEING
from tests.diagrams.test_acting import APP, BASE, played
from tests.diagrams.test_scenes import ALL
from tests.exercises.lessons.test_every_exercise import PICKS, case_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GEOMETRY = ("d", "x", "y", "width", "height", "rx", "font-size", "stroke-width")
SENT = """parts => parts.map(([draw, part]) => {
  const made = { box: shapes, arrow, mark }[draw](part), all = Array.isArray(made) ? made : [...made.children];
  const flat = all.flatMap(each => each.tagName === "g" ? [...each.children] : [each]);
  const attributes = each => Object.fromEntries([...each.attributes].map(a => [a.name, a.value]));
  return flat.map(each => [each.tagName, attributes(each), each.textContent]);
})"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def drawn_with(page: Any, *names: str) -> None:
    """Gives a page the modules' names."""
    lines = "\n".join(f'import * as {name} from "./{name}.js";\nObject.assign(window, {name});' for name in names)
    page.add_script_tag(content=f"{joined(lines)}\nwindow.drawn = true;", type="module")
    page.wait_for_function("window.drawn")


def stack() -> Scene:
    def do(merged: Any) -> None:
        merged.read_text("/etc/hosts")
        merged.rename("/app/main.js", "/app/start.js")
        merged.rmtree("/app")
        merged.mkdir("/app")
        merged.link("/etc/hosts", "/etc/also")
        merged.listdir("/etc")

    return played(do, [APP, BASE])


def drawn_by_python(kind: str, part: Box | Arrow | Mark) -> list[tuple[str, dict[str, str], str]]:
    drawn = getattr(shapes, kind)(part)
    group = ElementTree.fromstring(drawn if isinstance(drawn, str) else f"<g>{''.join(drawn)}</g>")
    flat = [each for child in group for each in (child if child.tag == "g" else [child])]
    return [(each.tag, dict(each.attrib), each.text or "") for each in flat]


def told(tag: str, attributes: dict[str, str], text: str) -> Any:
    """What can be seen of one element: its kind and words, and its numbers by name."""
    numbers = {name: [float(each) for each in NUMBER.findall(attributes.get(name, ""))] for name in GEOMETRY}
    flat = {f"{name} {n}": number for name, found in numbers.items() for n, number in enumerate(found)}
    return (tag, attributes.get("text-anchor", ""), text), flat


def test_both_draw_the_same(browser: Any) -> None:
    parts: dict[tuple[str, Box | Arrow | Mark], None] = {}
    for scene in (stack(), *(make() for make in ALL.values())):
        for frame in scene.frames:
            parts |= dict.fromkeys(("box", box) for box in frame.boxes)
            parts |= dict.fromkeys(("arrow", arrow) for arrow in frame.arrows)
            parts |= dict.fromkeys(("mark", mark) for mark in frame.marks)
    page = browser.new_page()
    drawn_with(page, "shapes")
    found = page.evaluate(SENT, [[kind, asdict(part)] for kind, part in parts])
    page.close()
    roles = {part.role for _, part in parts if isinstance(part, Box)}
    assert roles >= {"slab", "tile", "whiteout", "lid", "shade", "thread", "bar", "label", "note", "bracket"}
    for (kind, part), drawn in zip(parts, found, strict=True):
        for one, other in zip(drawn, drawn_by_python(kind, part), strict=True):
            (kinds, numbers), (same, close) = told(*one), told(*other)
            assert kinds == same and numbers == pytest.approx(close, abs=0.1), part


LAID_OUT = """([scene, width]) => {
  const room = document.createElement("div"), stage = new Stage(scene), found = new Set();
  room.style.width = `${width}px`;
  document.body.replaceChildren(room);
  room.append(stage.picture);
  stage.fit(width);
  if (stage.grid.width > width) found.add(`${stage.grid.width} px wide`);
  for (let step = 0; step < scene.frames.length; step++) {
    stage.show(step);
    for (let from = 0; from < Math.max(1, stage.grid.grid.count); from += stage.grid.shown || 1) {
      stage.fit(width, from);
      for (const each of seeing.wrong(stage.picture)) found.add(`step ${step + 1}: ${each}`);
    }
  }
  return [...found];
}"""
WIDTHS = (320, 400, 768, 1250)


def every_scene() -> dict[str, Scene]:
    """Those of ck.scenes, a story on a stack, and what the exercises ask about."""
    scenes = {"stack": stack(), **{name: make() for name, make in ALL.items()}}
    for exercise in PICKS:
        form = exercise.shape(case_for(exercise, "ada"))
        assert isinstance(form, Pick)
        scenes[exercise.id] = asked(form.scene(), form.view)
    return scenes


def test_no_word_is_cut_off_crossed_or_covered_in_any_step_of_any_scene_at_any_width(browser: Any) -> None:
    page = browser.new_page()
    page.add_style_tag(content=style("stage"))
    drawn_with(page, "shapes", "stage")
    page.evaluate(SEEING)
    found = {
        f"{name} at {width} px": wrong
        for name, scene in every_scene().items()
        for width in WIDTHS
        if (wrong := page.evaluate(LAID_OUT, [scene.to_json(), width]))
    }
    assert found == {}
    boxes = (
        Box(id="cut", role="note", x=80, y=0, width=0, height=30, text="far too long a word"),
        Box(id="word", role="note", x=10, y=40, width=60, height=20, text="word"),
        Box(id="other", role="note", x=14, y=40, width=60, height=20, text="other"),
        Box(id="below", role="note", x=10, y=80, width=60, height=20, text="below"),
        Box(id="lid", role="lid", x=10, y=80, width=60, height=20),
    )
    arrow = Arrow(x1=0, y1=50, x2=90, y2=50, label="go", label_x=30, shape="line")
    bad = Scene(title="bad", width=90, height=110, frames=(Frame(caption="bad", boxes=boxes, arrows=(arrow,)),))
    said = " ".join(page.evaluate(LAID_OUT, [bad.to_json(), 90]))
    page.close()
    assert "far too long a word: out of the picture" in said
    assert "word: on other" in said
    assert "below: under a rect" in said and "under a rect of ck-tile ck-container ck-arrow" in said
