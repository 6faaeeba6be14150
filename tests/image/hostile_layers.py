"""Layers made to do harm, or merely broken, each with what is said of it.

The ideas are containerd's TestBreakouts and the CVEs of docker, runc and umoci.
"""

import tarfile
from dataclasses import dataclass

from tests.image.making import member, patched, tar

DIR, BASE = "dir", tar(member("etc/", "dir"), member("etc/hosts", data=b"x"))
GNU = tarfile.GNU_FORMAT


@dataclass(frozen=True)
class Case:
    """A layer, alone or on BASE, and a part of what is said of it."""

    what: str
    layer: bytes
    says: str
    on_base: bool = False


def case(what: str, *members: bytes, says: str, on_base: bool = False) -> Case:
    return Case(what, tar(*members), says, on_base)


LAYERS = [
    case("a file below a file", member("a", data=b"1"), member("a/b"), says="which is no directory"),
    case("a file below a fifo", member("a", "fifo"), member("a/b"), says="which is no directory"),
    case("a hard link that climbs out", member("shadow", "link", link="../../etc/shadow"), says="no layer has"),
    case("a hard link to what is not there", member("a", "link", link="nothing"), says="no layer has"),
    case("a hard link to itself", member("a", "link", link="a"), says="no layer has"),
    case("a hard link to the root", member("a", "link", link="."), says="names the image's root"),
    case("a hard link without a target", member("a", "link"), says="no name"),
    case("a hard link to a directory", member("d/", DIR), member("a", "link", link="d"), says="names the directory"),
    case("a hard link to a later file", member("a", "link", link="b"), member("b"), says="no layer has", on_base=True),
    case(
        "a hard link to a whiteout", member(".wh.b"), member("a", "link", link="b"), says="no layer has", on_base=True
    ),
    case("a hard link to a directory below", member("a", "link", link="etc"), says="no layer has", on_base=True),
    case(
        "two hard links that name each other",
        member("a", "link", link="b"),
        member("b", "link", link="a"),
        says="no layer has",
    ),
    case(
        "a hard link through a symlink that turns in circles",
        member("l", "symlink", link="l"),
        member("a", "link", link="l/x"),
        says="symlinks",
    ),
    case("a whiteout without a name at the root", member(".wh."), says="whiteout of no name"),
    case(
        "a file below a circle of symlinks",
        member("a", "symlink", link="b"),
        member("b", "symlink", link="a"),
        member("a/x"),
        says="more than 40 symlinks",
    ),
    case("a whiteout of the root", member(".wh.."), says="whiteout of no name"),
    case("a whiteout of the parent", member("etc/.wh..."), says="whiteout of no name"),
    case("a device 0/0 at the root", member("./", "char"), says="root"),
    case("a root that is a file", member("./", "file", data=b"x", type=b"7"), says="root is no directory"),
    case("a root that is a symlink", member(".", "symlink", link="/etc"), says="root is no directory"),
    case("a name of 256 bytes", member("a" * 256), says="256 bytes"),
    case("a name of 300 bytes in 100 letters", member("€" * 100), says="300 bytes"),
    case("a path of 5000 bytes", member("/".join(["d" * 99] * 50)), says="path of"),
    case("an empty name", patched(member("x"), 0, b"\0"), says="no name"),
    case("an unknown kind of entry", member("a", "Z"), says="is of the type"),
    case("a GNU multi-volume continuation", member("a", "M", data=b"x"), says="is of the type"),
    case("a symlink without a target", member("a", "symlink"), says="target"),
    case("a size beyond the end", patched(member("a"), 124, b"00000777777\0"), says="claims"),
    case("a negative size in base 256", patched(member("a"), 124, b"\xff" * 12), says="claims"),
    case(
        "a size of 2 to the 63rd", patched(member("a"), 124, b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7), says="claims"
    ),
    case("a size that is no number", patched(member("a"), 124, b"99999999999\0"), says="no octal number"),
    case("a mode that is no number", patched(member("a"), 100, b"rwxr-xr\0"), says="no octal number"),
    case("a wrong checksum", b"x" + member("aaaa")[1:], says="checksum is wrong"),
    case(
        "PAX records that lie about their length", member("x", "x", data=b"99 path=a\n"), member("a"), says="PAX record"
    ),
    case("PAX records without a length", member("x", "x", data=b"path=a\n"), member("a"), says="PAX record"),
    case("a PAX path with a NUL", member("x", "x", data=b"12 path=a\0b\n"), member("a"), says="NUL"),
    case(
        "a PAX link that climbs out",
        member("a", "link", link="b", pax={"linkpath": "../b"}),
        says="no layer has",
    ),
    case("a PAX size that is no number", member("a", pax={"size": "-5"}), says="no number"),
    case("a PAX size beyond the end", member("a", pax={"size": "99999999999999"}), says="claims"),
    case("a PAX time that is none", member("a", pax={"mtime": "yesterday"}), says="no time"),
    case("a PAX header for nobody", member("x", "x", data=b"11 path=ab\n"), says="not there"),
    case("a PAX header of 2 MiB", member("x", "x", data=b" " * (2 << 20)), member("a"), says="extended tar header"),
    case("a lone zero block", member("a") + bytes(512) + member("b"), says="lone zero block"),
    case(
        "a sparse map beyond the file",
        patched(member("s", "S", data=b"x" * 512), 386, b"%011o\0%011o\0" % (4096, 512)),
        says="contradicts itself",
    ),
    case(
        "a sparse file of 8 EiB",
        patched(patched(member("s", "S"), 386, b"\0"), 483, b"\x80\0\0\0\x7f" + b"\xff" * 7),
        says="sparse file",
    ),
    Case("half a header", BASE[:512] + BASE[512:700], "truncated"),
    Case("half a file", member("a", data=b"x" * 2000)[:1024], "claims"),
    Case("no tar at all", b"hello, world " * 100, "no tar header"),
    Case("another kind of archive", b"PK\3\4" + bytes(2000), "no tar header"),
]
