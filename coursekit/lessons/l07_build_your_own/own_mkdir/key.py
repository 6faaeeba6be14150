"""A new directory, opaque where old children would show through.

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
def mkdir(upper, lowers, path):
    try:
        lookup(upper, lowers, path)
    except FileNotFoundError:
        copy_up(upper, lowers, path.rpartition("/")[0] or "/")
        upper[path] = "opaque" if path in upper else "dir"
        return
    raise FileExistsError(17, "File exists", path)
"""


def _plain_directory(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.mkdir(upper, lowers, path)
    upper[path] = "dir"


def _made(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if below(upper, lowers, path) == "dir":
        return "the old directory below does not show through a new one"
    if tree_key.parent_of(path) not in upper:
        return "a new directory lies in upper, after those that lead to it"
    return "a new directory lies in upper"


def _with_parents(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    above = tree_key.parent_of(path)
    if tree_key.sees(upper, lowers, above) is None and tree_key.sees(upper, lowers, tree_key.parent_of(above)) == "dir":
        tree_key.mkdir(upper, lowers, above)
    tree_key.mkdir(upper, lowers, path)


def _again(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.sees(upper, lowers, path) is None:
        tree_key.mkdir(upper, lowers, path)


def _alone(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    kept = dict(upper)
    tree_key.mkdir(kept, lowers, path)
    upper[path] = kept[path]


def _anything_counts(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if any(path in tree for tree in [upper, *lowers]):
        tree_key.lookup(upper, lowers, tree_key.parent_of(path))
        raise tree_key.refused(errno.EEXIST, path)
    tree_key.mkdir(upper, lowers, path)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("opaque-shows-through", _plain_directory),
        Wrong("parents-are-made", _with_parents),
        Wrong("mkdir-takes-what-is-there", _again),
        Wrong("parents-are-there", _alone),
        Wrong("whited-out-for-good", _anything_counts),
    ),
    function=function("mkdir", _made),
)
