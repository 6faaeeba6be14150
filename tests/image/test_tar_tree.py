"""The tree of a layer's tar: names, whiteouts, links, and what comes twice. Source: OCI image-spec layer.md."""

from dataclasses import dataclass

import pytest

from coursekit.fs.node import Device, Directory, File, Symlink, Whiteout
from coursekit.image import layer_tar
from coursekit.layers.ports import Lower
from coursekit.layers.tar_index import TarIndex
from coursekit.vfs.overlay import Overlay
from tests.image.making import member, patched, tar


@dataclass(frozen=True)
class Case:
    """The members of a tar, and the tree that they make: path -> what it is."""

    what: str
    members: tuple[bytes, ...]
    tree: dict[str, str]


def seen(lower: Lower) -> dict[str, str]:
    """Each path with one word on what it is; of a file its contents."""
    found: dict[str, str] = {}
    waiting = [("", 0)]
    while waiting:
        path, entry = waiting.pop()
        match lower.node(entry):
            case Whiteout():
                word = "whiteout"
            case Directory(opaque=opaque):
                word = "opaque" if opaque else "dir"
            case File(content=content):
                word = content.read(0, content.size).decode()
            case Symlink(target=target):
                word = f"-> {target}"
            case Device(kind=kind):
                word = kind.value
        if path:
            found[path[1:]] = word
        waiting += [(f"{path}/{name}", child) for name, child in lower.children(entry).items()]
    return found


CASES = [
    Case("plain entries", (member("etc", "dir"), member("etc/hosts", data=b"h")), {"etc": "dir", "etc/hosts": "h"}),
    Case(
        "./ before every name",
        (member("./", "dir"), member("./etc/", "dir"), member("./etc/hosts")),
        {"etc": "dir", "etc/hosts": ""},
    ),
    Case("parents that are not listed", (member("a/b/c", data=b"1"),), {"a": "dir", "a/b": "dir", "a/b/c": "1"}),
    Case(
        "parents that are listed afterwards", (member("a/b", data=b"1"), member("a", "dir")), {"a": "dir", "a/b": "1"}
    ),
    Case("doubled slashes and dots", (member("a//b/./c", data=b"1"),), {"a": "dir", "a/b": "dir", "a/b/c": "1"}),
    Case("a directory as the 1970s spelled it", (patched(member("old/"), 156, b"\0"),), {"old": "dir"}),
    Case("a whiteout", (member("etc/.wh.hosts"),), {"etc": "dir", "etc/hosts": "whiteout"}),
    Case("a whiteout at the root", (member(".wh.etc"),), {"etc": "whiteout"}),
    Case("a whiteout of a name with dots", (member(".wh....x"),), {"...x": "whiteout"}),
    Case("a whiteout after its sibling of the same name", (member("a", data=b"new"), member(".wh.a")), {"a": "new"}),
    Case("a whiteout before it", (member(".wh.a"), member("a", data=b"new")), {"a": "new"}),
    Case(
        "a directory deleted and made anew is opaque",
        (member(".wh.a"), member("a", "dir"), member("a/x")),
        {"a": "opaque", "a/x": ""},
    ),
    Case(
        "the same, in the other order", (member("a", "dir"), member("a/x"), member(".wh.a")), {"a": "opaque", "a/x": ""}
    ),
    Case(
        "an opaque whiteout first",
        (member("a", "dir"), member("a/.wh..wh..opq"), member("a/x")),
        {"a": "opaque", "a/x": ""},
    ),
    Case(
        "an opaque whiteout last",
        (member("a", "dir"), member("a/x"), member("a/.wh..wh..opq")),
        {"a": "opaque", "a/x": ""},
    ),
    Case("an opaque whiteout alone", (member("a/b/.wh..wh..opq"),), {"a": "dir", "a/b": "opaque"}),
    Case("the books of AUFS", (member(".wh..wh.plnk", "dir"), member(".wh..wh.aufs"), member("a/.wh..wh.orph")), {}),
    Case(
        "a whiteout below a symlink of this layer",
        (member("a", "symlink", link="/b"), member("a/.wh.x")),
        {"a": "-> /b", "b": "dir", "b/x": "whiteout"},
    ),
    Case(
        "a whiteout in an opaque directory",
        (member("a", "dir"), member("a/.wh..wh..opq"), member("a/.wh.x"), member("a/b/.wh.y")),
        {"a": "opaque"},
    ),
    Case("a whiteout below a file of this layer", (member("a", data=b"1"), member("a/.wh.x")), {"a": "1"}),
    Case(
        "a whiteout deep below one",
        (member("a", data=b"1"), member("a/b/c/.wh.x"), member("a/b/.wh..wh..opq")),
        {"a": "1"},
    ),
    Case("a whiteout below a whiteout", (member(".wh.a"), member("a/.wh.b")), {"a": "whiteout"}),
    Case("overlayfs's own whiteout", (member("a", "char"),), {"a": "whiteout"}),
    Case("a device that is none", (member("a", "char", devmajor=1, devminor=3),), {"a": "char"}),
    Case(
        "a block device and a fifo",
        (member("b", "block", devmajor=8), member("f", "fifo")),
        {"b": "block", "f": "fifo"},
    ),
    Case("a file twice: the later one", (member("a", data=b"1"), member("a", data=b"2")), {"a": "2"}),
    Case(
        "a directory twice: its contents stay",
        (member("a", "dir"), member("a/x"), member("a", "dir")),
        {"a": "dir", "a/x": ""},
    ),
    Case("a file over a directory", (member("a", "dir"), member("a/x"), member("a", data=b"1")), {"a": "1"}),
    Case(
        "a symlink over a directory",
        (member("a", "dir"), member("a/x"), member("a", "symlink", link="b")),
        {"a": "-> b"},
    ),
    Case(
        "a directory over a symlink",
        (member("a", "symlink", link="/b"), member("a", "dir"), member("a/x")),
        {"a": "dir", "a/x": ""},
    ),
    Case("a hard link", (member("a", data=b"1"), member("b", "link", link="a")), {"a": "1", "b": "1"}),
    Case("a hard link with ./", (member("./a", data=b"1"), member("./b", "link", link="./a")), {"a": "1", "b": "1"}),
    Case(
        "a hard link that claims a size",
        (member("a", data=b"1"), patched(member("b", "link", link="a"), 124, b"00000000001\0"), member("c")),
        {"a": "1", "b": "1", "c": ""},
    ),
    Case(
        "a hard link to a symlink",
        (member("a", "symlink", link="x"), member("b", "link", link="a")),
        {"a": "-> x", "b": "-> x"},
    ),
    Case(
        "a hard link whose target is replaced",
        (member("a", data=b"1"), member("b", "link", link="a"), member("a", data=b"2")),
        {"a": "2", "b": "1"},
    ),
    Case("a contiguous file", (member("a", "7", data=b"1"),), {"a": "1"}),
    Case("names that are no UTF-8", (patched(member("a"), 0, b"\xff\xfe\0"),), {"\udcff\udcfe": ""}),
    Case("a name of 255 bytes", (member("n" * 255),), {"n" * 255: ""}),
    Case("nothing", (), {}),
]


