"""Random lstat calls on a tree whose directories are renamed and changed meanwhile; every answer is compared."""

import gc
import os
import random
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from coursekit.vfs.overlay import Overlay
from tests.benchmarks.measure import Row, turns

LOOKUPS = 100_000
Operation = tuple[str, str, Any]


def operations(tree: Overlay, count: int, seed: int) -> list[Operation]:
    """Random lstat calls; 30 % through symlinked directories; 1 % renames and chmods of ancestors between."""
    dice = random.Random(seed)
    paths = [f"{top.rstrip('/')}/{name}" for top, inner, files in tree.walk("/") for name in inner + files]
    through = _through_symlinks(tree, paths)
    ancestors = ("/usr", "/usr/lib", "/usr/share", "/etc", "/usr/lib/x86_64-linux-gnu")
    moved = [("/srv/a", "/srv/b"), ("/srv/b", "/srv/a")]
    paths += [f"/srv/{top}/{number}/file" for top in "ab" for number in range(200)]
    found: list[Operation] = []
    for number in range(count):
        if dice.random() < 0.01:
            if dice.random() < 0.5:
                found.append(("rename", *moved[number % 2]))
            else:
                found.append(("chmod", dice.choice(ancestors), dice.choice((0o755, 0o751))))
        else:
            found.append(("lstat", dice.choice(through if dice.random() < 0.3 else paths), None))
    return found


def _through_symlinks(tree: Overlay, paths: list[str]) -> list[str]:
    """Each path below a directory again, by the name of a relative symlink that leads there."""
    links = {}
    for path in paths:
        if stat.S_ISLNK(tree.lstat(path).st_mode) and not tree.readlink(path).startswith("/") and tree.is_dir(path):
            links[os.path.normpath(f"{os.path.dirname(path)}/{tree.readlink(path)}")] = path
    return [
        link + path.removeprefix(target)
        for target, link in links.items()
        for path in paths
        if path.startswith(f"{target}/")
    ]


def prepare(makedirs: Callable[..., Any], write: Callable[[str, bytes], Any], top: str) -> None:
    """Directories of upperdir alone, which can be renamed."""
    for number in range(200):
        makedirs(f"{top}/srv/a/{number}")
        write(f"{top}/srv/a/{number}/file", b"x" * number)


def play(fs: Any, found: list[Operation]) -> tuple[float, list[object]]:
    """The seconds, and every answer."""
    answers: list[object] = []
    lstat, rename, chmod = fs.lstat, fs.rename, fs.chmod
    start = time.perf_counter()
    for name, path, more in found:
        try:
            if name == "lstat":
                answers.append(lstat(path))
            else:
                answers.append((rename if name == "rename" else chmod)(path, more))
        except OSError as error:
            answers.append(error.errno)
    return time.perf_counter() - start, answers


def plain(answers: list[object]) -> list[object]:
    """What of the answers must be equal: type, mode, owner, size of files and links; errno."""

    def one(answer: Any) -> object:
        if not hasattr(answer, "st_mode"):
            return answer
        size = None if stat.S_ISDIR(answer.st_mode) else answer.st_size
        return answer.st_mode, answer.st_uid, answer.st_gid, size

    return [one(answer) for answer in answers]


def random_lstat(lowers: Sequence[Any], peers: dict[str, Path]) -> Row:
    """The same operations on every side, every answer compared."""
    found = operations(Overlay(lowerdir=lowers), LOOKUPS, seed=6)
    answers: dict[str, list[object]] = {}

    def write(path: str, data: bytes) -> None:
        Path(path).write_bytes(data)

    for merged in peers.values():
        prepare(os.makedirs, write, str(merged))

    def on(name: str, merged: Path) -> Callable[[], float]:
        def full(path: object) -> object:
            return f"{merged}{path}" if isinstance(path, str) else path

        theirs = [(kind, f"{merged}{path}", full(more)) for kind, path, more in found]

        def side() -> float:
            if not (merged / "srv/a").exists():
                os.rename(merged / "srv/b", merged / "srv/a")
            took, told = play(os, theirs)
            answers[name] = plain(told)
            return took

        return side

    def ours() -> float:
        gc.collect()  # of the last tree nothing is left, and this one merges its layers itself
        start = time.perf_counter()
        tree = Overlay(lowerdir=lowers)
        built = time.perf_counter() - start
        prepare(tree.makedirs, tree.write_bytes, "")
        took, told = play(tree, found)
        answers["coursekit"] = plain(told)
        return built + took

    took = turns({"coursekit": ours, **{name: on(name, merged) for name, merged in peers.items()}}, 3)
    for name, told in answers.items():
        differ = [(a, b, c) for a, b, c in zip(found, answers["coursekit"], told, strict=True) if b != c]
        if differ and name == "kernel":
            raise AssertionError(f"{len(differ)} answers differ from the kernel's, first {differ[0]}")
    what = f"{LOOKUPS:,} random `lstat`, ancestors renamed between"
    return Row(what, took, aims={"kernel": 2})
