"""Create: a new file, directory, symlink or device, always in upperdir.

    mkdir over a whiteout        upper  x (whiteout)   →   upper  x/ (opaque)
                                 lower  x/old              lower  x/old      stays hidden

A new directory in place of a whiteout is made opaque, or the old children would show through it. The parent is copied
up first. In a setgid directory the new object gets the directory's group, and a new directory the setgid bit.

Source: Linux fs/overlayfs/dir.c (ovl_create_object), fs/inode.c (inode_init_owner).
"""

import errno
import stat
from dataclasses import replace
from typing import Literal

from coursekit.events import Created, MadeOpaque
from coursekit.fs.content import EMPTY, Content
from coursekit.fs.node import Device, DeviceKind, Directory, File, Metadata, Node, Symlink
from coursekit.union import acl
from coursekit.union.copy_up import copy_up
from coursekit.union.inode import Inode
from coursekit.union.lookup import lookup, whiteout_above
from coursekit.union.superblock import refuse


def create_file(parent: Inode, name: str, mode: int, content: Content = EMPTY) -> Inode:
    """A new regular file; `mode` is final (the umask was taken off)."""
    meta = _metadata(parent, mode & 0o7777)
    meta = replace(meta, mode=parent.sb.caller.mode_of_new_file(meta.mode, meta.gid))
    return _create(parent, name, File(meta, content), "file")


def create_nameless(parent: Inode, mode: int) -> Inode:
    """A new regular file in a directory without a name there (O_TMPFILE); `link` may give it one."""
    sb = parent.sb
    sb.want_write()
    if parent.removed:
        refuse(errno.ENOENT)
    meta = _metadata(parent, mode & 0o7777)
    meta = replace(meta, mode=sb.caller.mode_of_new_file(meta.mode, meta.gid))
    copy_up(parent)
    return sb.make(sb.upper_layer.create_nameless(File(meta, EMPTY)), None)


def make_directory(parent: Inode, name: str, mode: int) -> Inode:
    """A new directory, opaque if it takes the place of a whiteout."""
    mode &= 0o1777
    if parent.meta.mode & stat.S_ISGID:
        mode |= stat.S_ISGID
    opaque = whiteout_above(parent, name) or (parent.sb.features.closed and parent.below is not None)
    meta = _metadata(parent, mode)
    if passes_on_a_list(parent):
        meta = replace(meta, xattrs={**meta.xattrs, acl.DEFAULT: parent.meta.xattrs[acl.DEFAULT]})
    inode = _create(parent, name, Directory(meta, opaque), "directory")
    if opaque and parent.sb.emit is not None:
        parent.sb.emit(MadeOpaque(path=inode.path))
    return inode


def make_symlink(parent: Inode, name: str, target: str) -> Inode:
    """A new symbolic link."""
    return _create(parent, name, Symlink(_metadata(parent, 0o777, lists=False), target), "symlink")


def make_device(parent: Inode, name: str, mode: int, kind: DeviceKind, major: int, minor: int) -> Inode:
    """A new special file. A character device 0/0 is what whiteouts are made of: EPERM."""
    may_create(parent, name)
    if kind is DeviceKind.CHAR and major == minor == 0:
        refuse(errno.EPERM)
    return _create(parent, name, Device(_metadata(parent, mode & 0o7777), kind, major, minor), "device")


def create_node(parent: Inode, name: str, node: File | Directory | Symlink) -> Inode:
    """A new object as it is, contents by reference: what a package brings, or another tree."""
    kind: Literal["file", "directory", "symlink"] = "file"
    if not isinstance(node, File):
        kind = "symlink" if isinstance(node, Symlink) else "directory"
    if isinstance(node, Directory):
        node = Directory(node.meta, whiteout_above(parent, name))
    return _create(parent, name, node, kind)


def may_create(parent: Inode, name: str) -> None:
    """Refuse a name that exists, or a directory that was removed."""
    if lookup(parent, name) is not None:
        refuse(errno.EEXIST)
    parent.sb.want_write()
    if parent.removed:
        refuse(errno.ENOENT)


def _create(parent: Inode, name: str, node: Node, kind: Literal["file", "directory", "symlink", "device"]) -> Inode:
    """Store a new object at a free name."""
    may_create(parent, name)
    sb = parent.sb
    copy_up(parent)
    handle = sb.upper_layer.create(parent.upper, name, node)
    inode = sb.attach(parent, name, sb.make(handle, None))
    sb.touched(parent)
    if sb.emit is not None:
        sb.emit(Created(path=inode.path, kind=kind))
    return inode


def _metadata(parent: Inode, mode: int, *, lists: bool = True) -> Metadata:
    """The caller's, but for the group that a setgid directory passes on, and for a default access control list."""
    above, caller = parent.meta, parent.sb.caller
    gid = above.gid if above.mode & stat.S_ISGID else caller.gid
    meta = Metadata(mode=mode, uid=caller.uid, gid=gid, mtime_ns=parent.sb.now())
    default = above.xattrs.get(acl.DEFAULT) if lists else None
    if default is None:
        return meta
    mode, made = acl.inherited(acl.parsed(default), mode)
    return replace(meta, mode=mode, xattrs={} if acl.is_plain(made) else {acl.ACCESS: acl.packed(made)})


def passes_on_a_list(directory: Inode) -> bool:
    """What is made in a directory gets an access control list from it; then the umask does not count."""
    return acl.DEFAULT in directory.meta.xattrs
