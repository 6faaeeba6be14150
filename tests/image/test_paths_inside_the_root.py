"""Names and links that lead anywhere, and whiteouts that hide nothing: the tree is the one that umoci unpacks.

dockerd, podman and umoci were asked for each case; where they disagree, `umoci` has what umoci says instead.
Source: containerd's TestBreakouts; OCI image-spec layer.md, "Whiteouts".
"""

import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.vfs.overlay import Overlay
from tests.image.making import Layout, member, tar
from tests.tools import needs, needs_root_overlay, run

DIR, LINK = "dir", "symlink"
BASE = tar(
    member("etc/", DIR),
    member("etc/a", data=b"1"),
    member("etc/b", data=b"2"),
    member("usr/lib/", DIR),
    member("usr/lib/z", data=b"low"),
)
USRLIB = member("usr/lib/", DIR)
LIB = member("lib", LINK, link="usr/lib")


@dataclass(frozen=True)
class Case:
    """The layers of an image, base first, and its tree: a path, what is in it (`->` a symlink, none for a directory)."""

    what: str
    layers: tuple[bytes, ...]
    tree: str
    umoci: str | None = None


def alone(what: str, *members: bytes, tree: str, umoci: str | None = None) -> Case:
    return Case(what, (tar(*members),), tree, umoci)


def on_base(what: str, *members: bytes, tree: str, umoci: str | None = None) -> Case:
    return Case(what, (BASE, tar(*members)), tree, umoci)


CASES = [
    alone("a path climbs out", member("../../etc/passwd", data=b"x"), tree="/etc /etc/passwd=x"),
    alone("a path climbs out in its middle", member("etc/../../passwd", data=b"x"), tree="/passwd=x"),
    alone("a path turns round", USRLIB, member("usr/../passwd", data=b"x"), tree="/passwd=x /usr /usr/lib"),
    alone("a path ends in two dots", member("etc/..", DIR), member("a"), tree="/a="),
    alone("an absolute path", member("/etc/passwd", data=b"x"), tree="/etc /etc/passwd=x"),
    alone("two slashes before it", member("//etc/passwd", data=b"x"), tree="/etc /etc/passwd=x"),
    alone("an absolute path that climbs", member("/../etc/passwd", data=b"x"), tree="/etc /etc/passwd=x"),
    alone("the root as kaniko writes it", member("/", DIR), member("/etc/n", data=b"1"), tree="/etc /etc/n=1"),
    alone("a PAX path that climbs out", member("a", pax={"path": "../../x"}), tree="/x="),
    alone(
        "a hard link to an absolute path", member("/q", data=b"1"), member("/r", "link", link="/q"), tree="/q=1 /r=1"
    ),
    alone("a hard link that climbs", member("q", data=b"1"), member("r", "link", link="../../q"), tree="/q=1 /r=1"),
    alone(
        "a file below a symlink",
        USRLIB,
        LIB,
        member("lib/z", data=b"1"),
        tree="/lib->usr/lib /usr /usr/lib /usr/lib/z=1",
    ),
    alone(
        "a file below an absolute symlink",
        USRLIB,
        member("lib", LINK, link="/usr/lib"),
        member("lib/z", data=b"1"),
        tree="/lib->/usr/lib /usr /usr/lib /usr/lib/z=1",
    ),
    alone(
        "a file below a symlink to what is not there",
        LIB,
        member("lib/z", data=b"1"),
        tree="/lib->usr/lib /usr /usr/lib /usr/lib/z=1",
    ),
    alone(
        "a file below a symlink that climbs", member("out", LINK, link="../.."), member("out/x"), tree="/out->../.. /x="
    ),
    alone("a file below a symlink to the root", member("out", LINK, link="/"), member("out/x"), tree="/out->/ /x="),
    alone(
        "a tree below two symlinks",
        member("t/", DIR),
        member("one", LINK, link="/t"),
        member("two", LINK, link="one/../one/deep"),
        member("two/d", DIR),
        member("two/d/f", data=b"1"),
        tree="/one->/t /t /t/deep /t/deep/d /t/deep/d/f=1 /two->one/../one/deep",
        umoci="/one->/t /t /t/deep /t/deep/d /t/deep/d/f=1 /two->one/../one/deep",
    ),
    alone(
        "a hard link through a symlink",
        member("usr/lib/z", data=b"1"),
        LIB,
        member("k", "link", link="lib/z"),
        tree="/k=1 /lib->usr/lib /usr /usr/lib /usr/lib/z=1",
    ),
    on_base(
        "a file below a symlink into a lower directory",
        LIB,
        member("lib/y", data=b"1"),
        tree="/etc /etc/a=1 /etc/b=2 /lib->usr/lib /usr /usr/lib /usr/lib/y=1 /usr/lib/z=low",
    ),
    on_base(
        "a whiteout below a symlink of its layer",
        LIB,
        member("lib/.wh.z"),
        tree="/etc /etc/a=1 /etc/b=2 /lib->usr/lib /usr /usr/lib",
    ),
    on_base(
        "a whiteout before the symlink",
        member("lib/.wh.z"),
        LIB,
        tree="/etc /etc/a=1 /etc/b=2 /lib->usr/lib /usr /usr/lib /usr/lib/z=low",
    ),
    on_base(
        "an opaque whiteout below a symlink",
        LIB,
        member("lib/.wh..wh..opq"),
        tree="/etc /etc/a=1 /etc/b=2 /lib->usr/lib /usr /usr/lib",
    ),
    alone(
        "a whiteout in the base layer", member("etc/", DIR), member("etc/.wh.b"), member("etc/a"), tree="/etc /etc/a="
    ),
    alone("a whiteout at the root of the base layer", member(".wh.b"), member("a"), tree="/a="),
    on_base(
        "a whiteout in a directory of this layer alone",
        member("opt/", DIR),
        member("opt/.wh.x"),
        member("opt/y"),
        tree="/etc /etc/a=1 /etc/b=2 /opt /opt/y= /usr /usr/lib /usr/lib/z=low",
    ),
    on_base(
        "a whiteout below nothing",
        member("x/y/.wh.z"),
        tree="/etc /etc/a=1 /etc/b=2 /usr /usr/lib /usr/lib/z=low /x /x/y",
        umoci="/etc /etc/a=1 /etc/b=2 /usr /usr/lib /usr/lib/z=low",  # dockerd and podman make the directories
    ),
    on_base(
        "a whiteout in an opaque directory",
        member("etc/", DIR),
        member("etc/.wh..wh..opq"),
        member("etc/.wh.a"),
        member("etc/two"),
        tree="/etc /etc/two= /usr /usr/lib /usr/lib/z=low",
    ),
    Case(
        "a whiteout of what the layer below has hidden already",
        (BASE, tar(member("etc/", DIR), member("etc/.wh.a")), tar(member("etc/", DIR), member("etc/.wh.a"))),
        "/etc /etc/b=2 /usr /usr/lib /usr/lib/z=low",
    ),
    Case(
        "a whiteout below a file of the layer below",
        (BASE, tar(member("etc/a/.wh.x"))),
        "/etc /etc/a /etc/b=2 /usr /usr/lib /usr/lib/z=low",
        umoci="/etc /etc/a=1 /etc/b=2 /usr /usr/lib /usr/lib/z=low",  # dockerd makes the directory
    ),
    on_base(
        "a directory deleted and made anew",
        member(".wh.etc"),
        member("etc/", DIR),
        member("etc/new"),
        tree="/etc /etc/new= /usr /usr/lib /usr/lib/z=low",
    ),
]

