"""One file with two names, and how a copy-up breaks it: the copy has the one name that was asked for.

    names    gunzip   uncompress          gunzip   uncompress
    inodes      └── 17 ──┘ 2 links          28        17 …

The engine is asked: a fresh writable layer over the same layers, a chmod by one name, and stat before and after.

Pure. Source: Linux Documentation/filesystems/overlayfs.rst, "Non-standard behavior" (hard links, index=off).
"""

from coursekit.container.container import Container
from coursekit.diagrams.board import Board
from coursekit.diagrams.easel import named
from coursekit.diagrams.scene import Scene
from coursekit.language import _, plural
from coursekit.vfs.overlay import Overlay

LEFT, WIDE, TALL, SPACE, TILE = 158.0, 560.0, 64.0, 40.0, 44.0
NAMES, UPPER, LOWER = 10.0, 10.0 + TALL + SPACE, 10.0 + 2 * (TALL + SPACE)
ONE, OTHER, HALF = LEFT + 20, LEFT + 300, 240.0


def two_names(thing: Container | Overlay, name: str, other: str) -> Scene:
    """Two names of one file in the layers of `thing`, before and after a chmod by the first, in a fresh writable layer.

    Raises: OSError where one is missing, ValueError for two names of two files.
    """
    lowers = (thing.rootfs if isinstance(thing, Container) else thing).lowerdir
    fresh = Overlay(lowers, now=lambda: 0)
    before = fresh.stat(name)
    if before.st_ino != fresh.stat(other).st_ino or name == other:
        wrong = _("{name} and {other} are not two names of one file in these layers")
        raise ValueError(wrong.format(name=name, other=other))
    fresh.chmod(name, 0o700)
    now, still = fresh.stat(name), fresh.stat(other)
    board = Board(LEFT + WIDE + 12, LOWER + TALL + 10, left=LEFT, least=300)
    _rows(board)
    mode = f"{before.st_mode & 0o7777:04o}"
    links = plural("{n} name, mode {mode}", "{n} names, mode {mode}", before.st_nlink)
    file = {"sub": links.format(n=before.st_nlink, mode=mode), "tone": "layer-0"}
    board.put("lower-file", "tile", (ONE + OTHER) / 2, LOWER + 10, HALF, TILE, _("one inode"), **file)
    for id, x, path in (("one", ONE, name), ("other", OTHER, other)):
        over, text = named(path)
        board.put(id, "tile", x, NAMES + 10, HALF, TILE, text, over=over, title=path, tone="layer-0")
    middle = (ONE + OTHER) / 2 + HALF / 2
    to_lower = (middle, LOWER + 10)
    board.arrow(ONE + HALF / 2, NAMES + 54, *to_lower, shape="line", tone="layer-0")
    board.arrow(OTHER + HALF / 2, NAMES + 54, *to_lower, shape="line", tone="layer-0")
    board.step(_("Two names, one file in the layer below: a hard link. A change by one name would show by the other."))
    said = {"sub": _("1 name, mode {mode}").format(mode=f"{now.st_mode & 0o7777:04o}"), "tone": "container"}
    board.put("copy", "tile", ONE, UPPER + 10, HALF, TILE, _("a new inode"), fresh=True, origin="lower-file", **said)
    board.arrow(middle, LOWER + 10, ONE + HALF / 2, UPPER + 56, _("copy-up"), tone="container")
    board.step(
        _("chmod by {name}: the file is copied up first. The copy knows the one name that it was asked for.").format(
            name=name
        )
    )
    board.change("one", tone="container", fresh=True)
    board.arrow(ONE + HALF / 2, NAMES + 54, ONE + HALF / 2, UPPER + 8, shape="line", tone="container")
    board.arrow(OTHER + HALF / 2, NAMES + 54, *to_lower, shape="line", tone="layer-0")
    figures = {
        "name": name,
        "other": other,
        "new": f"{now.st_mode & 0o7777:04o}",
        "old": f"{still.st_mode & 0o7777:04o}",
    }
    board.step(
        _("The link is broken: {name} has mode {new}, and {other} still has {old}. Two files now.").format(**figures)
    )
    return board.scene(_("One file, two names"))


def _rows(board: Board) -> None:
    for id, y, name, note, tone in (
        ("names", NAMES, _("merged"), _("what a process sees"), "merged"),
        ("upper", UPPER, _("container layer"), _("writable"), "container"),
        ("lower", LOWER, _("a layer below"), _("read-only"), "layer-0"),
    ):
        board.put(id, "slab", LEFT, y, WIDE, TALL, tone=tone)
        board.name_row(id, y, TALL, name, note, tone)
