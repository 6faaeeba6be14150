"""EntryLayer: a layer that is a list of stored entries, as a Lower.

The kernel's worker writes the very same list to a directory (layers/disk_entries.py).
"""

from collections.abc import Iterable, Iterator, Mapping

from coursekit.fs.node import WHITEOUT, Device, DeviceKind, Directory, File, Metadata, Node, Symlink
from coursekit.layers.disk_entries import Entry
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs


class EntryLayer:
    """A Lower over stored entries: what `disk_entries.entries` tells, read the other way."""

    def __init__(self, found: Iterable[Entry], notes: OverlayXattrs = TRUSTED) -> None:
        self.found = list(found)
        self._number = {one["path"]: number for number, one in enumerate(self.found)}
        self._children: list[dict[str, int]] = [{} for _ in self.found]
        for path, number in self._number.items():
            if path != "/":
                parent, _, name = path.rpartition("/")
                self._children[self._number[parent or "/"]][name] = number
        self._inode = [self._number[one.get("link", one["path"])] for one in self.found]
        self._nodes = [_node(self.found[inode], notes) for inode in self._inode]

    def children(self, entry: int) -> Mapping[str, int]:
        return self._children[entry]

    def node(self, entry: int) -> Node:
        return self._nodes[entry]

    def inode(self, entry: int) -> int:
        return self._inode[entry]

    def nlink(self, entry: int) -> int:
        if isinstance(self._nodes[entry], Directory):
            return 2 + sum(isinstance(self._nodes[child], Directory) for child in self._children[entry].values())
        return self._inode.count(self._inode[entry])

    def __repr__(self) -> str:
        return f"EntryLayer({self.found!r})"


def _node(one: Entry, notes: OverlayXattrs) -> Node:
    meta = Metadata(one["mode"], one["uid"], one["gid"], one["mtime_ns"], dict(one["xattrs"]))
    match one["kind"]:
        case "directory":
            opaque = meta.xattrs.get(notes.opaque) == b"y"
            kept = {name: value for name, value in meta.xattrs.items() if not (opaque and name == notes.opaque)}
            return Directory(Metadata(meta.mode, meta.uid, meta.gid, meta.mtime_ns, kept), opaque=opaque)
        case "symlink":
            return Symlink(meta, one["target"])
        case "file":
            return File(meta, EntryContent(one["size"], one["extents"]))
        case "char" if one["device"] == (0, 0):
            return WHITEOUT
        case kind:
            return Device(meta, DeviceKind(kind), *one["device"])


class EntryContent:
    """Contents with holes: a size and the runs that are none."""

    def __init__(self, size: int, extents: Iterable[tuple[int, bytes]]) -> None:
        self.size = size
        self._extents = list(extents)

    def data(self) -> Iterator[tuple[int, int]]:
        return iter([(start, start + len(data)) for start, data in self._extents])

    def read(self, offset: int, length: int) -> bytes:
        whole = bytearray(self.size)
        for start, data in self._extents:
            whole[start : start + len(data)] = data
        return bytes(whole[offset : offset + length])
