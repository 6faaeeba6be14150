"""`copy_up` over plain dicts.

    upper   {"/": "dir"}                                     after   {"/": "dir", "/etc": "dir", "/etc/hosts": b"…"}
    lowers  [{"/etc": "dir", "/etc/hosts": b"…"}, …]         the same, top first

Source: Linux overlayfs.rst, "Non-directories": the file and the directories that lead to it.
Simplified: no symlinks, no opaque directories, no metadata.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.crossed_key import crossed
from coursekit.lessons.stack_pictures import call_scene, is_path, rooted
from coursekit.lessons.stacks import prefixes

Node = bytes | str | None
Tree = dict[str, Node]
BLOCK = 4096
DIRECTORY = "dir"

SOLUTION = """
def copy_up(upper, lowers, path):
    found = None
    above = [path[:at] for at, letter in enumerate(path) if letter == "/"]
    for tree in [upper, *lowers]:
        if path in tree:
            found = tree[path]
            break
        if any(each in tree and tree[each] is None for each in above):
            break
    if found is None:
        raise FileNotFoundError(2, "No such file or directory", path)
    if path in upper:
        return 0
    parent = path.rpartition("/")[0]
    if parent:
        copy_up(upper, lowers, parent)
    upper[path] = found
    return 0 if found == "dir" else len(found)
