"""Where the things of a stack stand: one column a path, one row a layer, the merged view on top, the kernel below.

    merged            what a process sees       ┆ threads lead to the layer that answers
    container layer   dashed edge, warm: the only writable one
    image layers      cool and solid, the base at the bottom; a whiteout and a lid throw a shade on what they cover
    ───────────
    kernel            outside the image

What a step does not touch is not built again: a column keeps its boxes until an event is about it.

Pure. Neighbours: stack has the state, acting the arrows and marks, picture the whole scene.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from coursekit.diagrams.layout import GLASS, SLAB, SPACE, TILE, TOP, Row, rows
from coursekit.diagrams.look import layer_tone
from coursekit.diagrams.scene import Box, Grid, Role
from coursekit.diagrams.stack import Cell, Found, Stack, ancestors
from coursekit.language import _, later, plural, series

LEFT, RIGHT, WIDE, GAP, KERNEL, LID = 172.0, 50.0, 150.0, 14.0, 50.0, 18.0
MERGED = 9.0  # of the merged view's slab above its tiles: below them is room for where they come from
Place = tuple[Cell, str]  # what stands in a layer, and the path that it has there
UPPERMOST, LOWEST = 24, 8  # layers that are drawn, of very many
EMPTY = 4  # columns that an empty stack is wide


class Easel:
    """Places and boxes; the places are the same for every frame of a scene."""

    def __init__(self, stack: Stack, columns: Sequence[str], names: Sequence[str], notes: Sequence[str]) -> None:
        """`stack` is the one before the first event; no note for upperdir means that there is none."""
        self.columns, self.names, self.notes = tuple(columns), names, notes
        shown = range(0 if notes[0] else 1, len(names))
        known = stack.names or columns
        holding = [layer for layer in shown if not columns or any(_cell_at(stack, layer, path) for path in known)]
        self.crowd = frozenset(holding[UPPERMOST : len(holding) - LOWEST])  # too many to be drawn one by one
        self.rows = rows(shown, set(holding) - self.crowd | {0})
        self.row = {layer: row for row in self.rows for layer in row.layers}
        self.inner = max(EMPTY, len(columns)) * (WIDE + GAP) + GAP
        self.width = LEFT + self.inner + RIGHT
        self.bottom = self.rows[-1].bottom if self.rows else TOP + SLAB
        self.height = self.bottom + SPACE + KERNEL
        self._x = {path: LEFT + GAP + n * (WIDE + GAP) for n, path in enumerate(columns)}
        self._below = _by_directory(columns)
        self._static = (*self._slabs(), *self._margin())
        self._built: dict[str, tuple[Box, ...]] = {}
        self._lids: tuple[Box, ...] | None = None
        self._fresh: set[str] = set()
        self._touched: set[str] = set()

    @property
    def grid(self) -> Grid:
        """How the stack may be drawn at another width."""
        tops = (TOP, *(row.y for row in self.rows))
        return Grid(left=LEFT, right=RIGHT, rows=tops, first=LEFT + GAP, pitch=WIDE + GAP, count=len(self.columns))

    def x(self, path: str) -> float:
        """The left edge of a column."""
        return self._x[path]

    def middle(self, path: str) -> float:
        """The middle of a column."""
        return self._x[path] + WIDE / 2

    def concerned(self, paths: Iterable[str]) -> list[str]:
        """The columns of `paths` and of what lies below them."""
        found: dict[str, None] = {}
        for path in paths:
            if path in self._x:
                found.setdefault(path)
            found.update(dict.fromkeys(self._below.get(path, ())))
        return list(found)

    def tone(self, layer: int) -> str:
        """The colour of a layer."""
        return "container" if layer == 0 else layer_tone(len(self.names) - 1 - layer)

    # -- boxes

    def touch(self, stack: Stack) -> None:
        """Note what the last event changed, so that it is drawn anew, and fresh, in the next frame."""
        for path in self.concerned(stack.fresh):
            self._touched.add(path)
            self._built.pop(path, None)
            cell = stack.cells[0].get(path)
            if self._lids or (cell is not None and cell.opaque) or not stack.fresh <= self._x.keys():
                self._lids = None  # lids can come or go

    def boxes(self, stack: Stack) -> tuple[Box, ...]:
        """All that the frame shows; only columns that changed, and those that were fresh before, are built."""
        now, self._touched = self._touched, set()
        for path in self._fresh - now:
            self._built.pop(path, None)
        self._fresh = now
        for path in self.columns:
            if path not in self._built:
                self._built[path] = tuple(self._column(stack, path, path in now))
        if self._lids is None:
            self._lids = tuple(self._draw_lids(stack))
        return tuple(chain(self._static, *map(self._built.__getitem__, self.columns), self._lids))

    def _slabs(self) -> list[Box]:
        boxes = self._slab("merged", TOP, SLAB, "merged", (_("merged"), _("what a process sees")))
        for row in self.rows:
            layer = row.layers[0]
            if row.thin:
                boxes += self._slab(f"layer-{layer}", row.y, row.height, "merged", self._together(row), row)
            else:
                labels = (self.names[layer], self.notes[layer])
                boxes += self._slab(f"layer-{layer}", row.y, row.height, self.tone(layer), labels)
        return [*boxes, ground(self.bottom + SPACE, self.width)]

    def _together(self, row: Row) -> tuple[str, str]:
        """What layers that share a thin slab are called, and why they do."""
        count = len(row.layers)
        name = plural("{n} layer", "{n} layers", count).format(n=count)
        if self.crowd.intersection(row.layers):
            return name, _("too many to draw one by one")
        return name, _("none of these paths")

    def _slab(
        self, id: str, y: float, height: float, tone: str, labels: tuple[str, str], many: Row | None = None
    ) -> list[Box]:
        """A slab with its name and, below that, a note, both to its left; a band for `many` layers."""
        name, note = labels
        above = 5 if many else 0
        role: Role = "band" if many else "slab"
        whole = series(self.names[each] for each in many.layers) if many else ""
        slab = Box(id=id, role=role, x=LEFT, y=y, width=self.inner, height=height, tone=tone, title=whole)
        place: dict[str, Any] = {"x": 0, "y": y - above, "width": LEFT - 14, "height": height + 2 * above}
        return [slab, Box(id=f"{id}:label", role="label", text=name, sub=note, title=name, tone=tone, **place)]

    def _margin(self) -> list[Box]:
        """The bracket that says which rows are the image."""
        image = [row for row in self.rows if row.layers != (0,)]
        if not image:
            return []
        top, left = image[0].y, LEFT + self.inner + 12
        height = self.bottom - top
        text = _("image: read-only, shared") if height > 2.6 * SLAB else _("image")
        return [Box(id="image", role="bracket", x=left, y=top, width=10, height=height, text=text)]

    def _column(self, stack: Stack, path: str, fresh: bool) -> list[Box]:
        """Shade and thread, the tiles, and what a process sees."""
        found, boxes = stack.search(path), list[Box]()
        lowest: tuple[int, Row] | None = None
        for layer, row in self.row.items():
            place = _cell_at(stack, layer, path)
            if place is None:
                continue
            cell = place[0]
            hidden = cell.kind != "whiteout" and (
                found.provider is None or (found.ends is not None and layer > found.ends)
            )
            if not row.thin:
                boxes.append(self._tile(layer, path, place, hidden, fresh and layer == 0))
            if hidden and not row.thin:
                lowest = (layer, row)
        boxes.insert(0, self._merged(path, found, fresh))
        if found.provider is not None:
            boxes.insert(0, self._thread(stack, path, found.provider))
        if lowest is not None and found.ends is not None and found.ends in self.row:
            boxes.insert(0, self._shade(stack, path, found.ends, lowest[1]))
        return boxes

    def _tile(self, layer: int, path: str, place: Place, hidden: bool, fresh: bool) -> Box:
        cell, here = place
        over, text = named(here + ("/" if cell.kind == "directory" else ""))
        if path.startswith(here + "/"):  # on the way to it
            over, text = _("a {kind} on the way").format(kind=_(KINDS[cell.kind])), here
        role: Role = "whiteout" if cell.kind == "whiteout" else "tile"
        said = _("{path}: {kind} in {layer}, opaque") if cell.opaque else _("{path}: {kind} in {layer}")
        title = said.format(path=path, kind=_(KINDS[cell.kind]), layer=self.names[layer])
        return Box(
            id=f"{layer}{path}",
            role=role,
            x=self.x(path),
            y=self.row[layer].tile,
            width=WIDE,
            height=TILE,
            tone=self.tone(layer),
            text=text,
            over=over,
            title=title,
            hidden=hidden,
            fresh=fresh,
            about=path,
        )

    def _merged(self, path: str, found: Found, fresh: bool) -> Box:
        x, y, (over, text) = self.x(path), TOP + MERGED, named(path)
        if found.provider is None:
            return Box(
                id=f"merged{path}",
                role="note",
                x=x + 8,
                y=y,
                width=WIDE - 8,
                height=TILE,
                over=text,
                text=_("no such file"),
                title=path,
                about=path,
            )
        where = self.names[found.provider]
        return Box(
            id=f"merged{path}",
            role="tile",
            x=x,
            y=y,
            width=WIDE,
            height=TILE,
            over=over,
            text=text,
            pill=where,
            title=_("{path}, from {layer}").format(path=path, layer=where),
            tone=self.tone(found.provider),
            fresh=fresh,
            about=path,
        )

    def _thread(self, stack: Stack, path: str, provider: int) -> Box:
        """From the merged view to the layer that answers."""
        top = TOP + MERGED + TILE + 9
        return Box(
            id=f"thread{path}",
            role="thread",
            x=self.middle(path),
            y=top,
            width=0,
            height=self.row[provider].tile - top,
            tone=self.tone(provider),
        )

    def _shade(self, stack: Stack, path: str, ends: int, lowest: Row) -> Box:
        """What falls from the layer that ends the search on all that it covers."""
        place, over = _cell_at(stack, ends, path), self.row[ends]
        tone = "gone" if place and place[0].kind == "whiteout" else self.tone(ends)
        y = over.tile + TILE if place and not over.thin else over.bottom
        return Box(
            id=f"shade{path}",
            role="shade",
            x=self.x(path) - 5,
            y=y,
            width=WIDE + 10,
            height=lowest.tile + TILE + 5 - y,
            tone=tone,
        )

    def _draw_lids(self, stack: Stack) -> list[Box]:
        """A lid under every opaque directory that has columns below it, and rows."""
        lids: list[Box] = []
        for layer, row in self.row.items():
            if row is self.rows[-1]:
                continue
            for directory in dict.fromkeys(above for path in self.columns for above in (*ancestors(path), path)):
                cell = stack.at(layer, directory)
                if cell is not None and cell.opaque:
                    lids += self._lid(layer, directory)
        return lids

    def _lid(self, layer: int, directory: str) -> list[Box]:
        """One piece for each run of neighbouring columns."""
        runs: list[list[str]] = []
        for n, path in enumerate(self.columns):
            if path != directory and not path.startswith(directory + "/"):
                continue
            if runs and self.columns[n - 1] == runs[-1][-1]:
                runs[-1].append(path)
            else:
                runs.append([path])
        boxes = []
        for run in runs:
            x, y = self.x(run[0]) - 6, self.row[layer].bottom + (SPACE - LID) / 2 - 1
            width = self.x(run[-1]) + WIDE + 6 - x
            title = _("{path} is opaque: what lower layers have below that name is hidden").format(path=directory)
            text = _("opaque: {path}").format(path=directory)
            boxes.append(
                Box(
                    id=f"lid{layer}{run[0]}",
                    role="lid",
                    x=x,
                    y=y,
                    width=width,
                    height=LID,
                    tone=self.tone(layer),
                    text=text,
                    title=title,
                )
            )
        return boxes


def _cell_at(stack: Stack, layer: int, path: str) -> Place | None:
    """What stands in a layer at a path, or on the way to it and is no directory; and where, in that layer."""
    cells, here = stack.cells[layer], stack.below(path) if layer else path
    for each in (*ancestors(here), here):
        cell = cells.get(each)
        if cell is not None and (cell.kind != "directory" or each == here):
            return cell, each
    return None


def _by_directory(columns: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in columns:
        for above in ancestors(path):
            found.setdefault(above, []).append(path)
    return found


KINDS = {
    "file": later("file"),
    "directory": later("directory"),
    "symlink": later("symlink"),
    "device": later("device"),
    "whiteout": later("whiteout"),
}


def named(path: str) -> tuple[str, str]:
    """A path as its directory, which stands small above, and its name. What lies in the root keeps its slash.

    >>> named("/usr/share/nginx/html/"), named("/etc")
    (('/usr/share/nginx', 'html/'), ('', '/etc'))
    """
    directory, _slash, name = path.rstrip("/").rpartition("/")
    last = "/" if path.endswith("/") else ""
    return (directory, name + last) if directory else ("", f"/{name}{last}")


def ground(y: float, width: float, text: str = "") -> Box:
    """The kernel: the ground that every picture of a stack stands on, in no image."""
    said = text or _("Linux kernel of the host: one for all containers, in no image")
    return Box(id="kernel", role="ground", x=0, y=y, width=width, height=KERNEL, text=said, tone="page")


__all__ = ["EMPTY", "GLASS", "KERNEL", "KINDS", "LEFT", "WIDE", "Easel", "ground", "named"]
