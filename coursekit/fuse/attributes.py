"""Attributes: the requests about metadata, extended attributes and where a symlink leads.

Neighbours: union.attributes and union.xattrs have the rules. Source: Linux fs/fuse/dir.c, xattr.c.
"""

import errno
import os

from coursekit.fs.node import Symlink
from coursekit.fuse import wire
from coursekit.fuse.nodes import Nodes, kept
from coursekit.fuse.wire import Request, Valid, names
from coursekit.union import attributes, xattrs
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse
from coursekit.vfs.walk import NAME_MAX

BLOCK = 4096
ROOM = 1 << 28  # blocks that statfs reports: an upperdir in memory has no size of its own


class Attributes(Nodes):
    """GETATTR, SETATTR, READLINK, STATFS, GETXATTR, LISTXATTR, SETXATTR, REMOVEXATTR."""

    def _do_getattr(self, request: Request) -> bytes:
        return self._attributes(self.inode(request.node))

    def _attributes(self, inode: Inode) -> bytes:
        found = self.stat(inode)
        return wire.ATTR_OUT.pack(kept(inode, found), 0, 0) + wire.attributes(found)

    def _do_setattr(self, request: Request) -> bytes:
        inode = self.inode(request.node)
        fields = wire.SETATTR_IN.unpack_from(request.body)
        valid, size, (mode, _, uid, gid) = fields[0], fields[3], fields[11:15]
        inode.sb.want_write()
        if valid & (Valid.UID | Valid.GID) or not valid:  # chown(-1, -1) asks for nothing, and copies up
            uid, gid = self.owner(uid, gid)
            attributes.set_owner(inode, uid if valid & Valid.UID else -1, gid if valid & Valid.GID else -1)
        if valid & Valid.MODE:
            attributes.set_mode(inode, mode & 0o7777)
        if valid & Valid.SIZE:
            attributes.set_size(inode, size, opened=bool(valid & Valid.FH))
        if valid & (Valid.ATIME | Valid.MTIME):
            now = inode.sb.now()
            atime_ns, mtime_ns = (wire.signed(fields[at]) * 10**9 + fields[at + 3] for at in (5, 6))
            attributes.set_times(
                inode,
                atime_ns=(now if valid & Valid.ATIME_NOW else atime_ns) if valid & Valid.ATIME else None,
                mtime_ns=(now if valid & Valid.MTIME_NOW else mtime_ns) if valid & Valid.MTIME else None,
            )
        return self._attributes(inode)

    def _do_readlink(self, request: Request) -> bytes:
        node = self.inode(request.node).node
        return os.fsencode(node.target) if isinstance(node, Symlink) else refuse(errno.EINVAL)

    def _do_statfs(self, request: Request) -> bytes:
        return wire.STATFS_OUT.pack(ROOM, ROOM, ROOM, ROOM, ROOM, BLOCK, NAME_MAX, BLOCK, 0)

    def _do_getxattr(self, request: Request) -> bytes:
        size, _ = wire.XATTR_IN.unpack_from(request.body)
        [name] = names(request.body, wire.XATTR_IN.size)
        return _measured(xattrs.get_xattr(self.inode(request.node), name), size)

    def _do_listxattr(self, request: Request) -> bytes:
        size, _ = wire.XATTR_IN.unpack_from(request.body)
        found = xattrs.list_xattrs(self.inode(request.node))
        return _measured(b"".join(os.fsencode(name) + b"\0" for name in found), size)

    def _do_setxattr(self, request: Request) -> bytes:
        size, flags = wire.XATTR_IN.unpack_from(request.body)
        name, _, rest = bytes(request.body[wire.XATTR_IN.size :]).partition(b"\0")
        inode = self.inode(request.node)
        inode.sb.want_write()
        xattrs.set_xattr(inode, os.fsdecode(name), rest[:size], flags)
        return b""

    def _do_removexattr(self, request: Request) -> bytes:
        [name] = names(request.body)
        inode = self.inode(request.node)
        inode.sb.want_write()
        xattrs.remove_xattr(inode, name)
        return b""


def _measured(value: bytes, size: int) -> bytes:
    """A value, or how long it is where the caller has room for nothing."""
    if size == 0:
        return wire.XATTR_IN.pack(len(value), 0)
    return value if len(value) <= size else refuse(errno.ERANGE)
