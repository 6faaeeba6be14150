"""Workdir: where an object is made whole before it gets its name in upperdir, as overlayfs does it.

    work/work/#3   made, filled, owned, dated, fsynced     ──rename──▶  upper/etc/hosts
    upper/old/     ──rename──▶  work/work/#4               emptied, removed

So upperdir never shows a half of anything, whenever the machine stops. What a stop leaves here is swept away at the
next mount. The directory is locked while it is in use: two writers would spoil each other's upperdir.

An adapter at the edge. Source: Linux fs/overlayfs/super.c (ovl_workdir_create), copy_up.c, dir.c.
"""

import contextlib
import errno
import os
import stat
from itertools import count
from pathlib import Path

from coursekit.errors import os_error
from coursekit.fs.node import FILE_TYPES, Device, Directory, File, Metadata, Node, Symlink, Whiteout
from coursekit.layers.disk import Disk, fill
from coursekit.layers.libc import RENAME_NOREPLACE
from coursekit.layers.long_paths import STEP
from coursekit.layers.xattr_names import OverlayXattrs

_PRIVILEGES = 0o6000  # suid and sgid, which chown takes away


def check_places(upper: str, work: str) -> None:
    """Refuse what mount(2) refuses of an upperdir and a workdir. Raises: OSError with ENOENT or EINVAL."""
    for path in (upper, work):
        if not stat.S_ISDIR(os.stat(path).st_mode):
            raise OSError(errno.EINVAL, "upperdir and workdir are directories, and this is none", path)
    if os.stat(upper).st_dev != os.stat(work).st_dev:
        raise OSError(errno.EINVAL, "upperdir and workdir are on two file systems, so nothing can be renamed", work)
    if Path(upper).is_relative_to(work) or Path(work).is_relative_to(upper):
        raise OSError(errno.EINVAL, "of upperdir and workdir, one lies in the other", work)


