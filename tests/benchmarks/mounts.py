"""The peers' side: layers written to disk, a kernel overlay mount of them, a fuse-overlayfs mount."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from coursekit.union import stored
from coursekit.union.ports import Lower
from tests.tools import run


def spread(lowers: Sequence[Lower], into: Path) -> list[str]:
    """Write each layer to a directory of its own, "0" the first; their names, as mounts inside `into` need them."""
    names = [str(number) for number in range(len(lowers))]
    for name, lower in zip(names, lowers, strict=True):
        (into / name).mkdir()
        stored.write(stored.entries(lower), str(into / name))
    return names


@contextmanager
def mounts(lowers: Sequence[Lower], into: Path, *, fuse: bool = True) -> Iterator[dict[str, Path]]:
    """The layers (top first) mounted by the kernel and, where installed, by fuse-overlayfs; each has an upperdir."""
    names = spread(lowers, into)
    with ExitStack() as stack:
        found = {"kernel": stack.enter_context(kernel(names, into))}
        if fuse and shutil.which("fuse-overlayfs") and Path("/dev/fuse").exists():
            found["fuse-overlayfs"] = stack.enter_context(fuse_overlayfs(names, into))
        yield found


def _options(names: Sequence[str], into: Path, kind: str) -> str:
    """Relative directories: 400 absolute ones do not fit into a mount's page of options."""
    for part in ("upper", "work", "merged"):
        (into / f"{kind}-{part}").mkdir()
    return f"lowerdir={':'.join(names)},upperdir={kind}-upper,workdir={kind}-work"


@contextmanager
def kernel(names: Sequence[str], into: Path) -> Iterator[Path]:
    """A kernel overlay mount."""
    merged = into / "kernel-merged"
    run("mount", "-t", "overlay", "overlay", "-o", _options(names, into, "kernel"), merged, cwd=into)
    try:
        yield merged
    finally:
        run("umount", "-l", merged)


@contextmanager
def fresh_kernel(into: Path, count: int) -> Iterator[Path]:
    """One more kernel mount of what `spread` wrote, read-only, of which nothing was looked up yet."""
    merged = into / "fresh-merged"
    merged.mkdir(exist_ok=True)
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={':'.join(map(str, range(count)))}", merged, cwd=into)
    try:
        yield merged
    finally:
        run("umount", "-l", merged)


@contextmanager
def fuse_overlayfs(names: Sequence[str], into: Path) -> Iterator[Path]:
    """A fuse-overlayfs mount; it runs in the foreground, and ends with this block."""
    merged = into / "fuse-merged"
    command = ["fuse-overlayfs", "-f", "-o", _options(names, into, "fuse"), str(merged)]
    server = subprocess.Popen(command, cwd=into, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if os.path.ismount(merged):
                break
            try:
                server.wait(0.05)
                raise AssertionError("fuse-overlayfs ended at once")
            except subprocess.TimeoutExpired:
                continue
        yield merged
    finally:
        run("umount", "-l", merged, check=False)
        server.terminate()
        server.wait(20)
