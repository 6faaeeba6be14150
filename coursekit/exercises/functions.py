"""A learner's function beside the reference: results compared call by call, the smallest difference shown.

    inputs ──> run(source) ──> results ┐
          └──> reference ────> wanted  ┴─> counterexample, and the wrong model that does just the same

Floor 7 (exercises); pure: the learner's source runs behind the `Run` port.
"""

import errno
import os
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from coursekit.exercises.forms import named
from coursekit.exercises.model import Case, Exercise, Function, Misconception, Outcome, expect, written
from coursekit.exercises.plain import dumps, same
from coursekit.exercises.running import Crashed, Ran, Refused, Result, Returned, Run, call
from coursekit.exercises.verdict import Verdict, share

Args = Sequence[Any]


def mark_function(exercise: Exercise, case: Case, source: str, run: Run, random: Random) -> Verdict:
    """The verdict on a function's source, called on inputs drawn from `random`."""
    function = exercise.function
    if function is None:
        raise TypeError(f"{exercise.id} asks for no function")
    inputs = [list(args) for args in function.inputs(case, random)]
    return verdict_of(exercise, case, inputs, run(source, function.name, inputs, seconds=function.seconds))


def verdict_of(exercise: Exercise, case: Case, inputs: Sequence[Args], ran: Ran) -> Verdict:
    """The verdict on what came back of the calls."""
    function = exercise.function
    if function is None:
        raise TypeError(f"{exercise.id} asks for no function")
    wanted = [call(function.reference, args) for args in inputs]
    have: list[Result | None] = [*ran.results, *[None] * (len(inputs) - len(ran.results))]
    right = [agree(function, one, other) for one, other in zip(have, wanted, strict=True)]
    outcomes = tuple(_outcomes(function, inputs, have, wanted, right))
    mark = (
        share(outcomes, exercise.points)
        if not ran.stopped
        else min(share(outcomes, exercise.points), exercise.points / 2)
    )
    said = f"Stopped: {ran.stopped}." if ran.stopped else ""
    if all(right) and inputs and not ran.stopped:
        text = written(exercise.explanation, case)
        return Verdict(exercise.id, exercise.points, mark, outcomes=outcomes, explanation=text, flags=ran.flags)
    belief, parts = _believed(exercise, case, inputs, have, right)
    return Verdict(
        exercise.id, exercise.points, mark, said=said, outcomes=outcomes, belief=belief, parts=parts, flags=ran.flags
    )


def agree(function: Function, have: Result | None, want: Result) -> bool:
    """Whether two calls did the same: value, errno, and the arguments that the function is to change."""
    match have, want:
        case Returned(value=one), Returned(value=other):
            return same(one, other) and _same_changes(function, have.args, want.args)
        case Refused(errno=one), Refused(errno=other):
            return bool(one == other) and _same_changes(function, have.args, want.args)
    return False


def _same_changes(function: Function, have: Args, want: Args) -> bool:
    return all(at < len(have) and at < len(want) and same(have[at], want[at]) for at in function.changes)


def _outcomes(
    function: Function, inputs: Sequence[Args], have: list[Result | None], wanted: list[Result], right: list[bool]
) -> list[Outcome]:
    groups: dict[str, list[int]] = {}
    for at, args in enumerate(inputs):
        groups.setdefault(function.claim(args) if function.claim else f"{function.name} agrees everywhere", []).append(
            at
        )
    outcomes = []
    for claim, members in groups.items():
        wrong = [at for at in members if not right[at]]
        if not wrong:
            outcomes.append(expect(True, claim=claim, want=f"{len(members)} calls agree."))
            continue
        at = min(wrong, key=lambda each: (have[each] is None, len(dumps(inputs[each]))))
        asked = f"Called {shown(function, inputs[at])}."
        outcomes.append(
            expect(
                False,
                claim=claim,
                have=f"{asked} {_did(function, have[at])}",
                want=_should(function, wanted[at]),
            )
        )
    return outcomes


def shown(function: Function, args: Args) -> str:
    """The call as a person reads it."""
    if function.show is not None:
        return function.show(args)
    return f"`{function.name}({', '.join(named(each) for each in args)})`"


def _did(function: Function, result: Result | None) -> str:
    match result:
        case None:
            return "It did not come to this call."
        case Returned(value=value, args=args):
            after = [
                f" Afterwards argument {at + 1} is `{named(args[at])}`." for at in function.changes if at < len(args)
            ]
            return f"It returned `{named(value)}`.{''.join(after)}"
        case Refused(errno=number):
            return f"It raised OSError {errno.errorcode.get(number, number)} ({os.strerror(number)})."
        case Crashed(said=said):
            return f"It stopped with `{said}`."


def _should(function: Function, result: Result) -> str:
    match result:
        case Returned(value=value, args=args):
            after = [f" Afterwards argument {at + 1} should be `{named(args[at])}`." for at in function.changes]
            return f"It should return `{named(value)}`.{''.join(after)}"
        case Refused(errno=number):
            return f"It should raise OSError {errno.errorcode.get(number, number)} ({os.strerror(number)})."
        case Crashed(said=said):
            return f"The reference itself stopped with `{said}`."


def _believed(
    exercise: Exercise, case: Case, inputs: Sequence[Args], have: list[Result | None], right: list[bool]
) -> tuple[Misconception | None, str]:
    function = exercise.function
    wrong = [at for at, ok in enumerate(right) if not ok]
    if function is None or not wrong:
        return None, ""
    nearest: tuple[Misconception | None, str] = (None, "")
    for model in exercise.wrong_models:
        predicted = _calls(model.predict, inputs)
        if all(agree(function, have[at], predicted[at]) for at in range(len(inputs))):
            return model.of, written(model.parts, case)
        if nearest[0] is None and len(wrong) > 1 and all(agree(function, have[at], predicted[at]) for at in wrong):
            nearest = model.of, written(model.parts, case)
    return nearest


def _calls(function: Callable[..., Any], inputs: Sequence[Args]) -> list[Result]:
    return [call(function, args) for args in inputs]
