"""A layer's tree from the members of its tar: the one place where an image's paths are believed.

    ./etc/nginx/.wh.nginx.conf   ->  /etc/nginx/nginx.conf   a whiteout, wherever in the tar it stands
    ./etc/nginx/.wh..wh..opq     ->  /etc/nginx              an opaque directory
    ../../etc/passwd  /etc/passwd ->  /etc/passwd            names and links start at the image's root, and end there
    lib/tool, lib -> usr/lib     ->  /usr/lib/tool           a symlink of the layer itself is followed inside the root

    members ──> rows by path ──> columns by entry, breadth first, the children of a directory together and sorted

Nothing is extracted, so no path is ever followed on a disk. Members are applied in the order of the tar, as an
extracting tool would: a later one replaces an earlier one, two directories become one with the later attributes.

Neighbours: tar_reader reads the members, layers.tar_index keeps the columns.
Source: OCI image-spec layer.md, "Changeset over existing files" and "Whiteouts"; containerd archive/tar.go.
"""

import gc
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import Any, Final, NamedTuple

from coursekit.errors import ImageError
from coursekit.fs.content import Source
from coursekit.fs.paths import MAX_LINKS
from coursekit.image.document import parse_object
from coursekit.image.tar_reader import DEFAULT, Extents, Limits, Member
from coursekit.layers.tar_index import (
    IS_BLOCK,
    IS_CHAR,
    IS_DIRECTORY,
    IS_FIFO,
    IS_FILE,
    IS_OPAQUE,
    IS_SOCKET,
    IS_SYMLINK,
    IS_WHITEOUT,
    Columns,
    Extras,
    TarIndex,
)

_KINDS = {
    b"0": IS_FILE,
    b"\0": IS_FILE,
    b"7": IS_FILE,
    b"2": IS_SYMLINK,
    b"3": IS_CHAR,
    b"4": IS_BLOCK,
    b"5": IS_DIRECTORY,
    b"6": IS_FIFO,
}


class Row(NamedTuple):
    """A node: two names with the very same row (`is`) are hard links to one file."""

    kind: int = IS_FILE
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime_ns: int = 0
    size: int = 0
    at: int = 0
    target: str | None = None  # of a symlink
    xattrs: dict[str, bytes] | None = None
    extents: Extents | None = None
    link: str | None = None  # a hard link to a path that this layer has not
    missing: Mapping[str, Any] | None = None  # contents that are elsewhere (overlay format only)
    implied: bool = False  # a directory that no entry describes

    @property
    def is_directory(self) -> bool:
        return self.kind in (IS_DIRECTORY, IS_OPAQUE)


PRIVATE = "trusted.overlay."
OVERLAY_OPAQUE = "trusted.overlay.opaque"
MISSING = "trusted.overlay.coursekit.missing"
SOCKET = "trusted.overlay.coursekit.socket"
IMPLIED = Row(kind=IS_DIRECTORY, mode=0o755, implied=True)
HIDDEN = Row(kind=IS_WHITEOUT)


def row_of(member: Member) -> Row:
    """The row of any member but a hard link."""
    kind = _KINDS.get(member.type)
    name, type, mode, uid, gid, mtime_ns, size, at, target, device, xattrs, extents = member
    if kind is None:
        raise ImageError(f"{name!r} is of the type {type!r}, which layers do not have")
    if kind == IS_FILE and name.endswith("/") and type == b"\0":  # how tars of the 1970s spell a directory
        kind = IS_DIRECTORY
    if kind == IS_SYMLINK and not 0 < len(target) <= 4095:
        raise ImageError(f"the symlink {name!r} has a target of {len(target)} characters")
    if kind != IS_FILE:
        size, at = device
    if kind == IS_SYMLINK:
        mode = 0o777  # Linux gives every symlink this one, whatever the tar says
    return Row(kind, mode, uid, gid, mtime_ns, size, at, target if kind == IS_SYMLINK else None, xattrs, extents)


def without_private(row: Row) -> Row:
    """The row without overlayfs's own attributes, which have no business in an image, and without empty ones.

    An empty value takes a PAX record back: dockerd, podman and umoci set no attribute then.
    """
    kept = {key: value for key, value in (row.xattrs or {}).items() if value and not key.startswith(PRIVATE)}
    return row._replace(xattrs=kept or None)


