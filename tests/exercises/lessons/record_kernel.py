"""Asks a Linux overlay mount what lesson 07 judges by, and writes the answers down: as root,

    python -m tests.exercises.lessons.record_kernel

The questions follow from a fixed seed; the kernel's version and the date go into the file. `ask` puts one question to a
mount, for the recording and for the test that asks again. Some questions are chosen because they are telling: each
gives some small change of the solution, or some wrong model, away.
"""

import errno
import gzip
import json
import os
import platform
import stat
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.plain import encode
from coursekit.exercises.surviving import Suspects
from coursekit.layers.disk_entries import Entry
from coursekit.layers.xattr_names import TRUSTED
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.steps import id_of
from coursekit.lessons.l07_build_your_own.traces_key import WORDS, Args, fresh, naming, renamed
from coursekit.lessons.l07_build_your_own.tree_key import OPERATIONS, Tree, parent_of, valid
from coursekit.lessons.stacks import as_layer
from coursekit.proving.kernel import PLAIN_OVERLAY, Kernel, KernelOverlay

TARGET = Path(tree_key.__file__).parents[2] / "data" / "kernel" / "traces.json.gz"
SEED = 7
EACH = 150  # traces of each operation
POOL = 6000  # questions of each operation among which telling ones are looked for
WIDE: Args = [  # a directory of more names than are met in order by chance
    {"/": "dir", "/h": b"0\n", "/c": b"1\n", "/f": b"2\n"},
    [{"/": "dir", "/a": b"3\n", "/g": b"4\n", "/b": "dir"}, {"/": "dir", "/e": b"5\n", "/d": "dir", "/c": "dir"}],
    "/",
]
KINDS = ("file", "file", "file", "dir", "dir", "whiteout", "opaque")


def tree_of(entries: Sequence[Entry]) -> Tree:
    """A directory of a mount, as `union.stored` reads it, as a dict of the lesson."""
    return {entry["path"]: _node(entry) for entry in entries}


def _node(entry: Entry) -> Any:
    match entry["kind"]:
        case "char" if entry["device"] == (0, 0):
            return None
        case "directory":
            return "opaque" if entry["path"] != "/" and entry["xattrs"].get(TRUSTED.opaque) == b"y" else "dir"
        case "file":
            return b"".join(data for _, data in entry["extents"])
    raise ValueError(f"{entry['path']}: a {entry['kind']} is not in this lesson")


def ask(kernel: Kernel, operation: str, args: Args) -> dict[str, Any]:
    """The kernel's answer: {"value" | "errno", "after": upperdir}."""
    upper, lowers, *rest = args
    mount = kernel.mount([as_layer(each) for each in lowers], as_layer(upper))
    try:
        said: dict[str, Any] = {"value": _call(mount, operation, *rest)}
    except OSError as refused:
        said = {"errno": refused.errno}
    after = tree_of(mount.upperdir())
    for at, tree in enumerate(lowers):
        assert tree_of(mount.lowerdir(at)) == tree, f"lower {at} changed"
    return said | {"after": after}


def _call(mount: KernelOverlay, operation: str, path: str, *more: Any) -> Any:
    match operation:
        case "lookup":
            return "dir" if stat.S_ISDIR(mount.lstat(path).st_mode) else _contents(mount, path)
        case "readdir":
            return sorted(name for name, _, _ in mount.readdir(path))
        case "read":
            return _contents(mount, path)
        case "copy_up":
            return mount.chmod(path, mount.lstat(path).st_mode & 0o7777)
        case "write":
            with mount.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
                file.write(*more)
            return None
    return getattr(mount, operation)(path, *more)


def _contents(mount: KernelOverlay, path: str) -> bytes:
    with mount.open(path) as file:
        data: bytes = file.read()
    return data


def question(operation: str, random: Random) -> Args:
    """Random layers that can come about, and paths to ask for."""
    while True:
        names = "abcde"[: random.randrange(2, 6)]
        lowers = [_tree(random, names, random.randrange(1, 6)) for _ in range(random.randrange(1, 4))]
        upper = _tree(random, names, random.randrange(0, 6))
        path = _path(random, names, [upper, *lowers], operation)
        if random.random() < 0.5:
            _plant(random, [upper, *lowers], path, operation)
        for at, tree in enumerate(trees := [upper, *lowers]):
            _drop_idle_whiteouts(tree, trees[at + 1 :])
        args: Args = [upper, lowers, path]
        if operation == "write":
            args.append(b"new\n")
        if operation == "rename":
            args.append(_path(random, names, [upper, *lowers], operation))
        _number_contents(args)
        if valid(args):
            return args


def _tree(random: Random, names: str, size: int) -> Tree:
    tree: Tree = {"/": "dir"}
    for _ in range(size):
        path = "".join(f"/{random.choice(names)}" for _ in range(random.choice((1, 1, 2, 2, 3))))
        parents = [path[:at] for at, letter in enumerate(path) if letter == "/" and at]
        if path in tree or any(tree.get(each, "dir") not in ("dir", "opaque") for each in parents):
            continue
        for each in parents:
            tree.setdefault(each, "dir")
        kind = random.choice(KINDS)
        tree[path] = b"x" if kind == "file" else None if kind == "whiteout" else kind
    return tree


