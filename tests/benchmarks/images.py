"""Images: index one, open it again, save, load, pull, explain, commit; and import the package."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from isal import igzip

import coursekit as ck
from coursekit.image import archive
from coursekit.image.make_image import build_image
from coursekit.image.store import Store
from tests.benchmarks.measure import Row, turns
from tests.real import debian
from tests.real.debian import TAG
from tests.registry.serving import registry

TITLE = "images"
CONDITIONS = (
    "A Debian image with nginx, built for the tests. Indexing starts from the layout alone and ends when every digest "
    "is verified and a file was read; opening is in another process, import excluded, first `lstat` included."
)
OPEN = """
import time, coursekit as ck
import coursekit.image.open  # what Image.open would import, too, is not counted
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
    """The number that a fresh interpreter prints for `code`, with the store in `home`: seconds, mostly."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "COURSEKIT_HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def quiet(*words: object) -> None:
    """Runs a peer to its end. Raises: AssertionError with what it said if it fails."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.stderr[-500:]}"


def timed(step: Callable[[], object], afterwards: Callable[[], object]) -> Callable[[], float]:
    """A side whose cleaning up is not counted."""

    def side() -> float:
        start = time.perf_counter()
        step()
        took = time.perf_counter() - start
        afterwards()
        return took

    return side


def blobs(layout: Path, tag: str = TAG) -> list[Path]:
    """The compressed layers of the image, base first."""

    def document(digest: str) -> dict[str, list[dict[str, str]]]:
        return json.loads((layout / "blobs" / digest.replace(":", "/")).read_bytes())  # type: ignore[no-any-return]

    index = json.loads((layout / "index.json").read_bytes())["manifests"]
    digest = next(row["digest"] for row in index if row["annotations"]["org.opencontainers.image.ref.name"] == tag)
    return [layout / "blobs" / layer["digest"].replace(":", "/") for layer in document(digest)["layers"]]


def rows() -> Iterator[Row]:
    """Index, reopen, save, load, pull, commit, explain, import."""
    layout = debian.layout()
    layers = blobs(layout)
    with tempfile.TemporaryDirectory(prefix="coursekit-bench-") as name:
        home = Path(name)
        yield indexing(layout, layers, home)
        yield reopening(layout, layers, home)
        yield saving(layout, home)
        yield loading(home)
        yield pulling(layout, home)
        yield committing(layout, home)
        yield explaining(layout, home)
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
            quiet("tar", "-tzf", blob)

    bundle, copy = home / "bundle", home / "copy"
    sides = {
        "coursekit": ours,
        "isal decompression alone": decompress,
        "`tar -tzf`": tar,
        "`umoci`": timed(
            lambda: quiet("umoci", "unpack", "--image", f"{layout}:{TAG}", bundle), lambda: shutil.rmtree(bundle)
        ),
        "`skopeo`": timed(
            lambda: quiet("skopeo", "copy", f"oci:{layout}:{TAG}", f"oci:{copy}:{TAG}"), lambda: shutil.rmtree(copy)
        ),
    }
    size = sum(blob.stat().st_size for blob in layers) / 1e6
    aims = {"isal decompression alone": 1 / 1.5, "`tar -tzf`": 2, "`umoci`": 10}
    note = "`umoci unpack`; `skopeo copy` to another layout, contents not looked at"
    return Row(f"index it: {len(layers)} layers, {size:.0f} MB gzip", turns(sides, 4), note, aims=aims)


def reopening(layout: Path, layers: list[Path], home: Path) -> Row:
    """Another process opens what was indexed."""
    code = OPEN.format(reference=f"{layout}:{TAG}", more="")
    sides = {
        "coursekit": lambda: python(code, home / "store"),
        "`tar -tzf`": lambda: [quiet("tar", "-tzf", blob) for blob in layers],
        "`umoci`": lambda: quiet("umoci", "stat", "--image", f"{layout}:{TAG}"),
        "`skopeo`": lambda: quiet("skopeo", "inspect", f"oci:{layout}:{TAG}"),
    }
    entries = sum(len(layer.lower) for layer in ck.Image.open(f"{layout}:{TAG}").layers)  # type: ignore[arg-type]
    note = "`umoci stat` and `skopeo inspect` know no files"
    return Row(f"open it again: {entries:,} entries", turns(sides, 5), note, aims={"coursekit": 0.02})


