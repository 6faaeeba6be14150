"""A box of one submission: namespaces, root, process 1 and limits of its own, made by a fork inside bubblewrap.

    supervisor ── fork ──> gate          new user, mount, pid, net, ipc and uts namespaces; waits
                            └─ fork ──> 1        a root of tmpfs, bounded in bytes and inodes, with the system read-only
                                        └─ fork ──> the work: limits, no capability, no descriptor but its pipe

What the gate starts dies with it, and all that process 1 has started dies with process 1. Without namespaces (`--box
none`, the judge) the work is a child under the same limits in a session of its own.

Neighbours: `linux` (the calls), `zygote` (the supervisor). Standard library only.
"""

import mmap
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

from coursekit.grading.sandbox import linux

NEW = "/box"  # where bubblewrap left an empty directory for the new root
WARM = "warm"  # what only the zygote uses
HOME = "/tmp/student"
DEVICES = ("null", "zero", "full", "random", "urandom")
MADE = ("box", WARM, "proc", "dev", "tmp")

Work = Callable[[], None]


def start(limits: Mapping[str, int], out: int, work: Work, keep: tuple[int, ...] = ()) -> tuple[int, int]:
    """Begins `work` in a new box and returns the ids of the gate, to be waited for, and of process 1, to be killed.

    `work` finds itself in an empty directory, with `out` and `keep` as its only descriptors beside 0 to 2.
    Raises: OSError where the box cannot be made.
    """
    told, tell = os.pipe()
    gate = os.fork()
    if gate == 0:
        leave_after(lambda: _gate(limits, out, work, keep, tell))
    os.close(tell)
    said = b""
    while piece := os.read(told, 4096):
        said += piece
    os.close(told)
    if not said.startswith(b"1 "):
        os.waitpid(gate, 0)
        raise OSError(said.decode(errors="replace") or "its gate ended")
    return gate, int(said[2:])


def start_plain(limits: Mapping[str, int], out: int, work: Work, keep: tuple[int, ...] = ()) -> tuple[int, int]:
    """The same without namespaces, in the present directory: a process group, which is killed by its negative id."""
    child = os.fork()
    if child == 0:
        leave_after(lambda: _plain(limits, out, work, keep))
    return child, -child


def _plain(limits: Mapping[str, int], out: int, work: Work, keep: tuple[int, ...]) -> None:
    if sys.platform == "linux":
        linux.die_with_parent()
    _begin(limits, out, keep, alone=False)
    work()


def leave_after(step: Callable[[], None]) -> None:
    """The end of a forked process: never back into its parent's code."""
    try:
        step()
        os._exit(0)
    except SystemExit as left:
        os._exit(left.code if isinstance(left.code, int) else 1)
    except BaseException as problem:
        with suppress(OSError):
            os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
        os._exit(70)


def _gate(limits: Mapping[str, int], out: int, work: Work, keep: tuple[int, ...], tell: int) -> None:
    linux.die_with_parent()
    try:
        _own_namespaces()
        ready, go = os.pipe()
        first = os.fork()
        if first == 0:
            leave_after(lambda: _first(limits, out, work, keep, go, (tell, ready)))
        os.close(go)
        fault = os.read(ready, 4096)
        os.write(tell, fault or f"1 {first}".encode())
    except OSError as problem:
        os.write(tell, f"{problem.filename or 'the box'}: {problem.strerror}".encode())
        raise
    os.closerange(3, 1 << 16)
    _, status = os.waitpid(first, 0)
    os._exit(_code(status))


def _own_namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    flags = linux.NEWUSER | linux.NEWNS | linux.NEWPID | linux.NEWNET | linux.NEWIPC | linux.NEWUTS
    linux.unshare(flags)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as opened:
            opened.write(text)


