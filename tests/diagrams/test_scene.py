"""What the player is sent: one frame whole, of the others what differs, and from that every frame again."""

from dataclasses import MISSING, asdict, fields
from typing import Any

from coursekit.diagrams.scene import Arrow, Box, Detail, Frame, Held, Mark, Scene


def box(id: str, **more: Any) -> Box:
    return Box(**{"id": id, "role": "tile", "x": 0.0, "y": 10.0, "width": 5.0, "height": 5.0, **more})


HIT = Mark(x=0.0, y=1.0, verdict="hit")
FRAMES = (
    Frame(caption="two", boxes=(box("a"), box("b", text="<b>", hidden=True)), marks=(HIT,)),
    Frame(caption="b moves and shows", boxes=(box("a"), box("b", text="<b>", x=40.0))),
    Frame(caption="a goes, c comes", boxes=(box("b", text="<b>", x=40.0), box("c", origin="b", fresh=True))),
    Frame(caption="nothing changes", boxes=(box("b", text="<b>", x=40.0), box("c", origin="b", fresh=True))),
)
SCENE = Scene(title="t", width=10.0, height=10.0, frames=FRAMES)
DEFAULTS = {each.name: each.default for each in fields(Box) if each.default is not MISSING}


def replayed(sent: dict[str, Any]) -> list[dict[str, dict[str, Any]]]:
    """The boxes of every frame, put together as the player does."""
    boxes: dict[str, dict[str, Any]] = {}
    frames = []
    for frame in sent["frames"]:
        for id in frame.get("gone", ()):
            del boxes[id]
        for part in frame.get("set", ()):
            boxes[part["id"]] = {**boxes.get(part["id"], DEFAULTS), **part}
        frames.append(dict(boxes))
    return frames


def test_every_frame_comes_back_from_what_is_sent() -> None:
    for frame, found in zip(FRAMES, replayed(SCENE.to_json()), strict=True):
        assert found == {each.id: asdict(each) for each in frame.boxes}


def test_only_what_differs_is_sent() -> None:
    sent = SCENE.to_json()["frames"]
    assert sent[1] == {"caption": "b moves and shows", "set": [{"id": "b", "x": 40.0, "hidden": False}]}
    assert sent[2]["gone"] == ["a"] and [part["id"] for part in sent[2]["set"]] == ["c"]
    assert sent[3] == {"caption": "nothing changes"}


def test_positions_of_zero_are_sent() -> None:
    sent = SCENE.to_json()["frames"][0]
    assert sent["set"][0]["x"] == 0.0 and sent["marks"][0] == {"x": 0.0, "y": 1.0, "verdict": "hit"}


def test_details_and_a_goal_go_with_it() -> None:
    held = Held(layer=1, name="base", text="file")
    detail = Detail(title="/etc/hosts", facts=(("mode", "0644"),), contents="127.0.0.1", layers=(held,))
    arrow = Arrow(x1=0, y1=0, x2=1, y2=1, shape="line", tone="page")
    goal = Scene(title="goal", width=1.0, height=1.0, frames=(Frame(caption="g", boxes=(), arrows=(arrow,)),))
    sent = Scene(title="t", width=1.0, height=1.0, frames=FRAMES[:1], details={"k": detail}, goal=goal).to_json()
    assert sent["details"]["k"]["facts"] == (("mode", "0644"),)
    assert sent["goal"]["frames"][0]["arrows"][0]["shape"] == "line"
