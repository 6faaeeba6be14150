"""A stack laid out: one column a path, one row a layer, the merged view on top, the host's kernel below.

    merged            what a process sees
    container layer   dashed edge, warm: the only writable one
    image layers      cool and solid, the base at the bottom
    ───────────
    kernel            outside the image

Floor 5 (diagrams): pure.
"""

from collections.abc import Sequence

from coursekit import events
from coursekit.diagrams.captions import byte_count, caption
from coursekit.diagrams.layout import SLAB, SPACE, TOP, rows
from coursekit.diagrams.scene import Arrow, Box, Frame, Mark, Role, Scene, Verdict
from coursekit.diagrams.stack import Cell, Stack, ancestors, apply, first_stack, touched
from coursekit.union.ports import Lower

LEFT, TILE, GAP, KERNEL = 190.0, 146.0, 12.0, 44.0
MOST_COLUMNS = 40


def stack_scene(
    lowers: Sequence[Lower],
    *,
    upper: Lower | None = None,
    happened: Sequence[events.Event] = (),
    paths: Sequence[str] = (),
    names: Sequence[str] = (),
    notes: Sequence[str] = (),
    title: str = "The layer stack",
    writable: bool = True,
) -> Scene:
    """The scene of `happened` over `lowers` (mount order, **top first**).

    `upper` is upperdir as it is now, frozen; `paths` are the columns (default: what the events are about); `names` the
    layers' names in mount order, upperdir first; `notes` a word below each name of `lowers`.
    """
    known = list(paths or touched(happened))
    columns, left_out = known[:MOST_COLUMNS], max(0, len(known) - MOST_COLUMNS)
    names = list(names) or ["upperdir", *(f"lowerdir {n}" for n in range(1, len(lowers) + 1))]
    notes = ["writable · upperdir" if writable else "", *(notes or ["read-only"] * len(lowers))]
    stack = first_stack(lowers, upper, happened, columns)
    easel = _Easel(stack, columns, names, notes)
    opening = _opening(stack, columns, writable) + (f" {left_out} more paths are left out." if left_out else "")
    frames = [easel.frame(stack, opening, None)]
    for event in happened:
        apply(stack, event)
        if _is_shown(event, columns):
            frames.append(easel.frame(stack, caption(event, names), event))
    return Scene(title=title, width=easel.width, height=easel.height, frames=tuple(frames))


def _opening(stack: Stack, columns: Sequence[str], writable: bool) -> str:
    seen = sum(1 for path in columns if stack.provider(path) is not None)
    below = len(stack.cells) - 1
    layers = f"{below} read-only layer{'s' * (below != 1)}" + (" below one writable layer" if writable else "")
    return f"{layers}; of the {len(columns)} paths shown a process sees {seen}." if columns else f"{layers}."


def _is_shown(event: events.Event, columns: Sequence[str]) -> bool:
    match event:
        case events.BlobFetched() | events.Committed():
            return True
        case events.Renamed() | events.Linked():
            return event.source in columns or event.target in columns
        case _:
            return event.path in columns


