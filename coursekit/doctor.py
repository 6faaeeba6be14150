"""What works on this machine: each finding says what it is for, and how to get what is missing.

Needed is little: Python, the packages that pip installed, and a place to write. The rest are the judges and peers of
coursekit's own tests (the kernel, skopeo, umoci, docker) and a class's box (bubblewrap).

Looks at the machine; changes nothing that lasts.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from coursekit.columns import left
from coursekit.docker.formatters import size
from coursekit.fuse.passthrough import can_pass_through
from coursekit.language import _
from coursekit.proving.proof import proof


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for. `found` is its version or place, "" where it is missing."""

    name: str
    purpose: str
    found: str
    get: str  # how to get it, or what stands in the way
    needed: bool = False  # the course does not work without it

    @property
    def line(self) -> str:
        """The finding as one line: a word, never colour alone."""
        verdict = _("ok") if self.found else _("MISSING") if self.needed else _("absent")
        what = self.found or _("to get it: {how}").format(how=self.get)
        told = _("{purpose}; {what}").format(purpose=self.purpose, what=what)
        return f"{left(verdict, 8)} {self.name:16} {told}"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "ok": bool(self.found)}


def examine(store: Path) -> Iterator[Finding]:
    """All findings, one after another; `store` is the directory of images and containers."""
    yield _python()
    yield _writable("store", _("keeps images and containers"), store)
    yield from _packages()
    yield _kernel_overlay()
    yield _proof()
    yield _fuse()
    yield from _tools()


def _python() -> Finding:
    enough = sys.version_info >= (3, 11)
    found = f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}" if enough else ""
    return Finding("python", _("runs everything, from 3.11"), found, _("python.org, or your system's packages"), True)


def _writable(name: str, purpose: str, place: Path) -> Finding:
    """A directory is useful when a file can be made in it, or in the parent that exists of it."""
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        said = _("{place} cannot be written ({why}); set COURSEKIT_HOME")
        why = said.format(place=place, why=error.strerror)
        return Finding(name, purpose, "", why, True)
    return Finding(name, purpose, _("{place}, {size} free").format(place=place, size=size(free)), "", True)


def _packages() -> Iterator[Finding]:
    """The Python packages: those of the course, and those that only make it faster or more."""
    course = "pip install coursekit"
    for name, purpose, needed in (
        ("jupyterlab", _("opens the lessons"), True),
        ("ipykernel", _("runs them"), True),
        ("anywidget", _("plays the animated diagrams"), True),
        ("matplotlib", _("draws the charts"), True),
        ("nbgrader", _("releases, collects and grades a class"), False),
        ("isal", _("reads gzip layers some four times faster"), False),
        ("zstandard", _("reads zstd layers"), False),
    ):
        yield Finding(name, purpose, _version(name), course, needed)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    alembic = shutil.which("alembic", path=path)
    bare = alembic is not None and shutil.which("alembic") is None
    hidden = _("{program} (not on PATH: activate the environment before you run nbgrader)").format(program=alembic)
    found = hidden if bare else alembic or ""
    yield Finding("alembic", _("nbgrader starts it for the gradebook"), found, "pip install nbgrader")


def _version(package: str) -> str:
    try:
        return version(package) if find_spec(package) else ""
    except (PackageNotFoundError, ImportError, ValueError):
        return ""


def _kernel_overlay() -> Finding:
    """An overlay mount is tried in a mount namespace of its own, which takes it away again."""
    purpose = _("compares the engine with Linux overlayfs")
    if sys.platform != "linux":
        return Finding("kernel overlay", purpose, "", _("a Linux machine"))
    script = (
        'mount -t tmpfs none "$0" && cd "$0" && mkdir l u w m && '
        'mount -t overlay overlay -o "lowerdir=l,upperdir=u,workdir=w$1" m'
    )
    for how, options in ((_("as root"), ("-m", "")), (_("in a user namespace"), ("-Urm", ",userxattr"))):
        with tempfile.TemporaryDirectory(prefix="coursekit-doctor-") as place:
            if _succeeds(["unshare", options[0], "sh", "-c", script, place, options[1]]):
                return Finding("kernel overlay", purpose, f"Linux {platform.release()}, {how}", "")
    return Finding("kernel overlay", purpose, "", _("root, or a kernel that lets user namespaces mount (Linux 5.11)"))


def _proof() -> Finding:
    """The recorded answers of a kernel are asked of the engine, here and now."""
    purpose = _("the engine behaves as Linux overlayfs")
    shown = proof()
    if not shown.holds:
        return Finding("proof", purpose, "", _("report this: {what}").format(what=shown.differences[0]))
    said = _("{n} answers recorded on Linux {kernel} ({operations} operations): all equal; this machine: {here}")
    questions, operations = f"{shown.questions:,}", f"{shown.operations:,}"
    found = said.format(n=questions, kernel=shown.kernel, operations=operations, here=shown.here)
    return Finding("proof", purpose, found, "")


def _fuse() -> Finding:
    device = Path("/dev/fuse")
    found = str(device) if device.exists() and os.access(device, os.R_OK | os.W_OK) else ""
    if found:
        ahead = "512 KiB" if os.geteuid() == 0 else _("128 KiB, as root 512 KiB")
        found = _("{device}; reads are spliced by the server, {size} at a time").format(device=device, size=ahead)
        if can_pass_through():
            found = _("{found}, and directories that are mounted read-only are read by the kernel itself").format(
                found=found
            )
    return Finding(
        "fuse", _("lets a merged tree be mounted"), found, _("apt-get install fuse3, and access to /dev/fuse")
    )


def _tools() -> Iterator[Finding]:
    for name, purpose, package in (
        ("skopeo", _("copies images between stores and registries"), "skopeo"),
        ("umoci", _("unpacks and repacks an image: the tests compare with it"), "umoci"),
        ("docker", _("the real thing: the tests compare with it"), "docker.io"),
        ("bwrap", _("boxes a student's notebook while it is graded"), "bubblewrap"),
        ("chromium", _("drives the lessons in the browser tests"), "chromium"),
        ("npm", _("fetches Pyodide for `coursekit site`"), "nodejs npm"),
    ):
        yield Finding(name, purpose, shutil.which(name) or "", f"apt-get install {package}")


def _succeeds(command: list[str], seconds: float = 5.0) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
