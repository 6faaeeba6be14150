"""A scene: what a diagram shows, step by step, as plain data.

    Scene ── frames ── Frame ── boxes    named, so that a player can move one from frame to frame
          │                  ├─ arrows
          │                  ├─ marks    a probe's hit or miss
          │                  └─ caption  one sentence: what happens in this step
          ├─ details ─ Detail            what a click on a box tells: contents, metadata, history
          └─ goal ──── Scene             what to arrive at, shown beside it

Nothing here draws. `svg` turns one frame into inline SVG, the player draws the same data in the browser, and
`words` is the scene for those who do not look at it.

Pure; imports lower floors only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from coursekit.diagrams.knobs import Knob
from coursekit.showing import Shown, in_a_notebook

Role = Literal[
    "slab", "band", "tile", "whiteout", "lid", "shade", "thread", "bar", "label", "note", "bracket", "ground", "ghost"
]
Align = Literal["", "start", "middle", "end"]
Verdict = Literal["hit", "miss", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle with text. `id` names the same thing in every frame; positions and sizes are in SVG units.

    A lid is an opaque directory's, a shade falls on what is covered, a thread is a dotted line from the merged view to
    the layer that answers, a bar is a filled length (bytes), a band is a thin slab that lines pass behind, the ground is
    the kernel, a ghost the outline of what will stand there. Texts are whole: who draws the box cuts them to the width that there is.
    """

    id: str
    role: Role
    x: float
    y: float
    width: float
    height: float
    text: str = ""
    sub: str = ""  # a second, smaller line
    over: str = ""  # a smaller line above: the directory of a name
    pill: str = ""  # on the lower edge of a tile: the layer that it comes from
    align: Align = ""  # where the text stands; "" as its role has it
    title: str = ""  # the whole name, where `text` is shortened
    tone: str = ""  # which layer's colour: "container", "merged", "kernel", "layer-0" (base) …
    hidden: bool = False  # there, but covered by a layer above
    fresh: bool = False  # what this step made or changed
    origin: str = ""  # of a fresh box: the id of the box that it rises from, which stays in place
    about: str = ""  # the key of its Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """From one point to another, with a label: a curve or line with a head for what moves, a link for what belongs."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str = ""
    label_x: float = 0  # the label's middle; 0 is half way
    label_y: float = 0
    shape: Literal["curve", "line", "link"] = "curve"
    tone: str = "container"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a lookup found at one slab: a hit, a miss, or an end of the search."""

    x: float  # of its middle
    y: float
    verdict: Verdict
    text: str = ""  # the word beside the sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step."""

    caption: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one layer has for a path."""

    layer: int  # as the scene numbers it: upperdir is 0
    name: str
    text: str  # "file, 174 B, mode 0644"
    facts: tuple[tuple[str, str], ...] = ()
    contents: str = ""  # the beginning of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What is known of a thing in the picture. All of it is text.

    `layers` are those that have the path now, top first. Which of them answers in a step, the step's boxes say.
    """

    title: str  # "/etc/hosts"
    facts: tuple[tuple[str, str], ...] = ()  # ("mode", "0644"), ("size", "174 B")
    contents: str = ""
    layers: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How a scene may be drawn at another width: what lies between the margins is squeezed or stretched.

    Where there is little room, the names in the left margin go into the rows, and columns that do not fit are paged.
    """

    left: float  # the margin of the names; 0 for none
    right: float  # the margin of the bracket
    rows: tuple[float, ...] = ()  # upper edges of the rows that have a name
    first: float = 0  # left edge of the first column
    pitch: float = 0  # from column to column; 0 where there are none to be paged
    count: int = 0  # columns
    least: float = 0  # the smallest width it can be read at


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Scene(Shown):
    """Frames in order; there is at least one. In a notebook it shows itself: played, or as a figure with words."""

    title: str
    width: float
    height: float
    frames: tuple[Frame, ...]
    details: Mapping[str, Detail] = field(default_factory=dict)
    goal: "Scene | None" = None
    grid: Grid | None = None
    narrow: "Scene | None" = None  # the same steps, laid out for a page narrower than the grid's least
    knobs: tuple[Knob, ...] = ()
    turn: "Callable[..., Scene] | None" = field(default=None, compare=False)  # the scene of other values of the knobs

    def __repr__(self) -> str:
        steps = len(self.frames)
        return f"<Scene {self.title!r}, {steps} step{'s' * (steps != 1)}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The player where a notebook's kernel runs, a figure and words elsewhere."""
        if in_a_notebook():
            bundle = self.show()._repr_mimebundle_()
            return dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
        return {"text/html": self._repr_html_(), "text/plain": words(self)}

    def to_json(self) -> dict[str, Any]:
        """The scene for the player: the first frame whole, of each later one what differs; defaults left out."""
        said = {
            "title": self.title,
            "width": self.width,
            "height": self.height,
            "frames": list(_frames(self.frames)),
            "details": {key: detail_json(detail) for key, detail in self.details.items()},
        }
        if self.grid is not None:
            grid = _slim(self.grid)
            said["grid"] = {name: list(value) if type(value) is tuple else value for name, value in grid.items()}
        if self.narrow is not None:
            said["narrow"] = self.narrow.to_json()
        if self.knobs:
            said["knobs"] = [knob.to_json() for knob in self.knobs]
        return said if self.goal is None else said | {"goal": self.goal.to_json()}


def _frames(frames: Iterable[Frame]) -> Iterable[dict[str, Any]]:
    """Each frame as the player reads it: `set` holds new boxes and the changed fields of known ones, `gone` ids."""
    shown: dict[str, Box] = {}
    for frame in frames:
        now = {box.id: box for box in frame.boxes}
        changed = [_changes(shown.get(id), box) for id, box in now.items() if shown.get(id) is not box]
        said: dict[str, Any] = {
            "caption": frame.caption,
            "set": list(filter(None, changed)),
            "gone": [id for id in shown if id not in now],
            "arrows": list(map(_slim, frame.arrows)),
            "marks": list(map(_slim, frame.marks)),
        }
        yield {key: value for key, value in said.items() if value}
        shown = now


def _changes(before: Box | None, now: Box) -> dict[str, Any]:
    """The fields in which a box differs from what it was, with its id; empty where it is the same."""
    if before is None:
        return _slim(now)
    if before == now:
        return {}
    changed = {name: getattr(now, name) for name in _BOX if getattr(now, name) != getattr(before, name)}
    return {"id": now.id, **changed}


def detail_json(detail: Detail) -> dict[str, Any]:
    """A detail as the player reads it."""
    said = _slim(detail)
    return said | {"layers": list(map(_slim, detail.layers))} if detail.layers else said


def _slim(part: Box | Arrow | Mark | Detail | Held | Grid) -> dict[str, Any]:
    values = ((name, getattr(part, name)) for name in part.__dataclass_fields__)
    return {name: value for name, value in values if value is not False and value not in ("", ())}


_BOX = tuple(each.name for each in fields(Box))


def words(scene: Scene) -> str:
    """The scene without a picture: its title, then a numbered line for each step."""
    steps = (f"{number}. {frame.caption}" for number, frame in enumerate(scene.frames, start=1))
    return "\n".join([scene.title, *steps])
