"""Copy-up: bring a lower object into upperdir before its first change.

    before   upper  —            after   upper  /etc/hosts   <- written
             lower  /etc/hosts           lower  /etc/hosts   (hidden, unchanged)

Parents come first, with their metadata and without their children. Contents come by reference; the event says how many
bytes an overlay mount copies. Mode, owner, mtime, xattrs and holes are kept, and so is st_ino, but for a file with several
names below: overlayfs (index=off) breaks such a link, and the copy is a file of its own.

Floor 2 (union). Source: Linux fs/overlayfs/copy_up.c; Documentation/filesystems/overlayfs.rst, "Non-directories".
"""

from dataclasses import replace

from coursekit.events import CopiedUp
from coursekit.fs.content import EMPTY
from coursekit.fs.node import Directory, File, Metadata, Node
from coursekit.union.escape import is_own
from coursekit.union.inode import Inode


def copy_up(inode: Inode, *, empty: bool = False) -> None:
    """Make sure that an object is in upperdir. `empty` leaves the data out: O_TRUNC throws it away at once."""
    sb = inode.sb
    upper = sb.want_write()
    if inode.upper is not None:
        return
    if inode.parent is not None:
        copy_up(inode.parent)
    assert inode.below is not None and inode.parent is not None
    node = _copied(inode.node, empty)
    breaks_link = not inode.is_dir and sb.index.nlink(inode.below) > 1
    layer = inode.layer
    handle = upper.create(inode.parent.upper, inode.name, node, None if breaks_link else inode.ino)
    sb.raise_up(inode, handle)
    if breaks_link:
        inode.ino = sb.ino_upper(handle)
    if not inode.is_dir:
        inode.below = None
    inode.listing = inode.parent.listing = None
    if sb.emit is not None:
        sb.emit(CopiedUp(path=inode.path, from_layer=layer, size=_price(node)))


def _copied(node: Node, empty: bool) -> Node:
    """What upperdir gets: the same object; a directory without its opaque mark, which was meant for its own layer."""
    match node:
        case Directory(meta=meta):
            return Directory(without_own_xattrs(meta))
        case File(meta=meta, content=content):
            return File(without_own_xattrs(meta), EMPTY if empty else content)
    return node


def without_own_xattrs(meta: Metadata) -> Metadata:
    """The metadata without the notes that overlayfs wrote into the layer for itself.

    >>> dict(without_own_xattrs(Metadata(xattrs={"trusted.overlay.origin": b"", "user.a": b"1"})).xattrs)
    {'user.a': b'1'}
    """
    if not any(is_own(name) for name in meta.xattrs):
        return meta
    return replace(meta, xattrs={name: value for name, value in meta.xattrs.items() if not is_own(name)})


def _price(node: Node) -> int:
    """Bytes of data that an overlay mount would copy."""
    return sum(end - start for start, end in node.content.data()) if isinstance(node, File) else 0
