"""Syscalls: the operations of `os`, on paths of the merged tree.

    path ──walk──▶ (parent inode, name) ──▶ the rule: create, remove, rename, copy_up …

Each method finds its inodes and hands them to a rule; what it adds is what fs/namei.c and fs/open.c add: the order of
the checks, trailing slashes, the umask. An OSError names the path as the caller gave it.

Floor 2 (union). Source: the manual pages, section 2; Linux fs/namei.c, fs/open.c, fs/xattr.c.
"""

import errno
import os
import stat
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from coursekit.events import Refused
from coursekit.fs.node import DeviceKind, Symlink
from coursekit.union import attributes, create, remove, xattrs
from coursekit.union.inode import Inode
from coursekit.union.link import link
from coursekit.union.lookup import lookup, probe
from coursekit.union.open_file import OpenFile, open_inode
from coursekit.union.readdir import readdir
from coursekit.union.rename import EXCHANGE, NOREPLACE, WHITEOUT, check_paths, rename
from coursekit.union.superblock import Superblock, refuse
from coursekit.union.walk import PATH_MAX, Place, Walker

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Syscalls")
AnyPath = str | bytes | os.PathLike[str]
Method = Callable[Concatenate[S, AnyPath, P], R]
_NO_NAMES = ("", ".", "..")
_SHORT = 60  # characters: a path of no more has no name that is too long
_NO_ENTRY = os.strerror(errno.ENOENT)


def syscall(method: Method[S, P, R]) -> Method[S, P, R]:
    """A method whose failures name its path, and tell the listener what was refused."""

    @wraps(method)
    def call(self: S, path: AnyPath, /, *args: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, os.fsdecode(path), *args, **named)
        except OSError as failure:
            if failure.filename is None:
                failure.filename = os.fsdecode(path)
            if self.sb.emit is not None:
                operation = method.__name__.strip("_")
                self.sb.emit(Refused(operation=operation, path=os.fsdecode(path), code=failure.errno or 0))
            raise

    return call


