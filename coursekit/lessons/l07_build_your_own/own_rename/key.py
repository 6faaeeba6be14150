"""A file moves, or a directory of `upper` alone; any other is refused (redirect_dir=off).

Source: Linux overlayfs.rst, "renaming directories".
"""

import errno
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree, below

SOLUTION = """
def seen(upper, lowers, path):
    try:
        return lookup(upper, lowers, path)
    except FileNotFoundError:
        return None

def inside(tree, path):
    return {each: tree[each] for each in tree if each == path or each.startswith(path + "/")}

def below(upper, lowers, path):
    kept = dict(upper)
    kept.pop(path, None)
    return seen(kept, lowers, path)

def rename(upper, lowers, source, target):
    for path in (source, target):
        if lookup(upper, lowers, path.rpartition("/")[0] or "/") != "dir":
            raise NotADirectoryError(20, "Not a directory", path)
    node, there = lookup(upper, lowers, source), seen(upper, lowers, target)
    if target.startswith(source + "/"):
        raise OSError(22, "Invalid argument", target)
    if source.startswith(target + "/"):
        raise OSError(39, "Directory not empty", target)
    if source == target:
        return
    if there is not None and node == "dir" and there != "dir":
        raise NotADirectoryError(20, "Not a directory", target)
    if there == "dir" and node != "dir":
        raise IsADirectoryError(21, "Is a directory", target)
    if node == "dir" and (source not in upper or upper[source] == "dir" and below(upper, lowers, source) == "dir"):
        raise OSError(18, "Invalid cross-device link", source)
    if there == "dir" and readdir(upper, lowers, target):
        raise OSError(39, "Directory not empty", target)
    copy_up(upper, lowers, target.rpartition("/")[0] or "/")
    copy_up(upper, lowers, source)
    moved, hides = inside(upper, source), below(upper, lowers, source) is not None
    for each in [*moved, *inside(upper, target)]:
        upper.pop(each, None)
    if moved[source] == "dir" and seen(upper, lowers, target) == "dir":
        moved[source] = "opaque"
    for each in moved:
        upper[target + each[len(source):]] = moved[each]
    if hides:
        upper[source] = None
"""


def _no_whiteout(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    tree_key.rename(upper, lowers, source, target)
    if source in upper and upper[source] is None:
        del upper[source]


def _directories_move(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """A directory with a lower part moves as a file does: it comes up and gets the new name."""
    try:
        tree_key.rename(upper, lowers, source, target)
    except OSError as refused:
        if refused.errno != errno.EXDEV:
            raise
        tree_key.remove(upper, lowers, target)
        tree_key.copy_up(upper, lowers, tree_key.parent_of(target))
        tree_key.remove(upper, lowers, source)
        upper[target] = "dir"


def _never_moves(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """Every directory is refused, if nothing else refuses the call before."""
    if source != target and tree_key.sees(upper, lowers, source) == "dir":
        tree_key.rename(dict(upper), lowers, source, target)
        raise tree_key.refused(errno.EXDEV, source)
    tree_key.rename(upper, lowers, source, target)


def _shines_through(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    before = upper.get(source)
    tree_key.rename(upper, lowers, source, target)
    if before == "dir" and source != target and target in upper:
        upper[target] = "dir"


def _renamed(args: Sequence[Any]) -> str:
    upper, lowers, source, _ = args
    if tree_key.lookup(upper, lowers, source) == "dir":
        return "a directory of upper moves with what it holds"
    if below(upper, lowers, source) is not None:
        return "a file of the image gets a new name, and its old one is hidden"
    return "a file of upper moves"


def _children_stay(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """The directory's own entry moves, and nothing below it."""
    inside = [each for each in upper if each.startswith(f"{source}/")]
    before = dict(upper)
    tree_key.rename(upper, lowers, source, target)
    if source != target and inside and upper.get(target) in ("dir", "opaque"):
        for each in inside:
            upper.pop(target + each.removeprefix(source), None)
            upper[each] = before[each]


def _only_onto_nothing(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    if source != target and tree_key.sees(upper, lowers, target) is not None:
        tree_key.rename(dict(upper), lowers, source, target)
        raise tree_key.refused(errno.EEXIST, target)
    tree_key.rename(upper, lowers, source, target)


def _files_stay(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """Files of the image are refused as directories are."""
    below_it = source not in upper and isinstance(tree_key.sees(upper, lowers, source), bytes)
    if below_it and source != target:
        tree_key.rename(dict(upper), lowers, source, target)
        raise tree_key.refused(errno.EXDEV, source)
    tree_key.rename(upper, lowers, source, target)


def _copies(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    before = dict(upper)
    tree_key.rename(upper, lowers, source, target)
    if source != target:
        upper.pop(source, None)
        upper.update({each: node for each, node in before.items() if each == source or each.startswith(f"{source}/")})


def _full_directories(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """A directory is replaced, full or not."""
    try:
        tree_key.rename(upper, lowers, source, target)
    except OSError as refused:
        if refused.errno != errno.ENOTEMPTY or source.startswith(f"{target}/"):
            raise
        tree_key.remove(upper, lowers, target)
        tree_key.rename(upper, lowers, source, target)


def _always_a_whiteout(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    tree_key.rename(upper, lowers, source, target)
    if source != target:
        tree_key.copy_up(upper, lowers, tree_key.parent_of(source))
        upper[source] = None


def _by_letters(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    if target.startswith(source) and target != source:
        tree_key.lookup(upper, lowers, source)
        tree_key.sees(upper, lowers, target)
        if tree_key.lookup(upper, lowers, tree_key.parent_of(target)) == "dir":
            raise tree_key.refused(errno.EINVAL, target)
    tree_key.rename(upper, lowers, source, target)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("moving-is-free", _no_whiteout),
        Wrong("directories-move-like-files", _directories_move),
        Wrong("directories-never-move", _never_moves),
        Wrong("opaque-shows-through", _shines_through),
        Wrong("children-stay-behind", _children_stay),
        Wrong("target-has-to-be-free", _only_onto_nothing),
        Wrong("files-cannot-leave-the-image", _files_stay),
        Wrong("source-is-copied", _copies),
        Wrong("rmdir-takes-all", _full_directories),
        Wrong("every-delete-leaves-a-whiteout", _always_a_whiteout),
        Wrong("names-by-prefix", _by_letters),
    ),
    function=function("rename", _renamed),
)
