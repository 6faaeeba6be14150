"""Lesson 03: which names a merged directory lists, and `readdir` written over plain dicts.

Source: Linux overlayfs.rst, "Directories", "readdir"; fs/overlayfs/readdir.c.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.events import Event
from coursekit.exercises.forms import Pick
from coursekit.exercises.lessons.telling import told
from coursekit.exercises.lessons.union_figures import figure_of
from coursekit.exercises.lessons.union_lookup import LAYERS, LESSON
from coursekit.exercises.lessons.union_stacks import DIRECTORY, OPAQUE, Node, Tree, as_layer, pictured, visible
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel
from coursekit.vfs.overlay import Overlay

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
_PLACES = ("/etc", "/srv", "/opt", "/var", "/usr")


def _stack(random: Random) -> dict[str, Any]:
    """Three directories over three layers: one opaque in the middle of its stack, one whited out, one merged."""
    opaque, gone, merged = random.sample(_PLACES, 3)
    names = random.sample(_NAMES, 9)
    base: Tree = {opaque: DIRECTORY, gone: DIRECTORY, merged: DIRECTORY}
    base |= {f"{opaque}/{names[0]}": b"0", f"{opaque}/{names[1]}": b"0", f"{gone}/{names[2]}": b"0"}
    base |= {f"{merged}/{name}": b"0" for name in names[3:6]}
    middle: Tree = {opaque: OPAQUE, f"{opaque}/{names[6]}": b"1", merged: DIRECTORY, f"{merged}/{names[3]}": None}
    top: Tree = {merged: DIRECTORY, f"{merged}/{names[4]}": None, f"{merged}/{names[7]}": b"2", gone: None}
    if random.random() < 0.5:
        top |= {opaque: DIRECTORY, f"{opaque}/{names[0]}": b"2"}  # brought back above the opaque one
    if random.random() < 0.5:
        middle |= {gone: DIRECTORY, f"{gone}/{names[8]}": b"1"}
    stack = [dict(sorted(tree.items())) for tree in (top, middle, base)]
    files = sorted({path for tree in stack for path in tree if path.count("/") > 1})
    return {"stack": stack, "files": files}


def _picture(case: Case) -> Scene:
    """The three layers, and a lookup of each file, to be run once the pick is made."""
    lowers = [as_layer(tree) for tree in case["stack"]]
    happened: list[Event] = []
    overlay = Overlay(lowerdir=lowers, upperdir=None, emit=happened.append)
    for path in case["files"]:
        overlay.exists(path)
    return stack_scene(
        lowers,
        happened=happened,
        paths=case["files"],
        names=["upperdir", *LAYERS],
        writable=False,
        title="Three layers and one tree",
    )


def _seen(stack: Sequence[Tree]) -> list[str]:
    return [path for path in visible(stack) if path.count("/") > 1]


def _no_opaque(case: Case) -> list[str]:
    return _seen(
        [{path: DIRECTORY if node == OPAQUE else node for path, node in tree.items()} for tree in case["stack"]]
    )


def _siblings_too(case: Case) -> list[str]:
    """A whiteout of a file acts as one of all files of its directory in the layers below."""
    hidden: set[str] = set()
    for at, tree in enumerate(case["stack"]):
        places = {path.rpartition("/")[0] for path, node in tree.items() if node is None and path.count("/") > 1}
        for below in case["stack"][at + 1 :]:
            hidden |= {path for path in below if path.rpartition("/")[0] in places}
    above = {path for path in _seen(case["stack"]) if path in case["stack"][0]}
    return [path for path in _seen(case["stack"]) if path not in hidden or path in above]


def _children_spared(case: Case) -> list[str]:
    """The whiteout of a directory hides its own name alone."""
    return _seen(
        [
            {path: node for path, node in tree.items() if node is not None or path.count("/") > 1}
            for tree in case["stack"]
        ]
    )


def _own_hidden(case: Case) -> list[str]:
    """Nothing of an opaque directory is seen, but for what a layer above puts there."""
    return _seen(
        [
            {path: node for path, node in tree.items() if tree.get(path.rpartition("/")[0]) != OPAQUE}
            for tree in case["stack"]
        ]
    )


MERGED_TREE = Exercise(
    id="merged-tree",
    lesson=LESSON,
    title="What is left to be seen",
    kind=Kind.PREDICTION,
    points=4,
    objective="predict a merged tree from its layers, whiteouts and opaque directories included",
    make=_stack,
    question=lambda case: (
        f"```\n{pictured(case['stack'], LAYERS)}\n```\n\nWhich of these files are in the merged "
        "tree? Pick all that a process can open."
    ),
    form=lambda case: Pick({path: path for path in case["files"]}, partial(_picture, case)),
    truth=lambda case: _seen(case["stack"]),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _no_opaque,
            "The opaque directory in `middle`: what `base` has in it is covered by the lid.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-hides-siblings"],
            _siblings_too,
            "Each of the two whiteouts of files hides one name. The third file of that directory is seen.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-spares-children"],
            _children_spared,
            "The directory that `top` whites out: its files lie below a name that is not there any more.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-hides-own-entries"],
            _own_hidden,
            "The opaque directory's own file, in `middle`: it lies beside the lid, and not under it.",
        ),
    ),
    hints=(
        Hint("Take one directory at a time. Which layers have a say in it?"),
        Hint("An opaque directory: which layers' files does it cover, and which not?", after="opaque-shows-through"),
        Hint("A whited out directory takes all below it away. A whited out file takes one name away."),
        Hint(
            "Opaque: nothing from below, all from its own layer and above. Merged: every file without a whiteout "
            "above it."
        ),
    ),
    explanation="Three ways to hide: a whiteout takes one name; a whiteout of a directory takes all that lay in it; an "
    "opaque directory begins anew, with its own entries. All three act downwards only, and nothing below is changed.",
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
    """The telling calls; then twelve by chance: each belief is wrong on two of them, and two are as they come."""
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
    return told(([layers] for layers in _TELLING), random) + calls


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


def _drawn(args: Sequence[Any]) -> str:
    """One directory of some layers: its names stand below the root."""
    nodes: dict[str, Node] = {"file": b"", "dir": DIRECTORY, WHITEOUT: None}
    return figure_of([{f"/{name}": nodes[kind] for name, kind in layer.items()} for layer in args[0]])


READDIR = Exercise(
    id="readdir",
    lesson=LESSON,
    title="Write readdir",
    kind=Kind.FUNCTION,
    points=3,
    objective="write readdir: the names of all layers, each once, whiteouts left out",
    make=lambda random: {},
    question="Write `readdir(layers)`. `layers` is what the layers that provide one directory store in it, **top "
    "first**: dicts from name to `'file'`, `'dir'` or `'whiteout'`. Return the sorted list of the names that `ls` "
    "shows.",
    truth=lambda case: SOLUTION,
    function=Function("readdir", _inputs, readdir, claim=_claim, valid=lambda args: bool(args[0]), draw=_drawn),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["whiteout-is-listed"],
            _marks_listed,
            "A name whose topmost entry is a whiteout does not exist. `ls` shows what exists.",
        ),
        WrongModel(
            MISCONCEPTIONS["names-come-twice"], _twice, "The same name in two layers is one name in the merged tree."
        ),
        WrongModel(
            MISCONCEPTIONS["bottom-wins"],
            _from_the_bottom,
            "The topmost entry decides: a whiteout above hides a file below, and not the other way round.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-hides-everywhere"],
            _everywhere,
            "A file **above** a whiteout: the name was deleted and then made again, so it is there.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-hides-siblings"],
            _all_from_below,
            "One whiteout takes one name; the layers below still bring their others.",
        ),
    ),
    hints=(
        Hint("For each name, which layer's entry decides whether `ls` shows it?"),
        Hint(
            "What if the top layer has the name as a file, and a layer below as a whiteout?",
            after="whiteout-hides-everywhere",
        ),
        Hint("Go down the layers and remember the first kind of each name; `dict.setdefault` does just that."),
    ),
    explanation="Remember the first entry of each name, drop the whiteouts at the end. To do so, overlayfs has to read "
    "the directory in **every** layer before it can answer at all; it keeps the result while the directory is open.",
)
