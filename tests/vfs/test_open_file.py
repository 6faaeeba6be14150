"""Opening: what each flag asks for, and what an open file then allows; as open(2), read(2), write(2) have it."""

import os
from typing import Any

from tests.proving.comparable import both, case, symlink

TREE = {"/f": "0123456789", "/d/": {}, "/l": symlink("f"), "/dl": symlink("d")}
R, W, RW = os.O_RDONLY, os.O_WRONLY, os.O_RDWR
CREAT, EXCL, TRUNC, APPEND = os.O_CREAT, os.O_EXCL, os.O_TRUNC, os.O_APPEND


def done(fs: Any, path: str, flags: int, *calls: tuple[Any, ...]) -> list[Any]:
    """Open, call each, close: what they returned."""
    file = fs.open(path, flags, 0o644)
    try:
        return [getattr(file, name)(*args) for name, *args in calls]
    finally:
        file.close()


def left(fs: Any, path: str, flags: int, *calls: tuple[Any, ...]) -> bytes:
    """The contents after all that."""
    done(fs, path, flags, *calls)
    (data,) = done(fs, path, R, ("read", 100))
    return bytes(data)


CASES = [
    case(
        "read moves on",
        TREE,
        lambda fs: done(fs, "/f", R, ("read", 4), ("read", 4), ("read", 4), ("read", 4)),
        [b"0123", b"4567", b"89", b""],
    ),
    case("pread does not", TREE, lambda fs: done(fs, "/f", R, ("pread", 4, 8), ("read", 2)), [b"89", b"01"]),
    case("pread before the start", TREE, lambda fs: done(fs, "/f", R, ("pread", 4, -1)), "EINVAL"),
    case("a missing file", TREE, lambda fs: done(fs, "/no", R), "ENOENT"),
    case("O_CREAT makes it", TREE, lambda fs: left(fs, "/no", W | CREAT, ("write", b"new")), b"new"),
    case("O_CREAT leaves what is there", TREE, lambda fs: left(fs, "/f", W | CREAT, ("write", b"new")), b"new3456789"),
    case("O_CREAT of a directory that exists", TREE, lambda fs: done(fs, "/d", R | CREAT), "EISDIR"),
    case("O_CREAT with O_DIRECTORY", TREE, lambda fs: done(fs, "/x", R | CREAT | os.O_DIRECTORY), "EINVAL"),
    case("O_EXCL of what exists", TREE, lambda fs: done(fs, "/f", W | CREAT | EXCL), "EEXIST"),
    case("O_EXCL of a directory", TREE, lambda fs: done(fs, "/d", W | CREAT | EXCL), "EEXIST"),
    case("O_TRUNC empties", TREE, lambda fs: left(fs, "/f", W | TRUNC), b""),
    case("O_TRUNC with O_RDONLY too", TREE, lambda fs: left(fs, "/f", R | TRUNC), b""),
    case(
        "O_APPEND writes at the end, wherever one is",
        TREE,
        lambda fs: left(fs, "/f", W | APPEND, ("seek", 0), ("write", b"x")),
        b"0123456789x",
    ),
    case("pwrite with O_APPEND too", TREE, lambda fs: left(fs, "/f", W | APPEND, ("pwrite", b"x", 2)), b"0123456789x"),
    case(
        "after which the position is the end",
        TREE,
        lambda fs: done(fs, "/f", W | APPEND, ("write", b"x"), ("tell",)),
        [1, 11],
    ),
    case(
        "pwrite leaves the position",
        TREE,
        lambda fs: done(fs, "/f", RW, ("pwrite", b"ab", 4), ("read", 6)),
        [2, b"0123ab"],
    ),
    case("pwrite before the start", TREE, lambda fs: done(fs, "/f", W, ("pwrite", b"ab", -1)), "EINVAL"),
    case("reading what was opened for writing", TREE, lambda fs: done(fs, "/f", W, ("read", 1)), "EBADF"),
    case("writing what was opened for reading", TREE, lambda fs: done(fs, "/f", R, ("write", b"x")), "EBADF"),
    case("truncating what was opened for reading", TREE, lambda fs: done(fs, "/f", R, ("truncate", 0)), "EINVAL"),
    case("truncating to less than nothing", TREE, lambda fs: done(fs, "/f", W, ("truncate", -1)), "EINVAL"),
    case("truncating longer makes zeros", TREE, lambda fs: left(fs, "/f", W, ("truncate", 12)), b"0123456789\0\0"),
    case(
        "shorter and longer again does not bring bytes back",
        TREE,
        lambda fs: left(fs, "/f", W, ("truncate", 2), ("truncate", 4)),
        b"01\0\0",
    ),
    case(
        "writing behind the end leaves a hole",
        TREE,
        lambda fs: left(fs, "/f", W, ("seek", 12), ("write", b"x")),
        b"0123456789\0\0x",
    ),
    case("a directory for writing", TREE, lambda fs: done(fs, "/d", W), "EISDIR"),
    case("a directory with O_TRUNC", TREE, lambda fs: done(fs, "/d", R | TRUNC), "EISDIR"),
    case("reading a directory", TREE, lambda fs: done(fs, "/d", R, ("read", 1)), "EISDIR"),
    case("O_DIRECTORY of a file", TREE, lambda fs: done(fs, "/f", R | os.O_DIRECTORY), "ENOTDIR"),
    case("O_DIRECTORY through a symlink", TREE, lambda fs: done(fs, "/dl", R | os.O_DIRECTORY), []),
    case("O_NOFOLLOW of a symlink", TREE, lambda fs: done(fs, "/l", R | os.O_NOFOLLOW), "ELOOP"),
    case("O_NOFOLLOW of a file", TREE, lambda fs: done(fs, "/f", R | os.O_NOFOLLOW), []),
    case(
        "O_NOFOLLOW and O_DIRECTORY of a symlink",
        TREE,
        lambda fs: done(fs, "/dl", R | os.O_NOFOLLOW | os.O_DIRECTORY),
        "ENOTDIR",
    ),
    case(
        "a symlink is followed for writing",
        TREE,
        lambda fs: [done(fs, "/l", W, ("write", b"X")), done(fs, "/f", R, ("read", 2))],
        [[1], [b"X1"]],
    ),
    case("seek from the end", TREE, lambda fs: done(fs, "/f", R, ("seek", -3, 2), ("read", 9)), [7, b"789"]),
    case("seek before the start", TREE, lambda fs: done(fs, "/f", R, ("seek", -1)), "EINVAL"),
    case("seek in no known way", TREE, lambda fs: done(fs, "/f", R, ("seek", 0, 9)), "EINVAL"),
    case("seek for data behind the end", TREE, lambda fs: done(fs, "/f", R, ("seek", 10, os.SEEK_DATA)), "ENXIO"),
    case("the hole at the end", TREE, lambda fs: done(fs, "/f", R, ("seek", 0, os.SEEK_HOLE)), [10]),
    case("readdir of a file", TREE, lambda fs: done(fs, "/f", R, ("readdir",)), "ENOTDIR"),
    case(
        "fchmod of what was opened for reading",
        TREE,
        lambda fs: [done(fs, "/f", R, ("fchmod", 0o600)), fs.stat("/f").st_mode & 0o777],
        [[None], 0o600],
    ),
    case(
        "the mode of a new file: umask and all",
        TREE,
        lambda fs: [fs.open("/n", W | CREAT, 0o7777).close(), fs.stat("/n").st_mode & 0o7777],
        [None, 0o7755],
    ),
    case(
        "of a new directory", TREE, lambda fs: [fs.mkdir("/n", 0o7777), fs.stat("/n").st_mode & 0o7777], [None, 0o1755]
    ),
    case(
        "a file without permissions opens: root may",
        TREE,
        lambda fs: [fs.chmod("/f", 0), done(fs, "/f", RW)],
        [None, []],
    ),
    case(
        "a new file without permissions, for writing", TREE, lambda fs: [fs.open("/n", RW | CREAT, 0).close()], [None]
    ),
]

