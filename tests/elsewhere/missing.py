"""This interpreter as if it ran elsewhere: without POSIX, as on Windows and in a browser; without what has no wheel there.

`hide(packages)` is called first in a process of its own: it removes the names from `os`, `signal`, `select`, `socket`,
`errno` and `time` that Windows or Pyodide lack, and lets no module be imported that they lack. What is left is a
Linux Python with the holes of the other two together, which is the worst place that coursekit is to run in.

It is no Windows: paths, line ends and open files that cannot be removed are judged by CI's Windows job alone.
"""

import errno
import os
import re
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

POSIX_MODULES = ("fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty")
NO_WHEEL = (
    "dask",
    "distributed",
    "httpx",
    "isal",
    "jupyterlab",
    "nbclient",
    "nbconvert",
    "nbformat",
    "nbgrader",
    "nh3",
)
NO_WHEEL_EITHER = ("matplotlib", "numpy", "sqlalchemy", "zstandard")

_OS_NAMES = re.compile(
    r"""W[A-Z]+ | XATTR_\w+ | \w*xattr | SEEK_(DATA|HOLE) | (get|set)(e|f|re|res)?[ug]id | (get|set|init)groups | getgrouplist
    | O_(ACCMODE|ASYNC|CLOEXEC|DIRECT|DIRECTORY|DSYNC|LARGEFILE|NDELAY|NOATIME|NOCTTY|NOFOLLOW|NONBLOCK|PATH|RSYNC|SYNC|TMPFILE)
    | (SCHED|POSIX|ST|RTLD|SPLICE|PRIO|EFD|TFD|MFD|GRND|CLONE|RWF|SF|PIDFD|NGROUPS)_\w+ | P_(PID|PGID|ALL|PIDFD)
    | (sched|posix)_\w+ | fstatvfs | l?chown | fchown | l?chmod(?<!^chmod) | lchflags | chflags | mknod | mkfifo | makedev | major
    | minor | chroot | fchdir | fork | forkpty | openpty | wait | wait[34] | waitid | waitpid_ | killpg | setsid | getsid | [gs]etpgid
    | [gs]etpgrp | tc[gs]etpgrp | nice | [gs]etpriority | uname | sysconf(_names)? | confstr(_names)? | f?pathconf(_names)?
    | sendfile | splice | copy_file_range | p(read|write)v? | readv | writev | pipe2 | eventfd\w* | memfd_create | sync | fdatasync
    | ctermid | ttyname | environb | getenvb | fwalk | register_at_fork | unshare | setns | pidfd_open | getloadavg | link
    | lockf | F_(?!OK)\w+ | spawn[lv]p?e?""",
    re.VERBOSE,
)
_SIGNALS_OF_WINDOWS = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM"}
_SIGNAL_NAMES = re.compile(
    r"ITIMER_\w+|\w*itimer|alarm|pause|pthread_\w+|sig(wait|pending|timedwait|waitinfo|interrupt)\w*|SIG_\w*BLOCK|SIG_SETMASK"
)
_SOCKET_NAMES = re.compile(r"AF_(UNIX|NETLINK|PACKET|VSOCK|ALG|CAN)\w*|SO_PEERCRED|SCM_\w+|(send|recv)_fds|SO_PASSCRED")
_ERRNO_NAMES = ("EUCLEAN", "ENOMEDIUM", "EMEDIUMTYPE", "ENOKEY", "ESHUTDOWN", "ERESTART")


class _NoModule(MetaPathFinder):
    """Says of some packages, and of all within them, that there are none."""

    def __init__(self, packages: Iterable[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self.packages:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def _without(module: ModuleType, names: Iterable[str]) -> None:
    for name in names:
        if hasattr(module, name):
            delattr(module, name)


def hide(packages: Iterable[str] = ()) -> None:
    """From here on: no POSIX, no such packages, and a platform that is no Linux."""
    import subprocess  # these read the platform while they are imported
    import sysconfig
    import tempfile

    import platformdirs.unix  # noqa: F401

    sysconfig.get_config_vars()
    tempfile._O_TMPFILE_WORKS = False  # type: ignore[attr-defined]
    subprocess._can_fork_exec = False  # type: ignore[attr-defined]
    hidden = {*POSIX_MODULES, *packages}
    for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
        del sys.modules[name]
    sys.meta_path.insert(0, _NoModule(hidden))
    _without(os, [name for name in dir(os) if _OS_NAMES.fullmatch(name)])
    os.supports_dir_fd.clear()
    os.supports_fd.clear()
    os.supports_follow_symlinks.discard(getattr(os, "link", None))
    _without(signal, [name for name in dir(signal) if _SIGNAL_NAMES.fullmatch(name)])
    _without(signal, [n for n in dir(signal) if re.fullmatch("SIG[A-Z0-9]+", n) and n not in _SIGNALS_OF_WINDOWS])
    _without(select, ("poll", "epoll", "kqueue", *(name for name in dir(select) if name.startswith(("EPOLL", "POLL")))))
    _without(socket, [name for name in dir(socket) if _SOCKET_NAMES.fullmatch(name)])
    _without(errno, _ERRNO_NAMES)
    _without(time, ("tzset",))
    sys.platform = "emscripten"
