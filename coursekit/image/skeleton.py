"""Skeletons: real images without most of their bytes, small enough to travel with the course.

A skeleton knows every path of every layer: type, mode, owner, time, size, link, and the sha256 of the contents. The
bytes themselves are there for the files that lessons read; of all others a copy-up works, and a read says how to get
the whole image. Its manifest and config are the real image's, byte for byte, so every digest is the real one.

    coursekit/data/images/NAME/
        manifest.json  config.json   as the real image has them
        tree.json.gz                 the columns below
        digests.bin                  32 bytes for each row of `contents`
        contents.bin.gz              the bytes that are here, one after the other
        provenance.json              how and when the real image was built

    tree.json   format     1
                owners     [[mode, uid, gid], …]                     what entries refer to, each once
                mtimes     [nanoseconds, …]
                contents   sizes: [bytes, …]   starts: [where in contents.bin, or -1 for absent bytes, …]
                layers     base first, each with the columns of its entries, parents before children, entry 0 its root:
                           parents [entry, …]  names "a\\0b\\0…"  kinds "ddfl…"  owners [row, …]  mtimes [row, …]
                           values [row of contents (f) | row of targets (l) | entry of the first name (h) | 0, …]
                           targets "a\\0b\\0…"  size_tar bytes

Kinds: d directory, o opaque directory, f file, l symlink, h one more name of a file, w whiteout.

tests/real/bundle.py writes what this reads.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from coursekit.errors import NotFound
from coursekit.fs.content import EMPTY, Content, Missing, Slice
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata, Node, Symlink
from coursekit.language import _, later, series

FORMAT = 1
HOW = later(
    "a skeleton knows its size and digest; python -m tests.real.debian, in coursekit's repository, builds the whole"
)
_NOTHING: Mapping[str, int] = MappingProxyType({})


def names() -> tuple[str, ...]:
    """The references of the bundled skeletons, sorted, e.g. `debian-nginx:bullseye`."""
    return tuple(sorted(_references()))


def read(reference: str) -> "Skeleton":
    """The skeleton called `reference`. Raises: NotFound."""
    found = _references().get(reference)
    if found is None:
        said = _("no bundled image is called {name}; there are {known}")
        raise NotFound(said.format(name=repr(reference), known=series(names())))
    return Skeleton.open(found)


def _references() -> dict[str, Traversable]:
    root = files("coursekit") / "data" / "images"
    found = (entry for entry in root.iterdir() if (entry / "tree.json.gz").is_file())
    return {":".join(entry.name.rsplit("-", 1)): entry for entry in found}


@dataclass(frozen=True)
class Skeleton:
    """One bundled image. `layers` are base first; `sizes_tar` are the bytes of their uncompressed tars."""

    manifest: bytes
    config: bytes
    layers: tuple["SkeletonLayer", ...]
    sizes_tar: tuple[int, ...]
    provenance: Mapping[str, Any]

    @classmethod
    def open(cls, directory: Traversable) -> "Skeleton":
        """Read what tests/real/bundle.py wrote."""
        tree = json.loads(gzip.decompress((directory / "tree.json.gz").read_bytes()))
        contents = Contents(tree["contents"], (directory / "digests.bin").read_bytes(), directory / "contents.bin.gz")
        owners = [(mode, uid, gid) for mode, uid, gid in tree["owners"]]
        return cls(
            manifest=(directory / "manifest.json").read_bytes(),
            config=(directory / "config.json").read_bytes(),
            layers=tuple(SkeletonLayer(layer, contents, owners, tree["mtimes"]) for layer in tree["layers"]),
            sizes_tar=tuple(layer["size_tar"] for layer in tree["layers"]),
            provenance=json.loads((directory / "provenance.json").read_bytes()),
        )


class Contents:
    """All contents of an image, one row each; a Source of the bytes that are bundled."""

    def __init__(self, table: Mapping[str, list[int]], digests: bytes, held: Traversable) -> None:
        """`held` is read when the first byte is wanted."""
        self._sizes, self._starts, self._digests, self._held = table["sizes"], table["starts"], digests, held

    @cached_property
    def _bytes(self) -> bytes:
        return gzip.decompress(self._held.read_bytes())

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes of contents.bin."""
        return self._bytes[offset : offset + length]

    def of(self, row: int, path: str) -> Content:
        """The contents in a row; `path` is named when absent bytes are asked for."""
        size, start = self._sizes[row], self._starts[row]
        if not size:
            return EMPTY
        if start >= 0:
            return Slice(self, start, size)
        return Missing(size, f"sha256:{self._digests[32 * row : 32 * row + 32].hex()}", path, HOW)


class SkeletonLayer:
    """One layer of a skeleton; a Lower."""

    def __init__(
        self, columns: Mapping[str, Any], contents: Contents, owners: list[tuple[int, int, int]], mtimes: list[int]
    ) -> None:
        """`columns` as in tree.json."""
        self._columns, self._contents, self._owners, self._mtimes = columns, contents, owners, mtimes
        self._kinds: str = columns["kinds"]
        self._values: list[int] = columns["values"]
        self._nodes: dict[int, Node] = {}  # those asked for: every overlay of the image asks again

    @cached_property
    def _names(self) -> list[str]:
        return str(self._columns["names"]).split("\0")

    @cached_property
    def _targets(self) -> list[str]:
        return str(self._columns["targets"]).split("\0")

    @cached_property
    def _children(self) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for entry, parent in enumerate(self._columns["parents"]):
            if entry:
                found.setdefault(parent, {})[self._names[entry]] = entry
        return found

    @cached_property
    def _links(self) -> dict[int, int]:
        """How many further names a file has, by its first entry."""
        found: dict[int, int] = {}
        for kind, value in zip(self._kinds, self._values, strict=True):
            if kind == "h":
                found[value] = found.get(value, 0) + 1
        return found

    def children(self, entry: int) -> Mapping[str, int]:
        """The names in a directory, whiteouts too."""
        return self._children.get(entry, _NOTHING)

    def node(self, entry: int) -> Node:
        """What the entry is."""
        known = self._nodes.get(entry)
        if known is None:
            known = self._nodes[entry] = self._node(entry)
        return known

    def _node(self, entry: int) -> Node:
        kind, value = self._kinds[entry], self._values[entry]
        if kind == "w":
            return WHITEOUT
        mode, uid, gid = self._owners[self._columns["owners"][entry]]
        meta = Metadata(mode, uid, gid, self._mtimes[self._columns["mtimes"][entry]])
        match kind:
            case "l":
                return Symlink(meta, self._targets[value])
            case "d" | "o":
                return Directory(meta, opaque=kind == "o")
            case "h":
                value = self._values[value]
        return File(meta, self._contents.of(value, self.path(entry)))

    def inode(self, entry: int) -> int:
        """Equal for the names of one file."""
        return self._values[entry] if self._kinds[entry] == "h" else entry

    def nlink(self, entry: int) -> int:
        """Names of a file; 2 + subdirectories for a directory."""
        if self._kinds[entry] in "do":
            return 2 + sum(self._kinds[child] in "do" for child in self.children(entry).values())
        return 1 + self._links.get(self.inode(entry), 0)

    def path(self, entry: int) -> str:
        """The absolute path of an entry."""
        names = []
        while entry:
            names.append(self._names[entry])
            entry = self._columns["parents"][entry]
        return "/" + "/".join(reversed(names))

    def __len__(self) -> int:
        """Entries below the root."""
        return len(self._kinds) - 1

    def __repr__(self) -> str:
        return f"<SkeletonLayer of {len(self):,} paths>"
