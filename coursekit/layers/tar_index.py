"""TarIndex: a layer's tree in columns, beside the tar that holds the contents. The main adapter of the port `Lower`.

    entry      0    1    2     3      4 …          breadth first, so the children of a directory are neighbours
    name       ""   etc  usr   hosts  …            and stand sorted
    kind       dir  dir  dir   file   …
    first      1    3    4     4      4 …          children of e: first[e] … first[e + 1]
    at, size   0,0  0,0  0,0   1536,88             where a file's bytes are in the raw tar

Nodes are made when they are asked for; contents stay in the tar, by reference. An index is saved as these same columns,
so that opening one again is reading one file. It is never trusted with more than numbers and names: no pickle.

An adapter at the edge. Built by image/tar_tree.py, which reads the tar's headers.
"""

import json
import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from coursekit.fs.content import EMPTY, Content, Missing, Slice, Source
from coursekit.fs.extents import PAGE, Patched
from coursekit.fs.node import (
    WHITEOUT,
    Device,
    DeviceKind,
    Directory,
    File,
    Metadata,
    Node,
    Symlink,
)

IS_WHITEOUT, IS_DIRECTORY, IS_OPAQUE, IS_FILE, IS_SYMLINK, IS_CHAR, IS_BLOCK, IS_FIFO, IS_SOCKET = range(9)
_DEVICES = dict(zip((IS_CHAR, IS_BLOCK, IS_FIFO, IS_SOCKET), DeviceKind, strict=True))
_TYPES = {
    "kind": "B",
    "mode": "H",
    "uid": "I",
    "gid": "I",
    "mtime_ns": "q",
    "size": "q",
    "at": "q",
    "inode": "I",
    "nlink": "I",
    "first": "I",
    "name_at": "I",
}
_MAGIC = b"coursekit index 3 " + sys.byteorder.encode() + b"\n"
_LENGTHS = struct.Struct("<5Q")  # entries, names, texts, extras, raw size
_CHECK = struct.Struct("<I")  # of the lengths and all after them


