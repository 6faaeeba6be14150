"""Reading the real image: index it, open it again; import the package."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from isal import igzip

from tests.benchmarks.measure import Row, turns
from tests.real.debian import TAG

OPEN = """
import time, coursekit as ck
import coursekit.image.opening  # what Image.open would import, too, is not counted
ck.Image, ck.Overlay
start = time.perf_counter()
image = ck.Image.open({reference!r})
tree = ck.Overlay.from_image(image)
assert tree.lstat("/etc/passwd").st_size
{more}
print(time.perf_counter() - start)
"""
READ = "assert len(tree.read_bytes('/usr/bin/dpkg')) > 100_000"  # the contents are readable at the end


def python(code: str, home: Path) -> float:
    """The seconds that a fresh interpreter says `code` took, with the store in `home`."""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "COURSEKIT_HOME": str(home)}, check=True,
                          capture_output=True, text=True)  # fmt: skip
    return float(done.stdout)


def blobs(layout: Path) -> list[Path]:
    """The compressed layers of the image, base first."""
    def document(digest: str) -> dict[str, list[dict[str, str]]]:
        return json.loads((layout / "blobs" / digest.replace(":", "/")).read_bytes())  # type: ignore[no-any-return]

    index = json.loads((layout / "index.json").read_bytes())["manifests"]
    digest = next(row["digest"] for row in index if row["annotations"]["org.opencontainers.image.ref.name"] == TAG)
    return [layout / "blobs" / layer["digest"].replace(":", "/") for layer in document(digest)["layers"]]


def rows(layout: Path) -> Iterator[Row]:
    """Index, reopen, import."""
    layers = blobs(layout)
    with tempfile.TemporaryDirectory(prefix="coursekit-bench-") as name:
        home = Path(name)
        yield indexing(layout, layers, home)
        yield reopening(layout, layers, home)
    yield importing()


def indexing(layout: Path, layers: list[Path], home: Path) -> Row:
    """From the layout alone to a merged tree whose contents can be read, every digest verified."""

    def ours() -> float:
        shutil.rmtree(home / "store", ignore_errors=True)
        return python(OPEN.format(reference=f"{layout}:{TAG}", more=READ), home / "store")

    def decompress() -> None:
        for blob in layers:
            igzip.decompress(blob.read_bytes())

    def tar() -> None:
        for blob in layers:
            subprocess.run(["tar", "-tzf", blob], stdout=subprocess.DEVNULL, check=True)

    def umoci() -> float:
        start = time.perf_counter()
        subprocess.run(["umoci", "unpack", "--image", f"{layout}:{TAG}", home / "bundle"], check=True)
        took = time.perf_counter() - start
        shutil.rmtree(home / "bundle")
        return took

    sides = {"coursekit": ours, "isal decompression alone": decompress, "`tar -tzf`": tar, "`umoci unpack`": umoci}
    size = sum(blob.stat().st_size for blob in layers) / 1e6
    return Row(f"index the image ({len(layers)} layers, {size:.0f} MB gzip), digests verified", turns(sides, 4))


def reopening(layout: Path, layers: list[Path], home: Path) -> Row:
    """Another process opens what was indexed; import excluded, the first lstat included."""
    code = OPEN.format(reference=f"{layout}:{TAG}", more="")
    sides = {
        "coursekit": lambda: python(code, home / "store"),
        "`tar -tzf` of the layers": lambda: [
            subprocess.run(["tar", "-tzf", blob], stdout=subprocess.DEVNULL, check=True) for blob in layers
        ],
    }
    return Row("open it again, first `lstat` included", turns(sides, 5))


def importing() -> Row:
    """A fresh interpreter with the package and without."""

    def start(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)

    programs = {
        "all": lambda: start("import coursekit as ck; ck.Overlay, ck.Image"),
        "bare": lambda: start("import coursekit"),
        "python": lambda: start("pass"),
        "tarfile": lambda: start("import tarfile"),
    }
    took = turns(programs, 10)
    empty = took.pop("python")
    took = {name: max(seconds - empty, 1e-6) for name, seconds in took.items()}
    sides = {"coursekit": took["all"], "`import coursekit` alone": took["bare"], "`import tarfile`": took["tarfile"]}
    return Row("import, with `ck.Overlay` and `ck.Image`", sides)
