"""Splicing: bytes of a file on this machine go to the kernel without passing through this process.

    file ──splice──▶ pipe ──splice──▶ /dev/fuse          the header of the reply is written into the pipe before

Source: splice(2), pipe(7) (F_SETPIPE_SZ); Linux fs/fuse/dev.c (fuse_dev_splice_write).
"""

import os
from contextlib import suppress
from dataclasses import dataclass

from coursekit.fuse import wire
from coursekit.layers.directory_lower import OnDisk
from coursekit.layers.upper_node import LiveContent

SPLICED = 1 << 15  # bytes from which on it is worth it
ROOM = 1 << 20  # bytes of a pipe; more is for CAP_SYS_RESOURCE alone. A longer read is not spliced
OPEN = 64  # files of lower directories that are kept open for the next read


@dataclass(frozen=True, slots=True)
class Spliced:
    """Bytes that stand in an open file."""

    descriptor: int
    offset: int
    size: int


class ReadFiles:
    """The files of lower directories that are being read: the ones used last are open. An upperdir keeps its own."""

    def __init__(self) -> None:
        self._open: dict[OnDisk, int] = {}  # the longest unused first

    def of(self, content: OnDisk | LiveContent) -> int:
        """A descriptor to read from, good until the next is asked for."""
        if isinstance(content, LiveContent):
            return content.descriptor
        descriptor = self._open.pop(content, None)
        if descriptor is None:
            descriptor = content.open()
            if len(self._open) >= OPEN:
                os.close(self._open.pop(next(iter(self._open))))
        self._open[content] = descriptor
        return descriptor

    def close(self) -> None:
        """Lets go of them all."""
        while self._open:
            os.close(self._open.popitem()[1])


class Pipe:
    """A pipe between files and /dev/fuse."""

    def __init__(self) -> None:
        import fcntl  # Windows and browsers have none, and import this module all the same

        self._reading, self._writing = os.pipe2(os.O_CLOEXEC)
        with suppress(OSError):  # the user has many pipes already
            fcntl.fcntl(self._writing, fcntl.F_SETPIPE_SZ, ROOM)
        self.room = fcntl.fcntl(self._writing, fcntl.F_GETPIPE_SZ)

    def send(self, device: int, unique: int, spliced: Spliced) -> bool:
        """Sends a reply. False, with nothing sent, where the file ends early or the pipe is too small for it.

        Raises: OSError as the kernel takes the reply or does not; the pipe is not to be used any more then.
        """
        if spliced.size + 2 * os.sysconf("SC_PAGE_SIZE") > self.room:
            return False
        head = wire.REPLY.pack(wire.REPLY.size + spliced.size, 0, unique)
        os.write(self._writing, head)
        done = 0
        while done < spliced.size:
            start = spliced.offset + done
            moved = os.splice(spliced.descriptor, self._writing, spliced.size - done, offset_src=start)
            if not moved:
                os.read(self._reading, len(head) + done)
                return False
            done += moved
        os.splice(self._reading, device, len(head) + done)
        return True

    def close(self) -> None:
        """Lets go of it."""
        os.close(self._reading)
        os.close(self._writing)
