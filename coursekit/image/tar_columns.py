"""From rows by path to columns by entry: breadth first, the children of a directory together and sorted.

Neighbours: tar_tree gives the rows, union.tar_index keeps the columns.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from coursekit.image.tar_rows import HIDDEN, Row
from coursekit.layers.tar_index import Columns, Extras


def columns_of(rows: Mapping[str, Row], whiteouts: Iterable[str]) -> tuple[Columns, Extras]:
    """The columns of a tree: `rows` by path with all their parents, and the paths that are whited out."""
    by_path = {**rows, **dict.fromkeys(whiteouts, HIDDEN)} if whiteouts else rows
    order, names, first = _breadth_first(by_path)
    found = [by_path[path] for path in order]
    inode, nlink = _links(found, first)
    texts = _Texts()
    columns = Columns(
        kind=array("B", [row.kind for row in found]),
        mode=array("H", [row.mode for row in found]),
        uid=array("I", [row.uid for row in found]),
        gid=array("I", [row.gid for row in found]),
        mtime_ns=array("q", [row.mtime_ns for row in found]),
        at=array("q", [row.at if row.target is None else texts.add(row.target) for row in found]),
        size=array("q", [row.size if row.target is None else _length(row.target) for row in found]),
        inode=inode,
        nlink=nlink,
        first=first,
        **_names(names),
        texts=bytes(texts.data),
    )
    extras = Extras(
        xattrs={entry: row.xattrs for entry, row in enumerate(found) if row.xattrs},
        extents={entry: row.extents for entry, row in enumerate(found) if row.extents is not None},
        implied=frozenset(entry for entry, row in enumerate(found) if row.implied),
        missing={entry: row.missing for entry, row in enumerate(found) if row.missing is not None},
        links={entry: row.link for entry, row in enumerate(found) if row.link is not None},
    )
    return columns, extras


def _breadth_first(rows: Mapping[str, Row]) -> "tuple[list[str], list[str], array[int]]":
    """Paths in order, their last components, and where the children of each begin."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for path in rows:
        if path:
            parent, _, name = path.rpartition("/")
            below[parent].append(name)
    order, names, first = [""], [""], array("I", [1])
    for path in order:  # grows while it is read
        if children := below.get(path):
            children.sort()
            names += children
            prefix = path + "/" if path else ""
            order += [prefix + name for name in children]
        first.append(len(order))
    return order, names, first


def _links(rows: list[Row], first: "array[int]") -> "tuple[array[int], array[int]]":
    """Inodes and link counts: names that share a row are one file, a directory counts its subdirectories."""
    owner: dict[int, int] = {}
    inode = array(
        "I",
        [
            entry if row is HIDDEN or row.is_directory else owner.setdefault(id(row), entry)
            for entry, row in enumerate(rows)
        ],
    )
    nlink = array("I", [1]) * len(rows)
    for entry, row in enumerate(rows):
        if row.is_directory:
            nlink[entry] = 2 + sum(rows[child].is_directory for child in range(first[entry], first[entry + 1]))
        elif inode[entry] != entry:
            nlink[inode[entry]] += 1
    for entry, of in enumerate(inode):
        nlink[entry] = nlink[of]
    return inode, nlink


def _names(names: list[str]) -> dict[str, Any]:
    encoded = [name.encode("utf-8", "surrogateescape") for name in names]
    starts = array("I", [0])
    for name in encoded:
        starts.append(starts[-1] + len(name) + 1)
    return {"names": b"\0".join(encoded) + b"\0", "name_at": starts}


class _Texts:
    """Symlink targets, one after the other."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, text: str) -> int:
        """Where `text` begins."""
        start = len(self.data)
        self.data += text.encode("utf-8", "surrogateescape")
        return start


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
