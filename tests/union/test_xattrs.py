"""Extended attributes: what may be set on what, by which name, and what overlayfs keeps to itself; see xattr(7)."""

import os
from typing import Any

from coursekit.fs.content import Bytes
from coursekit.fs.node import File, Metadata
from tests.proving.comparable import both, case, symlink

NOTED = File(
    Metadata(xattrs={"user.a": b"1", "trusted.overlay.origin": b"note", "trusted.overlay.overlay.x": b"2"}),
    Bytes(b"data"),
)
TREE = {"/f": NOTED, "/d/": {}, "/l": symlink("f"), "/dead": symlink("no")}
CREATE, REPLACE = os.XATTR_CREATE, os.XATTR_REPLACE


def then_listed(fs: Any, path: str, *calls: tuple[Any, ...]) -> list[str]:
    """Calls, then the names on `path`."""
    for name, *args in calls:
        getattr(fs, name)(*args)
    return list(fs.listxattr(path))


CASES = [
    case("a value is read", TREE, lambda fs: fs.getxattr("/f", "user.a"), b"1"),
    case("through a symlink too", TREE, lambda fs: fs.getxattr("/l", "user.a"), b"1"),
    case("overlayfs's own notes are hidden", TREE, lambda fs: fs.getxattr("/f", "trusted.overlay.origin"), "ENODATA"),
    case("an escaped one shows under its plain name", TREE, lambda fs: fs.getxattr("/f", "trusted.overlay.x"), b"2"),
    case("and is listed so", TREE, lambda fs: fs.listxattr("/f"), ["trusted.overlay.x", "user.a"]),
    case(
        "and can be removed",
        TREE,
        lambda fs: then_listed(fs, "/f", ("removexattr", "/f", "trusted.overlay.x")),
        ["user.a"],
    ),
    case("a missing one", TREE, lambda fs: fs.getxattr("/f", "user.no"), "ENODATA"),
    case("removing a missing one", TREE, lambda fs: fs.removexattr("/f", "user.no"), "ENODATA"),
    case(
        "XATTR_CREATE of a new one",
        TREE,
        lambda fs: then_listed(fs, "/d", ("setxattr", "/d", "user.n", b"", CREATE)),
        ["user.n"],
    ),
    case("XATTR_CREATE of one that is there", TREE, lambda fs: fs.setxattr("/f", "user.a", b"2", CREATE), "EEXIST"),
    case("XATTR_REPLACE of a missing one", TREE, lambda fs: fs.setxattr("/f", "user.n", b"2", REPLACE), "ENODATA"),
    case("unknown flags", TREE, lambda fs: fs.setxattr("/f", "user.n", b"2", 8), "EINVAL"),
    case("a name without a namespace", TREE, lambda fs: fs.setxattr("/f", "plain", b""), "ENOTSUP"),
    case("reading it", TREE, lambda fs: fs.getxattr("/f", "plain"), "ENOTSUP"),
    case("a namespace without a name", TREE, lambda fs: fs.setxattr("/f", "user.", b""), "EINVAL"),
    case("no name", TREE, lambda fs: fs.setxattr("/f", "", b""), "ERANGE"),
    case(
        "a name of 255 bytes",
        TREE,
        lambda fs: then_listed(fs, "/d", ("setxattr", "/d", "user." + "n" * 250, b"")),
        ["user." + "n" * 250],
    ),
    case("a name of 256 bytes", TREE, lambda fs: fs.setxattr("/f", "user." + "n" * 251, b""), "ERANGE"),
    case("a value of more than 64 KiB", TREE, lambda fs: fs.setxattr("/f", "user.n", b"x" * 65537), "E2BIG"),
    case("user.* on a symlink", TREE, lambda fs: fs.setxattr("/dead", "user.a", b"", follow_symlinks=False), "EPERM"),
    case(
        "reading user.* from a symlink",
        TREE,
        lambda fs: fs.getxattr("/dead", "user.a", follow_symlinks=False),
        "ENODATA",
    ),
    case(
        "trusted.* on a symlink", TREE, lambda fs: fs.setxattr("/dead", "trusted.a", b"", follow_symlinks=False), None
    ),
    case("of what is not there", TREE, lambda fs: fs.listxattr("/dead"), "ENOENT"),
    case(
        "writing takes file capabilities away",
        TREE,
        lambda fs: [
            fs.setxattr("/f", "security.capability", b"\1\0\0\2" + bytes(16)),
            fs.truncate("/f", 1),
            fs.listxattr("/f"),
        ],
        [None, None, ["trusted.overlay.x", "user.a"]],
    ),
    case(
        "so does giving away",
        TREE,
        lambda fs: [
            fs.setxattr("/f", "security.capability", b"\1\0\0\2" + bytes(16)),
            fs.chown("/f", 5, -1),
            fs.listxattr("/f"),
        ],
        [None, None, ["trusted.overlay.x", "user.a"]],
    ),
    case(
        "chmod does not",
        TREE,
        lambda fs: [
            fs.setxattr("/d", "security.capability", b"\1\0\0\2" + bytes(16)),
            fs.chmod("/d", 0o700),
            fs.listxattr("/d"),
        ],
        [None, None, ["security.capability"]],
    ),
]

test_engine, test_kernel = both(CASES)
