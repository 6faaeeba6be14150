"""What a call was, did and should have done, as a person reads it.

Neighbour: `functions`, which compares.
"""

import errno
import inspect
import os
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.forms import named
from coursekit.exercises.model import Function
from coursekit.exercises.plain import same
from coursekit.exercises.running import Crashed, Refused, Result, Returned


def shown(function: Function, args: Sequence[Any]) -> str:
    """The call as a person reads it."""
    if function.show is not None:
        return function.show(args)
    return f"`{function.name}({', '.join(named(each) for each in args)})`"


def did(function: Function, have: Result | None, want: Result) -> str:
    """What a call did, with those of its arguments that it should have left otherwise."""
    match have:
        case None:
            return "It did not come to this call."
        case Returned(value=value):
            return f"It returned `{named(value)}`.{_left(function, have, _differ(function, have, want), 'is')}"
        case Refused(errno=number):
            return f"It raised OSError {_of(number)}.{_left(function, have, _differ(function, have, want), 'is')}"
        case Crashed(said=said):
            return f"It stopped with `{said}`."


def should(function: Function, want: Result, have: Result | None) -> str:
    """What a call should do, and how it should leave the arguments that are to change; without those that are right."""
    match want:
        case Returned(value=value):
            told = _differ(function, have, want) if isinstance(have, Returned) else _changing(function, want)
            return f"It should return `{named(value)}`.{_left(function, want, told, 'should be')}"
        case Refused(errno=number):
            told = _differ(function, have, want)
            return f"It should raise OSError {_of(number)}.{_left(function, want, told, 'should be')}"
        case Crashed(said=said):
            return f"The reference itself stopped with `{said}`."


def _differ(function: Function, have: Result | None, want: Result) -> list[int]:
    """The places of the arguments that differ after two calls that ended in the same way, else none."""
    match have, want:
        case (Returned(args=one), Returned(args=other)) | (Refused(args=one), Refused(args=other)):
            return [at for at in function.changes if at < min(len(one), len(other)) and not same(one[at], other[at])]
    return []


def _changing(function: Function, result: Returned) -> list[int]:
    return [at for at in function.changes if at < len(result.args)]


def _left(function: Function, result: Returned | Refused, told: Sequence[int], verb: str) -> str:
    return "".join(f" Afterwards {_name(function, at)} {verb} `{named(result.args[at])}`." for at in told)


def _name(function: Function, at: int) -> str:
    """An argument, as the function's question calls it."""
    return f"`{list(inspect.signature(function.reference).parameters)[at]}`"


def _of(number: int) -> str:
    return f"{errno.errorcode.get(number, number)} ({os.strerror(number)})"
