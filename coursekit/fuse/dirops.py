"""Naming: the requests that find, make, take away and move names.

Neighbours: union.create, union.remove, union.rename, union.link have the rules.
Source: Linux fs/fuse/dir.c.
"""

import errno
import os
import stat

from coursekit.fs.node import DEVICE_KINDS
from coursekit.fuse import wire
from coursekit.fuse.nodes import FOREVER, Nodes
from coursekit.fuse.wire import Request, names
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE
from coursekit.union import create, remove
from coursekit.union.link import link
from coursekit.union.rename import check_paths, rename
from coursekit.union.superblock import refuse


class Naming(Nodes):
    """LOOKUP, MKDIR, MKNOD, SYMLINK, LINK, UNLINK, RMDIR, RENAME, RENAME2."""

    def _do_lookup(self, request: Request) -> bytes:
        [name] = names(request.body)
        inode = self.child(self.inode(request.node), name)
        if inode is None:  # a node 0 tells the kernel that it may remember that, too
            return wire.ENTRY.pack(0, 0, FOREVER, 0, 0, 0) + bytes(wire.ATTR.size)
        return self.entry(inode)

    def _do_mkdir(self, request: Request) -> bytes:
        mode, _ = wire.MKDIR_IN.unpack_from(request.body)
        parent, [name] = self.inode(request.node), names(request.body, wire.MKDIR_IN.size)
        create.make_directory(parent, name, mode)
        return self.entry(self.existing(parent, name))

    def _do_mknod(self, request: Request) -> bytes:
        mode, number, _, _ = wire.MKNOD_IN.unpack_from(request.body)
        parent, [name] = self.inode(request.node), names(request.body, wire.MKNOD_IN.size)
        kind = stat.S_IFMT(mode)
        if kind in (0, stat.S_IFREG):
            create.create_file(parent, name, mode & 0o7777)
        else:
            device = wire.device_of(number) if kind in (stat.S_IFCHR, stat.S_IFBLK) else 0
            create.make_device(parent, name, mode & 0o7777, DEVICE_KINDS[kind], os.major(device), os.minor(device))
        return self.entry(self.existing(parent, name))

    def _do_symlink(self, request: Request) -> bytes:
        name, target = names(request.body)
        parent = self.inode(request.node)
        create.make_symlink(parent, name, target)
        return self.entry(self.existing(parent, name))

    def _do_link(self, request: Request) -> bytes:
        [source] = wire.LINK_IN.unpack_from(request.body)
        parent, [name] = self.inode(request.node), names(request.body, wire.LINK_IN.size)
        link(self.inode(source), parent, name)
        return self.entry(self.existing(parent, name))

    def _do_unlink(self, request: Request) -> bytes:
        parent, [name] = self.inode(request.node), names(request.body)
        remove.unlink(parent, name, self.existing(parent, name))
        return b""

    def _do_rmdir(self, request: Request) -> bytes:
        parent, [name] = self.inode(request.node), names(request.body)
        inode = self.existing(parent, name)
        if inode.sb is not parent.sb:
            refuse(errno.EBUSY)
        remove.remove_directory(parent, name, inode)
        return b""

    def _do_rename(self, request: Request) -> bytes:
        [target] = wire.RENAME_IN.unpack_from(request.body)
        return self._rename(request, target, 0, wire.RENAME_IN.size)

    def _do_rename2(self, request: Request) -> bytes:
        target, flags, _ = wire.RENAME2_IN.unpack_from(request.body)
        return self._rename(request, target, flags, wire.RENAME2_IN.size)

    def _rename(self, request: Request, target: int, flags: int, start: int) -> bytes:
        source, directory = self.inode(request.node), self.inode(target)
        name, new_name = names(request.body, start)
        if source.sb is not directory.sb:
            refuse(errno.EXDEV)
        old, new = self.existing(source, name), self.child(directory, new_name)
        if flags & RENAME_NOREPLACE and new is not None:
            refuse(errno.EEXIST)
        if flags & RENAME_EXCHANGE and new is None:
            refuse(errno.ENOENT)
        if any(each is not None and each.sb is not source.sb for each in (old, new)):
            refuse(errno.EBUSY)
        check_paths(old, source, new, directory, bool(flags & RENAME_EXCHANGE))
        rename(source, name, old, directory, new_name, new, flags)
        return b""