class Syscalls:
    """What `os` does with paths, in a merged tree. Paths are absolute; a relative one starts at the root."""

    sb: Superblock
    umask: int
    _walker: Walker
    _warm: dict[str, Inode]  # path prefixes that may be answered without a walk; stays empty where one must be seen

    # -- finding

    def _find(self, path: str, follow: bool = True) -> Inode:
        """The object at a path, which must exist."""
        if self.sb.emit is not None:
            return self._found(self._place(path, follow or path.endswith("/")))
        return self._walker.find(path, follow=follow)

    def _place(self, path: str, follow: bool = False, creating: bool = False) -> Place:
        """Where a path leads, its last component looked up before the listener's eyes."""
        place = self._walker.walk(path, follow=follow, creating=creating)
        if place.is_name:
            probe(place.parent, place.name)
        return place

    def _found(self, place: Place) -> Inode:
        if place.inode is None:
            refuse(errno.ENOENT)
        if place.slash and not place.inode.is_dir:
            refuse(errno.ENOTDIR)
        return place.inode

    def _new(self, path: str, *, directory: bool = False) -> Place:
        """A name that is free; only a directory may be made under one that ends in a slash."""
        place = self._place(path)
        if not place.is_name or place.inode is not None:
            refuse(errno.EEXIST)
        if place.slash and not directory:
            refuse(errno.ENOENT)
        return place

    # -- looking

    def stat(self, path: AnyPath, *, follow_symlinks: bool = True) -> os.stat_result:
        """What the object at `path` is; with `follow_symlinks` false, a symlink itself."""
        if not follow_symlinks:
            return self.lstat(path)
        inode = self._seen(path)
        if inode is None or inode.is_symlink:
            return self._stat(path, True)
        return inode.status or inode.sb.stat(inode)

    def lstat(self, path: AnyPath) -> os.stat_result:
        """What the object at `path` is, a symlink itself."""
        try:
            prefix, _, name = path.rpartition("/")  # type: ignore[union-attr,arg-type]  # what is no str goes slowly
            inode = self._warm[prefix].names[name]  # type: ignore[index]
        except (KeyError, AttributeError, TypeError):
            found = self._seen(path)
            return self._stat(path, False) if found is None else found.sb.stat(found)
        return inode.status or inode.sb.stat(inode)

    def _seen(self, path: AnyPath) -> Inode | None:
        """The object at a path whose directory was walked before; None if that needs a walk.

        Raises: FileNotFoundError where that directory has no such name.
        """
        if not isinstance(path, str):
            return None
        prefix, _, name = path.rpartition("/")
        directory = self._warm.get(prefix)
        if directory is None or name in _NO_NAMES or len(path) > _SHORT or "\0" in name:
            return None
        inode = lookup(directory, name)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, _NO_ENTRY, path)
        return inode

    @syscall
    def _stat(self, path: AnyPath, follow: bool) -> os.stat_result:
        inode = self._find(str(path), follow)
        return inode.sb.stat(inode)

    @syscall
    def access(self, path: AnyPath, mode: int = os.F_OK) -> bool:
        """Whether root may: all but executing what nobody may execute, and writing to a read-only mount."""
        try:
            inode = self._find(str(path))
        except OSError:
            return False
        if mode & os.W_OK and inode.sb.upper is None and (inode.is_file or inode.is_dir):
            return False
        return not mode & os.X_OK or inode.is_dir or bool(inode.sb.stat(inode).st_mode & 0o111)

    @syscall
    def listdir(self, path: AnyPath = "/") -> list[str]:
        """The names in a directory, sorted."""
        return sorted(readdir(self._directory(str(path))))

    def _directory(self, path: str) -> Inode:
        inode = self._find(path)
        return inode if inode.is_dir else refuse(errno.ENOTDIR)

    @syscall
    def readlink(self, path: AnyPath) -> str:
        """The target of a symlink, as written."""
        node = self._find(str(path), follow=False).node
        return node.target if isinstance(node, Symlink) else refuse(errno.EINVAL)

    # -- opening

    @syscall
    def open(self, path: AnyPath, flags: int = os.O_RDONLY, mode: int = 0o666) -> OpenFile:
        """An open file; O_CREAT makes it with `mode` less the umask."""
        if flags & os.O_CREAT:
            return self._open_or_create(str(path), flags, mode)
        place = self._place(str(path), follow=not flags & os.O_NOFOLLOW or str(path).endswith("/"))
        return open_inode(self._found(place), flags)

    def _open_or_create(self, path: str, flags: int, mode: int) -> OpenFile:
        if flags & os.O_DIRECTORY:
            refuse(errno.EINVAL)
        place = self._place(path, follow=not flags & (os.O_EXCL | os.O_NOFOLLOW), creating=True)
        if not place.is_name:
            refuse(errno.EEXIST if flags & os.O_EXCL else errno.EISDIR)
        if place.inode is not None:
            if flags & os.O_EXCL:
                refuse(errno.EEXIST)
            return open_inode(place.inode, flags)
        inode = create.create_file(place.parent, place.name, mode & ~self.umask)
        return open_inode(inode, flags, created=True)

    # -- making

    @syscall
    def touch(self, path: AnyPath, mode: int = 0o666) -> None:
        """Make an empty file, or set the times of what is there to now; as touch(1)."""
        place = self._place(str(path), follow=True)
        if place.inode is not None or place.slash:
            inode = self._found(place)
            inode.sb.want_write()
            attributes.set_mtime(inode, inode.sb.now())
        else:
            create.create_file(place.parent, place.name, mode & ~self.umask)

    @syscall
    def mkdir(self, path: AnyPath, mode: int = 0o777) -> None:
        """A new directory."""
        place = self._new(str(path), directory=True)
        create.make_directory(place.parent, place.name, mode & ~self.umask)

    @syscall
    def symlink(self, path: AnyPath, target: AnyPath) -> None:
        """A new symlink; arguments in the order (target, path) as `os` has them: see Overlay.symlink."""
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
        place = self._new(os.fsdecode(target))
        link(source, place.parent, place.name)

    # -- removing and moving

    @syscall
    def unlink(self, path: AnyPath) -> None:
        """Take away a name that is no directory."""
        place = self._place(str(path))
        if not place.is_name:
            refuse(errno.EISDIR)
        place.parent.sb.want_write()
        if place.inode is None:
            refuse(errno.ENOENT)
        if place.slash:
            refuse(errno.EISDIR if place.inode.is_dir else errno.ENOTDIR)
        remove.unlink(place.parent, place.name, place.inode)

    @syscall
    def rmdir(self, path: AnyPath) -> None:
        """Take away an empty directory."""
        place = self._place(str(path))
        if not place.is_name:
            refuse({"/": errno.EBUSY, ".": errno.EINVAL}.get(place.name, errno.ENOTEMPTY))
        place.parent.sb.want_write()
        inode = self._unmounted(place)
        remove.remove_directory(place.parent, place.name, inode if inode is not None else refuse(errno.ENOENT))

    def _unmounted(self, place: Place) -> Inode | None:
        """What is at a place; EBUSY if something is mounted there."""
        return refuse(errno.EBUSY) if place.inode in self._walker.covered else place.inode

    @syscall
    def rename(self, path: AnyPath, target: AnyPath, *, flags: int = 0) -> None:
        """Move the name `path` to `target`; `flags` are renameat2's RENAME_NOREPLACE 1 and RENAME_EXCHANGE 2."""
        if flags & ~(NOREPLACE | EXCHANGE | WHITEOUT) or (flags & EXCHANGE and flags != EXCHANGE):
            refuse(errno.EINVAL)
        named = [self._walker.ends_in_name(os.fsdecode(each)) for each in (path, target)]
        if not named[0]:
            refuse(errno.EBUSY)
        if not named[1]:
            refuse(errno.EEXIST if flags & NOREPLACE else errno.EBUSY)
        old, new = self._place(str(path)), self._place(os.fsdecode(target))
        if old.parent.sb is not new.parent.sb:
            refuse(errno.EXDEV)
        old.parent.sb.want_write()
        self._rename(old, new, flags)

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
        rename(old.parent, old.name, moved, new.parent, new.name, new.inode, flags)

    # -- changing

    @syscall
    def chmod(self, path: AnyPath, mode: int, *, follow_symlinks: bool = True) -> None:
        """Change the permission bits; those of a symlink cannot be (EOPNOTSUPP)."""
        inode = self._writable(str(path), follow_symlinks)
        if inode.is_symlink:
            refuse(errno.EOPNOTSUPP)
        attributes.set_mode(inode, mode)

    @syscall
    def chown(self, path: AnyPath, uid: int, gid: int, *, follow_symlinks: bool = True) -> None:
        """Change owner and group; -1 leaves one as it is."""
        attributes.set_owner(self._writable(str(path), follow_symlinks), uid, gid)

    @syscall
    def utime(
        self, path: AnyPath, times: tuple[float, float] | None = None, *, ns: tuple[int, int] | None = None,
        follow_symlinks: bool = True,
    ) -> None:  # fmt: skip
        """Set the times, (access, change), in seconds or nanoseconds; now if neither is given."""
        if times is not None and ns is not None:
            raise ValueError("utime: give times or ns, not both")
        inode = self._writable(str(path), follow_symlinks)
        if ns is None:
            ns = (0, inode.sb.now()) if times is None else (0, int(times[1] * 1_000_000_000))
        attributes.set_mtime(inode, ns[1])

    @syscall
    def truncate(self, path: AnyPath, size: int) -> None:
        """Cut a file, or lengthen it by a hole."""
        if size < 0:
            refuse(errno.EINVAL)
        inode = self._find(str(path))
        if not inode.is_file:
            refuse(errno.EISDIR if inode.is_dir else errno.EINVAL)
        inode.sb.want_write()
        attributes.set_size(inode, size)

    def _writable(self, path: str, follow: bool) -> Inode:
        inode = self._find(path, follow)
        inode.sb.want_write()
        return inode

    # -- extended attributes

    @syscall
    def getxattr(self, path: AnyPath, name: str, *, follow_symlinks: bool = True) -> bytes:
        """The value of an extended attribute; ENODATA if it has none of that name."""
        return xattrs.get_xattr(self._find(str(path), follow_symlinks), name)

    @syscall
    def listxattr(self, path: AnyPath, *, follow_symlinks: bool = True) -> list[str]:
        """The names of the extended attributes, sorted."""
        return xattrs.list_xattrs(self._find(str(path), follow_symlinks))

    @syscall
    def setxattr(
        self, path: AnyPath, name: str, value: bytes, flags: int = 0, *, follow_symlinks: bool = True
    ) -> None:
        """Set an extended attribute; `flags` are os.XATTR_CREATE, os.XATTR_REPLACE."""
        xattrs.set_xattr(self._writable(str(path), follow_symlinks), name, value, flags)

    @syscall
    def removexattr(self, path: AnyPath, name: str, *, follow_symlinks: bool = True) -> None:
        """Take an extended attribute away."""
        xattrs.remove_xattr(self._writable(str(path), follow_symlinks), name)


_DEVICES = {
    stat.S_IFCHR: DeviceKind.CHAR,
    stat.S_IFBLK: DeviceKind.BLOCK,
    stat.S_IFIFO: DeviceKind.FIFO,
    stat.S_IFSOCK: DeviceKind.SOCKET,
}