def from_upperdir(row: Row) -> Row:
    """The row of an upperdir's entry: attributes that stand for something become that, the others stay."""
    given = row.xattrs or {}
    kept = {key: value for key, value in given.items() if key not in (OVERLAY_OPAQUE, MISSING, SOCKET)}
    kind, missing = row.kind, None
    if kind == IS_DIRECTORY and OVERLAY_OPAQUE in given:
        kind = IS_OPAQUE
    if kind == IS_FIFO and SOCKET in given:
        kind = IS_SOCKET
    if kind == IS_FILE and MISSING in given:
        missing = parse_object(given[MISSING], "a reference to missing contents")
    return row._replace(kind=kind, xattrs=kept or None, missing=missing)


def columns_of(rows: Mapping[str, Row], whiteouts: Iterable[str]) -> tuple[Columns, Extras]:
    """The columns of a tree: `rows` by path with all their parents, and the paths that are whited out."""
    by_path = {**rows, **dict.fromkeys(whiteouts, HIDDEN)} if whiteouts else rows
    order, names, first = _breadth_first(by_path)
    found = [by_path[path] for path in order]
    kind, mode, uid, gid, mtime_ns, size, at, target, xattrs, extents, link, missing, implied = (
        list(map(itemgetter(number), found)) for number in range(len(Row._fields))
    )
    kinds = bytes(kind)
    texts = bytearray()
    for entry in _places(kinds, IS_SYMLINK):
        at[entry] = len(texts)
        texts += target[entry].encode("utf-8", "surrogateescape")
        size[entry] = len(texts) - at[entry]
    inode, nlink = _links(found, kinds, first)
    columns = Columns(
        kind=array("B", kinds),
        mode=array("H", mode),
        uid=array("I", uid),
        gid=array("I", gid),
        mtime_ns=array("q", mtime_ns),
        at=array("q", at),
        size=array("q", size),
        inode=inode,
        nlink=nlink,
        first=first,
        **_names(names),
        texts=bytes(texts),
    )
    extras = Extras(
        xattrs={entry: one for entry, one in enumerate(xattrs) if one},
        extents={entry: one for entry, one in enumerate(extents) if one is not None},
        implied=frozenset(entry for entry, one in enumerate(implied) if one),
        missing={entry: one for entry, one in enumerate(missing) if one is not None},
        links={entry: one for entry, one in enumerate(link) if one is not None},
    )
    return columns, extras


def _places(kinds: bytes, kind: int) -> Iterator[int]:
    """The entries of one kind."""
    entry = kinds.find(kind)
    while entry >= 0:
        yield entry
        entry = kinds.find(kind, entry + 1)


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


def _links(rows: list[Row], kinds: bytes, first: "array[int]") -> "tuple[array[int], array[int]]":
    """Inodes and link counts: names that share a row are one file, a directory counts its subdirectories."""
    inode = array("I", range(len(rows)))
    nlink = array("I", [1]) * len(rows)
    alone = (IS_WHITEOUT, IS_DIRECTORY, IS_OPAQUE)
    ids = list(map(id, rows))
    several = [count for count in (ids.count(id(IMPLIED)), ids.count(id(HIDDEN))) if count]
    if len(set(ids)) < len(ids) - sum(several) + len(several):  # others than directories and whiteouts share one
        owner: dict[int, int] = {}
        for entry, row in enumerate(rows):
            if kinds[entry] not in alone:
                inode[entry] = of = owner.setdefault(id(row), entry)
                nlink[of] += of != entry
        for entry, of in enumerate(inode):
            nlink[entry] = nlink[of]
    for kind in (IS_DIRECTORY, IS_OPAQUE):
        for entry in _places(kinds, kind):
            low, high = first[entry], first[entry + 1]
            nlink[entry] = 2 + kinds.count(IS_DIRECTORY, low, high) + kinds.count(IS_OPAQUE, low, high)
    return inode, nlink


def _names(names: list[str]) -> dict[str, Any]:
    joined = "\0".join(names).encode("utf-8", "surrogateescape") + b"\0"
    lengths = map(len, names if len(joined) == sum(map(len, names)) + len(names) else joined.split(b"\0")[:-1])
    return {"names": joined, "name_at": array("I", accumulate((length + 1 for length in lengths), initial=0))}


WHITEOUT_PREFIX: Final = ".wh."
OPAQUE_NAME: Final = ".wh..wh..opq"
META_PREFIX: Final = ".wh..wh."
_UNCLEAN = ("/", ".")


