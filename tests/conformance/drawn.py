"""Lower layers by the dozen: drawn at random, small, full of collisions, and handed to engine and kernel alike.

A layer is first a list of stored entries (see `coursekit.layers.disk_entries`): the kernel's worker writes them to a
directory, and `EntryLayer` answers as a `Lower` over the very same list.
"""

from typing import Any

from coursekit.layers.disk_entries import Entry
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs
from tests.conformance import drawing as st

NAMES = ("a", "b", "c", "d")
TARGETS = (
    "a",
    "b",
    "c/a",
    "/a",
    "/b",
    "/c/d",
    "..",
    "../a",
    "../../../../b",
    "/nowhere",
    "a/",
    "d",
    "/d/a/b",
    ".",
    "/",
)
METADATA = (
    {"mode": 0o644, "uid": 0, "gid": 0, "mtime_ns": 1_000_000_001, "xattrs": {}},
    {"mode": 0o755, "uid": 1, "gid": 2, "mtime_ns": 2_000_000_002, "xattrs": {"user.k": b"v"}},
    {"mode": 0o4755, "uid": 3, "gid": 4, "mtime_ns": 3_000_000_003, "xattrs": {"trusted.t": b"1", "security.s": b""}},
    {"mode": 0o2775, "uid": 5, "gid": 6, "mtime_ns": 4_000_000_004, "xattrs": {"trusted.overlay.overlay.opaque": b"y"}},
    {"mode": 0o0600, "uid": 7, "gid": 8, "mtime_ns": 5_000_000_005, "xattrs": {"trusted.overlay.origin": b"x"}},
)
SPARSE = ((8192, []), (20000, [(8192, b"s" * 100)]), (4096 * 3, [(0, b"h" * 4096), (8192, b"t" * 4096)]))


ROOT = Entry(path="/", kind="directory", mode=0o755, uid=0, gid=0, mtime_ns=6_000_000_006, xattrs={})
KINDS = (
    "file",
    "file",
    "directory",
    "directory",
    "whiteout",
    "opaque",
    "symlink",
    "link",
    "sparse",
    "special",
    "xattr whiteout",
)


COUNTS = (1, 1, 2, 2, 2, 3, 3, 4, 6, 10)


def layers() -> st.Drawn[list[list[Entry]]]:
    """One to ten lower layers, top first; mostly few."""
    return st.sampled_from(COUNTS).flatmap(lambda count: st.lists(layer(), min_size=count, max_size=count))


def spelled_as(notes: OverlayXattrs, found: list[Entry]) -> list[Entry]:
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


def with_links(found: list[Entry]) -> list[Entry]:
    """The layer with two more names of its first file, or of a sparse one: index=on is about these."""
    file = Entry(path="/e", kind="file", size=SPARSE[1][0], extents=SPARSE[1][1], **METADATA[1])
    files = [one["path"] for one in found if _may_be_linked(one) and one["kind"] == "file"]
    one = Entry(path="/e", link=files[0]) if files else file
    return _firsts_first(sorted([*found, one, Entry(path="/f", link=one.get("link", "/e"))], key=_order))


def _order(one: Entry) -> tuple[list[str], str]:
    """Parents before their children, whatever characters names have."""
    return one["path"].strip("/").split("/"), one["path"]


def layer() -> st.Drawn[list[Entry]]:
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
    return _firsts_first(sorted(found.values(), key=_order))


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
