"""A real overlay mount behind the same door as `Overlay`: the judge of the engine.

    with Kernel() as kernel:
        mount = kernel.mount([top, base])            # lowerdir: top first, as Overlay takes them
        mount.unlink("/etc/hosts")                   # the operations of Overlay; answers are plain data
        mount.do([("mkdir", ("/a",), {}), …])        # many in one round trip
        mount.merged(), mount.upperdir()             # entries as `union.stored` spells them

A worker process (`kernel_worker`) does the system calls in a mount namespace of its own. It is started once and serves
any number of mounts, one after the other; each has fresh directories. It needs root on Linux; `kernel_available` says
why it cannot be had.

An adapter at the edge. Source: Linux Documentation/filesystems/overlayfs.rst; mount(2).
"""

import errno
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import coursekit
from coursekit.errors import ToolMissing
from coursekit.language import _, later
from coursekit.layers.disk_entries import Entry, entries
from coursekit.layers.ports import Lower
from coursekit.proving.kernel_worker import receive, send

PLAIN_OVERLAY = "index=off,redirect_dir=off,metacopy=off,xino=off"
EMPTY = [Entry(path="/", kind="directory", mode=0o755, uid=0, gid=0, mtime_ns=0, xattrs={})]  # a layer without names
Operation = tuple[str, tuple[Any, ...], dict[str, Any]]
_NOT_LINUX = later("a kernel overlay mount needs Linux")
PATIENCE = 60.0  # seconds until a worker that does not answer is ended


def kernel_available() -> str | None:
    """Why this process cannot ask a kernel overlay mount, or None when it can."""
    refused = refusal()
    return refused and _(refused[0]).format(why=refused[1])


@cache
def refusal() -> tuple[str, str] | None:
    """The template that says why not, and the system's own words; None when it can be asked."""
    if sys.platform != "linux":
        return _NOT_LINUX, ""
    if os.geteuid() != 0:
        said = later(
            "asking a kernel overlay mount takes root: a user namespace may mount one, but may not make the devices, "
            "owners and trusted.* attributes that are compared"
        )
        return said, ""
    try:
        with Kernel() as kernel:
            kernel.mount([[*EMPTY]]).setxattr("/", "user.coursekit", b"asked")
    except OSError as refused:
        return later("this kernel mounts no overlay here, or one without user.* xattrs: {why}"), str(refused)
    return None


class Kernel:
    """The worker process. `base`: a directory to work in, on the file system of your choice; None is a tmpfs."""

    WORKER = "coursekit.proving.kernel_worker"  # the module whose `serve` the process runs
    INDEX = True  # its mounts take index=on

    def __init__(self, base: Path | None = None) -> None:
        if sys.platform != "linux":
            raise ToolMissing(_(_NOT_LINUX))
        program = f"from {self.WORKER} import serve; serve({base and str(base)!r})"
        package = str(Path(coursekit.__file__).parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": package},
            start_new_session=True,  # Ctrl-C and a notebook's interrupt are for who asks; it ends with its input
        )

    @classmethod
    def ready(cls) -> "Kernel":
        """A worker on this machine. Raises: ToolMissing, which says why there is none."""
        missing = kernel_available()
        if missing is not None:
            raise ToolMissing(missing)
        return cls()

    def mount(
        self,
        lowerdir: Sequence[Lower | list[Entry]],
        upperdir: Lower | list[Entry] | None = (),  # type: ignore[assignment]
        *,
        options: str = PLAIN_OVERLAY,
    ) -> "KernelOverlay":
        """A fresh mount, in place of the one before. `lowerdir` top first; `upperdir` None is read-only.

        Raises: OSError as mount(2) does, e.g. EINVAL for one lower without upper.
        """
        lower = [_entries(layer) for layer in lowerdir]
        upper = None if upperdir is None else _entries(upperdir or EMPTY)
        self.ask("mount", lower, upper, options)
        return KernelOverlay(self)

    def ask(self, verb: str, *args: Any) -> Any:
        """The worker's answer to one request."""
        requests, replies = self._process.stdin, self._process.stdout
        assert requests is not None and replies is not None
        try:
            send(requests, (verb, args))
            ready = select.select([replies], [], [], PATIENCE)[0]
            answer, *rest = receive(replies) if ready else ("error", errno.ETIMEDOUT, f"no answer to {verb} {args}")
        except (EOFError, BrokenPipeError):
            answer, *rest = "error", errno.EPIPE, f"the worker ended with {self._process.wait()}"
        except BaseException:  # interrupted: the answer to come would be taken for that of the next question
            self._process.kill()
            raise
        if answer == "ok":
            return rest[0]
        code, text = rest
        if code in (errno.ETIMEDOUT, errno.EPIPE):
            self._process.kill()
        raise OSError(code, text) if code else RuntimeError(text)

    def close(self) -> None:
        """Ends the worker; its mounts go with it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _entries(layer: Lower | list[Entry]) -> list[Entry]:
    return layer if isinstance(layer, list) else entries(layer)


class KernelOverlay:
    """One overlay mount. Every operation of the worker is a method: stat lstat open mkdir rename …"""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._opened = 0

    def do(self, operations: Sequence[Operation]) -> list[tuple[Any, ...]]:
        """Answers in order, ("ok", value) or ("error", errno, text). A stat is a dict, an open file your number."""
        answers: list[tuple[Any, ...]] = self._kernel.ask("do", list(operations))
        return answers

    def merged(self) -> list[Entry]:
        """The whole merged tree, parents first, names sorted."""
        found: list[Entry] = self._kernel.ask("stored", "merged")
        return found

    def upperdir(self) -> list[Entry]:
        """What lies in the upper directory, whiteouts, opaque marks and overlayfs's own xattrs included."""
        found: list[Entry] = self._kernel.ask("stored", "upper")
        return found

    def lowerdir(self, number: int) -> list[Entry]:
        """What lies in a lower directory, 0 being the topmost."""
        found: list[Entry] = self._kernel.ask("stored", f"l{number}")
        return found

    def remount(self) -> None:
        """Closes all files, unmounts, and mounts the same layers again."""
        self._kernel.ask("remount")

    def open(self, path: str, flags: int = os.O_RDONLY, mode: int = 0o666) -> "KernelFile":
        self._opened += 1
        self._one("open", self._opened, path, flags, mode)
        return KernelFile(self, self._opened)

    def _one(self, name: str, *args: Any, **named: Any) -> Any:
        said, *rest = self.do([(name, args, named)])[0]
        if said == "error":
            raise OSError(rest[0], rest[1])
        return SimpleNamespace(**rest[0]) if isinstance(rest[0], dict) else rest[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **named: self._one(name, *args, **named)


class KernelFile:
    """An open file of the mount: read pread write pwrite seek tell truncate fstat fchmod fsetxattr readdir close …"""

    def __init__(self, mount: KernelOverlay, number: int) -> None:
        self._mount = mount
        self._number = number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **named: self._mount._one(f"fd_{name}", self._number, *args, **named)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
