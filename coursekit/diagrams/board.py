"""A board on which a scene is built: boxes are put, changed and taken away, and each step is one frame.

Boxes that a step does not touch are the same objects in the next frame, so that a long scene stays small. What was
fresh in one step is not in the next; arrows and marks live for one step, links until they are cut.

Pure.
"""

from dataclasses import replace
from typing import Any

from coursekit.diagrams.scene import Align, Arrow, Box, Detail, Frame, Mark, Role, Scene, Verdict

LETTER = 6.9  # average width of a letter at size 13
BOLD = 14.5  # a label is as wide as plain text of this size


class Board:
    """Boxes by id, and the frames so far."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.boxes: dict[str, Box] = {}
        self.links: list[Arrow] = []
        self.frames: list[Frame] = []
        self.details: dict[str, Detail] = {}
        self._arrows: list[Arrow] = []
        self._marks: list[Mark] = []

    # -- what is there

    def put(
        self, id: str, role: Role, x: float, y: float, width: float, height: float, text: str = "", **more: Any
    ) -> None:
        """A box, in place of one with the same id; `more` are Box's other fields. Text that does not fit is cut."""
        inset = {"tile": 15, "slab": 16, "whiteout": 30}.get(role, 0)
        room = width - inset - 6 if role in ("tile", "slab", "whiteout") else 10_000
        short, small = fit(text, room), fit(more.pop("sub", ""), room, 11.5)
        if short != text and not more.get("title"):
            more["title"] = text
        self.boxes[id] = Box(id=id, role=role, x=x, y=y, width=width, height=height, text=short, sub=small, **more)

    def say(
        self,
        id: str,
        x: float,
        y: float,
        text: str,
        *,
        width: float = 0,
        align: Align = "start",
        bold: bool = False,
        tone: str = "",
    ) -> None:
        """A line of text whose middle is at `y`."""
        role: Role = "label" if bold else "note"
        self.put(id, role, x, y - 10, width, 20, text, align=align, tone=tone)

    def name_row(self, id: str, middle: float, name: str, note: str, width: float, tone: str = "") -> None:
        """A row's name and, below it, a note, in the margin of that width to its left."""
        short = fit(name, width - 24, BOLD)
        self.say(f"{id}:name", 0, middle - 9, short, width=width - 16, align="end", bold=True, tone=tone)
        self.say(f"{id}:note", 0, middle + 10, note, width=width - 16, align="end")

    def change(self, id: str, **fields: Any) -> None:
        """Other values for some fields of a box."""
        self.boxes[id] = replace(self.boxes[id], **fields)

    def drop(self, *ids: str) -> None:
        """Take boxes away."""
        for id in ids:
            del self.boxes[id]

    # -- what this step shows

    def arrow(self, x1: float, y1: float, x2: float, y2: float, label: str = "", **more: Any) -> None:
        """An arrow in the next frame alone."""
        self._arrows.append(Arrow(x1=x1, y1=y1, x2=x2, y2=y2, label=label, **more))

    def link(self, x1: float, y1: float, x2: float, y2: float, tone: str) -> None:
        """A thin line that stays."""
        self.links.append(Arrow(x1=x1, y1=y1, x2=x2, y2=y2, shape="link", tone=tone))

    def mark(self, x: float, y: float, verdict: Verdict, text: str = "") -> None:
        """A sign in the next frame alone."""
        self._marks.append(Mark(x=x, y=y, verdict=verdict, text=text))

    def step(self, caption: str) -> None:
        """What is on the board, as the next frame."""
        arrows = (*self.links, *self._arrows)
        self.frames.append(
            Frame(caption=caption, boxes=tuple(self.boxes.values()), arrows=arrows, marks=tuple(self._marks))
        )
        self._arrows, self._marks = [], []
        for id, box in self.boxes.items():
            if box.fresh or box.origin:
                self.boxes[id] = replace(box, fresh=False, origin="")

    def scene(self, title: str) -> Scene:
        """The scene of all steps."""
        return Scene(title=title, width=self.width, height=self.height, frames=tuple(self.frames), details=self.details)


def fit(text: str, room: float, size: float = 13) -> str:
    """The text, or its beginning before an ellipsis, in `room` units at that size.

    >>> fit("/usr/share/nginx/html", 100)
    '/usr/share/ng…'
    """
    most = max(1, int(room / (LETTER * size / 13)))
    return text if len(text) <= most else text[: most - 1] + "…"


def plural(count: int, noun: str) -> str:
    """A number and its noun.

    >>> plural(1, "layer"), plural(2, "copy")
    ('1 layer', '2 copies')
    """
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun if count == 1 else many}"
