"""One grader a course at a time: two would write the same marks twice, and each the other's half.

The system lets the lock go when its process ends, however it ends.
"""

import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from coursekit.errors import ExerciseError
from coursekit.exercises.prose import one_line

LOCK = ".coursekit-lock"
HOLDER = ".coursekit-lock-holder"


@contextmanager
def course_lock(course: Path, what: str) -> Iterator[None]:
    """Holds the course while `what` is done in it. Raises: ExerciseError, saying who has it."""
    lock = FileLock(course / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ExerciseError(f"{course} is being graded already, {_holder(course)}: wait for its end") from None
    except OSError as problem:
        raise ExerciseError(f"{course / LOCK} cannot be locked: {problem.strerror}") from problem
    try:
        with suppress(OSError):  # a full disk: then nobody can say who has it, and it is locked all the same
            (course / HOLDER).write_text(f"{what} by {_user()} on {socket.gethostname()}, process {os.getpid()}, ")
            with (course / HOLDER).open("a") as opened:
                opened.write(f"since {datetime.now():%H:%M:%S}")
        yield
    finally:
        with suppress(OSError):
            (course / HOLDER).unlink()
        lock.release()


def _holder(course: Path) -> str:
    try:
        return one_line((course / HOLDER).read_text()) or "by another process"
    except (OSError, ValueError):
        return "by another process"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an id without a name
        return f"user {os.getuid()}"
