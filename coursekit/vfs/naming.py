"""Naming: the system calls that make, move and remove names.

    path ──walk──▶ (parent inode, name) ──▶ the rule: create, remove, rename, link

What is added here is what Linux's fs/namei.c adds to a file system: the order of the checks, trailing slashes, the
umask.

Source: mkdir(2), mknod(2), link(2), unlink(2), rmdir(2), renameat2(2); Linux fs/namei.c.
"""

import errno
import os
import stat

from coursekit.fs.node import DeviceKind, Directory, File, Symlink
from coursekit.union import attributes, create, remove
from coursekit.union.inode import Inode
from coursekit.union.link import link
from coursekit.union.rename import EXCHANGE, NOREPLACE, WHITEOUT, check_paths, rename
from coursekit.union.superblock import refuse
from coursekit.vfs.looking import AnyPath, Looking, syscall
from coursekit.vfs.permission import WRITE
from coursekit.vfs.walk import NO_NAMES, PATH_MAX, Place

_DEVICES = {
    stat.S_IFCHR: DeviceKind.CHAR,
    stat.S_IFBLK: DeviceKind.BLOCK,
    stat.S_IFIFO: DeviceKind.FIFO,
    stat.S_IFSOCK: DeviceKind.SOCKET,
}


class Naming(Looking):
    """New names, other names, no names."""

    umask: int

    # -- making

    @syscall
    def touch(self, path: AnyPath, mode: int = 0o666) -> None:
        """Make an empty file, or set the times of what is there to now; as touch(1)."""
        place = self._place(str(path), follow=True)
        if place.inode is not None or place.slash:
            inode = self._found(place)
            inode.sb.want_write()
            self._permission.ask_times(inode, now=True)
            now = inode.sb.now()
            attributes.set_times(inode, atime_ns=now, mtime_ns=now)
        else:
            self._permission.ask_name(place.parent)
            create.create_file(place.parent, place.name, mode & ~self.umask)

    @syscall
    def put(self, path: AnyPath, node: File | Directory | Symlink) -> None:
        """A new object with contents (by reference) and metadata at once, which no system call does."""
        place = self._new(str(path), directory=isinstance(node, Directory))
        create.create_node(place.parent, place.name, node)

    @syscall
    def mkdir(self, path: AnyPath, mode: int = 0o777) -> None:
        """A new directory."""
        place = self._new(str(path), directory=True)
        create.make_directory(place.parent, place.name, mode & ~self.umask)

    def symlink(self, target: AnyPath, path: AnyPath) -> None:
        """A new symlink at `path` that leads to `target`."""
        self._symlink(path, target)

    @syscall
    def _symlink(self, path: AnyPath, target: AnyPath) -> None:
        text = os.fsdecode(target)
        if not text:
            refuse(errno.ENOENT)
        if len(os.fsencode(text)) >= PATH_MAX:
            refuse(errno.ENAMETOOLONG)
        place = self._new(str(path))
        create.make_symlink(place.parent, place.name, text)

    @syscall
    def mknod(self, path: AnyPath, mode: int = 0o600, device: int = 0) -> None:
        """A new special file, or with no type in `mode` a regular one."""
        kind = stat.S_IFMT(mode)
        if kind == stat.S_IFDIR:
            refuse(errno.EPERM)
        if kind not in (0, stat.S_IFREG) and kind not in _DEVICES:
            refuse(errno.EINVAL)
        place = self._new(str(path))
        self._permission.ask_device(kind)
        permissions = mode & 0o7777 & ~self.umask
        if kind in (0, stat.S_IFREG):
            create.create_file(place.parent, place.name, permissions)
            return
        numbered = kind in (stat.S_IFCHR, stat.S_IFBLK)
        major, minor = (os.major(device), os.minor(device)) if numbered else (0, 0)
        create.make_device(place.parent, place.name, permissions, _DEVICES[kind], major, minor)

    @syscall
    def link(self, path: AnyPath, target: AnyPath, *, follow_symlinks: bool = False) -> None:
        """A second name, `target`, for the file at `path`."""
        source = self._find(str(path), follow_symlinks)
        place = self._free(os.fsdecode(target))
        self._permission.ask_link(source)
        self._permission.ask_name(place.parent)
        link(source, place.parent, place.name)

    # -- removing and moving

    @syscall
    def unlink(self, path: AnyPath) -> None:
        """Take away a name that is no directory."""
        directory, name = self._walker.end(str(path))
        if name in NO_NAMES:
            refuse(errno.EISDIR)
        directory.sb.want_write()
        place = self._place(str(path))
        inode = self._unmounted(place)
        if inode is None:
            refuse(errno.ENOENT)
        if place.slash:
            refuse(errno.EISDIR if inode.is_dir else errno.ENOTDIR)
        self._may_go(place)
        remove.unlink(place.parent, place.name, inode)

    @syscall
    def rmdir(self, path: AnyPath) -> None:
        """Take away an empty directory."""
        directory, name = self._walker.end(str(path))
        if name in NO_NAMES:
            refuse({"/": errno.EBUSY, ".": errno.EINVAL}.get(name, errno.ENOTEMPTY))
        directory.sb.want_write()
        place = self._place(str(path))
        inode = self._unmounted(place)
        self._may_go(place)
        remove.remove_directory(place.parent, place.name, inode if inode is not None else refuse(errno.ENOENT))

    def _may_go(self, place: Place) -> None:
        """Whether the caller may take a name away."""
        if place.inode is not None:
            self._permission.ask_removal(place.parent, place.inode)

    def _unmounted(self, place: Place) -> Inode | None:
        """What is at a place; EBUSY if something is mounted there."""
        return refuse(errno.EBUSY) if place.inode in self._walker.covered else place.inode

    @syscall
    def rename(self, path: AnyPath, target: AnyPath, *, flags: int = 0) -> None:
        """Move the name `path` to `target`; `flags` are renameat2's RENAME_NOREPLACE 1 and RENAME_EXCHANGE 2."""
        if flags & ~(NOREPLACE | EXCHANGE | WHITEOUT) or (flags & EXCHANGE and flags != EXCHANGE):
            refuse(errno.EINVAL)
        (source, name), (directory, new_name) = [self._walker.end(os.fsdecode(each)) for each in (path, target)]
        if source.sb is not directory.sb:
            refuse(errno.EXDEV)
        if name in NO_NAMES:
            refuse(errno.EBUSY)
        if new_name in NO_NAMES:
            refuse(errno.EEXIST if flags & NOREPLACE else errno.EBUSY)
        source.sb.want_write()
        self._rename(self._place(str(path)), self._place(os.fsdecode(target)), flags)

    def _rename(self, old: Place, new: Place, flags: int) -> None:
        """The checks of do_renameat2 that come before the rule, in its order."""
        moved = old.inode if old.inode is not None else refuse(errno.ENOENT)
        if flags & NOREPLACE and new.inode is not None:
            refuse(errno.EEXIST)
        if flags & EXCHANGE and new.inode is None:
            refuse(errno.ENOENT)
        exchange = bool(flags & EXCHANGE)
        if not moved.is_dir and (old.slash or (new.slash and not exchange)):
            refuse(errno.ENOTDIR)
        if exchange and new.slash and new.inode is not None and not new.inode.is_dir:
            refuse(errno.ENOTDIR)
        check_paths(moved, old.parent, new.inode, new.parent, exchange)
        self._unmounted(old)
        self._unmounted(new)
        if moved is not new.inode:  # else nothing happens, whoever asks
            self._may_go(old)
            self._may_come(moved, old, new)
            if exchange and new.inode is not None:
                self._may_come(new.inode, new, old)
        rename(old.parent, old.name, moved, new.parent, new.name, new.inode, flags)

    def _may_come(self, moved: Inode, old: Place, new: Place) -> None:
        """Whether the caller may let `moved` take the place of `new`; a directory writes its `..` where it moves."""
        if new.inode is None:
            self._permission.ask_name(new.parent)
        self._may_go(new)
        if moved.is_dir and old.parent is not new.parent:
            self._permission.ask(moved, WRITE)