def _first(
    limits: Mapping[str, int], out: int, work: Work, keep: tuple[int, ...], go: int, others: tuple[int, ...]
) -> None:
    """Process 1: builds the root, starts the work, and reaps what is left to it."""
    for number in others:
        os.close(number)
    linux.die_with_parent()
    try:
        _build_root(limits["disk"], limits["inodes"])
        linux.set_hostname("box")
    except OSError as problem:
        os.write(go, f"{problem.filename or 'the box'}: {problem.strerror}".encode())
        raise
    os.close(go)
    child = os.fork()
    if child == 0:
        os.chdir(HOME)
        _begin(limits, out, keep, alone=True)
        linux.give_up_privileges()
        work()
        os._exit(0)
    os.closerange(0, 1 << 16)
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(_code(status))


def _code(status: int) -> int:
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _build_root(size: int, inodes: int) -> None:
    linux.mount("", "/", flags=linux.PRIVATE | linux.REC)
    flags = linux.NOSUID | linux.NODEV
    linux.mount("tmpfs", NEW, "tmpfs", flags, f"size={size},nr_inodes={inodes},mode=0755")
    for name in os.listdir("/"):
        if name not in MADE:
            _show(f"/{name}")
    for name, mode in (("proc", 0o755), ("dev", 0o755), ("tmp", 0o1777), ("dev/shm", 0o1777)):
        os.mkdir(f"{NEW}/{name}")
        os.chmod(f"{NEW}/{name}", mode)
    for name in os.listdir("/tmp") if os.path.isdir("/tmp") else ():
        _show(f"/tmp/{name}")  # an interpreter or a clone may lie there
    for name in DEVICES:
        _show(f"/dev/{name}")
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"{NEW}/dev/{name}")
    linux.mount("proc", f"{NEW}/proc", "proc", flags | linux.NOEXEC)
    os.mkdir(NEW + HOME)
    linux.enter_root(NEW)


def _show(path: str) -> None:
    """The same path in the new root: links again, anything else bound; bubblewrap made it read-only."""
    if os.path.islink(path):
        os.symlink(os.readlink(path), NEW + path)
    elif os.path.isdir(path):
        os.mkdir(NEW + path)
        linux.bind(path, NEW + path)
    else:
        os.close(os.open(NEW + path, os.O_CREAT | os.O_WRONLY, 0o644))
        linux.bind(path, NEW + path)


def _begin(limits: Mapping[str, int], out: int, keep: tuple[int, ...], *, alone: bool) -> None:
    """A session of its own, nothing on 0 to 2, no descriptor but those named, and the limits."""
    os.setsid()
    os.umask(0o022)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    last = 2
    for number in sorted({out, *keep}):
        os.closerange(last + 1, number)
        last = number
    os.closerange(last + 1, 1 << 16)
    for name in ("SIGCHLD", "SIGINT", "SIGTERM", "SIGPIPE"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    _take_on(limits)
    if alone and tuple(map(int, os.uname().release.split("-")[0].split(".")[:2])) >= (5, 14):
        _limit("RLIMIT_NPROC", limits["processes"])  # counted by user namespace; before, all processes of the user


def _take_on(limits: Mapping[str, int]) -> None:
    """The limits of a process, its children's too. `memory` comes on top of what it has mapped already.

    One process alone is refused more before the sum of all is weighed: that is an error in its cell, and no stop.
    """
    with suppress(OSError), open("/proc/self/statm") as opened:
        mapped = int(opened.read().split()[0]) * mmap.PAGESIZE
        _limit("RLIMIT_AS", mapped + limits["memory"] * 7 // 8)
    _limit("RLIMIT_CPU", limits["cpu"], limits["cpu"] + 1)
    _limit("RLIMIT_FSIZE", limits["file"])
    _limit("RLIMIT_NOFILE", limits["files"])
    for name in ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE"):
        _limit(name, 0)
    _limit("RLIMIT_SIGPENDING", 256)


def _limit(name: str, soft: int, hard: int | None = None) -> None:
    import resource  # Windows and browsers have none, and import this module all the same

    kind = getattr(resource, name, None)
    if kind is None:
        return
    most = resource.getrlimit(kind)[1]
    wanted = [value if most < 0 else min(value, most) for value in (soft, soft if hard is None else hard)]
    with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS and refuses it
        resource.setrlimit(kind, (wanted[0], wanted[1]))
