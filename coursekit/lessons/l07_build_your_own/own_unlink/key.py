"""A file is deleted: a whiteout where a lower layer has the name, nothing where none has.

Source: Linux overlayfs.rst, "whiteouts and opaque directories".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree, below, parent_of

SOLUTION = """
def unlink(upper, lowers, path):
    if lookup(upper, lowers, path) == "dir":
        raise IsADirectoryError(21, "Is a directory", path)
    upper.pop(path, None)
    try:
        lookup(upper, lowers, path)
    except FileNotFoundError:
        return
    copy_up(upper, lowers, path.rpartition("/")[0] or "/")
    upper[path] = None
"""


def _frees(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.lookup(upper, lowers, path) == "dir":
        return tree_key.unlink(upper, lowers, path)
    for tree in [upper, *lowers]:
        if isinstance(tree.get(path), bytes):
            del tree[path]
    return None


def _whiteout_below(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    hidden = below(upper, lowers, path)
    tree_key.unlink(upper, lowers, path)
    if hidden is not None:
        del upper[path]
        next(tree for tree in lowers if path in tree)[path] = None


def _always_a_whiteout(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.unlink(upper, lowers, path)
    tree_key.copy_up(upper, lowers, parent_of(path))
    upper[path] = None


def _deleted(args: Sequence[Any]) -> str:
    return "a whiteout hides what lies below" if below(*args) is not None else "what only upper had simply goes"


def _upper_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.lookup(upper, lowers, path) == "dir":
        return tree_key.unlink(upper, lowers, path)
    upper.pop(path, None)
    return None


def _directories_too(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.lookup(upper, lowers, path)
    tree_key.remove(upper, lowers, path)


def _without_parents(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    kept = dict(upper)
    tree_key.unlink(kept, lowers, path)
    upper.pop(path, None)
    if path in kept:
        upper[path] = None


def _ignores(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.sees(upper, lowers, path) is not None:
        tree_key.unlink(upper, lowers, path)


def _only_for_the_image(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    there = path in upper
    tree_key.unlink(upper, lowers, path)
    if there:
        upper.pop(path, None)


def _where_a_lower_has_it(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.unlink(upper, lowers, path)
    if any(path in tree for tree in lowers):
        tree_key.copy_up(upper, lowers, parent_of(path))
        upper[path] = None


def _in_all_layers(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.lookup(upper, lowers, path) == "dir":
        return tree_key.unlink(upper, lowers, path)
    for tree in [upper, *lowers]:
        tree.pop(path, None)
    return None


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("rm-frees-space", _frees),
        Wrong("whiteout-below", _whiteout_below),
        Wrong("every-delete-leaves-a-whiteout", _always_a_whiteout),
        Wrong("unlink-touches-upper-alone", _upper_alone),
        Wrong("unlink-takes-directories", _directories_too),
        Wrong("parents-are-there", _without_parents),
        Wrong("missing-is-none", _ignores),
        Wrong("unlink-touches-upper-alone", _only_for_the_image, place="changed-in-upper"),
        Wrong("any-lower-name-needs-a-whiteout", _where_a_lower_has_it),
        Wrong("rm-frees-space", _in_all_layers, place="in-all-layers"),
    ),
    function=function("unlink", _deleted),
)
