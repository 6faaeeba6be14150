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
        raised = sb.hardlinks.find(key)
        if raised is None:
            known, links = sb.make_below(below), sb.index.nlink(below)
        else:  # it came up under another name, of its metadata perhaps alone
            bare = sb.notes.metacopy in metadata(sb.upper_layer.node(raised.handle)).xattrs
            known, links = sb.make(raised.handle, below if bare else None), raised.links
        sb.shared[key] = known
        known.index_key, known.index_links = key, links
    return known


def link_up(inode: "Inode") -> None:
    """Give the name by which a shared file was found last a link of its own in upperdir."""
    sb, parent = inode.sb, inode.parent
    assert parent is not None
    if sb.upper_layer.child(parent.upper, inode.name) is None:
        sb.upper_layer.link(inode.upper, parent.upper, inode.name)
        parent.listing = None


def count_links(inode: "Inode", more: int) -> None:
    """A name of a shared file came or went."""
    if inode.index_key is not None and inode.sb.hardlinks is not None:
        inode.index_links += more
        inode.sb.hardlinks.put(inode.index_key, inode.upper, inode.index_links)
        inode.status = None
