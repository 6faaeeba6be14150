"""The server: requests in, replies out, one after the other, until the mount is gone.

No request ends it: what the engine cannot answer, whatever the reason, is EIO for that one call and a line in the log.

Neighbours: `device` (where requests come from), `operations` (who answers them).
"""

import errno
import os
import select
from collections.abc import Callable, Iterator
from typing import Protocol

from coursekit.fuse import wire
from coursekit.fuse.splicing import Pipe, Spliced
from coursekit.fuse.wire import Feature, Opcode, Request

_TAKEN_BACK = (errno.ENOENT, errno.EINTR)  # of read: the caller gave up before it was read
_WALKING = (Opcode.READDIRPLUS, Opcode.READLINK, Opcode.GETATTR, Opcode.LOOKUP, Opcode.READDIR, Opcode.OPENDIR)
_PAUSE = 2  # ms without a request before it looks ahead, for a program that does not walk: its next is not kept waiting
_LOOKS = 50  # for the next request before it sleeps, some 0.1 ms: to be woken takes longer than a program to ask again
Log = Callable[[str], None]


class Answering(Protocol):
    """Who answers requests: the engine's `Operations`, or those of another file system."""

    wants: int  # the features that it can do
    agreed: int  # those that both sides have

    def answer(self, request: Request) -> bytes | Spliced | None: ...
    def outdated(self) -> list[bytes]: ...
    def ahead(self) -> Iterator[None]: ...
    def described(self, request: Request) -> str: ...


def serve(descriptor: int, operations: Answering, log: Log, ready: Callable[[], None] = lambda: None) -> None:
    """Answers what /dev/fuse asks until the mount is taken away; `ready` is told once, when the mount is live.

    While nothing is asked, it looks ahead. `log` gets a line for each request that failed for another reason than an
    error of the file system.
    """
    replies = Replies(descriptor, log)
    buffer = bytearray(wire.BUFFER)
    room = memoryview(buffer)
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    os.set_blocking(descriptor, False)
    ahead: Iterator[None] | None = None
    pause = 0
    try:
        while True:
            if ahead is not None and not waiting.poll(pause):
                ahead = _one_more(ahead)
                continue
            length = _received(descriptor, buffer, waiting)
            if not length:
                return
            request = Request.of(room[:length])
            if request.opcode == Opcode.DESTROY:
                return
            if request.opcode == Opcode.INIT:
                replies.write(_initial(request, operations))
                ready()
                ahead = operations.ahead()
                continue
            pause = 0 if request.opcode in _WALKING else _PAUSE
            said = answered(operations, request, log)
            for notice in operations.outdated():
                replies.write(notice)
            if isinstance(said, Spliced):
                replies.splice(request, said)
            elif said is not None:
                replies.write(said)
    finally:
        replies.close()


def _received(descriptor: int, buffer: bytearray, waiting: "select.poll") -> int:
    """Waits for a request and reads it into the buffer: its length, or 0 when the mount is gone."""
    looks = 0
    while True:
        try:
            return os.readv(descriptor, (buffer,))
        except BlockingIOError:
            looks += 1
            if looks < _LOOKS:
                os.sched_yield()
            else:
                waiting.poll()
        except OSError as failure:
            if failure.errno == errno.ENODEV:  # unmounted
                return 0
            if failure.errno not in _TAKEN_BACK:
                raise


def _one_more(ahead: Iterator[None]) -> Iterator[None] | None:
    """One step of looking ahead; None where there is no more, or it went wrong: it was nobody's question."""
    try:
        next(ahead)
    except Exception:  # StopIteration for one
        return None
    return ahead


def answered(operations: Answering, request: Request, log: Log) -> bytes | Spliced | None:
    """The reply to a request, or what its bytes are, or None where none is wanted."""
    try:
        data = operations.answer(request)
    except OSError as failure:
        return wire.reply(request.unique, error=failure.errno or errno.EIO)
    except MemoryError:
        return wire.reply(request.unique, error=errno.ENOMEM)
    except Exception as failure:  # whatever it is: the other programs in the mount go on
        log(f"{operations.described(request)}: {type(failure).__name__}: {failure}".replace("\n", " "))
        return wire.reply(request.unique, error=errno.EIO)
    return wire.reply(request.unique, data) if isinstance(data, bytes) else data


class Replies:
    """The way back. A reply that nobody waits for any more is no matter, and if the mount is gone the next read tells."""

    def __init__(self, descriptor: int, log: Log) -> None:
        self._descriptor, self._log = descriptor, log
        self._pipe: Pipe | None = None

    def write(self, said: bytes) -> None:
        """Sends a reply, or a notice."""
        try:
            os.write(self._descriptor, said)
        except OSError as failure:
            if failure.errno not in (errno.ENOENT, errno.ENODEV):
                self._log(f"the kernel takes no reply of {len(said)} bytes: {failure.strerror}")

    def splice(self, request: Request, said: Spliced) -> None:
        """Sends bytes of a file, past this process if that can be done."""
        try:
            self._pipe = self._pipe or Pipe()
            if self._pipe.send(self._descriptor, request.unique, said):
                return
        except OSError as failure:  # who asked has given up, or files here cannot be spliced: then it is read
            self.close()
            if failure.errno in (errno.ENOENT, errno.ENODEV):
                return
        try:
            self.write(wire.reply(request.unique, os.pread(said.descriptor, said.size, said.offset)))
        except OSError as failure:
            self.write(wire.reply(request.unique, error=failure.errno or errno.EIO))

    def close(self) -> None:
        """Lets go of the pipe."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def _initial(request: Request, operations: Answering) -> bytes:
    """Agree with the kernel on a version and on what both sides can do."""
    major, _, readahead, *offered = wire.INIT_IN.unpack_from(bytes(request.body).ljust(wire.INIT_IN.size, b"\0"))
    if major < wire.MAJOR:
        return wire.reply(request.unique, error=errno.EPROTO)
    operations.agreed = agreed = operations.wants & (offered[0] | offered[1] << 32)
    sizes = (12, 9, wire.MAX_WRITE, 1, wire.MAX_WRITE // 4096, 0)
    depth = 1 if agreed & Feature.PASSTHROUGH else 0  # of what files are passed through: none that is an overlay's
    fields = (wire.MAJOR, wire.MINOR, readahead, agreed & 0xFFFFFFFF, *sizes, agreed >> 32, depth)
    return wire.reply(request.unique, wire.INIT_OUT.pack(*fields))
