"""`readdir` over plain dicts: the names of all layers, each once, whiteouts left out.

Source: Linux overlayfs.rst, "Directories", "readdir"; fs/overlayfs/readdir.c.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.stack_pictures import call_scene
from coursekit.lessons.stacks import DIRECTORY, Node

_NAMES = (
    "app.conf",
    "motd",
    "hosts",
    "notes",
    "index",
    "users",
    "rules",
    "cache",
    "state",
    "keys",
    "fonts",
    "logo",
    "menu",
    "readme",
)

SOLUTION = """
def readdir(layers):
    topmost = {}
    for layer in layers:
        for name, kind in layer.items():
            topmost.setdefault(name, kind)
    return sorted(name for name, kind in topmost.items() if kind != "whiteout")
"""
Directories = Sequence[Mapping[str, str]]
WHITEOUT = "whiteout"


def readdir(layers: Directories) -> list[str]:
    """The names that the merged directory lists, sorted; `layers` top first."""
    topmost: dict[str, str] = {}
    for layer in layers:
        for name, kind in layer.items():
            topmost.setdefault(name, kind)
    return sorted(name for name, kind in topmost.items() if kind != WHITEOUT)


def _marks_listed(layers: Directories) -> list[str]:
    return sorted({name for layer in layers for name in layer})


def _twice(layers: Directories) -> list[str]:
    shown = set(readdir(layers))
    return sorted(name for layer in layers for name, kind in layer.items() if kind != WHITEOUT and name in shown)


def _from_the_bottom(layers: Directories) -> list[str]:
    return readdir(layers[::-1])


def _everywhere(layers: Directories) -> list[str]:
    hidden = {name for layer in layers for name, kind in layer.items() if kind == WHITEOUT}
    return sorted({name for layer in layers for name in layer} - hidden)


def _all_from_below(layers: Directories) -> list[str]:
    """A whiteout hides everything that lies below in this directory."""
    shown: set[str] = set()
    for layer in layers:
        shown |= {name for name, kind in layer.items() if kind != WHITEOUT}
        if WHITEOUT in layer.values():
            break
    return sorted(shown)


_MODELS: dict[str, Callable[[Directories], list[str]]] = {
    "whiteout-is-listed": _marks_listed,
    "names-come-twice": _twice,
    "bottom-wins": _from_the_bottom,
    "whiteout-hides-everywhere": _everywhere,
    "whiteout-hides-siblings": _all_from_below,
}


def _passed(layers: Directories) -> list[str]:
    return sorted({name for layer in layers for name, kind in layer.items() if kind != WHITEOUT})


def _top_alone(layers: Directories) -> list[str]:
    return sorted(name for name, kind in layers[0].items() if kind != WHITEOUT) if layers else []


def _as_they_come(layers: Directories) -> list[str]:
    shown = readdir(layers)
    return list(dict.fromkeys(name for layer in layers for name in layer if name in shown))


def _files_alone(layers: Directories) -> list[str]:
    kinds: dict[str, str] = {}
    for layer in layers:
        for name, kind in layer.items():
            kinds.setdefault(name, kind)
    return [name for name in readdir(layers) if kinds[name] == "file"]


def _one_deep(layers: Directories) -> list[str]:
    """A whiteout hides its name in the next layer, and no further."""
    shown: set[str] = set()
    for at, layer in enumerate(layers):
        above = layers[at - 1] if at else {}
        shown |= {name for name, kind in layer.items() if kind != WHITEOUT and above.get(name) != WHITEOUT}
    return sorted(shown)


_TELLING: tuple[list[dict[str, str]], ...] = (
    [{"c": "file", "a": "dir", "b": "file"}],
    [{"c": "file"}, {"b": "dir", "a": "file"}],
    [{"a": "file"}, {"a": "file", "b": "file"}, {"a": "dir"}],
    [{}, {}],
    [{"a": WHITEOUT}],
    [{"a": WHITEOUT}, {"a": "file", "b": "file"}],
    [{"a": WHITEOUT}, {}, {"a": "dir", "as": "dir"}],
    [{"a": "file"}, {"a": WHITEOUT}, {"a": "dir", "b": "dir"}],
    [{"b": WHITEOUT}, {"b": "file", "c": WHITEOUT}, {"c": "dir", "a": "file", "d": "dir"}],
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; twelve by chance: each belief is wrong on two of them, and two are as they come; all kinds."""
    calls: list[list[Any]] = []
    rules = [*_MODELS.values(), None]
    while len(calls) < 12:
        rule = rules[len(calls) % len(rules)]
        while True:
            names = random.sample(_NAMES, 3 + len(calls) // 4)
            layers = [_directory(random, names) for _ in range(random.randrange(2, 4 + len(calls) // 8))]
            if rule is None or rule(layers) != readdir(layers):
                break
        calls.append([layers])
    return told(([layers] for layers in _TELLING), random) + calls + told(_crossed(random), random)


def _crossed(random: Random) -> list[list[Any]]:
    """Each kind over each other kind, in three layers: four names a call."""
    kinds = random.sample(list(product(("", "file", "dir", WHITEOUT), repeat=3)), 64)
    return [
        [
            [
                {name: each[at] for name, each in zip("dbca", kinds[first : first + 4], strict=True) if each[at]}
                for at in range(3)
            ]
        ]
        for first in range(0, 64, 4)
    ]


def _directory(random: Random, names: Sequence[str]) -> dict[str, str]:
    kinds = ("file", "file", "dir", WHITEOUT)
    return {name: random.choice(kinds) for name in names if random.random() < 0.6}


def _claim(args: Sequence[Any]) -> str:
    (layers,) = args
    hidden = {name for layer in layers for name, kind in layer.items() if kind == WHITEOUT}
    if hidden & set(readdir(layers)):
        return "a name that was brought back above its whiteout is listed"
    if hidden:
        return "whiteouts hide what lies below, and are not listed themselves"
    return "the names of all layers are listed, each once"


def _drawn(args: Sequence[Any]) -> Scene:
    """One directory of some layers: its names stand below the root."""
    nodes: dict[str, Node] = {"file": b"", "dir": DIRECTORY, WHITEOUT: None}
    return call_scene([{f"/{name}": nodes[kind] for name, kind in layer.items()} for layer in args[0]])


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        *(Wrong(belief, model) for belief, model in _MODELS.items()),
        Wrong("whiteouts-are-passed", _passed),
        Wrong("top-directory-alone", _top_alone),
        Wrong("names-as-they-come", _as_they_come),
        Wrong("only-files-are-listed", _files_alone),
        Wrong("whiteout-one-deep", _one_deep),
    ),
    function=Function("readdir", _inputs, readdir, claim=_claim, valid=lambda args: bool(args[0]), draw=_drawn),
)
