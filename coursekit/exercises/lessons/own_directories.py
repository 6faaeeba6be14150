"""Lesson 07, third part: mkdir, rmdir and rename of a small union file system.

Judged by what a Linux overlay mount answered (redirect_dir=off), see `own_traces`.
Source: Linux overlayfs.rst, "whiteouts and opaque directories", "renaming directories".
"""

import errno
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.lessons import own_tree
from coursekit.exercises.lessons.own_asked import LESSON, function
from coursekit.exercises.lessons.own_tree import Tree, below
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, Hint, Kind, WrongModel

MKDIR_SOURCE = """
def mkdir(upper, lowers, path):
    try:
        lookup(upper, lowers, path)
    except FileNotFoundError:
        copy_up(upper, lowers, path.rpartition("/")[0] or "/")
        upper[path] = "opaque" if path in upper else "dir"
        return
    raise FileExistsError(17, "File exists", path)
"""
RMDIR_SOURCE = """
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
RENAME_SOURCE = """
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


def _plain_directory(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    own_tree.mkdir(upper, lowers, path)
    upper[path] = "dir"


def _made(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if below(upper, lowers, path) == "dir":
        return "the old directory below does not show through a new one"
    return "a new directory lies in upper, after those that lead to it"


MKDIR = Exercise(
    id="own-mkdir",
    lesson=LESSON,
    title="Write mkdir",
    kind=Kind.FUNCTION,
    points=3,
    objective="write mkdir: an opaque directory where old children would show through",
    make=lambda random: {},
    question="Write `mkdir(upper, lowers, path)`. The new directory is empty. Raise "
    '`FileExistsError(17, "…", path)` if something is seen there, and what Linux raises if there is no directory to '
    "make it in. (The kernel marks some directories opaque where nothing could show through; your answer is right with "
    "or without such a mark.)",
    truth=lambda case: MKDIR_SOURCE,
    function=function("mkdir", _made),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _plain_directory,
            "The call in which a directory was deleted and is made again: list it, and the old children are back.",
        ),
    ),
    hints=(
        Hint(
            'Delete a directory of the image and make it again. What should `ls` say? What would a plain `"dir"` show?'
        ),
        Hint("How can you tell from `upper` alone that something lies hidden below?"),
        Hint("If `path` is in `upper` and nothing is seen there, it is a whiteout: the new directory must be opaque."),
    ),
    explanation='A plain `"dir"` in place of a whiteout would let the old children through. That is what the opaque '
    "mark is for, and why `rm -r` and `mkdir` of one name are not nothing.",
)


def _upper_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if own_tree.readdir(upper, lowers, path) and not _upper_children(upper, path):
        return own_tree.remove(upper, lowers, path)
    return own_tree.rmdir(upper, lowers, path)


def _upper_children(upper: Tree, path: str) -> bool:
    return any(each.startswith(f"{path}/") and node is not None for each, node in upper.items())


