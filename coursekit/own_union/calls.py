"""Calls of the learner's functions: on the part of the layers that they are about, with a limit of time, and errors told.

    call("readdir", "/etc")  ──>  readdir(upper, lowers, "/etc")

What a function raises as OSError is its answer. Any other exception, a result of the wrong kind and a call that takes too
long are EIO, and a sentence in `troubles`.
"""

import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from coursekit.language import _
from coursekit.own_union.image_trees import ImageTrees, Value

NAMES = ("lookup", "readdir", "read", "copy_up", "write", "unlink", "mkdir", "rmdir", "rename")
NEEDED = ("lookup", "readdir", "read")
LISTING = ("readdir", "rmdir", "rename")  # those that ask what lies in a directory
SECONDS = 2.0  # of one call
AGAIN = 0.02  # seconds to the next TooLong, for a function that catches everything
TROUBLES = 20  # sentences that are kept


class TooLong(BaseException):
    """A call took its time and more. No `Exception`, so that few functions catch it."""


class Calls:
    """The functions by name, the upper layer that they change, and what went wrong."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], trees: ImageTrees) -> None:
        self.functions, self.trees = dict(functions), trees
        self.upper: dict[str, Value] = {"/": "dir"}
        self.troubles: list[str] = []

    def missing(self, name: str) -> bool:
        """Whether a function is not there."""
        return name not in self.functions

    def call(self, name: str, *args: Any) -> Any:
        """What a function returns. Raises: OSError as it does; EROFS where it is not written, EIO for what is its fault."""
        paths = [each for each in args if isinstance(each, str)]
        if name not in self.functions:
            raise OSError(errno.EROFS, _("Your `{name}` is not written yet").format(name=name), paths[0])
        try:
            with limited(SECONDS):
                result = self.functions[name](self.upper, self.trees.around(paths, inside=name in LISTING), *args)
        except OSError:
            raise
        except TooLong:
            self._wrong(paths[0], _("Your `{name}` took more than {n:g} seconds.").format(name=name, n=SECONDS))
        except Exception as problem:
            told = f"{type(problem).__name__}: {problem}"[:200].replace("\n", " ")
            self._wrong(paths[0], _("Your `{name}` stopped with {problem}.").format(name=name, problem=told))
        if not _fits(name, result):
            said = _("Your `{name}` returned {value}, which is no {wanted}.")
            self._wrong(paths[0], said.format(name=name, value=repr(result)[:80], wanted=_wanted(name)))
        return result

    def _wrong(self, path: str, said: str) -> None:
        sentence = f"{path}: {said}"
        if sentence not in self.troubles and len(self.troubles) < TROUBLES:
            self.troubles.append(sentence)
        raise OSError(errno.EIO, said, path) from None


def _fits(name: str, result: Any) -> bool:
    """Whether a result is of the kind that a function gives."""
    match name:
        case "lookup":
            return type(result) is bytes or result == "dir"
        case "readdir":
            return type(result) in (list, tuple, set) and all(
                type(each) is str and each and "/" not in each and "\0" not in each for each in result
            )
        case "read":
            return type(result) is bytes
    return True


def _wanted(name: str) -> str:
    return {
        "lookup": _("file's bytes, and not 'dir'"),
        "readdir": _("list of names"),
        "read": _("file's bytes"),
    }[name]


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong in what takes longer. Where there is no such clock (another thread, a browser) nothing is limited."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def late(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def worded(problem: OSError) -> str:
    """An error as a program says it: the learner's own words only where they are ours, of EIO and EROFS."""
    number = problem.errno or errno.EIO
    ours = number in (errno.EIO, errno.EROFS) and problem.strerror
    return str(problem.strerror) if ours else os.strerror(number)
