"""The upperdir in memory: frozen and thawed without loss, and a disk of a given size where it has a limit."""

import errno
import os

import pytest

from coursekit.fs.content import Missing
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata
from coursekit.layers.disk_entries import entries
from coursekit.layers.layer import Layer
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower, Upper
from coursekit.vfs.overlay import Overlay
from tests.proving.comparable import symlink

BASE = Layer.of({"/big": b"x" * 100_000, "/d/f": "data", "/gone": "g", "/old/x": "x", "/h": "h"})


def worked_on() -> Overlay:
    """An overlay with something of every kind in upperdir."""
    overlay = Overlay([BASE])
    overlay.write_text("/new", "new")
    overlay.link("/new", "/same")
    overlay.unlink("/gone")
    overlay.rmtree("/old")
    overlay.mkdir("/old")
    overlay.symlink("new", "/link")
    overlay.mkfifo("/fifo")
    overlay.setxattr("/new", "user.a", b"1")
    overlay.chown("/d/f", 7, 8)
    return overlay


def test_the_adapters_fit_their_ports() -> None:
    upper: Upper = MemoryUpper()
    lower: Lower = MemoryUpper().freeze()
    assert upper.root is not None
    assert lower.children(0) == {}


def test_freeze_and_thaw_lose_nothing() -> None:
    overlay = worked_on()
    assert isinstance(overlay.upper, MemoryUpper)
    frozen = overlay.upper.freeze()
    assert entries(MemoryUpper.from_lower(frozen).freeze()) == entries(frozen)
    assert frozen.whiteouts == ("/gone",)
    assert isinstance(frozen.get("/old"), Directory) and frozen.get("/old").opaque  # type: ignore[union-attr]


def test_what_is_frozen_stays() -> None:
    overlay = worked_on()
    assert isinstance(overlay.upper, MemoryUpper)
    frozen = overlay.upper.freeze()
    before = entries(frozen)
    overlay.write_text("/new", "newer and longer")
    overlay.unlink("/link")
    assert entries(frozen) == before


def test_a_frozen_upperdir_stacks() -> None:
    overlay = worked_on()
    assert isinstance(overlay.upper, MemoryUpper)
    stacked = Overlay([overlay.upper.freeze(), BASE])
    assert stacked.listdir("/") == overlay.listdir("/")
    assert stacked.listdir("/old") == []
    assert stacked.read_text("/same") == "new"
    assert stacked.stat("/same").st_ino == stacked.stat("/new").st_ino


def test_a_second_mount_of_an_upperdir_sees_the_same() -> None:
    overlay = worked_on()
    again = Overlay([BASE], upperdir=overlay.upper)
    for path, directories, others in overlay.walk():
        for name in directories + others:
            whole = f"{path.rstrip('/')}/{name}"
            ours, theirs = overlay.lstat(whole), again.lstat(whole)
            assert (ours.st_ino, ours.st_mode, ours.st_size, ours.st_mtime_ns, ours.st_nlink) == (
                theirs.st_ino,
                theirs.st_mode,
                theirs.st_size,
                theirs.st_mtime_ns,
                theirs.st_nlink,
            ), whole


def test_a_copied_up_file_keeps_its_inode_number_through_freezing() -> None:
    overlay = worked_on()
    assert isinstance(overlay.upper, MemoryUpper)
    thawed = Overlay([BASE], upperdir=MemoryUpper.from_lower(overlay.upper.freeze()))
    assert thawed.stat("/d/f").st_ino == overlay.stat("/d/f").st_ino == Overlay([BASE]).stat("/d/f").st_ino
    assert thawed.listxattr("/d/f") == []


def refused(call: object, *args: object) -> int | None:
    try:
        call(*args)  # type: ignore[operator]
    except OSError as failure:
        return failure.errno
    return None


FULL = [
    ("a copy-up that does not fit", lambda fs: fs.chmod("/big", 0o600), "/big"),
    ("opening for writing", lambda fs: fs.open("/big", os.O_WRONLY), "/big"),
    ("a write", lambda fs: fs.write_bytes("/d/f", b"y" * 60_000), "/d/f"),
]


@pytest.mark.parametrize(("what", "call", "path"), FULL, ids=[one[0].replace(" ", "-") for one in FULL])
def test_a_full_disk_refuses(what: str, call: object, path: str) -> None:
    overlay = Overlay([BASE], upperdir=MemoryUpper(limit=50_000))
    assert refused(call, overlay) == errno.ENOSPC
    assert overlay.stat("/big").st_mode & 0o777 == 0o644
    assert overlay.read_bytes("/big") == b"x" * 100_000
    assert overlay.providers("/big") == (1,), "nothing half copied"
    assert overlay.listdir("/") == ["big", "d", "gone", "h", "old"]


def test_room_comes_back_when_a_file_goes() -> None:
    overlay = Overlay([BASE], upperdir=MemoryUpper(limit=50_000))
    for _ in range(5):
        overlay.write_bytes("/f", b"x" * 40_000)
        overlay.unlink("/f")
    with overlay.open("/f", os.O_RDWR | os.O_CREAT) as file:
        file.write(b"x" * 40_000)
        overlay.unlink("/f")
        assert refused(overlay.write_bytes, "/g", b"x" * 40_000) == errno.ENOSPC, "still held open"
    overlay.write_bytes("/g", b"x" * 40_000)
    overlay.truncate("/g", 0)
    overlay.write_bytes("/h", b"x" * 40_000)
    overlay.rename("/g", "/h")
    overlay.write_bytes("/h", b"x" * 40_000)


def test_directories_and_whiteouts_need_no_room() -> None:
    overlay = Overlay([BASE], upperdir=MemoryUpper(limit=0))
    overlay.mkdir("/new")
    overlay.unlink("/big")
    overlay.chmod("/d", 0o700)
    assert overlay.is_dir("/new") and not overlay.exists("/big") and overlay.stat("/d").st_mode & 0o777 == 0o700
    assert refused(overlay.write_bytes, "/f", b"x") == errno.ENOSPC


def test_a_file_whose_bytes_are_elsewhere_is_copied_up_all_the_same() -> None:
    absent = File(Metadata(), Missing(5000, "sha256:00", "/bin/x", "docker pull"))
    overlay = Overlay([{"/bin/x": absent}])
    overlay.chmod("/bin/x", 0o755)
    assert overlay.stat("/bin/x").st_size == 5000
    assert overlay.providers("/bin/x") == (0,)
    assert refused(overlay.read_bytes, "/bin/x") == errno.EIO
    overlay.write_bytes("/bin/x", b"now it is here")
    assert overlay.read_bytes("/bin/x") == b"now it is here"


def test_iterating_gives_what_is_stored() -> None:
    overlay = Overlay([{"/a": "", "/l": symlink("a")}])
    overlay.unlink("/a")
    assert isinstance(overlay.upper, MemoryUpper)
    assert list(overlay.upper) == [("/a", WHITEOUT)]
    assert repr(overlay.upper) == "<MemoryUpper of 1 path>"
