"""`lookup` over plain dicts: name by name, in the layers that provide the parent, to the first that ends the search.

Source: Linux overlayfs.rst, "Upper and Lower", "Multiple lower layers", "whiteouts and opaque directories".
"""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.crossed_key import crossed
from coursekit.lessons.stack_pictures import call_scene, is_path, rooted
from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Stack, drawn, lookup, prefixes, step

SOLUTION = """
def lookup(layers, path):
    asked = list(range(len(layers)))
    parts = path.strip("/").split("/")
    for depth in range(len(parts)):
        here = "/" + "/".join(parts[:depth + 1])
        found = []
        for number in asked:
            if here not in layers[number]:
                continue
            node = layers[number][here]
            if node is None:
                break
            if isinstance(node, bytes):
                found = found or [number]
                break
            found.append(number)
            if node == "opaque":
                break
        asked = found
    return asked
"""


def _bottom_first(layers: Stack, path: str) -> list[int]:
    last = len(layers) - 1
    return sorted(last - number for number in lookup(layers[::-1], path))


def _walked(layers: Stack, path: str, one: Callable[[Stack, list[int], str], list[int]]) -> list[int]:
    asked = list(range(len(layers)))
    for each in prefixes(path):
        asked = one(layers, asked, each)
    return asked


def _only_the_last(layers: Stack, path: str) -> list[int]:
    return step(layers, range(len(layers)), path)


def _skipping_one(layers: Stack, asked: list[int], path: str) -> list[int]:
    """A whiteout hides what the next layer has, and what lies below that goes on."""
    for at, number in enumerate(asked):
        if path in layers[number]:
            if layers[number][path] is None:
                return _skipping_one(layers, [each for each in asked[at:] if each > number + 1], path)
            if layers[number][path] == DIRECTORY:
                return [number, *_directories(layers, _skipping_one(layers, asked[at + 1 :], path), path)]
            return [number]
    return []


def _directories(layers: Stack, found: Sequence[int], path: str) -> list[int]:
    return [number for number in found if not isinstance(layers[number][path], bytes)]


def _never_opaque(layers: Stack, asked: list[int], path: str) -> list[int]:
    plain = [{name: DIRECTORY if node == OPAQUE else node for name, node in layer.items()} for layer in layers]
    return step(plain, asked, path)


def _through_files(layers: Stack, asked: list[int], path: str) -> list[int]:
    """A file between directories is passed over."""
    found = step(layers, asked, path)
    if found and not isinstance(layers[found[0]][path], bytes):
        return step(layers, [n for n in asked if not isinstance(layers[n].get(path), bytes)], path)
    return found


_MODELS: dict[str, Callable[[Stack, str], list[int]]] = {
    "bottom-wins": _bottom_first,
    "whiteout-spares-children": _only_the_last,
    "whiteout-one-deep": lambda layers, path: _walked(layers, path, _skipping_one),
    "opaque-shows-through": lambda layers, path: _walked(layers, path, _never_opaque),
    "merging-goes-through-files": lambda layers, path: _walked(layers, path, _through_files),
}


def _bent(
    layers: Stack,
    path: str,
    *,
    whiteout: str = "ends",
    file: str = "ends",
    opaque: str = "ends",
    merges: bool = True,
    above: str = "asked",
) -> list[int]:
    """The walk with one of its rules bent."""
    asked = list(range(len(layers)))
    steps = prefixes(path)
    for here in steps:
        found: list[int] = []
        last = here == steps[-1]
        for number in asked:
            node = layers[number].get(here, "missing")
            if node == "missing" or (node is None and whiteout == "passed"):
                continue
            if node is None:
                found += [number] if whiteout == "listed" and last else []
                break
            if node == OPAQUE and opaque == "hidden":
                break
            if not found or not isinstance(node, bytes) or file == "joins":
                found.append(number)
            ends = isinstance(node, bytes) if file != "passed" else False
            if ends or (node == OPAQUE and (last or above == "asked")) or not merges:
                break
        asked = found
    return asked


_BENT: dict[str, Callable[[Stack, str], list[int]]] = {
    "whiteouts-are-passed": partial(_bent, whiteout="passed"),
    "marks-are-listed": partial(_bent, whiteout="listed"),
    "all-that-have-it": lambda layers, path: [n for n, tree in enumerate(layers) if tree.get(path) is not None],
    "opaque-hides-own-entries": partial(_bent, opaque="hidden"),
    "top-directory-alone": partial(_bent, merges=False),
    "counts-from-one": lambda layers, path: [number + 1 for number in lookup(layers, path)],
}


def _file_joins(layers: Stack, path: str) -> list[int]:
    return _bent(layers, path, file="joins")


