"""Layers written as tars and read back: whatever an overlay holds, the same tree comes out of it."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.errors import ImageError
from coursekit.fs.content import Missing
from coursekit.fs.node import WHITEOUT, Device, DeviceKind, Directory, File, Metadata
from coursekit.image import layer_tar
from coursekit.layers.layer import Layer
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay
from tests.image.trees import BASE, base_layer, changed, directory, file
from tests.real import tree
from tests.real.listing import listing


def tar_of(lower: Lower, **options: Any) -> bytes:
    return b"".join(layer_tar.blocks(lower, **options))


def names(data: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getnames()


def merged(*layers: Lower) -> dict[str, tree.Row]:
    """The tree of some layers, top first, without what no changeset says: the root's attributes."""
    found = tree.of_overlay(Overlay(lowerdir=list(layers), upperdir=None))
    del found["/"]
    return found


def without_root(lower: Lower) -> dict[str, tuple[Any, ...]]:
    return {path: row for path, row in listing(lower).items() if path != "/"}


@pytest.mark.behaviour(46)
def test_a_whole_tree_comes_back() -> None:
    layer = base_layer()
    assert without_root(layer_tar.read(tar_of(layer))) == without_root(layer)
    assert len(without_root(layer)) == len(BASE) + 1


def test_equal_trees_give_equal_bytes_whatever_their_order() -> None:
    one = Layer.of({"/b": "2", "/a/x": "1", "/a/.y": "", "/c/": {}})
    other = Layer.of({"/c/": {}, "/a/.y": "", "/a/x": "1", "/b": "2"})
    assert tar_of(one) == tar_of(other)


@pytest.mark.behaviour(37)
def test_pythons_tarfile_agrees_on_every_member() -> None:
    data = tar_of(base_layer())
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = {member.name: member for member in archive}
        assert found["srv/owner"].gid == 4_000_000_000
        assert found["usr/bin/nano"].mtime == pytest.approx(1_600_000_000.123456)
        assert found["usr/bin/su-too"].islnk() and found["usr/bin/su-too"].linkname == "usr/bin/su"
        assert found["srv/far"].linkname == "/" + "t" * 150
        assert found["usr/bin/nano"].pax_headers["mtime"] == "1600000000.123456789"
        content = archive.extractfile("usr/bin/su")
        assert content is not None and content.read() == b"\x7fELF" + bytes(range(256)) * 40


@pytest.mark.behaviour(14, 55)
def test_whiteouts_come_before_their_siblings_and_are_empty_files_of_root() -> None:
    layer = Layer.of({"/etc/a": "1", "/etc/zz": WHITEOUT, "/etc/bb": WHITEOUT})
    data = tar_of(layer)
    assert names(data) == ["etc", "etc/.wh.bb", "etc/.wh.zz", "etc/a"]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        marker = archive.getmember("etc/.wh.bb")
        assert (marker.isreg(), marker.size, marker.uid, marker.gid, marker.mtime) == (True, 0, 0, 0, 0)


def test_an_opaque_directory_is_spelled_out_where_the_layers_below_are_known() -> None:
    below = Layer.of({"/var/old": "1", "/var/both/old": "2", "/var/both/new": "3"})
    upper = Layer.of({"/var/": Directory(Metadata(0o755), opaque=True), "/var/both/new": "4"})
    assert names(tar_of(upper)) == ["var", "var/.wh..wh..opq", "var/both", "var/both/new"]
    explicit = tar_of(upper, below=[below])
    assert names(explicit) == ["var", "var/.wh.old", "var/both", "var/both/.wh.old", "var/both/new"]
    assert merged(layer_tar.read(explicit), below) == merged(upper, below)


def test_whiteouts_that_hide_nothing_are_left_out_where_that_is_known() -> None:
    upper = Layer.of({"/a": WHITEOUT, "/b": WHITEOUT})
    assert names(tar_of(upper, below=[Layer.of({"/a": ""})])) == [".wh.a"]
    assert names(tar_of(upper)) == [".wh.a", ".wh.b"]


