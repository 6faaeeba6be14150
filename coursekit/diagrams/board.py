"""A board on which a scene is built: boxes are put, changed and taken away, and each step is one frame.

Boxes that a step does not touch are the same objects in the next frame, so that a long scene stays small. What was
fresh in one step is not in the next; arrows and marks live for one step, links until they are cut.

Pure.
"""

from dataclasses import replace
from typing import Any

from coursekit.diagrams.easel import ground
from coursekit.diagrams.scene import Align, Arrow, Box, Detail, Frame, Grid, Mark, Role, Scene, Verdict


class Board:
    """Boxes by id, and the frames so far."""

    def __init__(self, width: float, height: float, *, left: float = 0, right: float = 12, least: float = 0) -> None:
        """`left` is the margin of the rows' names, `right` that of a bracket; below `least` it is not squeezed."""
        self.width, self.height = width, height
        self.left, self.right, self.least = left, right, least
        self.rows: set[float] = set()  # upper edges of those that have a name
        self.columns: tuple[float, float, int] = (0, 0, 0)  # the first one's left edge, from one to the next, how many
        self.boxes: dict[str, Box] = {}
        self.links: list[Arrow] = []
        self.frames: list[Frame] = []
        self.details: dict[str, Detail] = {}
        self.drawn: list[Arrow] = []  # in the steps so far
        self.marked: list[Mark] = []
        self._arrows: list[Arrow] = []
        self._marks: list[Mark] = []

    # -- what is there

    def put(
        self, id: str, role: Role, x: float, y: float, width: float, height: float, text: str = "", **more: Any
    ) -> None:
        """A box, in place of one with the same id; `more` are Box's other fields."""
        said = ". ".join(filter(None, (text, more.get("sub")))) if role in ("tile", "slab", "whiteout") else ""
        more.setdefault("title", said)
        self.boxes[id] = Box(id=id, role=role, x=x, y=y, width=width, height=height, text=text, **more)

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

    def name_row(self, id: str, top: float, height: float, name: str, note: str = "", tone: str = "") -> None:
        """A row's name and, below it, a note, in the margin to its left."""
        self.rows.add(top)
        more = {"sub": note, "title": name, "tone": tone}
        self.put(f"{id}:label", "label", 0, top, self.left - 14, height, name, **more)

    def ground(self, y: float, text: str = "", **more: Any) -> None:
        """The kernel, from edge to edge."""
        self.boxes["kernel"] = replace(ground(y, self.width, text), **more)

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

    def recall(self) -> None:
        """All arrows and marks so far, in the next frame once more: so that the last one carries the idea."""
        self._arrows, self._marks = [*self.drawn], [*self.marked]

    def step(self, caption: str) -> None:
        """What is on the board, as the next frame."""
        arrows = (*self.links, *self._arrows)
        self.frames.append(
            Frame(caption=caption, boxes=tuple(self.boxes.values()), arrows=arrows, marks=tuple(self._marks))
        )
        self.drawn, self.marked = [*self.drawn, *self._arrows], [*self.marked, *self._marks]
        self._arrows, self._marks = [], []
        for id, box in self.boxes.items():
            if box.fresh or box.origin:
                self.boxes[id] = replace(box, fresh=False, origin="")

    def scene(self, title: str) -> Scene:
        """The scene of all steps."""
        first, pitch, count = self.columns
        grid = Grid(
            left=self.left,
            right=self.right,
            rows=tuple(sorted(self.rows)),
            first=first,
            pitch=pitch,
            count=count,
            least=self.least,
        )
        return Scene(
            title=title,
            width=self.width,
            height=self.height,
            frames=tuple(self.frames),
            details=self.details,
            grid=grid,
        )


def plural(count: int, noun: str) -> str:
    """A number and its noun.

    >>> plural(1, "layer"), plural(2, "copy")
    ('1 layer', '2 copies')
    """
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun if count == 1 else many}"