def layer(*members: bytes) -> TarIndex:
    return layer_tar.read(tar(*members))


@pytest.mark.behaviour(15, 20, 44, 45)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_the_tree(case: Case) -> None:
    assert seen(layer(*case.members)) == case.tree


@pytest.mark.behaviour(36)
def test_hard_links_share_their_inode_and_count_their_names() -> None:
    index = layer(member("a", data=b"1"), member("b", "link", link="a"), member("c"), member("d/e", "link", link="b"))
    entries = index.children(0)
    inside = index.children(entries["d"])["e"]
    assert {index.inode(entry) for entry in (entries["a"], entries["b"], inside)} == {entries["a"]}
    assert index.nlink(inside) == index.nlink(entries["a"]) == 3
    assert index.nlink(entries["c"]) == 1 and index.inode(entries["c"]) == entries["c"]


def test_whiteouts_are_not_hard_links_of_each_other() -> None:
    index = layer(member(".wh.a"), member(".wh.b"))
    assert len({index.inode(entry) for entry in index.children(0).values()}) == 2


def test_directories_count_their_subdirectories() -> None:
    index = layer(member("a/b/", "dir"), member("a/c/", "dir"), member("a/d"))
    assert index.nlink(0) == 3 and index.nlink(index.children(0)["a"]) == 4


def test_whiteouts_speak_of_layers_below_and_never_of_siblings() -> None:
    lower = layer(member("etc/old", data=b"old"), member("etc/both", data=b"below"))
    upper = layer(member("etc/both", data=b"above"), member("etc/.wh.both"), member("etc/.wh.old"))
    assert Overlay(lowerdir=[upper, lower]).listdir("/etc") == ["both"]


def test_the_root_may_be_described() -> None:
    index = layer(member("./", "dir", mode=0o711, uid=3, gid=4, mtime=5))
    meta = index.node(0).meta  # type: ignore[union-attr]
    assert (meta.mode, meta.uid, meta.gid, meta.mtime_ns) == (0o711, 3, 4, 5 * 10**9)
