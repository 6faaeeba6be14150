"""What another process writes, piece by piece as it comes, and with a limit to each wait.

Windows waits for sockets and not for pipes: there a thread reads, and the wait is for what it brings.

Neighbour: function_runner.
"""

import os
import selectors
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import IO

PIECE = 1 << 16  # bytes
WAITS_FOR_PIPES = os.name == "posix"

Heard = Callable[[float], bytes | None]  # the next piece, b"" at the end; None where nothing came in so many seconds


@contextmanager
def listening(pipe: IO[bytes]) -> Iterator[Heard]:
    """To be called for each piece."""
    if not WAITS_FOR_PIPES:
        yield _read_by_a_thread(pipe)
        return
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        yield lambda seconds: os.read(pipe.fileno(), PIECE) if ready.select(seconds) else None


def _read_by_a_thread(pipe: IO[bytes]) -> Heard:
    pieces: SimpleQueue[bytes] = SimpleQueue()

    def read() -> None:
        while piece := os.read(pipe.fileno(), PIECE):
            pieces.put(piece)
        pieces.put(b"")

    def heard(seconds: float) -> bytes | None:
        try:
            return pieces.get(timeout=seconds)
        except Empty:
            return None

    threading.Thread(target=read, daemon=True).start()
    return heard
