"""Operations: the kernel's requests, answered from the engine's inodes.

    node 1 ─ root      the kernel names an object by a number that LOOKUP gave it, until it FORGETs it (nodes)
    handle             an open file description of ours, for OPEN … RELEASE

Each answer is one call of a rule that `Overlay`'s paths use as well: create, remove, rename, attributes, open. What the
kernel knows, by whatever means, can be used also when its last name is gone. Who may do what is not asked here: the
kernel has asked, and says by flags what an operation takes away from a file (suid, sgid, capabilities).

Neighbours: `wire` (the layout), `server` (the loop), `listings` (where reading a directory goes on).
Source: Linux fs/fuse (dir.c, file.c, readdir.c, xattr.c).
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from coursekit.errors import CourseError
from coursekit.fs import linux_numbers
from coursekit.fs.node import DEVICE_KINDS, Symlink
from coursekit.fuse import file_flags, wire
from coursekit.fuse.listings import Listing
from coursekit.fuse.nodes import Node, NodeTable
from coursekit.fuse.passthrough import Passthrough
from coursekit.fuse.splicing import SPLICED, ReadFiles, Spliced
from coursekit.fuse.wire import Feature, Opcode, Request, Valid, names
from coursekit.layers.directory_lower import DirectoryLower, OnDisk
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE, birth
from coursekit.layers.upper_node import LiveContent
from coursekit.union import attributes, create, remove, xattrs
from coursekit.union.caller import ROOT, Caller
from coursekit.union.copy_up import copy_up
from coursekit.union.inode import Inode
from coursekit.union.link import link
from coursekit.union.lookup import look_up_all
from coursekit.union.readdir import readdir
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
AHEAD = 100_000  # names to look at while nothing is asked
UNKNOWN = 0xFFFFFFFF  # the inode number of a listed name that stands for nothing
_KEEP_CACHE = 1 << 1  # FOPEN_KEEP_CACHE: nobody but this mount changes what the kernel has read
_PASSTHROUGH = 1 << 7  # FOPEN_PASSTHROUGH
NOBODY = 0xFFFFFFFF  # no user: who is none may leave no privileges with a file


class Operations:
    """Answers requests about one overlay. `squash`: whose all files are to look like (uid, gid)."""

    def __init__(self, overlay: Overlay, *, squash: tuple[int, int] | None = None) -> None:
        self.overlay = overlay
        self.squash = squash
        self.nodes = NodeTable(overlay.root)
        self.keep: Callable[[], None] = lambda: None  # called by fsync: what an upperdir in memory needs to survive
        self.wants: int = wire.WANTED
        self.agreed = 0  # the features that both sides have
        self._passed: Passthrough | None = None
        self._handles: dict[int, OpenFile] = {}
        self._reading = ReadFiles()
        self._next_handle = count(1)
        self._answers: dict[int, Callable[[Request], bytes | Spliced]] = {
            getattr(Opcode, name.removeprefix("_do_").upper()): getattr(self, name)
            for name in dir(self)
            if name.startswith("_do_")
        }
        overlay.sb.raised = []

    def answer(self, request: Request) -> bytes | Spliced | None:
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
        self.overlay.sb.caller = ROOT
        return known(request)

    def _act_for(self, request: Request, mode: int = 0) -> None:
        """What follows is made by the caller, and is the caller's. In which groups one is counts for sgid alone."""
        groups = groups_of(request.pid) if mode & stat.S_ISGID else frozenset[int]()
        self.overlay.sb.caller = Caller(*self._owner(request.uid, request.gid), groups)

    def _act_for_writer(self, request: Request, inode: Inode, *, kill: bool) -> None:
        """What follows changes contents; `kill` says that the writer may not leave suid and sgid in place."""
        if kill and inode.meta.mode & (stat.S_ISUID | stat.S_ISGID):
            self.overlay.sb.caller = Caller(NOBODY, self._owner(0, request.gid)[1], groups_of(request.pid))
            inode.sb.tell_raised(inode)  # the kernel asked for it, and keeps the mode that it knows

    def pass_through(self, device: int) -> None:
        """Lets the kernel read files of lower directories itself, if it can and nothing can change them."""
        if self.overlay.upper is None:
            self._passed = Passthrough(device)
            self.wants |= Feature.PASSTHROUGH

    def close(self) -> None:
        """Lets go of what is still open."""
        for opened in self._handles.values():
            opened.close()
        self._handles.clear()
        self._reading.close()

    def described(self, request: Request) -> str:
        """A request in words, for the log: what was asked, of what, by whom."""
        named = {code.value: code.name for code in Opcode}
        asked = named.get(request.opcode, f"request {request.opcode}")
        try:
            place = self.nodes.inode(request.node).path
        except OSError:
            place = "something forgotten"
        return f"{asked} of {place} (node {request.node}) by user {request.uid}, process {request.pid}"

    def outdated(self) -> list[bytes]:
        """Notices of what the kernel may have kept, and a copy-up changed: an object's attributes, told once.

        Where that broke a hard link, the inode number changed, too, which the listing of its directory has.
        """
        raised, self.overlay.sb.raised = self.overlay.sb.raised or [], []
        found: list[bytes] = []
        for inode in raised:
            node = self.nodes.find(inode)
            above = None if inode.parent is None else self.nodes.find(inode.parent)
            if node is not None:
                found.append(wire.outdated(node.number))
            if above is not None and above.listing is not None:
                found.append(wire.outdated(above.number, data=True))
        return found

    # -- what a node is

    def _entry(self, inode: Inode) -> bytes:
        """What LOOKUP says; the kernel knows the node once more."""
        node = self.nodes.node(inode)
        said = self._told(node)
        node.known += 1
        return said

    def _told(self, node: Node) -> bytes:
        """A node and its attributes, as LOOKUP and READDIRPLUS lay them out."""
        inode = node.inode
        found = self._stat(inode)
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
        mode, umask = wire.MKDIR_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.MKDIR_IN.size)
        self._act_for(request)
        create.make_directory(parent, name, _masked(parent, mode, umask))
        return self._entry(self._existing(parent, name))

    def _do_mknod(self, request: Request) -> bytes:
        mode, number, umask, _ = wire.MKNOD_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.MKNOD_IN.size)
        kind, mode = stat.S_IFMT(mode), _masked(parent, mode, umask)
        self._act_for(request, mode)
        if kind in (0, stat.S_IFREG):
            create.create_file(parent, name, mode & 0o7777)
        else:
            device = wire.device_of(number) if kind in (stat.S_IFCHR, stat.S_IFBLK) else 0
            create.make_device(parent, name, mode & 0o7777, DEVICE_KINDS[kind], os.major(device), os.minor(device))
        return self._entry(self._existing(parent, name))

    def _do_symlink(self, request: Request) -> bytes:
        name, target = names(request.body)
        parent = self.nodes.inode(request.node)
        self._act_for(request)
        create.make_symlink(parent, name, target)
        return self._entry(self._existing(parent, name))

    def _do_link(self, request: Request) -> bytes:
        [source] = wire.LINK_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.LINK_IN.size)
        inode = self.nodes.inode(source)
        if inode.removed and inode.parent is not None and (inode.upper is None or not inode.sb.nlink(inode)):
            refuse(errno.ENOENT)  # it had a name; what never had one may get one
        link(inode, parent, name)
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

    def _opened(self, opened: OpenFile, flags: int = _KEEP_CACHE, behind: int = 0) -> bytes:
        handle = next(self._next_handle)
        self._handles[handle] = opened
        return wire.OPEN_OUT.pack(handle, flags, behind)

    def _handle(self, request: Request) -> tuple[int, OpenFile]:
        [handle] = wire.HANDLE_IN.unpack_from(request.body)
        opened = self._handles.get(handle)
        return refuse(errno.EBADF) if opened is None else (handle, opened)

    def _do_open(self, request: Request) -> bytes:
        flags, more = wire.OPEN_IN.unpack_from(request.body)
        inode = self.nodes.inode(request.node)
        self._act_for_writer(request, inode, kill=bool(more & wire.OPEN_KILL))
        opened = open_inode(inode, flags & ~os.O_APPEND)  # the kernel knows the end
        if self._passed is not None and self.agreed & Feature.PASSTHROUGH and isinstance(inode.content, OnDisk):
            behind = self._passed.opened(request.node, inode.content)
            return self._opened(opened, _PASSTHROUGH, behind) if behind else self._opened(opened)
        return self._opened(opened)

    def _do_create(self, request: Request) -> bytes:
        flags, mode, umask, _ = wire.CREATE_IN.unpack_from(request.body)
        parent, [name] = self.nodes.inode(request.node), names(request.body, wire.CREATE_IN.size)
        inode = self._child(parent, name)
        if inode is not None and flags & os.O_EXCL:
            refuse(errno.EEXIST)
        created = inode is None
        if inode is None:
            mode = _masked(parent, mode, umask) & 0o7777
            self._act_for(request, mode)
            inode = create.create_file(parent, name, mode)
        opened = open_inode(inode, flags & ~(os.O_APPEND | os.O_CREAT), created)
        return self._entry(inode) + self._opened(opened)

    def _do_tmpfile(self, request: Request) -> bytes:
        flags, mode, umask, _ = wire.CREATE_IN.unpack_from(request.body)
        parent = self.nodes.inode(request.node)
        mode = _masked(parent, mode, umask) & 0o7777
        self._act_for(request, mode)
        inode = create.create_nameless(parent, mode)
        opened = open_inode(inode, flags & linux_numbers.O_ACCMODE, created=True)
        return self._entry(inode) + self._opened(opened)

    def _do_ioctl(self, request: Request) -> bytes:
        """What lsattr and chattr ask for. Flags that forbid to change a file are refused: nothing here heeds them."""
        _, _, command, _, _, room = wire.IOCTL_IN.unpack_from(request.body)
        if command not in file_flags.SIZES:
            refuse(errno.ENOTTY)
        data = bytes(request.body[wire.IOCTL_IN.size :])
        if file_flags.wants_heed(command, data):
            refuse(errno.EOPNOTSUPP)
        inode = self.nodes.inode(request.node)
        if file_flags.changes(command):
            copy_up(inode)
        path = disk_path(inode)
        if path is not None:
            data = file_flags.ask(path, command, data)
        elif file_flags.changes(command):
            refuse(errno.EOPNOTSUPP)
        if file_flags.changes(command):
            inode.sb.set_meta(inode)
        return wire.IOCTL_OUT.pack(0, 0, 0, 0) + data[:room].ljust(room, b"\0")

    def _do_read(self, request: Request) -> bytes | Spliced:
        _, offset, size, *_ = wire.READ_IN.unpack_from(request.body)
        inode = self.nodes.inode(request.node)  # not the handle's file: the kernel fills a page for a writer, too
        content = inode.content
        size = min(size, content.size - offset)
        if size >= SPLICED and isinstance(content, OnDisk | LiveContent):
            return Spliced(self._reading.of(content), offset, size)
        return content.read(offset, max(size, 0))

    def _do_write(self, request: Request) -> bytes:
        _, opened = self._handle(request)
        _, offset, size, flags, *_ = wire.READ_IN.unpack_from(request.body)
        self._act_for_writer(request, self.nodes.inode(request.node), kill=bool(flags & wire.WRITE_KILL))
        start = wire.READ_IN.size
        written = opened.pwrite(bytes(request.body[start : start + size]), offset)
        return wire.WRITE_OUT.pack(written, 0)

    def _do_lseek(self, request: Request) -> bytes:
        _, opened = self._handle(request)
        _, offset, whence, _ = wire.LSEEK_IN.unpack_from(request.body)
        return wire.NUMBER_OUT.pack(opened.seek(offset, whence))

    def _do_fallocate(self, request: Request) -> bytes:
        self._handle(request)
        _, offset, length, mode, _ = wire.FALLOCATE_IN.unpack_from(request.body)
        inode = self.nodes.inode(request.node)
        self._act_for_writer(request, inode, kill=bool(request.uid))  # no flag tells it here, and not only root may
        attributes.drop_privileges(inode)
        inode.sb.upper_layer.allocate(inode.upper, mode, offset, length)
        inode.sb.written(inode)
        return b""

    def _do_fsync(self, request: Request) -> bytes:
        inode = self.nodes.inode(request.node)
        if inode.upper is not None:
            inode.sb.upper_layer.sync(inode.upper)
        try:
            self.keep()
        except CourseError:
            refuse(errno.EIO)
        return b""

    def _do_release(self, request: Request) -> bytes:
        handle, opened = self._handle(request)
        opened.close()
        del self._handles[handle]
        if self._passed is not None:
            self._passed.released(request.node)
        return b""

    # -- directories

    def _do_opendir(self, request: Request) -> bytes:
        """Nothing is kept of an open directory; a kernel that knows this asks once."""
        return refuse(errno.ENOSYS) if self.agreed & Feature.NO_OPENDIR else wire.OPEN_OUT.pack(0, _KEEP_CACHE, 0)

    def _do_releasedir(self, request: Request) -> bytes:
        return b""

    _do_fsyncdir = _do_fsync

    def _do_readdir(self, request: Request) -> bytes:
        return self._listed(request, plus=False)

    def _do_readdirplus(self, request: Request) -> bytes:
        return self._listed(request, plus=True)

    def _listed(self, request: Request, plus: bool) -> bytes:
        """As many names behind an offset as there is room for; with `plus`, what LOOKUP would say of each."""
        _, offset, room, *_ = wire.READ_IN.unpack_from(request.body)
        node = self.nodes.known(request.node)
        directory = node.inode
        if node.listing is None:
            node.listing = Listing()
        found = bytearray()
        for place, dot in ((1, directory), (2, directory.parent or directory)):
            if offset < place:  # the kernel knows both already
                found += _unknown(plus) + wire.entry(b".."[:place], dot.ino, place, dot.type)
        known = directory.names
        look_up_all(directory)
        for place, name in node.listing.after(offset, readdir(directory)):
            inode = known.get(name) or self._listed_inode(directory, name)
            child = None
            if inode is None:  # a whiteout that a listing shows, or what is refused
                kind = DirEntry(directory, name).kind << 12
                piece = _unknown(plus) + wire.entry(os.fsencode(name), UNKNOWN, place, kind)
            elif plus:
                child = self.nodes.node(inode)
                piece = self._told(child) + wire.entry(os.fsencode(name), inode.ino, place, inode.type)
            else:
                piece = wire.entry(os.fsencode(name), inode.ino, place, inode.type)
            if len(found) + len(piece) > room:
                break
            found += piece
            if child is not None:
                child.known += 1  # the kernel has looked it up by this
        return bytes(found)

    def ahead(self) -> Iterator[None]:
        """Looks at directory after directory, as a walk does, so that the answers are at hand: one for each step.

        Nothing is asked of layers that is not remembered. Not for a listener, who would hear of it.
        """
        waiting, names = [self.overlay.root], 0
        while waiting and names < AHEAD and self.overlay.sb.emit is None:
            directory = waiting.pop()
            listed = readdir(directory)
            look_up_all(directory)
            found = [directory.names.get(name) or self._listed_inode(directory, name) for name in listed]
            for inode in found:
                if inode is not None and inode.sb is directory.sb:
                    inode.sb.stat(inode)
            waiting.extend(inode for inode in reversed(found) if inode is not None and inode.is_dir)
            names += len(listed)
            yield

    def _listed_inode(self, directory: Inode, name: str) -> Inode | None:
        try:
            return self.overlay.child(directory, name)
        except OSError:  # listed, and refused: it leads where the mount may not follow
            return None

    # -- attributes

    def _do_getattr(self, request: Request) -> bytes:
        return self._attributes(self.nodes.inode(request.node))

    def _do_statx(self, request: Request) -> bytes:
        """Asked by who wants to know when an object was made: on the disk of the layer that provides it.

        Simplified: the kernel forgets no time of birth that it was told, also when a copy-up has made the object anew.
        """
        inode = self.nodes.inode(request.node)
        found = self._stat(inode)
        return wire.extended(found, kept(inode, found), None if (path := disk_path(inode)) is None else birth(path))

    def _attributes(self, inode: Inode) -> bytes:
        found = self._stat(inode)
        return wire.ATTR_OUT.pack(kept(inode, found), 0, 0) + wire.attributes(found)

    def _do_setattr(self, request: Request) -> bytes:
        inode = self.nodes.inode(request.node)
        fields = wire.SETATTR_IN.unpack_from(request.body)
        valid, size, (mode, _, uid, gid) = fields[0], fields[3], fields[11:15]
        inode.sb.want_write()
        if valid & (Valid.UID | Valid.GID) or not valid & ~Valid.KILL:  # chown(-1, -1) asks for nothing, and copies up
            uid, gid = self._owner(uid, gid)
            attributes.set_owner(inode, uid if valid & Valid.UID else -1, gid if valid & Valid.GID else -1)
        if valid & Valid.MODE:
            attributes.set_mode(inode, mode & 0o7777)
        if valid & Valid.SIZE:
            self._act_for_writer(request, inode, kill=bool(valid & Valid.KILL))
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
        upper = self.nodes.inode(request.node).sb.upper
        found = None if upper is None else upper.room()
        if found is None:
            return wire.STATFS_OUT.pack(ROOM, ROOM, ROOM, ROOM, ROOM, BLOCK, NAME_MAX, BLOCK, 0)
        room = (found.f_blocks, found.f_bfree, found.f_bavail, found.f_files, found.f_ffree)
        return wire.STATFS_OUT.pack(*room, found.f_bsize, NAME_MAX, found.f_frsize, 0)

    def _do_getxattr(self, request: Request) -> bytes:
        size, _ = wire.XATTR_IN.unpack_from(request.body)
        [name] = names(request.body, wire.XATTR_IN.size)
        return _measured(xattrs.get_xattr(self.nodes.inode(request.node), name), size)

    def _do_listxattr(self, request: Request) -> bytes:
        size, _ = wire.XATTR_IN.unpack_from(request.body)
        found = xattrs.list_xattrs(self.nodes.inode(request.node))
        if request.uid:  # overlayfs shows these to root alone
            found = [name for name in found if not name.startswith("trusted.")]
        return _measured(b"".join(os.fsencode(name) + b"\0" for name in found), size)

    def _do_setxattr(self, request: Request) -> bytes:
        extended = bool(self.agreed & Feature.SETXATTR_EXT)
        layout = wire.SETXATTR_IN if extended else wire.XATTR_IN
        size, flags, *more = layout.unpack_from(request.body)
        name, _, rest = bytes(request.body[layout.size :]).partition(b"\0")
        inode = self.nodes.inode(request.node)
        inode.sb.want_write()
        xattrs.set_xattr(inode, os.fsdecode(name), rest[:size], flags)
        if extended and more[0] & wire.XATTR_KILL and inode.meta.mode & stat.S_ISGID:
            inode.sb.set_meta(inode, mode=inode.meta.mode & ~stat.S_ISGID)
        return b""

    def _do_removexattr(self, request: Request) -> bytes:
        [name] = names(request.body)
        inode = self.nodes.inode(request.node)
        inode.sb.want_write()
        xattrs.remove_xattr(inode, name)
        return b""


def disk_path(inode: Inode) -> str | None:
    """Where an object lies on this machine's disk; None for one that does not, or has no name there any more."""
    if inode.upper is not None:
        upper = inode.sb.upper
        return upper.where(inode.upper) if isinstance(upper, DirectoryUpper) and not inode.removed else None
    assert inode.below is not None
    layer, entry = inode.below.stack[0]
    lower = inode.sb.index.lowers[layer - 1]
    return lower.path(entry) if isinstance(lower, DirectoryLower) else None


def _masked(parent: Inode, mode: int, umask: int) -> int:
    """The mode that is asked for; a directory with a default access control list knows no umask."""
    return mode if create.passes_on_a_list(parent) else mode & ~umask


def groups_of(process: int) -> frozenset[int]:
    """The supplementary groups of a process; none where it cannot be seen."""
    try:
        told = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return frozenset()
    line = next((each for each in told.splitlines() if each.startswith("Groups:")), "Groups:")
    return frozenset(map(int, line.split()[1:]))


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
    with holes, which may fill without a request that the kernel thinks of."""
    if inode.sb.upper is None or inode.is_dir:
        return FOREVER
    return 0 if inode.is_file and found.st_blocks * 512 < found.st_size else FOREVER
