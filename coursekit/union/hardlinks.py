"""Hard links: with index=on, the names of one lower file stay names of one file when it is copied up.

    lower  h1 ─┐                 upper  h1 ─┬─ new data          index  (layer 1, inode 7) → that file, 2 names
           h2 ─┴─ data           lower  h2 ─┘ found by the index, though upperdir has no name h2

One Inode stands for all names, and how many there are in the union is kept with the index. A name gets its own link in
upperdir when something is changed by it; before the first of them is hidden, the file comes up, so that the count has
a place to be.

Linux names the entries of workdir/index by file handles of the lower file system. Simplified: here the layer and inode
number are the key, in memory alone.

Source: Linux fs/overlayfs/util.c (ovl_nlink_start), copy_up.c (ovl_link_up), inode.c (ovl_get_inode).
"""

from typing import TYPE_CHECKING

from coursekit.fs.node import metadata
from coursekit.layers.ports import Handle
from coursekit.union.merge import LowerEntry

if TYPE_CHECKING:
    from coursekit.union.inode import Inode
    from coursekit.union.superblock import Superblock


def shared_inode(sb: "Superblock", below: LowerEntry) -> "Inode | None":
    """The one Inode of a lower file with several names; None where each name has its own."""
    if sb.hardlinks is None or below.is_dir or sb.index.nlink(below) < 2:
        return None
    key = sb.index.inode(below)
    known = sb.shared.get(key)
    if known is None:
        kept = sb.hardlinks.find(key)
        known = sb.shared[key] = _raised(sb, kept.handle, below) if kept else sb.make_below(below)
        known.key, known.links = key, kept.links if kept else sb.index.nlink(below)
    return known


def _raised(sb: "Superblock", handle: Handle, below: LowerEntry) -> "Inode":
    """The Inode of a file that came up under another name, of its metadata perhaps alone."""
    bare = sb.notes.metacopy in metadata(sb.upper_layer.node(handle)).xattrs
    return sb.make(handle, below if bare else None)


def link_up(inode: "Inode") -> None:
    """Give the name by which a shared file was found last a link of its own in upperdir."""
    sb, parent = inode.sb, inode.parent
    assert parent is not None
    if sb.upper_layer.child(parent.upper, inode.name) is None:
        sb.upper_layer.link(inode.upper, parent.upper, inode.name)
        parent.listing = None


def count_links(inode: "Inode", more: int) -> None:
    """A name of a shared file came or went."""
    if inode.key is not None and inode.sb.hardlinks is not None:
        inode.links += more
        inode.sb.hardlinks.put(inode.key, inode.upper, inode.links)
        inode.status = None