@pytest.mark.behaviour(16)
def test_a_directory_that_became_a_symlink_has_no_whiteouts_below_it() -> None:
    base = base_layer()
    found = names(tar_of(changed([base]), below=[base]))
    assert "var/log" in found
    assert not [name for name in found if name.startswith("var/log/")]


@pytest.mark.behaviour(47)
def test_overlayfs_own_attributes_do_not_travel() -> None:
    node = file("x", trusted_overlay_opaque=b"y", user_kept=b"1")
    assert layer_tar.read(tar_of(Layer.of({"/f": node}))).node(1).meta.xattrs == {"user.kept": b"1"}  # type: ignore[union-attr]
    spoilt = Layer.of({"/f": file("x", user_kept=b"1")})
    foreign = tar_of(spoilt).replace(b"SCHILY.xattr.user.kept=1", b"SCHILY.xattr.user.kept=2")
    assert layer_tar.read(foreign).node(1).meta.xattrs == {"user.kept": b"2"}  # type: ignore[union-attr]


def test_an_empty_layer_is_a_tar_of_nothing() -> None:
    assert tar_of(Layer.of({})) == bytes(1024)
    assert layer_tar.read(bytes(1024)).children(0) == {}
    assert layer_tar.read(b"").children(0) == {}


def test_sockets_stay_behind_as_with_docker() -> None:
    layer = Layer.of({"/s": Device(Metadata(), DeviceKind.SOCKET), "/f": ""})
    assert names(tar_of(layer)) == ["f"]


def test_contents_that_are_not_here_are_refused_by_name_before_anything_is_written() -> None:
    missing = File(Metadata(), Missing(5, "sha256:" + "0" * 64, "/a", "elsewhere"))
    target = io.BytesIO()
    with pytest.raises(ImageError, match="the bytes of /a, /b/c are not here"):
        layer_tar.write(Layer.of({"/a": missing, "/b/c": missing, "/d": "x"}), target)
    assert target.getvalue() == b""


# the overlay format


def kept(layer: Lower) -> Lower:
    """The layer put away in the overlay format, and taken up again."""
    return layer_tar.read(tar_of(layer, overlay_format=True), overlay_format=True)


def test_an_upperdir_comes_back_with_all_that_is_private_to_it() -> None:
    layer = Layer.of(
        {
            "/": Directory(Metadata(0o700, 5, 6, 7)),
            "/gone": WHITEOUT,
            "/opaque/": Directory(Metadata(0o750, 1, 2, 3, {"user.a": b"\xff\0"}), opaque=True),
            "/opaque/gone": WHITEOUT,
            "/.wh.name": file("a name like any other", trusted_overlay_overlay_x=b"escaped"),
            "/socket": Device(Metadata(0o600, mtime_ns=5), DeviceKind.SOCKET),
            "/fifo": Device(Metadata(0o600, mtime_ns=5), DeviceKind.FIFO),
            "/char": Device(Metadata(0o600, mtime_ns=5), DeviceKind.CHAR, 5, 1),
        }
    )
    assert listing(kept(layer)) == listing(layer)
    assert listing(MemoryUpper.from_lower(kept(layer)).freeze()) == listing(layer)
    assert names(tar_of(layer, overlay_format=True))[0] == "."


def test_two_names_of_a_file_with_attributes_stay_one_file() -> None:
    overlay = Overlay(lowerdir=[Layer.of({"/one": "1"})])
    overlay.link("/one", "/two")
    overlay.setxattr("/one", "user.a", b"1")
    frozen = overlay.upper.freeze()  # type: ignore[union-attr]
    for layer in (kept(frozen), layer_tar.read(tar_of(frozen))):
        one, two = layer.children(0)["one"], layer.children(0)["two"]
        assert layer.inode(one) == layer.inode(two) and layer.nlink(two) == 2


