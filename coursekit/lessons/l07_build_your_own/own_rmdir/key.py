"""A directory in which nothing is seen goes, with the whiteouts in it.

Source: Linux overlayfs.rst, "whiteouts and opaque directories".
"""

import errno
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree, below

SOLUTION = """
def rmdir(upper, lowers, path):
    if readdir(upper, lowers, path):
        raise OSError(39, "Directory not empty", path)
    for each in [each for each in upper if each == path or each.startswith(path + "/")]:
        del upper[each]
    try:
        lookup(upper, lowers, path)
    except FileNotFoundError:
        return
    copy_up(upper, lowers, path.rpartition("/")[0] or "/")
    upper[path] = None
"""


def _upper_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.readdir(upper, lowers, path) and not _upper_children(upper, path):
        return tree_key.remove(upper, lowers, path)
    return tree_key.rmdir(upper, lowers, path)


def _upper_children(upper: Tree, path: str) -> bool:
    return any(each.startswith(f"{path}/") and node is not None for each, node in upper.items())


def _rmdir_always_marks(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.rmdir(upper, lowers, path)
    tree_key.copy_up(upper, lowers, tree_key.parent_of(path))
    upper[path] = None


def _leaves_whiteouts(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    inside = {each: node for each, node in upper.items() if each.startswith(f"{path}/")}
    tree_key.rmdir(upper, lowers, path)
    upper.update(inside)


def _emptied(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if any(each.startswith(f"{path}/") for each in upper):
        return "whiteouts in it go with the directory"
    return "a whiteout hides the lower directory" if below(upper, lowers, path) is not None else "it simply goes"


def _not_empty(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    found = tree_key.sees(upper, lowers, path)
    if isinstance(found, bytes):
        return "a file is no directory"
    full = found == "dir"
    return "children below keep a directory from being empty" if full and not _upper_children(upper, path) else ""


def _takes_all(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.readdir(upper, lowers, path)
    tree_key.remove(upper, lowers, path)


def _whiteouts_count(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.sees(upper, lowers, path) == "dir" and any(each.startswith(f"{path}/") for each in upper):
        raise tree_key.refused(errno.ENOTEMPTY, path)
    tree_key.rmdir(upper, lowers, path)


def _no_mark(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    kept = dict(upper)
    tree_key.rmdir(kept, lowers, path)
    for each in [each for each in upper if each == path or each.startswith(f"{path}/")]:
        del upper[each]


def _files_too(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if isinstance(tree_key.lookup(upper, lowers, path), bytes):
        return tree_key.remove(upper, lowers, path)
    return tree_key.rmdir(upper, lowers, path)


def _without_parents(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    kept = dict(upper)
    tree_key.rmdir(kept, lowers, path)
    for each in [each for each in upper if each == path or each.startswith(f"{path}/")]:
        del upper[each]
    if path in kept:
        upper[path] = None


def _by_letters(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.rmdir(upper, lowers, path)
    for each in [each for each in upper if each.startswith(path) and each != path]:
        del upper[each]


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("upper-alone-counts", _upper_alone),
        Wrong("every-delete-leaves-a-whiteout", _rmdir_always_marks),
        Wrong("whiteouts-outlive-their-directory", _leaves_whiteouts),
        Wrong("rmdir-takes-all", _takes_all),
        Wrong("whiteouts-fill-a-directory", _whiteouts_count),
        Wrong("unlink-touches-upper-alone", _no_mark),
        Wrong("unlink-takes-directories", _files_too, place="rmdir-of-a-file"),
        Wrong("parents-are-there", _without_parents),
        Wrong("names-by-prefix", _by_letters),
    ),
    function=function("rmdir", _emptied, _not_empty),
)
