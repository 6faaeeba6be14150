"""The upperdir on a disk: what is particular to it. That it behaves as the other one, tests/conformance shows."""

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.events import CopiedUp
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.vfs.overlay import Overlay
from tests.tools import needs_root_overlay, overlay_mount, run

pytestmark = needs_root_overlay
MIB = 1 << 20


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Layers, upperdir and workdir on a tmpfs of 8 MiB of its own."""
    run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", tmp_path)
    for part in ("lower", "upper", "work", "merged"):
        (tmp_path / part).mkdir()
    yield tmp_path
    run("umount", "-l", tmp_path)


def upper(place: Path) -> DirectoryUpper:
    return DirectoryUpper(place / "upper", place / "work")


def test_a_full_disk_leaves_nothing_half_copied(place: Path) -> None:
    (place / "lower/big").write_bytes(b"b" * 5 * MIB)
    with upper(place) as disk:
        fs = Overlay([place / "lower"], disk)
        with pytest.raises(OSError) as refused:
            fs.open("/big", os.O_RDWR)
        assert refused.value.errno == errno.ENOSPC
        assert list((place / "upper").iterdir()) == list((place / "work/work").iterdir()) == []
        assert fs.read_bytes("/big") == b"b" * 5 * MIB
        fs.unlink("/big")
    assert [path.name for path in (place / "upper").iterdir()] == ["big"], "a whiteout still has room"


def test_a_full_disk_is_the_same_to_the_kernel(place: Path) -> None:
    (place / "lower/big").write_bytes(b"b" * 5 * MIB)
    with overlay_mount([place / "lower"], place / "upper", place / "work", place / "merged") as merged:
        with pytest.raises(OSError) as refused:
            os.open(merged / "big", os.O_RDWR)
        assert refused.value.errno == errno.ENOSPC and list((place / "upper").iterdir()) == []
        (merged / "big").unlink()
    assert [path.name for path in (place / "upper").iterdir()] == ["big"]


def test_a_write_that_meets_the_end_of_the_disk_says_how_much_it_wrote(place: Path) -> None:
    with upper(place) as disk:
        fs = Overlay([place / "lower"], disk)
        with fs.open("/f", os.O_RDWR | os.O_CREAT) as file:
            done = file.write(b"x" * 16 * MIB)
            assert 0 < done < 16 * MIB
            assert fs.stat("/f").st_size == done
            with pytest.raises(OSError, match="No space"):
                file.write(b"more" * MIB)


def test_a_sparse_file_of_ten_gigabytes_comes_up_in_no_room(place: Path) -> None:
    with open(place / "lower/sparse", "wb") as file:
        file.truncate(10 << 30)
        file.seek(9 << 30)
        file.write(b"here")
    events: list[object] = []
    with upper(place) as disk:
        fs = Overlay([place / "lower"], disk, emit=events.append)
        fs.open("/sparse", os.O_RDWR).close()
        assert fs.stat("/sparse").st_size == 10 << 30
        with fs.open("/sparse") as file:
            assert file.pread(4, 9 << 30) == b"here"
    assert (place / "upper/sparse").stat().st_blocks * 512 <= MIB
    assert [event.size <= MIB for event in events if isinstance(event, CopiedUp)] == [True]


def test_the_kernel_goes_on_and_so_does_the_engine(place: Path) -> None:
    (place / "lower/d").mkdir()
    (place / "lower/d/f").write_text("lower")
    with upper(place) as disk:
        fs = Overlay([place / "lower"], disk)
        fs.write_text("/d/f", "engine")
        fs.mkdir("/new")
    with overlay_mount([place / "lower"], place / "upper", place / "work", place / "merged") as merged:
        assert (merged / "d/f").read_text() == "engine"
        (merged / "d/f").unlink()
        (merged / "new/file").write_text("kernel")
    with upper(place) as disk:
        fs = Overlay([place / "lower"], disk)
        assert (fs.listdir("/d"), fs.read_text("/new/file")) == ([], "kernel")
    assert Overlay([place / "upper", place / "lower"], None).listdir("/new") == ["file"], "a former upper is a lower"


def test_what_a_stop_left_in_the_workdir_is_swept_away(place: Path) -> None:
    (place / "work/work/#1/deep").mkdir(parents=True)
    (place / "work/work/#1/deep/file").write_text("half")
    upper(place).close()
    assert list((place / "work/work").iterdir()) == []


def test_hundreds_of_open_files_need_few_descriptors(place: Path) -> None:
    with upper(place) as disk:
        fs = Overlay([place / "lower"], disk)
        before = len(os.listdir("/proc/self/fd"))
        files = [fs.open(f"/{number}", os.O_RDWR | os.O_CREAT) for number in range(300)]
        for number, file in enumerate(files):
            file.write(str(number).encode())
        assert len(os.listdir("/proc/self/fd")) - before < 150
        assert [file.pread(9, 0) for file in files] == [str(number).encode() for number in range(300)]


def test_who_unlinks_open_files_without_end_is_refused_and_nobody_else(place: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (600, hard))
    try:
        with upper(place) as disk:
            fs, held = Overlay([place / "lower"], disk), []
            with pytest.raises(OSError) as refused:
                for number in range(600):
                    held.append(fs.open(f"/{number}", os.O_RDWR | os.O_CREAT))
                    fs.unlink(f"/{number}")
            assert refused.value.errno == errno.EMFILE and len(held) > 300
            fs.mkdir("/d")
            with fs.open("/d/file", os.O_RDWR | os.O_CREAT) as file:
                file.write(b"others go on")
            assert fs.read_text("/d/file") == "others go on"
            held.pop(0).close()
            fs.unlink("/d/file")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_volatile_one_cannot_be_used_again_until_someone_says_so(place: Path) -> None:
    with DirectoryUpper(place / "upper", place / "work", volatile=True) as disk:
        Overlay([place / "lower"], disk).write_text("/f", "unsynced")
    with pytest.raises(OSError, match="volatile"):
        upper(place)
