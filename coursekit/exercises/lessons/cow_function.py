"""Lesson 04: write `copy_up` over plain dicts.

    upper   {"/": dir}                                       after   {"/": dir, "/etc": dir, "/etc/hosts": file}
    lowers  [{"/etc": dir, "/etc/hosts": file}, …]  top first        the same

Floor 7 (exercises); data. Source: Linux overlayfs.rst, "Non-directories": the file and the directories that lead to it.
Simplified: no symlinks, no opaque directories, no whiteouts of directories, no metadata but the mode.
"""

from random import Random
from typing import Any

from coursekit.exercises.lessons.cow_operations import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel

Node = dict[str, Any]
Tree = dict[str, Node]
BLOCK = 4096

SOLUTION = '''
def copy_up(upper, lowers, path):
    parent = path.rpartition("/")[0]
    for node in [upper, *lowers]:
        if path in node:
            found = node[path]
            break
    else:
        raise FileNotFoundError(2, "No such file or directory", path)
    if found["type"] == "whiteout":
        raise FileNotFoundError(2, "No such file or directory", path)
    if path in upper:
        return 0
    if parent:
        copy_up(upper, lowers, parent)
    upper[path] = dict(found)
    return len(found.get("data", b""))
'''


def copy_up(upper: Tree, lowers: list[Tree], path: str) -> int:
    """The bytes that were copied to make `path` lie in `upper`. Raises: FileNotFoundError (ENOENT)."""
    return _copy(upper, lowers, path)[0]


def _copy(upper: Tree, lowers: list[Tree], path: str) -> tuple[int, list[str]]:
    """Bytes copied, and the directories that came up on the way."""
    found = next((tree[path] for tree in [upper, *lowers] if path in tree), None)
    if found is None or found["type"] == "whiteout":
        raise FileNotFoundError(2, "No such file or directory", path)
    if path in upper:
        return 0, []
    parent = path.rpartition("/")[0]
    came = _copy(upper, lowers, parent)[1] if parent else []
    upper[path] = dict(found)
    return len(found.get("data", b"")), [*came, *([path] if found["type"] == "dir" else [])]


def _bottom_wins(upper: Tree, lowers: list[Tree], path: str) -> int:
    return copy_up(upper, lowers[::-1], path)


def _with_children(upper: Tree, lowers: list[Tree], path: str) -> int:
    size, came = _copy(upper, lowers, path)
    for tree in lowers:
        for name, node in tree.items():
            if name.rpartition("/")[0] in came and node["type"] == "file":
                upper.setdefault(name, dict(node))
    return size


def _moves(upper: Tree, lowers: list[Tree], path: str) -> int:
    before = path in upper
    size = copy_up(upper, lowers, path)
    holder = next((tree for tree in lowers if path in tree), None)
    if holder is not None and not before:
        del holder[path]
    return size


def _one_block(upper: Tree, lowers: list[Tree], path: str) -> int:
    size = copy_up(upper, lowers, path)
    if size > BLOCK:
        upper[path]["data"] = upper[path]["data"][:BLOCK]
    return min(size, BLOCK)


_DIRECTORIES = ("/etc", "/usr", "/usr/lib", "/usr/share", "/usr/share/doc", "/srv")
_NAMES = ("hosts", "app.conf", "notes", "data.db", "index.html")


def _tree(random: Random) -> Tree:
    """A layer: some directories with their parents, some files in them."""
    tree: Tree = {"/": {"type": "dir", "mode": 0o755}}
    for directory in random.sample(_DIRECTORIES, random.randrange(2, 5)):
        parts = directory.split("/")[1:]
        for depth in range(len(parts)):
            mode = random.choice((0o755, 0o750, 0o700))
            tree.setdefault("/" + "/".join(parts[: depth + 1]), {"type": "dir", "mode": mode})
        for name in random.sample(_NAMES, random.randrange(1, 4)):
            tree[f"{directory}/{name}"] = _file(random, random.randrange(0, 12))
    return tree


