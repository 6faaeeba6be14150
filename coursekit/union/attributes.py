"""Attributes: mode, owner, times and length; each change copies the object up first.

For root chmod may set any bit, while chown takes suid and sgid from whatever is no directory; others: caller.py.

Source: Linux fs/open.c (chown_common, do_truncate), fs/attr.c; fs/overlayfs/inode.c (ovl_setattr).
"""

import stat
from typing import Any

from coursekit.events import MetadataChanged, Written
from coursekit.fs.extents import blocks
from coursekit.union import acl
from coursekit.union.copy_up import copy_up
from coursekit.union.inode import Inode

CAPABILITY = "security.capability"


def set_mode(inode: Inode, mode: int) -> None:
    """Change the permission bits."""
    copy_up(inode, data=False)
    changes: dict[str, Any] = {"mode": inode.sb.caller.mode_to_set(mode & 0o7777, inode.meta.gid)}
    xattrs = inode.meta.xattrs
    if acl.ACCESS in xattrs:
        changed = acl.after_chmod(acl.parsed(xattrs[acl.ACCESS]), mode)
        changes["xattrs"] = {**xattrs, acl.ACCESS: acl.packed(changed)}
    inode.sb.set_meta(inode, **changes)
    _tell(inode, "mode")


def set_owner(inode: Inode, uid: int, gid: int) -> None:
    """Change owner and group; -1 leaves one as it is."""
    copy_up(inode, data=False)
    changes: dict[str, Any] = {}
    if uid != -1:
        changes["uid"] = uid
    if gid != -1:
        changes["gid"] = gid
    if not inode.is_dir:
        changes["mode"] = without_privileges(inode.meta.mode)
    inode.sb.set_meta(inode, **changes)
    drop_capability(inode)
    _tell(inode, "owner")


def without_privileges(mode: int) -> int:
    """The mode that chown leaves: no suid, and no sgid where the group may execute.

    >>> oct(without_privileges(0o6755)), oct(without_privileges(0o2644))
    ('0o755', '0o2644')
    """
    mode &= ~stat.S_ISUID
    return mode & ~stat.S_ISGID if mode & stat.S_IXGRP else mode


def drop_privileges(inode: Inode) -> None:
    """A file that is written loses its file capabilities, and by anyone but root suid and sgid."""
    meta, caller = inode.meta, inode.sb.caller
    if meta.xattrs:
        drop_capability(inode)
    mode = caller.mode_after_write(meta.mode, meta.gid)
    if mode != meta.mode:
        inode.sb.set_meta(inode, mode=mode)


def drop_capability(inode: Inode) -> None:
    """A file that is written or given away loses its file capabilities."""
    xattrs = inode.meta.xattrs
    if CAPABILITY in xattrs:
        kept = {name: value for name, value in xattrs.items() if name != CAPABILITY}
        inode.sb.set_meta(inode, xattrs=kept)


def set_times(inode: Inode, *, atime_ns: int | None = None, mtime_ns: int | None = None) -> None:
    """Change the times of the last access and of the last change; None leaves one as it is.

    Simplified: the overlay shows the time of access that it was told while it lives, and reading does not change it.
    """
    copy_up(inode, data=False)
    if mtime_ns is None:
        inode.sb.set_meta(inode)
    else:
        inode.sb.set_meta(inode, mtime_ns=mtime_ns)
    if atime_ns is not None:
        inode.atime_ns, inode.status = inode.sb.upper_layer.set_atime(inode.upper, atime_ns), None
    _tell(inode, "times")


def set_size(inode: Inode, size: int, *, opened: bool = False) -> None:
    """Cut or lengthen a file; `opened` says by O_TRUNC or ftruncate. Then no data is copied up, since the file is open.

    A `truncate` by path that neither changes the length nor has data to look through does nothing more, so the mtime
    stays, as on tmpfs; ext4 sets it to now.
    """
    copy_up(inode, empty=opened)
    sb = inode.sb
    content = inode.content
    changed = opened or size != content.size or blocks(content) > 0
    if changed:
        sb.upper_layer.truncate(inode.upper, size)
    drop_privileges(inode)
    if changed:
        sb.set_meta(inode, mtime_ns=sb.now())
    if sb.emit is not None:
        sb.emit(Written(path=inode.path, offset=size, size=0))


def _tell(inode: Inode, what: Any) -> None:
    if inode.sb.emit is not None:
        inode.sb.emit(MetadataChanged(path=inode.path, what=what))
