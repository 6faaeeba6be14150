"""Lesson 06: why a later `rm` does not shrink an image. A function over layers as plain dicts.

    [{"/etc/motd": 286}, {"/etc/motd": None}]     base first; None is a whiteout     stored 286, seen 0

Source: image-spec layer.md, "Whiteouts". Simplified: a whiteout names a file, no directory.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from coursekit.exercises.lessons.nginx_sizes import LESSON
from coursekit.exercises.lessons.union_figures import figure_of, is_path
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel

Stack = Sequence[Mapping[str, int | None]]

SOLUTION = """
def stored_and_seen(layers):
    stored = 0
    merged = {}
    for layer in layers:
        stored += sum(size for size in layer.values() if size is not None)
        merged.update(layer)
    seen = sum(size for size in merged.values() if size is not None)
    return [stored, seen]
"""


def stored_and_seen(layers: Stack) -> list[int]:
    """Bytes that all layers store, and bytes of the merged tree; layers base first."""
    stored = 0
    merged: dict[str, int | None] = {}
    for layer in layers:
        stored += sum(size for size in layer.values() if size is not None)
        merged.update(layer)
    seen = sum(size for size in merged.values() if size is not None)
    return [stored, seen]


def _rm_shrinks(layers: Stack) -> list[int]:
    seen = stored_and_seen(layers)[1]
    return [seen, seen]


def _first_on_top(layers: Stack) -> list[int]:
    return stored_and_seen(list(reversed(layers)))


def _hides_siblings(layers: Stack) -> list[int]:
    merged: dict[str, int] = {}
    for layer in layers:
        gone = {path.rpartition("/")[0] for path, size in layer.items() if size is None}
        merged = {path: size for path, size in merged.items() if path.rpartition("/")[0] not in gone}
        merged.update({path: size for path, size in layer.items() if size is not None})
    return [stored_and_seen(layers)[0], sum(merged.values())]


_PATHS = (
    "/usr/lib/libicu.so",
    "/usr/lib/libgd.so",
    "/etc/app.conf",
    "/etc/motd",
    "/var/log/install.log",
    "/opt/app.tar",
)


def _stacks(case: Case, random: Random) -> list[list[Stack]]:
    """Twenty-four stacks: the first few show one rule each, the rest are mixed."""

    def size() -> int:
        return random.randrange(1, 30_000)

    a, b, c = random.sample(_PATHS, 3)
    stacks: list[Stack] = [
        [{a: size()}],
        [{a: size()}, {a: size() + 30_000}],
        [{a: size(), b: size()}, {a: None}],
        [{a: size()}, {a: None}, {a: size()}],
        [{"/etc/motd": size(), "/etc/app.conf": size()}, {"/etc/motd": None, c: size()}],
    ]
    while len(stacks) < 24:
        depth = random.randrange(2, 6)
        chosen = [random.sample(_PATHS, random.randrange(1, 5)) for _ in range(depth)]
        stacks.append([{path: _maybe(random, at, size()) for path in paths} for at, paths in enumerate(chosen)])
    return [[stack] for stack in stacks]


def _maybe(random: Random, at: int, size: int) -> int | None:
    """A file of that size, or now and then a whiteout; never in the base."""
    return None if at and random.random() < 0.3 else size


def _claim(args: Sequence[Any]) -> str:
    hidden = any(size is None for layer in args[0] for size in layer.values())
    return "stacks with whiteouts" if hidden else "stacks without whiteouts"


def _valid(args: Sequence[Any]) -> bool:
    (layers,) = args
    return bool(layers) and None not in layers[0].values() and all(is_path(path) for layer in layers for path in layer)


def _drawn(args: Sequence[Any]) -> str:
    """The stack with the base at the bottom, as a person draws it; sizes are in the words beside it."""
    (layers,) = args
    trees = [{path: None if size is None else b"" for path, size in layer.items()} for layer in layers]
    names = [f"layers[{number}]" for number in range(len(layers))]
    return figure_of(trees[::-1], names=names[::-1])


STORED_AND_SEEN = Exercise(
    id="stored-and-seen",
    lesson=LESSON,
    title="Stored and seen",
    kind=Kind.FUNCTION,
    points=4,
    objective="explain why deleting in a later layer does not shrink an image",
    make=lambda random: {},
    question="Write `stored_and_seen(layers)`. `layers` come base first; each is a dict from path to bytes, and "
    "`None` is a whiteout. Return `[stored, seen]`: the bytes that the image stores, and the bytes that a "
    "container sees.",
    truth=lambda case: SOLUTION,
    function=Function("stored_and_seen", _stacks, stored_and_seen, claim=_claim, valid=_valid, draw=_drawn),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            _rm_shrinks,
            "What the upper layer hides is still stored in the lower one: `stored` never falls.",
        ),
        WrongModel(
            MISCONCEPTIONS["base-last"],
            _first_on_top,
            "An image lists its layers base first: the last one is on top, and wins.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-hides-siblings"],
            _hides_siblings,
            "A whiteout of /etc/motd hides /etc/motd. /etc/app.conf stays.",
        ),
    ),
    hints=(
        Hint("Can adding a layer ever make the sum over all layers smaller?"),
        Hint("What does `merged.update(layer)` do when both have the same path, and in which order must it be called?"),
        Hint(
            "For `seen`, start with an empty dict, `update` it layer by layer from the base, and leave the `None`s out."
        ),
        Hint("Two sums: over all layers for `stored`, over the merged dict for `seen`.", after="later-rm-shrinks"),
    ),
    explanation="A layer is a list of changes that is only ever added. `RUN rm` adds a whiteout: less is seen, "
    "nothing less is stored. To save bytes, delete in the same RUN that created them, before the layer is closed.",
)
