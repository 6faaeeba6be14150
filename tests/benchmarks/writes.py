"""Writing: the first byte into a large lower file, then many at random, with the memory that they take."""

import os
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay
from tests.benchmarks.measure import Row, Unit, turns
from tests.benchmarks.mounts import mounts
from tests.tools import overlay_mount

TITLE = "writing"
CONDITIONS = (
    "A lower file of 64 MB. The engine's upperdir is in memory unless said otherwise and takes contents by reference; "
    "the peers copy the file, once. Memory is what tracemalloc counts of what the writes left."
)
SIZE, BLOCK, WRITES = 64_000_000, 4096, 10_000


def rows() -> Iterator[Row]:
    """First write, then 10,000."""
    layer = Layer.of({"/big": random.Random(1).randbytes(SIZE)})
    with tempfile.TemporaryDirectory(prefix="coursekit-bench-") as name, mounts([layer], Path(name)) as peers:
        yield first_write(layer, peers)
        yield from many_writes(layer, peers)
        yield first_write_on_disk(layer, Path(name))


def first_write(layer: Layer, peers: dict[str, Path]) -> Row:
    """Open, write 4 KiB in the middle, close: a kernel copies the whole file first."""

    def ours() -> float:
        tree = Overlay(lowerdir=[layer])
        start = time.perf_counter()
        with tree.open("/big", os.O_WRONLY) as file:
            file.pwrite(b"x" * BLOCK, SIZE // 2)
        return time.perf_counter() - start

    def on(merged: Path) -> Callable[[], float]:
        def side() -> float:
            start = time.perf_counter()
            descriptor = os.open(merged / "big", os.O_WRONLY)
            os.pwrite(descriptor, b"x" * BLOCK, SIZE // 2)
            os.close(descriptor)
            return time.perf_counter() - start

        return side

    took = turns({"coursekit": ours}, 5) | turns({name: on(merged) for name, merged in peers.items()}, 1)
    return Row("first 4 KiB", took, aims={"coursekit": 0.002})


def many_writes(layer: Layer, peers: dict[str, Path]) -> Iterator[Row]:
    """Random 4 KiB writes into the copied-up file; ours once more under tracemalloc."""
    dice = random.Random(2)
    offsets = [dice.randrange(SIZE - BLOCK) for _ in range(WRITES)]
    blocks = [bytes([number % 256]) * BLOCK for number in range(WRITES)]

    def play(pwrite: Callable[[bytes, int], Any]) -> float:
        start = time.perf_counter()
        for block, offset in zip(blocks, offsets, strict=True):
            pwrite(block, offset)
        return time.perf_counter() - start

    def ours() -> float:
        with Overlay(lowerdir=[layer]).open("/big", os.O_WRONLY) as file:
            return play(file.pwrite)

    def on(merged: Path) -> Callable[[], float]:
        def side() -> float:
            descriptor = os.open(merged / "big", os.O_RDWR)
            try:
                return play(lambda data, offset: os.pwrite(descriptor, data, offset))
            finally:
                os.close(descriptor)

        return side

    took = turns({"coursekit": ours, **{name: on(merged) for name, merged in peers.items()}}, 3)
    tree = Overlay(lowerdir=[layer])
    tracemalloc.start()
    with tree.open("/big", os.O_WRONLY) as file:
        play(file.pwrite)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    expected = bytearray(layer.get("/big").content.read(0, SIZE))  # type: ignore[union-attr]
    for block, offset in zip(blocks, offsets, strict=True):
        expected[offset : offset + BLOCK] = block
    assert tree.read_bytes("/big") == expected, "the file does not hold what was written"
    yield Row(f"{WRITES:,} random 4 KiB", took)
    written, note = WRITES * BLOCK, f"{WRITES * BLOCK / 1e6:.0f} MB written; at most {peak / 1e6:.0f} MB meanwhile"
    yield Row("memory after them", {"coursekit": held}, note, Unit.BYTES, {"coursekit": 1.25 * written})


def first_write_on_disk(layer: Layer, base: Path) -> Row:
    """The same over an upperdir on the disk, where the engine copies as a kernel does: all of the file, then fsync."""
    lower = base / "lower-on-disk"
    lower.mkdir()
    with open(lower / "big", "wb") as file:
        file.write(layer.get("/big").content.read(0, SIZE))  # type: ignore[union-attr]
        os.fsync(file.fileno())
    places = iter(range(100))

    def first(tree: Any) -> float:
        start = time.perf_counter()
        with tree.open("/big", os.O_WRONLY) as file:
            file.pwrite(b"x" * BLOCK, SIZE // 2)
        return time.perf_counter() - start

    def ours() -> float:
        place = base / f"disk{next(places)}"
        for part in ("upper", "work"):
            (place / part).mkdir(parents=True)
        with DirectoryUpper(place / "upper", place / "work") as upper:
            return first(Overlay([lower], upper))

    def kernel() -> float:
        place = base / f"kernel{next(places)}"
        for part in ("upper", "work", "merged"):
            (place / part).mkdir(parents=True)
        with overlay_mount([lower], place / "upper", place / "work", place / "merged") as merged:
            start = time.perf_counter()
            descriptor = os.open(merged / "big", os.O_WRONLY)
            os.pwrite(descriptor, b"x" * BLOCK, SIZE // 2)
            os.close(descriptor)
            return time.perf_counter() - start

    return Row("first 4 KiB, upperdir on disk", turns({"coursekit": ours, "kernel": kernel}, 3))