def _plant(random: Random, trees: Sequence[Tree], path: str, operation: str) -> None:
    """What chance brings about too seldom: one file in many layers; a directory whose lower children are hidden."""
    upper, *lowers = trees
    if operation not in ("rmdir", "readdir", "mkdir"):
        for tree in random.sample(trees, random.randrange(1, len(trees) + 1)):
            _put(tree, path, b"x")
        if operation == "lookup" and random.random() < 0.3:
            trees[0].update({parent_of(path): "opaque"} if parent_of(path) in trees[0] and path.count("/") > 1 else {})
            trees[0].pop(path, None)
        return
    for tree in lowers:
        _put(tree, path, "dir")
    for child in sorted({each for tree in lowers for each in tree if parent_of(each) == path and each != "/"}):
        if random.random() < 0.8:
            _put(upper, child, None)
    if operation == "rmdir" and random.random() < 0.5:
        _put(upper, path, "dir")
    if operation == "mkdir" and random.random() < 0.5:
        _put(upper, path, None)


def _put(tree: Tree, path: str, node: Any) -> None:
    """Puts a node where its directories can be, in place of a file or of nothing."""
    parents = [path[:at] for at, letter in enumerate(path) if letter == "/" and at]
    if path == "/" or any(tree.get(each, "dir") not in ("dir", "opaque") for each in parents):
        return
    if any(each.startswith(f"{path}/") for each in tree) and node != "dir":
        return
    for each in parents:
        tree.setdefault(each, "dir")
    tree[path] = node


def _drop_idle_whiteouts(tree: Tree, lowers: Sequence[Tree]) -> None:
    for path in [path for path, node in tree.items() if node is None]:
        if tree_key.below(tree, lowers, path) is None:
            del tree[path]


def _path(random: Random, names: str, trees: Sequence[Tree], operation: str) -> str:
    known = sorted({path for tree in trees for path in tree})
    path = random.choice(known)
    if random.random() < (0.6 if operation in ("mkdir", "write") else 0.25):
        path = f"{path.rstrip('/')}/{random.choice(names)}"
    if path == "/" and operation not in ("lookup", "readdir"):
        return f"/{random.choice(names)}"
    return path


def _number_contents(args: Args) -> None:
    """Each file has contents of its own, so that an answer shows which one was seen."""
    number = 0
    for tree in [args[0], *args[1]]:
        for path, node in tree.items():
            if isinstance(node, bytes):
                tree[path] = f"{number}\n".encode()
                number += 1


def outcome(said: dict[str, Any], operation: str, args: Args) -> str:
    """What kind of answer it is: traces are spread over these."""
    upper, lowers, path, *_ = args
    where = sum(path in tree for tree in [upper, *lowers])
    mark = any(node == "opaque" for tree in [upper, *lowers] for node in tree.values())
    answer = errno.errorcode.get(said.get("errno", 0), "ok")
    parts = ["marked" if mark else "", answer, "upper" if path in upper else "", str(where)]
    changed = sorted(set(map(repr, said["after"].values())) - set(map(repr, upper.values())))
    return " ".join([*parts, *(each for each in changed if each in ("None", "'opaque'"))])


def telling(operation: str) -> dict[str, tuple[Args, dict[str, str]]]:
    """Small questions that give all wrong programs away which any question of the pool does, with near names."""
    suspects = Suspects(catalogue.exercise(id_of(operation)))
    random = Random(f"{SEED} telling {operation}")
    pool = [_near(question(operation, random), random) for _ in range(POOL)]
    if operation == "readdir":
        pool.append(_near(WIDE, Random(0), often=0))
    found: dict[str, tuple[Args, dict[str, str]]] = {}
    for args, near in sorted(pool, key=lambda each: (each[0] != pool[-1][0], len(repr(each)))):
        if repr(args) not in found and suspects.given_away_by(fresh(args, near, WORDS, random)):
            found[repr(args)] = args, near
    print(operation, len(found), "telling questions; not given away:", *suspects.left, sep="\n  ")
    return found


def _near(args: Args, random: Random, often: float = 0.5) -> tuple[Args, dict[str, str]]:
    """The question in the names in which it is kept, and now and then one name that is to begin like another."""
    kept = renamed(args, *naming(args))
    names = sorted(naming(kept)[0])
    return kept, dict([random.sample(names, 2)]) if len(names) > 1 and random.random() < often else {}


def record(kernel: Kernel, operation: str) -> list[dict[str, Any]]:
    """Traces of one operation: the telling ones, then over all kinds of answers that were met, small ones first."""
    random, kinds = Random(f"{SEED} {operation}"), Counter[str]()
    chosen = telling(operation)
    seen = set(chosen)
    found = [_trace(operation, args, ask(kernel, operation, args)) | {"near": near} for args, near in chosen.values()]
    while len(found) < EACH:
        args = question(operation, random)
        kept = renamed(args, *naming(args))
        if repr(kept) in seen:
            continue
        seen.add(repr(kept))
        said = ask(kernel, operation, kept)
        kind = outcome(said, operation, kept)
        if kinds[kind] >= (40 if " ok " in kind else 7):
            continue
        kinds[kind] += 1
        found.append(_trace(operation, kept, said))
    return sorted(found, key=lambda trace: len(json.dumps(trace["args"])))


def _trace(operation: str, args: Args, said: dict[str, Any]) -> dict[str, Any]:
    trace = {"op": operation, "args": encode(args)}
    trace |= {"errno": said["errno"]} if "errno" in said else {"value": encode(said["value"])}
    return trace if said["after"] == args[0] else trace | {"after": encode(said["after"])}


def main() -> None:
    """Records all operations and writes the file."""
    with Kernel() as kernel:
        traces = [trace for operation in OPERATIONS for trace in record(kernel, operation)]
    provenance = {
        "asked": "a Linux overlay mount, by system calls, as root",
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]}",
        "options": PLAIN_OVERLAY,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "count": len(traces),
        "by": "python -m tests.exercises.lessons.record_kernel",
    }
    text = json.dumps({"provenance": provenance, "traces": traces}, separators=(",", ":"))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET}: {provenance}")


if __name__ == "__main__":
    main()
