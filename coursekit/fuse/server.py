"""The server: requests in, replies out, one after the other, until the mount is gone.

No request ends it: what the engine cannot answer, whatever the reason, is EIO for that one call and a line in the log.

Neighbours: `device` (where requests come from), `operations` (who answers them).
"""

import errno
import os
from collections.abc import Callable

from coursekit.fuse import wire
from coursekit.fuse.operations import Operations
from coursekit.fuse.wire import Opcode, Request

_TAKEN_BACK = (errno.ENOENT, errno.EINTR, errno.EAGAIN)  # of read: the caller gave up before it was read
Log = Callable[[str], None]


def serve(descriptor: int, operations: Operations, log: Log, ready: Callable[[], None] = lambda: None) -> None:
    """Answers what /dev/fuse asks until the mount is taken away; `ready` is told once, when the mount is live.

    `log` gets a line for each request that failed for another reason than an error of the file system.
    """
    while True:
        try:
            data = os.read(descriptor, wire.BUFFER)
        except OSError as failure:
            if failure.errno in _TAKEN_BACK:
                continue
            if failure.errno == errno.ENODEV:  # unmounted
                return
            raise
        request = Request.of(data)
        if request.opcode == Opcode.DESTROY:
            return
        if request.opcode == Opcode.INIT:
            _write(descriptor, _initial(request, operations), log)
            ready()
            continue
        said = answered(operations, request, log)
        for notice in operations.outdated():
            _write(descriptor, notice, log)
        if said is not None:
            _write(descriptor, said, log)


def answered(operations: Operations, request: Request, log: Log) -> bytes | None:
    """The reply to a request, or None where none is wanted."""
    try:
        data = operations.answer(request)
    except OSError as failure:
        return wire.reply(request.unique, error=failure.errno or errno.EIO)
    except MemoryError:
        return wire.reply(request.unique, error=errno.ENOMEM)
    except Exception as failure:  # whatever it is: the other programs in the mount go on
        log(f"{operations.described(request)}: {type(failure).__name__}: {failure}".replace("\n", " "))
        return wire.reply(request.unique, error=errno.EIO)
    return None if data is None else wire.reply(request.unique, data)


def _write(descriptor: int, said: bytes, log: Log) -> None:
    """A reply. One that nobody waits for any more is no matter, and if the mount is gone the next read tells."""
    try:
        os.write(descriptor, said)
    except OSError as failure:
        if failure.errno not in (errno.ENOENT, errno.ENODEV):
            log(f"the kernel takes no reply of {len(said)} bytes: {failure.strerror}")


def _initial(request: Request, operations: Operations) -> bytes:
    """Agree with the kernel on a version and on what both sides can do."""
    major, _, readahead, offered = wire.INIT_IN.unpack_from(request.body)
    if major < wire.MAJOR:
        return wire.reply(request.unique, error=errno.EPROTO)
    operations.agreed = wire.WANTED & offered
    pages = wire.MAX_WRITE // 4096
    fields = (wire.MAJOR, wire.MINOR, readahead, operations.agreed, 12, 9, wire.MAX_WRITE, 1, pages, 0)
    return wire.reply(request.unique, wire.INIT_OUT.pack(*fields))
