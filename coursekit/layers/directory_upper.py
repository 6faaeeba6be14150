"""DirectoryUpper: an upperdir and workdir on a disk, in the kernel's own format.

    upper/etc/motd         char device 0/0                    a whiteout
    upper/srv/             trusted.overlay.opaque=y           nothing below it shows
    upper/etc/hosts        trusted.overlay.origin             it was copied up
    work/work/#7           what has no name in upperdir yet (workdir.py)

What is written here, a kernel overlay mount goes on with, and the other way round; and it serves as a lowerdir. Each
change that shows is **one** system call, a rename into place in most cases; data is on the disk before its name is.

A handle is an UpperNode: it knows its names, and with them its path. A file whose last name goes is kept open until it is
forgotten. What is known of a directory or a file is kept in memory: nobody else may write to the upperdir meanwhile.

The second adapter of the port Upper. Source: Linux Documentation/filesystems/overlayfs.rst.
"""

import errno
import os
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from coursekit.errors import ToolMissing, os_error
from coursekit.fs.content import Content
from coursekit.fs.node import Directory, File, Metadata, Node, Whiteout, metadata
from coursekit.language import _
from coursekit.layers.directory_lower import DirectoryLower, node_at
from coursekit.layers.disk import Disk, fill, write_all
from coursekit.layers.freeze import frozen_layer
from coursekit.layers.layer import Layer
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT
from coursekit.layers.long_paths import LongPaths
from coursekit.layers.memory_upper import with_meta
from coursekit.layers.ports import Lower
from coursekit.layers.upper_node import ContentInMemory, Descriptors, LiveContent, UpperNode
from coursekit.layers.workdir import Workdir, check_places
from coursekit.layers.xattr_names import TRUSTED, USER, OverlayXattrs

_SURE = 2**31 * 10**9  # nanoseconds: each file system keeps what lies before, since 1970
_NOTHING: Mapping[str, UpperNode] = MappingProxyType({})


