"""A tree that the learner's functions show: paths are walked by their lookup, and symlinks followed here, as a kernel does.

Neighbours: calls (each question), walk (the tree beside the engine's), mount (the tree as a directory).
"""

import errno
import os
import stat
from fnmatch import fnmatchcase

from coursekit.errors import ContentMissing
from coursekit.fs.node import Device, File, Node, Symlink
from coursekit.language import _
from coursekit.own_union.calls import Calls, worded

LINKS = 40  # symlinks that one path may lead through, as on Linux
FOUND = 20_000  # paths that `find` tells at most


class Printed(str):
    """What a command printed: it shows itself as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class OwnTree:
    """ls, cat and find on the tree."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    # -- what a path is

    def real(self, path: str, last: bool = True) -> str:
        """The path without symlinks; `last` says whether one at its end is followed. Raises: OSError."""
        waiting, here, links = _parts(path)[::-1], "/", 0
        while waiting:
            name = waiting.pop()
            if name == "..":
                here = _above(here)
                continue
            below = f"{here.rstrip('/')}/{name}"
            node = self.node(below)
            if isinstance(node, Symlink) and (waiting or last):
                links += 1
                if links > LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                here = "/" if node.target.startswith("/") else here
                waiting += _parts(node.target)[::-1]
                continue
            here = below
        return here

    def node(self, path: str) -> Node | None:
        """What their lookup finds: the image's node, None for a directory and for what they wrote. Raises: OSError."""
        found = self.calls.call("lookup", path)
        return None if found == "dir" else self.calls.trees.node(path, found)

    def names(self, path: str) -> list[str]:
        """The names in a directory, sorted. Raises: OSError."""
        return sorted(self.calls.call("readdir", path))

    def is_dir(self, path: str) -> bool:
        """Whether their lookup says so. Raises: OSError."""
        return bool(self.calls.call("lookup", path) == "dir")

    def data(self, path: str) -> bytes:
        """A file's bytes, by their read; where these stand for what is not in the dict, those of the image. Raises: OSError."""
        value = self.calls.call("read", path)
        node = self.calls.trees.node(path, value)
        if not isinstance(node, File):
            return bytes(value)
        try:
            return node.content.read(0, node.content.size)
        except ContentMissing:
            said = _("The bytes of this file are not bundled: the image is a skeleton")
            raise OSError(errno.EIO, said, path) from None

    # -- commands

    def ls(self, path: str = "/") -> Printed:
        """The names in a directory, by their readdir; a file's own path."""
        try:
            real = self.real(path)
            return Printed("\n".join(self.names(real)) if self.is_dir(real) else path)
        except OSError as problem:
            return Printed(f"ls: {path}: {worded(problem)}")

    def cat(self, path: str) -> Printed:
        """A file's text, by their read."""
        try:
            return Printed(self.data(self.real(path)).decode("utf-8", "replace"))
        except OSError as problem:
            return Printed(f"cat: {path}: {worded(problem)}")

    def find(self, path: str = "/", name: str = "*") -> Printed:
        """All paths below one whose name fits a pattern, directory by directory."""
        found: list[str] = []
        try:
            waiting = [self.real(path)]
        except OSError as problem:
            return Printed(f"find: {path}: {worded(problem)}")
        while waiting and len(found) < FOUND:
            here = waiting.pop()
            try:
                inside = [f"{here.rstrip('/')}/{each}" for each in self.names(here)]
                waiting += [each for each in inside if self.is_dir(each)][::-1]
            except OSError as problem:
                found.append(f"find: {here}: {worded(problem)}")
                continue
            found += [each for each in inside if fnmatchcase(each.rpartition("/")[2], name)]
        return Printed("\n".join(sorted(found)))

    def do(self, operation: str, *args: str | bytes) -> Printed:
        """One of their functions that change something: do("unlink", "/etc/motd"), do("write", "/etc/motd", b"hi")."""
        try:
            self.calls.call(operation, *args)
        except OSError as problem:
            return Printed(f"{operation}: {args[0]!s}: {worded(problem)}")
        return Printed("")


def kind_of(node: Node | None, directory: bool) -> int:
    """The file type of a node as in st_mode; a file where there is none, as for what was written."""
    match node:
        case Symlink():
            return stat.S_IFLNK
        case Device():
            return stat.S_IFCHR
    return stat.S_IFDIR if directory else stat.S_IFREG


def _parts(path: str) -> list[str]:
    return [each for each in path.split("/") if each not in ("", ".")]


def _above(path: str) -> str:
    return path.rpartition("/")[0] or "/"
