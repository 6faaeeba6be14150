"""Lesson 07, second part: copy_up, write and unlink of a small union file system.

Judged by what a Linux overlay mount answered, see `own_traces`.
Source: Linux overlayfs.rst, "Non-directories", "whiteouts and opaque directories".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.lessons import own_tree
from coursekit.exercises.lessons.own_asked import LESSON, function
from coursekit.exercises.lessons.own_tree import Tree, below, parent_of
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, Hint, Kind, WrongModel

COPY_UP_SOURCE = """
def copy_up(upper, lowers, path):
    found = lookup(upper, lowers, path)
    if path not in upper:
        copy_up(upper, lowers, path.rpartition("/")[0] or "/")
        upper[path] = found
"""
WRITE_SOURCE = """
def write(upper, lowers, path, data):
    try:
        found = read(upper, lowers, path)
    except FileNotFoundError:
        found = b""
    copy_up(upper, lowers, path.rpartition("/")[0] or "/")
    upper[path] = found + data
"""
UNLINK_SOURCE = """
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


def _with_children(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    own_tree.copy_up(upper, lowers, path)
    if own_tree.lookup(upper, lowers, path) == "dir":
        for name in own_tree.readdir(upper, lowers, path):
            own_tree.copy_up(upper, lowers, f"{path.rstrip('/')}/{name}")


def _moves_up(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    own_tree.copy_up(upper, lowers, path)
    for tree in lowers:
        if isinstance(tree.get(path), bytes) and path in upper:
            del tree[path]
            break


def _mark_is_lost(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    own_tree.copy_up(upper, lowers, path)
    if upper[path] == "opaque":
        upper[path] = "dir"


def _copied(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if path in upper:
        return "what is above already stays as it is"
    if own_tree.lookup(upper, lowers, path) != "dir":
        return "a file comes up whole"
    full = own_tree.readdir(upper, lowers, path)
    return "a directory comes up without its children" if full else "an empty directory comes up"


COPY_UP = Exercise(
    id="own-copy-up",
    lesson=LESSON,
    title="Write copy_up",
    kind=Kind.FUNCTION,
    points=3,
    objective="write copy-up on top of lookup: directories first, the original left in place",
    make=lambda random: {},
    question="Write `copy_up(upper, lowers, path)`: afterwards `upper` has what is seen at `path`, and each directory "
    "that leads to it. What `upper` has already stays. It returns nothing, and raises what `lookup` raises. "
    "(The kernel was asked by a `chmod`, which changes nothing else here.)",
    truth=lambda case: COPY_UP_SOURCE,
    function=function("copy_up", _copied),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["directory-copies-children"],
            _with_children,
            "A directory comes up alone; its children are still found below.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            _moves_up,
            "The lower dicts are as before: the original stays where it lies.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _mark_is_lost,
            "A directory that is opaque in `upper` stays so: without its mark the old children would be seen again.",
        ),
    ),
    hints=(
        Hint("In lesson 04 you wrote it with its own search. Which function does the search now?"),
        Hint("What must lie in `upper` before the file can? Who brings it there?"),
        Hint(
            "`lookup` first, so that it raises before anything changes. Then, unless `path` is in `upper`: copy up "
            "the "
            "parent, and put what was found."
        ),
    ),
    explanation="With lookup at hand, copy-up is four lines, and it calls itself for the directories. A merged "
    'directory comes up as plain `"dir"`, so the layers below still show through it.',
)


def _edits_the_image(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    tree = next((each for each in lowers if isinstance(each.get(path), bytes)), None)
    if path in upper or tree is None or own_tree.sees(upper, lowers, path) is None:
        return own_tree.write(upper, lowers, path, data)
    tree[path] = own_tree.read(upper, lowers, path) + data
    return None


def _only_the_new_part(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    above = path in upper
    own_tree.write(upper, lowers, path, data)
    if not above:
        upper[path] = data


def _old_contents(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    old, gone = below(upper, lowers, path), own_tree.sees(upper, lowers, path) is None
    own_tree.write(upper, lowers, path, data)
    if gone and isinstance(old, bytes):
        upper[path] = old + data


def _written(args: Sequence[Any]) -> str:
    upper, lowers, path, _ = args
    if own_tree.sees(upper, lowers, path) is None:
        return "a file in place of a deleted one begins anew" if path in upper else "a new file is made"
    return "a file of the upper layer grows" if path in upper else "a file below is copied up before it grows"


WRITE = Exercise(
    id="own-write",
    lesson=LESSON,
    title="Write write",
    kind=Kind.FUNCTION,
    points=4,
    objective="write a write: new files in upper, old ones copied up first, the image untouched",
    make=lambda random: {},
    question="Write `write(upper, lowers, path, data)`, which does what `>>` does: append `data` to the file, or "
    'make it. Raise `IsADirectoryError(21, "…", path)` for a directory; if there is no directory to hold the file, '
    "`FileNotFoundError(2, …)` or `NotADirectoryError(20, …)`, as Linux does.",
    truth=lambda case: WRITE_SOURCE,
    function=function("write", _written),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            _edits_the_image,
            "`lowers` never change; the copy in `upper` does.",
        ),
        WrongModel(
            MISCONCEPTIONS["copies-only-the-block"],
            _only_the_new_part,
            "`upper` must hold the whole file: what was there before, then `data`.",
        ),
        WrongModel(
            MISCONCEPTIONS["deleted-contents-come-back"],
            _old_contents,
            "The call on a name that `upper` whites out: the new file has `data`, and nothing else.",
        ),
    ),
    hints=(
        Hint("What must be true of the directory above before anything is written?"),
        Hint("Which of your functions gives the old contents, and which errors of it mean “make a new file”?"),
        Hint("`except FileNotFoundError` catches a missing file. A missing **directory** must be refused before that."),
        Hint(
            "Parent: `lookup`, refuse if no directory. Old contents: `read`, or `b''`. Then copy up the parent, "
            "and set "
            "`upper[path]`."
        ),
    ),
    explanation="A whiteout in `upper` is simply replaced by the new file: it is the same key. The kernel does it in "
    "the same order: it looks, copies up, writes; and if there is no room for the copy, the write fails before its "
    "first byte.",
)


def _frees(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    if own_tree.lookup(upper, lowers, path) == "dir":
        return own_tree.unlink(upper, lowers, path)
    for tree in [upper, *lowers]:
        if isinstance(tree.get(path), bytes):
            del tree[path]
    return None


def _whiteout_below(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    hidden = below(upper, lowers, path)
    own_tree.unlink(upper, lowers, path)
    if hidden is not None:
        del upper[path]
        next(tree for tree in lowers if path in tree)[path] = None


def _always_a_whiteout(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    own_tree.unlink(upper, lowers, path)
    own_tree.copy_up(upper, lowers, parent_of(path))
    upper[path] = None


def _deleted(args: Sequence[Any]) -> str:
    return "a whiteout hides what lies below" if below(*args) is not None else "what only upper had simply goes"


UNLINK = Exercise(
    id="own-unlink",
    lesson=LESSON,
    title="Write unlink",
    kind=Kind.FUNCTION,
    points=4,
    objective="write unlink: a whiteout where a lower layer has the name, nothing where none has",
    make=lambda random: {},
    question="Write `unlink(upper, lowers, path)`, which deletes a file. Afterwards nothing is seen at `path`, and "
    "`upper` has a whiteout exactly where one is needed. For a directory raise "
    '`IsADirectoryError(21, "…", path)`, for nothing what `lookup` raises.',
    truth=lambda case: UNLINK_SOURCE,
    function=function("unlink", _deleted),
    wrong_models=(
        WrongModel(MISCONCEPTIONS["rm-frees-space"], _frees, "The lower dicts cannot change; the name can be hidden."),
        WrongModel(MISCONCEPTIONS["whiteout-below"], _whiteout_below, "The whiteout is put into `upper`."),
        WrongModel(
            MISCONCEPTIONS["every-delete-leaves-a-whiteout"],
            _always_a_whiteout,
            "The call on a file that no lower shows: `upper` has nothing at `path` afterwards.",
        ),
    ),
    hints=(
        Hint("When is it enough to take the name out of `upper`, and when is it not?"),
        Hint("Take it out of `upper` first. What does `lookup` say now?"),
        Hint(
            "A whiteout needs its directories in `upper`, like any other name.",
            after="a whiteout hides what lies below",
        ),
        Hint(
            "A helper `remove(upper, lowers, path)` that also takes what lies below `path` will serve `rmdir` and "
            "`rename` as well."
        ),
    ),
    explanation="“Take it out; is it still seen? Then hide it.” No need to ask which layer has it. The kernel asks "
    "the same question with its lower stack: is there a lower part? A file that was made and deleted in the container "
    "leaves nothing behind.",
)
EXERCISES = (COPY_UP, WRITE, UNLINK)
