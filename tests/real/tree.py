"""A tree, path by path, as plain rows: of a directory on disk and of an Overlay, to be compared."""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from coursekit.vfs.overlay import Overlay


class Row(NamedTuple):
    """What one path is. `first` is the first path, in sorted order, of the same file."""

    format: int  # stat.S_IFREG …
    mode: int
    uid: int
    gid: int
    size: int  # of a file
    device: int
    mtime: int  # seconds; of a file
    link: str
    digest: str
    first: str


def of_directory(top: Path) -> dict[str, Row]:
    """The tree below `top` on disk."""

    def digest(path: str) -> str:
        with open(f"{top}{path}", "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return rows(
        lambda path: os.listdir(f"{top}{path}"),
        lambda path: os.lstat(f"{top}{path}"),
        lambda path: os.readlink(f"{top}{path}"),
        digest,
    )


def of_overlay(overlay: Overlay) -> dict[str, Row]:
    """The merged tree of `overlay`."""

    def digest(path: str) -> str:
        found = hashlib.sha256()
        with overlay.open(path) as file:
            while block := file.read(1 << 20):
                found.update(block)
        return found.hexdigest()

    return rows(overlay.listdir, overlay.lstat, overlay.readlink, digest)


def rows(
    listdir: Callable[[str], Any],
    lstat: Callable[[str], Any],
    readlink: Callable[[str], str],
    digest: Callable[[str], str],
) -> dict[str, Row]:
    """Every path below "/" with its row."""
    found: dict[str, Row] = {}
    inodes: dict[str, tuple[int, int]] = {}
    stack = ["/"]
    while stack:
        path = stack.pop()
        status = lstat(path)
        kind = stat.S_IFMT(status.st_mode)
        if kind == stat.S_IFDIR:
            stack += [f"{path.rstrip('/')}/{name}" for name in listdir(path)]
        else:
            inodes[path] = status.st_dev, status.st_ino
        file = kind == stat.S_IFREG
        found[path] = Row(
            format=kind,
            mode=stat.S_IMODE(status.st_mode),
            uid=status.st_uid,
            gid=status.st_gid,
            size=status.st_size if file else 0,
            device=status.st_rdev,
            mtime=status.st_mtime_ns // 10**9 if file else 0,
            link=readlink(path) if kind == stat.S_IFLNK else "",
            digest=digest(path) if file else "",
            first="",
        )
    first: dict[tuple[int, int], str] = {}
    for path in sorted(inodes):
        found[path] = found[path]._replace(first=first.setdefault(inodes[path], path))
    return found


def differences(left: dict[str, Row], right: dict[str, Row]) -> list[str]:
    """One line for each path that is not the same on both sides."""
    said = [f"{path}: only on the left" for path in sorted(left.keys() - right.keys())]
    said += [f"{path}: only on the right" for path in sorted(right.keys() - left.keys())]
    for path in sorted(left.keys() & right.keys()):
        for name, one, other in zip(Row._fields, left[path], right[path], strict=True):
            if one != other:
                said.append(f"{path}: {name} is {one!r} on the left, {other!r} on the right")
    return said
