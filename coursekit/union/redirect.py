"""Redirect: the note that says where a renamed object lies in the layers below.

    rename /usr/lib → /usr/lib64    upper /usr/lib64   redirect "lib"          the same directory: the name will do
    rename /usr/lib → /opt/lib      upper /opt/lib     redirect "/usr/lib"     another: the path from the root

So a directory of a lower layer moves without its children being copied (redirect_dir=on); and a file whose data is
still below (metacopy=on) finds it after a rename. search.py follows the notes.

Source: Linux fs/overlayfs/dir.c (ovl_set_redirect, ovl_get_redirect).
"""

import errno

from coursekit.union.inode import Inode
from coursekit.union.search import redirect_of
from coursekit.union.superblock import refuse

LONGEST = 256  # bytes of a path in a note (the kernel module's redirect_max)


def note_redirect(inode: Inode, *, same_directory: bool) -> None:
    """Note where an object of upperdir, which is about to move, lies below. EXDEV for a path that is too long."""
    sb = inode.sb
    linked = not inode.is_dir and inode.below is not None and sb.index.nlink(inode.below) > 1
    absolute = not same_directory or linked  # of a file with several names, this one may not be the one that stays
    known = redirect_of(inode.meta, sb.notes)
    if known is not None and (not absolute or known.startswith("/")):
        return
    text = _path_below(inode) if absolute else inode.name
    value = text.encode("utf-8", "surrogateescape")
    if absolute and len(value) > LONGEST:
        refuse(errno.EXDEV)
    sb.set_meta(inode, xattrs={**inode.meta.xattrs, sb.notes.redirect: value})


def _path_below(inode: Inode) -> str:
    """Its path in the lower layers, the notes of the directories above it heeded."""
    path = ""
    at = inode
    while at.parent is not None:
        name = (redirect_of(at.meta, at.sb.notes) if at.upper is not None else None) or at.name
        if name.startswith("/"):
            return name + path
        path = f"/{name}{path}"
        at = at.parent
    return path
