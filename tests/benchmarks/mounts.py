"""Layers written to disk, and mounts of them: by the kernel, by fuse-overlayfs, by coursekit-fuse."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from coursekit.fuse import device
from coursekit.layers import disk_entries as stored
from coursekit.layers.ports import Lower
from tests.tools import run

SCRIPTS = Path(sys.executable).parent
PATIENCE = 60  # seconds for a mount to come or to go


def spread(lowers: Sequence[Lower], into: Path) -> list[str]:
    """Write each layer to a directory of its own, "0" the first; their names, as mounts inside `into` need them."""
    names = [str(number) for number in range(len(lowers))]
    for name, lower in zip(names, lowers, strict=True):
        (into / name).mkdir()
        stored.write(stored.entries(lower), str(into / name))
    return names


@contextmanager
def mounts(lowers: Sequence[Lower], into: Path, *, fuse: bool = True) -> Iterator[dict[str, Path]]:
    """The layers (top first) mounted by the kernel and, if told, by fuse-overlayfs; each has an upperdir."""
    names = spread(lowers, into)
    with ExitStack() as stack:
        found = {"kernel": stack.enter_context(kernel(names, into))}
        if fuse:
            found["fuse-overlayfs"] = stack.enter_context(fuse_overlayfs(names, into))
        yield found


def _options(names: Sequence[str], into: Path, kind: str) -> str:
    """Relative directories: 400 absolute ones do not fit into a mount's page of options."""
    for part in ("upper", "work", "merged"):
        (into / f"{kind}-{part}").mkdir()
    return f"lowerdir={':'.join(names)},upperdir={kind}-upper,workdir={kind}-work"


@contextmanager
def kernel(names: Sequence[str], into: Path, kind: str = "kernel") -> Iterator[Path]:
    """A kernel overlay mount; another `kind` has an upperdir of its own."""
    merged = into / f"{kind}-merged"
    run("mount", "-t", "overlay", "overlay", "-o", _options(names, into, kind), merged, cwd=into)
    try:
        yield merged
    finally:
        run("umount", "-l", merged)


@contextmanager
def fresh_kernel(into: Path, count: int) -> Iterator[Path]:
    """One more kernel mount of what `spread` wrote, read-only, of which nothing was looked up yet."""
    merged = into / "fresh-merged"
    merged.mkdir(exist_ok=True)
    names = ":".join(map(str, range(count)))
    if count == 1:  # the kernel wants two of them, or an upperdir
        (into / "empty").mkdir(exist_ok=True)
        names = f"0:{into / 'empty'}"
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={names}", merged, cwd=into)
    try:
        yield merged
    finally:
        run("umount", "-l", merged)


@contextmanager
def fuse_overlayfs(names: Sequence[str], into: Path, kind: str = "fuse") -> Iterator[Path]:
    """A fuse-overlayfs mount; it runs in the foreground, and ends with this block."""
    merged = into / f"{kind}-merged"
    command = ["fuse-overlayfs", "-f", "-o", _options(names, into, kind), str(merged)]
    server = subprocess.Popen(command, cwd=into, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while not os.path.ismount(merged):
            try:
                server.wait(0.02)
            except subprocess.TimeoutExpired:
                if time.monotonic() < end:
                    continue
            raise AssertionError("fuse-overlayfs did not mount")
        yield merged
    finally:
        run("umount", "-l", merged, check=False)
        server.terminate()
        server.wait(PATIENCE)


@contextmanager
def coursekit_fuse(names: Sequence[str], into: Path, kind: str = "ours") -> Iterator[Path]:
    """The same directories, mounted by coursekit-fuse; its server ends when the mount is taken away."""
    merged = into / f"{kind}-merged"
    run(SCRIPTS / "coursekit-fuse", "x", merged, "-o", f"rw,{_options(names, into, kind)}", cwd=into)
    try:
        yield merged
    finally:
        device.unmount(merged)
        shutil.rmtree(into / f"{kind}-upper", ignore_errors=True)


@contextmanager
def coursekit_mount(reference: str, into: Path) -> Iterator[Path]:
    """`coursekit mount` of an image: from its compressed layers, nothing unpacked."""
    merged = into / "image-merged"
    merged.mkdir(exist_ok=True)
    run(SCRIPTS / "coursekit", "mount", reference, merged)
    try:
        yield merged
    finally:
        device.unmount(merged)
