"""Handles: open files and directories, from OPEN to RELEASE.

A listing is a snapshot, taken when it is read from its beginning, as overlayfs takes one. A file whose last name is
gone can be read and written as long as a handle is open.

Neighbour: union.open_file. Source: Linux fs/fuse/file.c, readdir.c.
"""

import errno
import os
from collections.abc import Callable
from itertools import count

from coursekit.errors import CourseError
from coursekit.fuse import wire
from coursekit.fuse.nodes import Nodes
from coursekit.fuse.wire import Request, names
from coursekit.union import create
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse
from coursekit.vfs.dir_entry import DirEntry
from coursekit.vfs.open_file import OpenFile, open_inode
from coursekit.vfs.overlay import Overlay

UNKNOWN = 0xFFFFFFFF  # the inode number of a listed name that stands for nothing
_KEEP_CACHE = 1 << 1  # FOPEN_KEEP_CACHE: nobody but this mount changes what the kernel has read
_CACHE_DIR = 1 << 3  # FOPEN_CACHE_DIR: a listing may be kept, too: only where no name comes or goes


class Handles(Nodes):
    """OPEN, CREATE, READ, WRITE, LSEEK, FSYNC, RELEASE, and the same for directories."""

    def __init__(self, overlay: Overlay, *, squash: tuple[int, int] | None = None) -> None:
        super().__init__(overlay, squash=squash)
        self._handles: dict[int, OpenFile] = {}
        self._listings: dict[int, tuple[DirEntry, ...]] = {}
        self._next_handle = count(1)
        self.keep: Callable[[], None] = lambda: None  # called by fsync: what an upperdir in memory needs to survive

    def close(self) -> None:
        """Lets go of what is still open."""
        for opened in self._handles.values():
            opened.close()
        self._handles.clear()

    def _opened(self, opened: OpenFile, flags: int = _KEEP_CACHE) -> bytes:
        handle = next(self._next_handle)
        self._handles[handle] = opened
        return wire.OPEN_OUT.pack(handle, flags, 0)

    def _handle(self, request: Request) -> tuple[int, OpenFile]:
        [handle] = wire.HANDLE_IN.unpack_from(request.body)
        opened = self._handles.get(handle)
        return refuse(errno.EBADF) if opened is None else (handle, opened)

    def _do_open(self, request: Request) -> bytes:
        flags, _ = wire.OPEN_IN.unpack_from(request.body)
        return self._opened(open_inode(self.inode(request.node), flags & ~os.O_APPEND))  # the kernel knows the end

    def _do_create(self, request: Request) -> bytes:
        flags, mode, _, _ = wire.CREATE_IN.unpack_from(request.body)
        parent, [name] = self.inode(request.node), names(request.body, wire.CREATE_IN.size)
        inode = self.child(parent, name)
        if inode is not None and flags & os.O_EXCL:
            refuse(errno.EEXIST)
        created = inode is None
        inode = create.create_file(parent, name, mode & 0o7777) if inode is None else inode
        opened = open_inode(inode, flags & ~(os.O_APPEND | os.O_CREAT), created)
        return self.entry(inode) + self._opened(opened)

    def _do_read(self, request: Request) -> bytes:
        _, offset, size, *_ = wire.READ_IN.unpack_from(request.body)
        inode = self.inode(request.node)  # not the handle's file: the kernel fills a page for a writer, too
        return inode.content.read(offset, size)

    def _do_write(self, request: Request) -> bytes:
        _, opened = self._handle(request)
        _, offset, size, *_ = wire.READ_IN.unpack_from(request.body)
        start = wire.READ_IN.size
        written = opened.pwrite(bytes(request.body[start : start + size]), offset)
        return wire.WRITE_OUT.pack(written, 0)

    def _do_lseek(self, request: Request) -> bytes:
        _, opened = self._handle(request)
        _, offset, whence, _ = wire.LSEEK_IN.unpack_from(request.body)
        return wire.NUMBER_OUT.pack(opened.seek(offset, whence))

    def _do_fsync(self, request: Request) -> bytes:
        self._handle(request)[1].fsync()
        try:
            self.keep()
        except CourseError:
            refuse(errno.EIO)
        return b""

    def _do_release(self, request: Request) -> bytes:
        handle, opened = self._handle(request)
        opened.close()
        del self._handles[handle]
        self._listings.pop(handle, None)
        return b""

    def _do_opendir(self, request: Request) -> bytes:
        inode = self.inode(request.node)
        unchanging = _CACHE_DIR if inode.sb.upper is None else 0
        return self._opened(open_inode(inode, os.O_RDONLY | os.O_DIRECTORY), _KEEP_CACHE | unchanging)

    _do_releasedir = _do_release
    _do_fsyncdir = _do_fsync

    def _do_readdir(self, request: Request) -> bytes:
        return self._listed(request, plus=False)

    def _do_readdirplus(self, request: Request) -> bytes:
        return self._listed(request, plus=True)

    def _listed(self, request: Request, plus: bool) -> bytes:
        """As many names from an offset on as there is room for; offset 0 takes the snapshot."""
        handle, opened = self._handle(request)
        _, offset, room, *_ = wire.READ_IN.unpack_from(request.body)
        directory = self.inode(request.node)
        if offset == 0:
            opened.seek(0)
            self._listings[handle] = opened.readdir()
        listed = self._listings.get(handle, ())
        found = bytearray()
        for position in range(offset, len(listed) + 2):
            if position < 2:
                dot = directory if position == 0 else directory.parent or directory
                inode = None  # the kernel knows it already
                piece = _unknown(plus) + wire.entry(b".."[: position + 1], dot.ino, position + 1, dot.type)
            else:
                each = listed[position - 2]
                inode = self._listed_inode(directory, each)
                piece = self._name(each, inode, position + 1, plus)
            if len(found) + len(piece) > room:
                break
            found += piece
            if plus and inode is not None:
                self.node(inode).known += 1  # the kernel has looked it up by this
        return bytes(found)

    def _name(self, each: DirEntry, inode: Inode | None, position: int, plus: bool) -> bytes:
        """One name as readdir tells it; before it, where asked for, what LOOKUP would say."""
        name = os.fsencode(each.name)
        if inode is None:  # gone since, or a whiteout that a listing shows
            return _unknown(plus) + wire.entry(name, UNKNOWN, position, each.kind << 12)
        return (self.told(inode) if plus else b"") + wire.entry(name, inode.ino, position, inode.type)

    def _listed_inode(self, directory: Inode, each: DirEntry) -> Inode | None:
        try:
            return self.overlay.child(directory, each.name)
        except OSError:  # listed, and refused: it leads where the mount may not follow
            return None


def _unknown(plus: bool) -> bytes:
    """What stands before a name without a node, where a listing tells of nodes."""
    return bytes(wire.ENTRY.size + wire.ATTR.size) if plus else b""
