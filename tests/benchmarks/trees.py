"""Reading the merged tree: walk it, lstat at random while it changes, ask for names that do not exist."""

import os
import random
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import coursekit as ck
from coursekit.image.store import default_root
from coursekit.union.layer import Layer
from coursekit.union.overlay import Overlay
from tests.benchmarks.images import python
from tests.benchmarks.measure import Row, turns
from tests.benchmarks.mounts import fresh_kernel, mounts
from tests.real.debian import TAG

LOOKUPS = 100_000
WALK = """
import time, coursekit as ck
from tests.benchmarks.trees import walk
image = ck.Image.open({reference!r}).verify()
tree = ck.Overlay.from_image(image)
{before}
start = time.perf_counter()
tree = ck.Overlay.from_image(image)
walk("/", tree.walk, tree.lstat)
print(time.perf_counter() - start)
"""
Operation = tuple[str, str, Any]


def rows(layout: Path) -> Iterator[Row]:
    """On the real image: walk, random lstat. On made layers: missing names."""
    image = ck.Image.open(f"{layout}:{TAG}")
    lowers = [layer.lower for layer in reversed(image.layers)]
    with tempfile.TemporaryDirectory(prefix="coursekit-bench-") as name, mounts(lowers, Path(name)) as peers:
        yield from walking(layout, peers)
        yield random_lstat(lowers, peers)
    for count in (5, 20, 100, 400):
        yield missing(count)


def walk(top: str, walker: Callable[[str], Any], lstat: Callable[[str], Any]) -> int:
    """How many names os.walk and lstat see."""
    count = 0
    for path, directories, files in walker(top):
        for name in directories + files:
            lstat(f"{path}/{name}")
            count += 1
    return count


def walking(layout: Path, peers: dict[str, Path]) -> Iterator[Row]:
    """Of layers that were never merged, of a second container on them, and again; what the mounts lie on is cached."""
    image = ck.Image.open(f"{layout}:{TAG}")
    tree = Overlay.from_image(image)
    counts = {walk("/", tree.walk, tree.lstat)}

    def fresh(before: str) -> Callable[[], float]:
        """In a process of its own: in this one, the collector would go through all that was made before."""
        code = WALK.format(reference=f"{layout}:{TAG}", before=before)
        return lambda: python(code, default_root())

    def again() -> None:
        counts.add(walk("/", tree.walk, tree.lstat))

    def on(merged: Path) -> Callable[[], None]:
        return lambda: counts.add(walk(str(merged), os.walk, os.lstat))

    def on_fresh_mount() -> float:
        with fresh_kernel(peers["kernel"].parent, len(image.layers)) as merged:
            start = time.perf_counter()
            counts.add(walk(str(merged), os.walk, os.lstat))
            return time.perf_counter() - start

    sides = {"fresh": on_fresh_mount, **{name: on(merged) for name, merged in peers.items()}}
    ours = {"coursekit": fresh(""), "second": fresh("walk('/', tree.walk, tree.lstat)"), "again": again}
    took = turns({**ours, **sides}, 7)
    assert len(counts) == 1, f"the sides see different trees: {counts}"
    theirs = {f"{name}, warm": took[name] for name in peers}
    what = f"walk and `lstat` the merged tree ({counts.pop():,} names)"
    fresh_mount = {"kernel, fresh mount": took["fresh"]}
    yield Row(f"{what}, merged for the first time", {"coursekit": took["coursekit"], **fresh_mount, **theirs})
    yield Row(f"{what}, a second container of the image", {"coursekit": took["second"], **fresh_mount, **theirs})
    yield Row(f"{what}, again", {"coursekit": took["again"], **theirs})


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
    return [link + path.removeprefix(target) for target, link in links.items() for path in paths
            if path.startswith(f"{target}/")]  # fmt: skip


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
        tree = Overlay(lowerdir=lowers)
        prepare(tree.makedirs, tree.write_bytes, "")
        took, told = play(tree, found)
        answers["coursekit"] = plain(told)
        return took

    took = turns({"coursekit": ours, **{name: on(name, merged) for name, merged in peers.items()}}, 3)
    for name, told in answers.items():
        differ = [(a, b, c) for a, b, c in zip(found, answers["coursekit"], told, strict=True) if b != c]
        if differ and name == "kernel":
            raise AssertionError(f"{len(differ)} answers differ from the kernel's, first {differ[0]}")
    return Row(f"{LOOKUPS:,} random `lstat` while ancestors change, answers checked", took)


def missing(count: int) -> Row:
    """Names asked for the first time, none of which exists, in directories that all layers have."""
    names = [f"/d{number % 20}/none{number}" for number in range(LOOKUPS)]
    asked = names[: LOOKUPS // 10]  # of the kernel: it takes minutes for all at 400 layers
    files = [(directory, file) for directory in range(20) for file in range(2000 // count)]  # 40,000 in all
    lowers = [Layer.of({f"/d{d}/f{layer}-{file}": "" for d, file in files}) for layer in range(count)]

    def ours() -> float:
        start = time.perf_counter()
        lstat = Overlay(lowerdir=lowers).lstat  # the first questions build its index
        _ask(lstat, names)
        return time.perf_counter() - start

    def on(merged: Path) -> Callable[[], float]:
        return lambda: _ask(os.lstat, [f"{merged}{path}" for path in asked]) * (len(names) / len(asked))

    with tempfile.TemporaryDirectory(prefix="ck-") as name, mounts(lowers, Path(name)) as peers:
        took = turns({"coursekit": ours}, 3) | turns({peer: on(merged) for peer, merged in peers.items()}, 1)
    return Row(f"{LOOKUPS:,} missing names, first time, {count} layers", took, "peers: a tenth, times ten")


def _ask(lstat: Callable[[str], Any], paths: list[str]) -> float:
    """The seconds that it takes to hear ENOENT for each."""
    start = time.perf_counter()
    for path in paths:
        try:
            lstat(path)
        except FileNotFoundError:
            continue
        raise AssertionError(f"{path} exists")
    return time.perf_counter() - start
