"""The FUSE protocol as bytes: which request has which number, and how requests and replies are laid out.

    request   length u32, opcode u32, unique u64, node u64, uid u32, gid u32, pid u32, padding u32, then its arguments
    reply     length u32, error i32 (0 or -errno), unique u64, then the answer

Numbers are in the machine's own byte order. Pure.
Source: Linux include/uapi/linux/fuse.h.
"""

import os
import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

MAJOR, MINOR = 7, 45
ROOT = 1  # the node of the root directory
MAX_WRITE = 1 << 20  # bytes in one write
BUFFER = MAX_WRITE + 4096  # bytes that hold any request


class Opcode(IntEnum):
    """What the kernel asks."""

    LOOKUP = 1
    FORGET = 2
    GETATTR = 3
    SETATTR = 4
    READLINK = 5
    SYMLINK = 6
    MKNOD = 8
    MKDIR = 9
    UNLINK = 10
    RMDIR = 11
    RENAME = 12
    LINK = 13
    OPEN = 14
    READ = 15
    WRITE = 16
    STATFS = 17
    RELEASE = 18
    FSYNC = 20
    FLUSH = 25
    SETXATTR = 21
    GETXATTR = 22
    LISTXATTR = 23
    REMOVEXATTR = 24
    INIT = 26
    OPENDIR = 27
    READDIR = 28
    RELEASEDIR = 29
    FSYNCDIR = 30
    CREATE = 35
    INTERRUPT = 36
    DESTROY = 38
    IOCTL = 39
    BATCH_FORGET = 42
    FALLOCATE = 43
    READDIRPLUS = 44
    RENAME2 = 45
    LSEEK = 46
    TMPFILE = 51
    STATX = 52


class Feature(IntFlag):
    """What both sides can do, agreed on in INIT."""

    ASYNC_READ = 1 << 0
    ATOMIC_O_TRUNC = 1 << 3
    BIG_WRITES = 1 << 5
    DONT_MASK = 1 << 6  # the umask is taken off here: not where a directory has a default access control list
    DO_READDIRPLUS = 1 << 13  # without READDIRPLUS_AUTO: each page of a listing tells all of its names
    PARALLEL_DIROPS = 1 << 18
    POSIX_ACL = 1 << 20  # the kernel asks for access control lists, and heeds them
    MAX_PAGES = 1 << 22
    CACHE_SYMLINKS = 1 << 23
    NO_OPENDIR = 1 << 24  # directories need no handle: OPENDIR is ENOSYS, and the kernel keeps listings
    HANDLE_KILLPRIV_V2 = 1 << 28  # who writes takes suid, sgid and capabilities away here, told by a flag
    SETXATTR_EXT = 1 << 29
    INIT_EXT = 1 << 30  # there is a second word of flags
    PASSTHROUGH = 1 << 37  # an open may name a file of this machine, which the kernel reads itself


WANTED = sum(Feature) & ~Feature.PASSTHROUGH  # which only some mounts can have (passthrough)
OPEN_KILL = 1 << 0  # FUSE_OPEN_KILL_SUIDGID, of OPEN and CREATE
WRITE_KILL = 1 << 2  # FUSE_WRITE_KILL_SUIDGID
XATTR_KILL = 1 << 0  # FUSE_SETXATTR_ACL_KILL_SGID


class Valid(IntFlag):
    """Which attributes SETATTR sets."""

    MODE = 1 << 0
    UID = 1 << 1
    GID = 1 << 2
    SIZE = 1 << 3
    ATIME = 1 << 4
    MTIME = 1 << 5
    FH = 1 << 6
    ATIME_NOW = 1 << 7
    MTIME_NOW = 1 << 8
    KILL = 1 << 11


HEADER = struct.Struct("=IIQQIIII")
REPLY = struct.Struct("=IiQ")
INIT_IN = struct.Struct("=5I")  # before Linux 5.16 without the last
INIT_OUT = struct.Struct("=4I2H2I2H2I24x")
ATTR = struct.Struct("=6Q10I")
ENTRY = struct.Struct("=4Q2I")  # then ATTR
ATTR_OUT = struct.Struct("=QII")  # then ATTR
STATX_OUT = struct.Struct("=QII16x IIQ3IH2x4Q qI4xqI4xqI4xqI4x 4I112x")  # with the time of birth, second of four
OPEN_OUT = struct.Struct("=QII")
GETATTR_IN = struct.Struct("=IIQ")
SETATTR_IN = struct.Struct("=II6Q8I")
MKNOD_IN = struct.Struct("=4I")
MKDIR_IN = struct.Struct("=2I")
CREATE_IN = struct.Struct("=4I")
OPEN_IN = struct.Struct("=2I")
RENAME_IN = struct.Struct("=Q")
RENAME2_IN = struct.Struct("=QII")
LINK_IN = struct.Struct("=Q")
READ_IN = struct.Struct("=QQIIQII")  # of WRITE too
WRITE_OUT = struct.Struct("=II")
HANDLE_IN = struct.Struct("=Q")  # the beginning of RELEASE, FSYNC and their like
XATTR_IN = struct.Struct("=II")  # size, and of the older SETXATTR the flags
SETXATTR_IN = struct.Struct("=4I")  # size, flags, more flags
FALLOCATE_IN = struct.Struct("=3QII")  # handle, offset, length, mode
IOCTL_IN = struct.Struct("=QIIQII")  # handle, flags, command, argument, bytes in and out
IOCTL_OUT = struct.Struct("=iIII")  # result, and what is no matter here
LSEEK_IN = struct.Struct("=QQII")
NUMBER_OUT = struct.Struct("=Q")
STATFS_OUT = struct.Struct("=5Q4I24x")
FORGET_IN = struct.Struct("=Q")
BATCH_IN = struct.Struct("=II")
FORGET_ONE = struct.Struct("=QQ")
NOTICE = struct.Struct("=Qqq")  # node, offset, length
_U64 = (1 << 64) - 1
_INVALID_INODE = 2  # FUSE_NOTIFY_INVAL_INODE
DIRENT = struct.Struct("=QQII")  # then the name, padded to 8 bytes


