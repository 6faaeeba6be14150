"""A box of one submission: namespaces, root, process 1 and limits of its own, made by a fork inside bubblewrap.

    supervisor ── fork ──> gate          new user, mount, pid, net, ipc and uts namespaces; waits
                            └─ fork ──> 1        a root of tmpfs, bounded in bytes and inodes, with the system read-only
                                        └─ fork ──> the work: limits, no capability, no descriptor but its pipe

What the gate starts dies with it, and all that process 1 has started dies with process 1. Without namespaces (`--box
none`, the judge) the work is a child under the same limits in a session of its own.

First come the few system calls that Python lacks: namespaces, mounts, capabilities, a filter for system calls.

Neighbour: `zygote` (the supervisor). Standard library only, for its text goes where coursekit is not. Source: man pages
unshare(2), mount(2), pivot_root(2), capset(2), seccomp(2), prctl(2).
"""

import ctypes
import mmap
import os
import platform
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 1 << 17, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
_NO_NEW_PRIVS, _SECCOMP, _BOUNDING_DROP, _DEATH, _AMBIENT, _DUMPABLE = 38, 22, 24, 1, 47, 4

# name: its number on x86_64, on aarch64. Denied in a box: kernel memory that no limit counts, and other processes.
_DENIED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "open_by_handle_at": (304, 265),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "fanotify_init": (300, 262),
}
_SOCKET, _SETSOCKOPT, _FCNTL = (41, 198), (54, 208), (72, 25)
_FAMILIES, _BUFFERS = (1, 2, 10), (7, 32)  # AF_UNIX, AF_INET, AF_INET6; SO_SNDBUF, SO_SNDBUFFORCE
_OPEN_FILE_LOCKS = (37, 38)  # F_OFD_SETLK, F_OFD_SETLKW: nobody can tell whose they are
_MACHINES = {"x86_64": (0, 0xC000003E, 56), "aarch64": (1, 0xC00000B7, 220)}  # column above, AUDIT_ARCH, clone's number
_CLONE3 = 435
_NEW_NAMESPACES = NEWNS | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET | 0x02000000  # and NEWCGROUP
_ALLOW, _ERRNO, _EPERM, _EINVAL, _ENOSYS, _EAFNOSUPPORT = 0x7FFF0000, 0x00050000, 1, 22, 38, 97

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Moves this process (for pid: its children) to new namespaces. Raises: OSError."""
    _done(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """mount(2). Raises: OSError."""
    words = [word.encode() or None for word in (source, target, kind)]
    _done(_libc.mount(*words, ctypes.c_ulong(flags), options.encode() or None), target)


def bind(source: str, target: str, flags: int = 0) -> None:
    """Shows `source`, with what is mounted below it, at `target` also; flags such as RDONLY hold for the new place."""
    mount(source, target, flags=BIND | REC)
    if flags:
        mount("", target, flags=BIND | REMOUNT | flags)


def enter_root(new: str) -> None:
    """Makes the mount at `new` the root, and lets the old one go. Raises: OSError."""
    os.chdir(new)
    _done(_libc.pivot_root(b".", b"."), new)
    _done(_libc.umount2(b".", 2), new)  # MNT_DETACH
    os.chdir("/")


def die_with_parent() -> None:
    """SIGKILL for this process when its parent ends."""
    _done(_libc.prctl(_DEATH, 9, 0, 0, 0), "prctl")


def set_hostname(name: str) -> None:
    """The name of this machine in its UTS namespace."""
    _done(_libc.sethostname(name.encode(), len(name)), "sethostname")


def give_up_privileges() -> None:
    """No capability, none to be had by exec, no system call of _DENIED: this process and its children, for good."""
    for capability in range(64):
        if _libc.prctl(_BOUNDING_DROP, capability, 0, 0, 0) != 0:
            break  # the kernel knows no more
    _libc.prctl(_AMBIENT, 4, 0, 0, 0)  # CLEAR_ALL
    header = struct.pack("=Ii", 0x20080522, 0)
    _done(_libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)), "capset")
    _done(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _filter()


def _filter() -> None:
    machine = platform.machine()
    if machine not in _MACHINES:  # the limits and namespaces hold without it
        return
    program = filter_program(*_MACHINES[machine])
    code = ctypes.create_string_buffer(program, len(program))
    pointer = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    _done(_libc.prctl(_SECCOMP, 2, pointer, 0, 0), "seccomp")


def filter_program(column: int, machine: int, clone: int) -> bytes:
    """The filter in classic BPF: what is denied answers EPERM, and clone makes no namespace.

    Of sockets only those of the families _FAMILIES are made, and their buffers stay as large as they are; of file locks
    only those of a process: that memory is the kernel's, and is bounded by their number (`zygote.Weight`).

    seccomp_data is {int nr; u32 arch; u64 ip; u64 args[6]}.
    """
    rules = [_jump(0x15, _CLONE3, 0, 1), _return(_ERRNO | _ENOSYS)]  # its flags lie in memory: libc then takes clone
    for numbers in _DENIED.values():
        rules += [_jump(0x15, numbers[column], 0, 1), _return(_ERRNO | _EPERM)]
    rules += _when(_SOCKET[column], 0, _FAMILIES, _ALLOW, _ERRNO | _EAFNOSUPPORT)
    rules += _when(_SETSOCKOPT[column], 2, _BUFFERS, _ERRNO | _EPERM, _ALLOW)
    rules += _when(_FCNTL[column], 1, _OPEN_FILE_LOCKS, _ERRNO | _EINVAL, _ALLOW)
    start = [_load(4), _jump(0x15, machine, 1, 0), _return(_ERRNO | _EPERM), _load(0)]
    start += [_jump(0x35, 0x40000000, 0, 1), _return(_ERRNO | _EPERM)]  # x86's second table of numbers
    end = [_jump(0x15, clone, 1, 0), _return(_ALLOW), _load(16)]
    end += [_jump(0x45, _NEW_NAMESPACES, 0, 1), _return(_ERRNO | _EPERM), _return(_ALLOW)]
    return b"".join([*start, *rules, *end])


def _when(number: int, argument: int, values: tuple[int, ...], one_of_them: int, another: int) -> list[bytes]:
    """What a system call answers whose argument is one of the values, and what with another."""
    last = len(values) - 1
    tests = [_jump(0x15, value, last - at, at == last) for at, value in enumerate(values)]
    body = [_load(16 + 8 * argument), *tests, _return(one_of_them), _return(another)]
    return [_jump(0x15, number, 0, len(body)), *body]


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", 0x20, 0, 0, offset)


def _jump(code: int, value: int, true: int, false: int) -> bytes:
    return struct.pack("=HBBI", code, true, false, value)


def _return(value: int) -> bytes:
    return struct.pack("=HBBI", 0x06, 0, 0, value)


def _done(answer: int, what: str) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


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
        die_with_parent()
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
    die_with_parent()
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
    flags = NEWUSER | NEWNS | NEWPID | NEWNET | NEWIPC | NEWUTS
    unshare(flags)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as opened:
            opened.write(text)


def _first(
    limits: Mapping[str, int], out: int, work: Work, keep: tuple[int, ...], go: int, others: tuple[int, ...]
) -> None:
    """Process 1: builds the root, starts the work, and reaps what is left to it."""
    for number in others:
        os.close(number)
    die_with_parent()
    try:
        _build_root(limits["disk"], limits["inodes"])
        set_hostname("box")
    except OSError as problem:
        os.write(go, f"{problem.filename or 'the box'}: {problem.strerror}".encode())
        raise
    os.close(go)
    child = os.fork()
    if child == 0:
        os.chdir(HOME)
        _begin(limits, out, keep, alone=True)
        give_up_privileges()
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
    mount("", "/", flags=PRIVATE | REC)
    flags = NOSUID | NODEV
    mount("tmpfs", NEW, "tmpfs", flags, f"size={size},nr_inodes={inodes},mode=0755")
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
    mount("proc", f"{NEW}/proc", "proc", flags | NOEXEC)
    os.mkdir(NEW + HOME)
    enter_root(NEW)


def _show(path: str) -> None:
    """The same path in the new root: links again, anything else bound; bubblewrap made it read-only."""
    if os.path.islink(path):
        os.symlink(os.readlink(path), NEW + path)
    elif os.path.isdir(path):
        os.mkdir(NEW + path)
        bind(path, NEW + path)
    else:
        os.close(os.open(NEW + path, os.O_CREAT | os.O_WRONLY, 0o644))
        bind(path, NEW + path)


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