def _rmdir_always_marks(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    own_tree.rmdir(upper, lowers, path)
    own_tree.copy_up(upper, lowers, own_tree.parent_of(path))
    upper[path] = None


def _leaves_whiteouts(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    inside = {each: node for each, node in upper.items() if each.startswith(f"{path}/")}
    own_tree.rmdir(upper, lowers, path)
    upper.update(inside)


def _emptied(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if any(each.startswith(f"{path}/") for each in upper):
        return "whiteouts in it go with the directory"
    return "a whiteout hides the lower directory" if below(upper, lowers, path) is not None else "it simply goes"


def _not_empty(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    full = own_tree.sees(upper, lowers, path) == "dir"
    return "children below keep a directory from being empty" if full and not _upper_children(upper, path) else ""


RMDIR = Exercise(
    id="own-rmdir",
    lesson=LESSON,
    title="Write rmdir",
    kind=Kind.FUNCTION,
    points=3,
    objective="write rmdir: empty is what is seen as empty, and whiteouts go with their directory",
    make=lambda random: {},
    question='Write `rmdir(upper, lowers, path)`. Raise `OSError(39, "…", path)` (ENOTEMPTY) while something is seen '
    "in it, `NotADirectoryError(20, …)` for a file, and what `lookup` raises for nothing. Afterwards `upper` holds "
    "neither it nor anything below it, and a whiteout exactly where one is needed.",
    truth=lambda case: RMDIR_SOURCE,
    function=function("rmdir", _emptied, _not_empty),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["upper-alone-counts"],
            _upper_alone,
            "The call on a directory that has children only below: it is not empty.",
        ),
        WrongModel(
            MISCONCEPTIONS["every-delete-leaves-a-whiteout"],
            _rmdir_always_marks,
            "The call on a directory that only `upper` had: nothing is left of it.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteouts-outlive-their-directory"],
            _leaves_whiteouts,
            "The whiteout of the directory hides all that is below it; the old ones have no directory to lie in.",
        ),
    ),
    hints=(
        Hint("Which function says whether a directory is empty to a process?"),
        Hint("What may still lie in `upper` below a directory that is seen as empty?"),
        Hint("Take out the directory and all of `upper` below it; then decide on a whiteout as `unlink` did."),
    ),
    explanation="A directory can be empty to a process and full on disk: each lower child hidden by a whiteout. "
    "`rmdir` sweeps these away and hides the whole with one.",
)


def _no_whiteout(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    own_tree.rename(upper, lowers, source, target)
    if source in upper and upper[source] is None:
        del upper[source]


def _directories_move(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """A directory with a lower part moves as a file does: it comes up and gets the new name."""
    try:
        own_tree.rename(upper, lowers, source, target)
    except OSError as refused:
        if refused.errno != errno.EXDEV:
            raise
        own_tree.remove(upper, lowers, target)
        own_tree.copy_up(upper, lowers, own_tree.parent_of(target))
        own_tree.remove(upper, lowers, source)
        upper[target] = "dir"


def _never_moves(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """Every directory is refused, if nothing else refuses the call before."""
    if source != target and own_tree.sees(upper, lowers, source) == "dir":
        own_tree.rename(dict(upper), lowers, source, target)
        raise own_tree.refused(errno.EXDEV, source)
    own_tree.rename(upper, lowers, source, target)


def _shines_through(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    before = upper.get(source)
    own_tree.rename(upper, lowers, source, target)
    if before == "dir" and source != target and target in upper:
        upper[target] = "dir"


def _renamed(args: Sequence[Any]) -> str:
    upper, lowers, source, _ = args
    if own_tree.lookup(upper, lowers, source) == "dir":
        return "a directory of upper moves with what it holds"
    if below(upper, lowers, source) is not None:
        return "a file of the image gets a new name, and its old one is hidden"
    return "a file of upper moves"


RENAME = Exercise(
    id="own-rename",
    lesson=LESSON,
    title="Write rename",
    kind=Kind.FUNCTION,
    points=6,
    objective="write rename: copy up, move in upper, hide the old name; refuse what a union cannot move",
    make=lambda random: {},
    question="Write `rename(upper, lowers, source, target)`. A file, or a directory that no lower layer has a part in, "
    "moves; what was at `target` is replaced. Refuse, in this order:\n\n"
    "```\n"
    "the directory of source, then of target, is missing   ENOENT 2, ENOTDIR 20\n"
    "source is not there                                  ENOENT 2\n"
    "target lies below source                             EINVAL 22\n"
    "source lies below target                             ENOTEMPTY 39\n"
    "(source and target are the same: nothing to do)\n"
    "a directory onto a file, a file onto a directory     ENOTDIR 20, EISDIR 21\n"
    "a directory with a part in a lower layer             EXDEV 18\n"
    "target is a directory in which something is seen     ENOTEMPTY 39\n"
    "```",
    truth=lambda case: RENAME_SOURCE,
    function=function("rename", _renamed),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["moving-is-free"], _no_whiteout, "After the call the old name must not be seen again."
        ),
        WrongModel(
            MISCONCEPTIONS["directories-move-like-files"],
            _directories_move,
            "The call on a directory that a lower layer has a part in: EXDEV, and `mv` copies instead.",
        ),
        WrongModel(
            MISCONCEPTIONS["directories-never-move"],
            _never_moves,
            "The call on a directory of `upper` alone, or on one that is opaque: no lower layer has a part in it.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _shines_through,
            "A directory that lands on a name where a lower layer shows one: without a mark their children would mix.",
        ),
    ),
    hints=(
        Hint("The refusals are half of the function. Which of them does `lookup` raise for you?"),
        Hint(
            "When has a lower layer a part in a directory? Take it out of a copy of `upper`, with all below it: is a "
            "directory still seen?",
            after="what Linux refuses with EXDEV is refused so",
        ),
        Hint(
            "Copy up the target's parent and the source. Then it is only keys of `upper`: those at and below "
            "`source` get "
            "a new beginning."
        ),
        Hint(
            'Two things are left: a whiteout at `source` if a lower still shows it; and `"opaque"` for a '
            "directory that "
            "lands on a name where a lower shows a directory."
        ),
    ),
    explanation="A lower directory cannot be moved: its children lie in layers that cannot change. The kernel says "
    "EXDEV, as if it were another disk, and `mv` falls back to copying. Mounted with redirect_dir=on it would note the "
    "old place in an extended attribute instead; Docker mounts without it.",
)
EXERCISES = (MKDIR, RMDIR, RENAME)
