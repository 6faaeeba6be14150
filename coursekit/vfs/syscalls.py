"""Syscalls: the operations of `os` on paths of the merged tree, complete with opening and changing.

    looking.py   stat lstat access listdir readlink getxattr listxattr
    naming.py    touch mkdir symlink mknod link unlink rmdir rename
    here         open chmod chown utime truncate setxattr removexattr

Each method finds its inodes and hands them to a rule. An OSError names the path as the caller gave it.

Source: open(2), chmod(2), chown(2), utimensat(2), truncate(2); Linux fs/open.c, fs/namei.c.
"""

import errno
import os

from coursekit.union import attributes, create, xattrs
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse
from coursekit.vfs.looking import AnyPath, syscall
from coursekit.vfs.naming import Naming
from coursekit.vfs.open_file import OpenFile, open_inode
from coursekit.vfs.permission import WRITE


class Syscalls(Naming):
    """What `os` does with paths, in a merged tree. Paths are absolute; a relative one starts at the root."""

    # -- opening

    @syscall
    def open(self, path: AnyPath, flags: int = os.O_RDONLY, mode: int = 0o666) -> OpenFile:
        """An open file; O_CREAT makes it with `mode` less the umask."""
        if flags & os.O_CREAT:
            return self._open_or_create(str(path), flags, mode)
        place = self._place(str(path), follow=not flags & os.O_NOFOLLOW or str(path).endswith("/"))
        return self._opened(self._found(place), flags)

    def _opened(self, inode: Inode, flags: int) -> OpenFile:
        """What is there, opened if the caller may."""
        self._permission.ask_open(inode, flags)
        return open_inode(inode, flags)

    def _open_or_create(self, path: str, flags: int, mode: int) -> OpenFile:
        if flags & os.O_DIRECTORY:
            refuse(errno.EINVAL)
        place = self._place(path, follow=not flags & (os.O_EXCL | os.O_NOFOLLOW), creating=True)
        if not place.is_name:
            refuse(errno.EEXIST if flags & os.O_EXCL else errno.EISDIR)
        if place.inode is not None:
            if flags & os.O_EXCL:
                refuse(errno.EEXIST)
            return self._opened(place.inode, flags)
        self._permission.ask_name(place.parent)
        inode = create.create_file(place.parent, place.name, mode & ~self.umask)
        return open_inode(inode, flags, created=True)

    # -- changing

    @syscall
    def chmod(self, path: AnyPath, mode: int, *, follow_symlinks: bool = True) -> None:
        """Change the permission bits; those of a symlink cannot be (EOPNOTSUPP)."""
        inode = self._writable(str(path), follow_symlinks)
        if inode.is_symlink:
            refuse(errno.EOPNOTSUPP)
        self._permission.ask_owner(inode)
        attributes.set_mode(inode, mode)

    @syscall
    def chown(self, path: AnyPath, uid: int, gid: int, *, follow_symlinks: bool = True) -> None:
        """Change owner and group; -1 leaves one as it is."""
        inode = self._writable(str(path), follow_symlinks)
        self._permission.ask_giving(inode, uid, gid)
        attributes.set_owner(inode, uid, gid)

    @syscall
    def utime(
        self,
        path: AnyPath,
        times: tuple[float, float] | None = None,
        *,
        ns: tuple[int, int] | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        """Set the times, (access, change), in seconds or nanoseconds; now if neither is given."""
        if times is not None and ns is not None:
            raise ValueError("utime: give times or ns, not both")
        inode = self._writable(str(path), follow_symlinks)
        self._permission.ask_times(inode, now=times is None and ns is None)
        if ns is None:
            now = inode.sb.now()
            ns = (now, now) if times is None else (int(times[0] * 1_000_000_000), int(times[1] * 1_000_000_000))
        attributes.set_times(inode, atime_ns=ns[0], mtime_ns=ns[1])

    @syscall
    def truncate(self, path: AnyPath, size: int) -> None:
        """Cut a file, or lengthen it by a hole."""
        if size < 0:
            refuse(errno.EINVAL)
        inode = self._find(str(path))
        if not inode.is_file:
            refuse(errno.EISDIR if inode.is_dir else errno.EINVAL)
        inode.sb.want_write()
        self._permission.ask(inode, WRITE)
        attributes.set_size(inode, size)

    def _writable(self, path: str, follow: bool) -> Inode:
        inode = self._find(path, follow)
        inode.sb.want_write()
        return inode

    @syscall
    def setxattr(self, path: AnyPath, name: str, value: bytes, flags: int = 0, *, follow_symlinks: bool = True) -> None:
        """Set an extended attribute; `flags` are os.XATTR_CREATE, os.XATTR_REPLACE."""
        xattrs.set_xattr(self._attributed(str(path), name, follow_symlinks), name, value, flags)

    @syscall
    def removexattr(self, path: AnyPath, name: str, *, follow_symlinks: bool = True) -> None:
        """Take an extended attribute away."""
        xattrs.remove_xattr(self._attributed(str(path), name, follow_symlinks), name)

    def _attributed(self, path: str, name: str, follow: bool) -> Inode:
        inode = self._writable(path, follow)
        self._permission.ask_attribute(inode, name)
        return inode
