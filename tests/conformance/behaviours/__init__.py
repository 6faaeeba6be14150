"""The behaviours of a union file system that live in memory, by number of the list in coursekit/union/README.md.

A behaviour is a short function over `fs`, which is the engine (its upperdir in memory or on a disk) or a kernel mount
behind the same door, and the answer that all must give, written down. So the list can be read as a contract, runs
against the engine on any machine, and against the kernel where there is one.
"""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coursekit.fs.content import Bytes
from coursekit.fs.node import Device, DeviceKind, Directory, File, Metadata, Symlink
from coursekit.layers.disk_entries import Entry
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.layers.xattr_names import TRUSTED

OLD = 1_000_000_000 * 10**9  # mtime of what lies in lower layers; anything younger was set by an operation


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One sentence, and how to see that it holds."""

    number: int
    sentence: str
    lowerdir: tuple[Layer, ...]  # top first
    show: Callable[[Any], Any]
    answer: Any
    writable: bool = True
    options: str = ""  # of the mount


BEHAVIOURS: list[Behaviour] = []


def behaviour(
    number: int, sentence: str, *lowerdir: Any, answer: Any, writable: bool = True, options: str = ""
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Registers a function that shows a behaviour. `lowerdir` top first, as Layer or dict."""
    layers = tuple(layer if isinstance(layer, Layer) else Layer.of(layer) for layer in lowerdir)

    def register(show: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BEHAVIOURS.append(Behaviour(number, sentence, layers, show, answer, writable, options))
        return show

    return register


# --- what a behaviour looks at ----------------------------------------------------------------------------------------


def said(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """The errno's name, or "ok" for an operation without a result, or the result."""
    try:
        value = call(*args, **named)
    except OSError as failure:
        return errno.errorcode[failure.errno or 0]
    return "ok" if value is None else value


def opened(fs: Any, path: str, flags: int, mode: int = 0o666) -> str:
    """Opens and closes: "ok", or the errno's name."""
    try:
        fs.open(path, flags, mode).close()
    except OSError as failure:
        return errno.errorcode[failure.errno or 0]
    return "ok"


def read(fs: Any, path: str) -> bytes:
    """The contents of a small file."""
    file = fs.open(path)
    try:
        return bytes(file.read(1 << 16))
    finally:
        file.close()


def write(fs: Any, path: str, data: bytes, flags: int = 0o1 | 0o100) -> None:
    """Opens (O_WRONLY | O_CREAT unless told otherwise), writes, closes."""
    file = fs.open(path, flags, 0o644)
    try:
        file.write(data)
    finally:
        file.close()


def listed(fs: Any, path: str) -> list[str]:
    """The names of a directory, sorted."""
    return sorted(fs.listdir(path))


def upper(fs: Any) -> dict[str, str]:
    """What lies in upperdir, a word a path."""
    return {one["path"]: _word(one) for one in fs.upperdir() if one["path"] != "/"}


def _word(one: Entry) -> str:
    if "link" in one:
        return f"link to {one['link']}"
    if one["kind"] == "char" and one["device"] == (0, 0):
        return "whiteout"
    if one["kind"] == "directory" and one["xattrs"].get(TRUSTED.opaque) == b"y":
        return "opaque"
    return one["kind"]


def own_xattrs(fs: Any, path: str) -> dict[str, bytes]:
    """The trusted.overlay.* attributes of a path in upperdir that matter (behaviour 60)."""
    ignored = {f"trusted.overlay.{name}" for name in ("origin", "impure", "uuid", "nlink", "coursekit.ino")}
    found = next(one for one in fs.upperdir() if one["path"] == path)
    return {name: value for name, value in found["xattrs"].items() if name not in ignored}


# --- what layers are made of ------------------------------------------------------------------------------------------


def directory(mode: int = 0o755, *, opaque: bool = False, **meta: Any) -> Directory:
    return Directory(Metadata(mode, mtime_ns=OLD, **meta), opaque=opaque)


def file(data: bytes = b"", mode: int = 0o644, **meta: Any) -> File:
    return File(Metadata(mode, mtime_ns=OLD, **meta), Bytes(data))


def symlink(target: str) -> Symlink:
    return Symlink(Metadata(0o777, mtime_ns=OLD), target)


def fifo() -> Device:
    return Device(Metadata(0o644, mtime_ns=OLD), DeviceKind.FIFO)


def hard_links(*paths: str, data: bytes = b"shared") -> Layer:
    """A layer in which all `paths`, below the root, are names of one file."""
    builder = LayerBuilder()
    first = builder.put(paths[0], file(data))
    for path in paths[1:]:
        builder.add(0, path.strip("/"), file(data), inode=first)
    return builder.build()