class DirectoryUpper:
    """The upperdir at one path, with the workdir at another on the same file system. A context manager."""

    hardlinks = None

    def __init__(
        self,
        directory: str | os.PathLike[str],
        workdir: str | os.PathLike[str],
        *,
        userxattr: bool = False,
        volatile: bool = False,
        disk: Disk | None = None,
    ) -> None:
        """Both exist. `userxattr` keeps notes as user.overlay.*, which needs no root; `volatile` never waits for the
        disk, and the upperdir cannot be used again after a crash.

        Raises: OSError with ENOENT; EINVAL for what is no directory, for two file systems, where one is inside the
        other; EBUSY where another mount has them; EOPNOTSUPP or EPERM where the notes cannot be kept.
        """
        if not hasattr(os, "setxattr"):
            raise ToolMissing(_("an upperdir on a disk needs Linux; Overlay(lowerdir) keeps what is written in memory"))
        self.path, work = self.places = [os.path.realpath(os.fspath(one)) for one in (directory, workdir)]
        self.notes = USER if userxattr else TRUSTED
        self.disk = disk or Disk()
        self._volatile = volatile
        check_places(self.path, work)
        self._work = Workdir(work, self.disk, self.notes, volatile=volatile)
        self.root = UpperNode(os.stat(self.path).st_ino)
        self._known: weakref.WeakValueDictionary[int, UpperNode] = weakref.WeakValueDictionary()
        self._paths = LongPaths(self.root, self.path)
        self.files = Descriptors(self.disk, partial(_where, self._paths))
        self._unsynced: set[UpperNode] = set()  # directories in which a name came or went
        self._finish = weakref.finalize(self, _let_go, self.files, self._paths, self._work)
        try:
            self._try_notes()
        except BaseException:
            self.close()
            raise

    def _try_notes(self) -> None:
        """Whether this file system and this user can keep overlayfs's notes at all."""
        trial = self._work.name()
        self.disk.mkdir(trial)
        try:
            self.disk.setxattr(trial, self.notes.opaque, b"y")
        except OSError as failure:
            how = "the file system there has none" if self.notes is USER else "that needs root; or give userxattr"
            raise OSError(failure.errno, f"no {self.notes.prefix}* attributes can be set ({how})", self.path) from None
        finally:
            self._work.discard(trial)

    def serves(self, lowers: Sequence[Lower], notes: OverlayXattrs, *, index: bool) -> None:
        """Raise for what an upperdir of this kind cannot do. Raises: OSError."""
        for lower in lowers:
            if isinstance(lower, DirectoryLower) and any(Path(lower.root).is_relative_to(one) for one in self.places):
                raise os_error(errno.ELOOP, lower.root)
        if index:
            why = "index=on names lower files by the kernel's file handles, in workdir/index: that only the kernel can"
            raise OSError(errno.EOPNOTSUPP, f"{why}; in memory it works, and without it this upperdir does", self.path)
        if notes is not self.notes:
            raise OSError(errno.EINVAL, "of mount and upperdir only one has userxattr", self.path)

    # -- finding

    def child(self, directory: UpperNode, name: str) -> UpperNode | None:
        """What is stored under the name."""
        return self._names(directory).get(name)

    def children(self, directory: UpperNode) -> Mapping[str, UpperNode]:
        """All that a directory stores."""
        return self._names(directory) if isinstance(self.node(directory), Directory) else _NOTHING

    def _names(self, directory: UpperNode) -> dict[str, UpperNode]:
        if directory.children is None:
            directory.children = {}
            if directory.names or directory is self.root:
                with os.scandir(self.where(directory)) as found:
                    for one in found:
                        self._attach(self._handle(one.inode(), one.is_dir(follow_symlinks=False)), directory, one.name)
        return directory.children

    def _handle(self, number: int, is_dir: bool) -> UpperNode:
        """The handle of an inode: the same for all names of a file."""
        known = None if is_dir else self._known.get(number)
        if known is None:
            known = self._known[number] = UpperNode(number)
        return known

    def where(self, handle: UpperNode) -> str:
        """The path of an object on the disk."""
        return _where(self._paths, handle)

    def _place(self, directory: UpperNode, name: str) -> str:
        return f"{self.where(directory)}/{name}"

    def node(self, handle: UpperNode) -> Node:
        """What it is now."""
        if handle.node is None:
            path = self.where(handle)
            found = os.lstat(path)
            handle.size = found.st_size
            handle.node = node_at(path, found, self.notes, LiveContent(self.files, handle))
        return handle.node

    def number(self, handle: UpperNode) -> int:
        """Its inode number."""
        return handle.number

    def nlink(self, handle: UpperNode) -> int:
        """Its link count on the disk."""
        if handle.descriptor is None and not handle.names and handle is not self.root:
            return 0
        return self.files.status(handle).st_nlink

    def origin(self, handle: UpperNode) -> int | None:
        """The `st_ino` it had below."""
        note = metadata(self.node(handle)).xattrs.get(self.notes.number, b"")
        return int(note) if note.isdigit() else None

    # -- names

    def create(self, directory: UpperNode, name: str, node: Node, origin: int | None = None) -> UpperNode:
        """Store a new object in place of whatever the name stands for."""
        if origin is not None:
            node = self._noted(node, origin)
        staged, descriptor = self._work.make(node)
        handle = UpperNode((os.lstat(staged) if descriptor is None else os.fstat(descriptor)).st_ino)
        if descriptor is not None:
            self.files.keep(handle, descriptor)  # who makes a file writes to it next
        try:
            self._install(staged, directory, name, is_dir=isinstance(node, Directory))
        except BaseException:
            self.files.close(handle)
            raise
        if not isinstance(node, Whiteout):  # those are links to one inode, and have nothing in common but that
            self._known[handle.number] = handle
        handle.size = node.content.size if isinstance(node, File) else 0
        handle.node = File(node.meta, LiveContent(self.files, handle)) if isinstance(node, File) else node
        handle.children = {} if isinstance(node, Directory) else None
        self._attach(handle, directory, name)
        return handle

    def _noted(self, node: Node, origin: int) -> Node:
        """The node with a note that it was copied up; only files and directories can have one in user.*."""
        if isinstance(node, Whiteout) or (self.notes is USER and not isinstance(node, File | Directory)):
            return node
        notes = {self.notes.origin: b"", self.notes.number: str(origin).encode()}
        return with_meta(node, replace(node.meta, xattrs={**node.meta.xattrs, **notes}))

    def _install(self, staged: str, directory: UpperNode, name: str, *, is_dir: bool) -> None:
        """Give what was made in workdir its name, at one stroke."""
        place, old = self._place(directory, name), self.child(directory, name)
        try:
            if old is None:
                self.disk.rename(staged, place, RENAME_NOREPLACE)
            elif is_dir or self._is_dir(old):  # one of the two is none: they change places
                self._hold(old)
                self.disk.rename(staged, place, RENAME_EXCHANGE)
            else:
                self._hold(old)
                self.disk.rename(staged, place)
        except BaseException:
            self._work.discard(staged)
            raise
        if old is not None:
            self._detach(directory, name)
            self._work.discard(staged)
        self._keep_time(directory)

    def create_nameless(self, node: File) -> UpperNode:
        """Store a new file without a name, on the disk's own terms: a stop leaves nothing of it."""
        descriptor = self._work.make_nameless(node)
        handle = UpperNode(os.fstat(descriptor).st_ino)
        try:
            self.files.hold(handle, descriptor)
        except OSError:
            self.disk.close(descriptor)
            raise
        self._known[handle.number] = handle
        handle.size = node.content.size
        handle.node = File(node.meta, LiveContent(self.files, handle))
        return handle

    def link(self, handle: UpperNode, directory: UpperNode, name: str) -> None:
        """A second name for a file, or the first."""
        source = self.where(handle) if handle.names or handle.descriptor is None else handle.descriptor
        if self.child(directory, name) is None:
            self.disk.link(source, self._place(directory, name))
            self._keep_time(directory)
        else:
            staged = self._work.name()
            self.disk.link(source, staged)
            self._install(staged, directory, name, is_dir=False)
        self._attach(handle, directory, name)

    def remove(self, directory: UpperNode, name: str) -> None:
        """Take the name away, and with a directory all that it holds."""
        place, old = self._place(directory, name), self._names(directory)[name]
        self._hold(old)
        if self._is_dir(old):
            gone = self._work.name()
            self.disk.rename(place, gone)
            self._work.discard(gone)
        else:
            self.disk.unlink(place)
        self._detach(directory, name)
        self._keep_time(directory)

    def move(self, source: UpperNode, name: str, target: UpperNode, new_name: str, *, whiteout: bool = False) -> None:
        """Give an object another name, and leave a whiteout at the old one if told so."""
        moved, old = self._names(source)[name], self.child(target, new_name)
        place, new_place = self._place(source, name), self._place(target, new_name)
        swapped = old is not None and isinstance(self.node(old), Whiteout) and (whiteout or self._is_dir(moved))
        if old is not None and not swapped:
            if self._is_dir(old):
                self._empty(target, new_name)
            self._hold(old)
        self.disk.rename(place, new_place, RENAME_EXCHANGE if swapped else RENAME_WHITEOUT if whiteout else 0)
        if old is not None:
            self._detach(target, new_name)
        self._detach(source, name)
        self._attach(moved, target, new_name)
        if swapped and not whiteout:
            self.disk.unlink(place)
        elif whiteout:
            self._attach(self._handle(os.lstat(place).st_ino, False), source, name)
        self._keep_time(source)
        self._keep_time(target)

    def _empty(self, directory: UpperNode, name: str) -> None:
        """Put an empty opaque directory in place of one that holds only whiteouts: rename(2) takes no other."""
        old = self._names(directory)[name]
        if self._names(old):
            self.create(directory, name, Directory(metadata(self.node(old)), opaque=True))

    def exchange(self, source: UpperNode, name: str, target: UpperNode, new_name: str) -> None:
        """Let two names change places."""
        one, other = self._names(source)[name], self._names(target)[new_name]
        self.disk.rename(self._place(source, name), self._place(target, new_name), RENAME_EXCHANGE)
        self._detach(source, name)
        self._detach(target, new_name)
        self._attach(one, target, new_name)
        self._attach(other, source, name)
        self._keep_time(source)
        self._keep_time(target)

    def _attach(self, handle: UpperNode, directory: UpperNode, name: str) -> None:
        self._names(directory)[name] = handle
        handle.names.append((directory, name))

    def _detach(self, directory: UpperNode, name: str) -> None:
        handle = self._names(directory).pop(name)
        handle.names.remove((directory, name))
        if not handle.names and isinstance(self.node(handle), Whiteout):
            self._known.pop(handle.number, None)

    def _hold(self, handle: UpperNode) -> None:
        """What is about to lose its last name stays open until it is forgotten."""
        if len(handle.names) == 1 and not isinstance(self.node(handle), Whiteout):
            self.files.hold(handle)

    def _is_dir(self, handle: UpperNode) -> bool:
        return isinstance(self.node(handle), Directory)

    def _keep_time(self, directory: UpperNode) -> None:
        """The disk has set the directory's time; whether it changes in the union is decided above."""
        self._unsynced.add(directory)
        self.disk.utime(self.where(directory), metadata(self.node(directory)).mtime_ns)

    # -- contents and metadata

    def set_meta(self, handle: UpperNode, meta: Metadata) -> None:
        """Replace mode, owner, mtime and extended attributes."""
        node = self.node(handle)
        old = metadata(node)
        where = handle.descriptor if handle.descriptor is not None else self.where(handle)
        self._work.redress(where, old, meta, has_mode=not hasattr(node, "target"))
        if not 0 <= meta.mtime_ns < _SURE:
            meta = replace(meta, mtime_ns=self.files.status(handle).st_mtime_ns)
        handle.node = with_meta(node, meta)

    def set_opaque(self, directory: UpperNode) -> None:
        """Mark that nothing below this directory shows."""
        self.disk.setxattr(self.where(directory), self.notes.opaque, b"y")
        directory.node = Directory(metadata(self.node(directory)), opaque=True)

    def write(self, handle: UpperNode, offset: int, data: bytes) -> int:
        """Put bytes into a file; how many there was room for."""
        done = write_all(self.disk, self.files.of(handle), data, offset)
        handle.size = max(handle.size, offset + done)
        return done

    def fill(self, handle: UpperNode, content: Content) -> None:
        """Put contents in place of the hole that a file is."""
        descriptor = self.files.of(handle)
        fill(self.disk, descriptor, content)
        handle.size = content.size
        if not self._volatile:
            self.disk.fsync(descriptor)

    def truncate(self, handle: UpperNode, size: int) -> None:
        """Set the length of a file."""
        self.disk.truncate(self.files.of(handle), size)
        handle.size = size

    def allocate(self, handle: UpperNode, mode: int, offset: int, length: int) -> None:
        """What fallocate(2) does to a file."""
        descriptor = self.files.of(handle)
        self.disk.allocate(descriptor, mode, offset, length)
        handle.size = os.fstat(descriptor).st_size

    def set_atime(self, handle: UpperNode, atime_ns: int) -> int:
        """Keep a time of access with an object; what the disk made of it."""
        where = handle.descriptor if handle.descriptor is not None else self.where(handle)
        self.disk.utime(where, metadata(self.node(handle)).mtime_ns, atime_ns)
        return atime_ns if 0 <= atime_ns < _SURE else self.files.status(handle).st_atime_ns

    def room(self) -> "os.statvfs_result | None":
        """What the file system under the upperdir says of its room."""
        return os.statvfs(self.path)

    def sync(self, handle: UpperNode) -> None:
        """Wait until an object is on the disk, and the names that lead to it."""
        if self._volatile:
            return
        if isinstance(self.node(handle), File):
            self.disk.fsync(self.files.of(handle))
        above: UpperNode | None = handle
        while above is not None:
            if above in self._unsynced and (above.names or above is self.root):
                self._sync_directory(above)
            above = above.names[0][0] if above.names else None

    def _sync_directory(self, directory: UpperNode) -> None:
        descriptor = self.disk.open(self.where(directory), os.O_RDONLY | os.O_DIRECTORY)
        try:
            self.disk.fsync(descriptor)
        finally:
            self.disk.close(descriptor)
        self._unsynced.discard(directory)

    def forget(self, handle: UpperNode) -> None:
        """Nobody has it any more: the disk may have its room."""
        self.files.close(handle)
        self._paths.forget(handle)
        self._known.pop(handle.number, None)

    # -- the whole

    def freeze(self) -> Layer:
        """The upperdir as it is now, its contents read into memory. On the disk it is a lowerdir as it stands."""
        return frozen_layer(self, self._frozen)

    def _frozen(self, handle: UpperNode) -> Node:
        node = self.node(handle)
        return File(node.meta, ContentInMemory(node.content)) if isinstance(node, File) else node

    def close(self) -> None:
        """Let go of all files and of the workdir: another mount may have them."""
        self._finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<DirectoryUpper {self.path}>"


def _where(paths: LongPaths[UpperNode], handle: UpperNode) -> str:
    return paths.of(handle, UpperNode.above)


def _let_go(files: Descriptors, paths: LongPaths[UpperNode], work: Workdir) -> None:
    files.close_all()
    paths.close()
    work.close()