def saving(layout: Path, home: Path) -> Row:
    """As `docker save`, for `docker load`."""
    image = ck.Image.open(f"{layout}:{TAG}")
    path, theirs = home / "saved.tar", home / "theirs.tar"

    def skopeo() -> None:
        theirs.unlink(missing_ok=True)
        quiet("skopeo", "copy", f"oci:{layout}:{TAG}", f"docker-archive:{theirs}:bench/{TAG}:1")

    sides = {"coursekit": lambda: archive.write([image.named("bench/" + TAG + ":1")], path), "`skopeo`": skopeo}
    return Row("save it as a docker archive", turns(sides, 3))


def loading(home: Path) -> Row:
    """As `docker load`: what skopeo saved, into an empty store."""
    path, store, layout = home / "theirs.tar", home / "loaded", home / "theirs"
    sides = {
        "coursekit": timed(lambda: Store(store).add(archive.open_archive(path)), lambda: shutil.rmtree(store)),
        "`skopeo`": timed(
            lambda: quiet("skopeo", "copy", f"docker-archive:{path}", f"oci:{layout}:{TAG}"),
            lambda: shutil.rmtree(layout),
        ),
    }
    return Row("load that into an empty store", turns(sides, 3), "`skopeo` compresses the layers, coursekit does not")


def pulling(layout: Path, home: Path) -> Row:
    """From the CNCF registry on loopback into an empty store: the whole command, imports included."""
    store, copy = home / "pulled", home / "theirs-pulled"
    (home / "registry").mkdir()
    with registry(home / "registry") as port:
        name = f"127.0.0.1:{port}/bench/{TAG}:1"
        quiet("skopeo", "copy", "--dest-tls-verify=false", f"oci:{layout}:{TAG}", f"docker://{name}")
        code = f"import coursekit.registry.pull as p, coursekit.image.store as s; p.pull({name!r}, s.Store({str(store)!r}))"
        sides = {
            "coursekit": timed(lambda: quiet(sys.executable, "-c", code), lambda: shutil.rmtree(store)),
            "`skopeo`": timed(
                lambda: quiet("skopeo", "copy", "--src-tls-verify=false", f"docker://{name}", f"oci:{copy}:{TAG}"),
                lambda: shutil.rmtree(copy),
            ),
        }
        note = "`skopeo copy` to a layout; coursekit also verifies what is in each layer, and indexes it"
        return Row("pull it, a new process", turns(sides, 3), note, aims={"`skopeo`": 1})


def explaining(layout: Path, home: Path) -> Row:
    """`coursekit explain` of what is stored: the whole command, imports included."""
    home_of_ours = {**os.environ, "COURSEKIT_HOME": str(home / "store")}
    words = [sys.executable, "-m", "coursekit.cli", "explain", f"{layout}:{TAG}"]

    def ours() -> None:
        subprocess.run(words, check=True, capture_output=True, env=home_of_ours)

    return Row("explain it, a new process", turns({"coursekit": ours}, 3), aims={"coursekit": 1})


def committing(layout: Path, home: Path) -> Row:
    """One file of a container changed: its layer, and the image with it."""
    parent = ck.Image.open(f"{layout}:{TAG}")
    copy, bundle = home / "repacked", home / "bundle"
    quiet("skopeo", "copy", f"oci:{layout}:{TAG}", f"oci:{copy}:{TAG}")
    quiet("umoci", "unpack", "--image", f"{copy}:{TAG}", bundle)

    def ours() -> float:
        tree = ck.Overlay.from_image(parent)
        start = time.perf_counter()
        tree.write_text("/etc/motd", "changed")
        assert tree.upper is not None
        child = build_image(parent, [tree.upper.freeze()])
        took = time.perf_counter() - start
        assert len(child.layers) == len(parent.layers) + 1
        return took

    def umoci() -> None:
        (bundle / "rootfs/etc/motd").write_text("changed")
        quiet("umoci", "repack", "--image", f"{copy}:changed", bundle)

    note = "`umoci repack` of an unpacked bundle, which it looks through"
    return Row("change a file, commit", turns({"coursekit": ours, "`umoci`": umoci}, 3), note)


def importing() -> Row:
    """A fresh interpreter with the package and without."""

    def start(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)

    programs = {
        "all": lambda: start("import coursekit as ck; ck.Overlay, ck.Image"),
        "bare": lambda: start("import coursekit"),
        "python": lambda: start("pass"),
    }
    took = turns(programs, 10)
    ours, bare = (max(took[name] - took["python"], 1e-6) for name in ("all", "bare"))
    note = f"`import coursekit` alone {bare * 1000:.0f} ms; the interpreter's own start taken off"
    return Row("import, with `ck.Overlay` and `ck.Image`", {"coursekit": ours}, note, aims={"coursekit": 0.3})
