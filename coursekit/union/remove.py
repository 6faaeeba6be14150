"""Remove: unlink and rmdir, and the whiteout that they leave where something lies below.

    in upper alone   upper x          →  upper —
    in lower         lower x          →  upper x (whiteout), lower x
    in both          upper x, lower x →  upper x (whiteout), lower x

Nothing is ever taken from a lower layer, so removing a file from an image frees no byte of it.

Source: Linux fs/overlayfs/dir.c (ovl_do_remove).
"""

import errno

from coursekit.events import Removed, WhitedOut
from coursekit.fs.node import WHITEOUT
from coursekit.union.copy_up import copy_up
from coursekit.union.hardlinks import count_links
from coursekit.union.inode import Inode
from coursekit.union.lookup import visible_below
from coursekit.union.readdir import is_empty
from coursekit.union.superblock import refuse


def unlink(parent: Inode, name: str, inode: Inode) -> None:
    """Take away a name that is no directory."""
    if inode.is_dir:
        refuse(errno.EISDIR)
    _remove(parent, name, inode)
    if inode.upper is not None:
        inode.ctime_ns = parent.sb.now()


def remove_directory(parent: Inode, name: str, inode: Inode) -> None:
    """Take away a directory in which nothing shows; whiteouts in it go with it."""
    if not inode.is_dir:
        refuse(errno.ENOTDIR)
    if not is_empty(inode, covers=visible_below(parent, name)):
        refuse(errno.ENOTEMPTY)
    sweep(inode)
    _remove(parent, name, inode)


def sweep(directory: Inode) -> None:
    """Linux clears the whiteouts out of a directory before it goes; who has it open sees that in its mtime."""
    if directory.opened and directory.upper is not None and directory.sb.upper_layer.children(directory.upper):
        directory.sb.set_meta(directory, mtime_ns=directory.sb.now())


def _remove(parent: Inode, name: str, inode: Inode) -> None:
    sb = parent.sb
    copy_up(parent)
    if inode.index_key is not None:
        copy_up(inode, data=False)
        count_links(inode, -1)
    if visible_below(parent, name):
        white_out(parent, name)
    else:
        sb.upper_layer.remove(parent.upper, name)
        if sb.emit is not None:
            sb.emit(Removed(path=sb.path(parent, name)))
    sb.detach(parent, name)
    sb.touched(parent)


def white_out(parent: Inode, name: str) -> None:
    """Put a whiteout in upperdir, in place of whatever it holds under the name."""
    sb = parent.sb
    sb.upper_layer.create(parent.upper, name, WHITEOUT)
    tell_whiteout(parent, name)


def tell_whiteout(parent: Inode, name: str) -> None:
    """Tell the listener of a whiteout."""
    if parent.sb.emit is not None:
        parent.sb.emit(WhitedOut(path=parent.sb.path(parent, name)))
