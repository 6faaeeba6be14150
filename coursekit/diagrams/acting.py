"""What an event does in the picture: a probe falls, bytes rise, a name is crossed out.

    Probed     an arrow from the merged view down to the layer asked; hits and misses stay until the search ends
    Read       an arrow up, from where the bytes lie: nothing is copied
    CopiedUp   the tile rises and leaves its original in place; the label is the price
    Listed     a step for each layer: which names it gives, which it hides, which were there already

Pure. Neighbours: easel has the places, captions the sentences.
"""

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from coursekit import events
from coursekit.diagrams.captions import byte_count, caption
from coursekit.diagrams.easel import LEFT, WIDE, Easel
from coursekit.diagrams.layout import GLASS, SLAB, TILE, TOP
from coursekit.diagrams.scene import Arrow, Box, Frame, Mark, Verdict
from coursekit.diagrams.stack import Stack

FALL = TOP + SLAB  # the lower edge of the merged view
UNDER = TOP + (SLAB + TILE) / 2  # and of the tiles in it
PILL = WIDE - 40  # where hits and misses hang, from a column's left


@dataclass(slots=True)
class Acting:
    """Makes the frames of events; it remembers the marks of a search that goes on."""

    easel: Easel
    _asked: str = ""
    _trail: list[Mark] = field(default_factory=list)

    def frames(self, step: Sequence[events.Event], stack: Stack) -> Iterator[Frame]:
        """The frames of one event, or of a rename and the whiteout it leaves; they were applied to `stack` already."""
        event = step[0]
        boxes, text = self.easel.boxes(stack), self._said(event, stack)
        if isinstance(event, events.Listed):
            yield from self._listing(event, stack, boxes)
            boxes = self._lit(event, boxes)
        if isinstance(event, events.CopiedUp):
            boxes = tuple(_risen(box, event) for box in boxes)
        if isinstance(event, events.Committed):
            boxes = tuple(self._embraced(box) for box in boxes)
        if len(step) > 1:
            text = f"{text[:-1]}, and a whiteout takes the old name, which a lower layer still has."
        yield Frame(caption=text, boxes=boxes, arrows=self._arrows(event), marks=self._marks(event))

    def _said(self, event: events.Event, stack: Stack) -> str:
        """The caption, which for a layer that has nothing depends on whether others are asked."""
        if isinstance(event, events.Probed) and event.found == "nothing":
            ends = stack.search(event.path).ends
            if event.layer == len(stack.cells) - 1 or (ends is not None and ends <= event.layer):
                where = self.easel.names[event.layer]
                return f"{where} does not have {event.path}, and no layer below it is asked: there is no such file."
        said = caption(event, self.easel.names)
        if isinstance(event, events.Renamed) and event.target in stack.moved:
            return f"{said[:-1]}: a note in it says that its contents lie below at {stack.moved[event.target]}."
        return said

    # -- a search

    def _marks(self, event: events.Event) -> tuple[Mark, ...]:
        if not isinstance(event, events.Probed):
            trail, self._trail = self._trail, []
            return self._mark(event, trail)
        if event.path != self._asked or (self._trail and event.layer == 0):
            self._trail = []
        self._asked = event.path
        verdict, text = _verdict(event)
        for path in self.easel.concerned([event.path]):
            self._trail.append(self._at(path, event.layer, verdict, text))
        return tuple(self._trail)

    def _at(self, path: str, layer: int, verdict: Verdict, text: str) -> Mark:
        row = self.easel.row[layer]
        y = row.y + row.height / 2 if row.thin else row.tile - 3
        return Mark(x=self.easel.x(path) + PILL, y=y, verdict=verdict, text=text)

    def _mark(self, event: events.Event, trail: list[Mark]) -> tuple[Mark, ...]:
        x, y = self.easel.x, TOP + (SLAB - TILE) / 2 - 3
        match event:
            case events.Refused(path=path, code=code) if path in self.easel.columns:
                name = errno.errorcode.get(code, str(code))
                same = trail if path == self._asked else []
                return (*same, Mark(x=x(path) + PILL, y=y, verdict="stop", text=name))
            case events.Removed(path=path) if path in self.easel.columns:
                return (self._at(path, 0, "miss", "removed"),)
            case events.Committed() if 0 in self.easel.row:
                row, right = self.easel.row[0], LEFT + self.easel.inner
                return (Mark(x=right - 80, y=row.y, verdict="hit", text="a new layer"),)
        return ()

    # -- arrows

    def _arrows(self, event: events.Event) -> tuple[Arrow, ...]:
        columns, rows = self.easel.columns, self.easel.row
        match event:
            case events.Probed(path=path, layer=layer):
                return tuple(self._probe(each, layer) for each in self.easel.concerned([path]))
            case events.CopiedUp(path=path, from_layer=source, size=size) if path in columns and source in rows:
                x, row = self.easel.middle(path), rows[source]
                label = f"copy-up · {byte_count(size)}"
                end = rows[0].tile + TILE + 2
                return (Arrow(x1=x, y1=row.tile, x2=x, y2=end, label=label, label_y=row.y - 11),)
            case events.Renamed(source=source_path, target=target) if {source_path, target} <= set(columns):
                return (self._across(source_path, target, "rename"),)
            case events.Linked(source=source_path, target=target) if {source_path, target} <= set(columns):
                return (self._across(source_path, target, "same file"),)
            case events.Read(path=path, layer=layer, size=size) if path in columns and layer in rows:
                return (self._straight(path, rows[layer].tile, UNDER + 2, f"read · {byte_count(size)}"),)
        label = _through(event)
        if label and event.path in columns and 0 in rows:  # type: ignore[union-attr]  # those of _through have one
            return (self._straight(event.path, UNDER, rows[0].tile - 2, label),)  # type: ignore[union-attr]
        return ()

    def _straight(self, path: str, y1: float, y2: float, label: str) -> Arrow:
        x = self.easel.middle(path)
        return Arrow(x1=x, y1=y1, x2=x, y2=y2, label=label, label_y=self._glass(), shape="line")

    def _glass(self) -> float:
        """Between the merged view and the layers."""
        return FALL + GLASS / 2

    def _probe(self, path: str, layer: int) -> Arrow:
        x, row = self.easel.x(path) + PILL, self.easel.row[layer]
        end = row.y + row.height / 2 if row.thin else row.tile - 3
        return Arrow(x1=x, y1=FALL - 12, x2=x, y2=end - 12, shape="line", tone="page")

    def _across(self, source: str, target: str, label: str) -> Arrow:
        y, middle = self.easel.row[0].tile, self.easel.middle
        return Arrow(x1=middle(source), y1=y, x2=middle(target), y2=y, label=label, label_y=self._glass() + 2)

    def _embraced(self, box: Box) -> Box:
        """The image's bracket, drawn around the container layer too: what a commit makes an image of."""
        if box.id != "image" or 0 not in self.easel.row:
            return box
        top = self.easel.row[0].y
        return replace(box, y=top, height=box.height + box.y - top, text="new image", fresh=True)

    # -- a listing

    def _lit(self, event: events.Listed, boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        """The boxes, those of the names in the listing fresh."""
        inside = event.path.rstrip("/")
        names = {f"merged{path}" for path in self.easel.columns if path.rpartition("/")[0] == inside}
        return tuple(replace(box, fresh=True) if box.id in names and box.role == "tile" else box for box in boxes)

    def _listing(self, event: events.Listed, stack: Stack, boxes: tuple[Box, ...]) -> Iterator[Frame]:
        """What each layer gives to the listing, top first; nothing where the picture has no name of it."""
        inside = event.path.rstrip("/")
        names = [path for path in self.easel.columns if path.rpartition("/")[0] == inside]
        if not names:
            return
        seen: dict[str, str] = {}
        marks: list[Mark] = []
        for layer in event.layers:
            here: dict[str, list[str]] = {}
            for path in names:
                cell = stack.at(layer, path)
                if cell is None:
                    continue
                verdict, text = _listed(cell.kind, seen.get(path))
                seen.setdefault(path, "hidden" if cell.kind == "whiteout" else "listed")
                here.setdefault(text, []).append(path.rpartition("/")[2])
                marks.append(self._at(path, layer, verdict, text))
            said = "; ".join(_GIVES[text].format(", ".join(found)) for text, found in here.items())
            text = f"readdir {event.path} reads {self.easel.names[layer]}: {said or 'nothing of what is shown'}."
            yield Frame(caption=text, boxes=boxes, marks=tuple(marks))


def _risen(box: Box, event: events.CopiedUp) -> Box:
    """The tile of a copy-up says where it rises from."""
    return replace(box, origin=f"{event.from_layer}{event.path}") if box.id == f"0{event.path}" else box


def _verdict(event: events.Probed) -> tuple[Verdict, str]:
    match event.found:
        case "nothing":
            return "miss", "miss"
        case "whiteout" | "opaque":
            return "stop", event.found
        case "directory":
            return "hit", "merges"
        case _:
            return "hit", "hit"


_GIVES = {
    "adds": "it adds {}",
    "hides": "its whiteout hides {}",
    "already": "a layer above has {} already",
    "hidden": "a layer above hides {}",
}


def _listed(kind: str, before: str | None) -> tuple[Verdict, str]:
    """What a layer's name adds to a listing, given what the layers above had."""
    if before == "hidden":
        return "miss", "hidden"
    if before == "listed":
        return "miss", "already"
    return ("stop", "hides") if kind == "whiteout" else ("hit", "adds")


def _through(event: events.Event) -> str:
    """The label of what a process does to upperdir through the merged view; empty for other events."""
    match event:
        case events.Created(kind=kind):
            return f"new {kind}"
        case events.Written(size=0):
            return "cut"
        case events.Written(size=size):
            return f"write · {byte_count(size)}"
        case events.MetadataChanged(what=what):
            return what
        case events.WhitedOut():
            return "whiteout"
    return ""
