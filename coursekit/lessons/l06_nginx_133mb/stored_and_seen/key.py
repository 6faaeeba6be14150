"""Why a later `rm` does not shrink an image: a function over layers as plain dicts.

    [{"/etc/motd": 286}, {"/etc/motd": None}]     base first; None is a whiteout     stored 286, seen 0

Source: image-spec layer.md, "Whiteouts".
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.crossed_key import crossed
from coursekit.lessons.stack_pictures import call_scene, is_path
from coursekit.lessons.stacks import OPAQUE, Tree, possible, prefixes

Stack = Sequence[Mapping[str, int | None]]

SOLUTION = """
def stored_and_seen(layers):
    stored = 0
    merged = {}
    for layer in layers:
        gone = [path for path, size in layer.items() if size is None]
        for path in list(merged):
            if any(path == each or path.startswith(each + "/") for each in gone):
                del merged[path]
        files = {path: size for path, size in layer.items() if size is not None}
        stored += sum(files.values())
        merged.update(files)
    return [stored, sum(merged.values())]
"""


def stored_and_seen(layers: Stack) -> list[int]:
    """Bytes that all layers store, and bytes of the merged tree; layers base first."""
    stored, merged = 0, dict[str, int]()
    for layer in layers:
        gone = {path for path, size in layer.items() if size is None}
        files = {path: size for path, size in layer.items() if size is not None}
        merged = {path: size for path, size in merged.items() if not gone & {*prefixes(path)}} | files
        stored += sum(files.values())
    return [stored, sum(merged.values())]


def _spares_children(layers: Stack) -> list[int]:
    """A whiteout takes the name that it spells, and nothing that lies below it."""
    merged: dict[str, int | None] = {}
    for layer in layers:
        merged.update(layer)
    return [stored_and_seen(layers)[0], sum(size for size in merged.values() if size is not None)]


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


_TELLING: tuple[Stack, ...] = (
    [{"/a": 1}],
    [{}],
    [{"/a": 0}, {"/b/c": 2}],
    [{"/a": 1}, {"/a": 4}],
    [{"/a/b": 1, "/c": 2}, {"/a/b": None}],
    [{"/a": 1}, {"/a": None}, {}, {"/a": 4}],
    [{"/a/b": 1, "/a/c": 2, "/b": 4}, {"/a/b": None, "/d": 8}],
    [{"/a/b": 1, "/a/c/d": 2, "/b": 4}, {"/a": None}],
    [{"/a/b": 1, "/as/b": 2}, {"/a": None}],
    [{"/a/b": 1, "/as": 2, "/c": 4}, {"/a": None}],
    [{"/a/b": 1, "/b": 2}, {"/a/c": 4}, {"/a": None, "/b": None, "/c": 8}, {"/a/b": 16}],
    [{"/c": 1}, {"/a/b/c": 2, "/a/b/d": 4, "/b/c": 8}, {"/a/b": None, "/c": 16}],
)


def _stacks(case: Case, random: Random) -> list[list[Stack]]:
    """The telling stacks and all pairs, weighed by chance; then some that show one rule each, and mixed ones."""

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
    while len(stacks) < 20:
        depth = random.randrange(2, 6)
        chosen = [random.sample(_PATHS, random.randrange(1, 5)) for _ in range(depth)]
        stacks.append([{path: _maybe(random, at, size()) for path in paths} for at, paths in enumerate(chosen)])
    weights = {1 << at: size() for at in range(7)}
    weighed = [
        [{path: each and weights[each] for path, each in layer.items()} for layer in stack]
        for stack in (*_TELLING, *_crossed(random))
    ]
    return told(([stack] for stack in weighed), random) + [[stack] for stack in stacks]


def _crossed(random: Random) -> list[Stack]:
    """Each kind over each other kind, base first, each file with a weight of its own."""
    return [_sizes(layers) for layers, _ in crossed(random, _fits, times=2)]


def _sizes(layers: Sequence[Tree]) -> list[Any]:
    return [
        {
            path: None if node is None else 1 << (2 * at + path.count("/"))
            for path, node in tree.items()
            if not isinstance(node, str)
        }
        for at, tree in enumerate(layers[::-1])
    ]


def _fits(layers: Sequence[Tree], path: str) -> bool:
    return _valid([_sizes(layers)]) and not any(OPAQUE in tree.values() for tree in layers)


def _maybe(random: Random, at: int, size: int) -> int | None:
    """A file of that size, or now and then a whiteout; never in the base."""
    return None if at and random.random() < 0.3 else size


def _claim(args: Sequence[Any]) -> str:
    gone = [path for layer in args[0] for path, size in layer.items() if size is None]
    if any(path.startswith(f"{each}/") for layer in args[0] for path in layer for each in gone):
        return "a whiteout of a directory hides all that lies below it"
    return "stacks with whiteouts" if gone else "stacks without whiteouts"


def _valid(args: Sequence[Any]) -> bool:
    (layers,) = args
    files = {path: size for layer in layers for path, size in layer.items() if size is not None}
    paths = {path: OPAQUE for layer in layers for path in layer} | files
    can_be = all(map(possible, [*layers, paths]))  # and no name is a file in one layer and a directory in another
    return can_be and all(map(is_path, paths)) and bool(layers) and None not in layers[0].values()


def _drawn(args: Sequence[Any]) -> Scene:
    """The stack with the base at the bottom, as a person draws it; sizes are in the words beside it."""
    (layers,) = args
    trees = [{path: None if size is None else b"" for path, size in layer.items()} for layer in layers]
    names = [f"layers[{number}]" for number in range(len(layers))]
    return call_scene(trees[::-1], names=names[::-1])


def _seen_first(layers: Stack) -> list[int]:
    return stored_and_seen(layers)[::-1]


def _all_versions(layers: Stack) -> list[int]:
    """Each version of a file is seen until it is whited out."""
    merged: dict[str, int] = {}
    for layer in layers:
        gone = {path for path, size in layer.items() if size is None}
        merged = {path: size for path, size in merged.items() if not gone & {*prefixes(path)}}
        for path, size in layer.items():
            merged[path] = merged.get(path, 0) + (size or 0)
    return [stored_and_seen(layers)[0], sum(merged.values())]


def _for_good(layers: Stack) -> list[int]:
    """What was whited out in any layer is not seen."""
    gone = {path for layer in layers for path, size in layer.items() if size is None}
    merged = {path: size for layer in layers for path, size in layer.items() if size is not None}
    return [stored_and_seen(layers)[0], sum(size for path, size in merged.items() if not gone & {*prefixes(path)})]


def _by_letters(layers: Stack) -> list[int]:
    merged: dict[str, int] = {}
    for layer in layers:
        gone = tuple(path for path, size in layer.items() if size is None)
        merged = {path: size for path, size in merged.items() if not path.startswith(gone)}
        merged.update({path: size for path, size in layer.items() if size is not None})
    return [stored_and_seen(layers)[0], sum(merged.values())]


def _last_version_stored(layers: Stack) -> list[int]:
    """A path is stored once, in the version of the topmost layer that has a file there."""
    files = {path: size for layer in layers for path, size in layer.items() if size is not None}
    return [sum(files.values()), stored_and_seen(layers)[1]]


def _whiteouts_passed(layers: Stack) -> list[int]:
    files = {path: size for layer in layers for path, size in layer.items() if size is not None}
    return [stored_and_seen(layers)[0], sum(files.values())]


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("later-rm-shrinks", _rm_shrinks),
        Wrong("base-last", _first_on_top),
        Wrong("whiteout-hides-siblings", _hides_siblings),
        Wrong("whiteout-spares-children", _spares_children),
        Wrong("seen-before-stored", _seen_first),
        Wrong("versions-add-up", _all_versions),
        Wrong("whited-out-for-good", _for_good),
        Wrong("names-by-prefix", _by_letters),
        Wrong("same-path-is-stored-once", _last_version_stored),
        Wrong("whiteouts-are-passed", _whiteouts_passed),
    ),
    function=Function("stored_and_seen", _stacks, stored_and_seen, claim=_claim, valid=_valid, draw=_drawn),
)