READ_ONLY = [
    case("reading", TREE, lambda fs: done(fs, "/f", R, ("read", 3)), [b"012"], writable=False),
    case("opening for writing", TREE, lambda fs: done(fs, "/f", W), "EROFS", writable=False),
    case("O_TRUNC", TREE, lambda fs: done(fs, "/f", R | TRUNC), "EROFS", writable=False),
    case("O_CREAT of what exists, for reading", TREE, lambda fs: done(fs, "/f", R | CREAT), [], writable=False),
    case("O_CREAT of what is missing", TREE, lambda fs: done(fs, "/n", R | CREAT), "EROFS", writable=False),
    case("a directory for writing", TREE, lambda fs: done(fs, "/d", W), "EISDIR", writable=False),
    case("mkdir", TREE, lambda fs: fs.mkdir("/n"), "EROFS", writable=False),
    case("mkdir of what exists", TREE, lambda fs: fs.mkdir("/d"), "EEXIST", writable=False),
    case("unlink", TREE, lambda fs: fs.unlink("/f"), "EROFS", writable=False),
    case("unlink of what is missing", TREE, lambda fs: fs.unlink("/n"), "EROFS", writable=False),
    case("rmdir of a file", TREE, lambda fs: fs.rmdir("/f"), "EROFS", writable=False),
    case("rename of what is missing", TREE, lambda fs: fs.rename("/n", "/m"), "EROFS", writable=False),
    case("link onto an existing name", TREE, lambda fs: fs.link("/f", "/d"), "EEXIST", writable=False),
    case("link", TREE, lambda fs: fs.link("/f", "/n"), "EROFS", writable=False),
    case("chmod", TREE, lambda fs: fs.chmod("/f", 0o600), "EROFS", writable=False),
    case("chmod of what is missing", TREE, lambda fs: fs.chmod("/n", 0o600), "ENOENT", writable=False),
    case("chown", TREE, lambda fs: fs.chown("/f", 1, 1), "EROFS", writable=False),
    case("utime", TREE, lambda fs: fs.utime("/f", (1, 1)), "EROFS", writable=False),
    case("truncate", TREE, lambda fs: fs.truncate("/f", 1), "EROFS", writable=False),
    case("truncate of a directory", TREE, lambda fs: fs.truncate("/d", 1), "EISDIR", writable=False),
    case("setxattr", TREE, lambda fs: fs.setxattr("/f", "user.a", b"1"), "EROFS", writable=False),
    case("removexattr of a missing one", TREE, lambda fs: fs.removexattr("/f", "user.a"), "EROFS", writable=False),
    case("access for writing", TREE, lambda fs: fs.access("/f", os.W_OK), False, writable=False),
    case("access for reading", TREE, lambda fs: fs.access("/f", os.R_OK), True, writable=False),
]

test_engine, test_kernel = both(CASES)
test_read_only_engine, test_read_only_kernel = both(READ_ONLY)
