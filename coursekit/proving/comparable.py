"""One question, two who answer: the engine through `Overlay`, the kernel through its worker; answers made comparable.

A question is (operation, arguments, named arguments), spelled as the kernel's worker takes it: `fd_…` operations name
an open file by a number of ours. `engine` performs the same on an Overlay. `Answers` turns what comes back into plain
data without what behaviour 60 leaves out (union/README.md): inode numbers become classes, times become set or now.
"""

import stat
from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.fs import linux_numbers
from coursekit.fs.node import Metadata
from coursekit.fs.paths import join
from coursekit.layers.disk_entries import FORMATS, Entry
from coursekit.layers.xattr_names import TRUSTED, USER
from coursekit.proving.engine import Answer, Question
from coursekit.vfs.overlay import Overlay

NOW = 1_500_000_000 * 10**9  # a time later than this was set by the clock: tests set earlier ones
OWN_XATTRS = {
    notes.prefix + name for notes in (TRUSTED, USER) for name in ("origin", "impure", "uuid", "nlink", "coursekit.ino")
}


def question(name: str, *args: Any, **named: Any) -> Question:
    """As one would call Overlay."""
    return name, args, named


def spelled(asked: Question) -> str:
    """The question as a call, for findings."""
    name, args, named = asked
    shown = [repr(arg) for arg in args] + [f"{key}={value!r}" for key, value in named.items()]
    return f"{name}({', '.join(shown)})"


class Answers:
    """Makes the answers of one side comparable with those of the other: both meet their inodes in the same order."""

    def __init__(self) -> None:
        self._inodes: dict[tuple[int, int], int] = {}

    def comparable(self, asked: Question, answer: Answer) -> Answer:
        if answer[0] == "error":
            return "error", answer[1]
        value = answer[1]
        if isinstance(value, Mapping):
            return "ok", self.status(value)
        if asked[0] == "fd_readdir":  # a list of some time ago: its inodes are not asked for
            return "ok", [(name, kind) for name, _, kind in sorted(value)]
        if asked[0] == "readdir":
            return "ok", [(name, inode and self.inode(inode), kind) for name, inode, kind in sorted(value)]
        if asked[0] == "fd_truncate":  # Python's truncate tells the new size, ftruncate nothing
            return "ok", None
        return "ok", value

    def inode(self, number: int, device: int = 0) -> int:
        return self._inodes.setdefault((device, number), len(self._inodes))

    def status(self, found: Mapping[str, int]) -> dict[str, object]:
        """mode, links, owner, size and blocks of files, time as set or now, and the class of the inode."""
        kind = FORMATS[stat.S_IFMT(found["st_mode"])]
        plain: dict[str, object] = {
            "kind": kind,
            "mode": oct(stat.S_IMODE(found["st_mode"])),
            "nlink": found["st_nlink"],
            "owner": (found["st_uid"], found["st_gid"]),
            "mtime": time_class(found["st_mtime_ns"]),
            "inode": self.inode(found["st_ino"]),
        }
        if kind != "directory":
            plain["size"] = found["st_size"]
        if kind == "file":
            plain["blocks"] = found["st_blocks"]
        if kind in ("char", "block"):
            plain["device"] = found["st_rdev"]
        return plain


def time_class(nanoseconds: int) -> int | str:
    """The time itself where a test set it, else "now"."""
    return nanoseconds if nanoseconds < NOW else "now"


def comparable_entries(found: Sequence[Entry], *, upperdir: bool = False) -> dict[str, dict[str, object]]:
    """Entries by path: holes filled with zeros, whiteouts without metadata, times as set or now."""
    return {one["path"]: _comparable(one, upperdir) for one in found}


def _comparable(one: Entry, upperdir: bool) -> dict[str, object]:
    if "link" in one or one["kind"] == "ghost":
        return {**one}
    if upperdir and one["kind"] == "char" and one["device"] == (0, 0):
        return {"whiteout": True}
    plain: dict[str, object] = {**one, "mtime_ns": time_class(one["mtime_ns"])}
    if upperdir:
        plain["xattrs"] = {name: value for name, value in one["xattrs"].items() if name not in OWN_XATTRS}
    if one["kind"] == "file":
        plain["extents"] = _content(one["size"], one["extents"])
    return plain


def _content(size: int, extents: Sequence[tuple[int, bytes]]) -> bytes:
    whole = bytearray(size)
    for start, data in extents:
        whole[start : start + len(data)] = data
    return bytes(whole)


def engine_merged(overlay: Overlay) -> list[Entry]:
    """The merged tree by the operations of Overlay alone."""
    found: list[Entry] = []
    seen: dict[int, str] = {}  # inode → its first path
    todo = ["/"]
    while todo:
        path = todo.pop()
        try:
            status = overlay.lstat(path)
        except OSError as failure:
            found.append({"path": path, "kind": "ghost", "code": failure.errno or 0})
            continue
        kind = FORMATS[stat.S_IFMT(status.st_mode)]
        first = seen.setdefault(status.st_ino, path)
        if first != path and kind != "directory":
            found.append({"path": path, "link": first})
            continue
        found.append(_entry(overlay, path, status))
        if kind == "directory":
            todo.extend(join(path, name) for name in reversed(overlay.listdir(path)))
    return found


def _entry(overlay: Overlay, path: str, status: Any) -> Entry:
    kind = FORMATS[stat.S_IFMT(status.st_mode)]
    names = sorted(overlay.listxattr(path, follow_symlinks=False))
    meta = Metadata(
        stat.S_IMODE(status.st_mode),
        status.st_uid,
        status.st_gid,
        status.st_mtime_ns,
        {name: overlay.getxattr(path, name, follow_symlinks=False) for name in names},
    )
    one: Entry = {
        "path": path,
        "kind": kind,
        "mode": meta.mode,
        "uid": meta.uid,
        "gid": meta.gid,
        "mtime_ns": meta.mtime_ns,
        "xattrs": dict(meta.xattrs),
    }
    if kind == "symlink":
        one["target"] = str(overlay.readlink(path))
    elif kind == "file":
        data = overlay.read_bytes(path)
        one["size"], one["extents"] = len(data), [(0, data)]
    elif kind != "directory":
        one["device"] = (linux_numbers.major(status.st_rdev), linux_numbers.minor(status.st_rdev))
    return one
