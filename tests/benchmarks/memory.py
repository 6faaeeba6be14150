"""Memory: of an indexed image, of its merged tree, and of 100 containers on it; each in a process of its own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import coursekit as ck
from coursekit.image.store import default_root
from tests.benchmarks.images import blobs, python
from tests.benchmarks.made import TAG as MADE
from tests.benchmarks.made import layout_of, tar_of
from tests.benchmarks.measure import Row, Unit
from tests.real import debian
from tests.real.debian import TAG

TITLE = "memory"
CONDITIONS = (
    "What tracemalloc counts in a process of its own, after a collection. `tarfile`: the members of the same layers, "
    "as its index. A container reads one file and writes one; each has the whole tree."
)
CONTAINERS = 100
OPENED = """
import gc, tracemalloc, coursekit as ck
from tests.benchmarks.trees import walk
ck.Image.open({reference!r}).verify()  # what has to be imported, and the cache, are there now
ck.Overlay(lowerdir=[{{"/a": "b"}}]).write_text("/a", "c")
gc.collect()
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
{step}
gc.collect()
print((tracemalloc.get_traced_memory()[0] - before) / {by})
"""
INDEXED = "image = ck.Image.open({reference!r}).verify()"
WALKED = INDEXED + "\ntree = ck.Overlay.from_image(image)\nwalk('/', tree.walk, tree.lstat)"
STARTED = """
trees = [ck.Overlay.from_image(image) for _ in range({count})]
for tree in trees:
    tree.read_bytes("/etc/passwd"), tree.write_text("/etc/motd", "mine")
"""
TARFILE = """
import gc, tarfile, tracemalloc
gc.collect()
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
found = [tarfile.open(path, "r:gz") for path in {paths!r}]
members = [one.getmembers() for one in found]
gc.collect()
print((tracemalloc.get_traced_memory()[0] - before) / sum(map(len, members)))
"""


def rows() -> Iterator[Row]:
    """An index, a tree, a crowd."""
    layout = debian.layout()
    reference = f"{layout}:{TAG}"
    image = ck.Image.open(reference).verify()
    entries = sum(len(layer.lower) for layer in image.layers)  # type: ignore[arg-type]
    tarfile = python(TARFILE.format(paths=[str(path) for path in blobs(layout)]), default_root())
    unit = Unit.BYTES_AN_ENTRY
    yield Row(
        f"indexed image, {entries:,} entries",
        {"coursekit": taken(reference, INDEXED, entries), "`tarfile`": tarfile},
        "an entry",
        unit,
    )
    with tempfile.TemporaryDirectory(prefix="ck-") as name:
        made = f"{layout_of(tar_of(100_000, Path(name) / 'layer.tar'), Path(name) / 'layout')}:{MADE}"
        held = taken(made, INDEXED, 100_101, Path(name) / "home")
        yield Row("indexed layer, 100,000 files", {"coursekit": held}, "an entry", unit)
    names = sum(len(files) + len(inner) for _, inner, files in ck.Overlay.from_image(image).walk("/"))
    yield Row(f"every name looked up, {names:,}", {"coursekit": taken(reference, WALKED, names)}, "a name", unit)
    crowd = taken(reference, INDEXED + STARTED.format(count=CONTAINERS + 1))
    alone = taken(reference, INDEXED + STARTED.format(count=1))
    yield Row(f"{CONTAINERS} more containers", {"coursekit": crowd - alone}, "all of them together", Unit.BYTES)


def taken(reference: str, step: str, by: int = 1, home: Path | None = None) -> float:
    """The bytes that a step leaves in use, divided by `by`."""
    code = OPENED.format(reference=reference, step=step.format(reference=reference), by=by)
    return python(code, home or default_root())
