"""Writing files so that a reader, a crash or a full disk never meets half of one.

    tmp/<random>  --write, fsync-->  tmp/<random>  --rename-->  its place      (rename is all or nothing)

Used by the store, the layer cache, layouts and archives.
Source: POSIX rename(); ext4 and xfs keep the old or the new file over a crash once the new one is fsynced.
"""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coursekit.errors import CourseError, StoreError

UNFINISHED = ".new-*"  # files that are being written, or were when their process was killed


@contextmanager
def storing(what: str) -> Iterator[None]:
    """Turn a failure of the disk into one StoreError that names `what` was being written."""
    try:
        yield
    except CourseError:  # ContentMissing is an OSError too, and says better what is wrong
        raise
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            why = "the disk is full"
        raise StoreError(f"cannot write {what}: {why}; nothing was changed") from error


def write_file(path: Path, blocks: Iterable[bytes], *, workspace: Path | None = None, durable: bool = True) -> int:
    """Write `blocks` to `path`, which is replaced at once or not at all; the bytes written come back.

    `workspace` is a folder of the same file system for the unfinished file; `durable` waits for the disk.
    """
    folder = workspace or path.parent
    folder.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".new-", dir=folder)
    size = 0
    try:
        with open(number, "wb") as file:
            for block in blocks:
                size += len(block)
                file.write(block)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        with suppress(OSError):
            os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    if durable:
        sync_directory(path.parent)
    return size


def sync_directory(path: Path) -> None:
    """Make a rename in `path` survive a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
