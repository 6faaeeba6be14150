"""Paths: symlinks, dots, slashes, lengths; as path_resolution(7) has them."""

import stat
from typing import Any

from tests.proving.comparable import both, case, symlink

TREE = {
    "/d/f": "file",
    "/d/e/": {},
    "/f": "file",
    "/to_d": symlink("d"),
    "/to_f": symlink("/d/f"),
    "/dead": symlink("nowhere"),
    "/me": symlink("me"),
    "/d/up": symlink("../../../d/./e/.."),
    "/slash": symlink("d/"),
    "/fslash": symlink("f/"),
    "/root": symlink("/"),
    "/new": symlink("d/made"),
}


def kind(fs: Any, path: str) -> str:
    """The letter of `ls -l`."""
    return stat.filemode(fs.stat(path).st_mode)[0]


def chain(links: int) -> dict[str, Any]:
    """/0 leads to /1, … and the last to a file."""
    return (
        {"/end": "x"}
        | {f"/{number}": symlink(f"{number + 1}") for number in range(links - 1)}
        | {f"/{links - 1}": symlink("end")}
    )


def made_through(fs: Any, path: str) -> list[str]:
    """What /d holds after a file was created at `path`."""
    fs.open(path, 0o101).close()
    return sorted(fs.listdir("/d"))


def after(call: Any, look: Any) -> Any:
    """Do, then look."""
    call()
    return look()


