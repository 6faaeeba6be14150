"""Lower layers by the dozen: drawn at random, small, full of collisions, and handed to engine and kernel alike.

A layer is first a list of stored entries (see `coursekit.union.stored`): the kernel's worker writes them to a
directory, and `Drawn` answers as a `Lower` over the very same list.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from coursekit.fs.node import WHITEOUT, Device, DeviceKind, Directory, File, Metadata, Node, Symlink
from coursekit.union.escape import TRUSTED, Notes
from coursekit.union.stored import Entry

NAMES = ("a", "b", "c", "d")
TARGETS = (
    "a", "b", "c/a", "/a", "/b", "/c/d", "..", "../a", "../../../../b", "/nowhere", "a/", "d", "/d/a/b", ".", "/",
)  # fmt: skip
METADATA = (
    {"mode": 0o644, "uid": 0, "gid": 0, "mtime_ns": 1_000_000_001, "xattrs": {}},
    {"mode": 0o755, "uid": 1, "gid": 2, "mtime_ns": 2_000_000_002, "xattrs": {"user.k": b"v"}},
    {"mode": 0o4755, "uid": 3, "gid": 4, "mtime_ns": 3_000_000_003, "xattrs": {"trusted.t": b"1", "security.s": b""}},
    {"mode": 0o2775, "uid": 5, "gid": 6, "mtime_ns": 4_000_000_004, "xattrs": {"trusted.overlay.overlay.opaque": b"y"}},
    {"mode": 0o0600, "uid": 7, "gid": 8, "mtime_ns": 5_000_000_005, "xattrs": {"trusted.overlay.origin": b"x"}},
)
SPARSE = ((8192, []), (20000, [(8192, b"s" * 100)]), (4096 * 3, [(0, b"h" * 4096), (8192, b"t" * 4096)]))


class Drawn:
    """A Lower over stored entries: what `stored.entries` tells, read the other way."""

    def __init__(self, found: Iterable[Entry], notes: Notes = TRUSTED) -> None:
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
        return f"Drawn({self.found!r})"


def _node(one: Entry, notes: Notes) -> Node:
    meta = Metadata(one["mode"], one["uid"], one["gid"], one["mtime_ns"], dict(one["xattrs"]))
    match one["kind"]:
        case "directory":
            opaque = meta.xattrs.get(notes.opaque) == b"y"
            kept = {name: value for name, value in meta.xattrs.items() if not (opaque and name == notes.opaque)}
            return Directory(Metadata(meta.mode, meta.uid, meta.gid, meta.mtime_ns, kept), opaque=opaque)
        case "symlink":
            return Symlink(meta, one["target"])
        case "file":
            return File(meta, Extents(one["size"], one["extents"]))
        case "char" if one["device"] == (0, 0):
            return WHITEOUT
        case kind:
            return Device(meta, DeviceKind(kind), *one["device"])


class Extents:
    """Contents with holes: a size and the runs that are none."""

    def __init__(self, size: int, extents: Iterable[tuple[int, bytes]]) -> None:
        self.size = size
        self._extents = list(extents)

    def data(self) -> Iterable[tuple[int, int]]:
        return iter([(start, start + len(data)) for start, data in self._extents])

    def read(self, offset: int, length: int) -> bytes:
        whole = bytearray(self.size)
        for start, data in self._extents:
            whole[start : start + len(data)] = data
        return bytes(whole[offset : offset + length])


ROOT = Entry(path="/", kind="directory", mode=0o755, uid=0, gid=0, mtime_ns=6_000_000_006, xattrs={})
KINDS = (
    "file", "file", "directory", "directory", "whiteout", "opaque", "symlink", "link", "sparse", "special",
    "xattr whiteout",
)  # fmt: skip


COUNTS = (1, 1, 2, 2, 2, 3, 3, 4, 6, 10)


def layers() -> st.SearchStrategy[list[list[Entry]]]:
    """One to ten lower layers, top first; mostly few."""
    return st.sampled_from(COUNTS).flatmap(lambda count: st.lists(layer(), min_size=count, max_size=count))


def spelled_as(notes: Notes, found: list[Entry]) -> list[Entry]:
    """The layer with overlayfs's own notes under other names, and files for what may have no attribute of that name.

    For such an object Linux keeps two inodes once it was copied up and linked, which nobody would call a rule.
    """

    def renamed(xattrs: dict[str, bytes]) -> dict[str, bytes]:
        return {name.replace(TRUSTED.prefix, notes.prefix, 1): value for name, value in xattrs.items()}

    def without_notes(one: Entry) -> Entry:
        whiteout = (one.get("kind"), one.get("device")) == ("char", (0, 0))
        if "link" in one or whiteout or one["kind"] in ("file", "directory"):
            return one
        return {**one, "kind": "file", "size": 0, "extents": [], "xattrs": {}}

    plain = [without_notes(one) for one in found]
    return [{**one, "xattrs": renamed(one["xattrs"])} if "xattrs" in one else one for one in plain]


def layer() -> st.SearchStrategy[list[Entry]]:
    """One layer: up to a dozen names at most three deep; what cannot be (a name below a file) is left out."""
    path = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(lambda names: "/" + "/".join(names))
    wish = st.tuples(path, st.sampled_from(KINDS), st.integers(0, len(METADATA) - 1), st.integers(0, 14))
    return st.lists(wish, min_size=1, max_size=12).map(_granted)


def _granted(wishes: list[tuple[str, str, int, int]]) -> list[Entry]:
    found: dict[str, Entry] = {"/": ROOT}
    for path, kind, look, choice in wishes:
        if path in found or not _parents(found, path):
            continue
        if kind == "xattr whiteout" and not _announced(found, path):
            continue
        files = sorted(name for name, one in found.items() if _may_be_linked(one))
        if kind == "link" and files:
            found[path] = Entry(path=path, link=files[choice % len(files)])
        else:
            found[path] = Entry(path=path, **_wished(kind, look, choice))
    ordered = [found[path] for path in sorted(found, key=lambda path: (path.strip("/").split("/"), path))]
    return _firsts_first(ordered)


def _parents(found: dict[str, Entry], path: str) -> bool:
    """Makes the directories above `path`; False where one of them is something else."""
    names = path.split("/")[1:-1]
    for depth in range(len(names)):
        above = "/" + "/".join(names[: depth + 1])
        if above not in found:
            found[above] = Entry(path=above, kind="directory", **METADATA[depth % 3])
        if found[above].get("kind") != "directory":
            return False
    return True


def _announced(found: dict[str, Entry], path: str) -> bool:
    """Marks the directory of an xattr whiteout, as overlayfs wants it; False for one that is opaque already."""
    above = path.rpartition("/")[0] or "/"
    if found[above]["xattrs"].get(TRUSTED.opaque) != b"y":
        found[above] = {**found[above], "xattrs": {**found[above]["xattrs"], TRUSTED.opaque: b"x"}}
    return found[above]["xattrs"][TRUSTED.opaque] == b"x"


def _may_be_linked(one: Entry) -> bool:
    return one.get("kind") in ("file", "symlink", "fifo") and TRUSTED.whiteout not in one["xattrs"]


def _wished(kind: str, look: int, choice: int) -> dict[str, Any]:
    meta = {**METADATA[look]}
    match kind:
        case "directory":
            return {"kind": "directory", **meta, "mode": (0o755, 0o700, 0o2755, 0o1777, 0o755)[look]}
        case "opaque":
            return {"kind": "directory", **meta, "mode": 0o755, "xattrs": {**meta["xattrs"], TRUSTED.opaque: b"y"}}
        case "xattr whiteout":
            return {"kind": "file", "size": 0, "extents": [], **meta, "xattrs": {TRUSTED.whiteout: b"y"}}
        case "whiteout":
            return {"kind": "char", "device": (0, 0), **METADATA[0], "mode": 0}
        case "symlink":
            return {"kind": "symlink", "target": TARGETS[choice], **_trusted(meta), "mode": 0o777}
        case "special":
            special, device = (("fifo", (0, 0)), ("char", (1, 3)), ("block", (7, 5)), ("socket", (0, 0)))[choice % 4]
            return {"kind": special, "device": device, **_trusted(meta)}
        case "sparse":
            size, extents = SPARSE[choice % len(SPARSE)]
            return {"kind": "file", "size": size, "extents": extents, **meta}
        case _:
            data = bytes([65 + choice]) * (choice * choice * 31)
            return {"kind": "file", "size": len(data), "extents": [(0, data)] if data else [], **meta}


def _trusted(meta: dict[str, Any]) -> dict[str, Any]:
    """Only files and directories carry user.* attributes."""
    return {**meta, "xattrs": {name: value for name, value in meta["xattrs"].items() if not name.startswith("user.")}}


def _firsts_first(ordered: list[Entry]) -> list[Entry]:
    """The entries with the first path of each file as the one that describes it."""
    first: dict[str, str] = {}
    described = {one["path"]: one for one in ordered}
    result: list[Entry] = []
    for one in ordered:
        owner = one.get("link", one["path"])
        here = first.setdefault(owner, one["path"])
        if here != one["path"]:
            result.append(Entry(path=one["path"], link=here))
        else:
            result.append(Entry(**{**described[owner], "path": one["path"]}))
    return result
