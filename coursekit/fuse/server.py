"""The server: requests in, replies out, one after the other, until the mount is gone.

Neighbours: `device` (where requests come from), `operations` (who answers them).
"""

import errno
import os
from collections.abc import Callable

from coursekit.fuse import wire
from coursekit.fuse.operations import Operations
from coursekit.fuse.wire import Opcode, Request


def serve(descriptor: int, operations: Operations, ready: Callable[[], None] = lambda: None) -> None:
    """Answers what /dev/fuse asks until the mount is taken away; `ready` is told once, when the mount is live."""
    while True:
        try:
            data = os.read(descriptor, wire.BUFFER)
        except OSError as failure:
            if failure.errno in (errno.ENOENT, errno.EINTR, errno.EAGAIN):  # a request taken back before it was read
                continue
            if failure.errno == errno.ENODEV:  # unmounted
                return
            raise
        request = Request.of(data)
        if request.opcode == Opcode.DESTROY:
            return
        said = _initial(request) if request.opcode == Opcode.INIT else _answered(operations, request)
        for node in operations.outdated():
            _write(descriptor, wire.outdated(node))
        if said is not None:
            _write(descriptor, said)
        if request.opcode == Opcode.INIT:
            ready()


def _answered(operations: Operations, request: Request) -> bytes | None:
    try:
        data = operations.answer(request)
    except OSError as failure:
        return wire.reply(request.unique, error=failure.errno or errno.EIO)
    except MemoryError:
        return wire.reply(request.unique, error=errno.ENOMEM)
    return None if data is None else wire.reply(request.unique, data)


def _write(descriptor: int, said: bytes) -> None:
    try:
        os.write(descriptor, said)
    except OSError as failure:  # who asked has given up, or the mount is gone: the next read tells
        if failure.errno not in (errno.ENOENT, errno.ENODEV):
            raise


def _initial(request: Request) -> bytes:
    """Agree with the kernel on a version and on what both sides can do."""
    major, _, readahead, offered = wire.INIT_IN.unpack_from(request.body)
    if major < wire.MAJOR:
        return wire.reply(request.unique, error=errno.EPROTO)
    shared = wire.WANTED & offered
    pages = wire.MAX_WRITE // 4096
    fields = (wire.MAJOR, wire.MINOR, readahead, shared, 12, 9, wire.MAX_WRITE, 1, pages, 0)
    return wire.reply(request.unique, wire.INIT_OUT.pack(*fields))
