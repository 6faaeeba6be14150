"""Copy-up and its price: the whole file is copied before its first byte changes, and only then.

    before        first write of 1 byte              second write
    upper   —     upper   /etc/services  written     written again, nothing copied
    lower   file  lower   /etc/services  unchanged

The engine itself is asked: a fresh overlay on the same layers opens the file for writing (there Linux copies it up),
twice, and its events are counted.

Pure. Source: Linux Documentation/filesystems/overlayfs.rst, "Non-directories".
"""

import os
from stat import S_ISREG

from coursekit import events
from coursekit.container.container import Container
from coursekit.diagrams.board import Board, plural
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.easel import named
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Scene
from coursekit.vfs.overlay import Overlay

LEFT, WIDE, TALL, GAP = 180.0, 560.0, 62.0, 60.0
UPPER, LOWER, METER = 10.0, 132.0, 222.0
TILE = 210.0


def copy_up(thing: Overlay | Container, path: str) -> Scene:
    """The first and the second byte written to the file at `path`, in a fresh writable layer over `thing`'s layers.

    `thing` itself is not touched. Raises: OSError where there is no such file, ValueError for what is no regular file.
    """
    if not isinstance(thing, Overlay | Container):
        raise ValueError(f"a copy-up happens in an Overlay or a Container, and not in {thing!r}")
    lowers = (thing.rootfs if isinstance(thing, Container) else thing).lowerdir
    heard: list[events.Event] = []
    fresh = Overlay(lowers, emit=heard.append, now=lambda: 0)
    status = fresh.stat(path)
    if not S_ISREG(status.st_mode):
        raise ValueError(f"{path} is no regular file: the price of a copy-up is that of a file's bytes")
    source = fresh.providers(path, follow_symlinks=True)[0]
    heard.clear()
    for _ in range(2):
        fresh.open(path, os.O_WRONLY).close()
    copied = [event for event in heard if isinstance(event, events.CopiedUp)]
    where = f"lowerdir {source}"
    if isinstance(thing, Container):
        where = layer_name(thing.image.layers[-source])
    return _drawn(path, where, source, status.st_size, copied, len(lowers))


def _drawn(path: str, where: str, source: int, size: int, copied: list[events.CopiedUp], layers: int) -> Scene:
    board, tone, price = Board(LEFT + WIDE + 190, 296), f"layer-{(layers - source) % 5}", copied[-1].size
    board.put("lower", "slab", LEFT, LOWER, WIDE, TALL, tone=tone)
    board.put("upper", "slab", LEFT, UPPER, WIDE, TALL, tone="container")
    board.name_row("upper", UPPER + TALL / 2, "container layer", "writable", LEFT, "container")
    board.name_row("lower", LOWER + TALL / 2, where, "read-only", LEFT, tone)
    text = named(path, TILE - 24)[0]
    board.put("original", "tile", LEFT + 14, LOWER + 9, TILE, 44, text, sub=byte_count(size), tone=tone, title=path)
    _meters(board, 0, 0, size)
    board.step(
        f"{path} lies in {where}, {byte_count(size)}. Reading it copies nothing: the bytes are read where they are."
    )
    if len(copied) > 1:
        _parents(board, len(copied) - 1)
    _rises(board, text, path, price)
    _meters(board, price, 0, size)
    board.step(f"Then the whole file is copied up: {byte_count(price)}, whatever is going to change in it.")
    _written(board, price, size)
    return board.scene(f"The first byte written to {path}")


def _parents(board: Board, directories: int) -> None:
    """The directories above the file come first."""
    board.put(
        "parents",
        "tile",
        LEFT + 14 + TILE + 16,
        UPPER + 9,
        176,
        44,
        plural(directories, "directory"),
        sub="0 B of data",
        tone="container",
        fresh=True,
    )
    board.step(
        "A first write of one byte. Before it, what lies above the file is made in the container layer: "
        f"{plural(directories, 'directory')}, with name and mode and no data."
    )


def _rises(board: Board, text: str, path: str, price: int) -> None:
    """The copy, and the original that it hides."""
    board.put(
        "copy",
        "tile",
        LEFT + 14,
        UPPER + 9,
        TILE,
        44,
        text,
        sub=f"{byte_count(price)}, a copy",
        tone="container",
        fresh=True,
        origin="original",
        title=path,
    )
    board.change("original", hidden=True)
    board.put("shade", "shade", LEFT + 9, UPPER + 53, TILE + 10, LOWER + 58 - UPPER - 53, tone="container")
    x = LEFT + 14 + TILE / 2
    board.arrow(x, LOWER + 9, x, UPPER + 55, f"copy-up · {byte_count(price)}", label_y=UPPER + TALL + GAP / 2)


def _written(board: Board, price: int, size: int) -> None:
    """The first byte, and the second."""
    board.change("copy", sub="1 B written", fresh=True)
    _meters(board, price, 1, size)
    times = f" The price of that byte: {price:,} times itself." if price > 1 else ""
    board.step(f"Now the byte is written, in the container layer.{times}")
    board.change("copy", sub="2 B written", fresh=True)
    _meters(board, price, 2, size)
    board.step("A second write costs its own byte alone: the file is in the container layer already.")


def _meters(board: Board, copied: int, written: int, size: int) -> None:
    """Two bars on one scale: bytes copied, bytes written."""
    scale = WIDE / max(2, size)
    for n, (name, amount, tone) in enumerate((("copied", copied, "layer-1"), ("written", written, "container"))):
        y = METER + n * 44
        board.say(f"{name}:name", 0, y + 11, name, width=LEFT - 16, align="end", bold=True)
        board.put(f"{name}:scale", "slab", LEFT, y, WIDE, 22, tone="merged")
        if amount:
            board.put(f"{name}:bar", "bar", LEFT, y, max(4.0, amount * scale), 22, tone=tone, fresh=True)
        board.say(f"{name}:amount", LEFT + WIDE + 16, y + 11, plural(amount, "byte"))
