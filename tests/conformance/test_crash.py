"""A writer that dies between two system calls leaves an upperdir that the kernel takes: as before, or as after.

Each operation is recorded call by call. Every prefix of the calls is done again on a copy of the upperdir as it was,
the kernel mounts that, and its merged tree must be the one from before the operation or the one from after it. Times
are left out: the kernel's own operations set them apart from the name as well.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from coursekit.layers import disk_entries as stored
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.layers.disk_entries import Entry
from coursekit.layers.layer import Layer
from coursekit.proving.comparable import comparable_entries
from coursekit.proving.engine import roomy
from coursekit.proving.kernel import EMPTY, Kernel
from coursekit.proving.pair import settled
from coursekit.vfs.overlay import Overlay
from tests.conformance.behaviours import directory, file, symlink, write
from tests.conformance.recording import Recording, Step, again
from tests.tools import needs_root_overlay

LOWERS = (
    Layer.of(
        {
            "/d": directory(0o2750, uid=1),
            "/d/f": file(b"data" * 3000, 0o4755, xattrs={"user.k": b"v"}),
            "/d/g": file(b"g"),
            "/e/x": file(b"x"),
            "/l": symlink("d/f"),
            "/s": file(b"s" * 50, 0o6755),
        }
    ),
    Layer.of({"/d/h": file(b"below"), "/m/n": file(b"n")}),
)


@dataclass(frozen=True, slots=True)
class Story:
    """What is done first, and the operation that is cut short."""

    name: str
    act: Callable[[Overlay], Any]
    first: Callable[[Overlay], Any] = lambda fs: None
    options: str = ""


def several(*acts: Callable[[Overlay], Any]) -> Callable[[Overlay], Any]:
    return lambda fs: [act(fs) for act in acts]


STORIES = (
    Story("create a file", lambda fs: fs.open("/new", os.O_WRONLY | os.O_CREAT).close()),
    Story("create in a lower directory", lambda fs: fs.open("/d/new", os.O_WRONLY | os.O_CREAT).close()),
    Story("mkdir", lambda fs: fs.mkdir("/new")),
    Story("mkdir over a whiteout", lambda fs: fs.mkdir("/l"), lambda fs: fs.unlink("/l")),
    Story("a file over a whiteout", lambda fs: fs.mknod("/l"), lambda fs: fs.unlink("/l")),
    Story("symlink over a whiteout", lambda fs: fs.symlink("x", "/l"), lambda fs: fs.unlink("/l")),
    Story("unlink a lower file", lambda fs: fs.unlink("/d/f")),
    Story("unlink a copied-up file", lambda fs: fs.unlink("/d/f"), lambda fs: fs.chmod("/d/f", 0o600)),
    Story("unlink an upper file", lambda fs: fs.unlink("/new"), lambda fs: fs.mknod("/new")),
    Story("rmdir a lower directory", lambda fs: fs.rmdir("/e"), lambda fs: fs.unlink("/e/x")),
    Story("rmdir an upper directory", lambda fs: fs.rmdir("/new"), lambda fs: fs.mkdir("/new")),
    Story("chmod copies up", lambda fs: fs.chmod("/d/f", 0o600)),
    Story("chmod of a lower directory", lambda fs: fs.chmod("/d", 0o700)),
    Story("chown takes suid", lambda fs: fs.chown("/s", 5, 6), lambda fs: fs.utime("/s", ns=(0, 0))),
    Story("setxattr", lambda fs: fs.setxattr("/d/f", "user.k", b"w")),
    Story("write into a lower file", lambda fs: write(fs, "/d/f", b"new", os.O_RDWR)),
    Story("truncate a lower file", lambda fs: fs.open("/d/f", os.O_RDWR | os.O_TRUNC).close()),
    Story("link a lower file", lambda fs: fs.link("/d/f", "/new")),
    Story("link over a whiteout", lambda fs: fs.link("/d/g", "/l"), lambda fs: fs.unlink("/l")),
    Story("rename a lower file", lambda fs: fs.rename("/d/f", "/e/f")),
    Story("rename onto a lower file", lambda fs: fs.rename("/d/f", "/s")),
    Story("rename onto a whiteout", lambda fs: fs.rename("/d/f", "/l"), lambda fs: fs.unlink("/l")),
    Story(
        "rename an upper directory",
        lambda fs: fs.rename("/new", "/e/moved"),
        several(lambda fs: fs.mkdir("/new"), lambda fs: fs.mknod("/new/in")),
    ),
    Story(
        "rename an upper directory onto a whiteout",
        lambda fs: fs.rename("/new", "/l"),
        several(lambda fs: fs.mkdir("/new"), lambda fs: fs.mknod("/new/in"), lambda fs: fs.unlink("/l")),
    ),
    Story(
        "rename a directory onto one of whiteouts",
        lambda fs: fs.rename("/new", "/e"),
        several(lambda fs: fs.mkdir("/new"), lambda fs: fs.mknod("/new/in"), lambda fs: fs.unlink("/e/x")),
    ),
    Story("exchange", lambda fs: fs.rename("/d/f", "/s", flags=2)),
    Story(
        "exchange a file and an upper directory",
        lambda fs: fs.rename("/new", "/e/x", flags=2),
        lambda fs: fs.mkdir("/new"),
    ),
    Story("rename a lower directory", lambda fs: fs.rename("/d", "/e/d"), options="redirect_dir=on"),
    Story(
        "rename a merged directory twice",
        lambda fs: fs.rename("/e/d", "/e/again"),
        lambda fs: fs.rename("/d", "/e/d"),
        "redirect_dir=on",
    ),
    Story("metadata comes up", lambda fs: fs.chmod("/d/f", 0o600), options="metacopy=on"),
    Story(
        "its data comes up",
        lambda fs: fs.open("/d/f", os.O_RDWR).close(),
        lambda fs: fs.chmod("/d/f", 0o600),
        "metacopy=on",
    ),
    Story("a file without its data is renamed", lambda fs: fs.rename("/d/f", "/new"), options="metacopy=on"),
)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as worker:
        yield worker


class Place:
    """An upperdir and a workdir."""

    def __init__(self, base: Path, found: list[Entry]) -> None:
        self.base = base
        for part in ("upper", "work"):
            (base / part).mkdir(parents=True)
        stored.write(found, str(base / "upper"))
        self.disk = Recording()

    def upper(self) -> DirectoryUpper:
        return DirectoryUpper(self.base / "upper", self.base / "work", disk=self.disk)

    def entries(self) -> list[Entry]:
        return stored.read(str(self.base / "upper"))


def recorded(story: Story, base: Path) -> tuple[list[Entry], list[Step]]:
    """The upperdir before the operation, and its steps."""
    prepared = Place(base / "first", [*EMPTY])
    with prepared.upper() as upper:
        story.first(Overlay(LOWERS, upper, options=story.options))
    before = prepared.entries()
    place = Place(base / "acted", before)
    with place.upper() as upper:
        fs = Overlay(LOWERS, upper, options=story.options)
        place.disk.steps.clear()
        story.act(fs)
        steps = list(place.disk.steps)
    return before, steps


def seen(kernel: Kernel, upperdir: list[Entry], options: str) -> dict[str, dict[str, object]]:
    """The merged tree that the kernel makes of an upperdir, without times."""
    mount = kernel.mount([*LOWERS], upperdir, options=settled(options))
    entries = comparable_entries(mount.merged())
    return {path: {**one, "mtime_ns": None} for path, one in entries.items()}


@pytest.fixture
def base() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="coursekit-crash-", dir=roomy()) as name:
        yield Path(name)


@needs_root_overlay
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name.replace(" ", "-"))
def test_every_prefix_is_before_or_after(story: Story, kernel: Kernel, base: Path) -> None:
    before, steps = recorded(story, base)
    was, whole = str(base / "acted"), len(steps)
    trees = []
    for length in range(whole + 1):
        copy = Place(base / f"copy{length}", before)
        (copy.base / "work" / "work").mkdir(mode=0o700)
        again(steps[:length], was, str(copy.base))
        trees.append(seen(kernel, copy.entries(), story.options))
        shutil.rmtree(copy.base)
    first, last = trees[0], trees[-1]
    for length, tree in enumerate(trees):
        shown = "\n".join(map(str, steps[:length]))
        assert tree in (first, last), f"after {length} of {whole} steps it is neither before nor after:\n{shown}"
    turned = [tree == last for tree in trees].index(True)
    assert all(tree == last for tree in trees[turned:]), "it went back to what was before"


@pytest.mark.behaviour(34)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name.replace(" ", "-"))
def test_data_is_on_the_disk_before_its_name(story: Story, base: Path) -> None:
    """A rename out of the workdir comes after the fsync of all that was written to the file."""
    if os.geteuid():
        pytest.skip("an upperdir with trusted.* attributes needs root")
    unsynced: dict[str, str] = {}  # path of a file that was written and not yet synced
    opened: dict[int, str] = {}
    for step in recorded(story, base)[1]:
        match step.name, step.args:
            case "open", (path, *_):
                opened[step.result] = path
            case (("pwrite" | "truncate"), (descriptor, *_)):
                unsynced[opened[descriptor]] = str(step)
            case "fsync", (descriptor,):
                unsynced.pop(opened[descriptor], None)
            case "rename", (source, *_):
                assert source not in unsynced, f"{source} gets its name, and {unsynced[source]} was not synced"


def test_what_was_fsynced_is_never_lost(base: Path) -> None:
    """After fsync of a file: its data is synced, and each directory in which a name that leads to it was made."""
    if os.geteuid():
        pytest.skip("an upperdir with trusted.* attributes needs root")
    place = Place(base / "one", [*EMPTY])
    with place.upper() as upper:
        fs = Overlay(LOWERS, upper)
        fs.makedirs("/new/deep")
        with fs.open("/new/deep/file", os.O_RDWR | os.O_CREAT) as opened:
            opened.write(b"kept")
            written = len(place.disk.steps)
            opened.fsync()
        synced = [step for step in place.disk.steps[written:] if step.name == "fsync"]
        paths = [step.args[0] for step in place.disk.steps[written:] if step.name == "open"]
    root = place.base / "upper"
    assert paths == [str(root / "new/deep"), str(root / "new"), str(root)]
    assert len(synced) == 1 + len(paths), "the file, then the directories from its own to the root"
