"""Containers of one image: each has a writable layer of its own, and all read the same image.

    sees        hosts ▪ motd ▪        hosts ▪ motd ▪
    writable    [ motd ]              [ ]                 one a container
    image       [ hosts   motd ]  ──────────────────────  one for all

Pure; it looks into the containers as they are.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from coursekit.container.container import Container
from coursekit.diagrams.board import Board
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.easel import KERNEL, named
from coursekit.diagrams.html import lowers_of
from coursekit.diagrams.knobs import Knob
from coursekit.diagrams.look import layer_tone
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Role, Scene
from coursekit.diagrams.scenes import blobs
from coursekit.diagrams.scenes.graph import check
from coursekit.diagrams.stack import Cells, Stack, cells_of
from coursekit.image.image import Image
from coursekit.language import _, plural, series
from coursekit.union.changes import ChangeKind

LEFT, WIDE, GAP, TALL, SPACE = 158.0, 784.0, 16.0, 40.0, 16.0
MERGED, IMAGE = 44.0, 96.0  # top of the merged views, height of the image
MOST, FILES = 4, 4
KNOWN = ("/etc/os-release", "/etc/passwd", "/etc/motd")


def containers(image: Image, *running: Container) -> Scene:
    """An image and up to four containers of it, with the files that they changed.

    Raises: ValueError for a container of another image, or more than four.
    """
    check([image])
    for each in running:
        if not isinstance(each, Container) or each.image.id != image.id:
            said = _("{thing} is no container of {image}; start one with ck.run(image)")
            raise ValueError(said.format(thing=repr(each), image=blobs.title(image)))
    if len(running) > MOST:
        said = _("up to {most} containers stand side by side, and there are {n}; name those to see")
        raise ValueError(said.format(most=MOST, n=len(running)))
    scene = _Together(image, running).scene()
    if not running:
        return scene

    def turn(count: int) -> Scene:
        return _Together(image, running[:count]).scene()

    counts = tuple((n, str(n)) for n in range(len(running) + 1))
    return replace(scene, knobs=(Knob("count", _("Containers"), counts, len(running), "slide"),), turn=turn)


class _Together:
    """The places, and the steps."""

    def __init__(self, image: Image, running: Sequence[Container]) -> None:
        self.image, self.running = image, running
        self.paths = _paths(image, running)
        self.layers = lowers_of(image.layers[::-1])
        rows = max(1, len(self.paths))
        self.row = TALL + 20  # below a tile is room for where it comes from
        self.high = 12 + rows * self.row
        self.upper = MERGED + self.high + SPACE
        self.base = self.upper + 16 + rows * (TALL + 6) + SPACE
        self.column = (WIDE - (max(1, len(running)) - 1) * GAP) / max(1, len(running))
        bottom = self.base + IMAGE
        self.board = Board(LEFT + WIDE + 12, bottom + SPACE + KERNEL, left=LEFT, least=70 * len(running) + 60)
        self.board.ground(bottom + SPACE)

    def scene(self) -> Scene:
        self.ground_floor()
        for n, each in enumerate(self.running):
            self.start(n, each)
        for n, each in enumerate(self.running):
            self.changes(n, each)
        if self.running:
            written = series(f"{each.name} {byte_count(each.size)}" for each in self.running)
            said = _("The image is stored once for all of them, {size} of files. In the container layers: {written}.")
            self.board.step(said.format(size=byte_count(self.image.size), written=written))
        said = plural("{n} container on one image", "{n} containers on one image", len(self.running))
        return self.board.scene(said.format(n=len(self.running)))

    def ground_floor(self) -> None:
        board, count = self.board, len(self.image.layers)
        board.put("image", "slab", LEFT, self.base, WIDE, IMAGE, tone="layer-1", fresh=True)
        size = _("read-only · {size}").format(size=byte_count(self.image.size))
        board.name_row("image", self.base, IMAGE, _("image"), size, "layer-1")
        said = plural("{image}, {n} layer", "{image}, {n} layers", count).format(image=blobs.title(self.image), n=count)
        board.say("image:text", LEFT + 14, self.base + 17, said, width=WIDE - 28, tone="layer-1")
        wide = min(200.0, (WIDE - 28 - 10 * (len(self.paths) - 1)) / max(1, len(self.paths)))
        for n, path in enumerate(self.paths):
            layer = self.provider(path)
            if layer is None:
                continue
            over, name = named(path)
            place = (LEFT + 14 + n * (wide + 10), self.base + 34, wide, TALL)
            more: dict[str, Any] = {
                "over": over,
                "pill": layer_name(self.image.layers[layer]),
                "tone": layer_tone(layer),
            }
            board.put(f"image{path}", "tile", *place, name, title=path, **more)
        said = plural(
            "One image on the host: one layer, read-only, stored once.",
            "One image on the host: {n} layers, read-only, stored once.",
            count,
        )
        board.step(said.format(n=count))

    def provider(self, path: str) -> int | None:
        """The image layer, base 0, that answers for a path."""
        found = Stack([Cells(cells_of(each, self.paths)) for each in self.layers]).provider(path)
        return None if found is None else len(self.layers) - 1 - found

    def x(self, n: int) -> float:
        return LEFT + n * (self.column + GAP)

    def start(self, n: int, container: Container) -> None:
        x, board, below = self.x(n), self.board, self.base - SPACE - self.upper
        if not n:
            board.name_row("upper", self.upper, below, _("container layers"), _("writable"), "container")
            board.name_row("merged", MERGED, self.high, _("merged"), _("what each sees"))
        board.say(f"{n}:name", x + 4, 22, container.name, width=self.column - 8, bold=True)
        named_so: dict[str, Any] = {"title": container.name, "fresh": True}
        board.put(f"{n}:upper", "slab", x, self.upper, self.column, below, tone="container", **named_so)
        board.put(f"{n}:merged", "slab", x, MERGED, self.column, self.high, tone="merged", **named_so)
        for row, path in enumerate(self.paths):
            self.sees(n, row, path, self.provider(path), fresh=True)
        said = _("docker run --name {name}: one empty writable layer more, on the same image.")
        if not n:
            said = _("docker run --name {name}: an empty writable layer on the image. Nothing of the image is copied.")
        board.step(said.format(name=container.name))

    def sees(self, n: int, row: int, path: str, layer: int | None, own: str = "", fresh: bool = False) -> None:
        """A path as a container sees it: of the image's layer, of its own ("file"), or gone ("whiteout")."""
        tone = "container" if own else layer_tone(layer or 0)
        where = self.place(n, MERGED + 2, row, self.row)
        over, name = named(path)
        if own == "whiteout" or (not own and layer is None):
            self.board.put(f"{n}:sees{path}", "note", *where, _("no such file"), over=name, title=path)
            return
        source = _("its own layer") if own else layer_name(self.image.layers[layer or 0])
        more: dict[str, Any] = {"over": over, "pill": source, "tone": tone, "fresh": fresh}
        self.board.put(f"{n}:sees{path}", "tile", *where, name, title=path, **more)

    def place(self, n: int, top: float, row: int, step: float) -> tuple[float, float, float, float]:
        return self.x(n) + 10, top + 8 + row * step, self.column - 20, TALL

    def changes(self, n: int, container: Container) -> None:
        held = cells_of(container.upper.freeze(), self.paths)
        mine = [path for path in self.paths if path in held]
        for path in mine:
            row, kind, (over, name) = self.paths.index(path), held[path].kind, named(path)
            role: Role = "whiteout" if kind == "whiteout" else "tile"
            more: dict[str, Any] = {"over": over, "tone": "container", "title": path, "fresh": True}
            self.board.put(f"{n}:upper{path}", role, *self.place(n, self.upper, row, TALL + 6), name, **more)
            self.sees(n, row, path, self.provider(path), own=kind, fresh=True)
        if mine:
            said = _("{name} changes {paths}, in its own layer on top of the image.")
            if len(self.running) > 1:
                said = _("{name} changes {paths}, in its own layer. The others see what they saw before.")
            self.board.step(said.format(name=container.name, paths=series(mine)))


def _changed(running: Sequence[Container]) -> list[str]:
    """Files that the containers changed, those of each in turn, up to FILES."""
    each = [
        [
            change.path
            for change in container.rootfs.changes()
            if change.kind is not ChangeKind.CHANGED or not container.rootfs.is_dir(change.path)
        ]
        for container in running
    ]
    longest = max(map(len, each), default=0)
    found = dict.fromkeys(paths[n] for n in range(longest) for paths in each if n < len(paths))
    return list(found)[:FILES]


def _paths(image: Image, running: Sequence[Container]) -> list[str]:
    """The files shown: those that were changed, and one of the image that nobody changed."""
    lowers, changed = lowers_of(image.layers[::-1]), _changed(running)
    found = Stack([Cells(cells_of(each, KNOWN)) for each in lowers])
    same = [path for path in KNOWN if path not in changed and found.provider(path) is not None]
    return [*changed, *same[: 1 if changed else 2]]
