"""The kernel mount behind the engine's door: it keeps to itself, and what is written is what is read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.fs.node import WHITEOUT
from coursekit.layers.disk_entries import entries
from coursekit.layers.layer import Layer
from coursekit.proving import kernel as module
from coursekit.proving.entry_layer import EntryLayer
from coursekit.proving.kernel import Kernel, kernel_available
from tests.conformance.behaviours import directory, fifo, file, hard_links, symlink
from tests.tools import PATIENCE, needs_root_overlay

BASE = {
    "/d": directory(0o2750, uid=1, gid=2, xattrs={"user.k": b"v"}),
    "/d/f": file(b"data", 0o4755),
    "/gone": WHITEOUT,
    "/l": symlink("/etc/passwd"),
    "/p": fifo(),
}


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    with Kernel() as worker:
        yield worker


@needs_root_overlay
def test_what_is_written_is_read_back(kernel: Kernel) -> None:
    layer = Layer.of({path: node for path, node in BASE.items() if node is not WHITEOUT})
    assert kernel.mount([layer]).lowerdir(0) == entries(layer)


@needs_root_overlay
def test_a_whiteout_is_written_as_a_device(kernel: Kernel) -> None:
    found = kernel.mount([Layer.of({"/gone": WHITEOUT})]).lowerdir(0)[1]
    assert (found["kind"], found["device"]) == ("char", (0, 0))


@needs_root_overlay
def test_hard_links_are_written_as_such(kernel: Kernel) -> None:
    found = kernel.mount([hard_links("/one", "/two")]).merged()
    assert [one.get("link") for one in found] == [None, None, "/one"]


def test_entries_and_a_lower_over_them_say_the_same() -> None:
    found = entries(Layer.of(BASE))
    assert entries(EntryLayer(found)) == found


@needs_root_overlay
def test_an_absolute_symlink_does_not_reach_the_host(kernel: Kernel) -> None:
    mount = kernel.mount([Layer.of(BASE)])
    with pytest.raises(FileNotFoundError):
        mount.stat("/l")
    with pytest.raises(FileNotFoundError):
        mount.stat("/../../etc/passwd")


@needs_root_overlay
def test_a_fifo_does_not_block_and_a_device_does_not_open(kernel: Kernel) -> None:
    mount = kernel.mount([Layer.of(BASE)])
    mount.open("/p").close()
    mount.mknod("/null", 0o020666, os.makedev(1, 3))
    with pytest.raises(PermissionError):
        mount.open("/null")


@needs_root_overlay
def test_one_lower_alone_is_refused_and_the_worker_lives_on(kernel: Kernel) -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        kernel.mount([Layer.of(BASE)], None)
    assert kernel.mount([Layer.of(BASE)]).listdir("/") == ["d", "l", "p"]


@needs_root_overlay
def test_an_upperdir_that_was_read_back_can_be_mounted_again(kernel: Kernel) -> None:
    mount = kernel.mount([Layer.of(BASE)])
    mount.unlink("/l")
    mount.mkdir("/new", 0o700)
    again = kernel.mount([Layer.of(BASE)], mount.upperdir())
    assert again.listdir("/") == ["d", "new", "p"]


@needs_root_overlay
def test_nothing_of_it_is_mounted_outside(kernel: Kernel) -> None:
    kernel.mount([Layer.of(BASE)])
    assert "lowerdir=l0" not in Path("/proc/self/mounts").read_text()


@needs_root_overlay
def test_it_works_on_a_disk_too(tmp_path: Path) -> None:
    try:
        with Kernel(tmp_path) as worker:
            assert worker.mount([Layer.of(BASE)]).listdir("/d") == ["f"]
    except OSError as refused:  # the directory lies on an overlay, which cannot hold an upperdir
        pytest.skip(f"no upperdir can be here: {refused}")
    assert list(tmp_path.iterdir()) == []


def test_it_says_why_there_is_no_kernel_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    module.refusal.cache_clear()
    assert kernel_available() == "a kernel overlay mount needs Linux"
    monkeypatch.undo()
    module.refusal.cache_clear()


@needs_root_overlay
def test_a_worker_that_is_killed_leaves_no_mount() -> None:
    program = (
        "import os, signal\n"
        "from coursekit.proving.kernel import Kernel\n"
        "kernel = Kernel()\n"
        "kernel.mount([[dict(path='/', kind='directory', mode=0o755, uid=0, gid=0, mtime_ns=0, xattrs={})]])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False, timeout=PATIENCE, cwd=Path(module.__file__).parents[2])
    assert "lowerdir=l0" not in Path("/proc/mounts").read_text()
