"""A learner's call as something to step through: its code, its steps, and beside them the layers, as they are at each step.

    counterexample ──> recording (functions) ──> Shown ──> widgets.stepper

A step marks the layer that a variable stands for and the path that a variable names: `tree` beside `lowers[1]`, and the
tile of `/etc/motd` in it. Pure but for what `record` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from coursekit.diagrams.scene import Box, Frame, Scene
from coursekit.exercises.evidence import Code
from coursekit.exercises.functions import counterexample_of, recording, truth
from coursekit.exercises.model import Case, Exercise, Function
from coursekit.exercises.plain import same
from coursekit.exercises.retold import retold
from coursekit.exercises.running import Returned
from coursekit.exercises.stepping import STEPS, Record, Recorded, Step
from coursekit.exercises.verdict import Counterexample
from coursekit.language import _, series
from coursekit.widgets.stepped import Moment, Shown


def walk(
    exercise: Exercise, case: Case, code: Code, found: Counterexample | None, record: Record, random: Random
) -> Shown | None:
    """The call on which an answer errs; where there is none such, the shortest that it is asked. None: it asks for no function."""
    function = exercise.function
    if function is None:
        return None
    args = list(found.args) if found is not None else _example(function, function.inputs(case, random))
    said = recording(exercise, code, args, found.lent if found is not None else (), record)
    told = counterexample_of(function, args, said.result or truth(function, args))
    frames = tuple(_frames(function, args, said.steps))
    scene = _scene(exercise.title, frames)
    return Shown(exercise.title, code.source, told.asked, _end(said, told), _moments(said.steps), scene)


def _example(function: Function, inputs: Sequence[Sequence[Any]]) -> list[Any]:
    """The shortest call that comes to something; the shortest of all, where none does."""

    def order(number: int) -> tuple[bool, bool, int]:
        args, want = inputs[number], truth(function, inputs[number])
        came = want.value if isinstance(want, Returned) else None
        changes = isinstance(want, Returned) and not same(list(want.args), list(args))
        return bool(function.changes) and not changes, not changes and not came, len(repr(args))

    return list(inputs[min(range(len(inputs)), key=order)])


def _end(said: Recorded, told: Counterexample) -> str:
    if said.cut:
        return _("It goes on: the first {n} steps are shown. {wanted}").format(n=f"{STEPS:,}", wanted=told.should)
    if said.stopped:
        return _("Stopped: {why}. {wanted}").format(why=retold(said.stopped) or said.stopped, wanted=told.should)
    if said.result is None or not told.should:
        return told.did
    return f"{told.did} {told.should}"


def _moments(steps: Sequence[Step]) -> list[Moment]:
    calls: list[str] = []
    found: list[Moment] = []
    for step in steps:
        calls = [*calls[: step.depth], step.function]
        names = [(name, text, step.parts.get(name, ""), name in step.changed) for name, text in step.names.items()]
        found.append(Moment(step.line, step.how, tuple(calls), names, step.printed))
    return found


def caption(step: Step) -> str:
    """What there is to see at a step, in a sentence."""
    if step.how == "return":
        return _("Line {line}: `{function}` returns `{value}`.").format(
            line=step.line, function=step.function, value=step.said
        )
    if step.how == "raise":
        return _("Line {line} raises `{problem}`.").format(line=step.line, problem=step.said)
    if step.new:
        return _("`{function}` is called. Line {line} is next.").format(line=step.line, function=step.function)
    if not step.changed:
        return _("Line {line} is next.").format(line=step.line)
    names = series(f"`{name}`" for name in step.names if name in step.changed)
    return _("Line {line} is next. New or changed: {names}.").format(line=step.line, names=names)


def _frames(function: Function, args: Sequence[Any], steps: Sequence[Step]) -> Iterator[tuple[Scene | None, Frame]]:
    """The picture of the arguments as they are at each step, with what the variables point at."""
    drawn = _drawn(function, args)
    for step in steps:
        drawn = _drawn(function, step.args) or drawn if step.args is not None else drawn
        boxes = _pointed(drawn.frames[-1].boxes, step) if drawn else ()
        yield drawn, Frame(caption=caption(step), boxes=boxes)


def _drawn(function: Function, args: Sequence[Any]) -> Scene | None:
    try:
        picture = function.draw(list(args)) if function.draw else None
    except Exception:  # what a learner's function leaves half done may be nothing that can be drawn
        return None
    return picture if isinstance(picture, Scene) else None


def _pointed(boxes: Sequence[Box], step: Step) -> tuple[Box, ...]:
    """The boxes, with the layers' labels naming the variables that stand for them, and the tile at a variable's path fresh."""
    names = {box.title: box.id.removesuffix(":label") for box in boxes if box.id.endswith(":label")}
    variables: dict[str, list[str]] = {}
    for name, part in step.parts.items():
        if part in names:
            variables.setdefault(names[part], []).append(name)
    path = _path(boxes, step.names)
    found = []
    for box in boxes:
        slab = box.id.removesuffix(":label")
        if box.id.endswith(":label") and slab in variables:
            box = replace(box, sub=f"← {series(variables[slab])}")
        elif box.role in ("tile", "whiteout") and path and box.about == path and not box.id.startswith("merged"):
            here = f"layer-{box.id.removesuffix(path)}"
            box = replace(box, fresh=not variables or here in variables)
        found.append(box)
    return tuple(found)


def _path(boxes: Sequence[Box], names: Mapping[str, str]) -> str:
    """The path in the picture that the last of the variables names, '' for none."""
    paths = {repr(box.about): box.about for box in boxes if box.about}
    return next((paths[text] for text in reversed(list(names.values())) if text in paths), "")


def _scene(title: str, frames: Sequence[tuple[Scene | None, Frame]]) -> Scene:
    pictures = [drawn for drawn, _frame in frames if drawn is not None]
    return Scene(
        title=title,
        width=max((drawn.width for drawn in pictures), default=0),
        height=max((drawn.height for drawn in pictures), default=0),
        frames=tuple(frame for _drawn_, frame in frames) or (Frame(caption=_("It did not begin."), boxes=()),),
    )
