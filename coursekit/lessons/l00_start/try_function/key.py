"""The number of the first layer, top first, that has a path.

Source: Linux overlayfs.rst, "Upper and Lower".
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.stack_pictures import call_scene, is_path
from coursekit.lessons.stacks import possible

_PATHS = ("/etc/motd", "/etc/hosts", "/srv/index.html", "/etc/issue")

SOLUTION = """
def seen_in(layers, path):
    for number, layer in enumerate(layers):
        if path in layer:
            return number
    return None
"""


def seen_in(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    """The number of the first layer that has `path`, counted from 0 at the top; None for no layer."""
    return next((number for number, layer in enumerate(layers) if path in layer), None)


def _bottom(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    return next((number for number in reversed(range(len(layers))) if path in layers[number]), None)


_TELLING = (
    ([{"/a": "text"}], "/a"),
    ([{"/a": "text"}, {"/b": "text"}], "/b"),
    ([{"/b": "text"}, {"/a": "text"}, {"/a": "text", "/b": "text"}], "/a"),
    ([{"/b": "text"}, {"/a": ""}, {"/a": "text"}], "/a"),
    ([{"/a/c": "text"}, {"/as": "text"}, {"/b/a": "text"}], "/a"),
    ([{"/as": "text"}, {"/a/c": "text"}, {}, {"/a": "text"}], "/a"),
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; then twelve by chance: one layer, several, a path that no layer has."""
    calls: list[list[Any]] = []
    while len(calls) < 12:
        wide = 1 + len(calls) // 3
        layers = [dict.fromkeys(random.sample(_PATHS, random.randrange(1, 4)), "text") for _ in range(wide)]
        calls.append([layers, random.choice(_PATHS) if len(calls) % 4 else "/nowhere"])
    return told(_TELLING, random) + calls


def _valid(args: Sequence[Any]) -> bool:
    layers, path = args
    return bool(layers) and is_path(path) and all(possible(layer) and all(map(is_path, layer)) for layer in layers)


def _drawn(args: Sequence[Any]) -> Scene:
    layers, path = args
    return call_scene([{each: text.encode() for each, text in layer.items()} for layer in layers], asked=[path])


def _first_alone(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    return 0 if layers and path in layers[0] else None


def _from_one(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    found = seen_in(layers, path)
    return None if found is None else found + 1


def _by_letters(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    return next((number for number, layer in enumerate(layers) if any(each.startswith(path) for each in layer)), None)


def _minus_one(layers: Sequence[Mapping[str, str]], path: str) -> int:
    found = seen_in(layers, path)
    return -1 if found is None else found


def _from_the_bottom(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    found = seen_in(layers, path)
    return None if found is None else len(layers) - 1 - found


def _by_contents(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    return next((number for number, layer in enumerate(layers) if layer.get(path)), None)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("bottom-wins", _bottom),
        Wrong("top-answers-alone", _first_alone),
        Wrong("counts-from-one", _from_one),
        Wrong("names-by-prefix", _by_letters),
        Wrong("missing-is-minus-one", _minus_one),
        Wrong("bottom-wins", _from_the_bottom, place="counted-from-the-bottom"),
        Wrong("empty-is-missing", _by_contents),
    ),
    function=Function("seen_in", _inputs, seen_in, valid=_valid, draw=_drawn),
)
