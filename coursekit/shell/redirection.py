"""Redirections: descriptors led elsewhere while a command runs, then led back.

    cmd > out 2>&1      1 → out, then 2 → where 1 leads now

Source: POSIX.1-2017, Shell Command Language, 2.7; messages as dash words them.
"""

import errno
import os
import re
import stat
from collections.abc import Mapping, Sequence

from coursekit.errors import os_error
from coursekit.shell.exits import ShellError
from coursekit.shell.expansion import Expander
from coursekit.shell.machine import Machine
from coursekit.shell.real_path import real_path
from coursekit.shell.streams import DRIVERS, CharacterDevice, Closed, FileStream, Pipe, Shared, Stream
from coursekit.shell.syntax import HereDocument, Redirect

FLAGS = {
    "<": os.O_RDONLY,
    ">": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    ">|": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    ">>": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
    "<>": os.O_RDWR | os.O_CREAT,
}


NAMED = {"stdin": 0, "stdout": 1, "stderr": 2}
DESCRIPTOR = re.compile(r"/proc/(?:self|1)/fd/(\d)|/dev/(?:fd/(\d)|(stdin|stdout|stderr))")


def open_stream(machine: Machine, path: str, flags: int, fds: Mapping[int, Stream], mode: int = 0o666) -> Stream:
    """Open `path` (absolute) as a stream; the devices that a container has answer as their drivers do.

    `fds` are what /dev/stdout and its like lead to.
    """
    try:
        status = machine.tree.stat(path)
    except OSError:
        status = None
        number = descriptor(machine, path)
        if number in fds:
            return Shared(fds[number])
    if status and stat.S_ISCHR(status.st_mode):
        if status.st_rdev in DRIVERS:
            return CharacterDevice(DRIVERS[status.st_rdev])
        raise os_error(errno.ENXIO, path)
    if status and stat.S_ISFIFO(status.st_mode):
        raise OSError(errno.ENXIO, "nobody is at the other end (the teaching shell runs one thing at a time)", path)
    return FileStream(machine.tree.open(path, flags, mode))


def descriptor(machine: Machine, path: str) -> int:
    """The number of the descriptor that a path such as /dev/stdout leads to; -1 for another path."""
    try:
        found = DESCRIPTOR.fullmatch(real_path(machine.tree, path, missing=-1))
    except OSError:
        return -1
    return -1 if found is None else NAMED.get(found[3], int(found[1] or found[2] or 0))


class Redirections:
    """The redirections of one command: descriptors for it, and the files to close after it."""

    def __init__(self, machine: Machine, cwd: str, expander: Expander) -> None:
        self.machine = machine
        self.cwd = cwd
        self.expander = expander
        self.opened: list[Stream] = []

    def apply(self, fds: dict[int, Stream], redirects: Sequence[Redirect]) -> dict[int, Stream]:
        """The descriptors that the command gets; nothing stays open when one of them fails.

        Raises: ShellError.
        """
        result = dict(fds)
        try:
            for redirect in redirects:
                result[redirect.fd] = self._target(result, redirect)
        except ShellError:
            self.close()
            raise
        return result

    def close(self) -> None:
        """Close what was opened."""
        for stream in self.opened:
            stream.close()
        self.opened.clear()

    def _target(self, fds: dict[int, Stream], redirect: Redirect) -> Stream:
        if isinstance(redirect.target, HereDocument):
            return Pipe(self.expander.text(redirect.target.body).encode("utf-8", "surrogateescape"))
        text = self.expander.text(redirect.target)
        if redirect.operator in ("<&", ">&"):
            return self._duplicate(fds, text)
        path = text if text.startswith("/") or not text else f"{self.cwd.rstrip('/')}/{text}"
        try:
            if not path:
                raise os_error(errno.ENOENT, path)
            stream = open_stream(self.machine, path, FLAGS[redirect.operator], fds)
        except OSError as error:
            creates = redirect.operator != "<"
            raise ShellError(f"cannot {'create' if creates else 'open'} {text}: {reason(error, creates)}") from None
        self.opened.append(stream)
        return stream

    def _duplicate(self, fds: dict[int, Stream], text: str) -> Stream:
        if text == "-":
            return Closed()
        if not text.isdigit() or len(text) > 1:
            raise ShellError("Syntax error: Bad fd number")
        if int(text) not in fds:
            raise ShellError(f"{text}: Bad file descriptor")
        return fds[int(text)]


def reason(error: OSError, creates: bool) -> str:
    """Why a redirection failed, in dash's words."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "Directory nonexistent" if creates else "No such file"
    if error.errno == errno.ENXIO:
        return str(error.strerror)
    return os.strerror(error.errno or errno.EIO)
