"""What the tests share: real tools asked for by name, a kernel overlay mount, a daemon that ends with its test.

A test that needs something says so, and is skipped with a plain reason where it is missing:

    @needs("skopeo", "umoci")           marked `tool`: programs on PATH
    @needs_root_overlay                 marked `kernel`: root, and a kernel that mounts overlays
    pytestmark = needs("dockerd")       for a whole module

With COURSEKIT_CI=1 what is missing fails the test instead: there, nothing may be skipped in silence.
"""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest

needs_root_overlay = pytest.mark.kernel
PATIENCE = 300  # seconds until a test gives up that waits; how fast a machine is, and how busy, proves nothing


def needs(*programs: str) -> pytest.MarkDecorator:
    """The mark `tool` for a test that starts `programs`."""
    return pytest.mark.tool(*programs)


def run(*command: str | Path, timeout: float = PATIENCE, check: bool = True, **options: object) -> str:
    """What `command` printed on standard output. A failure shows its standard error."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=timeout, check=False, **options
    )  # type: ignore[call-overload]
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
    return str(done.stdout)


def free_port() -> int:
    """A port on loopback that nobody has, for a server that is started next.

    From below the range (32768 and up on Linux) of which a system gives one to each connection that somebody opens
    meanwhile. Another process of the tests may draw the same: once in some ten thousand times.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@cache
def why_no_overlay() -> str | None:
    """Why this process cannot mount a kernel overlay, or None when it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "a kernel overlay mount needs root"
    with tempfile.TemporaryDirectory(prefix="coursekit-probe-") as name:
        top = Path(name)
        for part in ("lower", "upper", "work", "merged"):
            (top / part).mkdir()
        try:
            with overlay_mount([top / "lower"], top / "upper", top / "work", top / "merged"):
                return None
        except AssertionError as refused:
            return f"this kernel mounts no overlay here: {str(refused).splitlines()[-1]}"


def why_not(mark: pytest.Mark) -> str | None:
    """Why a test with this mark cannot run on this machine, or None."""
    match mark.name:
        case "kernel":
            return why_no_overlay()
        case "tool":
            missing = [program for program in mark.args if shutil.which(program) is None]
            return f"not installed: {', '.join(missing)}" if missing else None
        case _:
            return None


@contextmanager
def overlay_mount(
    lowerdir: Sequence[Path], upperdir: Path | None, workdir: Path | None, merged: Path, options: str = "nodev"
) -> Iterator[Path]:
    """A kernel overlay mount on `merged`, unmounted at the end. `lowerdir` top first; no upperdir is read-only."""
    said = "lowerdir=" + ":".join(str(path) for path in lowerdir)
    if upperdir is not None:
        said += f",upperdir={upperdir},workdir={workdir}"
    run("mount", "-t", "overlay", "overlay", "-o", f"{said},{options}", merged)
    try:
        yield merged
    finally:
        run("umount", "-l", merged, check=False)
