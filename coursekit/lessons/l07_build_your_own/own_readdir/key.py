"""The names of a directory: `lookup` for each candidate.

Source: Linux overlayfs.rst, "Directories", "whiteouts and opaque directories".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree, parent_of, without_marks

SOLUTION = """
def readdir(upper, lowers, path):
    if lookup(upper, lowers, path) != "dir":
        raise NotADirectoryError(20, "Not a directory", path)
    names = set()
    for tree in [upper, *lowers]:
        for each in tree:
            parent, _, name = each.rpartition("/")
            if name and (parent or "/") == path:
                names.add(name)
    found = []
    for name in sorted(names):
        try:
            lookup(upper, lowers, (path if path != "/" else "") + "/" + name)
        except FileNotFoundError:
            continue
        found.append(name)
    return found
"""


def _top_lists(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    names = tree_key.readdir(upper, lowers, path)
    top = next(tree for tree in [upper, *lowers] if path in tree)
    inside = path.rstrip("/")
    return [name for name in names if f"{inside}/{name}" in top]


def _whiteouts_listed(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    names = tree_key.readdir(upper, lowers, path)
    gone = [tree for tree in [upper, *lowers] if path in tree][:1]
    return sorted(
        {
            *names,
            *(
                each.rpartition("/")[2]
                for tree in gone
                for each, node in tree.items()
                if node is None and parent_of(each) == path
            ),
        }
    )


def _marks_ignored(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    trees = without_marks([upper, *lowers])
    tree_key.readdir(upper, lowers, path)
    return tree_key.readdir(trees[0], trees[1:], path)


def _readdir_claim(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    inside = path.rstrip("/") + "/"
    if any(each.startswith(inside) and node is None and parent_of(each) == path for each, node in upper.items()):
        return "a name that is hidden is not listed"
    trees = without_marks([upper, *lowers])
    if tree_key.readdir(trees[0], trees[1:], path) != tree_key.readdir(upper, lowers, path):
        return "what an opaque directory hides is not listed"
    layers = sum(any(each.startswith(inside) and each != inside for each in tree) for tree in [upper, *lowers])
    return "a directory of several layers is listed" if layers > 1 else "a directory of one layer is listed"


def _names_below(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    """The first name below the directory, of paths at any depth."""
    tree_key.readdir(upper, lowers, path)
    inside = path.rstrip("/") + "/"
    found = {each for tree in [upper, *lowers] for each in tree if each.startswith(inside) and each != "/"}
    return sorted(each.rpartition("/")[2] for each in found if tree_key.sees(upper, lowers, each) is not None)


def _paths(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    return [f"{path.rstrip('/')}/{name}" for name in tree_key.readdir(upper, lowers, path)]


def _once_a_layer(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    shown = tree_key.readdir(upper, lowers, path)
    return sorted(
        each.rpartition("/")[2]
        for tree in [upper, *lowers]
        for each in tree
        if each != "/" and parent_of(each) == path and each.rpartition("/")[2] in shown
    )


def _of_upper(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    shown = tree_key.readdir(upper, lowers, path)
    return [name for name in shown if f"{path.rstrip('/')}/{name}" in upper]


def _empty_for_nothing(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    try:
        return tree_key.readdir(upper, lowers, path)
    except OSError:
        return []


def _root_with_two_slashes(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    found = tree_key.readdir(upper, lowers, path)
    return [] if path == "/" else found


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("top-directory-alone", _top_lists),
        Wrong("whiteout-is-listed", _whiteouts_listed),
        Wrong("opaque-shows-through", _marks_ignored),
        Wrong("all-below-is-listed", _names_below),
        Wrong("paths-are-listed", _paths),
        Wrong("names-come-twice", _once_a_layer),
        Wrong("lists-are-of-upper", _of_upper),
        Wrong("nothing-is-an-empty-list", _empty_for_nothing),
        Wrong("root-is-like-others", _root_with_two_slashes),
    ),
    function=function("readdir", _readdir_claim),
)