OURS = [  # umoci 0.4.7 opens none of these; podman opens all
    on_base(
        "a whiteout without a name is one of its directory", member("etc/.wh."), tree="/usr /usr/lib /usr/lib/z=low"
    ),
    alone("a global PAX header", member("g", "g", data=b"16 path=../../x\n"), member("a"), tree="/a="),
]


def tree_of(image: Image) -> str:
    """Every path of the merged tree; every path that is listed can be looked up."""
    overlay = Overlay.from_image(image, upperdir=None)
    found, waiting = [], ["/"]
    while waiting:
        top = waiting.pop()
        for name in overlay.listdir(top):
            path = f"{top.rstrip('/')}/{name}"
            mode = overlay.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                found.append(f"{path}->{overlay.readlink(path)}")
            elif stat.S_ISDIR(mode):
                found.append(path)
                waiting.append(path)
            else:
                found.append(f"{path}={overlay.read_text(path)}")
    return " ".join(sorted(found))


def unpacked(top: Path) -> str:
    """The same of a directory on disk."""
    found = []
    for path in top.rglob("*"):
        where = f"/{path.relative_to(top)}"
        if path.is_symlink():
            found.append(f"{where}->{path.readlink()}")
        else:
            found.append(where if path.is_dir() else f"{where}={path.read_text()}")
    return " ".join(sorted(found))


@pytest.mark.parametrize("case", [*CASES, *OURS], ids=lambda case: case.what)
def test_the_tree(case: Case, tmp_path: Path) -> None:
    Layout(tmp_path / "layout", case.layers)
    store = Store(tmp_path / "store")
    assert tree_of(Image.open(tmp_path / "layout", store=store)) == case.tree
    assert tree_of(Image.open(tmp_path / "layout", store=store)) == case.tree, "the same from the cache"


@needs("umoci")
@needs_root_overlay
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_umoci_unpacks_the_same(case: Case, tmp_path: Path) -> None:
    Layout(tmp_path / "layout", case.layers)
    run("umoci", "unpack", "--image", f"{tmp_path}/layout:t", tmp_path / "bundle")
    assert unpacked(tmp_path / "bundle" / "rootfs") == (case.umoci or case.tree)


def test_hard_links_through_the_root_are_one_file(tmp_path: Path) -> None:
    Layout(tmp_path / "layout", [tar(member("/q", data=b"1"), member("/r", "link", link="/q"))])
    overlay = Overlay.from_image(Image.open(tmp_path / "layout", store=Store(tmp_path / "store")), upperdir=None)
    assert overlay.stat("/q").st_ino == overlay.stat("/r").st_ino and overlay.stat("/q").st_nlink == 2


def test_a_whiteout_that_hides_nothing_is_counted_as_no_deletion(tmp_path: Path) -> None:
    Layout(tmp_path / "layout", [BASE, tar(member("etc/", DIR), member("etc/.wh.a"), member("opt/.wh.x"))])
    image = Image.open(tmp_path / "layout", store=Store(tmp_path / "store"))
    assert [layer.deleted for layer in image.layers] == [0, 1]
