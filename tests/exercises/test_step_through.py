"""A learner's function stepped through on the call on which it errs: the picture follows, and the end says what was wanted."""

import linecache
from html import escape
from pathlib import Path
from typing import Any

import pytest

import coursekit as ck
from coursekit.exercises.report import html
from coursekit.lessons.l04_copy_on_write.copy_up.key import SOLUTION

PASSES_WHITEOUTS = """
def lookup(layers, path):
    for number, layer in enumerate(layers):
        if layer.get(path) is not None:
            return [number]
    return []
"""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def typed(source: str, name: str) -> Any:
    """A function as a cell defines it."""
    file = f"<a cell of {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {}
    exec(compile(source, file, "exec"), names)
    return names[name]


def test_after_a_check_that_errs_the_report_offers_the_steps_of_the_smallest_call() -> None:
    lookup = typed(PASSES_WHITEOUTS, "lookup")
    report = ck.check("lookup", lookup)
    assert report.steps == 'ck.step("lookup")' and escape(report.steps) in html(report)
    found = report.verdict.counterexample
    shown = ck.step("lookup", lookup).shown
    assert found is not None and shown.asked == found.asked and shown.end == f"{found.did} {found.should}"
    assert len(shown.moments) == len(shown.scene.frames)
    pointed = [box.title for frame in shown.scene.frames for box in frame.boxes if box.sub == "← layer"]
    assert pointed, "the layer that a variable stands for is named"
    assert any(box.fresh for box in shown.scene.frames[3].boxes)


def test_the_picture_follows_what_the_function_changes_and_a_right_one_can_be_stepped_through_too() -> None:
    shown = ck.step("copy-up", typed(SOLUTION, "copy_up")).shown
    pictures = {tuple(box.id for box in frame.boxes if box.role == "tile") for frame in shown.scene.frames}
    assert len(pictures) > 1 and "should" not in shown.end


def test_what_is_no_function_yet_is_said_in_a_sentence() -> None:
    assert "has none yet" in repr(ck.step("lookup", ...)) and "has none yet" in repr(ck.step("who-answers", {}))
