"""Lesson 07, first part: lookup, readdir and read of a small union file system.

Judged by what a Linux overlay mount answered, see `own_traces`.
Source: Linux overlayfs.rst, "Upper and Lower", "Directories", "whiteouts and opaque directories".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.lessons import own_tree
from coursekit.exercises.lessons.own_asked import LESSON, function
from coursekit.exercises.lessons.own_tree import Tree, parent_of
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, Hint, Kind, WrongModel

LOOKUP_SOURCE = """
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
READDIR_SOURCE = """
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
READ_SOURCE = """
def read(upper, lowers, path):
    found = lookup(upper, lowers, path)
    if found == "dir":
        raise IsADirectoryError(21, "Is a directory", path)
    return found
"""


def _bottom_wins(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    found = own_tree.lookup(upper, lowers, path)
    layers = [tree[path] for tree in [upper, *lowers] if isinstance(tree.get(path), bytes)]
    return layers[-1] if isinstance(found, bytes) and layers[-1] is not None else found


def _top_directory_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    """A directory of an upper layer replaces the one below, as if all were opaque."""
    trees = [_all_opaque(tree) for tree in [upper, *lowers]]
    return own_tree.lookup(trees[0], trees[1:], path)


def _all_opaque(tree: Tree) -> Tree:
    return {path: "opaque" if node == "dir" and path != "/" else node for path, node in tree.items()}


def _opaque_shows_through(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    trees = _without_marks([upper, *lowers])
    return own_tree.lookup(trees[0], trees[1:], path)


def _without_marks(trees: Sequence[Tree]) -> list[Tree]:
    return [{each: "dir" if node == "opaque" else node for each, node in tree.items()} for tree in trees]


def _lookup_claim(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    if own_tree.lookup(upper, lowers, path) == "dir":
        return "a directory is found"
    if sum(isinstance(tree.get(path), bytes) for tree in [upper, *lowers]) > 1:
        return "of several files the topmost is found"
    return "a file of the upper layer is found" if path in upper else "a file of a lower layer is found"


def _not_seen(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    trees = _without_marks([upper, *lowers])
    return "what an opaque directory hides is not seen" if own_tree.sees(trees[0], trees[1:], path) is not None else ""


LOOKUP = Exercise(
    id="own-lookup",
    lesson=LESSON,
    title="Write lookup",
    kind=Kind.FUNCTION,
    points=5,
    objective="write lookup: from the top down, stopped by whiteouts, files and opaque directories, refused as by "
    "Linux",
    make=lambda random: {},
    question="Write `lookup(upper, lowers, path)`: what does a process see at `path`? Return a file's `bytes`, or "
    '`"dir"` for a directory, opaque or not. Where nothing is seen raise `FileNotFoundError(2, "…", path)`; where '
    'something above `path` is seen as a file, `NotADirectoryError(20, "…", path)`. "/" is always a directory.',
    truth=lambda case: LOOKUP_SOURCE,
    function=function("lookup", _lookup_claim, _not_seen),
    wrong_models=(
        WrongModel(MISCONCEPTIONS["bottom-wins"], _bottom_wins, "`[upper, *lowers]` is top first: stop at the first."),
        WrongModel(
            MISCONCEPTIONS["top-directory-alone"],
            _top_directory_alone,
            "A directory that is not opaque does not end the search: go on to the next layer.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _opaque_shows_through,
            "An opaque directory **above** `path`: this layer is the last one that is asked.",
        ),
    ),
    hints=(
        Hint("What must be true of the directory above `path`? Which function tells you?"),
        Hint(
            "In one layer there are three cases: it has `path`; it has something above `path` that ends the "
            "search; or "
            "it has nothing to say, and the next layer is asked."
        ),
        Hint(
            'What ends the search is anything above `path` in this layer that is not `"dir"`: a whiteout, a '
            "file, an "
            "opaque directory.",
            after="opaque-shows-through",
        ),
        Hint(
            "First `lookup` the parent: it raises for you. Then for each tree: `if path in tree`: whiteout, break; "
            "else "
            'return. Then `if` one of the directories above is in the tree and not `"dir"`: break. After the loop, '
            "raise."
        ),
    ),
    explanation="That is the whole search: parent first, then from the top down, until a layer has the name or ends "
    "the search. The kernel keeps the layers that a directory was found in with it (its **lower stack**), so that it "
    "need "
    "not ask all of them again for each child.",
)


def _top_lists(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    names = own_tree.readdir(upper, lowers, path)
    top = next(tree for tree in [upper, *lowers] if path in tree)
    inside = path.rstrip("/")
    return [name for name in names if f"{inside}/{name}" in top]


def _whiteouts_listed(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    names = own_tree.readdir(upper, lowers, path)
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
    trees = _without_marks([upper, *lowers])
    own_tree.readdir(upper, lowers, path)
    return own_tree.readdir(trees[0], trees[1:], path)


def _readdir_claim(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    inside = path.rstrip("/") + "/"
    if any(each.startswith(inside) and node is None and parent_of(each) == path for each, node in upper.items()):
        return "a name that is hidden is not listed"
    trees = _without_marks([upper, *lowers])
    if own_tree.readdir(trees[0], trees[1:], path) != own_tree.readdir(upper, lowers, path):
        return "what an opaque directory hides is not listed"
    layers = sum(any(each.startswith(inside) and each != inside for each in tree) for tree in [upper, *lowers])
    return "a directory of several layers is listed" if layers > 1 else "a directory of one layer is listed"


READDIR = Exercise(
    id="own-readdir",
    lesson=LESSON,
    title="Write readdir",
    kind=Kind.FUNCTION,
    points=4,
    objective="write readdir: the names of all layers that take part, less those that are hidden",
    make=lambda random: {},
    question="Write `readdir(upper, lowers, path)`: the sorted list of the names that a process sees in a directory. "
    'Raise `NotADirectoryError(20, "…", path)` for a file; for nothing, what `lookup` raises. Your `lookup` is '
    "there to be called.",
    truth=lambda case: READDIR_SOURCE,
    function=function("readdir", _readdir_claim),
    wrong_models=(
        WrongModel(MISCONCEPTIONS["top-directory-alone"], _top_lists, "Names of the layers below belong to the list."),
        WrongModel(
            MISCONCEPTIONS["whiteout-is-listed"], _whiteouts_listed, "A whiteout is a mark, not a name to list."
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _marks_ignored,
            "Below an opaque directory the layers further down have no say: ask `lookup` for each name.",
        ),
    ),
    hints=(
        Hint("Which names could be in the list at most? Which of them does a process see?"),
        Hint("Collect the last part of every path whose parent is `path`, from all trees; then ask `lookup` for each."),
        Hint("The parent of `/a` is `/`, and `'/a'.rpartition('/')[0]` is the empty string.", after=""),
        Hint("`try: lookup(…)`, `except OSError: continue`, else append. Sort at the end."),
    ),
    explanation="readdir is lookup for each candidate. The kernel does it the other way round: it reads the directory "
    "of each layer, top first, and keeps whiteouts in the list so that later layers' names are dropped. The answer is "
    "the same, and yours is easier to believe.",
)


def _read_copies(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    found = own_tree.read(upper, lowers, path)
    own_tree.copy_up(upper, lowers, path)
    return found


READ = Exercise(
    id="own-read",
    lesson=LESSON,
    title="Write read",
    kind=Kind.FUNCTION,
    points=2,
    objective="write read: the file where it lies, nothing copied",
    make=lambda random: {},
    question="Write `read(upper, lowers, path)`: the file's `bytes`. For a directory raise "
    '`IsADirectoryError(21, "…", path)`; else what `lookup` raises. What does `upper` look like afterwards?',
    truth=lambda case: READ_SOURCE,
    function=function(
        "read",
        lambda args: "a file of the upper layer is read" if args[2] in args[0] else "a file below is read in place",
    ),
    wrong_models=(
        WrongModel(MISCONCEPTIONS["reading-copies-up"], _read_copies, "After the call, `upper` is what it was before."),
    ),
    hints=(
        Hint("Which function knows already what is seen at `path`?"),
        Hint('What is left to do when `lookup` returns `"dir"`?'),
    ),
    explanation="Two lines, and the point is what they do not do: `upper` is as before. The note's table says that "
    "reading copies a file into the container layer; the kernel's own answers, by which you were judged, say no.",
)
EXERCISES = (LOOKUP, READDIR, READ)
