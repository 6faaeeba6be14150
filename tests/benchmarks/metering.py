"""The CPU time of a command and of all that descends from it: what nobody waits for counts too.

A warm process that forks boxes lets the kernel reap them, and bubblewrap is killed and not waited for: the times that
`getrusage` gives for children miss both. So each command runs in a control group of its own, whose `cpu.stat` counts
all that ever ran in it. Needs root and a cgroup2 mount.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ENTER = 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"'


@dataclass(frozen=True, slots=True)
class Took:
    """What a command took, in seconds."""

    cpu: float
    wall: float


def why_not() -> str:
    """Why nothing can be metered here; '' where it can."""
    if os.geteuid() != 0:
        return "only root makes control groups"
    return "" if _mounted() else "no cgroup2 is mounted here"


def run(words: list[str], place: Path, environment: dict[str, str]) -> tuple[Took, "subprocess.CompletedProcess[str]"]:
    """Runs a command to its end, in a directory, and until nothing it started is left."""
    with _group() as group:
        command = ["sh", "-c", _ENTER, "sh", str(group), *words]
        began = time.monotonic()
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        wall = time.monotonic() - began
        _empty(group)
        (used,) = (line.split()[1] for line in (group / "cpu.stat").read_text().splitlines() if "usage_usec" in line)
    return Took(int(used) / 1e6, wall), done


@contextmanager
def _group() -> Iterator[Path]:
    made = Path(_mounted(), f"coursekit-bench-{os.getpid()}")
    made.mkdir()
    try:
        yield made
    finally:
        _empty(made)
        made.rmdir()


def _empty(group: Path, seconds: float = 30.0) -> None:
    """Waits until the group has no process."""
    end = time.monotonic() + seconds
    while (group / "cgroup.procs").read_text() and time.monotonic() < end:
        time.sleep(0.01)


def _mounted() -> str:
    rows = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    return next((row[1] for row in rows if row[2] == "cgroup2"), "")
