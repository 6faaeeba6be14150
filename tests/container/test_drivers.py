"""Storage drivers: the model's figures, and overlay2's and vfs's beside a real mount and real memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.container.drivers import DRIVERS
from coursekit.events import CopiedUp, Event
from coursekit.vfs.overlay import Overlay

MB = 1_000_000
FIRST_BYTE = [
    ("overlay2", 64 * MB, 0, 64 * MB),
    ("overlay2", 64 * MB, 64 * MB, 64 * MB),  # an append costs the whole file too
    ("overlay2", 0, 0, 0),
    ("vfs", 64 * MB, 0, 0),
    ("devicemapper", 64 * MB, 0, 65536),
    ("devicemapper", 100, 0, 65536),  # the block of the device, and what else lies in it
    ("devicemapper", 65536, 65536, 0),  # a block that was never written
    ("btrfs", 64 * MB, 5000, 4096),
    ("btrfs", 5000, 4999, 904),  # the file ends within its second block
    ("btrfs", 100, 0, 100),
    ("zfs", 64 * MB, 200_000, 131072),
    ("zfs", 100_000, 0, 100_000),
    ("zfs", 0, 0, 0),
]


@pytest.mark.parametrize(("name", "size", "offset", "copied"), FIRST_BYTE)
def test_the_price_of_the_first_byte(name: str, size: int, offset: int, copied: int) -> None:
    assert DRIVERS[name].first_byte(size, offset=offset) == copied


@pytest.mark.parametrize(
    ("name", "copies"), [("overlay2", 1), ("vfs", 5), ("devicemapper", 5), ("btrfs", 5), ("zfs", 1)]
)
def test_copies_in_the_page_cache(name: str, copies: int) -> None:
    assert DRIVERS[name].page_cache_copies(5) == copies
    assert DRIVERS[name].page_cache_copies(0) == 0


def test_only_vfs_pays_when_a_container_is_made() -> None:
    assert {name: driver.start(MB) for name, driver in DRIVERS.items() if driver.start(MB)} == {"vfs": MB}


def test_negative_figures_are_refused_with_the_figure() -> None:
    with pytest.raises(ValueError, match="size=-1"):
        DRIVERS["overlay2"].first_byte(-1)
    with pytest.raises(ValueError, match="got -2"):
        DRIVERS["vfs"].page_cache_copies(-2)


def test_the_engine_pays_what_the_model_says() -> None:
    events: list[Event] = []
    overlay = Overlay(lowerdir=[{"/data": b"x" * 300_000}], emit=events.append)
    with overlay.open("/data", 1) as file:  # O_WRONLY
        file.pwrite(b"y", 299_999)
    assert [e.size for e in events if isinstance(e, CopiedUp) and e.path == "/data"] == [
        DRIVERS["overlay2"].first_byte(300_000, offset=299_999)
    ]


# Runs as a process of its own in a mount namespace of its own: three overlay mounts on one lower directory. What was
# copied is what the upperdir holds after an open for writing that writes nothing; two pages of memory are one if their
# frame numbers (PFN, proc_pid_pagemap(5)) are.
_ASK = """
import ctypes, json, mmap, os, shutil, sys
place, size, containers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
libc = ctypes.CDLL(None, use_errno=True)
def call(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
call(libc.unshare(0x20000))
call(libc.mount(b"none", b"/", None, 0x44000, None))
call(libc.mount(b"tmpfs", place.encode(), b"tmpfs", 0, b"size=256m"))
os.chdir(place)
os.mkdir("lower")
with open("lower/data", "wb") as file:
    file.write(b"x" * size)
merged = []
for number in range(containers):
    upper, work, seen = f"upper{number}", f"work{number}", f"merged{number}"
    for name in (upper, work, seen):
        os.mkdir(name)
    options = f"lowerdir=lower,upperdir={upper},workdir={work},index=off,metacopy=off,redirect_dir=off"
    call(libc.mount(b"overlay", seen.encode(), b"overlay", 0, options.encode()))
    merged.append(seen + "/data")
copies = []
for number in range(containers):
    shutil.copytree("lower", f"copy{number}")
    copies.append(f"copy{number}/data")
kept = []
def frame(path):
    descriptor = os.open(path, os.O_RDONLY)
    memory = mmap.mmap(descriptor, 4096, mmap.MAP_SHARED, mmap.PROT_READ)
    memory[0]
    kept.append((descriptor, memory))
    address = next(int(line.split("-")[0], 16) for line in open("/proc/self/maps") if line.endswith(path + "\\n"))
    with open("/proc/self/pagemap", "rb") as pages:
        pages.seek(address // 4096 * 8)
        return int.from_bytes(pages.read(8), "little") & (1 << 55) - 1
answer = {"overlay2": [frame(path) for path in merged], "vfs": [frame(path) for path in copies]}
before = os.listdir("upper0")
os.close(os.open("merged0/data", os.O_WRONLY))
answer["copied"] = [len(before), os.stat("upper0/data").st_size, os.stat("upper0/data").st_blocks * 512]
print(json.dumps(answer))
"""


@pytest.mark.kernel
def test_overlay2_and_vfs_are_as_a_real_mount(tmp_path: Path) -> None:
    size, containers = 3 * MB + 5, 3
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(tmp_path), str(size), str(containers)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert all(found["overlay2"]), "no frame numbers: /proc/self/pagemap wants CAP_SYS_ADMIN"
    for name in ("overlay2", "vfs"):
        assert len(set(found[name])) == DRIVERS[name].page_cache_copies(containers), name
    names, length, blocks = found["copied"]
    assert names == 0 and length == DRIVERS["overlay2"].first_byte(size) <= blocks
