"""How the cost grows: with layers, with files, with the size of a file."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from coursekit.image.store import Store
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay
from tests.benchmarks.images import OPEN, python, quiet, timed
from tests.benchmarks.made import TAG, layout_of, tar_of
from tests.benchmarks.measure import Row, turns
from tests.benchmarks.mounts import fresh_kernel, fuse_overlayfs, kernel, spread
from tests.benchmarks.trees import walk

TITLE = "how it grows"
CONDITIONS = (
    "Layers: 10,000 files in 20 directories that all layers have. Files: one layer of empty files, 1,000 a directory; "
    "walks are fresh, as above; `umoci` and the kernel are asked for fewer: more takes minutes. Sparse: 1 MB in 16 "
    "pieces, the rest holes; the first byte written copies it up; fuse-overlayfs fills holes: asked up to 100 MB."
)
LAYERS = (5, 50, 500)
FILES = (1_000, 10_000, 100_000, 1_000_000)
SIZES = {"1 MB": 10**6, "100 MB": 10**8, "1 GB": 10**9, "10 GB": 10**10}
PIECES, PIECE, BLOCK = 16, 64 << 10, 1 << 20
FRESH = """
import time
from tests.benchmarks.trees import walk
from tests.benchmarks.growth import merged
start = time.perf_counter()
tree = merged({reference!r})
walk("/", tree.walk, tree.lstat)
print(time.perf_counter() - start)
"""


def rows() -> Iterator[Row]:
    """5 to 500 layers, 10^3 to 10^6 files, 1 MB to 10 GB."""
    for layers in LAYERS:
        yield by_layers(layers)
    for files in FILES:
        yield from by_files(files)
    for name, size in SIZES.items():
        yield from by_size(name, size)


def by_layers(count: int) -> Row:
    """A fresh walk of a tree that many layers make up."""
    each = 10_000 // 20 // count
    lowers = [
        Layer.of({f"/d{d}/f{layer}-{file}": "x" for d in range(20) for file in range(each)}) for layer in range(count)
    ]

    def ours() -> float:
        start = time.perf_counter()
        tree = Overlay(lowerdir=lowers)
        seen = walk("/", tree.walk, tree.lstat)
        took = time.perf_counter() - start
        assert seen == 10_020
        tree.sb.index.root.names = None  # the next one merges its layers itself
        return took

    with tempfile.TemporaryDirectory(prefix="ck-") as name:
        into = Path(name)
        names = spread(lowers, into)

        def on(mount: Callable[[], object]) -> float:
            with mount() as merged:  # type: ignore[attr-defined]
                start = time.perf_counter()
                assert walk(str(merged), os.walk, os.lstat) == 10_020
                return time.perf_counter() - start

        took = turns({"coursekit": ours, "kernel": partial(on, partial(fresh_kernel, into, count))}, 3)
        took |= turns({"fuse-overlayfs": lambda: on(partial(fuse_overlayfs, names, into))}, 1)  # it takes its time
        return Row(f"walk, {count} layers", took)


def merged(reference: str) -> Overlay:
    """The tree of an image, opened anew."""
    from coursekit.image.open import Image

    return Overlay.from_image(Image.open(reference, store=Store()))


def by_files(count: int) -> Iterator[Row]:
    """Index a layer of so many files; walk it."""
    rounds, large = (1, True) if count > 100_000 else (2, False)
    with tempfile.TemporaryDirectory(prefix="ck-") as name:
        into = Path(name)
        tar = tar_of(count, into / "layer.tar")
        layout = layout_of(tar, into / "layout")
        [blob] = sorted((layout / "blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)[-1:]
        home, bundle = into / "home", into / "bundle"
        code = OPEN.format(reference=f"{layout}:{TAG}", more="").replace('"/etc/passwd").st_size', '"/d0/f0").st_mode')

        def ours() -> float:
            shutil.rmtree(home, ignore_errors=True)
            return python(code, home)

        took = turns({"coursekit": ours, "`tar -tzf`": lambda: quiet("tar", "-tzf", blob)}, rounds)
        if count <= 10_000:
            took |= turns(
                {
                    "`umoci`": timed(
                        lambda: quiet("umoci", "unpack", "--image", f"{layout}:{TAG}", bundle),
                        lambda: shutil.rmtree(bundle),
                    )
                },
                1,
            )
        yield Row(f"index {count:,} files", took)
        fresh = FRESH.format(reference=f"{layout}:{TAG}")
        walks = {"coursekit": lambda: python(fresh, home)}
        if not large:
            (into / "0").mkdir()
            quiet("tar", "-xf", tar, "-C", into / "0")
            walks["kernel"] = lambda: on_fresh_mount(into, count)
        yield Row(f"walk {count:,} files", turns(walks, rounds))


def on_fresh_mount(into: Path, count: int) -> float:
    """The seconds for a walk of a kernel mount of which nothing was looked up yet."""
    with fresh_kernel(into, 1) as mounted:
        start = time.perf_counter()
        assert walk(str(mounted), os.walk, os.lstat) >= count
        return time.perf_counter() - start


def sparse(path: Path, size: int) -> None:
    """A file of `size` bytes whose data is in few pieces."""
    with open(path, "wb") as file:
        file.truncate(size)
        for piece in range(PIECES):
            file.seek(size // PIECES * piece // 4096 * 4096)
            file.write(os.urandom(min(PIECE, size // PIECES)))
        file.truncate(size)


def by_size(name: str, size: int) -> Iterator[Row]:
    """The first write into a sparse lower file, and reading it through."""
    with tempfile.TemporaryDirectory(prefix="ck-") as temporary:
        into = Path(temporary)
        (into / "0").mkdir()
        sparse(into / "0" / "big", size)
        sides: dict[str, Callable[[], float]] = {
            "coursekit": lambda: first_byte(Overlay([into / "0"])),
            "coursekit, upperdir on disk": partial(on_disk, into, [0]),
            "kernel": partial(on_mount, kernel, into, [0]),
        }
        if size <= 10**8:
            sides["fuse-overlayfs"] = partial(on_mount, fuse_overlayfs, into, [0])
        yield Row(f"first byte into {name}", turns(sides, 3))
        with kernel(["0"], into, "read") as mounted:
            rounds = 3 if size <= 10**9 else 1
            reads = {
                "coursekit": lambda: through(Overlay([into / "0"]).open("/big"), size),
                "kernel": lambda: through((mounted / "big").open("rb", buffering=0), size),
            }
            yield Row(f"read {name}", turns(reads, rounds))


def first_byte(tree: Overlay) -> float:
    """The seconds to open, write one byte, close."""
    start = time.perf_counter()
    with tree.open("/big", os.O_WRONLY) as file:
        file.pwrite(b"x", 1)
    return time.perf_counter() - start


def on_disk(into: Path, turn: list[int]) -> float:
    """The same over an upperdir on the disk, a new one each time."""
    turn[0] += 1
    place = into / f"disk{turn[0]}"
    for part in ("upper", "work"):
        (place / part).mkdir(parents=True)
    with DirectoryUpper(place / "upper", place / "work") as upper:
        return first_byte(Overlay([into / "0"], upper))


def on_mount(mount: Callable[..., object], into: Path, turn: list[int]) -> float:
    """The same on a mount of its own."""
    turn[0] += 1
    with mount(["0"], into, f"{getattr(mount, '__name__', '')}{turn[0]}") as merged:  # type: ignore[attr-defined]
        start = time.perf_counter()
        descriptor = os.open(merged / "big", os.O_WRONLY)
        os.pwrite(descriptor, b"x", 1)
        os.close(descriptor)
        return time.perf_counter() - start


def through(opened: AbstractContextManager[Any], size: int) -> float:
    """The seconds to read all of a file, 1 MiB at a time."""
    start, seen = time.perf_counter(), 0
    with opened as file:
        while piece := file.read(BLOCK):
            seen += len(piece)
    assert seen == size
    return time.perf_counter() - start
