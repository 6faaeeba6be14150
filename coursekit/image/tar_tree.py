"""A layer's tree from the members of its tar: the one place where an image's paths are believed, or refused.

    ./etc/nginx/.wh.nginx.conf   ->  /etc/nginx/nginx.conf   a whiteout, wherever in the tar it stands
    ./etc/nginx/.wh..wh..opq     ->  /etc/nginx              an opaque directory
    ../../etc/passwd             ->  ImageError: nothing that leaves the root gets a place in the tree

Nothing is extracted, so no path is ever followed on a disk. Members are applied in the order of the tar, as an
extracting tool would: a later one replaces an earlier one, two directories become one with the later attributes.

Neighbours: tar_scan reads the members, union.tar_index keeps the tree.
Source: OCI image-spec layer.md, "Changeset over existing files" and "Whiteouts"; containerd archive/tar.go.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from coursekit.errors import ImageError
from coursekit.fs.content import Source
from coursekit.image.limits import DEFAULT, Limits
from coursekit.image.tar_columns import columns_of
from coursekit.image.tar_rows import IMPLIED, Row, from_upperdir, row_of, without_private
from coursekit.image.tar_scan import Member
from coursekit.layers.tar_index import IS_CHAR, IS_OPAQUE, TarIndex

WHITEOUT_PREFIX: Final = ".wh."
OPAQUE_NAME: Final = ".wh..wh..opq"
META_PREFIX: Final = ".wh..wh."


def index_of(
    members: Iterable[Member], source: Source, raw_size: int, *, limits: Limits = DEFAULT, overlay_format: bool = False
) -> TarIndex:
    """The tree of a layer's tar. With `overlay_format`, whiteouts are devices 0/0 as in an upperdir, and `.wh.` is a
    name like any other.

    Raises: ImageError for paths, links and whiteouts that leave the root or contradict each other.
    """
    tree = Tree(limits)
    for member in members:
        tree.apply(member, overlay_format)
    tree.apply_whiteouts()
    columns, extras = columns_of(tree.rows, tree.whiteouts)
    return TarIndex(columns, extras, source, raw_size)


@dataclass(slots=True)
class Tree:
    """The layer so far: `rows` by path ("" is the root, "etc/hosts" below it); hard links share a row."""

    limits: Limits = DEFAULT
    rows: dict[str, Row] = field(default_factory=lambda: {"": IMPLIED})
    whiteouts: set[str] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)
    _parent: str = ""  # the directory known to be one, since members of one come together

    def apply(self, member: Member, overlay_format: bool = False) -> None:
        """Take in one member."""
        path = clean_path(member.name, self.limits)
        parent, _, name = path.rpartition("/")
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
        known = self.rows.get(path)
        if known is not None:
            row = self._replace(path, known, row)
        self.rows[path] = row

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
        if hidden in ("", ".", ".."):
            raise ImageError(f"{parent + '/' + name!r} is a whiteout of no name")
        self.whiteouts.add(f"{parent}/{hidden}" if parent else hidden)

    def require_directory(self, parent: str, path: str) -> None:
        """Make the directories above `path` that the tar did not list; refuse what is below anything else."""
        missing: list[str] = []
        while (row := self.rows.get(parent)) is None:
            missing.append(parent)
            parent = parent.rpartition("/")[0]
        if not row.is_directory:
            what = "symlink" if row.target is not None else "file"
            raise ImageError(f"{path!r} lies below the {what} {parent!r} of the same layer: it could leave the image")
        self.rows.update(dict.fromkeys(missing, IMPLIED))

    def _replace(self, path: str, known: Row, row: Row) -> Row:
        if not path and not row.is_directory:
            raise ImageError("the layer's root is no directory")
        if known.is_directory and not row.is_directory:
            self._drop_below(path)
        return row

    def _drop_below(self, path: str) -> None:
        below = path + "/"
        for other in [other for other in self.rows if other.startswith(below)]:
            del self.rows[other]
        self._parent = ""

    def apply_whiteouts(self) -> None:
        """Whiteouts speak of the layers below, so they come last: what this layer has itself stays."""
        for directory in sorted(self.opaque):
            if self._reaches(directory):
                self._make_opaque(directory)
        for path in sorted(self.whiteouts):
            row = self.rows.get(path)
            if row is not None:  # deleted and made anew in one layer
                self.whiteouts.discard(path)
                if row.is_directory:
                    self._make_opaque(path)
            elif not self._reaches(path.rpartition("/")[0]):
                self.whiteouts.discard(path)

    def _make_opaque(self, path: str) -> None:
        self.rows[path] = replace(self.rows[path], kind=IS_OPAQUE, implied=False)

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

    >>> clean_path("./etc//hosts"), clean_path("usr/"), clean_path("./")
    ('etc/hosts', 'usr', '')
    """
    if name.startswith("/"):
        raise ImageError(f"{shown(name)} is an absolute path: a layer's paths are relative to the image's root")
    parts = name.split("/")
    if ".." in parts:
        raise ImageError(f"{shown(name)} leaves the image's root")
    if "" in parts or "." in parts:
        parts = [part for part in parts if part not in ("", ".")]
        if not name:
            raise ImageError("a tar entry has no name")
        name = "/".join(parts)
    if (len(name) > limits.name // 4 and not name.isascii()) or len(name) > limits.name:
        _check_lengths(name, limits)
    return name


def clean_link(member: Member, limits: Limits = DEFAULT) -> str:
    """The path that a hard link names; ImageError if it leaves the image."""
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
