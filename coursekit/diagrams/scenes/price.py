"""Copy-up and its price: the whole file is copied before its first byte changes, and only then.

    before        first write of 1 byte              second write
    upper   —     upper   /etc/services  written     written again, nothing copied
    lower   file  lower   /etc/services  unchanged

The engine itself is asked: a fresh overlay on the same layers opens the file for writing (there Linux copies it up),
twice, and its events are counted. With a knob for the size, the file is one of that many bytes.

Pure. Source: Linux Documentation/filesystems/overlayfs.rst, "Non-directories".
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from stat import S_ISREG

from coursekit import events
from coursekit.container.container import Container
from coursekit.container.drivers import DRIVERS
from coursekit.diagrams.board import Board
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.easel import named
from coursekit.diagrams.html import overlay_names
from coursekit.diagrams.knobs import Knob
from coursekit.diagrams.look import layer_tone
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Scene
from coursekit.language import _, plural
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay

LEFT, WIDE, TALL, GAP = 172.0, 560.0, 62.0, 60.0
UPPER, LOWER, METER = 10.0, 132.0, 222.0
TILE = 210.0
SIZES = (0, 1, 4_096, 100_000, 5_000_000, 64_000_000)


@dataclass(frozen=True, slots=True)
class _Price:
    """What is drawn: a file in a layer, and what the first write copies."""

    path: str
    where: str  # the layer's name
    tone: str
    size: int
    copied: int  # bytes
    parents: int  # directories that come up first


def copy_up(thing: Overlay | Container, path: str) -> Scene:
    """The first and the second byte written to the file at `path`, in a fresh writable layer over `thing`'s layers.

    `thing` itself is not touched. Raises: OSError where there is no such file, ValueError for what is no regular file.
    """
    if not isinstance(thing, Overlay | Container):
        said = _("a copy-up happens in an Overlay or a Container, and not in {thing}")
        raise ValueError(said.format(thing=repr(thing)))
    overlay = thing.rootfs if isinstance(thing, Container) else thing
    source, size, copied = _asked(overlay.lowerdir, path)
    where = layer_name(thing.image.layers[-source]) if isinstance(thing, Container) else overlay_names(overlay)[source]
    tone = layer_tone(len(overlay.lowerdir) - source)
    price = _Price(path, where, tone, size, copied[-1].size, len(copied) - 1)

    def turn(size: int, driver: str) -> Scene:
        if driver != "overlay2":
            return _drawn(replace(price, size=size, copied=DRIVERS[driver].first_byte(size)), driver)
        asked = price.size if size == price.size else _asked([_of(size, path)], path)[2][-1].size
        return _drawn(replace(price, size=size, copied=asked))

    sizes = tuple((n, byte_count(n)) for n in sorted({*SIZES, size}))
    knobs = (
        Knob("size", _("Size of the file"), sizes, size, "slide"),
        Knob("driver", _("Storage driver"), tuple((name, name) for name in DRIVERS), "overlay2"),
    )
    return replace(_drawn(price), knobs=knobs, turn=turn)


def _of(size: int, path: str) -> Lower:
    """A layer with a file of that many bytes."""
    return Overlay([{path: b"x" * size}]).lowerdir[0]


def _asked(lowers: Sequence[Lower], path: str) -> tuple[int, int, list[events.CopiedUp]]:
    """The layer that has a file, its size, and what two writes to it copy: the engine is asked."""
    heard: list[events.Event] = []
    fresh = Overlay(lowers, emit=heard.append, now=lambda: 0)
    status = fresh.stat(path)
    if not S_ISREG(status.st_mode):
        said = _("{path} is no regular file: the price of a copy-up is that of a file's bytes")
        raise ValueError(said.format(path=path))
    source = fresh.providers(path, follow_symlinks=True)[0]
    heard.clear()
    for _write in range(2):
        fresh.open(path, os.O_WRONLY).close()
    return source, status.st_size, [event for event in heard if isinstance(event, events.CopiedUp)]


def _drawn(price: _Price, driver: str = "overlay2") -> Scene:
    board = Board(LEFT + WIDE + 12, 320, left=LEFT, least=300)
    board.put("lower", "slab", LEFT, LOWER, WIDE, TALL, tone=price.tone)
    board.put("upper", "slab", LEFT, UPPER, WIDE, TALL, tone="container")
    board.name_row("upper", UPPER, TALL, _("container layer"), _("writable"), "container")
    board.name_row("lower", LOWER, TALL, price.where, _("read-only"), price.tone)
    over, name = named(price.path)
    tile = {"over": over, "sub": "", "tone": price.tone, "title": price.path}
    board.put("original", "tile", LEFT + 14, LOWER + 9, TILE, 44, name, **tile)
    _meters(board, 0, 0, price.size)
    said = _("{path} lies in {layer}: {size}. Reading it copies nothing, the bytes are read where they are.")
    board.step(said.format(path=price.path, layer=price.where, size=byte_count(price.size)))
    if driver == "overlay2" and price.parents:
        _parents(board, price.parents)
    _rises(board, price, driver)
    _written(board, price)
    return board.scene(_("The first byte written to {path}").format(path=price.path))


def _parents(board: Board, directories: int) -> None:
    """The directories above the file come first."""
    many = plural("{n} directory", "{n} directories", directories).format(n=directories)
    box = (LEFT + 14 + TILE + 16, UPPER + 9, 176, 44)
    board.put("parents", "tile", *box, many, sub=_("0 B of data"), tone="container", fresh=True)
    said = plural(
        "One byte is to be written. First the directory above the file is made in the container layer: no data yet.",
        "One byte is to be written. First the {n} directories above the file are made in the container layer: no data "
        "yet.",
        directories,
    )
    board.step(said.format(n=directories))


def _rises(board: Board, price: _Price, driver: str) -> None:
    """The copy, and the original that it hides."""
    over, name = named(price.path)
    size = byte_count(price.copied)
    tile = {"over": over, "tone": "container", "fresh": True, "origin": "original", "title": price.path}
    board.put("copy", "tile", LEFT + 14, UPPER + 9, TILE, 44, name, **tile)
    whole = price.copied == price.size
    if whole:
        board.change("original", hidden=True)
        board.put("shade", "shade", LEFT + 9, UPPER + 53, TILE + 10, LOWER + 58 - UPPER - 53, tone="container")
    x, label = LEFT + 14 + TILE / 2, _("copy-up · {size}").format(size=size)
    if driver != "overlay2":
        label = _("{driver} · {size}").format(driver=driver, size=size)
    board.arrow(x, LOWER + 9, x, UPPER + 55, label, label_y=UPPER + TALL + GAP / 2)
    _meters(board, price.copied, 0, price.size)
    said = _("Then the whole file is copied up: {size}, whatever is going to change in it.")
    if driver != "overlay2":
        said = _("{driver}: {size} are copied before the first byte is written.")
    if not price.copied and driver == "vfs":
        said = _("vfs copies nothing now: it copied the whole image when the container was made.")
    board.step(said.format(size=size, driver=driver))


def _written(board: Board, price: _Price) -> None:
    """The first byte, and the second."""
    board.change("copy", over=_("1 B written"), fresh=True)
    _meters(board, price.copied, 1, price.size)
    said = _("Now the byte is written, in the container layer.")
    if price.copied > 1:
        said = _("Now the byte is written, in the container layer. Its price was {n:,} times itself.")
    board.step(said.format(n=price.copied))
    board.change("copy", over=_("2 B written"), fresh=True)
    _meters(board, price.copied, 2, price.size)
    board.recall()
    board.step(_("A second write costs its own byte alone: what it needs is in the container layer already."))


def _meters(board: Board, copied: int, written: int, size: int) -> None:
    """Two bars on one scale: bytes copied, bytes written."""
    scale = WIDE / max(2, size, copied)
    for n, (id, name, amount) in enumerate((("copied", _("copied"), copied), ("written", _("written"), written))):
        y = METER + n * 52
        said = plural("{n:,} byte", "{n:,} bytes", amount).format(n=amount)
        board.name_row(id, y, 40, name, said)
        board.put(f"{id}:scale", "slab", LEFT, y + 8, WIDE, 24, tone="merged", title=name)
        if amount:
            board.put(f"{id}:bar", "bar", LEFT, y + 8, max(4.0, amount * scale), 24, tone="ink", fresh=True)
