"""A file grows, or is made: what lies below is copied up before.

Source: Linux overlayfs.rst, "Non-directories".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree, below

SOLUTION = """
def write(upper, lowers, path, data):
    try:
        found = read(upper, lowers, path)
    except FileNotFoundError:
        found = b""
    copy_up(upper, lowers, path.rpartition("/")[0] or "/")
    upper[path] = found + data
"""


def _edits_the_image(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    tree = next((each for each in lowers if isinstance(each.get(path), bytes)), None)
    if path in upper or tree is None or tree_key.sees(upper, lowers, path) is None:
        return tree_key.write(upper, lowers, path, data)
    tree[path] = tree_key.read(upper, lowers, path) + data
    return None


def _only_the_new_part(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    above = path in upper
    tree_key.write(upper, lowers, path, data)
    if not above:
        upper[path] = data


def _old_contents(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    old, gone = below(upper, lowers, path), tree_key.sees(upper, lowers, path) is None
    tree_key.write(upper, lowers, path, data)
    if gone and isinstance(old, bytes):
        upper[path] = old + data


def _written(args: Sequence[Any]) -> str:
    upper, lowers, path, _ = args
    if tree_key.sees(upper, lowers, path) is None:
        return "a file in place of a deleted one begins anew" if path in upper else "a new file is made"
    return "a file of the upper layer grows" if path in upper else "a file below is copied up before it grows"


def _replaces(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    tree_key.write(upper, lowers, path, data)
    upper[path] = data


def _makes_parents(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    above = tree_key.parent_of(path)
    if tree_key.sees(upper, lowers, above) is None and above not in upper:
        upper[above] = "dir"
        upper[path] = data
        return
    tree_key.write(upper, lowers, path, data)


def _without_parents(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    kept = dict(upper)
    tree_key.write(kept, lowers, path, data)
    upper[path] = kept[path]


def _over_directories(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    if tree_key.sees(upper, lowers, path) == "dir":
        upper[path] = data
        return
    tree_key.write(upper, lowers, path, data)


def _needs_a_file(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    tree_key.lookup(upper, lowers, path)
    tree_key.write(upper, lowers, path, data)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("writing-edits-the-image", _edits_the_image),
        Wrong("copies-only-the-block", _only_the_new_part),
        Wrong("deleted-contents-come-back", _old_contents),
        Wrong("appending-replaces", _replaces),
        Wrong("parents-are-made", _makes_parents),
        Wrong("parents-are-there", _without_parents),
        Wrong("directories-are-read", _over_directories, place="written-over"),
        Wrong("append-needs-a-file", _needs_a_file),
    ),
    function=function("write", _written),
)
