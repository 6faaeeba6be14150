"""The learner's tree beside the engine's: every path of both, and the first in which they differ.

A walk goes through their readdir and their lookup, and ends in time, whatever these say.
"""

import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass

from coursekit.fs.node import File, Symlink
from coursekit.image.image import Image
from coursekit.language import _
from coursekit.own_union.calls import worded
from coursekit.own_union.tree import OwnTree, kind_of
from coursekit.vfs.overlay import Overlay

SECONDS = 30.0  # of a walk
MORE = 2  # times as many names as there are, after which a walk ends: functions may invent them without end
Thing = tuple[int, int]  # a file type as in st_mode, and for a file its size, for a symlink the length of its target


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of both walks. `differ` holds (path, what theirs is, what the engine's is), in the order of paths."""

    theirs: int
    engines: int
    differ: tuple[tuple[str, str, str], ...]
    ended: str = ""  # why their walk ended before its end

    @property
    def same(self) -> bool:
        """Whether both trees are one."""
        return not self.differ and not self.ended


def compared(image: Image, tree: OwnTree, seconds: float = SECONDS) -> Compared:
    """Both trees, path by path."""
    engines = dict(_engines(Overlay.from_image(image, upperdir=None)))
    theirs, late = {"/": (stat.S_IFDIR, 0)}, time.monotonic() + seconds
    said: dict[str, str] = {}
    waiting, ended = ["/"], ""
    while waiting and not ended:
        here = waiting.pop()
        try:
            names = tree.names(here)
        except OSError as problem:
            said[here] = worded(problem)
            continue
        for path in (f"{here.rstrip('/')}/{name}" for name in names):
            try:
                theirs[path] = _theirs(tree, path)
            except OSError as problem:
                theirs[path], said[path] = (0, 0), worded(problem)
            if theirs[path][0] == stat.S_IFDIR:
                waiting.append(path)
        if len(theirs) > MORE * len(engines):
            ended = _("Your functions show more than {n:,} names, and no end of them.").format(n=len(theirs) - 1)
        elif time.monotonic() > late:
            ended = _("After {s:g} seconds your walk had seen {n:,} names of {all:,}.").format(
                s=seconds, n=len(theirs), all=len(engines)
            )
    paths = sorted({*theirs, *(() if ended else engines), *said})
    differ = [
        (path, said.get(path) or _worded(theirs.get(path)), _worded(engines.get(path)))
        for path in paths
        if theirs.get(path) != engines.get(path) or path in said
    ]
    return Compared(len(theirs), len(engines), tuple(differ), ended)


def _engines(overlay: Overlay) -> Iterator[tuple[str, Thing]]:
    waiting = ["/"]
    yield "/", (stat.S_IFDIR, 0)
    while waiting:
        for each in overlay.scandir(waiting.pop()):
            found = overlay.lstat(each.path)
            kind = stat.S_IFMT(found.st_mode)
            if kind == stat.S_IFDIR:
                waiting.append(each.path)
            yield (
                each.path,
                (
                    kind if kind in (stat.S_IFDIR, stat.S_IFREG, stat.S_IFLNK) else stat.S_IFCHR,
                    _size(kind, found.st_size),
                ),
            )


def _size(kind: int, size: int) -> int:
    return size if kind in (stat.S_IFREG, stat.S_IFLNK) else 0


def _theirs(tree: OwnTree, path: str) -> Thing:
    found = tree.calls.call("lookup", path)
    if found == "dir":
        return stat.S_IFDIR, 0
    node = tree.calls.trees.node(path, found)
    match node:
        case File(content=content):
            return stat.S_IFREG, content.size
        case Symlink(target=target):
            return stat.S_IFLNK, len(target.encode("utf-8", "surrogateescape"))
        case None:
            return stat.S_IFREG, len(found)
    return kind_of(node, False), 0


def _worded(thing: Thing | None) -> str:
    if thing is None:
        return _("nothing")
    kind, size = thing
    match kind:
        case stat.S_IFDIR:
            return _("a directory")
        case stat.S_IFLNK:
            return _("a symbolic link")
        case stat.S_IFREG:
            return _("a file of {n:,} bytes").format(n=size)
    return _("a device")