def index_of(
    members: Iterable[Member], source: Source, raw_size: int, *, limits: Limits = DEFAULT, overlay_format: bool = False
) -> TarIndex:
    """The tree of a layer's tar. With `overlay_format`, whiteouts are devices 0/0 as in an upperdir, and `.wh.` is a
    name like any other.

    Raises: ImageError for paths, links and whiteouts that contradict each other.
    """
    tree = Tree(limits)
    with _no_collection():
        tree.apply_all(members, overlay_format)
        tree.apply_whiteouts(overlay_format)
        columns, extras = columns_of(tree.rows, tree.whiteouts)
    return TarIndex(columns, extras, source, raw_size)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage is looked for meanwhile: 100,000 rows are none, and looking takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(slots=True)
class Tree:
    """The layer so far: `rows` by path ("" is the root, "etc/hosts" below it); hard links share a row."""

    limits: Limits = DEFAULT
    rows: dict[str, Row] = field(default_factory=lambda: {"": IMPLIED})
    whiteouts: set[str] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)
    _parent: str = ""  # the directory known to be one, since members of one come together

    def apply_all(self, members: Iterable[Member], overlay_format: bool = False) -> None:
        """Take in all members. Files with plain names in the directory of the one before are placed here, at once."""
        place, new = self.rows.setdefault, tuple.__new__
        for member in members:
            name = member[0]
            if (
                member[1] == b"0"
                and name.isascii()
                and 0 < len(name) <= self.limits.name
                and "/." not in name  # no "..", and no whiteout
                and "//" not in name
                and not name.startswith(_UNCLEAN)
                and not name.endswith("/")
                and name.rpartition("/")[0] == self._parent
                and member[10] is None  # no attributes
            ):
                row = new(Row, (IS_FILE, *member[2:8], None, None, member[11], None, None, False))
                known = place(name, row)
                if known is not row:
                    self._replace(name, known, row)
            else:
                self.apply(member, overlay_format)

    def apply(self, member: Member, overlay_format: bool = False) -> None:
        """Take in one member."""
        path = clean_path(member.name, self.limits)
        parent, _, name = path.rpartition("/")
        if parent != self._parent and (home := self.home(parent, path)) != parent:
            parent, path = home, f"{home}/{name}" if home else name
        if name.startswith(WHITEOUT_PREFIX) and not overlay_format:
            self._note_whiteout(parent, name)
            return
        kind = member.type
        if kind == b"1":
            row = self._link(path, clean_link(member, self.limits))
        else:
            row = row_of(member)
            if row.xattrs:
                row = from_upperdir(row) if overlay_format else without_private(row)
            if row.kind == IS_CHAR and not row.size and not row.at:  # what overlayfs takes for a whiteout
                self._hide(path)
                return
        if parent != self._parent:
            self.require_directory(parent, path)
            self._parent = parent
        known = self.rows.setdefault(path, row)
        if known is not row:
            self._replace(path, known, row)

    def _link(self, path: str, target: str) -> Row:
        found = self.rows.get(target)
        if found is None or target == path:
            return Row(link=target)
        if found.is_directory:
            raise ImageError(f"the hard link {path!r} names the directory {target!r}")
        return found

    def _hide(self, path: str) -> None:
        if not path:
            raise ImageError("a whiteout of the layer's root")
        self._drop_below(path)
        self.rows.pop(path, None)
        self.whiteouts.add(path)

    def _note_whiteout(self, parent: str, name: str) -> None:
        if name == OPAQUE_NAME:
            self.opaque.add(parent)
            return
        hidden = name[len(WHITEOUT_PREFIX) :]
        if name.startswith(META_PREFIX):  # AUFS kept its own books there
            return
        if hidden in (".", "..") or not (hidden or parent):
            raise ImageError(f"{parent + '/' + name!r} is a whiteout of no name")
        self.whiteouts.add("/".join(part for part in (parent, hidden) if part))  # without a name: of its directory

    def home(self, directory: str, path: str) -> str:
        """Where `directory` is, the symlinks that this layer has so far followed inside the root.

        `path` is what is looked for there. Raises: ImageError for a circle of symlinks.
        """
        row = self.rows.get(directory)
        if row is not None and row.is_directory:
            return directory
        todo, links = directory.split("/")[::-1], 0
        done = ""
        while todo:
            name = todo.pop()
            if name == "..":
                done = done.rpartition("/")[0]
                continue
            if name in ("", "."):
                continue
            place = f"{done}/{name}" if done else name
            row = self.rows.get(place)
            if row is None or row.target is None:
                done = place
                continue
            links += 1
            if links > MAX_LINKS:
                raise ImageError(f"{shown(path)} leads through more than {MAX_LINKS} symlinks")
            done = "" if row.target.startswith("/") else done
            todo += row.target.split("/")[::-1]
        return done

    def require_directory(self, parent: str, path: str) -> None:
        """Make the directories above `path` that the tar did not list. Raises: ImageError below anything else."""
        missing: list[str] = []
        while (row := self.rows.get(parent)) is None:
            missing.append(parent)
            parent = parent.rpartition("/")[0]
        if not row.is_directory:
            raise ImageError(f"{path!r} lies below {parent!r} of the same layer, which is no directory")
        self.rows.update(dict.fromkeys(missing, IMPLIED))

    def _replace(self, path: str, known: Row, row: Row) -> None:
        if not path and not row.is_directory:
            raise ImageError("the layer's root is no directory")
        if known.is_directory and not row.is_directory:
            self._drop_below(path)
        self.rows[path] = row

    def _drop_below(self, path: str) -> None:
        below = path + "/"
        for other in [other for other in self.rows if other.startswith(below)]:
            del self.rows[other]
        self._parent = ""

    def apply_whiteouts(self, overlay_format: bool = False) -> None:
        """Whiteouts speak of the layers below, so they come last: what this layer has itself stays."""
        for directory in sorted(self.opaque):
            if self._reaches(directory):  # one that no entry describes may be a symlink below
                self.rows[directory] = self.rows[directory]._replace(kind=IS_OPAQUE)
        for path in sorted(self.whiteouts):
            row = self.rows.get(path)
            if row is None and not overlay_format and self._is_below_opaque(path):  # there is nothing to hide
                self.whiteouts.discard(path)
                continue
            if row is not None:  # deleted and made anew in one layer
                self.whiteouts.discard(path)
                if row.is_directory:
                    self.rows[path] = row._replace(kind=IS_OPAQUE, implied=False)
            elif not self._reaches(path.rpartition("/")[0]):
                self.whiteouts.discard(path)

    def _is_below_opaque(self, path: str) -> bool:
        while path:
            path = path.rpartition("/")[0]
            row = self.rows.get(path)
            if row is not None and row.kind == IS_OPAQUE:
                return True
        return False

    def _reaches(self, directory: str) -> bool:
        """Is that a directory in this layer? It becomes one if need be, but not below a file, a symlink or a whiteout.

        Some tools write whiteouts below a directory that the same layer replaced: they hide nothing more.
        """
        parent = directory
        while (row := self.rows.get(parent)) is None:
            if parent in self.whiteouts:
                return False
            parent = parent.rpartition("/")[0]
        if not row.is_directory:
            return False
        self.require_directory(directory, directory)
        return True


