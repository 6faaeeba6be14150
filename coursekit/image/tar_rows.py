"""One row a node of a layer's tree, while the tree is being built.

Between tar_tree, which places the rows, and tar_columns, which puts them in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from coursekit.errors import ImageError
from coursekit.image.document import parse_object
from coursekit.image.tar_scan import Member
from coursekit.image.tar_sparse import Extents
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


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A node: two names with the same row are hard links to one file."""

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
    if kind is None:
        raise ImageError(f"{member.name!r} is of the type {member.type!r}, which layers do not have")
    if kind == IS_FILE and member.name.endswith("/") and member.type != b"7":  # how tars of the 1970s spell a directory
        kind = IS_DIRECTORY
    size, at = (member.size, member.offset) if kind == IS_FILE else member.device
    target = None
    if kind == IS_SYMLINK:
        target = member.link
        if not 0 < len(target) <= 4095:
            raise ImageError(f"the symlink {member.name!r} has a target of {len(target)} characters")
    return Row(
        kind, member.mode, member.uid, member.gid, member.mtime_ns, size, at, target, member.xattrs, member.extents
    )


def without_private(row: Row) -> Row:
    """The row without overlayfs's own attributes, which have no business in an image."""
    if not any(key.startswith(PRIVATE) for key in row.xattrs or ()):
        return row
    return replace(row, xattrs={key: value for key, value in (row.xattrs or {}).items() if not key.startswith(PRIVATE)})


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
    return replace(row, kind=kind, xattrs=kept or None, missing=missing)
