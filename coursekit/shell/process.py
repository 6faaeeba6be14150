"""A running command: its arguments, its streams, the tree, and the ways in which it fails.

    def cat(process: Process) -> int:      the exit status
        process.out(…)                     buffered as stdio does
        process.complain("…")              "cat: …" on stderr

Source of the messages: coreutils and its gnulib `error` and `quotearg`.
"""

import errno
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from coursekit.errors import ContentMissing, os_error
from coursekit.shell.machine import Machine
from coursekit.shell.redirection import open_stream
from coursekit.shell.streams import Captured, Stream
from coursekit.vfs.overlay import Overlay

BUFFER = 64 << 10  # bytes


class Launcher(Protocol):
    """What a command may ask of the shell that started it."""

    cwd: str
    machine: Machine

    def launch(self, argv: Sequence[str], environment: Mapping[str, str], fds: Mapping[int, Stream]) -> int: ...
    def finds(self, name: str) -> bool: ...
    def child(
        self, environment: Mapping[str, str], fds: Mapping[int, Stream], arg0: str, args: Sequence[str]
    ) -> "Interpreter": ...


class Interpreter(Protocol):
    """A shell that a command starts."""

    options: set[str]

    def run_script(self, source: str) -> int: ...


class UsageError(Exception):
    """Arguments that the command cannot read; `hint` adds the line that points to --help."""

    def __init__(self, text: str, hint: bool = True) -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


class Process:
    """One command while it runs."""

    def __init__(
        self, launcher: Launcher, argv: Sequence[str], environment: Mapping[str, str], fds: Mapping[int, Stream]
    ) -> None:
        self.launcher = launcher
        self.machine = launcher.machine
        self.name, self.args = argv[0].rsplit("/", 1)[-1], list(argv[1:])
        self.environment = dict(environment)
        self.fds = dict(fds)
        self.hints: list[str] = []
        self.buffer = bytearray()

    @property
    def tree(self) -> Overlay:
        return self.machine.tree

    @property
    def stdin(self) -> Stream:
        if 0 not in self.fds:
            raise os_error(errno.EBADF, "-")
        return self.fds[0]

    def at(self, path: str) -> str:
        """The absolute path that `path` names from the working directory, `..` and slashes kept."""
        if not path:
            raise os_error(errno.ENOENT, "")
        return path if path.startswith("/") else f"{self.launcher.cwd.rstrip('/')}/{path}"

    def out(self, text: str | bytes) -> None:
        """Write to stdout."""
        self.buffer += encoded(text)
        if len(self.buffer) > BUFFER:
            self.flush()

    def line(self, text: str) -> None:
        """Write a line to stdout."""
        self.out(text + "\n")

    def flush(self) -> None:
        """Hand on what was written."""
        data, self.buffer = bytes(self.buffer), bytearray()
        if not data:
            return
        try:
            self.fds[1].write(data)
        except KeyError:
            raise OSError(errno.EBADF, f"write error: {os.strerror(errno.EBADF)}") from None
        except OSError as error:
            raise OSError(error.errno, f"write error: {reason(error)}") from None

    def complain(self, text: str) -> None:
        """Write `name: text` to stderr."""
        self.err(f"{self.name}: {text}\n")

    def err(self, text: str) -> None:
        """Write to stderr; on a terminal what was printed before is seen before."""
        if isinstance(self.fds.get(1), Captured):
            self.flush()
        if 2 in self.fds:
            self.fds[2].write(encoded(text))

    def refuse(self, error: OSError, text: str) -> None:
        """Say that the kernel said no: `name: text: Reason`."""
        if isinstance(error, ContentMissing) and str(error.strerror) not in self.hints:
            self.hints.append(str(error.strerror))
        self.complain(f"{text}: {reason(error)}")

    def open(self, name: str, flags: int) -> Stream:
        """Open a path, /dev/null and /dev/stdout too."""
        return open_stream(self.machine, self.at(name), flags, self.fds)

    def read(self, name: str) -> bytes:
        """All bytes of an operand; `-` is stdin."""
        if name == "-":
            return self.stdin.read()
        stream = self.open(name, os.O_RDONLY)
        try:
            return stream.read()
        finally:
            stream.close()

    def inputs(self, names: Sequence[str], text: Callable[[str], str]) -> tuple[list[tuple[str, bytes]], int]:
        """The operands (stdin if there are none) that can be read, and the status that the others give.

        `text` words the complaint about one that cannot be.
        """
        found: list[tuple[str, bytes]] = []
        status = 0
        for name in names or ["-"]:
            try:
                found.append((name, self.read(name)))
            except OSError as error:
                self.refuse(error, text(name))
                status = 1
        return found, status

    def finds(self, name: str) -> bool:
        """Whether `spawn` would find something to run."""
        return self.launcher.finds(name)

    def spawn(
        self, argv: Sequence[str], environment: Mapping[str, str] | None = None, stdin: Stream | None = None
    ) -> int:
        """Run another command with the same streams; its exit status."""
        self.flush()
        fds = self.fds if stdin is None else {**self.fds, 0: stdin}
        return self.launcher.launch(argv, self.environment if environment is None else environment, fds)


def encoded(text: str | bytes) -> bytes:
    """Text as the bytes that a stream carries; a name that is no UTF-8 keeps its bytes."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def decoded(data: bytes) -> str:
    """The inverse of `encoded`."""
    return data.decode("utf-8", "surrogateescape")


def reason(error: OSError) -> str:
    """The kernel's words for an errno; ours where the error is ours."""
    text = error.strerror or ""
    if isinstance(error, ContentMissing) or error.errno is None:
        return os.strerror(error.errno or errno.EIO)
    return os.strerror(error.errno) if error.errno not in (errno.ENXIO, errno.EFBIG, errno.EPIPE) else text


def quoted(name: str) -> str:
    """The name in quotes, as messages of coreutils show it.

    >>> quoted("it's")
    '"it\\'s"'
    """
    if "'" not in name:
        return f"'{name}'"
    return f'"{name}"' if not re.search(r'["$`\\!]', name) else "'" + name.replace("'", "'\\''") + "'"


def quoted_if_needed(name: str) -> str:
    """The name, in quotes if a shell would not take it as one word.

    >>> quoted_if_needed("a b"), quoted_if_needed("/etc/hosts")
    ("'a b'", '/etc/hosts')
    """
    plain = re.fullmatch(r"[A-Za-z0-9_@%+=:,./^{}\[\]~#-]+", name) and name[0] not in "~#"
    return name if plain else quoted(name)
