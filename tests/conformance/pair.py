"""Engine and kernel side by side: a script of questions asked of both, and the shortest that still shows a difference.

Hypothesis draws and the pair keeps the record, so a difference is reduced by leaving questions and layer entries out of
the script and asking again, which takes milliseconds, and is printed as calls.
"""

import errno
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from coursekit.union.kernel import PLAIN_OVERLAY, Kernel
from coursekit.union.options import MountOptions
from coursekit.union.stored import DEVICES, FORMATS, Entry
from tests.conformance.asking import (
    Answers,
    comparable_entries,
    engine_merged,
    spelled,
)
from tests.conformance.doors import Answer, Engine, OnDisk, Question
from tests.conformance.drawn import Drawn

T = TypeVar("T")
NO_DRIVER: Answer = ("error", errno.ENXIO)


class Differ(AssertionError):
    """Engine and kernel gave different answers."""


@dataclass
class Script:
    """Lower layers, top first, and what was asked."""

    lowerdir: list[list[Entry]]
    questions: list[Question] = field(default_factory=list)
    writable: bool = True  # there is an upperdir
    options: str = ""  # of the mount

    def __str__(self) -> str:
        layers = [f"layer {number}: {one}" for number, layer in enumerate(self.lowerdir, 1) for one in layer[1:]]
        return "\n".join(
            [
                *([f"options {self.options}"] if self.options else []),
                *layers,
                *([] if self.writable else ["no upperdir"]),
                *(spelled(asked) for asked in self.questions),
            ]
        )


class Pair:
    """One stack of layers, mounted behind all doors: the engine in memory, over a disk, and the kernel."""

    def __init__(self, kernel: Kernel, script: Script) -> None:
        """A fresh mount of the script's layers; its questions are not asked yet."""
        self.script = Script(script.lowerdir, [], script.writable, script.options)
        self.kernel = kernel
        self.differ = False
        self._mount(script.options, script.lowerdir, script.lowerdir)

    def _mount(self, options: str, kernels: list[list[Entry]], engines: list[list[Entry]]) -> None:
        """The same layers behind all doors, each as one side wrote them. From now on inodes are told apart anew."""
        self.options, self.layers = options, kernels
        writable = self.script.writable
        self.mount = self.kernel.mount(kernels, () if writable else None, options=settled(options))
        notes = MountOptions.parse(options).features(writable=writable).notes
        lowers = [Drawn(layer, notes) for layer in engines]
        doors = [Engine, OnDisk] if writable and "index=on" not in options else [Engine]
        self.doors = [door(lowers, writable=writable, options=options) for door in doors]
        self.engine, self.drawn = self.doors[0], engines
        self._meet()

    def _meet(self) -> None:
        self.theirs, self.mine = Answers(), [Answers() for _ in self.doors]

    def ask(self, asked: Question) -> Answer:
        """What all answer. Raises: Differ."""
        if asked[0] in ("remount", "swap", "stack"):
            self.script.questions.append(asked)
            getattr(self, f"_{asked[0]}")(*asked[1])
            return "ok", None
        return self.ask_all([asked])[0]

    def ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        """What all answer to several, of which none has to wait for the answer to another. Raises: Differ."""
        answers = self.mount.do(questions)
        return [self._compared(asked, answer) for asked, answer in zip(questions, answers, strict=True)]

    def _compared(self, asked: Question, answer: Answer) -> Answer:
        self.script.questions.append(asked)
        if asked[0] == "readdir":
            answer = self._with_true_inodes(asked[1][0], answer)
        theirs = self.theirs.comparable(asked, answer)
        special = False
        for door, side in zip(self.doors, self.mine, strict=True):
            mine = side.comparable(asked, door.answer(asked))
            if asked[0] == "open" and mine == NO_DRIVER and (special or self._is_special(asked, theirs)):
                special = True
            elif mine != theirs:
                self.differ = True
                raise Differ(f"{spelled(asked)}: {apart(mine, theirs, door.name)}")
        return NO_DRIVER if special else theirs

    def _remount(self) -> None:
        self.mount.remount()
        for door in self.doors:
            door.remount()

    def _swap(self) -> None:
        """The engine goes on with the kernel's upperdir, and the kernel with the engine's."""
        theirs, mine = self.mount.upperdir(), self.doors[-1].upperdir()
        self.mount = self.kernel.mount(self.layers, mine, options=settled(self.options))
        for door in self.doors:
            door.swap(theirs)
        self._meet()

    def _stack(self, options: str) -> None:
        """Both upperdirs become the topmost lower layer of the other side, under a fresh upperdir and other options."""
        theirs, mine = self.mount.upperdir(), self.doors[-1].upperdir()
        self.close()
        self._mount(options, [mine, *self.layers], [theirs, *self.drawn])

    def close(self) -> None:
        for door in self.doors:
            door.close()

    def _with_true_inodes(self, path: str, theirs: Answer) -> Answer:
        """The kernel's listing with the inodes that its lstat gives, 0 where that finds nothing.

        It keeps its list as long as anyone has the directory open, with the inodes of that time.
        """
        if theirs[0] == "error":
            return theirs
        seen = self.mount.do([("lstat", (f"{path}/{name}",), {}) for name, _, _ in theirs[1]])
        inodes = [one[1]["st_ino"] if one[0] == "ok" else 0 for one in seen]
        return "ok", [(name, inode, kind) for (name, _, kind), inode in zip(theirs[1], inodes, strict=True)]

    def _is_special(self, asked: Question, theirs: Answer) -> bool:
        """A fifo or device, which nobody drives in the engine: the kernel opened it, or could not (nodev)."""
        if theirs == ("error", errno.EACCES):
            return True
        number = asked[1][0]
        status, _ = self.mount.do([("fd_fstat", (number,), {}), ("fd_close", (number,), {})])
        return status[0] == "ok" and FORMATS[stat.S_IFMT(status[1]["st_mode"])] in DEVICES

    def is_lower(self, path: str) -> bool:
        """A lower layer provides what is at `path`, alone or among others."""
        return any(self.engine.overlay.providers(path))

    def finish(self) -> None:
        """Compares the merged tree and the upperdir, unless a difference was found already. Raises: Differ."""
        if self.differ:
            return
        for number in range(8):
            self.ask(("fd_close", (number,), {}))
        theirs = self.mount.merged()
        for door in self.doors:
            try:
                mine = engine_merged(door.overlay)
            except (OSError, AssertionError) as failure:
                raise Differ(f"the {door.name} cannot read its own tree: {failure!r}") from failure
            self._compare("merged tree", door.name, mine, theirs, upperdir=False)
        self.compare_upperdirs()

    def compare_upperdirs(self) -> None:
        """Raises: Differ."""
        if self.script.writable:
            theirs = self.mount.upperdir()
            for door in self.doors:
                self._compare("upperdir", door.name, door.upperdir(), theirs, upperdir=True)

    def _compare(self, what: str, who: str, mine: list[Entry], theirs: list[Entry], *, upperdir: bool) -> None:
        engines, kernels = (comparable_entries(found, upperdir=upperdir) for found in (mine, theirs))
        for path in sorted({*engines, *kernels}):
            if engines.get(path) != kernels.get(path):
                self.differ = True
                raise Differ(f"{what}, {path}: {apart(engines.get(path), kernels.get(path), who)}")


