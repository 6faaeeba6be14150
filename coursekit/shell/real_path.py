"""Paths as commands need them: how a status looks, and where a path leads when every symbolic link is followed."""

import errno
import stat
from collections.abc import Iterator
from typing import Protocol

from coursekit.errors import os_error
from coursekit.fs.paths import MAX_LINKS
from coursekit.vfs.overlay import Overlay


class Status(Protocol):
    """What `stat` answers, by the names of os.stat_result."""

    @property
    def st_mode(self) -> int: ...
    @property
    def st_ino(self) -> int: ...
    @property
    def st_dev(self) -> int: ...
    @property
    def st_nlink(self) -> int: ...
    @property
    def st_uid(self) -> int: ...
    @property
    def st_gid(self) -> int: ...
    @property
    def st_rdev(self) -> int: ...
    @property
    def st_size(self) -> int: ...
    @property
    def st_blocks(self) -> int: ...
    @property
    def st_mtime_ns(self) -> int: ...


def identity(status: Status) -> tuple[int, int]:
    """What two names of one object share."""
    return status.st_dev, status.st_ino


def lookup(tree: Overlay, path: str, follow: bool = True) -> Status | None:
    """The status of what the path names, or None if nothing."""
    try:
        return tree.stat(path, follow_symlinks=follow)
    except OSError:
        return None


def is_directory(tree: Overlay, path: str) -> bool:
    """Whether the path leads to a directory."""
    status = lookup(tree, path)
    return status is not None and stat.S_ISDIR(status.st_mode)


def join(directory: str, name: str) -> str:
    """`directory/name`, with one slash.

    >>> join("/", "etc"), join("a/", "b")
    ('/etc', 'a/b')
    """
    return f"{directory}{name}" if directory.endswith("/") else f"{directory}/{name}"


def base(path: str) -> str:
    """The last name of a path, as basename(1) finds it.

    >>> base("/usr/lib/"), base("/")
    ('lib', '/')
    """
    return path.rstrip("/").rsplit("/", 1)[-1] or ("/" if path else "")


def parent(path: str) -> str:
    """The directory part of a path, as dirname(1) finds it.

    >>> parent("/usr/lib/"), parent("file"), parent("/etc")
    ('/usr', '.', '/')
    """
    head, _, _ = path.rstrip("/").rpartition("/")
    return head.rstrip("/") or ("/" if path.startswith("/") else ".")


def real_path(tree: Overlay, path: str, missing: int = 0) -> str:
    """The absolute `path` with every link followed. `missing` names at its end need not exist (-1: any number).

    Raises: OSError.
    """
    pending = [name for name in reversed(path.split("/")) if name not in ("", ".")]
    found: list[str] = []
    links = 0
    absent = 0
    while pending:
        name = pending.pop()
        if name in ("..", "."):
            found = found[:-1] if name == ".." else found
            continue
        here = "/" + "/".join([*found, name])
        status = lookup(tree, here, follow=False) if not absent else None
        if status is None:
            absent += 1
            if 0 <= missing < absent or (missing == 1 and pending):
                raise os_error(errno.ENOENT, path)
        if status is not None and stat.S_ISLNK(status.st_mode):
            links += 1
            if links > MAX_LINKS:
                raise os_error(errno.ELOOP, path)
            target = tree.readlink(here)
            found = [] if target.startswith("/") else found
            pending.extend(part for part in reversed(target.split("/")) if part not in ("", "."))
            continue
        if status is not None and pending and not stat.S_ISDIR(status.st_mode) and missing >= 0:
            raise os_error(errno.ENOTDIR, path)
        found.append(name)
    return "/" + "/".join(found)


def walk(tree: Overlay, top: str) -> Iterator[tuple[str, Status]]:
    """Everything below `top`, children before their directory, links not followed; `top` itself last."""
    waiting: list[tuple[str, Status | None]] = [(top, None)]  # a status: all below it was yielded
    while waiting:
        path, done = waiting.pop()
        if done:
            yield path, done
            continue
        status: Status = tree.lstat(path)
        waiting.append((path, status))
        if stat.S_ISDIR(status.st_mode):
            waiting += [(join(path, name), None) for name in reversed(tree.listdir(path))]