class _Easel:
    """Where things stand; the same for every frame of a scene."""

    def __init__(self, stack: Stack, columns: Sequence[str], names: Sequence[str], notes: Sequence[str]) -> None:
        """`stack` is the one before the first event; no note for upperdir means that there is none."""
        self.columns, self.names, self.notes = columns, names, notes
        shown = range(0 if notes[0] else 1, len(names))
        filled = {layer for layer in shown if stack.cells[layer].keys() & set(columns)}
        self.rows = rows(shown, filled | {0} if columns else set(shown))
        self.row = {layer: row for row in self.rows for layer in row.layers}
        self.inner = max(4, len(columns)) * (TILE + GAP) + GAP
        self.width = LEFT + self.inner + 60
        self.bottom = self.rows[-1].y + self.rows[-1].height if self.rows else TOP + SLAB
        self.height = self.bottom + SPACE + KERNEL + SPACE

    def x(self, path: str) -> float:
        return LEFT + GAP + self.columns.index(path) * (TILE + GAP)

    def tone(self, layer: int) -> str:
        return "container" if layer == 0 else f"layer-{(len(self.names) - 1 - layer) % 5}"

    def frame(self, stack: Stack, text: str, event: events.Event | None) -> Frame:
        boxes = [*self.slabs(), *self.margin(), *self.tiles(stack), *self.merged(stack)]
        return Frame(caption=text, boxes=tuple(boxes), arrows=self.arrows(event), marks=self.marks(event))

    def slabs(self) -> list[Box]:
        boxes = self.slab("merged", TOP, SLAB, "merged", ("merged", "what a process sees"))
        for row in self.rows:
            layer = row.layers[0]
            ident, labels, text = f"layer-{layer}", (self.names[layer], self.notes[layer]), ""
            if row.thin:
                labels = (f"{len(row.layers)} layers", "")
                text = _start(f"none of these paths: {', '.join(self.names[each] for each in row.layers)}", 90)
            boxes += self.slab(ident, row.y, row.height, "merged" if row.thin else self.tone(layer), labels, text)
        kernel = "Linux kernel of the host: one for all containers, in no image"
        labels = ("bootfs", "outside the image")
        return boxes + self.slab("kernel", self.bottom + SPACE, KERNEL, "kernel", labels, kernel)

    def slab(
        self, ident: str, y: float, height: float, tone: str, labels: tuple[str, str], text: str = ""
    ) -> list[Box]:
        """A slab with its name and, below that, a note, both to its left."""
        name, note = labels
        ink, short, wide = "" if tone == "kernel" else tone, _start(name, 20), LEFT - 14
        return [
            Box(id=ident, role="slab", x=LEFT, y=y, width=self.inner, height=height, text=text, tone=tone),
            Box(id=f"{ident}:label", role="label", x=0, y=y, width=wide, height=24, text=short, title=name, tone=ink),
            Box(id=f"{ident}:note", role="note", x=0, y=y + 20, width=wide, height=20, text=note),
        ]

    def margin(self) -> list[Box]:
        """The bracket that says which rows are the image, and what was left out."""
        image = [row for row in self.rows if row.layers != (0,)]
        if not image:
            return []
        top, left = image[0].y, LEFT + self.inner + 12
        height = self.bottom - top
        text = "image: read-only, shared" if height > 2 * SLAB else "image"
        return [Box(id="image", role="bracket", x=left, y=top, width=10, height=height, text=text)]

    def tiles(self, stack: Stack) -> list[Box]:
        boxes = []
        for layer in self.row:
            for path in self.columns:
                cell = stack.cells[layer].get(path)
                if cell is not None:
                    covered = cell.kind != "whiteout" and not _shows(stack, layer, path, cell)
                    boxes.append(self.tile(f"{layer}{path}", layer, path, cell, covered, (layer, path) in stack.fresh))
        return boxes

    def tile(self, ident: str, layer: int, path: str, cell: Cell, covered: bool, fresh: bool) -> Box:
        suffix = " (opaque)" if cell.opaque else "/" if cell.kind == "directory" else ""
        role: Role = "whiteout" if cell.kind == "whiteout" else "tile"
        return Box(
            id=ident,
            role=role,
            x=self.x(path),
            y=self.row[layer].tile,
            width=TILE,
            height=34,
            tone=self.tone(layer),
            text=_short(path + suffix, 15 if role == "whiteout" else 18),
            title=f"{path}: {cell.kind} in {self.names[layer]}",
            hidden=covered,
            fresh=fresh,
        )

    def merged(self, stack: Stack) -> list[Box]:
        boxes = []
        for path in self.columns:
            layer = stack.provider(path)
            ident, x, y = f"merged{path}", self.x(path), TOP + 13
            role: Role = "tile"
            text, whole, tone = _short(path, 18), path, ""
            if layer is None:
                role, text = "note", "no such file"
            else:
                whole, tone = f"{path}, from {self.names[layer]}", self.tone(layer)
            boxes.append(Box(id=ident, role=role, x=x, y=y, width=TILE, height=34, text=text, title=whole, tone=tone))
        return boxes

    def arrows(self, event: events.Event | None) -> tuple[Arrow, ...]:
        match event:
            case events.CopiedUp(path=path, from_layer=source, size=size):
                x = self.x(path) + TILE / 2
                label = f"copy-up · {byte_count(size)}"
                return (Arrow(x1=x, y1=self.row[source].tile, x2=x, y2=self.row[0].tile + 36, label=label),)
            case events.Renamed(source=source_path, target=target) if {source_path, target} <= set(self.columns):
                y = self.row[0].tile
                half = TILE / 2
                return (Arrow(x1=self.x(source_path) + half, y1=y, x2=self.x(target) + half, y2=y, label="rename"),)
        return ()

    def marks(self, event: events.Event | None) -> tuple[Mark, ...]:
        match event:
            case events.Probed(path=path, layer=layer, found=found):
                verdict: Verdict = "miss" if found == "nothing" else "stop" if found == "whiteout" else "hit"
                return (Mark(x=self.x(path) + TILE - 4, y=self.row[layer].tile, verdict=verdict),)
            case events.Read(path=path, layer=layer):
                return (Mark(x=self.x(path) + TILE - 4, y=self.row[layer].tile, verdict="hit"),)
        return ()


def _shows(stack: Stack, layer: int, path: str, cell: Cell) -> bool:
    """Whether the tile of `layer` is part of the merged view: it is the provider, or merges with it."""
    provider = stack.provider(path)
    if provider == layer:
        return True
    if provider is None or provider > layer or cell.kind != "directory":
        return False
    above = [stack.cells[each].get(path) for each in range(provider, layer)]
    clear = all(each is None or (each.kind == "directory" and not each.opaque) for each in above)
    plain = Cell("directory")
    ends = any(stack.cells[each].get(name, plain) != plain for each in range(layer) for name in ancestors(path))
    return clear and not ends


def _short(text: str, most: int) -> str:
    """The text, or its end after an ellipsis.

    >>> _short("/usr/share/nginx/html", 12)
    '…/nginx/html'
    """
    return text if len(text) <= most else "…" + text[-(most - 1) :]


def _start(text: str, most: int) -> str:
    """The text, or its beginning before an ellipsis.

    >>> _start("COPY docker-entrypoint.sh", 12)
    'COPY docker…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
