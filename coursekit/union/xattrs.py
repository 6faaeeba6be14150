"""Extended attributes: read through the union, set in upperdir, overlayfs's own kept out of sight.

An access control list is an attribute, too, and sets the mode (acl.py).

Source: xattr(7); Linux fs/xattr.c; fs/overlayfs/xattrs.c.
"""

import errno
import os
import stat

from coursekit.events import MetadataChanged
from coursekit.fs import linux_numbers
from coursekit.union import acl
from coursekit.union.copy_up import copy_up
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse

_NAMESPACES = ("user.", "trusted.", "security.")
_LONGEST_NAME, _LONGEST_VALUE = 255, 65536  # bytes


def get_xattr(inode: Inode, name: str) -> bytes:
    """The value of an attribute; ENODATA where there is none."""
    _check(inode, name, missing=errno.ENODATA)
    value = inode.meta.xattrs.get(inode.sb.notes.escape(name))
    return refuse(errno.ENODATA) if value is None else value


def list_xattrs(inode: Inode) -> list[str]:
    """The names that show, sorted."""
    notes = inode.sb.notes
    return sorted(notes.unescape(name) for name in inode.meta.xattrs if not notes.is_own(name))


def set_xattr(inode: Inode, name: str, value: bytes, flags: int = 0) -> None:
    """Set an attribute. Copies up even where the layer's file system then refuses the name, or XATTR_REPLACE does."""
    if flags & ~(linux_numbers.XATTR_CREATE | linux_numbers.XATTR_REPLACE):
        refuse(errno.EINVAL)
    if len(value) > _LONGEST_VALUE:
        refuse(errno.E2BIG)
    _may_have(inode, name, missing=errno.EPERM)
    _bring_up(inode)
    _check_namespace(name)
    if name in acl.NAMES:
        _set_list(inode, name, value)
        return
    stored, xattrs = inode.sb.notes.escape(name), inode.meta.xattrs
    if flags & linux_numbers.XATTR_CREATE and stored in xattrs:
        refuse(errno.EEXIST)
    if flags & linux_numbers.XATTR_REPLACE and stored not in xattrs:
        refuse(errno.ENODATA)
    _store(inode, {**xattrs, stored: bytes(value)})


def remove_xattr(inode: Inode, name: str) -> None:
    """Take an attribute away. One that is not there is refused before anything is copied up."""
    _check(inode, name, missing=errno.EPERM)
    stored = inode.sb.notes.escape(name)
    if stored not in inode.meta.xattrs:
        refuse(errno.ENODATA)
    _bring_up(inode)
    _store(inode, {key: value for key, value in inode.meta.xattrs.items() if key != stored})


def _set_list(inode: Inode, name: str, value: bytes) -> None:
    """Set an access control list: the mode follows it, and where the mode says as much no list is kept."""
    if inode.is_symlink:
        refuse(errno.EOPNOTSUPP)
    if name == acl.DEFAULT and not inode.is_dir:
        refuse(errno.EACCES)
    found = acl.parsed(value)
    xattrs = {key: kept for key, kept in inode.meta.xattrs.items() if key != name}
    if name == acl.ACCESS and found:
        inode.sb.set_meta(inode, mode=acl.mode_of(found, inode.meta.mode))
    if found and not (name == acl.ACCESS and acl.is_plain(found)):
        xattrs[name] = bytes(value)
    _store(inode, xattrs)


def _bring_up(inode: Inode) -> None:
    """Copied up if it is not; unlike chmod, Linux gives another name of a file in upperdir no link there."""
    if inode.upper is None:
        copy_up(inode, data=False)


def _store(inode: Inode, xattrs: dict[str, bytes]) -> None:
    inode.sb.set_meta(inode, xattrs=xattrs)
    if inode.sb.emit is not None:
        inode.sb.emit(MetadataChanged(path=inode.path, what="xattr"))


def _check(inode: Inode, name: str, *, missing: int) -> None:
    """Refuse names that Linux refuses; `missing` is the errno for user.* on what may not have any."""
    _may_have(inode, name, missing=missing)
    _check_namespace(name)


def _may_have(inode: Inode, name: str, *, missing: int) -> None:
    """What the VFS asks before overlayfs hears of it."""
    if not name or len(os.fsencode(name)) > _LONGEST_NAME:
        refuse(errno.ERANGE)
    if name.startswith("user.") and inode.type not in (stat.S_IFREG, stat.S_IFDIR):
        refuse(missing)


def _check_namespace(name: str) -> None:
    """What the file system of the layer asks."""
    if not name.startswith(_NAMESPACES) and name not in acl.NAMES:
        refuse(errno.EOPNOTSUPP)
    if name in _NAMESPACES:
        refuse(errno.EINVAL)