def _file(random: Random, size: int) -> Node:
    mode = random.choice((0o644, 0o600, 0o755))
    return {"type": "file", "mode": mode, "data": bytes(random.choices(b"abcdefgh", k=size))}


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """Thirty calls: present above, below, in several layers, whited out, missing; one file larger than a block."""
    calls: list[list[Any]] = []
    while len(calls) < 30:
        lowers = [_tree(random) for _ in range(random.randrange(1, 4))]
        upper: Tree = {"/": {"type": "dir", "mode": 0o755}}
        files = sorted({name for tree in lowers for name, node in tree.items() if node["type"] == "file"})
        path = random.choice(files)
        kind = len(calls) % 6
        if kind == 0:
            holder = next(tree for tree in lowers if path in tree)
            holder[path] = _file(random, BLOCK + random.randrange(1, 500))
        elif kind == 1:
            copy_up(upper, lowers, path)
        elif kind == 2:
            _hide(upper, lowers, path, random)
        elif kind == 3 and random.random() < 0.5:
            path = f"{path}.old"
        elif kind == 4:
            _everywhere(lowers, path, random)
        calls.append([upper, lowers, path])
    return calls


def _hide(upper: Tree, lowers: list[Tree], path: str, random: Random) -> None:
    """A whiteout of `path` in upperdir, with the directories that lead to it, or in the topmost lower that has it."""
    parent = path.rpartition("/")[0]
    if random.random() < 0.5:
        copy_up(upper, lowers, parent)
        upper[path] = {"type": "whiteout"}
    else:
        next(tree for tree in lowers if path in tree)[path] = {"type": "whiteout"}


def _everywhere(lowers: list[Tree], path: str, random: Random) -> None:
    """`path` in one more layer below, with other contents."""
    below: Tree = {"/": {"type": "dir", "mode": 0o755}}
    parts = path.split("/")[1:-1]
    for depth in range(len(parts)):
        below["/" + "/".join(parts[: depth + 1])] = {"type": "dir", "mode": 0o711}
    below[path] = _file(random, 15)
    lowers.append(below)


def _claim(args: Any) -> str:
    upper, lowers, path = args
    found = next((tree[path] for tree in [upper, *lowers] if path in tree), None)
    if found is None or found["type"] == "whiteout":
        return "what is not there is refused"
    return "what is above already stays as it is" if path in upper else "what lies below is copied up"


COPY_UP = Exercise(
    id="copy-up",
    lesson=LESSON,
    title="Write copy_up",
    kind=Kind.FUNCTION,
    points=5,
    objective="write copy-up: the whole file, its directories first, from the topmost layer that has it",
    make=lambda random: {},
    question="Write `copy_up(upper, lowers, path)`. `upper` is a dict from path to node, `lowers` a list of such "
    "dicts, top "
    "first. A node is `{'type': 'file', 'mode': 0o644, 'data': b'…'}`, `{'type': 'dir', 'mode': 0o755}` or "
    "`{'type': 'whiteout'}`. Afterwards `path` lies in `upper`, after the directories that lead to it, each copied "
    "from the topmost layer that has it; `lowers` stay as they are. Return the number of bytes of `data` copied "
    "for `path`, 0 if it was in `upper` already. Where the path does not exist or is whited out, raise "
    "`FileNotFoundError(2, '…', path)`.",
    truth=lambda case: SOLUTION,
    function=Function("copy_up", _inputs, copy_up, changes=(0, 1), claim=_claim),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bottom-wins"], _bottom_wins, "`lowers` come top first; the first that has the path is "
            "the one."
        ),
        WrongModel(
            MISCONCEPTIONS["directory-copies-children"],
            _with_children,
            "A directory comes up alone; its other children are still found below.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"], _moves, "Copy-up leaves the original in place: lower layers "
            "are shared."
        ),
        WrongModel(
            MISCONCEPTIONS["copies-only-the-block"],
            _one_block,
            "The call with a file of more than 4,096 bytes: all of it is copied.",
        ),
    ),
    hints=(
        Hint("Three questions in order: is it in `upper`? If not, which layer has it first? And are its directories "
        "there?"),
        Hint("`path.rpartition('/')[0]` is the directory above; what do you call to bring **it** up?"),
        Hint("`dict(node)` makes a copy. Assigning the node itself would share it with the layer below.",
             after="writing-edits-the-image"),
        Hint("Search `[upper, *lowers]` in that order. Whiteout or nothing: raise. In upper: return 0. Else parent, "
        "copy."),
    ),
    explanation="That is overlayfs' copy-up in fifteen lines: search from the top, directories first, the whole "
    "file, and the original left in place. The kernel adds owner, times and extended attributes, and copies to a "
    "temporary name first, so that a crash never shows half a file.",
)
