"""The port through which a learner's function runs, and what comes back of a call.

Who calls it hands in argument lists and gets plain results; where the source ran (a box, a bare process, a fresh
namespace in the browser) is the adapter's affair, see `coursekit.grading.runner`.

Floor 7 (exercises); pure.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coursekit.exercises.plain import NotPlain, decode, encode


@dataclass(frozen=True, slots=True)
class Returned:
    """The call returned; `args` are its arguments afterwards."""

    value: Any
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The call raised OSError with this errno."""

    errno: int
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Crashed:
    """The call raised something else, or returned what is no plain data."""

    said: str  # "ZeroDivisionError: division by zero, in line 3"


Result = Returned | Refused | Crashed


@dataclass(frozen=True, slots=True)
class Ran:
    """What came back: a result for each input in order, fewer when it was stopped, and why it was."""

    results: tuple[Result, ...]
    stopped: str = ""  # "it ran longer than 5 seconds"; '' when all inputs were run
    flags: tuple[str, ...] = ()  # for a person who grades


class Run(Protocol):
    """Runs `source`, then calls `name` on each of `inputs`. Never raises for what the source does."""

    def __call__(self, source: str, name: str, inputs: Sequence[Sequence[Any]], *, seconds: float) -> Ran: ...


def call(function: Callable[..., Any], args: Sequence[Any]) -> Result:
    """The result of one call on copies of `args`: how references and wrong models are run, in the judge.

    >>> call(lambda numbers: numbers.pop(), [[1, 2]])
    Returned(value=2, args=([1],))
    """
    given = tuple(copy.deepcopy(list(args)))
    try:
        value = function(*given)
    except OSError as refused:
        return Refused(refused.errno or 0, tuple(decode(encode(list(given)))))
    except NotPlain as problem:
        return Crashed(str(problem))
    return Returned(decode(encode(value)), tuple(decode(encode(list(given)))))
