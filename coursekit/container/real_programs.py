"""Real programs: the image's own binaries, run by this machine's kernel on the merged tree.

    this process                            the program
      Overlay ── Operations ── thread ── FUSE ── /  (bubblewrap, or unshare for root; no network, its own pid 1)

Nothing is unpacked: what the program opens, the engine serves, and what it writes is in the container's upperdir. As
root, it keeps the capabilities that docker leaves; as anybody else, it is root of a user namespace of its own.

Simplified: with bubblewrap, a user's further groups count when a file is opened, but `id` there has no number for them.

Neighbours: `fuse` (the mount), `execution` (the teaching shell, where this cannot be had).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from coursekit.container.execution import Execution
from coursekit.container.result import Result
from coursekit.errors import ContentMissing, CourseError
from coursekit.fuse import device, server
from coursekit.fuse.operations import Operations
from coursekit.shell import find_program as launch
from coursekit.union.caller import ROOT
from coursekit.vfs.overlay import Overlay

CAPABILITIES = (
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "MKNOD",
    "AUDIT_WRITE",
    "SETFCAP",
)  # docker's own list; source: moby oci/caps/defaults.go
SCRIPTS = 4  # interpreters that are scripts themselves, as Linux follows them


class Unreal(CourseError):
    """Why no real program runs here, in one line."""


def why_not() -> str | None:
    """Why no real program can be run here, whatever the image; or None."""
    if sys.platform != "linux":
        return "the programs of an image need a Linux kernel"
    if reason := device.why_not():
        return reason
    if shutil.which("bwrap") is None and not (os.geteuid() == 0 and shutil.which("unshare")):
        return "bubblewrap is missing (apt-get install bubblewrap)"
    return None


def run_real(execution: Execution, argv: Sequence[str], *, stdin: bytes | None = b"", captured: bool = True) -> Result:
    """Runs a program of the image. Not `captured`, its streams are this process's own; then stdin None is the terminal.

    Raises: Unreal where it cannot be run, before anything was; execution.Refusal for user and directory.
    """
    if reason := why_not():
        raise Unreal(reason)
    environment = execution.prepare()
    machine = execution.machine
    program = _program(execution, argv, environment)
    owner = (machine.uid, machine.gid)
    squash = None if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    if owner != (0, 0) and squash is not None:
        raise Unreal(f"only root can run a program as {machine.uid}:{machine.gid}")
    with machine.quietly(), mounted(machine.tree, squash=squash) as root:
        words = _boxed(root, execution.workdir, machine.hostname, environment, owner)
        done = subprocess.run(
            [*words, program, *argv[1:]],
            input=stdin,
            capture_output=captured,
            check=False,
            user=owner[0] or None,
            group=owner[1] or None,
            extra_groups=None if squash else machine.further,
            env={},
        )
    code = 128 - done.returncode if done.returncode < 0 else done.returncode
    out, err = (data.decode("utf-8", "replace") for data in (done.stdout or b"", done.stderr or b""))
    return Result(out, err, code, out + err, (done.stdout or b"", done.stderr or b""))


def _program(execution: Execution, argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """The path of what is to run; its bytes are here, and those of its interpreter."""
    machine = execution.machine
    with machine.quietly():
        path = argv[0] if "/" in argv[0] else launch.search(machine, execution.workdir, argv[0], environment)
        if path is None:
            raise Unreal(f"the image has no program {argv[0]!r} on its PATH")
        needed = path if path.startswith("/") else f"{execution.workdir.rstrip('/')}/{path}"
        for _ in range(SCRIPTS):
            head = _head(machine.tree, needed)
            if not head.startswith(b"#!"):
                break
            needed = os.fsdecode(head[2:].split()[0]) if head[2:].split() else "/bin/sh"
    return path


def _head(tree: Overlay, path: str) -> bytes:
    """The first line of a program. Raises: Unreal where it cannot be read."""
    try:
        with tree.open(path) as file:
            return file.read(256).split(b"\n")[0]
    except ContentMissing:
        raise Unreal(f"the bytes of {path} are not here: the image is a skeleton") from None
    except OSError as failure:
        raise Unreal(f"{path} cannot be run: {failure.strerror}") from None


@contextmanager
def mounted(overlay: Overlay, *, squash: tuple[int, int] | None = None) -> Iterator[Path]:
    """The merged tree at a directory of this machine, served by a thread, until the block ends.

    Raises: Unreal.
    """
    with tempfile.TemporaryDirectory(prefix="coursekit-root-") as place:
        root = Path(place) / "root"
        root.mkdir()
        options = ["default_permissions", *(["allow_other", "dev", "suid"] if os.geteuid() == 0 else [])]
        os.chmod(place, 0o755)
        try:
            found = device.mount(root, "coursekit", options)
        except CourseError as failure:
            raise Unreal(str(failure)) from None
        served = Served(found, Operations(overlay, squash=squash))
        served.start()
        try:
            yield root
        finally:
            found.unmount()
            served.join()
            overlay.sb.caller = ROOT
            found.close()
    if served.failure is not None:
        raise CourseError(f"the server of the mount ended, and with it all that the program did: {served.failure!r}")


class Served(threading.Thread):
    """A thread that serves a mount. Should it end by a failure, it takes the mount away, and nobody hangs."""

    def __init__(self, mounted: device.Mounted, operations: Operations) -> None:
        super().__init__(daemon=True)
        self.mounted, self.operations = mounted, operations
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Answers until the mount is gone."""
        try:
            server.serve(self.mounted.descriptor, self.operations, _to_stderr)
        except BaseException as failure:  # told by who waits for the program
            self.failure = failure
            self.mounted.abort()
        finally:
            self.operations.close()


def _to_stderr(line: str) -> None:
    print(f"coursekit: {line}", file=sys.stderr, flush=True)


def _boxed(
    root: Path, workdir: str, hostname: str, environment: Mapping[str, str], owner: tuple[int, int]
) -> list[str]:
    """The words before a program: who puts it into `root`, with what around it."""
    if shutil.which("bwrap") is None:
        variables = [f"{name}={value}" for name, value in environment.items()]
        apart = ["--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts"]
        inside = ["--mount-proc", f"--root={root}", f"--wd={workdir}"]
        return ["/usr/bin/unshare", *apart, *inside, "/usr/bin/env", "-i", *variables]
    words = [shutil.which("bwrap") or "bwrap", "--bind", str(root), "/", "--proc", "/proc", "--dev", "/dev"]
    words += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--hostname", hostname]
    words += ["--die-with-parent", "--chdir", workdir, "--clearenv"]
    for name, value in environment.items():
        words += ["--setenv", name, value]
    if os.geteuid() == 0 and owner[0] == 0:
        words += ["--cap-drop", "ALL", *(word for each in CAPABILITIES for word in ("--cap-add", f"CAP_{each}"))]
    else:
        words += ["--unshare-user", "--uid", str(owner[0]), "--gid", str(owner[1])]
    return [*words, "--"]