def test_holes_take_no_room_in_it() -> None:
    overlay = Overlay(lowerdir=[Layer.of({})])
    overlay.write_bytes("/big", b"start")
    overlay.truncate("/big", 1 << 30)
    with overlay.open("/big", 2) as opened:
        opened.pwrite(b"middle", 500 << 20)
    frozen = overlay.upper.freeze()  # type: ignore[union-attr]
    data = tar_of(frozen, overlay_format=True)
    assert len(data) < 20_000
    again = Overlay(lowerdir=[Layer.of({})], upperdir=MemoryUpper.from_lower(layer_tar.read(data, overlay_format=True)))
    with again.open("/big") as opened:
        assert opened.fstat().st_size == 1 << 30
        assert opened.pread(8, 0) == b"start\0\0\0"
        assert opened.pread(8, (500 << 20) - 1) == b"\0middle\0"
    assert again.stat("/big").st_blocks <= 16


def test_contents_that_are_elsewhere_stay_a_reference_with_what_was_written_over_them() -> None:
    missing = File(Metadata(), Missing(20_000, "sha256:" + "0" * 64, "/a", "elsewhere"))
    lower = Layer.of({"/a": missing, "/b": missing})
    overlay = Overlay(lowerdir=[lower])
    overlay.chmod("/a", 0o600)
    with overlay.open("/b", 2) as opened:
        opened.pwrite(b"x" * 4096, 4096)
        opened.pwrite(b"end", 30_000)
    for _ in range(2):
        frozen = overlay.upper.freeze()  # type: ignore[union-attr]
        overlay = Overlay(lowerdir=[lower], upperdir=MemoryUpper.from_lower(kept(frozen)))
    assert overlay.stat("/a").st_size == 20_000 and overlay.stat("/b").st_size == 30_003
    with overlay.open("/b") as opened:
        assert opened.pread(4096, 4096) == b"x" * 4096
        assert opened.pread(9, 29_999) == b"\0end"
        with pytest.raises(OSError, match="not in the bundled image"):
            opened.pread(10, 0)


def test_it_can_be_read_from_the_disk_by_reference(tmp_path: Path) -> None:
    (tmp_path / "upper.tar").write_bytes(tar_of(base_layer(), overlay_format=True))
    assert listing(layer_tar.read_file(tmp_path / "upper.tar", overlay_format=True)) == listing(base_layer())


# whatever happens in a container

PATHS = ("/a", "/a/b", "/a/b/c", "/d", "/d/e", "/f", "/a/l", "/d/e/x")
operation = st.tuples(
    st.sampled_from(("write", "mkdir", "unlink", "rmtree", "rename", "link", "symlink", "chmod", "mkfifo")),
    st.sampled_from(PATHS),
    st.sampled_from(PATHS),
)


def perform(overlay: Overlay, what: str, path: str, other: str) -> None:
    """One operation; many fail, as in life."""
    try:
        match what:
            case "write":
                overlay.write_text(path, f"{path} {other}")
            case "rename" | "link":
                getattr(overlay, what)(path, other)
            case "symlink":
                overlay.symlink(other, path)
            case "chmod":
                overlay.chmod(path, 0o700)
            case _:
                getattr(overlay, what)(path)
    except OSError:
        pass


LOWERS = [
    Layer.of({"/a/b/c": "1", "/d/e/x": "2", "/f": "3"}),
    Layer.of({"/a/b": WHITEOUT, "/a/l": "4", "/d/": directory(0o700)}),
]


@pytest.mark.behaviour(17)
@settings(max_examples=300, deadline=None)
@given(st.lists(operation, max_size=12), st.integers(0, 2))
def test_a_changeset_says_what_a_container_did(operations: list[tuple[str, str, str]], depth: int) -> None:
    lowers = LOWERS[:depth][::-1]
    overlay = Overlay(lowerdir=lowers or [Layer.of({})], now=lambda: 1_600_000_000_000_000_000)
    for each in operations:
        perform(overlay, *each)
    upper = overlay.upper.freeze()  # type: ignore[union-attr]
    seen = tree.of_overlay(overlay)
    del seen["/"]
    for data in (tar_of(upper), tar_of(upper, below=lowers)):
        assert merged(layer_tar.read(data), *lowers) == seen
    assert merged(kept(upper), *lowers) == seen
    assert listing(kept(upper)) == listing(upper)
