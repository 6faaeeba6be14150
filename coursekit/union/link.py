"""Link: a second name for a file, which is copied up first: both names must be in upperdir.

Source: Linux fs/overlayfs/dir.c (ovl_link); fs/namei.c (vfs_link).
"""

import errno

from coursekit.events import Linked
from coursekit.union.copy_up import copy_up
from coursekit.union.create import may_create
from coursekit.union.hardlinks import count_links
from coursekit.union.inode import Inode
from coursekit.union.redirect import note_redirect
from coursekit.union.superblock import refuse


def link(source: Inode, parent: Inode, name: str) -> None:
    """Give `source` another name in directory `parent`."""
    may_create(parent, name)
    if source.sb is not parent.sb:
        refuse(errno.EXDEV)
    if source.is_dir:
        refuse(errno.EPERM)
    sb = parent.sb
    before = source.path
    copy_up(source, data=False)
    copy_up(parent)
    if source.metacopy:
        note_redirect(source, same_directory=False)
    sb.upper_layer.link(source.upper, parent.upper, name)
    count_links(source, 1)
    sb.attach(parent, name, source)
    source.status, source.ctime_ns = None, sb.now()
    sb.touched(parent)
    if sb.emit is not None:
        sb.emit(Linked(source=before, target=source.path))