"""


def copy_up(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    """The bytes that were copied to make `path` lie in `upper`. Raises: FileNotFoundError (ENOENT)."""
    return _copy(upper, lowers, path)[0]


def _copy(upper: Tree, lowers: Sequence[Tree], path: str) -> tuple[int, list[str]]:
    """Bytes copied, and the directories that came up on the way."""
    found = _seen([upper, *lowers], path)
    if found is None:
        raise FileNotFoundError(2, "No such file or directory", path)
    if path in upper:
        return 0, []
    parent = path.rpartition("/")[0]
    came = _copy(upper, lowers, parent)[1] if parent else []
    upper[path] = found
    return (0, [*came, path]) if found == DIRECTORY else (len(found), came)


def _seen(trees: Sequence[Tree], path: str) -> Node:
    """What a process sees at `path`, None for nothing: a whiteout of a directory hides all below it, too."""
    for tree in trees:
        if path in tree:
            return tree[path]
        if any(each in tree and tree[each] is None for each in prefixes(path)):
            return None
    return None


def _bottom_wins(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    return copy_up(upper, lowers[::-1], path)


def _with_children(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    size, came = _copy(upper, lowers, path)
    for tree in lowers:
        for name, node in tree.items():
            if name.rpartition("/")[0] in came and isinstance(node, bytes):
                upper.setdefault(name, node)
    return size


def _moves(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    before = path in upper
    size = copy_up(upper, lowers, path)
    holder = next((tree for tree in lowers if path in tree), None)
    if holder is not None and not before:
        del holder[path]
    return size


def _brought_up(found: Node, upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    """Copies up `found`, which only a wrong lookup finds; else what the right one does."""
    if found is None or _seen([upper, *lowers], path) is not None:
        return copy_up(upper, lowers, path)
    for above in prefixes(path)[:-1]:
        upper[above] = DIRECTORY
    upper[path] = found
    return 0 if isinstance(found, str) else len(found)


def _children_of_whiteouts(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    """Whiteouts of directories are not looked for: the first layer that has the path itself gives it."""
    return _brought_up(next((tree[path] for tree in [upper, *lowers] if path in tree), None), upper, lowers, path)


def _one_block(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    size, node = copy_up(upper, lowers, path), upper[path]
    if size and isinstance(node, bytes):
        upper[path] = node[:BLOCK]
    return min(size, BLOCK)


_DIRECTORIES = ("/etc", "/srv", "/usr/lib", "/opt/app")
_NAMES = ("hosts", "motd", "notes", "data.db", "index.html")


def _tree(random: Random, directories: Sequence[str]) -> Tree:
    """A layer: some directories with their parents, one or two files in each."""
    tree: Tree = {}
    for directory in directories:
        for name in random.sample(_NAMES, random.randrange(1, 3)):
            _put(tree, f"{directory}/{name}", _data(random, random.randrange(1, 9)))
    return tree


def _put(tree: Tree, path: str, node: Node) -> None:
    """`path` in `tree`, and the directories that lead to it."""
    parts = path.split("/")[1:-1]
    for depth in range(len(parts)):
        tree.setdefault("/" + "/".join(parts[: depth + 1]), DIRECTORY)
    tree[path] = node


def _data(random: Random, size: int) -> bytes:
    return bytes(random.choices(b"abcdefgh", k=size))


D = DIRECTORY
_TELLING: tuple[tuple[Tree, list[Tree], str], ...] = (
    ({"/": D}, [{"/a": b"12"}], "/a"),
    ({"/": D}, [{"/a": D, "/a/b": b"123"}], "/a/b"),
    ({"/": D}, [{"/a": D, "/a/b": b"12"}, {"/a": D, "/a/b": b"3456"}], "/a/b"),
    ({"/": D}, [{}, {"/a": D, "/a/b": D, "/a/b/c": b"123"}, {"/a": D, "/a/c": b"4"}], "/a/b/c"),
    ({"/": D}, [{"/a": D, "/a/b": b""}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ({"/": D}, [{"/a": D, "/a/b": b"1" * BLOCK + b"23"}], "/a/b"),
    ({"/": D, "/a": D}, [{"/a": D, "/a/b": D, "/a/b/c": b"12"}], "/a/b/c"),
    ({"/": D}, [{"/a": D, "/a/b": b"1", "/a/c": b"2"}], "/a"),
    ({"/": D}, [{"/a": D}, {"/a": D, "/a/b": D, "/a/b/c": b"12"}], "/a/b"),
    ({"/": D}, [{"/a": D}], "/a"),
    ({"/": D, "/a": D, "/a/b": b"1"}, [{"/a": D, "/a/b": b"234"}], "/a/b"),
    ({"/": D, "/a": D}, [{"/a": D, "/a/b": b"2"}], "/a"),
    ({"/": D}, [{"/a": b"1"}], "/"),
    ({"/": D, "/a": D, "/a/b": D, "/a/b/c": b""}, [{"/a": D, "/a/b": D, "/a/b/c": b"23"}], "/a/b/c"),
    ({"/": D}, [{"/a": D, "/a/b": b"1"}], "/a/c"),
    ({"/": D}, [{}], "/a"),
    ({"/": D}, [{"/a": D}], "/b/c"),
    ({"/": D, "/a": D, "/a/b": None}, [{"/a": D, "/a/b": b"1"}], "/a/b"),
    ({"/": D}, [{"/a": None}, {"/a": b"1"}], "/a"),
    ({"/": D}, [{"/a": D, "/a/b": None}, {}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ({"/": D, "/a": None}, [{"/a": D, "/a/b": b"1"}], "/a/b"),
    ({"/": D}, [{"/a": None}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}], "/a/b/c"),
    ({"/": D}, [{"/a": D, "/a/b": None}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}], "/a/b/c"),
    ({"/": D, "/a": D}, [{"/a": None}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ({"/": D, "/a": D, "/a/b": D}, [{"/a": D, "/a/b": None}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}], "/a/b/c"),
    ({"/": D}, [{"/a": b"1"}, {"/a": None}, {"/a": b"23"}], "/a"),
    ({"/": D, "/a": None}, [{"/a": D, "/as": D, "/as/b": b"123"}], "/as/b"),
    ({"/": D}, [{"/a": D, "/a/b": None}, {"/a": D, "/a/b": D, "/a/bs": b"12"}], "/a/bs"),
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; then twelve by chance: below, in several layers, whited out, missing, above, large; all pairs."""
    calls: list[list[Any]] = []
    while len(calls) < 12:
        wide = 1 + len(calls) // 6
        directories = random.sample(_DIRECTORIES, wide)
        lowers = [_tree(random, directories) for _ in range(random.randrange(1, 1 + wide))]
        upper: Tree = {"/": DIRECTORY}
        files = sorted({name for tree in lowers for name, node in tree.items() if isinstance(node, bytes)})
        path = random.choice(files)
        _vary(len(calls) % 6, upper, lowers, path, random)
        calls.append([upper, lowers, f"{path}.old" if len(calls) == 9 else path])
    return told(_TELLING, random) + calls + told(_crossed(random), random)


def _crossed(random: Random) -> list[list[Any]]:
    """Each kind over each other one, of those that a call of this question may have."""
    return [_asked(*one) for one in crossed(random, _fits, times=2)]


def _asked(layers: Sequence[Tree], path: str) -> list[Any]:
    return [{"/": DIRECTORY, **layers[0]}, list(layers[1:]), path]


