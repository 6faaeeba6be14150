"""Containers of one image: each has a writable layer of its own, and all read the same image.

    sees        hosts ▪ motd ▪        hosts ▪ motd ▪
    writable    [ motd ]              [ ]                 one a container
    image       [ hosts   motd ]  ──────────────────────  one for all

Pure; it looks into the containers as they are.
"""

from collections.abc import Sequence

from coursekit.container.container import Container
from coursekit.diagrams.board import Board, plural
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.easel import named
from coursekit.diagrams.html import lowers_of
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Role, Scene
from coursekit.diagrams.scenes import blobs
from coursekit.diagrams.scenes.graph import check
from coursekit.diagrams.stack import Cells, Stack, cells_of
from coursekit.image.image import Image
from coursekit.union.changes import ChangeKind

LEFT, WIDE, GAP, TALL, KERNEL = 166.0, 784.0, 16.0, 40.0, 46.0
MOST, FILES = 4, 4
KNOWN = ("/etc/os-release", "/etc/passwd", "/etc/motd")


def containers(image: Image, *running: Container) -> Scene:
    """An image and up to four containers of it, with the files that they changed.

    Raises: ValueError for a container of another image, or more than four.
    """
    check([image])
    for each in running:
        if not isinstance(each, Container) or each.image.id != image.id:
            raise ValueError(f"{each!r} is no container of {blobs.title(image)}; start one with ck.run(image)")
    if len(running) > MOST:
        raise ValueError(f"up to {MOST} containers stand side by side, and there are {len(running)}; name those to see")
    return _Together(image, running).scene()


class _Together:
    """The places, and the steps."""

    def __init__(self, image: Image, running: Sequence[Container]) -> None:
        self.image, self.running = image, running
        self.paths = _paths(image, running)
        self.layers = lowers_of(image.layers[::-1])
        self.high = 16 + max(1, len(self.paths)) * (TALL + 6)
        self.upper = 64 + self.high
        self.base = self.upper + self.high + GAP
        self.ground = self.base + 78 + GAP
        self.column = (WIDE - (max(1, len(running)) - 1) * GAP) / max(1, len(running))
        self.board = Board(LEFT + WIDE + 12, self.ground + KERNEL + 10)

    def scene(self) -> Scene:
        self.ground_floor()
        for n, each in enumerate(self.running):
            self.start(n, each)
        for n, each in enumerate(self.running):
            self.changes(n, each)
        if self.running:
            written = ", ".join(f"{each.name} {byte_count(each.size)}" for each in self.running)
            once = f"The image is stored once, {byte_count(self.image.size)} of files, for all of them."
            self.board.step(f"{once} In the container layers: {written}.")
        return self.board.scene(f"{plural(len(self.running), 'container')} on one image")

    def row(self, id: str, y: float, high: float, name: str, note: str, tone: str = "") -> None:
        self.board.name_row(id, y + high / 2, name, note, LEFT, tone)

    def ground_floor(self) -> None:
        board = self.board
        board.put(
            "kernel",
            "slab",
            LEFT,
            self.ground,
            WIDE,
            KERNEL,
            "Linux kernel of the host: one for all of them",
            tone="kernel",
        )
        board.put("image", "slab", LEFT, self.base, WIDE, 78, tone="layer-1", fresh=True)
        self.row("image", self.base, 78, "image", f"read-only · {byte_count(self.image.size)}", "layer-1")
        board.say(
            "image:text",
            LEFT + 14,
            self.base + 17,
            f"{blobs.title(self.image)}, {plural(len(self.image.layers), 'layer')}",
            tone="layer-1",
        )
        wide = min(200.0, (WIDE - 28 - 10 * (len(self.paths) - 1)) / max(1, len(self.paths)))
        for n, path in enumerate(self.paths):
            layer = self.provider(path)
            if layer is not None:
                made = layer_name(self.image.layers[layer])
                board.put(
                    f"image{path}",
                    "tile",
                    LEFT + 14 + n * (wide + 10),
                    self.base + 32,
                    wide,
                    38,
                    named(path, wide - 20)[0],
                    sub=made,
                    tone=f"layer-{layer % 5}",
                    title=path,
                )
        board.step(f"One image on the host: {plural(len(self.image.layers), 'layer')}, read-only, stored once.")

    def provider(self, path: str) -> int | None:
        """The image layer, base 0, that answers for a path."""
        found = Stack([Cells(cells_of(each, self.paths)) for each in self.layers]).provider(path)
        return None if found is None else len(self.layers) - 1 - found

    def x(self, n: int) -> float:
        return LEFT + n * (self.column + GAP)

    def start(self, n: int, container: Container) -> None:
        x, board = self.x(n), self.board
        if not n:
            self.row("upper", self.upper, self.high, "container layers", "writable", "container")
            self.row("merged", 44, self.high, "merged", "what each sees")
        board.say(f"{n}:name", x + 4, 24, container.name, bold=True)
        board.put(f"{n}:upper", "slab", x, self.upper, self.column, self.high, tone="container", fresh=True)
        board.put(f"{n}:merged", "slab", x, 44, self.column, self.high, tone="merged", fresh=True)
        for row, path in enumerate(self.paths):
            self.sees(n, row, path, self.provider(path), fresh=True)
        text = f"docker run --name {container.name}: one empty writable layer more, and the same image below."
        board.step(text + (" Nothing of the image is copied." if not n else ""))

    def sees(self, n: int, row: int, path: str, layer: int | None, own: str = "", fresh: bool = False) -> None:
        """A path as a container sees it: of the image's layer, of its own ("file"), or gone ("whiteout")."""
        tone = "container" if own else f"layer-{(layer or 0) % 5}"
        where = self.place(n, 44, row)
        gone = own == "whiteout" or (not own and layer is None)
        short = named(path, self.column - 60)[0]
        if gone:
            self.board.put(f"{n}:sees{path}", "note", *where, f"{short}: no such file", title=path)
        else:
            source = "its own layer" if own else layer_name(self.image.layers[layer or 0])
            self.board.put(
                f"{n}:sees{path}", "tile", *where, short, sub=f"from {source}", tone=tone, title=path, fresh=fresh
            )

    def place(self, n: int, top: float, row: int) -> tuple[float, float, float, float]:
        return self.x(n) + 10, top + 10 + row * (TALL + 6), self.column - 20, TALL

    def changes(self, n: int, container: Container) -> None:
        held = cells_of(container.upper.freeze(), self.paths)
        mine = [path for path in self.paths if path in held]
        for path in mine:
            row, kind = self.paths.index(path), held[path].kind
            role: Role = "whiteout" if kind == "whiteout" else "tile"
            self.board.put(
                f"{n}:upper{path}",
                role,
                *self.place(n, self.upper, row),
                named(path, self.column - 60)[0],
                tone="container",
                title=path,
                fresh=True,
            )
            self.sees(n, row, path, self.provider(path), own=kind, fresh=True)
        if mine:
            others = " The others see what they saw before." if len(self.running) > 1 else ""
            self.board.step(f"{container.name} changes {', '.join(mine)}: in its own layer, over the image.{others}")


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