@dataclass(slots=True)  # not frozen: that takes three times as long to make, and each call makes one
class Request:
    """One request; `body` is what follows the header."""

    opcode: int
    unique: int
    node: int
    uid: int
    gid: int
    pid: int  # 0: of a process that this one cannot see
    body: memoryview

    @classmethod
    def of(cls, data: memoryview) -> "Request":
        """What /dev/fuse gave in one read; good as long as the memory is not used for the next."""
        length, opcode, unique, node, uid, gid, pid, _ = HEADER.unpack_from(data)
        return cls(opcode, unique, node, uid, gid, pid, data[HEADER.size : length])


def names(body: memoryview, start: int = 0) -> list[str]:
    """The names at the end of a request, each ended by a zero.

    >>> names(memoryview(b"....old\\0new\\0"), 4)
    ['old', 'new']
    """
    return [os.fsdecode(name) for name in bytes(body[start:]).split(b"\0")[:-1]]


def reply(unique: int, data: bytes = b"", error: int = 0) -> bytes:
    """A reply as it is written to /dev/fuse; `error` is an errno."""
    return REPLY.pack(REPLY.size + len(data), -error, unique) + data


def outdated(node: int, *, data: bool = False) -> bytes:
    """A notice, which no request asked for: what the kernel keeps of a node's attributes holds no more, nor its data."""
    body = NOTICE.pack(node, 0 if data else -1, 0)
    return REPLY.pack(REPLY.size + len(body), _INVALID_INODE, 0) + body


DIRECTORY_SIZE = 4096  # bytes that a directory seems to have and to take, as on most file systems: the engine says 0


def attributes(found: os.stat_result) -> bytes:
    """A stat result as ATTR."""
    second = 10**9
    length, taken = room(found)
    atime, mtime, ctime = found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns
    return ATTR.pack(
        found.st_ino,
        length,
        taken,
        atime // second & _U64,
        mtime // second & _U64,
        ctime // second & _U64,
        atime % second,
        mtime % second,
        ctime % second,
        found.st_mode,
        found.st_nlink,
        found.st_uid,
        found.st_gid,
        device(found.st_rdev) if found.st_rdev else 0,
        found.st_blksize,
        0,
    )


BASIC, BORN = 0x7FF, 0x800  # what STATX tells: all that GETATTR does, and the time of birth


def extended(found: os.stat_result, seconds: int, born: tuple[int, int] | None) -> bytes:
    """A stat result that holds for so long as STATX_OUT, with the time of birth where it is known."""
    atime, mtime, ctime = (divmod(each, 10**9) for each in (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns))
    return STATX_OUT.pack(
        *(seconds, 0, 0),
        *(BASIC | (BORN if born else 0), found.st_blksize, 0, found.st_nlink, found.st_uid, found.st_gid),
        *(found.st_mode, found.st_ino, *room(found), 0),
        *(*atime, *(born or (0, 0)), *ctime, *mtime),
        *(os.major(found.st_rdev), os.minor(found.st_rdev), 0, 0),
    )


def room(found: os.stat_result) -> tuple[int, int]:
    """Bytes that an object seems to have, and blocks of 512 bytes that it seems to take."""
    if found.st_mode & 0o170000 == 0o040000:
        return DIRECTORY_SIZE, DIRECTORY_SIZE // 512
    return found.st_size, found.st_blocks


def device(number: int) -> int:
    """A device number in the kernel's 32 bits.

    >>> device(os.makedev(1, 3))
    259
    """
    major, minor = os.major(number), os.minor(number)
    return (minor & 0xFF) | major << 8 | (minor & ~0xFF) << 12


def device_of(number: int) -> int:
    """And back.

    >>> device_of(259) == os.makedev(1, 3)
    True
    """
    return os.makedev(number >> 8 & 0xFFF, number & 0xFF | number >> 12 & ~0xFF)


def signed(number: int) -> int:
    """A u64 that carries a signed time."""
    return number - (1 << 64) if number >> 63 else number


def entry(name: bytes, ino: int, offset: int, kind: int) -> bytes:
    """One name of a directory; `kind` is its file type as in st_mode, `offset` where the next one is."""
    head = DIRENT.pack(ino, offset, len(name), kind >> 12) + name
    return head + bytes(-len(head) % 8)
