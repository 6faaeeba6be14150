"""A scene as a question: which boxes can be picked, and what must not be seen before the pick.

    key                 its box                                   before the pick
    "/etc/hosts"        its place in the row that is asked about  "?" in that row
    "COPY app"          the layer of that name                    "?" in the merged view
    anything else       the box of that id

Pure. Exercises (`forms.Pick`) name the keys; the card lets them be clicked.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from coursekit.diagrams.easel import named
from coursekit.diagrams.scene import Box, Frame, Scene
from coursekit.language import _

View = Literal["merged", "upperdir"]
_ANSWERS = ("thread", "shade")  # boxes that say which layer answers, and what it covers


def boxes_of(scene: Scene, keys: Iterable[str], view: View) -> dict[str, str]:
    """For each key the id of its box in the first frame. Raises: KeyError for a key that names none."""
    boxes = scene.frames[0].boxes
    labels = [(box.id.removesuffix(":label"), box) for box in boxes if box.role == "label"]
    names = {name: id for id, label in labels for name in (label.text, label.title)}
    ids = {box.id for box in boxes}
    found = {}
    for key in keys:
        box = next((each for each in (f"{view}{key}", key, names.get(key, "")) if each in ids), None)
        if box is None:
            raise KeyError(f"no box {key!r} in the first frame of {scene.title!r}; there are {', '.join(sorted(ids))}")
        found[key] = box
    return found


def asked(scene: Scene, view: View) -> Scene:
    """The scene with a first frame that gives nothing away; where it has a merged view, one frame more than before.

    What a process sees, if that is the question, is shown by the last step alone.
    """
    first, *_middle, last = (*scene.frames, scene.frames[-1])
    if not any(_path(box) for box in first.boxes):
        return scene
    told = [_unseen(frame) for frame in scene.frames[:-1]] if view == "merged" else scene.frames[:-1]
    veiled = _unseen(replace(first, arrows=(), marks=()), _("What will it be? Predict, then run."))
    if view == "upperdir":
        slots = [_slot(box, row) for box in veiled.boxes if _path(box) for row in veiled.boxes if row.id == "layer-0"]
        veiled = replace(veiled, boxes=(*veiled.boxes, *slots))
    return replace(scene, frames=(veiled, *told, last))


def _unseen(frame: Frame, caption: str = "") -> Frame:
    """The frame without what a process sees."""
    boxes = tuple(_veiled(box) for box in frame.boxes if box.role not in _ANSWERS)
    return replace(frame, boxes=boxes, caption=caption or frame.caption)


def _path(box: Box) -> str:
    return box.id.removeprefix("merged") if box.id.startswith("merged/") else ""


def _veiled(box: Box) -> Box:
    path = _path(box)
    if not path:
        return replace(box, hidden=False)
    title = _("{path}: not known yet").format(path=path)
    room: dict[str, Any] = {"x": box.x - 8, "width": box.width + 8} if box.role == "note" else {}
    fields: dict[str, Any] = {"over": "", "sub": "", "pill": "", "about": "", "fresh": False, "title": title, **room}
    return replace(box, role="tile", text="?", tone="merged", **fields)


def _slot(merged: Box, row: Box) -> Box:
    """A place for a path in the upperdir's row."""
    path, y = _path(merged), row.y + (row.height - merged.height) / 2
    over, text = named(path)
    title = _("{path} in upperdir: not known yet").format(path=path)
    fields: dict[str, Any] = {"y": y, "text": text, "over": over, "title": title, "tone": "container", "hidden": True}
    return replace(merged, id=f"upperdir{path}", **fields)
