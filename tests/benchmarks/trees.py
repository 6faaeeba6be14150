"""Reading the merged tree: walk it, lstat at random while it changes, ask for names that do not exist."""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from weakref import ref

import coursekit as ck
from coursekit.image.store import default_root
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay
from tests.benchmarks.changing import LOOKUPS, random_lstat
from tests.benchmarks.images import python
from tests.benchmarks.measure import Row, turns
from tests.benchmarks.mounts import fresh_kernel, mounts
from tests.real import debian
from tests.real.debian import TAG

TITLE = "the merged tree"
CONDITIONS = (
    "The Debian image's layers, unpacked for the peers; all through Python. Fresh: a mount of which nothing was looked "
    "up yet, on files that are cached; ours in a process of its own, nothing merged. Random `lstat`: 30 % through "
    "symlinked directories, 1 % renames and chmods of ancestors between, every answer compared with the kernel's, the "
    "index not built before. Missing names: in 20 directories that every layer has, building the index included; the "
    "peers are asked for a part, and their time is multiplied."
)
FILES = 20_000  # in all layers together
WALK = """
import time, coursekit as ck
from tests.benchmarks.trees import walk
image = ck.Image.open({reference!r}).verify()
tree = ck.Overlay.from_image(image)
{before}
start = time.perf_counter()
tree = ck.Overlay.from_image(image)
walk("/", tree.walk, tree.lstat)
print(time.perf_counter() - start)
"""


def rows() -> Iterator[Row]:
    """On the real image: walk, random lstat. On made layers: missing names."""
    layout = debian.layout()
    image = ck.Image.open(f"{layout}:{TAG}")
    lowers = [layer.lower for layer in reversed(image.layers)]
    with tempfile.TemporaryDirectory(prefix="coursekit-bench-") as name, mounts(lowers, Path(name)) as peers:
        yield from walking(layout, peers)
        yield random_lstat(lowers, peers)
    few = missing(5)
    yield few
    yield missing(20)
    yield missing(100, {"kernel": 100})
    yield missing(400, {"coursekit": 1.2 * few.sides["coursekit"]})


def walk(top: str, walker: Callable[[str], Any], lstat: Callable[[str], Any]) -> int:
    """How many names os.walk and lstat see."""
    count = 0
    for path, directories, files in walker(top):
        for name in directories + files:
            lstat(f"{path}/{name}")
            count += 1
    return count


def walking(layout: Path, peers: dict[str, Path]) -> Iterator[Row]:
    """Of layers that were never merged, of a second container on them, and again; what the mounts lie on is cached."""
    image = ck.Image.open(f"{layout}:{TAG}")
    tree = Overlay.from_image(image)
    counts = {walk("/", tree.walk, tree.lstat)}

    def fresh(before: str) -> Callable[[], float]:
        """In a process of its own: in this one, the collector would go through all that was made before."""
        code = WALK.format(reference=f"{layout}:{TAG}", before=before)
        return lambda: python(code, default_root())

    def again() -> None:
        counts.add(walk("/", tree.walk, tree.lstat))

    def on(merged: Path) -> Callable[[], None]:
        return lambda: counts.add(walk(str(merged), os.walk, os.lstat))

    def on_fresh_mount() -> float:
        with fresh_kernel(peers["kernel"].parent, len(image.layers)) as merged:
            start = time.perf_counter()
            counts.add(walk(str(merged), os.walk, os.lstat))
            return time.perf_counter() - start

    sides = {"kernel, fresh": on_fresh_mount, **{name: on(merged) for name, merged in peers.items()}}
    ours = {"coursekit": fresh(""), "second": fresh("walk('/', tree.walk, tree.lstat)"), "again": again}
    took = turns({**ours, **sides}, 7)
    assert len(counts) == 1, f"the sides see different trees: {counts}"
    what, fresh_mounts = f"walk, `lstat` of {counts.pop():,} names", {"kernel": took["kernel, fresh"]}
    warm = {name: took[name] for name in peers}
    yield Row(f"{what}: fresh", {"coursekit": took["coursekit"], **fresh_mounts}, aims={"kernel": 1})
    second = "nothing was looked up, but another container merged the layers"
    yield Row("a second container", {"coursekit": took["second"], **fresh_mounts}, second, aims={"kernel": 2})
    yield Row("again, all warm", {"coursekit": took["again"], **warm}, aims={"kernel": 2})


def missing(count: int, aims: Mapping[str, float] | None = None) -> Row:
    """Names asked for the first time, none of which exists, in directories that all layers have."""
    names = [f"/d{number % 20}/none{number}" for number in range(LOOKUPS)]
    part = 10 if count <= 20 else 100  # of the names the peers are asked: at 400 layers all of them take minutes
    asked = names[: LOOKUPS // part]
    files = [(directory, file) for directory in range(20) for file in range(FILES // 20 // count)]
    lowers = [Layer.of({f"/d{d}/f{layer}-{file}": "" for d, file in files}) for layer in range(count)]
    last: list[ref[object]] = []

    def ours() -> float:
        gc.collect()
        assert not any(index() for index in last), "a former index is still there: this tree would not build its own"
        start = time.perf_counter()
        tree = Overlay(lowerdir=lowers)
        _ask(tree.lstat, names)
        took = time.perf_counter() - start
        last.append(ref(tree.sb.index))
        return took

    def on(merged: Path) -> Callable[[], float]:
        def side() -> float:
            for directory in range(20):
                os.lstat(merged / f"d{directory}")
            return _ask(os.lstat, [f"{merged}{path}" for path in asked]) * part

        return side

    with tempfile.TemporaryDirectory(prefix="ck-") as name, mounts(lowers, Path(name)) as peers:
        took = turns({"coursekit": ours}, 3) | turns({peer: on(merged) for peer, merged in peers.items()}, 1)
    note = f"peers: {len(asked):,} of them, times {part}"
    return Row(f"{LOOKUPS:,} missing names, {count} layers", took, note, aims=aims or {})


def _ask(lstat: Callable[[str], Any], paths: list[str]) -> float:
    """The seconds that it takes to hear ENOENT for each."""
    start = time.perf_counter()
    for path in paths:
        try:
            lstat(path)
        except FileNotFoundError:
            continue
        raise AssertionError(f"{path} exists")
    return time.perf_counter() - start
