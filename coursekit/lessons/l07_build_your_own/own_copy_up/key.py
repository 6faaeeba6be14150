"""What is seen at a path is brought into `upper`, its directories first.

Source: Linux overlayfs.rst, "Non-directories".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree

SOLUTION = """
def copy_up(upper, lowers, path):
    found = lookup(upper, lowers, path)
    if path not in upper:
        copy_up(upper, lowers, path.rpartition("/")[0] or "/")
        upper[path] = found
"""


def _with_children(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.copy_up(upper, lowers, path)
    if tree_key.lookup(upper, lowers, path) == "dir":
        for name in tree_key.readdir(upper, lowers, path):
            tree_key.copy_up(upper, lowers, f"{path.rstrip('/')}/{name}")


def _moves_up(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.copy_up(upper, lowers, path)
    for tree in lowers:
        if isinstance(tree.get(path), bytes) and path in upper:
            del tree[path]
            break


def _mark_is_lost(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    tree_key.copy_up(upper, lowers, path)
    if upper[path] == "opaque":
        upper[path] = "dir"


def _copied(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if path in upper:
        hides = any(isinstance(tree.get(path), bytes) and tree[path] != upper[path] for tree in lowers)
        return "what is above stays, and hides what lies below" if hides else "what is above already stays as it is"
    if tree_key.lookup(upper, lowers, path) != "dir":
        return "a file comes up whole"
    full = tree_key.readdir(upper, lowers, path)
    return "a directory comes up without its children" if full else "an empty directory comes up"


def _alone(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """Without the directories that lead to it."""
    found = tree_key.lookup(upper, lowers, path)
    if path not in upper:
        upper[path] = found


def _again(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """What a lower layer has comes up over what upper has."""
    tree_key.copy_up(upper, lowers, path)
    node = next((tree[path] for tree in lowers if isinstance(tree.get(path), bytes)), None)
    if isinstance(upper.get(path), bytes) and node is not None:
        upper[path] = node


def _ignores(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if tree_key.sees(upper, lowers, path) is not None:
        tree_key.copy_up(upper, lowers, path)


def _empty(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    above = path in upper
    tree_key.copy_up(upper, lowers, path)
    if not above and isinstance(upper[path], bytes):
        upper[path] = b""


def _the_file_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    upper[path] = tree_key.lookup(upper, lowers, path)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("directory-copies-children", _with_children),
        Wrong("writing-edits-the-image", _moves_up),
        Wrong("opaque-shows-through", _mark_is_lost),
        Wrong("parents-are-there", _alone),
        Wrong("copies-what-is-there", _again),
        Wrong("missing-is-none", _ignores),
        Wrong("empty-copy", _empty),
        Wrong("parents-are-there", _the_file_alone, place="the-file-alone"),
    ),
    function=function("copy_up", _copied),
)
