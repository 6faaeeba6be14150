"""Background: a process that goes on when the command that started it has returned.

    command ── fork ──▶ child: lets go of what it inherited; mounts, serves …
       ◀── "live", or what went wrong ── through a pipe; then the child lets go of descriptors 0 to 2

Source: daemon(7); fuse(8), "foreground".
"""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from coursekit.errors import CourseError
from coursekit.language import _

LIVE = b"\0"


class Ended(BaseException):
    """A signal asked this process to end. Not an Exception: nothing on the way may take it for a failure."""


def in_background(work: Callable[[Callable[[], None]], None]) -> int:
    """Runs `work` in a process of its own and returns its id when it calls what it is given, or at once if it fails.

    Raises: CourseError with what the process had to say.
    """
    reading, writing = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _child(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    if not said.startswith(LIVE):
        os.waitpid(process, 0)
        raise CourseError(said.decode(errors="replace") or _("the mount's process ended without a word"))
    return process


def _child(work: Callable[[Callable[[], None]], None], writing: int) -> NoReturn:
    os.setsid()
    os.closerange(3, writing)  # a pipe of the caller's that lived on here would never end for its reader
    os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))

    def ready() -> None:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.close(nothing)
        os.write(writing, LIVE)
        os.close(writing)

    code = 1
    try:
        ended_by_signals()
        work(ready)
        code = 0
    except Ended:
        code = 0
    except BaseException as failure:
        try:
            os.write(writing, str(failure).encode())
        except OSError:  # it was live: nobody listens any more
            code = 1
    os._exit(code)


def to_system_log(line: str) -> None:
    """A line in the system's log, where a process without a terminal puts what went wrong."""
    import syslog  # Windows and browsers have none, and import this module all the same

    syslog.openlog("coursekit", syslog.LOG_PID, syslog.LOG_DAEMON)
    syslog.syslog(syslog.LOG_ERR, line)


def ended_by_signals() -> None:
    """SIGTERM, SIGINT and SIGHUP raise Ended, so that a mount is taken away and what was written is kept."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # once is enough: what follows takes its time
    raise Ended