def _fits(layers: Sequence[Tree], path: str) -> bool:
    return _valid(_asked(layers, path)) and all("opaque" not in tree.values() for tree in layers)


def _vary(kind: int, upper: Tree, lowers: list[Tree], path: str, random: Random) -> None:
    """Makes the call one of its kind; 3 and 5 leave it as it is."""
    match kind:
        case 0:
            _put(lowers[0], path, _data(random, 1) * (BLOCK + random.randrange(1, 500)))
        case 1:
            copy_up(upper, lowers, path)
        case 2:
            hidden: Tree = {}
            _put(hidden, path, _data(random, 3))
            lowers.append(hidden)
            _put(random.choice([upper, lowers[0]]), path, None)
        case 4:
            below: Tree = {}
            _put(below, path, _data(random, 12))
            lowers.append(below)


def _claim(args: Sequence[Any]) -> str:
    upper, lowers, path = args
    trees = [upper, *lowers]
    found = _seen(trees, path)
    if found is None:
        hidden = any(each in tree and tree[each] is None for tree in trees for each in prefixes(path))
        return "what a whiteout hides is refused" if hidden else "what is not there is refused"
    if path in upper:
        return "what is above already stays as it is"
    return "a directory comes up alone" if found == DIRECTORY else "a file comes up whole, after its directories"


def _valid(args: Sequence[Any]) -> bool:
    """Whether these are layers as the question says: whiteouts hide something, no name is file here, directory there."""
    upper, lowers, path = args
    trees = [upper, *lowers]
    if not lowers or not (path == "/" or is_path(path)) or "/" not in upper or not all(map(rooted, trees)):
        return False
    kinds: dict[str, set[type]] = {}
    for tree in trees:
        for each, node in tree.items():
            kinds.setdefault(each, set()).add(type(node))
    files = all(len(found - {type(None)}) <= 1 for found in kinds.values())
    return files and all(len(found) > 1 for found in kinds.values() if type(None) in found)


def _drawn(args: Sequence[Any]) -> Scene:
    upper, lowers, path = args
    return call_scene(lowers, upper=upper, asked=[path], names=[f"lowers[{number}]" for number in range(len(lowers))])


def _without_parents(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    kept = dict(upper)
    size = copy_up(kept, lowers, path)
    upper[path] = kept[path]
    return size


def _whiteouts_passed(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    """A whiteout is a layer without the name."""
    return _brought_up(
        next((tree[path] for tree in [upper, *lowers] if tree.get(path) is not None), None), upper, lowers, path
    )


def _entry_counts(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    """`len` of whatever was found: three for "dir"."""
    before = path in upper
    size = copy_up(upper, lowers, path)
    return len(DIRECTORY) if upper[path] == DIRECTORY and not before else size


def _counted_again(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    copy_up(upper, lowers, path)
    node = upper[path]
    return len(node) if isinstance(node, bytes) else 0


def _over_upper(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    """What lies in upper is copied over."""
    before = path in upper
    size = copy_up(upper, lowers, path)
    below = next((tree[path] for tree in lowers if isinstance(tree.get(path), bytes)), None)
    if before and isinstance(upper[path], bytes) and isinstance(below, bytes):
        upper[path] = below
        return len(below)
    return size


def _nothing_for_missing(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    return 0 if _seen([upper, *lowers], path) is None else copy_up(upper, lowers, path)


def _only_the_name(upper: Tree, lowers: Sequence[Tree], path: str) -> int:
    before = path in upper
    size = copy_up(upper, lowers, path)
    if not before and isinstance(upper[path], bytes):
        upper[path] = b""
    return size


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("bottom-wins", _bottom_wins),
        Wrong("directory-copies-children", _with_children),
        Wrong("writing-edits-the-image", _moves),
        Wrong("copies-only-the-block", _one_block),
        Wrong("whiteout-spares-children", _children_of_whiteouts),
        Wrong("parents-are-there", _without_parents),
        Wrong("whiteouts-are-passed", _whiteouts_passed),
        Wrong("directory-has-bytes", _entry_counts),
        Wrong("copies-what-is-there", _counted_again),
        Wrong("copies-what-is-there", _over_upper, place="copied-over"),
        Wrong("missing-is-none", _nothing_for_missing),
        Wrong("empty-copy", _only_the_name),
    ),
    function=Function("copy_up", _inputs, copy_up, changes=(0, 1), claim=_claim, valid=_valid, draw=_drawn),
)
