"""What a call was, did and should have done, as a person reads it.

Floor 7 (exercises); pure. Neighbour: `functions`, which compares.
"""

import errno
import inspect
import os
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.forms import named
from coursekit.exercises.model import Function
from coursekit.exercises.running import Crashed, Refused, Result, Returned


def shown(function: Function, args: Sequence[Any]) -> str:
    """The call as a person reads it."""
    if function.show is not None:
        return function.show(args)
    return f"`{function.name}({', '.join(named(each) for each in args)})`"


def did(function: Function, result: Result | None) -> str:
    """What a call did."""
    match result:
        case None:
            return "It did not come to this call."
        case Returned(value=value, args=args):
            after = [f" Afterwards {_name(function, at)} is `{named(args[at])}`." for at in _changed(function, args)]
            return f"It returned `{named(value)}`.{''.join(after)}"
        case Refused(errno=number):
            return f"It raised OSError {_of(number)}."
        case Crashed(said=said):
            return f"It stopped with `{said}`."


def should(function: Function, result: Result | None) -> str:
    """What a call should do."""
    match result:
        case Returned(value=value, args=args):
            after = [
                f" Afterwards {_name(function, at)} should be `{named(args[at])}`." for at in _changed(function, args)
            ]
            return f"It should return `{named(value)}`.{''.join(after)}"
        case Refused(errno=number):
            return f"It should raise OSError {_of(number)}."
        case Crashed(said=said):
            return f"The reference itself stopped with `{said}`."
    return ""


def _changed(function: Function, args: Sequence[Any]) -> list[int]:
    return [at for at in function.changes if at < len(args)]


def _name(function: Function, at: int) -> str:
    """An argument, as the function's question calls it."""
    return f"`{list(inspect.signature(function.reference).parameters)[at]}`"


def _of(number: int) -> str:
    return f"{errno.errorcode.get(number, number)} ({os.strerror(number)})"
