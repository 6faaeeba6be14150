"""Mounts for any program, side by side: coursekit-fuse, fuse-overlayfs, the kernel's overlay; and an image mounted."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from pathlib import Path

import coursekit as ck
from tests.benchmarks.measure import Row, turns
from tests.benchmarks.mounts import coursekit_fuse, coursekit_mount, fuse_overlayfs, kernel, spread
from tests.benchmarks.trees import walk
from tests.real import debian
from tests.real.debian import TAG

TITLE = "through a mount"
CONDITIONS = (
    "The Debian image, as directories that all three mount, the page cache warm; `os.walk` and `lstat` from Python. "
    "Fresh: right after mounting, which is not counted."
)
MADE, SIZE = 1000, 64 << 20
Mount = Callable[[], AbstractContextManager[Path]]


def rows() -> Iterator[Row]:
    """Walk, fresh and warm; read a file; make many."""
    reference = f"{debian.layout()}:{TAG}"
    lowers = [layer.lower for layer in reversed(ck.Image.open(reference).layers)]
    with tempfile.TemporaryDirectory(prefix="ck-") as name:
        into, numbers = Path(name), count()
        names = spread(lowers, into)
        (into / "0" / "big").write_bytes(os.urandom(1 << 20) * (SIZE >> 20))

        def fresh(kind: Callable[..., AbstractContextManager[Path]], word: str) -> Mount:
            return lambda: kind(names, into, f"{word}{next(numbers)}")

        sides = {
            "coursekit": fresh(coursekit_fuse, "ours"),
            "fuse-overlayfs": fresh(fuse_overlayfs, "fuse"),
            "kernel": fresh(kernel, "kernel"),
        }
        yield from walking(sides, partial(coursekit_mount, reference, into))
        yield Row("read 64 MB", on_fresh(sides, reading), "in pieces of 1 MiB", aims={"fuse-overlayfs": 1})
        yield Row(f"make {MADE:,} files of 4 KiB", on_fresh(sides, making), aims={"fuse-overlayfs": 0.8})


def on_fresh(sides: dict[str, Mount], step: Callable[[Path], float], rounds: int = 3) -> dict[str, float]:
    """The best time of a step, on a mount of its own each time."""

    def side(mount: Mount) -> float:
        with mount() as merged:
            return step(merged)

    return turns({name: partial(side, mount) for name, mount in sides.items()}, rounds)


def walking(sides: dict[str, Mount], image: Mount) -> Iterator[Row]:
    """A walk of all, twice on each mount."""
    counts: set[int] = set()
    warm: dict[str, float] = {}

    def step(name: str, merged: Path) -> float:
        start = time.perf_counter()
        counts.add(walk(str(merged), os.walk, os.lstat) - (merged / "big").exists())
        took = time.perf_counter() - start
        start = time.perf_counter()
        walk(str(merged), os.walk, os.lstat)
        warm[name] = min(warm.get(name, took), time.perf_counter() - start)
        return took

    def side(name: str, mount: Mount) -> float:
        with mount() as merged:
            return step(name, merged)

    all_sides = {**sides, "image": image}
    took = turns({name: partial(side, name, mount) for name, mount in all_sides.items()}, 4)
    assert len(counts) == 1, f"the mounts show different trees: {counts}"
    peers = ("fuse-overlayfs", "kernel")
    what = f"walk, `lstat` of {counts.pop():,} names"
    for words, found, aim in (("fresh", took, 1.5), ("again", warm, 1)):
        beside = {name: found[name] for name in peers}
        yield Row(f"{what}: {words}", {"coursekit": found["coursekit"], **beside}, aims={"fuse-overlayfs": aim})
        yield Row(f"{words}, the image", {"coursekit": found["image"], **beside}, "`coursekit mount IMAGE`")


def reading(merged: Path) -> float:
    """The seconds for all of a large file."""
    start, size = time.perf_counter(), 0
    with open(merged / "big", "rb", buffering=0) as file:
        while piece := file.read(1 << 20):
            size += len(piece)
    assert size == SIZE
    return time.perf_counter() - start


def making(merged: Path) -> float:
    """The seconds for many small files in a new directory."""
    (merged / "made").mkdir()
    data = b"x" * 4096
    start = time.perf_counter()
    for number in range(MADE):
        (merged / "made" / str(number)).write_bytes(data)
    return time.perf_counter() - start
