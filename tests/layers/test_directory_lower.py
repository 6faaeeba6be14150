"""A directory of this machine as a lower layer: read as overlayfs reads it, and only where it is looked at."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from coursekit.fs.node import WHITEOUT, Directory, File, Symlink
from coursekit.layers.directory_lower import DirectoryLower
from coursekit.layers.disk_entries import entries
from coursekit.vfs.overlay import Overlay
from tests.tools import needs_root_overlay, overlay_mount


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    (top / "etc").mkdir(parents=True)
    (top / "etc" / "hosts").write_text("127.0.0.1")
    (top / "etc" / "hosts").chmod(0o640)
    os.link(top / "etc" / "hosts", top / "same")
    (top / "link").symlink_to("etc/hosts")
    os.mkfifo(top / "fifo")
    with open(top / "hole", "wb") as file:
        file.truncate(100_000)
        file.seek(50_000)
        file.write(b"x")
    return top


def test_it_says_what_lies_there(tree: Path) -> None:
    fs = Overlay([tree])
    assert fs.listdir("/") == ["etc", "fifo", "hole", "link", "same"]
    assert fs.read_text("/link") == "127.0.0.1"
    for path in ("etc", "etc/hosts", "link", "fifo", "hole", "same"):
        ours, theirs = fs.lstat(f"/{path}"), (tree / path).lstat()
        for name in ("st_mode", "st_uid", "st_gid", "st_mtime_ns", "st_nlink"):
            assert getattr(ours, name) == getattr(theirs, name), (path, name)
    assert fs.stat("/same").st_ino == fs.stat("/etc/hosts").st_ino
    assert fs.stat("/hole").st_blocks < 100_000 // 512 / 2
    assert fs.read_bytes("/hole") == (tree / "hole").read_bytes()


def test_writing_leaves_it_alone(tree: Path) -> None:
    before = entries(DirectoryLower(tree))
    fs = Overlay([tree])
    fs.write_text("/etc/hosts", "changed")
    fs.rmtree("/etc")
    fs.unlink("/fifo")
    fs.chmod("/hole", 0o600)
    fs.touch("/new")
    assert entries(DirectoryLower(tree)) == before


def test_only_what_is_looked_at_is_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (asked.append(str(path)), real(path))[1])
    fs = Overlay([tree])
    assert asked == []
    fs.lstat("/link")
    fs.lstat("/fifo")
    assert asked == [str(tree)]


def test_a_file_that_shrank_meanwhile_reads_short(tree: Path) -> None:
    fs = Overlay([tree])
    assert fs.stat("/etc/hosts").st_size == 9
    (tree / "etc" / "hosts").write_text("1")
    assert fs.read_bytes("/etc/hosts") == b"1"


def refusal(*layers: Any) -> int | None:
    with pytest.raises(OSError) as refused:
        Overlay(layers)
    return refused.value.errno


def test_directories_that_overlap_are_refused(tree: Path) -> None:
    assert refusal(tree, tree) == errno.ELOOP
    assert refusal(tree / "etc", tree) == errno.ELOOP
    assert refusal(DirectoryLower(tree), DirectoryLower(tree / "etc")) == errno.ELOOP
    (tree.parent / "topmost").mkdir()
    Overlay([tree, tree.parent / "topmost"])


def test_what_is_no_directory_is_refused(tree: Path) -> None:
    assert refusal(tree / "same") == errno.EINVAL
    assert refusal(tree / "nothing") == errno.ENOENT


@needs_root_overlay
def test_the_kernels_upperdir_is_read_as_the_kernel_reads_it(tree: Path, tmp_path: Path) -> None:
    for name in ("upper", "work", "merged"):
        (tmp_path / name).mkdir()
    merged = tmp_path / "merged"
    with overlay_mount([tree], tmp_path / "upper", tmp_path / "work", merged):
        (merged / "etc" / "hosts").unlink()
        (merged / "same").write_text("new")
        (merged / "fifo").unlink()
        (merged / "fifo").mkdir()
        os.setxattr(merged / "hole", "user.a", b"1")
        os.setxattr(merged / "hole", "trusted.overlay.opaque", b"y")
        os.setxattr(merged / "etc", "trusted.t", b"2")
        visible = {path: sorted(os.listdir(path)) for path in (merged, merged / "etc", merged / "fifo")}
    upper = DirectoryLower(tmp_path / "upper")
    names = upper.children(0)
    assert upper.node(upper.children(names["etc"])["hosts"]) == WHITEOUT
    fifo = upper.node(names["fifo"])
    assert isinstance(fifo, Directory) and fifo.opaque
    fs = Overlay([upper, DirectoryLower(tree)])
    assert [fs.listdir(f"/{path.relative_to(merged)}") for path in visible] == list(visible.values())
    assert fs.getxattr("/hole", "user.a") == b"1"
    assert fs.listxattr("/hole") == ["trusted.overlay.opaque", "user.a"]
    assert fs.listxattr("/etc") == ["trusted.t"]


def test_kinds(tree: Path) -> None:
    lower = DirectoryLower(tree)
    kinds = {name: type(lower.node(entry)) for name, entry in lower.children(0).items()}
    assert (kinds["etc"], kinds["same"], kinds["link"]) == (Directory, File, Symlink)
    assert lower.children(lower.children(0)["same"]) == {}
