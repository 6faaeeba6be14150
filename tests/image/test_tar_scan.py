"""Headers in every format, read as GNU tar and Python's tarfile read them."""

import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.errors import ImageError
from coursekit.fs.node import File
from coursekit.image import layer_tar
from coursekit.image.layer_tar import header
from coursekit.image.tar_reader import scan
from tests.image.making import member, patched, tar
from tests.tools import needs, run

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_members_in_every_format(format: str) -> None:
    long = "d" * 90 + "/" + "f" * 90
    fields = {"mode": 0o4755, "uid": 1000, "gid": 2_000_000, "mtime": 1_600_000_000}
    data = tar(member(long, data=b"x" * 700, format=FORMATS[format], **fields), member("next", format=FORMATS[format]))
    first, second = scan(data)
    assert (first.name, first.mode, first.uid, first.gid, first.mtime_ns // 10**9) == (long, *fields.values())
    assert data[first.offset : first.offset + first.size] == b"x" * 700
    assert second.name == "next"


@pytest.mark.behaviour(48)
@pytest.mark.parametrize("format", ["gnu", "pax"])
def test_numbers_and_names_beyond_ustar(format: str) -> None:
    kind = FORMATS[format]
    name, link = "é" * 120, "ü" * 200
    data = tar(
        member(name, "symlink", link=link, uid=3_000_000, gid=4_000_000_000, mtime=1 << 40, format=kind),
        member("before", mtime=-5, format=kind),
    )
    first, second = scan(data)
    assert (first.name, first.link, first.uid, first.gid) == (name, link, 3_000_000, 4_000_000_000)
    assert second.mtime_ns == -5 * 10**9


def test_times_keep_their_nanoseconds_and_impossible_ones_become_1970() -> None:
    data = tar(member("a", pax={"mtime": "1600000000.123456789"}), member("b", pax={"mtime": "99999999999999"}))
    assert [each.mtime_ns for each in scan(data)] == [1_600_000_000_123_456_789, 0]


def test_global_records_are_passed_over_as_docker_and_podman_do() -> None:
    data = tar(member("g", "g", data=b"12 uid=7777\n"), member("a"), member("b", pax={"uid": "8888"}), member("c"))
    assert [(each.name, each.uid) for each in scan(data)] == [("a", 0), ("b", 8888), ("c", 0)]


def test_a_record_without_a_value_says_nothing() -> None:
    data = tar(member("g", "g", data=b"12 uid=7777\n"), member("x", "x", data=b"7 uid=\n"), member("a", uid=5))
    assert [each.uid for each in scan(data)] == [5]


def test_attributes_of_any_bytes() -> None:
    record = b"SCHILY.xattr.user.x=\x00\xff\n="
    size = len(record) + 4
    data = tar(member("x", "x", data=b"%d " % size + record + b"\n"), member("a"))
    assert [each.xattrs for each in scan(data)] == [{"user.x": b"\x00\xff\n="}]


def test_what_follows_the_end_does_not_count() -> None:
    data = tar(member("a")) + b"anything at all" * 100
    assert [each.name for each in scan(data)] == ["a"]


def test_the_end_may_be_missing() -> None:
    """As Go reads it, so docker and containerd do."""
    assert [each.name for each in scan(member("a", data=b"12"))] == ["a"]
    assert [each.name for each in scan(member("a") + bytes(512))] == ["a"]
    assert [each.name for each in scan(member("a", data=b"1" * 600)[:-424])] == ["a"]


def test_base_256_numbers_of_any_size() -> None:
    data = patched(member("a", data=b"xyz"), 124, b"\x80" + bytes(10) + b"\3")
    assert [(each.name, each.size) for each in scan(tar(data))] == [("a", 3)]


names = st.text(st.characters(blacklist_characters="\0/", blacklist_categories=("Cs",)), min_size=1, max_size=80)


@settings(max_examples=150, deadline=None)
@given(
    path=st.lists(names, min_size=1, max_size=4).map("/".join),
    link=names,
    numbers=st.tuples(*[st.integers(0, (1 << 32) - 2)] * 2, st.integers(-(1 << 62), 1 << 62), st.integers(0, 1 << 40)),
    xattrs=st.dictionaries(st.sampled_from(["user.a", "security.capability"]), st.binary(max_size=200)),
)
def test_what_we_write_is_read_by_us_and_by_tarfile(
    path: str, link: str, numbers: tuple[int, int, int, int], xattrs: dict[str, bytes]
) -> None:
    uid, gid, mtime_ns, _ = numbers
    data = header(path, b"2", mode=0o4755, uid=uid, gid=gid, mtime_ns=mtime_ns, link=link, xattrs=xattrs) + bytes(1024)
    (ours,) = scan(data)
    assert (ours.name, ours.link, ours.mode, ours.uid, ours.gid) == (path, link, 0o4755, uid, gid)
    assert ours.mtime_ns == mtime_ns
    assert (ours.xattrs or {}) == xattrs
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        (theirs,) = archive.getmembers()
    assert (theirs.name, theirs.linkname, theirs.uid, theirs.gid) == (path.rstrip("/"), link, uid, gid)
    assert theirs.mtime == pytest.approx(mtime_ns / 1e9)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_bytes_are_an_image_error_and_nothing_else(data: st.DataObject) -> None:
    """A bit here and there: whatever comes, it is the right tree or an ImageError."""
    members = member("a/b", data=b"123", pax={"mtime": "1.5"}), member("c", "link", link="a/b"), member("d" * 120)
    good = bytearray(tar(*members))
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        layer_tar.read(bytes(good[: data.draw(st.integers(0, len(good)))]))
    except ImageError as error:
        assert "\n" not in str(error)


def sparse_file(path: Path) -> bytes:
    """A file with a hole before, between and after its data; its bytes come back."""
    with path.open("wb") as target:
        for start in range(1, 60, 2):  # more ranges than fit into one header
            target.seek(start * 65536)
            target.write(bytes([start]) * 5000)
        target.truncate(64 * 65536)
    return path.read_bytes()


@needs("tar")
@pytest.mark.parametrize("version", ["gnu", "0.0", "0.1", "1.0"])
def test_sparse_files_of_gnu_tar_in_all_its_ways(version: str, tmp_path: Path) -> None:
    form = ["--format=gnu"] if version == "gnu" else ["--format=pax", f"--sparse-version={version}"]
    content = sparse_file(tmp_path / "sparse")
    (tmp_path / "after").write_text("after")
    run("tar", "-C", tmp_path, "-S", *form, "-cf", tmp_path / "t.tar", "sparse", "after")
    assert (tmp_path / "t.tar").stat().st_size < 600_000
    index = layer_tar.read_file(tmp_path / "t.tar")
    entries = index.children(0)
    node = index.node(entries["sparse"])
    assert isinstance(node, File) and node.content.size == len(content)
    assert node.content.read(0, len(content)) == content
    assert node.content.read(65530, 100) == content[65530:65630]
    covered = sum(end - start for start, end in node.content.data())
    assert 30 * 5000 <= covered < 400_000
    after = index.node(entries["after"])
    assert isinstance(after, File) and after.content.read(0, 99) == b"after"


@needs("tar")
@pytest.mark.parametrize("form", ["v7", "oldgnu", "gnu", "ustar", "pax"])
def test_gnu_tars_formats_give_the_same_tree(form: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "dir").mkdir(parents=True)
    (root / "dir" / "file").write_bytes(os.urandom(3000))
    (root / "dir" / "link").symlink_to("file")
    os.link(root / "dir" / "file", root / "second")
    run("tar", "-C", root, f"--format={form}", "-cf", tmp_path / "t.tar", ".")
    index = layer_tar.read_file(tmp_path / "t.tar")
    inside = index.children(index.children(0)["dir"])
    node = index.node(inside["file"])
    assert isinstance(node, File)
    assert node.content.read(0, 5000) == (root / "second").read_bytes()
    assert index.inode(inside["file"]) == index.inode(index.children(0)["second"])
