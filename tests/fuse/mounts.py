"""Mounts of directories for the tests of this room: by the kernel's overlay and by coursekit-fuse, side by side."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coursekit.fuse import device
from tests.tools import run

SCRIPTS = Path(sys.executable).parent
PATIENCE = 120  # seconds: a busy machine takes its time


@dataclass(frozen=True)
class Place:
    """The directories of one mount: `lower`, `upper`, `work` and where they are merged."""

    base: Path

    def __post_init__(self) -> None:
        self.base.mkdir(exist_ok=True)
        self.base.chmod(0o755)
        for each in (self.lower, self.upper, self.work, self.merged):
            each.mkdir(exist_ok=True)

    @property
    def lower(self) -> Path:
        return self.base / "lower"

    @property
    def upper(self) -> Path:
        return self.base / "upper"

    @property
    def work(self) -> Path:
        return self.base / "work"

    @property
    def merged(self) -> Path:
        return self.base / "merged"

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def options(self) -> str:
        return f"lowerdir={self.lower},upperdir={self.upper},workdir={self.work}"

    def mount_ours(self, *more: str) -> subprocess.CompletedProcess[str]:
        """coursekit-fuse, as mount(8) calls it; it has returned when the mount is live."""
        return subprocess.run(self.words(*more), capture_output=True, text=True, timeout=PATIENCE, check=False)

    def words(self, *more: str) -> list[str]:
        """The command line of coursekit-fuse."""
        options = ",".join((self.options, f"log={self.log}", *more))
        return [str(SCRIPTS / "coursekit-fuse"), "x", str(self.merged), "-o", options]

    @contextmanager
    def ours(self, *more: str) -> Iterator[Path]:
        """A mount of ours, for as long as the block lasts."""
        done = self.mount_ours(*more)
        assert done.returncode == 0, done.stderr
        try:
            yield self.merged
        finally:
            device.unmount(self.merged)

    @contextmanager
    def kernels(self, *more: str) -> Iterator[Path]:
        """A mount of the kernel's."""
        run("mount", "-t", "overlay", "overlay", "-o", ",".join((self.options, *more)), self.merged)
        try:
            yield self.merged
        finally:
            run("umount", "-l", self.merged)


def program(code: str, *words: object) -> str:
    """What a Python program prints that runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)