def clean_path(name: str, limits: Limits = DEFAULT) -> str:
    """A member's name as a path below the layer's root: "etc/hosts"; "" for the root itself.

    What would climb above the root stays there, as dockerd, podman and umoci have it.

    >>> clean_path("./etc//hosts"), clean_path("/usr/"), clean_path("./"), clean_path("../../etc/../tmp")
    ('etc/hosts', 'usr', '', 'tmp')
    """
    whole = name
    if name.endswith("/"):
        name = name[:-1]
    if name.startswith("./"):
        name = name[2:]
    if "//" in name or "/." in name or name.startswith(_UNCLEAN) or not name:  # perhaps nothing: mostly names are clean
        if not name and not whole:
            raise ImageError("a tar entry has no name")
        kept: list[str] = []
        for part in name.split("/"):
            if part == "..":
                del kept[-1:]
            elif part not in ("", "."):
                kept.append(part)
        name = "/".join(kept)
    if (len(name) > limits.name // 4 and not name.isascii()) or len(name) > limits.name:
        _check_lengths(name, limits)
    return name


def clean_link(member: Member, limits: Limits = DEFAULT) -> str:
    """The path that a hard link names. Raises: ImageError for none, and for the root."""
    try:
        target = clean_path(member.link, limits)
    except ImageError as error:
        raise ImageError(f"the target of the hard link {shown(member.name)}: {error}") from None
    if not target:
        raise ImageError(f"the hard link {shown(member.name)} names the image's root")
    return target


def shown(name: str) -> str:
    """`name` for a message: quoted, and not too long."""
    return repr(name if len(name) <= 120 else name[:117] + "…")


def _check_lengths(name: str, limits: Limits) -> None:
    data = name.encode("utf-8", "surrogateescape")
    longest = max(map(len, data.split(b"/")))
    if longest > limits.name:
        raise ImageError(f"{shown(name)} has a name of {longest} bytes; Linux allows {limits.name}")
    if len(data) > limits.path:
        raise ImageError(f"{shown(name)} is a path of {len(data)} bytes; Linux allows {limits.path}")
