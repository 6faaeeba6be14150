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

from coursekit.diagrams.board import fit
from coursekit.diagrams.layout import GLASS, SLAB, SPACE, TILE, TOP, Row, rows
from coursekit.diagrams.scene import Box, Role
from coursekit.diagrams.stack import Cell, Found, Stack, ancestors

LEFT, WIDE, GAP, KERNEL, LID = 190.0, 150.0, 14.0, 46.0, 18.0
NAME = 16.5  # a layer's name is as wide as plain text of this size: bold, with many capitals and digits
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
        self.width = LEFT + self.inner + 60
        self.bottom = self.rows[-1].bottom if self.rows else TOP + SLAB
        self.height = self.bottom + SPACE + KERNEL + 10
        self._x = {path: LEFT + GAP + n * (WIDE + GAP) for n, path in enumerate(columns)}
        self._below = _by_directory(columns)
        self._static = (*self._slabs(), *self._margin())
        self._built: dict[str, tuple[Box, ...]] = {}
        self._lids: tuple[Box, ...] | None = None
        self._fresh: set[str] = set()
        self._touched: set[str] = set()

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
        return "container" if layer == 0 else f"layer-{(len(self.names) - 1 - layer) % 5}"

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
        boxes = self._slab("merged", TOP, SLAB, "merged", ("merged", "what a process sees"))
        for row in self.rows:
            layer = row.layers[0]
            labels, text = (self.names[layer], self.notes[layer]), ""
            if row.thin:
                labels = (f"{len(row.layers)} layers", "")
                text = fit(self._between(row), self.inner - 30)
            tone = "merged" if row.thin else self.tone(layer)
            boxes += self._slab(f"layer-{layer}", row.y, row.height, tone, labels, text)
        kernel = "Linux kernel of the host: one for all containers, in no image"
        labels = ("kernel", "outside the image")
        return boxes + self._slab("kernel", self.bottom + SPACE, KERNEL, "kernel", labels, kernel)

    def _between(self, row: Row) -> str:
        """What stands on a thin slab."""
        if self.crowd.intersection(row.layers):
            return "too many layers to be drawn one by one; they count in the merged view all the same"
        return f"none of these paths: {', '.join(self.names[each] for each in row.layers)}"

    def _slab(self, id: str, y: float, height: float, tone: str, labels: tuple[str, str], text: str = "") -> list[Box]:
        """A slab with its name and, below that, a note, both to its left."""
        name, note = labels
        ink, wide, middle = "" if tone == "kernel" else tone, LEFT - 16, y + height / 2
        high = middle - (18 if note else 10)
        return [
            Box(id=id, role="slab", x=LEFT, y=y, width=self.inner, height=height, text=text, tone=tone),
            Box(
                id=f"{id}:label",
                role="label",
                x=0,
                y=high,
                width=wide,
                height=20,
                text=fit(name, wide - 4, NAME),
                title=name,
                tone=ink,
            ),
            Box(id=f"{id}:note", role="note", x=0, y=middle + 1, width=wide, height=20, text=note),
        ]

    def _margin(self) -> list[Box]:
        """The bracket that says which rows are the image."""
        image = [row for row in self.rows if row.layers != (0,)]
        if not image:
            return []
        top, left = image[0].y, LEFT + self.inner + 12
        height = self.bottom - top
        text = "image: read-only, shared" if height > 2 * SLAB else "image"
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
        room = WIDE - (36 if cell.kind == "whiteout" else 22)
        text, sub = named(here + ("/" if cell.kind == "directory" else ""), room)
        if path.startswith(here + "/"):  # on the way to it
            text, sub = named(here, room)[0], f"{cell.kind}: ends here"
        role: Role = "whiteout" if cell.kind == "whiteout" else "tile"
        state = ", hidden" if hidden else ", opaque" if cell.opaque else ""
        title = f"{path}: {cell.kind} in {self.names[layer]}{state}"
        return Box(
            id=f"{layer}{path}",
            role=role,
            x=self.x(path),
            y=self.row[layer].tile,
            width=WIDE,
            height=TILE,
            tone=self.tone(layer),
            text=text,
            sub=sub,
            title=title,
            hidden=hidden,
            fresh=fresh,
            about=path,
        )

    def _merged(self, path: str, found: Found, fresh: bool) -> Box:
        x, y = self.x(path), TOP + (SLAB - TILE) / 2
        if found.provider is None:
            text, name = "no such file", fit(path, WIDE - 10, 11.5)
            return Box(
                id=f"merged{path}",
                role="note",
                x=x + 10,
                y=y,
                width=WIDE,
                height=TILE,
                text=text,
                sub=name,
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
            text=named(path, WIDE - 22)[0],
            sub=fit(f"from {where}", WIDE - 22, 11.5),
            title=f"{path}, from {where}",
            tone=self.tone(found.provider),
            fresh=fresh,
            about=path,
        )

    def _thread(self, stack: Stack, path: str, provider: int) -> Box:
        """From the merged view to the layer that answers."""
        top = TOP + (SLAB + TILE) / 2
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
            title = f"{directory} is opaque: what lower layers have below that name is hidden"
            text = fit(f"opaque: {directory}", width - 20, 11.5)
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


def named(path: str, room: float) -> tuple[str, str]:
    """A path in one line if it fits in `room`, else its name and, in a second line, the end of its directory.

    >>> named("/usr/share/nginx/html/index.html", 120)
    ('index.html', '…r/share/nginx/html')
    """
    if fit(path, room) == path:
        return path, ""
    directory, _, name = path.rstrip("/").rpartition("/")
    most = int(room / 6.3)
    short = directory if len(directory) <= most else "…" + directory[-(most - 1) :]
    return fit(name + ("/" if path.endswith("/") else ""), room), short


__all__ = ["EMPTY", "GLASS", "LEFT", "WIDE", "Easel", "named"]
