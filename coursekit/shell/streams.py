"""What a file descriptor of the teaching shell leads to: a file, a pipe, a device, or what the caller gets to read.

    fd 0 ── Pipe(b"stdin")      fd 1 ── Captured ─┐
    fd 3 ── FileStream          fd 2 ── Captured ─┴─ transcript, in the order in which it was written

Streams are open file descriptions: `2>&1` makes two descriptors share one, offset included.

Simplified: a pipe holds all that its writer writes before its reader begins, up to a limit.
"""

import errno
import os
from typing import Protocol

from coursekit.errors import os_error
from coursekit.fs import linux_numbers
from coursekit.shell.exits import LimitReached
from coursekit.vfs.open_file import OpenFile

PIPE_LIMIT = 64 << 20  # bytes
READ_LIMIT = 1 << 30  # bytes of one read: a file of holes is long and takes no room, until it is read


class Stream(Protocol):
    """An open file description."""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all with -1; none at the end."""

    def unread(self, data: bytes) -> None:
        """Give back what was read too far."""

    def write(self, data: bytes) -> None:
        """Write all of it."""

    def close(self) -> None:
        """Let go of it."""


class Pipe:
    """Bytes written in, and read out, in order."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.position = 0
        self.endless = b""

    def repeat(self, data: bytes) -> None:
        """Write `data` for ever: the reader takes what it wants, and cannot ask for all."""
        self.endless = data

    def read(self, size: int = -1) -> bytes:
        if self.endless and size < 0:
            raise OSError(errno.EFBIG, "the input never ends: read a part of it (head -n)")
        missing = self.position + size - len(self.data)
        if self.endless and missing > 0:
            self._extend(self.endless * -(-missing // len(self.endless)))
        end = len(self.data) if size < 0 else self.position + size
        piece = bytes(self.data[self.position : end])
        self.position += len(piece)
        return piece

    def unread(self, data: bytes) -> None:
        self.position -= len(data)

    def write(self, data: bytes) -> None:
        if not self.endless:  # else its turn never comes
            self._extend(data)

    def _extend(self, data: bytes) -> None:
        if len(self.data) + len(data) > PIPE_LIMIT:
            raise LimitReached(f"more than {PIPE_LIMIT >> 20} MiB in a pipe")
        self.data += data

    def close(self) -> None:
        """A pipe needs no closing."""


class Captured:
    """Output for the caller: kept by itself, and in the common `transcript` as a terminal shows it."""

    def __init__(self, transcript: bytearray) -> None:
        self.data = bytearray()
        self.transcript = transcript

    def read(self, size: int = -1) -> bytes:
        raise os_error(errno.EBADF, "-")

    def unread(self, data: bytes) -> None:
        raise os_error(errno.EBADF, "-")

    def write(self, data: bytes) -> None:
        if len(self.data) + len(data) > PIPE_LIMIT:
            raise LimitReached(f"more than {PIPE_LIMIT >> 20} MiB of output")
        self.data += data
        self.transcript += data

    def close(self) -> None:
        """Nothing to let go of."""


class FileStream:
    """An open file of the merged tree."""

    def __init__(self, file: OpenFile) -> None:
        self.file = file

    def read(self, size: int = -1) -> bytes:
        length = self.file.fstat().st_size
        if min(length, size if size >= 0 else length) > READ_LIMIT:
            raise OSError(errno.EFBIG, "more than 1 GiB: read a part of it (head -c, tail -c)")
        return self.file.read(size)

    def unread(self, data: bytes) -> None:
        self.file.seek(-len(data), os.SEEK_CUR)

    def write(self, data: bytes) -> None:
        self.file.write(data)

    def close(self) -> None:
        self.file.close()


class CharacterDevice:
    """/dev/null, zero, full and random, as the kernel's drivers answer."""

    def __init__(self, minor: int) -> None:
        self.minor = minor

    def read(self, size: int = -1) -> bytes:
        if self.minor == NULL:
            return b""
        if size < 0 or size > READ_LIMIT:
            raise OSError(errno.EFBIG, "this device never ends: read a part of it (head -c, tail -c)")
        return bytes(size) if self.minor in (ZERO, FULL) else os.urandom(size)

    def unread(self, data: bytes) -> None:
        """A device gives as much again."""

    def write(self, data: bytes) -> None:
        if self.minor == FULL:
            raise os_error(errno.ENOSPC, "/dev/full")

    def close(self) -> None:
        """Nothing to let go of."""


class Shared:
    """Another name of a descriptor that is open already (/dev/stdout): closing it leaves the other open."""

    def __init__(self, stream: Stream) -> None:
        self.read = stream.read
        self.unread = stream.unread
        self.write = stream.write

    def close(self) -> None:
        """The descriptor itself stays open."""


NULL, ZERO, FULL, RANDOM, URANDOM = 3, 5, 7, 8, 9  # minors of character devices with major 1
DRIVERS = {linux_numbers.makedev(1, minor): minor for minor in (NULL, ZERO, FULL, RANDOM, URANDOM)}


class Closed:
    """A descriptor that leads nowhere (`>&-`)."""

    def read(self, size: int = -1) -> bytes:
        raise os_error(errno.EBADF, "-")

    def unread(self, data: bytes) -> None:
        raise os_error(errno.EBADF, "-")

    def write(self, data: bytes) -> None:
        raise os_error(errno.EBADF, "-")

    def close(self) -> None:
        """Closed already."""


def read_line(stream: Stream) -> bytes:
    """The next line with its line end; reads no byte further, so that the next reader goes on there."""
    line = bytearray()
    while chunk := stream.read(4096):
        end = chunk.find(b"\n") + 1
        if end:
            stream.unread(chunk[end:])
            return bytes(line + chunk[:end])
        line += chunk
        if len(line) > PIPE_LIMIT:
            raise OSError(errno.EFBIG, f"a line of more than {PIPE_LIMIT >> 20} MiB")
    return bytes(line)
