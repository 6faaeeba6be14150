"""Errors as Linux says them, in a browser whose C library has its own numbers and words.

There EXDEV is 75, "Cross-device link"; on Linux it is 18, "Invalid cross-device link". Python's own exceptions hang on the
browser's numbers (44 makes FileNotFoundError), so `errno.EXDEV` stays what it is there. What a learner reads is Linux's:
the words of `os.strerror`, and the number in the last line of a traceback.

    name      number, words      of every error that the course's file systems give

Source: Linux, include/uapi/asm-generic/errno-base.h and errno.h; the words are those of the GNU C library.
"""

import errno
import os
import re
from collections.abc import Callable
from typing import Any

LINUX = {
    "E2BIG": (7, "Argument list too long"),
    "EACCES": (13, "Permission denied"),
    "EAGAIN": (11, "Resource temporarily unavailable"),
    "EBADF": (9, "Bad file descriptor"),
    "EBUSY": (16, "Device or resource busy"),
    "EDQUOT": (122, "Disk quota exceeded"),
    "EEXIST": (17, "File exists"),
    "EFBIG": (27, "File too large"),
    "EINTR": (4, "Interrupted system call"),
    "EINVAL": (22, "Invalid argument"),
    "EIO": (5, "Input/output error"),
    "EISDIR": (21, "Is a directory"),
    "ELOOP": (40, "Too many levels of symbolic links"),
    "EMFILE": (24, "Too many open files"),
    "EMLINK": (31, "Too many links"),
    "ENAMETOOLONG": (36, "File name too long"),
    "ENFILE": (23, "Too many open files in system"),
    "ENODATA": (61, "No data available"),
    "ENODEV": (19, "No such device"),
    "ENOENT": (2, "No such file or directory"),
    "ENOMEM": (12, "Cannot allocate memory"),
    "ENOSPC": (28, "No space left on device"),
    "ENOSYS": (38, "Function not implemented"),
    "ENOTDIR": (20, "Not a directory"),
    "ENOTEMPTY": (39, "Directory not empty"),
    "ENOTSUP": (95, "Operation not supported"),
    "ENOTTY": (25, "Inappropriate ioctl for device"),
    "ENXIO": (6, "No such device or address"),
    "EOPNOTSUPP": (95, "Operation not supported"),
    "EPERM": (1, "Operation not permitted"),
    "EPIPE": (32, "Broken pipe"),
    "EPROTO": (71, "Protocol error"),
    "ERANGE": (34, "Numerical result out of range"),
    "EROFS": (30, "Read-only file system"),
    "ESPIPE": (29, "Illegal seek"),
    "ESTALE": (116, "Stale file handle"),
    "ETIMEDOUT": (110, "Connection timed out"),
    "ETXTBSY": (26, "Text file busy"),
    "EXDEV": (18, "Invalid cross-device link"),
}


def speak_linux(shell: Any) -> None:
    """From now on `os.strerror` has Linux's words, and tracebacks of `shell`, an InteractiveShell, its numbers."""
    own = os.strerror
    words = {getattr(errno, name): said for name, (_number, said) in LINUX.items() if hasattr(errno, name)}

    def strerror(code: int) -> str:
        return words.get(code) or own(code)

    os.strerror = strerror
    shell._showtraceback = _numbered(shell._showtraceback)


def _numbered(show: Callable[..., None]) -> Callable[..., None]:
    def shown(kind: Any, problem: BaseException | None, lines: list[str]) -> None:
        show(kind, problem, [with_linux_number(problem, line) for line in lines])

    return shown


def with_linux_number(problem: BaseException | None, line: str) -> str:
    """A line of a traceback: the number of an OSError as Linux has it.

    >>> with_linux_number(OSError(errno.EXDEV, "Invalid cross-device link"), f"[Errno {errno.EXDEV}] Invalid …")
    '[Errno 18] Invalid …'
    """
    name = errno.errorcode.get(problem.errno or 0, "") if isinstance(problem, OSError) else ""
    if name not in LINUX or not isinstance(problem, OSError):
        return line
    return re.sub(rf"\[Errno {problem.errno}\]", f"[Errno {LINUX[name][0]}]", line)
