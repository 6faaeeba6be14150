"""A scene as a question: which boxes can be picked, and what must not be seen before the pick.

    key                 its box                                   before the pick
    "/etc/hosts"        its place in the row that is asked about  "?" in that row
    "COPY app"          the layer of that name                    "?" in the merged view
    anything else       the box of that id

Pure. Exercises (`forms.Pick`) name the keys; the sheet lets them be clicked.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from coursekit.diagrams.scene import Box, Frame, Scene

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
    """The scene with a first frame that gives nothing away; where it has a merged view, one frame more than before."""
    first = scene.frames[0]
    if not any(_path(box) for box in first.boxes):
        return scene
    boxes = [_veiled(box) for box in first.boxes if box.role not in _ANSWERS]
    if view == "upperdir":
        boxes += [_slot(box, row) for box in boxes if _path(box) for row in boxes if row.id == "layer-0"]
    veiled = Frame(caption="What will it be? Predict, then run.", boxes=tuple(boxes))
    return replace(scene, frames=(veiled, *scene.frames))


def _path(box: Box) -> str:
    return box.id.removeprefix("merged") if box.id.startswith("merged/") else ""


def _veiled(box: Box) -> Box:
    path = _path(box)
    if not path:
        title, sub = box.title.removesuffix(", hidden"), box.sub.removesuffix(": ends here")
        return replace(box, hidden=False, title=title, sub=sub)
    return replace(box, role="tile", text="?", sub="", title=f"{path}: not known yet", tone="merged", about="")


def _slot(merged: Box, row: Box) -> Box:
    """A place for a path in the upperdir's row."""
    path, y = _path(merged), row.y + (row.height - merged.height) / 2
    text = path if len(path) <= 16 else "…" + path[-15:]
    title = f"{path} in upperdir: not known yet"
    return replace(merged, id=f"upperdir{path}", y=y, text=text, title=title, tone="container", hidden=True)
