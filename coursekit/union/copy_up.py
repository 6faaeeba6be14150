"""Copy-up: bring a lower object into upperdir before its first change.

    before   upper  —            after   upper  /etc/hosts   <- written
             lower  /etc/hosts           lower  /etc/hosts   (hidden, unchanged)

Parents come first, with their metadata and without their children. Contents come by reference; the event says how many
bytes an overlay mount copies. Mode, owner, mtime, xattrs and holes are kept, and so is st_ino, but for a file with
several names below: overlayfs breaks such a link, and the copy is a file of its own; but with index=on (hardlinks.py).

Source: Linux fs/overlayfs/copy_up.c; Documentation/filesystems/overlayfs.rst, "Non-directories".
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from coursekit.events import CopiedUp
from coursekit.fs.content import EMPTY, Content, Hole
from coursekit.fs.extents import PAGE, merge_ranges
from coursekit.fs.node import Directory, File, Metadata, Node
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs
from coursekit.union.hardlinks import count_links, link_up
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse

_PIECE = 1 << 20  # bytes: OVL_COPY_UP_CHUNK_SIZE


def copy_up(inode: Inode, *, empty: bool = False, data: bool = True) -> None:
    """Make sure that an object is in upperdir.

    `empty` leaves the data out: O_TRUNC throws it away at once. `data` false says that metadata will do, which is
    heeded with metacopy=on.
    """
    inode.sb.want_write()
    if inode.upper is None:
        missing = [inode]  # and above it what is not in upperdir either; no recursion, since a tree may be deep
        while (above := missing[-1].parent) is not None and above.upper is None:
            missing.append(above)
        for one in missing:
            if one.removed:
                _refuse_removed(one)
        for one in reversed(missing[1:]):
            _raise(one)
        _raise(inode, empty=empty, data=data)
        return
    if inode.metacopy and data:
        _copy_data(inode, empty)
    if inode.index_key is not None and inode.parent is not None and not inode.removed:
        copy_up(inode.parent)
        link_up(inode)


def _raise(inode: Inode, *, empty: bool = False, data: bool = True) -> None:
    """Put one object into upperdir, whose directory is there."""
    sb = inode.sb
    assert inode.below is not None and inode.parent is not None
    bare = inode.is_file and not data and sb.features.metacopy
    node = _bare(inode.node, sb.notes) if bare else _copied(inode.node, empty, sb.notes)
    breaks_link = not inode.is_dir and inode.index_key is None and sb.index.nlink(inode.below) > 1
    layer = inode.layer
    handle = sb.upper_layer.create(inode.parent.upper, inode.name, node, None if breaks_link else inode.ino)
    sb.raise_up(inode, handle)
    if inode.index_key is not None:
        count_links(inode, 0)
    if breaks_link:
        inode.ino = sb.ino_upper(handle)
    if not inode.is_dir and not bare:
        inode.below = None
    inode.listing = inode.parent.listing = None
    if sb.emit is not None:
        data_size = 0 if bare or not isinstance(node, File) else sum(end - start for start, end in node.content.data())
        sb.emit(CopiedUp(path=inode.path, from_layer=layer, size=data_size))


def _copy_data(inode: Inode, empty: bool) -> None:
    """Bring up the data of a file whose metadata is in upperdir already. Where Linux writes any, that sets the time."""
    sb, below = inode.sb, inode.below
    assert below is not None
    content = EMPTY if empty else as_copied(inode.content)
    meta = inode.meta
    sb.upper_layer.fill(inode.upper, content)
    inode.below = None
    kept = {name: value for name, value in meta.xattrs.items() if name != sb.notes.metacopy}
    size = sum(end - start for start, end in content.data())
    sb.set_meta(inode, xattrs=kept, mtime_ns=sb.now() if size else meta.mtime_ns)
    sb.tell_raised(inode)
    if sb.emit is not None:
        sb.emit(CopiedUp(path=inode.path, from_layer=below.stack[-1][0], size=size))


def _refuse_removed(inode: Inode) -> NoReturn:
    """An open file whose name is gone cannot be copied up: something else, a whiteout at least, has its place."""
    orphaned = inode.parent is not None and inode.parent.removed
    if inode.is_dir:
        refuse(errno.EIO if orphaned else errno.ENOTDIR)
    refuse(errno.ENOENT if orphaned else errno.EEXIST)


def _copied(node: Node, empty: bool, notes: OverlayXattrs) -> Node:
    """What upperdir gets: the same object; a directory without its opaque mark, which was meant for its own layer."""
    match node:
        case Directory(meta=meta):
            return Directory(without_own_xattrs(meta, notes))
        case File(meta=meta, content=content):
            return File(without_own_xattrs(meta, notes), EMPTY if empty else as_copied(content))
    return node


def _bare(node: Node, notes: OverlayXattrs) -> Node:
    """What upperdir gets with metacopy=on: the metadata, a hole as long as the data, and a note that it is one."""
    assert isinstance(node, File)
    meta = without_own_xattrs(node.meta, notes)
    return File(replace(meta, xattrs={**meta.xattrs, notes.metacopy: b""}), Hole(node.content.size))


def without_own_xattrs(meta: Metadata, notes: OverlayXattrs = TRUSTED) -> Metadata:
    """The metadata without the notes that overlayfs wrote into the layer for itself.

    >>> dict(without_own_xattrs(Metadata(xattrs={"trusted.overlay.origin": b"", "user.a": b"1"})).xattrs)
    {'user.a': b'1'}
    """
    if not any(notes.is_own(name) for name in meta.xattrs):
        return meta
    return replace(meta, xattrs={name: value for name, value in meta.xattrs.items() if not notes.is_own(name)})


@dataclass(frozen=True, slots=True)
class Copied:
    """Contents as a copy-up lays them out: the same bytes, some holes filled."""

    original: Content
    ranges: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.original.size

    def read(self, offset: int, length: int) -> bytes:
        """As the original."""
        return self.original.read(offset, length)

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges that were copied."""
        return iter(self.ranges)


def as_copied(content: Content) -> Content:
    """The contents by reference, in pieces as overlayfs copies them: from the next data on, 1 MiB, holes within filled.

    >>> list(as_copied(Copied(EMPTY, ((8192, 8200),))).data())
    []
    """
    size = content.size
    found = [(start - start % PAGE, end) for start, end in content.data()]
    if found == [(0, size)]:
        return content
    pieces: list[tuple[int, int]] = []
    done = 0
    for start, end in found:
        while max(start, done) < end:
            start = max(start, done)
            done = min(start + _PIECE, size)
            if done <= start:
                break
            pieces.append((start, done))
    return Copied(content, tuple(merge_ranges(pieces)))