class SparseSlice:
    """A file with holes: `extents` (start in the file, length), ascending, lie packed in `source` from `start` on."""

    __slots__ = ("_ends", "_packed", "extents", "size", "source")

    def __init__(self, source: Source, start: int, size: int, extents: Sequence[tuple[int, int]]) -> None:
        self.source, self.size, self.extents = source, size, extents
        self._ends = [begin + length for begin, length in extents]
        self._packed = list(accumulate((length for _, length in extents), initial=start))

    def read(self, offset: int, length: int) -> bytes:
        """The bytes there: what is stored, and zeros between. Only the extents that are touched are looked at."""
        end = min(offset + length, self.size)
        parts: list[bytes] = []
        for number in range(bisect_right(self._ends, offset), len(self.extents)):
            begin = self.extents[number][0]
            low, high = max(begin, offset), min(self._ends[number], end)
            if begin >= end:
                break
            parts += [bytes(low - offset), self.source.read(self._packed[number] + low - begin, high - low)]
            offset = high
        parts.append(bytes(max(0, end - offset)))
        return b"".join(part for part in parts if part) if len(parts) > 1 else parts[0]

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges that are no holes, from and to."""
        return ((begin, begin + size) for begin, size in self.extents)


@dataclass(frozen=True, slots=True)
class Columns:
    """The tree as numbers: one value an entry in each column, `first` and `name_at` one more."""

    kind: Sequence[int]
    mode: Sequence[int]
    uid: Sequence[int]
    gid: Sequence[int]
    mtime_ns: Sequence[int]
    size: Sequence[int]  # of a file; of a symlink its target's bytes; of a device its major number
    at: Sequence[int]  # of a file in the raw tar; of a symlink in texts; of a device its minor number
    inode: Sequence[int]  # equal for hard links
    nlink: Sequence[int]
    first: Sequence[int]
    name_at: Sequence[int]  # start in names; each name is followed by one NUL
    names: bytes
    texts: bytes


@dataclass(frozen=True, slots=True)
class Extras:
    """What few entries have, by entry."""

    xattrs: Mapping[int, Mapping[str, bytes]] = field(default_factory=dict)
    extents: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    implied: frozenset[int] = frozenset()  # directories that the tar does not list: made for what is below them
    links: Mapping[int, str] = field(default_factory=dict)  # hard links to a path that this layer has not
    missing: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # contents that are elsewhere


class TarIndex:
    """One layer as an immutable Lower: `columns` for the tree, `source` for the contents.

    `nodes` overrides single entries: contents and metadata that come from the layers below. `dropped` are no names.
    """

    __slots__ = ("_dropped", "_metas", "_nodes", "_scattered", "columns", "extras", "raw_size", "source")

    def __init__(
        self,
        columns: Columns,
        extras: Extras,
        source: Source,
        raw_size: int,
        nodes: Mapping[int, Node] | None = None,
        dropped: frozenset[int] = frozenset(),
    ) -> None:
        self.columns = columns
        self.extras = extras
        self.source = source
        self.raw_size = raw_size  # bytes of the uncompressed tar
        self._nodes = nodes or {}
        self._dropped = dropped
        self._scattered = extras.missing.keys() | extras.extents.keys()  # contents that are not one piece of the tar
        self._metas: dict[tuple[int, int, int, int], Metadata] = {}

    def __len__(self) -> int:
        return len(self.columns.kind)

    def __repr__(self) -> str:
        return f"TarIndex({len(self):,} entries, {self.size_files:,} bytes in files)"

    def children(self, entry: int) -> Mapping[str, int]:
        """The names in directory `entry`, sorted, each with its entry."""
        columns = self.columns
        low, high = columns.first[entry], columns.first[entry + 1]
        if low == high:
            return {}
        names = columns.names[columns.name_at[low] : columns.name_at[high] - 1]
        found = dict(zip(names.decode("utf-8", "surrogateescape").split("\0"), range(low, high), strict=True))
        if self._dropped:
            return {name: child for name, child in found.items() if child not in self._dropped}
        return found

    def node(self, entry: int) -> Node:
        """What the entry is, made anew at each call."""
        if self._nodes and entry in self._nodes:
            return self._nodes[entry]
        columns = self.columns
        kind = columns.kind[entry]
        if kind == IS_WHITEOUT:
            return WHITEOUT
        meta = self._meta(entry)
        size, at = columns.size[entry], columns.at[entry]
        if kind == IS_FILE:
            if entry in self._scattered:
                return File(meta, self._gathered(entry))
            return File(meta, Slice(self.source, at, size) if size else EMPTY)
        if kind in (IS_DIRECTORY, IS_OPAQUE):
            return Directory(meta, kind == IS_OPAQUE)
        if kind == IS_SYMLINK:
            return Symlink(meta, columns.texts[at : at + size].decode("utf-8", "surrogateescape"))
        return Device(meta, _DEVICES[kind], size, at)

    def _meta(self, entry: int) -> Metadata:
        """Metadata, shared by the entries that have the same: a package's files mostly do."""
        columns = self.columns
        said = columns.mode[entry], columns.uid[entry], columns.gid[entry], columns.mtime_ns[entry]
        xattrs = self.extras.xattrs
        if xattrs and entry in xattrs:
            return Metadata(*said, xattrs[entry])
        meta = self._metas.get(said)
        if meta is None:
            meta = self._metas[said] = Metadata(*said)
        return meta

    def _gathered(self, entry: int) -> Content:
        """Contents with holes, or that are elsewhere, under the pages that a container wrote."""
        size, at = self.columns.size[entry], self.columns.at[entry]
        if entry not in self.extras.missing:
            return SparseSlice(self.source, at, size, self.extras.extents[entry])
        known = self.extras.missing[entry]
        base = Missing(known["size"], known["digest"], known["path"], known["how"], known.get("packed", 0))
        pages = {}
        for start, length in self.extras.extents.get(entry, ()):
            pages[start // PAGE] = self.source.read(at, length)
            at += length
        return Patched(base, known["limit"], pages, size) if pages or size != base.size else base

    def inode(self, entry: int) -> int:
        """The first entry of the same file; the entry itself where it has no other name."""
        return self.columns.inode[entry]

    def nlink(self, entry: int) -> int:
        """Names of a file in this layer; of a directory 2 + its subdirectories."""
        return self.columns.nlink[entry]

    def name(self, entry: int) -> str:
        """The last component of the entry's path; "" for the root."""
        columns = self.columns
        name = columns.names[columns.name_at[entry] : columns.name_at[entry + 1] - 1]
        return name.decode("utf-8", "surrogateescape")

    def parent(self, entry: int) -> int:
        """The directory that holds the entry; the root holds itself."""
        return bisect_right(self.columns.first, entry) - 1 if entry else 0

    def path(self, entry: int) -> str:
        """The entry's absolute path."""
        parts: list[str] = []
        while entry:
            parts.append(self.name(entry))
            entry = self.parent(entry)
        return "/" + "/".join(reversed(parts))

    def whiteouts(self) -> Iterator[int]:
        """The entries that hide a name of the layers below."""
        kinds = bytes(self.columns.kind)
        entry = kinds.find(IS_WHITEOUT)
        while entry >= 0:
            yield entry
            entry = kinds.find(IS_WHITEOUT, entry + 1)

    def without(self, dropped: frozenset[int]) -> "TarIndex":
        """The same layer without these entries, which have no children."""
        if not dropped:
            return self
        return TarIndex(self.columns, self.extras, self.source, self.raw_size, self._nodes, dropped)

    @property
    def is_settled(self) -> bool:
        """Does it stand alone? Else the layers below say what its implied directories, far links and whiteouts are."""
        if self.extras.implied or self.extras.links or self.columns.kind[0] == IS_OPAQUE:
            return False
        return next(self.whiteouts(), None) is None

    @property
    def size_files(self) -> int:
        """Bytes in files and symlinks, hard links once: a layer's size as `docker history` prints it."""
        columns = self.columns
        entries = zip(columns.kind, columns.size, columns.inode, strict=True)
        return sum(
            size
            for entry, (kind, size, inode) in enumerate(entries)
            if inode == entry and kind in (IS_FILE, IS_SYMLINK)
        )

    def save(self) -> bytes:
        """The index as the bytes of a cache file."""
        parts = [array(code, getattr(self.columns, name)).tobytes() for name, code in _TYPES.items()]
        extras = json.dumps(
            {
                "xattrs": {e: {k: v.hex() for k, v in found.items()} for e, found in self.extras.xattrs.items()},
                "extents": {e: found for e, found in self.extras.extents.items()},
                "implied": sorted(self.extras.implied),
                "links": dict(self.extras.links),
                "missing": {e: dict(found) for e, found in self.extras.missing.items()},
            }
        ).encode()
        body = b"".join([*parts, self.columns.names, self.columns.texts, extras])
        lengths = len(self), len(self.columns.names), len(self.columns.texts), len(extras), self.raw_size
        head = _LENGTHS.pack(*lengths)
        return _MAGIC + head + _CHECK.pack(zlib.crc32(body, zlib.crc32(head))) + body

    @classmethod
    def load(cls, data: bytes, source: Source) -> "TarIndex | None":
        """The index in a cache file's bytes; None if they are damaged or of another version or machine."""
        start = len(_MAGIC) + _LENGTHS.size
        if data[: len(_MAGIC)] != _MAGIC or len(data) < start + _CHECK.size:
            return None
        head, body = data[len(_MAGIC) : start], memoryview(data)[start + _CHECK.size :]
        if _CHECK.unpack_from(data, start)[0] != zlib.crc32(body, zlib.crc32(head)):
            return None
        count, names, texts, extras, raw_size = _LENGTHS.unpack(head)
        columns: dict[str, Any] = {}
        at = 0
        for name, code in _TYPES.items():
            size = struct.calcsize(code) * (count + (name in ("first", "name_at")))
            columns[name] = body[at : at + size].cast(code)  # type: ignore[call-overload]
            at += size
        columns["names"], columns["texts"] = bytes(body[at : at + names]), bytes(body[at + names : at + names + texts])
        found = json.loads(bytes(body[at + names + texts : at + names + texts + extras]))
        return cls(Columns(**columns), _extras(found), source, raw_size)


def _extras(found: Mapping[str, Any]) -> Extras:
    return Extras(
        xattrs={int(e): {k: bytes.fromhex(v) for k, v in x.items()} for e, x in found["xattrs"].items()},
        extents={int(e): tuple((start, size) for start, size in x) for e, x in found["extents"].items()},
        implied=frozenset(found["implied"]),
        links={int(e): target for e, target in found["links"].items()},
        missing={int(e): known for e, known in found["missing"].items()},
    )
