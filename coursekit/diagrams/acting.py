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
from coursekit.diagrams.easel import KINDS, LEFT, MERGED, WIDE, Easel
from coursekit.diagrams.layout import GLASS, SLAB, TILE, TOP
from coursekit.diagrams.scene import Arrow, Box, Frame, Mark, Verdict
from coursekit.diagrams.stack import Stack
from coursekit.language import _, later, series

FALL = TOP + SLAB  # the lower edge of the merged view
UNDER = TOP + MERGED + TILE  # and of the tiles in it
PILL = WIDE - 40  # where hits and misses hang, from a column's left


@dataclass(slots=True)
class Acting:
    """Makes the frames of events; it remembers the marks of a search that goes on."""

    easel: Easel
    _asked: str = ""
    _trail: list[Mark] = field(default_factory=list)

    def frames(self, step: Sequence[events.Event], stack: Stack, after: events.Event | None = None) -> Iterator[Frame]:
        """The frames of one event, or of a rename and the whiteout it leaves; they were applied to `stack` already.

        `after` is the event that comes next.
        """
        event = step[0]
        boxes, text = self.easel.boxes(stack), self._said(event, stack, after)
        if isinstance(event, events.Listed):
            yield from self._listing(event, stack, boxes)
            boxes = self._lit(event, boxes)
        if isinstance(event, events.CopiedUp):
            boxes = tuple(_risen(box, event) for box in boxes)
        if isinstance(event, events.Committed):
            boxes = tuple(self._embraced(box) for box in boxes)
        if len(step) > 1:
            text = _("{rename} A whiteout takes the old name, which a lower layer still has.").format(rename=text)
        yield Frame(caption=text, boxes=boxes, arrows=self._arrows(event), marks=self._marks(event))

    def _said(self, event: events.Event, stack: Stack, after: events.Event | None) -> str:
        """The caption, which for a layer that has nothing depends on which one is asked next, if any."""
        names = self.easel.names
        if isinstance(event, events.Probed) and event.found == "nothing":
            ends = stack.search(event.path).ends
            if event.layer == len(stack.cells) - 1 or (ends is not None and ends <= event.layer):
                said = _("{layer} does not have {path}, and no layer below it is asked. There is no such file.")
                return said.format(layer=names[event.layer], path=event.path)
            if isinstance(after, events.Probed) and after.path == event.path and after.layer > event.layer + 1:
                directory = event.path.rpartition("/")[0] or "/"
                said = _(
                    "{layer} does not have {path}. Next is {next}: the layers between do not even have {directory}."
                )
                return said.format(
                    layer=names[event.layer], path=event.path, next=names[after.layer], directory=directory
                )
        if isinstance(event, events.Renamed) and event.target in stack.moved:
            said = _(
                "{path} is renamed to {target}, in {upper}. A note in it says where its contents lie below: {below}."
            )
            below = stack.moved[event.target]
            return said.format(path=event.source, target=event.target, upper=names[0], below=below)
        return caption(event, names)

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
        y = row.y + row.height / 2 if row.thin else row.tile - 6
        return Mark(x=self.easel.x(path) + PILL, y=y, verdict=verdict, text=text)

    def _mark(self, event: events.Event, trail: list[Mark]) -> tuple[Mark, ...]:
        x, y = self.easel.x, TOP - 2
        match event:
            case events.Refused(path=path, code=code) if path in self.easel.columns:
                name = errno.errorcode.get(code, str(code))
                same = trail if path == self._asked else []
                return (*same, Mark(x=x(path) + PILL, y=y, verdict="stop", text=name))
            case events.Removed(path=path) if path in self.easel.columns:
                return (self._at(path, 0, "miss", _("removed")),)
            case events.Committed() if 0 in self.easel.row:
                row, right = self.easel.row[0], LEFT + self.easel.inner
                return (Mark(x=right - 80, y=row.y, verdict="hit", text=_("a new layer")),)
        return ()

    # -- arrows

    def _arrows(self, event: events.Event) -> tuple[Arrow, ...]:
        columns, rows = self.easel.columns, self.easel.row
        match event:
            case events.Probed(path=path, layer=layer):
                return tuple(self._probe(each, layer) for each in self.easel.concerned([path]))
            case events.CopiedUp(path=path, from_layer=source, size=size) if path in columns and source in rows:
                x, row = self.easel.middle(path), rows[source]
                label = _("copy-up · {size}").format(size=byte_count(size))
                end = rows[0].tile + TILE + 2
                return (Arrow(x1=x, y1=row.tile, x2=x, y2=end, label=label, label_y=row.y - 11),)
            case events.Renamed(source=source_path, target=target) if {source_path, target} <= set(columns):
                return (self._across(source_path, target, _("rename")),)
            case events.Linked(source=source_path, target=target) if {source_path, target} <= set(columns):
                return (self._across(source_path, target, _("same file")),)
            case events.Read(path=path, layer=layer, size=size) if path in columns and layer in rows:
                return (
                    self._straight(
                        path, rows[layer].tile, UNDER + 12, _("read · {size}").format(size=byte_count(size))
                    ),
                )
        label = _through(event)
        if label and event.path in columns and 0 in rows:  # type: ignore[union-attr]  # those of _through have one
            return (self._straight(event.path, UNDER + 10, rows[0].tile - 2, label),)  # type: ignore[union-attr]
        return ()

    def _straight(self, path: str, y1: float, y2: float, label: str) -> Arrow:
        x = self.easel.middle(path)
        return Arrow(x1=x, y1=y1, x2=x, y2=y2, label=label, label_y=self._glass(), shape="line")

    def _glass(self) -> float:
        """Between the merged view and the layers."""
        return FALL + GLASS / 2

    def _probe(self, path: str, layer: int) -> Arrow:
        x, row = self.easel.x(path) + PILL, self.easel.row[layer]
        end = row.y + row.height / 2 if row.thin else row.tile - 6
        return Arrow(x1=x, y1=FALL, x2=x, y2=end - 12, shape="line", tone="page")

    def _across(self, source: str, target: str, label: str) -> Arrow:
        y, middle = self.easel.row[0].tile, self.easel.middle
        return Arrow(x1=middle(source), y1=y, x2=middle(target), y2=y, label=label, label_y=self._glass() + 2)

    def _embraced(self, box: Box) -> Box:
        """The image's bracket, drawn around the container layer too: what a commit makes an image of."""
        if box.id != "image" or 0 not in self.easel.row:
            return box
        top = self.easel.row[0].y
        return replace(box, y=top, height=box.height + box.y - top, text=_("new image"), fresh=True)

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
            said = series((_(_GIVES[text]).format(names=series(found)) for text, found in here.items()), ";")
            text = _("readdir {path} reads {layer}: {said}.").format(
                path=event.path, layer=self.easel.names[layer], said=said or _("nothing of what is shown")
            )
            yield Frame(caption=text, boxes=boxes, marks=tuple(marks))


def _risen(box: Box, event: events.CopiedUp) -> Box:
    """The tile of a copy-up says where it rises from."""
    return replace(box, origin=f"{event.from_layer}{event.path}") if box.id == f"0{event.path}" else box


def _verdict(event: events.Probed) -> tuple[Verdict, str]:
    match event.found:
        case "nothing":
            return "miss", _("miss")
        case "whiteout":
            return "stop", _("whiteout")
        case "opaque":
            return "stop", _("opaque")
        case "directory":
            return "hit", _("merges")
        case _other:
            return "hit", _("hit")


_GIVES = {
    "adds": later("it adds {names}"),
    "hides": later("its whiteout hides {names}"),
    "already": later("a layer above has {names} already"),
    "hidden": later("a layer above hides {names}"),
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
            return _("new {kind}").format(kind=_(KINDS[kind]))
        case events.Written(size=0):
            return _("cut")
        case events.Written(size=size):
            return _("write · {size}").format(size=byte_count(size))
        case events.MetadataChanged(what=what):
            return {"mode": _("mode"), "owner": _("owner"), "times": _("times"), "xattr": _("xattr")}[what]
        case events.WhitedOut():
            return _("whiteout")
    return ""