def _taken_away(layers: Stack, path: str) -> list[int]:
    """A whiteout takes away what the layers above have, too."""

    def one(layers: Stack, asked: list[int], each: str) -> list[int]:
        whited_out = any(layers[number].get(each, b"") is None for number in asked)
        first = next((layers[number][each] for number in asked if each in layers[number]), None)
        return [] if whited_out and not isinstance(first, bytes) else step(layers, asked, each)

    return _walked(layers, path, one)


def _opaque_below(layers: Stack, path: str) -> list[int]:
    return _bent(layers, path, above="passed")


def _through_everything(layers: Stack, path: str) -> list[int]:
    return _bent(layers, path, file="passed")


D, OPQ = DIRECTORY, OPAQUE
_TELLING: tuple[tuple[Stack, str], ...] = (
    ([{"/a": b"1"}], "/a"),
    ([{}, {"/b": b"1"}], "/a"),
    ([{"/a": b"1"}, {"/a": b"2"}], "/a"),
    ([{"/a": None}, {"/a": b"1"}], "/a"),
    ([{"/a": None}, {}, {"/a": b"1"}], "/a"),
    ([{"/a": b"1"}, {"/a": None}, {"/a": b"2"}], "/a"),
    ([{"/a": D}, {"/a": None}, {"/a": D, "/a/b": b"1"}], "/a"),
    ([{"/a": D, "/a/b": b"1"}, {"/a": None}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": D}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ([{"/a": D, "/a/b": b"1"}, {"/a": D}, {"/a": D, "/a/c": b"2"}], "/a"),
    ([{}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}, {"/a": D, "/a/b": D, "/a/b/c": b"2"}], "/a/b/c"),
    ([{"/a": None}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ([{"/a": D, "/a/b": None}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}], "/a/b/c"),
    ([{"/a": OPQ, "/a/c": b"1"}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": D}, {"/a": OPQ, "/a/b": b"1"}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": D}, {"/a": OPQ, "/a/b": D}, {"/a": D, "/a/b": D, "/a/b/c": b"2"}], "/a/b/c"),
    ([{"/a": D}, {"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": D}, {"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": D}, {"/a": None}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": D}, {"/a": None}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": None}, {"/a": D, "/as": D, "/as/b": b"1"}], "/as/b"),
    ([{"/a": OPQ}, {"/a": D, "/as": D, "/as/b": b"1"}], "/as"),
    ([{"/etc": D}, {"/etc": D, "/etc/nginx": D, "/etc/nginx/a": b"1"}], "/etc/nginx"),
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; twelve by chance: each belief is wrong on two of them, and two are as they come; all pairs."""
    calls: list[list[Any]] = []
    rules = [*_MODELS.values(), None]
    while len(calls) < 12:
        rule = rules[len(calls) % len(rules)]
        calls.append(_call(random, rule, layers=3 + len(calls) // 6, places=1 + len(calls) // 6))
    return told(_TELLING, random) + calls + told(crossed(random, times=3), random)


def _call(random: Random, rule: Callable[[Stack, str], list[int]] | None, *, layers: int, places: int) -> list[Any]:
    """A stack by chance, and a path of it on which `rule`, if there is one, is wrong."""
    while True:
        stack = drawn(random, layers, places)
        paths = sorted({path for layer in stack for path in layer} | {"/etc/nothing"})
        wrong = [path for path in paths if rule is None or rule(stack, path) != lookup(stack, path)]
        if wrong:
            return [stack, random.choice(wrong)]


def _claim(args: Sequence[Any]) -> str:
    layers, path = args
    asked = list(range(len(layers)))
    said = ""
    for each in prefixes(path):
        met = [layers[number][each] for number in asked if each in layers[number]]
        asked = step(layers, asked, each)
        if OPAQUE in met and not said:
            said = "an opaque directory ends the search"
        if None in met and not said:
            said = "a whiteout ends the search"
        if any(isinstance(node, bytes) for node in met[1:]) and isinstance(met[0], str) and not said:
            said = "a file below a directory ends the merging"
    return said or ("directories of several layers merge" if len(asked) > 1 else "the topmost that has it answers")


def _valid(args: Sequence[Any]) -> bool:
    layers, path = args
    return bool(layers) and is_path(path) and all(map(rooted, layers))


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        *(Wrong(belief, model) for belief, model in {**_MODELS, **_BENT}.items()),
        Wrong("all-that-have-it", _file_joins, place="file-among-directories"),
        Wrong("merging-goes-through-files", _through_everything, place="file-passed"),
        Wrong("opaque-shows-through", _opaque_below, place="opaque-above-the-path"),
        Wrong("whiteout-hides-everywhere", _taken_away, place="directory-above-a-whiteout"),
    ),
    function=Function(
        "lookup", _inputs, lookup, claim=_claim, valid=_valid, draw=lambda args: call_scene(args[0], asked=[args[1]])
    ),
)
