"""Long paths: a path that any system call takes, for an object at any depth.

    /srv/lower/a/b/c                       as long as it is short
    /proc/self/fd/7/x/y/z                  beyond: 7 is an open descriptor of a directory on the way

A path of more than PATH_MAX bytes is refused by every system call. Not all of them take a descriptor of a directory to
start from (setxattr does not), but a path may start at one by its name in /proc.

Source: path_resolution(7), proc(5) (/proc/pid/fd).
"""

import os
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

STEP = 3000  # bytes after which a path goes on from a descriptor: with a name behind it, it is below PATH_MAX
NAMES = 32  # and names: so many are cheap to walk through again
KEPT = 64  # descriptors of directories; one system call needs two or three
K = TypeVar("K", bound=Hashable)


class LongPaths(Generic[K]):
    """The paths of the objects below one directory. A directory that is moved keeps its descriptor, and is right."""

    def __init__(self, root: K, path: str) -> None:
        """What stands for the directory at `path`, where all paths start."""
        self.root, self.path = root, path
        self._anchors: dict[K, int] = {}  # directories on the way, by descriptor; the longest unused first

    def of(self, place: K, above: Callable[[K], tuple[K, str]]) -> str:
        """A path of an object that is good until the next few are asked for; `above` gives its parent and its name.

        Raises: OSError where a directory on the way is not there.
        """
        on_the_way: list[tuple[K, str]] = []
        anchors = self._anchors
        while place is not self.root and (place not in anchors or not on_the_way):
            parent, name = above(place)
            on_the_way.append((place, name))
            place = parent
        path = self.path if place is self.root else self._anchored(place)
        length = len(path)
        on_the_way.reverse()
        short = len(on_the_way) <= NAMES and length + sum(len(name) + 1 for _, name in on_the_way) < STEP // 4
        if short:  # a character has four bytes at most
            return "/".join((path, *(name for _, name in on_the_way))) if on_the_way else path
        return self._in_steps(path, on_the_way)

    def _in_steps(self, path: str, on_the_way: list[tuple[K, str]]) -> str:
        length, names, last = len(os.fsencode(path)), 0, len(on_the_way) - 1
        opened: int | None = None
        for at, (place, name) in enumerate(on_the_way):
            path, length, names = f"{path}/{name}", length + len(os.fsencode(name)) + 1, names + 1
            if (length < STEP and names < NAMES) or at == last:
                continue
            before, opened = opened, os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            if before is not None:
                os.close(before)
            anchor = place
            path = f"/proc/self/fd/{opened}"
            length, names = len(path), 0
        if opened is not None:
            self.forget(anchor)
            self._anchors[anchor] = opened
            if len(self._anchors) > KEPT:
                self.forget(next(iter(self._anchors)))
        return path

    def _anchored(self, place: K) -> str:
        descriptor = self._anchors[place] = self._anchors.pop(place)
        return f"/proc/self/fd/{descriptor}"

    def forget(self, place: K) -> None:
        """A directory is gone."""
        descriptor = self._anchors.pop(place, None)
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        """Let go of all descriptors."""
        while self._anchors:
            self.forget(next(iter(self._anchors)))
