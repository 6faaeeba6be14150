"""Operations: the kernel's requests, answered from the engine's inodes.

    node 1 ─ root      the kernel names an object by a number that LOOKUP gave it, until it FORGETs it (nodes)
    handle             an open file description of ours, for OPEN … RELEASE

Each answer is one call of a rule that `Overlay`'s paths use as well: create, remove, rename, attributes, open. A listing
is a snapshot, taken when it is read from its beginning, as overlayfs takes one. A file whose last name is gone can be
read and written as long as a handle is open.

Neighbours: `wire` (the layout), `server` (the loop). Source: Linux fs/fuse (dir.c, file.c, readdir.c, xattr.c).
"""

import errno
import os
import stat
from collections.abc import Callable
from itertools import count

from coursekit.errors import CourseError
from coursekit.fs.node import DEVICE_KINDS, Symlink
from coursekit.fuse import wire
from coursekit.fuse.nodes import NodeTable
from coursekit.fuse.wire import Opcode, Request, Valid, names
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE
from coursekit.union import attributes, create, remove, xattrs
from coursekit.union.caller import Caller
from coursekit.union.inode import Inode
from coursekit.union.link import link
from coursekit.union.rename import check_paths, rename
from coursekit.union.status import owned_by
from coursekit.union.superblock import refuse
from coursekit.vfs.dir_entry import DirEntry
from coursekit.vfs.open_file import OpenFile, open_inode
from coursekit.vfs.overlay import Overlay
from coursekit.vfs.walk import NAME_MAX

FOREVER = 3600  # seconds that the kernel may keep what only this mount can change
BLOCK = 4096
ROOM = 1 << 28  # blocks that statfs reports: an upperdir in memory has no size of its own
UNKNOWN = 0xFFFFFFFF  # the inode number of a listed name that stands for nothing
_KEEP_CACHE = 1 << 1  # FOPEN_KEEP_CACHE: nobody but this mount changes what the kernel has read
_CACHE_DIR = 1 << 3  # FOPEN_CACHE_DIR: a listing may be kept, too: only where no name comes or goes


