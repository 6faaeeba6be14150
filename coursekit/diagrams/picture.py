"""The scene of a stack: the layers before anything happened, then a step for each event that the columns show.

Pure. Neighbours: columns chooses paths and steps, stack keeps the state, easel places the boxes,
acting draws what happens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from coursekit import events
from coursekit.diagrams.acting import Acting
from coursekit.diagrams.columns import Telling, chosen
from coursekit.diagrams.easel import Easel
from coursekit.diagrams.scene import Frame, Scene
from coursekit.diagrams.stack import Stack, apply, first_stack
from coursekit.language import _, plural
from coursekit.layers.ports import Lower

MOST_COLUMNS = 40
MOST_STEPS = 10_000


def stack_scene(
    lowers: Sequence[Lower],
    *,
    upper: Lower | None = None,
    happened: Sequence[events.Event] = (),
    later: Sequence[events.Event] = (),
    paths: Sequence[str] = (),
    names: Sequence[str] = (),
    notes: Sequence[str] = (),
    title: str = "",
    writable: bool = True,
) -> Scene:
    """The scene of `happened` over `lowers` (mount order, **top first**).

    `upper` is upperdir as it is now, frozen; `paths` are the columns (default: what the events are about); `names` the
    layers' names in mount order, upperdir first; `notes` a word below each name of `lowers`; `later` what happened
    between the story and now.

    More than MOST_COLUMNS paths, and steps before the last MOST_STEPS, are left out, and the first step says so.
    """
    known = list(dict.fromkeys(paths)) or chosen(happened, [*([upper] if upper else []), *lowers])
    columns = known[:MOST_COLUMNS]
    names = list(names) or ["upperdir", *(_("lowerdir {n}").format(n=n) for n in range(1, len(lowers) + 1))]
    notes = [_("writable") if writable else "", *(notes or [_("read-only")] * len(lowers))]
    stack = first_stack(lowers, upper, (*happened, *later), columns)
    telling, easel = Telling(columns), Easel(stack, columns, names, notes)
    steps = [(step, telling.tells(step[0])) for step in _steps(happened)]
    early = max(0, sum(told for _step, told in steps) - MOST_STEPS)
    acting, frames = Acting(easel), list[Frame]()
    if not early:
        frames.append(Frame(caption=_opening(stack, columns, writable, len(known)), boxes=easel.boxes(stack)))
    for (step, told), after in zip(steps, [*(following[0] for following, _told in steps), None][1:], strict=True):
        for event in step:
            apply(stack, event)
            easel.touch(stack)
        if told and early:
            early -= 1
            if not early:
                frames.append(Frame(caption=_later(sum(told for _step, told in steps)), boxes=easel.boxes(stack)))
        elif told:
            frames.extend(acting.frames(step, stack, after))
    return Scene(
        title=title or _("The layer stack"),
        width=easel.width,
        height=easel.height,
        frames=tuple(frames),
        grid=easel.grid,
    )


def _steps(happened: Sequence[events.Event]) -> Iterator[tuple[events.Event, ...]]:
    """The events one by one; a rename goes with the whiteout that it leaves, since the kernel makes both at once."""
    waiting: events.Renamed | None = None
    for event in happened:
        if waiting is not None and event == events.WhitedOut(path=waiting.source):
            yield waiting, event
            waiting = None
            continue
        if waiting is not None:
            yield (waiting,)
        waiting = event if isinstance(event, events.Renamed) else None
        if waiting is None:
            yield (event,)
    if waiting is not None:
        yield (waiting,)


def _opening(stack: Stack, columns: Sequence[str], writable: bool, known: int) -> str:
    seen = sum(1 for path in columns if stack.provider(path) is not None)
    below = len(stack.cells) - 1
    layers = plural("{n} read-only layer.", "{n} read-only layers.", below).format(n=below)
    if writable:
        said = plural("A writable layer on {n} read-only layer.", "A writable layer on {n} read-only layers.", below)
        layers = said.format(n=below)
    if not columns:
        return _("{layers} Nothing has happened yet, and no path was named.").format(layers=layers)
    if len(columns) == 1:
        said = _("{layers} A process sees {path}.") if seen else _("{layers} A process does not see {path}.")
        return said.format(layers=layers, path=columns[0])
    if known > len(columns):
        said = _("{layers} Of the {n} paths shown a process sees {seen}. {more} more are left out: name those to see.")
        return said.format(layers=layers, n=len(columns), seen=seen, more=known - len(columns))
    return _("{layers} Of these {n} paths a process sees {seen}.").format(layers=layers, n=len(columns), seen=seen)


def silent(scene: Scene) -> Scene:
    """The scene of an empty list of events: it says so, and shows the stack as it stands."""
    said = _("The list of events is empty, so there is nothing to play. As it stands: {caption}")
    return replace(scene, frames=(replace(scene.frames[-1], caption=said.format(caption=scene.frames[-1].caption)),))


def _later(told: int) -> str:
    said = _("{left:,} earlier steps are left out. This is how things stood before the last {most:,}.")
    return said.format(left=told - MOST_STEPS, most=MOST_STEPS)