def settled(options: str) -> str:
    """Options for the kernel: what is not said is off, whatever the kernel's own default is."""
    said = {part.partition("=")[0] for part in options.split(",")}
    implied = {"redirect_dir"} if said & {"metacopy", "userxattr"} else set()
    rest = [part for part in PLAIN_OVERLAY.split(",") if part.partition("=")[0] not in said | implied]
    return ",".join([*rest, *([options] if options else [])])


def apart(mine: object, theirs: object, who: str = "engine") -> str:
    """Both answers, of two dicts only the keys that differ."""
    if isinstance(mine, tuple) and isinstance(theirs, tuple) and mine[0] == theirs[0]:
        mine, theirs = mine[1], theirs[1]
    if isinstance(mine, dict) and isinstance(theirs, dict):
        keys = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]
        mine, theirs = ({key: side.get(key) for key in keys} for side in (mine, theirs))
    return f"the {who} says {_short(mine)}, the kernel {_short(theirs)}"


def _short(said: object) -> str:
    return text if len(text := repr(said)) < 300 else f"{text[:200]} … {len(text)} characters"


def difference(kernel: Kernel, script: Script) -> str | None:
    """What differs when `script` is asked anew; None when nothing does."""
    try:
        pair = Pair(kernel, script)
    except OSError:  # layers that cannot be mounted so
        return None
    try:
        for asked in script.questions:
            pair.ask(asked)
        pair.finish()
    except Differ as found:
        return str(found)
    finally:
        pair.close()
    return None


def reduced(kernel: Kernel, script: Script) -> Script:
    """A script, as short as leaving out can make it, that still shows some difference."""
    shorter = replace(script, questions=list(script.questions))
    while True:
        before = len(str(shorter))
        shorter.questions = _fewer(shorter.questions, lambda kept: _differs(kernel, replace(shorter, questions=kept)))
        for number in range(len(shorter.lowerdir)):
            layers = list(shorter.lowerdir)
            layers[number] = _fewer(layers[number], lambda kept, at=number: _layer_matters(kernel, shorter, at, kept))
            shorter.lowerdir = layers
        if len(str(shorter)) >= before:
            return shorter


def _differs(kernel: Kernel, script: Script) -> bool:
    return difference(kernel, script) is not None


def _layer_matters(kernel: Kernel, script: Script, number: int, kept: Sequence[Entry]) -> bool:
    if not _whole(kept):
        return False
    layers = list(script.lowerdir)
    layers[number] = list(kept)
    return _differs(kernel, replace(script, lowerdir=layers))


def _whole(kept: Sequence[Entry]) -> bool:
    """Every entry has its parent directory, and its first name when it is a link."""
    paths = {one["path"] for one in kept if one.get("kind") == "directory"} | {""}
    if not kept or kept[0]["path"] != "/":
        return False
    parents = all(one["path"].rpartition("/")[0] in paths for one in kept[1:])
    return parents and all(one["link"] in {each["path"] for each in kept} for one in kept if "link" in one)


def _fewer(items: list[T], still: Callable[[list[T]], bool]) -> list[T]:
    """`items` without those that can be left out, larger runs tried first."""
    size = max(len(items) // 2, 1)
    while True:
        at = 0
        while at < len(items):
            without = items[:at] + items[at + size :]
            if still(without):
                items = without
            else:
                at += size
        if size == 1:
            return items
        size //= 2