CASES = [
    case("an empty path leads nowhere", TREE, lambda fs: fs.lstat(""), "ENOENT"),
    case("the root is a directory", TREE, lambda fs: kind(fs, "/"), "d"),
    case("doubled slashes count once", TREE, lambda fs: kind(fs, "//d///f"), "-"),
    case("a dot stays", TREE, lambda fs: kind(fs, "/d/./f"), "-"),
    case("a dot after a file", TREE, lambda fs: kind(fs, "/f/."), "ENOTDIR"),
    case("two dots after a file", TREE, lambda fs: kind(fs, "/f/.."), "ENOTDIR"),
    case("two dots after nothing", TREE, lambda fs: kind(fs, "/no/../f"), "ENOENT"),
    case("two dots stop at the root", TREE, lambda fs: kind(fs, "/../../d/f"), "-"),
    case("two dots after a symlink leave its target", TREE, lambda fs: kind(fs, "/d/up/../f"), "-"),
    case("a slash after a directory", TREE, lambda fs: kind(fs, "/d/"), "d"),
    case("a slash after a file", TREE, lambda fs: kind(fs, "/f/"), "ENOTDIR"),
    case(
        "lstat of a symlink with a slash follows it", TREE, lambda fs: stat.filemode(fs.lstat("/to_d/").st_mode)[0], "d"
    ),
    case("readlink of a symlink with a slash reads its target", TREE, lambda fs: fs.readlink("/to_d/"), "EINVAL"),
    case("a symlink on the way is followed", TREE, lambda fs: kind(fs, "/to_d/f"), "-"),
    case("a symlink whose target ends in a slash", TREE, lambda fs: kind(fs, "/slash"), "d"),
    case("such a symlink to a file", TREE, lambda fs: kind(fs, "/fslash"), "ENOTDIR"),
    case("a symlink to the root", TREE, lambda fs: kind(fs, "/root/d/f"), "-"),
    case("a dangling symlink", TREE, lambda fs: kind(fs, "/dead"), "ENOENT"),
    case("a symlink to itself", TREE, lambda fs: kind(fs, "/me"), "ELOOP"),
    case("on the way to a child too", TREE, lambda fs: kind(fs, "/me/x"), "ELOOP"),
    case("a file on the way", TREE, lambda fs: kind(fs, "/f/x"), "ENOTDIR"),
    case("40 symlinks are followed", chain(40), lambda fs: kind(fs, "/0"), "-"),
    case("41 are not", chain(41), lambda fs: kind(fs, "/0"), "ELOOP"),
    case("links of the directory part count", chain(40) | {"/s": symlink(".")}, lambda fs: kind(fs, "/s/0"), "ELOOP"),
    case("a name of 255 bytes may be missing", {}, lambda fs: kind(fs, "/" + "n" * 255), "ENOENT"),
    case("one of 256 may not", {}, lambda fs: kind(fs, "/" + "n" * 256), "ENAMETOOLONG"),
    case("bytes count, not characters", {}, lambda fs: kind(fs, "/" + "é" * 128), "ENAMETOOLONG"),
    case("a path of 4095 bytes is walked", {}, lambda fs: kind(fs, "/" * 4095), "d"),
    case("one of 4096 is not", {}, lambda fs: kind(fs, "/" * 4096), "ENAMETOOLONG"),
    case(
        "a file is made through a dangling symlink", TREE, lambda fs: made_through(fs, "/new"), ["e", "f", "made", "up"]
    ),
    case("not with O_EXCL", TREE, lambda fs: fs.open("/new", 0o301), "EEXIST"),
    case("not with O_NOFOLLOW", TREE, lambda fs: fs.open("/new", 0o400101), "ELOOP"),
    case("mkdir with a slash", {}, lambda fs: after(lambda: fs.mkdir("/x/"), lambda: kind(fs, "/x")), "d"),
    case("mkdir where a dangling symlink is", TREE, lambda fs: fs.mkdir("/dead"), "EEXIST"),
    case("mkdir of a dot", TREE, lambda fs: fs.mkdir("/d/."), "EEXIST"),
    case("mkdir of the root", TREE, lambda fs: fs.mkdir("/"), "EEXIST"),
    case("mkdir in a missing directory", TREE, lambda fs: fs.mkdir("/no/x"), "ENOENT"),
    case("mkdir in a file", TREE, lambda fs: fs.mkdir("/f/x"), "ENOTDIR"),
    case("a new symlink with a slash", TREE, lambda fs: fs.symlink("x", "/l/"), "ENOENT"),
    case("a symlink to nothing at all", TREE, lambda fs: fs.symlink("", "/l"), "ENOENT"),
    case("a symlink longer than a path", TREE, lambda fs: fs.symlink("x" * 4096, "/l"), "ENAMETOOLONG"),
    case("open with O_CREAT and a slash", TREE, lambda fs: fs.open("/x/", 0o101), "EISDIR"),
    case("unlink with a slash after a file", TREE, lambda fs: fs.unlink("/f/"), "ENOTDIR"),
    case("unlink with a slash after a directory", TREE, lambda fs: fs.unlink("/d/"), "EISDIR"),
    case("unlink of a directory", TREE, lambda fs: fs.unlink("/d"), "EISDIR"),
    case("unlink of the root", TREE, lambda fs: fs.unlink("/"), "EISDIR"),
    case("rmdir of the root", TREE, lambda fs: fs.rmdir("/"), "EBUSY"),
    case("rmdir of a dot", TREE, lambda fs: fs.rmdir("/d/."), "EINVAL"),
    case("rmdir of two dots", TREE, lambda fs: fs.rmdir("/d/e/.."), "ENOTEMPTY"),
    case("rmdir of a symlink to a directory", TREE, lambda fs: fs.rmdir("/to_d"), "ENOTDIR"),
    case("rmdir of it with a slash", TREE, lambda fs: fs.rmdir("/to_d/"), "ENOTDIR"),
    case("rmdir of a file", TREE, lambda fs: fs.rmdir("/f"), "ENOTDIR"),
    case("rename of the root", TREE, lambda fs: fs.rename("/", "/x"), "EBUSY"),
    case("rename onto a dot", TREE, lambda fs: fs.rename("/f", "/d/."), "EBUSY"),
    case("rename of a file to a name with a slash", TREE, lambda fs: fs.rename("/f", "/x/"), "ENOTDIR"),
    case("rename of a symlink with a slash", TREE, lambda fs: fs.rename("/to_d/", "/x"), "ENOTDIR"),
    case(
        "link of a symlink links the symlink",
        TREE,
        lambda fs: after(lambda: fs.link("/dead", "/x"), lambda: fs.readlink("/x")),
        "nowhere",
    ),
    case("link of a directory", TREE, lambda fs: fs.link("/d", "/x"), "EPERM"),
    case("link onto an existing name", TREE, lambda fs: fs.link("/f", "/d"), "EEXIST"),
    case("link of a directory onto an existing name", TREE, lambda fs: fs.link("/d", "/f"), "EEXIST"),
    case("link to a name with a slash", TREE, lambda fs: fs.link("/f", "/x/"), "ENOENT"),
    case("truncate of a directory", TREE, lambda fs: fs.truncate("/d", 0), "EISDIR"),
    case("truncate to less than nothing", TREE, lambda fs: fs.truncate("/f", -1), "EINVAL"),
    case("readlink of a file", TREE, lambda fs: fs.readlink("/f"), "EINVAL"),
    case("listdir of a file", TREE, lambda fs: fs.listdir("/f"), "ENOTDIR"),
    case("listdir of a file with a slash", TREE, lambda fs: fs.listdir("/f/"), "ENOTDIR"),
    case("listdir through a symlink", TREE, lambda fs: sorted(fs.listdir("/to_d")), ["e", "f", "up"]),
]

test_engine, test_kernel = both(CASES)
