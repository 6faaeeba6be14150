"""Looking: the system calls that find and tell, and change nothing.

    path ──walk──▶ inode ──▶ stat, listing, target, attributes

A path whose directory was walked before is answered without a walk: one dict for the directory part, one for the name.

Source: stat(2), access(2), readlink(2), getxattr(2); Linux fs/stat.c, fs/namei.c.
"""

import errno
import os
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from coursekit.events import Refused
from coursekit.fs.node import Symlink
from coursekit.union import xattrs
from coursekit.union.inode import Inode
from coursekit.union.lookup import lookup, probe
from coursekit.union.readdir import readdir
from coursekit.union.superblock import Superblock, refuse
from coursekit.vfs.permission import AS_ROOT, READ, SEARCH, WRITE, Permission
from coursekit.vfs.walk import Place, Walker

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Looking")
AnyPath = str | bytes | os.PathLike[str]
Method = Callable[Concatenate[S, AnyPath, P], R]
_TWO_PATHS = ("rename", "link")
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
            if method.__name__ in _TWO_PATHS:
                failure.filename2 = args[0] if args else named.get("target")
            if self.sb.emit is not None:
                operation = method.__name__.strip("_")
                self.sb.emit(Refused(operation=operation, path=os.fsdecode(path), code=failure.errno or 0))
            raise

    return call


class Looking:
    """Where a path leads, and what is there."""

    sb: Superblock
    _walker: Walker
    _warm: dict[str, Inode]  # path prefixes that may be answered without a walk; stays empty where one must be seen

    # -- finding

    @property
    def _permission(self) -> Permission:
        """Who calls; root, who may do all, where it is not to be asked."""
        return self._walker.permission or AS_ROOT

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
        """A name that is free, where the caller may make one."""
        place = self._free(path, directory=directory)
        self._permission.ask_name(place.parent)
        return place

    def _free(self, path: str, *, directory: bool = False) -> Place:
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
        if name in _NO_NAMES or len(path) > _SHORT or "\0" in name or not self._warm:
            return None
        directory = self._warm.get(prefix) or self._walker.longer_by_one(prefix)
        if directory is None:
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
        """Whether the caller may. Root may all but execute what nobody may, and write to a read-only mount."""
        try:
            inode = self._find(str(path))
        except OSError:
            return False
        if mode & os.W_OK and inode.sb.upper is None and (inode.is_file or inode.is_dir):
            return False
        wanted = mode & (READ | WRITE | SEARCH)  # the bits of R_OK, W_OK and X_OK
        return self._permission.allows(inode, wanted)

    @syscall
    def listdir(self, path: AnyPath = "/") -> list[str]:
        """The names in a directory, sorted."""
        return sorted(readdir(self._directory(str(path))))

    def _directory(self, path: str) -> Inode:
        inode = self._find(path)
        if not inode.is_dir:
            refuse(errno.ENOTDIR)
        self._permission.ask(inode, READ)
        return inode

    @syscall
    def readlink(self, path: AnyPath) -> str:
        """The target of a symlink, as written."""
        node = self._find(str(path), follow=False).node
        return node.target if isinstance(node, Symlink) else refuse(errno.EINVAL)

    # -- extended attributes

    @syscall
    def getxattr(self, path: AnyPath, name: str, *, follow_symlinks: bool = True) -> bytes:
        """The value of an extended attribute; ENODATA if it has none of that name."""
        return xattrs.get_xattr(self._find(str(path), follow_symlinks), name)

    @syscall
    def listxattr(self, path: AnyPath, *, follow_symlinks: bool = True) -> list[str]:
        """The names of the extended attributes, sorted."""
        return xattrs.list_xattrs(self._find(str(path), follow_symlinks))
