"""Lesson 07: how each of its functions is asked, what its calls claim, and how a call is drawn.

Neighbours: `steps` (their order), `tree_key` (the course's own functions), `traces_key` (the kernel's answers).
"""

import errno
from collections.abc import Callable, Sequence
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Function
from coursekit.exercises.running import Refused, call
from coursekit.lessons.l07_build_your_own.steps import earlier
from coursekit.lessons.l07_build_your_own.traces_key import draw, recorded
from coursekit.lessons.l07_build_your_own.tree_key import OPERATIONS, settled, valid
from coursekit.lessons.stack_pictures import call_scene

Claim = Callable[[Sequence[Any]], str]


def function(step: str, does: Claim, refuses: Claim | None = None) -> Function:
    """How a step is asked: on the kernel's traces, on all steps before it. `does` tells what a call does that works,
    `refuses` may tell what one shows that fails, "" for no more than its errno.
    """
    claim = _claim(step, does, refuses)
    return Function(
        step,
        draw(step, claim),
        OPERATIONS[step],
        changes=(0, 1),
        needs=earlier(step),
        recorded=recorded(step),
        settled=settled,
        valid=valid,
        draw=picture,
        claim=claim,
        show=lambda args: shown(step, args),
    )


def _claim(step: str, does: Claim, refuses: Claim | None) -> Claim:
    def claim(args: Sequence[Any]) -> str:
        result = call(OPERATIONS[step], args)
        if isinstance(result, Refused):
            said = refuses(args) if refuses else ""
            return said or f"what Linux refuses with {errno.errorcode[result.errno]} is refused so"
        return does(args)

    return claim


def shown(step: str, args: Sequence[Any]) -> str:
    """The call as a person reads it, the layers spelled out where they are small."""
    upper, lowers, *rest = args
    said = ", ".join(map(repr, rest))
    layers = f"upper = {upper!r}, lowers = {lowers!r}"
    return f"`{step}(upper, lowers, {said})`" + (f" with `{layers}`" if len(layers) < 400 else "")


def picture(args: Sequence[Any]) -> Scene:
    """The layers of a call as a stack, with the paths that they hold or that are asked for."""
    upper, lowers, *rest = args
    names = [f"lowers[{number}]" for number in range(len(lowers))]
    return call_scene(lowers, upper=upper, asked=[each for each in rest if isinstance(each, str)], names=names)