class Operations:
    """Answers requests about one overlay. `squash`: whose all files are to look like (uid, gid)."""

    def __init__(self, overlay: Overlay, *, squash: tuple[int, int] | None = None) -> None:
        self.overlay = overlay
        self.squash = squash
        self.nodes = NodeTable(overlay.root)
        self.keep: Callable[[], None] = lambda: None  # called by fsync: what an upperdir in memory needs to survive
        self._handles: dict[int, OpenFile] = {}
        self._listings: dict[int, tuple[DirEntry, ...]] = {}
        self._next_handle = count(1)
        self._answers: dict[int, Callable[[Request], bytes]] = {
            getattr(Opcode, name.removeprefix("_do_").upper()): getattr(self, name)
            for name in dir(self)
            if name.startswith("_do_")
        }
        overlay.sb.raised = []

    def answer(self, request: Request) -> bytes | None:
        """The bytes of a reply, or None where none is wanted. Raises: OSError for what is refused."""
        match request.opcode:
            case Opcode.FORGET:
                self.nodes.forget([(request.node, wire.FORGET_IN.unpack_from(request.body)[0])])
                return None
            case Opcode.BATCH_FORGET:
                self.nodes.forget(wire.FORGET_ONE.iter_unpack(request.body[wire.BATCH_IN.size :]))
                return None
            case Opcode.INTERRUPT:
                return None
        known = self._answers.get(request.opcode)
        if known is None:
            refuse(errno.ENOSYS)
        self.overlay.sb.caller = Caller(*self._owner(request.uid, request.gid))
        return known(request)

    def close(self) -> None:
        """Lets go of what is still open."""
        for opened in self._handles.values():
            opened.close()
        self._handles.clear()

    def described(self, request: Request) -> str:
        """A request in words, for the log: what was asked, of what, by whom."""
        named = {code.value: code.name for code in Opcode}
        asked = named.get(request.opcode, f"request {request.opcode}")
        try:
            place = self.nodes.inode(request.node).path
        except OSError:
            place = "something forgotten"
        return f"{asked} of {place} (node {request.node}) by user {request.uid}, process {request.pid}"

    def outdated(self) -> list[int]:
        """The nodes whose attributes the kernel may have kept, and a copy-up changed; each is told once."""
        raised, self.overlay.sb.raised = self.overlay.sb.raised or [], []
        return [node.number for inode in raised if (node := self.nodes.find(inode)) is not None]

    # -- what a node is

    def _entry(self, inode: Inode) -> bytes:
        """What LOOKUP says; the kernel knows the node once more."""
        said = self._told(inode)
        self.nodes.node(inode).known += 1
        return said

    def _told(self, inode: Inode) -> bytes:
        """An inode's node and attributes, as LOOKUP and READDIRPLUS lay them out."""
        node, found = self.nodes.node(inode), self._stat(inode)
        return wire.ENTRY.pack(node.number, 0, FOREVER, kept(inode, found), 0, 0) + wire.attributes(found)

    def _stat(self, inode: Inode) -> os.stat_result:
        """What stat says, with the owner that is to be seen."""
        found = inode.sb.stat(inode)
        return found if self.squash is None else owned_by(found, *self.squash)

    def _owner(self, uid: int, gid: int) -> tuple[int, int]:
        """The owner as the layer keeps it: root for the one user that `squash` names."""
        if self.squash is None:
            return uid, gid
        return (0 if uid == self.squash[0] else uid), (0 if gid == self.squash[1] else gid)

    def _child(self, parent: Inode, name: str) -> Inode | None:
        """What a name stands for; None for nothing."""
        if len(os.fsencode(name)) > NAME_MAX:
            refuse(errno.ENAMETOOLONG)
        return self.overlay.child(parent, name)

    def _existing(self, parent: Inode, name: str) -> Inode:
        """What a name stands for; ENOENT for nothing."""
        inode = self._child(parent, name)
        return refuse(errno.ENOENT) if inode is None else inode

    # -- names

    def _do_lookup(self, request: Request) -> bytes:
        [name] = names(request.body)
        inode = self._child(self.nodes.inode(request.node), name)
        if inode is None:  # a node 0 tells the kernel that it may remember that, too
            return wire.ENTRY.pack(0, 0, FOREVER, 0, 0, 0) + bytes(wire.ATTR.size)
        return self._entry(inode)

    def _do_mkdir(self, request: Request) -> bytes:
        mode, _ = wire.MKDIR_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.MKDIR_IN.size)
        create.make_directory(parent, name, mode)
        return self._entry(self._existing(parent, name))

    def _do_mknod(self, request: Request) -> bytes:
        mode, number, _, _ = wire.MKNOD_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.MKNOD_IN.size)
        kind = stat.S_IFMT(mode)
        if kind in (0, stat.S_IFREG):
            create.create_file(parent, name, mode & 0o7777)
        else:
            device = wire.device_of(number) if kind in (stat.S_IFCHR, stat.S_IFBLK) else 0
            create.make_device(parent, name, mode & 0o7777, DEVICE_KINDS[kind], os.major(device), os.minor(device))
        return self._entry(self._existing(parent, name))

    def _do_symlink(self, request: Request) -> bytes:
        name, target = names(request.body)
        parent = self.nodes.inode(request.node)
        create.make_symlink(parent, name, target)
        return self._entry(self._existing(parent, name))

    def _do_link(self, request: Request) -> bytes:
        [source] = wire.LINK_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.LINK_IN.size)
        link(self.nodes.inode(source), parent, name)
        return self._entry(self._existing(parent, name))

    def _do_unlink(self, request: Request) -> bytes:
        parent, [name] = self.nodes.inode(request.node), names(request.body)
        remove.unlink(parent, name, self._existing(parent, name))
        return b""

    def _do_rmdir(self, request: Request) -> bytes:
        parent, [name] = self.nodes.inode(request.node), names(request.body)
        inode = self._existing(parent, name)
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
        source, directory = self.nodes.inode(request.node), self.nodes.inode(target)
        name, new_name = names(request.body, start)
        if source.sb is not directory.sb:
            refuse(errno.EXDEV)
        old, new = self._existing(source, name), self._child(directory, new_name)
        if flags & RENAME_NOREPLACE and new is not None:
            refuse(errno.EEXIST)
        if flags & RENAME_EXCHANGE and new is None:
            refuse(errno.ENOENT)
        if any(each is not None and each.sb is not source.sb for each in (old, new)):
            refuse(errno.EBUSY)
        check_paths(old, source, new, directory, bool(flags & RENAME_EXCHANGE))
        rename(source, name, old, directory, new_name, new, flags)
        return b""

    # -- open files

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
        return self._opened(
            open_inode(self.nodes.inode(request.node), flags & ~os.O_APPEND)
        )  # the kernel knows the end

    def _do_create(self, request: Request) -> bytes:
        flags, mode, _, _ = wire.CREATE_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.CREATE_IN.size)
        inode = self._child(parent, name)
        if inode is not None and flags & os.O_EXCL:
            refuse(errno.EEXIST)
        created = inode is None
        inode = create.create_file(parent, name, mode & 0o7777) if inode is None else inode
        opened = open_inode(inode, flags & ~(os.O_APPEND | os.O_CREAT), created)
        return self._entry(inode) + self._opened(opened)

    def _do_read(self, request: Request) -> bytes:
        _, offset, size, *_ = wire.READ_IN.unpack_from(request.body)
        inode = self.nodes.inode(request.node)  # not the handle's file: the kernel fills a page for a writer, too
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
        inode = self.nodes.inode(request.node)
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
        directory = self.nodes.inode(request.node)
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
                self.nodes.node(inode).known += 1  # the kernel has looked it up by this
        return bytes(found)

    def _name(self, each: DirEntry, inode: Inode | None, position: int, plus: bool) -> bytes:
        """One name as readdir tells it; before it, where asked for, what LOOKUP would say."""
        name = os.fsencode(each.name)
        if inode is None:  # gone since, or a whiteout that a listing shows
            return _unknown(plus) + wire.entry(name, UNKNOWN, position, each.kind << 12)
        return (self._told(inode) if plus else b"") + wire.entry(name, inode.ino, position, inode.type)

    def _listed_inode(self, directory: Inode, each: DirEntry) -> Inode | None:
        try:
            return self.overlay.child(directory, each.name)
        except OSError:  # listed, and refused: it leads where the mount may not follow
            return None

    # -- attributes

    def _do_getattr(self, request: Request) -> bytes:
        return self._attributes(self.nodes.inode(request.node))

    def _attributes(self, inode: Inode) -> bytes:
        found = self._stat(inode)
        return wire.ATTR_OUT.pack(kept(inode, found), 0, 0) + wire.attributes(found)

    def _do_setattr(self, request: Request) -> bytes:
        inode = self.nodes.inode(request.node)
        fields = wire.SETATTR_IN.unpack_from(request.body)
        valid, size, (mode, _, uid, gid) = fields[0], fields[3], fields[11:15]
        inode.sb.want_write()
        if valid & (Valid.UID | Valid.GID) or not valid:  # chown(-1, -1) asks for nothing, and copies up
            uid, gid = self._owner(uid, gid)
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
        node = self.nodes.inode(request.node).node
        return os.fsencode(node.target) if isinstance(node, Symlink) else refuse(errno.EINVAL)

    def _do_statfs(self, request: Request) -> bytes:
        return wire.STATFS_OUT.pack(ROOM, ROOM, ROOM, ROOM, ROOM, BLOCK, NAME_MAX, BLOCK, 0)

    def _do_getxattr(self, request: Request) -> bytes:
        size, _ = wire.XATTR_IN.unpack_from(request.body)
        [name] = names(request.body, wire.XATTR_IN.size)
        return _measured(xattrs.get_xattr(self.nodes.inode(request.node), name), size)

    def _do_listxattr(self, request: Request) -> bytes:
        size, _ = wire.XATTR_IN.unpack_from(request.body)
        found = xattrs.list_xattrs(self.nodes.inode(request.node))
        return _measured(b"".join(os.fsencode(name) + b"\0" for name in found), size)

    def _do_setxattr(self, request: Request) -> bytes:
        size, flags = wire.XATTR_IN.unpack_from(request.body)
        name, _, rest = bytes(request.body[wire.XATTR_IN.size :]).partition(b"\0")
        inode = self.nodes.inode(request.node)
        inode.sb.want_write()
        xattrs.set_xattr(inode, os.fsdecode(name), rest[:size], flags)
        return b""

    def _do_removexattr(self, request: Request) -> bytes:
        [name] = names(request.body)
        inode = self.nodes.inode(request.node)
        inode.sb.want_write()
        xattrs.remove_xattr(inode, name)
        return b""


def _unknown(plus: bool) -> bytes:
    """What stands before a name without a node, where a listing tells of nodes."""
    return bytes(wire.ENTRY.size + wire.ATTR.size) if plus else b""


def _measured(value: bytes, size: int) -> bytes:
    """A value, or how long it is where the caller has room for nothing."""
    if size == 0:
        return wire.XATTR_IN.pack(len(value), 0)
    return value if len(value) <= size else refuse(errno.ERANGE)


def kept(inode: Inode, found: os.stat_result) -> int:
    """Seconds that attributes hold: until something is asked of this very object, or it is `outdated`; or 0 for a file
    of which another node's request may change what stat says (a writer's, one with several names)."""
    if inode.sb.upper is None or inode.is_dir:
        return FOREVER
    sparse = inode.is_file and found.st_blocks * 512 < found.st_size
    return 0 if sparse or found.st_nlink != 1 else FOREVER
