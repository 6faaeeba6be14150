"""OpenFile: an open file description, with its own position and flags.

It holds the Inode and not the layer: a file opened for reading before a copy-up reads the new bytes after it, as Linux
does since 4.19, and one that was removed while open can still be read and written. A directory's names are a snapshot,
taken at the first readdir and again after `seek(0)`.

Source: open(2), lseek(2); Linux fs/overlayfs/file.c, readdir.c.
"""

import errno
import os
from types import TracebackType
from typing import Self

from coursekit.events import Read, Written
from coursekit.fs import linux_numbers
from coursekit.fs.content import Content
from coursekit.fs.extents import PAGE
from coursekit.union import attributes, xattrs
from coursekit.union.copy_up import copy_up
from coursekit.union.inode import Inode
from coursekit.union.readdir import readdir
from coursekit.union.superblock import refuse
from coursekit.vfs.dir_entry import DirEntry

_LONGEST = 2**63 - 1  # bytes: the largest offset


class OpenFile:
    """An open file or directory; a context manager."""

    def __init__(self, inode: Inode, flags: int) -> None:
        """`inode` is ready for what `flags` ask: copied up, truncated."""
        self._inode = inode
        self._flags = flags
        self._position = 0
        self._names: tuple[str, ...] | None = None
        self._closed = False
        self._place = inode.parent, inode.name  # the name it was opened by, of perhaps several
        inode.opened += 1

    @property
    def name(self) -> str:
        """The path of what is open, as far as it still has one."""
        return self._inode.path

    @property
    def closed(self) -> bool:
        """It was closed."""
        return self._closed

    # -- bytes

    def read(self, n: int = -1) -> bytes:
        """Up to `n` bytes from the position on, all of them when negative; empty at the end."""
        content = self._readable()
        length = content.size if n < 0 else n
        data = content.read(self._position, length)
        self._tell_read(len(data))
        self._position += len(data)
        return data

    def pread(self, n: int, offset: int) -> bytes:
        """Up to `n` bytes from `offset`; the position stays."""
        content = self._readable()
        if n < 0 or offset < 0:
            refuse(errno.EINVAL)
        data = content.read(offset, n)
        self._tell_read(len(data))
        return data

    def write(self, data: bytes) -> int:
        """Put `data` at the position, or with O_APPEND at the end; how many bytes there was room for."""
        self._writable()
        if data and self._flags & os.O_APPEND:
            self._position = self._size()
        done = self._put(data, self._position)
        self._position += done
        return done

    def pwrite(self, data: bytes, offset: int) -> int:
        """Put `data` at `offset`; with O_APPEND at the end all the same, as Linux does. The position stays."""
        self._writable()
        if offset < 0:
            refuse(errno.EINVAL)
        return self._put(data, self._size() if self._flags & os.O_APPEND else offset)

    def _put(self, data: bytes, offset: int) -> int:
        if not data:
            return 0
        if offset + len(data) > _LONGEST:
            refuse(errno.EFBIG)
        inode = self._inode
        sb = inode.sb
        done = sb.upper_layer.write(inode.upper, offset, data)
        attributes.drop_privileges(inode)
        sb.written(inode)
        if sb.emit is not None:
            sb.emit(Written(path=inode.path, offset=offset, size=done))
        return done

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the position; where it is then. A directory rewound to 0 is read anew."""
        inode = self._open()
        if inode.is_dir:
            return self._rewind(offset, whence)
        match whence:
            case os.SEEK_SET:
                position = offset
            case os.SEEK_CUR:
                position = self._position + offset
            case os.SEEK_END:
                position = self._size() + offset
            case linux_numbers.SEEK_DATA | linux_numbers.SEEK_HOLE:
                position = self._seek_extent(offset, whence)
            case _:
                refuse(errno.EINVAL)
        if position < 0:
            refuse(errno.EINVAL)
        self._position = position
        return position

    def _seek_extent(self, offset: int, whence: int) -> int:
        """The next byte that is data, or that is a hole, in whole pages; the end of the file counts as a hole."""
        content = self._content()
        if not 0 <= offset < content.size:
            refuse(errno.ENXIO)
        for first, last in content.data():
            start, end = first - first % PAGE, -(-last // PAGE) * PAGE
            if offset < start:
                return start if whence == linux_numbers.SEEK_DATA else offset
            if offset < end:
                if whence == linux_numbers.SEEK_DATA:
                    return offset
                offset = end
        return refuse(errno.ENXIO) if whence == linux_numbers.SEEK_DATA else min(offset, content.size)

    def tell(self) -> int:
        """The position."""
        self._open()
        return self._position

    def truncate(self, size: int | None = None) -> int:
        """Set the length, to the position unless given; the new length."""
        inode = self._writable_for(errno.EINVAL)
        size = self._position if size is None else size
        if size < 0:
            refuse(errno.EINVAL)
        attributes.set_size(self._by_its_name(inode), size, opened=True)
        return size

    # -- attributes

    def fstat(self) -> os.stat_result:
        """What stat says of it now."""
        inode = self._open()
        return inode.sb.stat(inode)

    def fchmod(self, mode: int) -> None:
        """Change the permission bits; copies up, whatever the file was opened for."""
        attributes.set_mode(self._changeable(), mode)

    def fchown(self, uid: int, gid: int) -> None:
        """Change owner and group; -1 leaves one as it is."""
        attributes.set_owner(self._changeable(), uid, gid)

    def fsetxattr(self, name: str, value: bytes, flags: int = 0) -> None:
        """Set an extended attribute."""
        xattrs.set_xattr(self._changeable(), name, value, flags)

    def fsync(self) -> None:
        """Wait until what was written is on the disk, where the upperdir is on one."""
        inode = self._open()
        if inode.upper is not None:
            inode.sb.upper_layer.sync(inode.upper)

    # -- directories

    def readdir(self, count: int = -1) -> tuple[DirEntry, ...]:
        """The next `count` entries (negative: all that are left) of the snapshot, without `.` and `..`."""
        inode = self._open()
        if not inode.is_dir:
            refuse(errno.ENOTDIR)
        if inode.removed:
            refuse(errno.ENOENT)
        if self._names is None:
            self._names = readdir(inode)
        names = self._names[self._position :] if count < 0 else self._names[self._position : self._position + count]
        self._position += len(names)
        return tuple(DirEntry(inode, name) for name in names)

    def _rewind(self, offset: int, whence: int) -> int:
        if whence == os.SEEK_CUR:
            offset += self._position
        elif whence != os.SEEK_SET:
            refuse(errno.EINVAL)
        if offset < 0:
            refuse(errno.EINVAL)
        if offset == 0:
            self._names = None
        self._position = offset
        return offset

    # -- closing

    def close(self) -> None:
        """Let go; a file without a name is gone then."""
        if not self._closed:
            self._closed = True
            self._inode.opened -= 1
            self._inode.sb.release(self._inode)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<OpenFile {self.name} at {self._position}{', closed' if self._closed else ''}>"

    # -- what it was opened for

    def _open(self) -> Inode:
        return refuse(errno.EBADF) if self._closed else self._inode

    def _readable(self) -> Content:
        inode = self._open()
        if self._flags & linux_numbers.O_ACCMODE == os.O_WRONLY:
            refuse(errno.EBADF)
        if inode.is_dir:
            refuse(errno.EISDIR)
        return self._content()

    def _writable(self) -> Inode:
        return self._writable_for(errno.EBADF)

    def _writable_for(self, code: int) -> Inode:
        inode = self._open()
        return refuse(code) if self._flags & linux_numbers.O_ACCMODE == os.O_RDONLY else inode

    def _changeable(self) -> Inode:
        inode = self._open()
        inode.sb.want_write()
        return self._by_its_name(inode)

    def _by_its_name(self, inode: Inode) -> Inode:
        """The file as it was opened: of several names that one gets a link in upperdir (index=on)."""
        if inode.index_key is not None:
            inode.parent, inode.name = self._place
        return inode

    def _content(self) -> Content:
        return self._inode.content

    def _size(self) -> int:
        return self._content().size

    def _tell_read(self, size: int) -> None:
        inode = self._inode
        if inode.sb.emit is not None:
            inode.sb.emit(Read(path=inode.path, layer=inode.layer, size=size))


def may_open(inode: Inode, flags: int) -> None:
    """Refuse what cannot be opened this way.

    Simplified: no driver answers for a device here, nobody waits at a fifo's other end (ENXIO), and O_TMPFILE is
    refused as by kernels that do not know it (EISDIR).
    """
    writing = flags & linux_numbers.O_ACCMODE != os.O_RDONLY or flags & os.O_TRUNC
    if flags & linux_numbers.O_DIRECTORY and not inode.is_dir:
        refuse(errno.ENOTDIR)
    if inode.is_symlink:
        refuse(errno.ELOOP)
    if inode.is_dir and (writing or flags & os.O_CREAT):
        refuse(errno.EISDIR)
    if not inode.is_dir and not inode.is_file:
        refuse(errno.ENXIO)
    if writing:
        inode.sb.want_write()


def open_inode(inode: Inode, flags: int, created: bool = False) -> OpenFile:
    """An open file description; a file is copied up when it is opened for writing, written or not."""
    if not created:
        may_open(inode, flags)
        if flags & os.O_TRUNC and inode.is_file:
            attributes.set_size(inode, 0, opened=True)
        elif flags & linux_numbers.O_ACCMODE != os.O_RDONLY:
            copy_up(inode)
    return OpenFile(inode, flags)
