"""A scene as a question: nothing in its first frame says what comes."""

from coursekit.diagrams.guess import asked, boxes_of
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.svg import render
from coursekit.events import Event
from coursekit.fs.node import WHITEOUT
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay

TOP = Layer.of({"/a": "top", "/b": WHITEOUT, "/e": WHITEOUT})
LOW = Layer.of({"/a": "low", "/b": "gone", "/c/d": "deep", "/e/f": "old"})


def test_the_first_frame_tells_neither_who_answers_nor_what_is_hidden() -> None:
    scene = stack_scene([TOP, LOW], names=["container", "top", "low"], paths=["/a", "/b", "/c/d", "/e/f"])
    veiled = asked(scene, "merged")
    assert len(veiled.frames) == len(scene.frames) + 1
    assert {"thread", "shade"} <= {box.role for box in scene.frames[0].boxes}
    assert any(box.hidden for box in scene.frames[0].boxes) and any(box.pill for box in scene.frames[0].boxes)
    shown = veiled.frames[0].boxes
    assert not {"thread", "shade"} & {box.role for box in shown}
    assert not any(box.hidden or box.pill for box in shown)
    assert render(veiled, 0).count(">?<") == 4
    assert boxes_of(veiled, ["/a", "/c/d"], "merged") == {"/a": "merged/a", "/c/d": "merged/c/d"}


def test_what_a_process_sees_is_not_shown_before_the_last_step() -> None:
    happened: list[Event] = []
    merged = Overlay([TOP, LOW], upperdir=None, emit=happened.append)
    for path in ("/a", "/b", "/c/d"):
        merged.exists(path)
    veiled = asked(stack_scene([TOP, LOW], happened=happened, paths=["/a", "/b", "/c/d"]), "merged")
    seen = [{box.text for box in frame.boxes if box.id.startswith("merged/")} for frame in veiled.frames]
    assert len(seen) > 4 and all(each == {"?"} for each in seen[:-1])
    assert seen[-1] == {"/a", "no such file", "d"}