class Workdir:
    """The workdir of one upperdir, in use until `close`."""

    def __init__(self, path: str, disk: Disk, notes: OverlayXattrs, *, volatile: bool = False) -> None:
        """Locked and swept. Raises: OSError with EBUSY for one that is in use, EINVAL for one that was volatile."""
        self._disk, self._notes, self._volatile = disk, notes, volatile
        self._place = f"{path}/work"
        self._names = count(1)
        self._whiteout: str | None = None  # the one that all others are links to
        self._lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._take(path)
        except BaseException:
            os.close(self._lock)
            raise

    def _take(self, path: str) -> None:
        import fcntl  # Windows and browsers have none, and import this module all the same

        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise os_error(errno.EBUSY, path) from None
        incompatible = f"{self._place}/incompat/volatile"
        if os.path.lexists(incompatible):
            why = "a volatile mount had this upperdir: nobody knows what of it reached the disk; remove this to risk it"
            raise OSError(errno.EINVAL, why, incompatible)
        if os.path.lexists(self._place):
            self.discard(self._place)
        os.mkdir(self._place, 0o700)
        if self._volatile:
            os.makedirs(incompatible)

    def name(self) -> str:
        """A path in the workdir that is free."""
        return f"{self._place}/#{next(self._names):x}"

    def close(self) -> None:
        """Let another mount have it."""
        if self._whiteout is not None:
            self.discard(self._whiteout)
        os.close(self._lock)

    # -- making

    def make(self, node: Node) -> tuple[str, int | None]:
        """The path of a new object, complete with contents and metadata, and on the disk with its data.

        With a file comes its descriptor, for reading and writing.
        """
        path = self.name()
        try:
            match node:
                case Whiteout():
                    self._make_whiteout(path)
                    return path, None
                case Directory():
                    self._disk.mkdir(path)
                case Symlink(target=target):
                    self._disk.symlink(target, path)
                case Device(kind=kind, major=major, minor=minor):
                    self._disk.mknod(path, FILE_TYPES[kind] | 0o600, os.makedev(major, minor))
                case File():
                    return path, self._make_file(path, node)
            self.dress(path, node)
        except BaseException:
            self.discard(path)
            raise
        return path, None

    def _make_whiteout(self, path: str) -> None:
        """One more link to the whiteout of this mount, as overlayfs does it: thousands take one inode."""
        try:
            if self._whiteout is None:
                place = self.name()
                self._disk.mknod(place, stat.S_IFCHR, 0)
                self._whiteout = place
            self._disk.link(self._whiteout, path)
        except OSError as failure:
            if failure.errno not in (errno.EMLINK, errno.EPERM, errno.ENOENT, errno.EOPNOTSUPP):
                raise
            self._whiteout = None  # it has as many links as it can have, or can have none
            self._disk.mknod(path, stat.S_IFCHR, 0)

    def make_nameless(self, node: File) -> int:
        """The descriptor of a new file that has no name, for reading and writing."""
        return self._make_file(self._place, node, os.O_TMPFILE)

    def _make_file(self, path: str, node: File, how: int = os.O_CREAT | os.O_EXCL) -> int:
        descriptor = self._disk.open(path, os.O_RDWR | how)
        try:
            fill(self._disk, descriptor, node.content)
            self.dress(descriptor, node)
            if node.content.size and not self._volatile:
                self._disk.fsync(descriptor)
        except BaseException:
            self._disk.close(descriptor)
            raise
        return descriptor

    def dress(self, where: str | int, node: Node) -> None:
        """Give a new object owner, mode, attributes and time."""
        assert not isinstance(node, Whiteout)
        meta = node.meta
        if (meta.uid, meta.gid) != (os.geteuid(), os.getegid()):
            self.own(where, meta)
        if not isinstance(node, Symlink):
            self._disk.chmod(where, meta.mode)
        for name, value in meta.xattrs.items():
            self._disk.setxattr(where, name, value)
        if isinstance(node, Directory) and node.opaque:
            self._disk.setxattr(where, self._notes.opaque, b"y")
        self._disk.utime(where, meta.mtime_ns)

    def own(self, where: str | int, meta: Metadata) -> None:
        """Give an object to its owner. Raises: PermissionError for who may not, saying what to do."""
        try:
            self._disk.chown(where, meta.uid, meta.gid)
        except PermissionError as failure:
            who = f"only root may store what belongs to {meta.uid}:{meta.gid}; try `unshare -Ur --map-auto`"
            raise PermissionError(failure.errno, who) from None

    def redress(self, where: str | int, old: Metadata, new: Metadata, *, has_mode: bool = True) -> None:
        """Change metadata from `old` to `new`, each part by a call of its own."""
        owned = (old.uid, old.gid) != (new.uid, new.gid)
        if owned:
            self.own(where, new)
        if has_mode and (old.mode != new.mode or (owned and new.mode & _PRIVILEGES)):
            self._disk.chmod(where, new.mode)
        for name in old.xattrs.keys() - new.xattrs.keys():
            self._disk.removexattr(where, name)
        for name, value in new.xattrs.items():
            if old.xattrs.get(name) != value:
                self._disk.setxattr(where, name, value)
        self._disk.utime(where, new.mtime_ns)

    # -- unmaking

    def discard(self, path: str) -> None:
        """Remove what lies in the workdir; what cannot be removed waits for the next mount."""
        with contextlib.suppress(OSError):
            self._discard(path)

    def _discard(self, path: str) -> None:
        """A directory is emptied first. What lies far down in it comes up to the workdir for that: no path gets long."""
        waiting = [path]
        while waiting:
            path = waiting[-1]
            names = os.listdir(path) if stat.S_ISDIR(os.lstat(path).st_mode) else None
            if names:
                waiting.extend(self._lifted(f"{path}/{name}") for name in names)
                continue
            waiting.pop()
            (self._disk.unlink if names is None else self._disk.rmdir)(path)

    def _lifted(self, path: str) -> str:
        """Where an object is now that lay deep in the workdir."""
        while len(os.fsencode(path)) > STEP:
            lifted = self.name()
            with contextlib.suppress(FileExistsError):  # left by a stop, and about to be swept itself
                self._disk.rename(path, lifted, RENAME_NOREPLACE)
                return lifted
        return path
