"""What is seen at a path: the search from the top down.

Source: Linux overlayfs.rst, "Upper and Lower", "Directories", "whiteouts and opaque directories".
"""

import errno
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree, without_marks

SOLUTION = """
def lookup(upper, lowers, path):
    if path == "/":
        return "dir"
    parent = path.rpartition("/")[0] or "/"
    if lookup(upper, lowers, parent) != "dir":
        raise NotADirectoryError(20, "Not a directory", path)
    for tree in [upper, *lowers]:
        if path in tree:
            if tree[path] is None:
                break
            return "dir" if tree[path] == "opaque" else tree[path]
        if any(path.startswith(each + "/") and node != "dir" for each, node in tree.items()):
            break
    raise FileNotFoundError(2, "No such file or directory", path)
"""


def _bottom_wins(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    found = tree_key.lookup(upper, lowers, path)
    layers = [tree[path] for tree in [upper, *lowers] if isinstance(tree.get(path), bytes)]
    return layers[-1] if isinstance(found, bytes) and layers[-1] is not None else found


def _top_directory_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    """A directory of an upper layer replaces the one below, as if all were opaque."""
    trees = [_all_opaque(tree) for tree in [upper, *lowers]]
    return tree_key.lookup(trees[0], trees[1:], path)


def _all_opaque(tree: Tree) -> Tree:
    return {path: "opaque" if node == "dir" and path != "/" else node for path, node in tree.items()}


def _opaque_shows_through(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    trees = without_marks([upper, *lowers])
    return tree_key.lookup(trees[0], trees[1:], path)


def _lookup_claim(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if tree_key.lookup(upper, lowers, path) == "dir":
        return "a directory is found"
    if sum(isinstance(tree.get(path), bytes) for tree in [upper, *lowers]) > 1:
        return "of several files the topmost is found"
    return "a file of the upper layer is found" if path in upper else "a file of a lower layer is found"


def _not_seen(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    trees = without_marks([upper, *lowers])
    return "what an opaque directory hides is not seen" if tree_key.sees(trees[0], trees[1:], path) is not None else ""


def _whiteouts_passed(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    trees: list[Tree] = [{each: node for each, node in tree.items() if node is not None} for tree in [upper, *lowers]]
    return tree_key.lookup(trees[0], trees[1:], path)


def _path_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    """The directories above are not looked at."""
    for tree in [upper, *lowers]:
        if path in tree:
            node = tree[path]
            if node is None:
                break
            return "dir" if node == "opaque" else node
    if path == "/":
        return "dir"
    raise tree_key.refused(errno.ENOENT, path)


def _always_missing(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    try:
        return tree_key.lookup(upper, lowers, path)
    except OSError as problem:
        raise tree_key.refused(errno.ENOENT, path) from problem


def _marks_shown(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    found = tree_key.lookup(upper, lowers, path)
    node = next((tree[path] for tree in [upper, *lowers] if path in tree), found)
    return "opaque" if node == "opaque" else found


def _none_for_nothing(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str | None:
    return tree_key.sees(upper, lowers, path)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("bottom-wins", _bottom_wins),
        Wrong("top-directory-alone", _top_directory_alone),
        Wrong("opaque-shows-through", _opaque_shows_through),
        Wrong("whiteouts-are-passed", _whiteouts_passed),
        Wrong("whiteout-spares-children", _path_alone),
        Wrong("file-above-means-missing", _always_missing),
        Wrong("opaque-is-a-kind", _marks_shown),
        Wrong("missing-is-none", _none_for_nothing),
    ),
    function=function("lookup", _lookup_claim, _not_seen),
)
