"""A scene as a question: nothing in its first frame says what comes."""

from coursekit.diagrams.guess import asked, boxes_of
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.svg import render
from coursekit.fs.node import WHITEOUT
from coursekit.layers.layer import Layer

TOP = Layer.of({"/a": "top", "/b": WHITEOUT, "/e": WHITEOUT})
LOW = Layer.of({"/a": "low", "/b": "gone", "/c/d": "deep", "/e/f": "old"})


def test_the_first_frame_tells_neither_who_answers_nor_what_is_hidden() -> None:
    scene = stack_scene([TOP, LOW], names=["container", "top", "low"], paths=["/a", "/b", "/c/d", "/e/f"])
    veiled = asked(scene, "merged")
    assert len(veiled.frames) == len(scene.frames) + 1
    telling = ("from ", ", hidden", "ends here")
    assert {"thread", "shade"} <= {box.role for box in scene.frames[0].boxes}
    assert all(words in render(scene, 0) for words in telling)
    assert not {"thread", "shade"} & {box.role for box in veiled.frames[0].boxes}
    assert not any(words in render(veiled, 0) for words in telling)
    assert render(veiled, 0).count(">?<") == 4
    assert boxes_of(veiled, ["/a", "/c/d"], "merged") == {"/a": "merged/a", "/c/d": "merged/c/d"}
