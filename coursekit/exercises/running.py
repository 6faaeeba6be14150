"""The port through which a learner's function runs, and what comes back of a call.

Who calls it hands in argument lists and gets plain results; where the source ran (a box, a bare process, a fresh
namespace in the browser) is the adapter's affair, see `coursekit.grading.sandbox.function_runner`.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coursekit.exercises.plain import NotPlain, decode, encode
from coursekit.exercises.refusal import number_of


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
    stopped: str = ""  # "it computed for more than 5 seconds"; '' when all inputs were run
    flags: tuple[str, ...] = ()  # for a person who grades
    printed: int = 0  # characters that it printed, which nobody looks at


@dataclass(frozen=True, slots=True)
class Served:
    """A function that a learner's code may call and never sees: each call is answered outside its process."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]  # so that it can be called by keyword, too
    changes: tuple[int, ...] = ()  # positions of arguments that it changes in place

    def answer(self, args: Any) -> dict[str, Any]:
        """The answer to a call, as it travels: {"value" | "errno" | "error", "args": {position: changed argument}}.

        >>> Served("double", lambda number: 2 * number, ("number",)).answer([21])
        {'value': 42, 'args': {}}
        """
        try:
            result = call(self.function, decode(args))
        except Exception as problem:  # called with what the function never gets: the caller's mistake
            return {"error": f"{self.name} cannot be called so: {type(problem).__name__}: {problem}"[:200]}
        match result:
            case Returned(value, after):
                return {"value": encode(value), "args": {str(at): encode(after[at]) for at in self.changes}}
            case Refused(number, after):
                return {"errno": number, "args": {str(at): encode(after[at]) for at in self.changes}}
            case Crashed(said):
                return {"error": said}


class Run(Protocol):
    """Runs `source`, then calls `name` on each of `inputs`. Never raises for what the source does.

    `before` are sources that are run first, in the same namespace; one that fails costs only itself. `served` functions
    then take the place of what these defined under their names.
    """

    def __call__(
        self,
        source: str,
        name: str,
        inputs: Sequence[Sequence[Any]],
        *,
        seconds: float,
        before: Sequence[str] = (),
        served: Sequence[Served] = (),
    ) -> Ran: ...


def call(function: Callable[..., Any], args: Sequence[Any]) -> Result:
    """The result of one call on copies of `args`: how references and wrong models are run, in the judge.

    >>> call(lambda numbers: numbers.pop(), [[1, 2]])
    Returned(value=2, args=([1],))
    """
    given = tuple(copy.deepcopy(list(args)))
    try:
        value = function(*given)
    except OSError as refused:
        return Refused(number_of(refused), tuple(decode(encode(list(given)))))
    except NotPlain as problem:
        return Crashed(str(problem))
    return Returned(decode(encode(value)), tuple(decode(encode(list(given)))))
