"""A call of a learner's function, step by step: the line that is next, the variables, what was printed.

    counterexample ──> Record (a port, as `running.Run`) ──> Recorded ──> widgets.stepper shows it

A step shows how things stand *before* its line runs, so what a line did is seen one step later. What a step holds is
text that was made where the function ran: no object of the learner's comes here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from coursekit.exercises.plain import NotPlain, decode
from coursekit.exercises.running import Result, Served

STEPS = 1_000  # of one call, at most
LETTERS = 4_000  # of one text in a step, whatever was sent
How = Literal["line", "return", "raise"]


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a call. `line` counts from 1 in the answer's cell: it is next, or it returned, or it raised."""

    line: int
    function: str  # whose line it is
    depth: int  # 0: the call itself; a function that it calls is 1
    how: How
    names: Mapping[str, str]  # the variables as short text
    changed: frozenset[str]  # those that are new or other since the last step of this call
    parts: Mapping[str, str] = field(default_factory=dict)  # names that are an argument or a part of one: "lowers[0]"
    new: bool = False  # whether this is the call's first step
    said: str = ""  # what it returned, or raised
    printed: str = ""  # since the step before
    args: tuple[Any, ...] | None = None  # the arguments as they are now; None: as at the step before


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call's steps and its end. Without a `result` it was `stopped`, or `cut` as it had more than STEPS steps."""

    steps: tuple[Step, ...]
    result: Result | None = None
    stopped: str = ""
    cut: bool = False


class Record(Protocol):
    """Runs `source`, then one call of `name`, and tells its steps. Never raises for what the source does."""

    def __call__(
        self,
        source: str,
        name: str,
        args: Sequence[Any],
        *,
        seconds: float,
        before: Sequence[str] = (),
        served: Sequence[Served] = (),
    ) -> Recorded: ...


def steps(told: Iterable[Any]) -> tuple[Step, ...]:
    """The steps that a recorder told, each with all of its names; what has not the form of a step is left out."""
    found: list[Step] = []
    open_calls: list[dict[str, str]] = []  # the names of each call that is open, the innermost last
    for said in told:
        match said:
            case {
                "line": int(line),
                "in": str(function),
                "depth": int(depth),
                "how": "line" | "return" | "raise" as how,
            }:
                pass
            case _:
                continue
        new = said.get("new") is True
        if line < 0 or not 0 <= depth < len(open_calls) + new:
            continue
        known = {} if new else open_calls[depth]
        del open_calls[depth:]
        changed = _texts(said.get("set"))
        gone = said.get("gone")
        kept = {name: text for name, text in known.items() if not (isinstance(gone, list) and name in gone)}
        open_calls.append({**kept, **changed})
        found.append(
            Step(
                line,
                function[:100],
                depth,
                how,
                dict(open_calls[-1]),
                frozenset(changed),
                _texts(said.get("is")),
                new,
                _text(said.get("said")),
                _text(said.get("printed")),
                _args(said.get("args")),
            )
        )
    return tuple(found)


def _texts(said: Any) -> dict[str, str]:
    pairs = said.items() if isinstance(said, dict) else ()
    return {str(name)[:100]: _text(text) for name, text in pairs}


def _text(said: Any) -> str:
    return said[:LETTERS] if isinstance(said, str) else ""


def _args(said: Any) -> tuple[Any, ...] | None:
    try:
        args = decode(said)
    except NotPlain:
        return None
    return tuple(args) if isinstance(args, list) else None
