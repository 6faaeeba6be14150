"""A scene: what a diagram shows, step by step, as plain data.

    Scene ── frames ── Frame ── boxes   named, so that a player can move one from frame to frame
                             ├─ arrows
                             ├─ marks   a probe's hit or miss
                             └─ caption one sentence: what happens in this step

Nothing here draws. `svg` turns one frame into inline SVG, the player (floor 6) draws the same data in the browser, and
`words` is the scene for those who do not look at it.

Floor 5 (diagrams): pure; imports lower floors only.
"""

from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["slab", "tile", "whiteout", "label", "note", "bracket"]
Verdict = Literal["hit", "miss", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle with text. `id` names the same thing in every frame; positions and sizes are in SVG units."""

    id: str
    role: Role
    x: float
    y: float
    width: float
    height: float
    text: str = ""
    title: str = ""  # the whole name, where `text` is shortened
    tone: str = ""  # which layer's colour: "container", "merged", "kernel", "layer-0" (base) …
    hidden: bool = False  # there, but covered by a layer above
    fresh: bool = False  # what this step made or changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A curve from one point to another, with a label at its middle."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a lookup found at one slab: a hit, a miss, or an end of the search."""

    x: float
    y: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step."""

    caption: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Frames in order; there is at least one."""

    title: str
    width: float
    height: float
    frames: tuple[Frame, ...]

    def to_json(self) -> dict[str, Any]:
        """The scene for the player: short keys, defaults left out."""
        return {
            "title": self.title,
            "width": self.width,
            "height": self.height,
            "frames": [_frame(frame) for frame in self.frames],
        }


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "caption": frame.caption,
        "boxes": [_slim(box) for box in frame.boxes],
        "arrows": [_slim(arrow) for arrow in frame.arrows],
        "marks": [_slim(mark) for mark in frame.marks],
    }


def _slim(part: Box | Arrow | Mark) -> dict[str, Any]:
    fields = ((name, getattr(part, name)) for name in part.__dataclass_fields__)
    return {name: value for name, value in fields if value != "" and value is not False}


def words(scene: Scene) -> str:
    """The scene without a picture: its title, then a numbered line for each step."""
    steps = (f"{number}. {frame.caption}" for number, frame in enumerate(scene.frames, start=1))
    return "\n".join([scene.title, *steps])
