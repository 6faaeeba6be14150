"""Engine and kernel side by side: a script of questions asked of both, and the shortest that still shows a difference.

Hypothesis draws and the pair keeps the record, so a difference is reduced by leaving questions and layer entries out of
the script and asking again, which takes milliseconds, and is printed as calls.
"""

import errno
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from coursekit.union.kernel import Kernel
from coursekit.union.stored import DEVICES, FORMATS, Entry
from tests.conformance.asking import (
    Answer,
    Answers,
    Engine,
    Question,
    comparable_entries,
    engine_merged,
    engine_upperdir,
    spelled,
)
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

    def __str__(self) -> str:
        layers = [f"layer {number}: {one}" for number, layer in enumerate(self.lowerdir, 1) for one in layer[1:]]
        return "\n".join(
            [*layers, *([] if self.writable else ["no upperdir"]), *(spelled(asked) for asked in self.questions)]
        )


class Pair:
    """One stack of layers, mounted on both sides."""

    def __init__(self, kernel: Kernel, lowerdir: list[list[Entry]], writable: bool = True) -> None:
        self.script = Script(lowerdir, writable=writable)
        self.engine = Engine([Drawn(layer) for layer in lowerdir], writable=writable)
        self.mount = kernel.mount(lowerdir) if writable else kernel.mount(lowerdir, None)
        self.sides = Answers(), Answers()

    def ask(self, asked: Question) -> Answer:
        """What both answer. Raises: Differ."""
        self.script.questions.append(asked)
        if asked[0] == "remount":
            self.engine.remount()
            self.mount.remount()
            return "ok", None
        answers = self.engine.answer(asked), self.mount.do([asked])[0]
        if asked[0] == "readdir":
            answers = answers[0], self._with_true_inodes(asked[1][0], answers[1])
        mine, theirs = [side.comparable(asked, answer) for side, answer in zip(self.sides, answers, strict=True)]
        if asked[0] == "open" and mine == NO_DRIVER and self._is_special(asked, theirs):
            return mine
        if mine != theirs:
            raise Differ(f"{spelled(asked)}: {apart(mine, theirs)}")
        return theirs

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
        """Compares the merged tree and the upperdir. Raises: Differ."""
        for number in range(8):
            self.ask(("fd_close", (number,), {}))
        try:
            merged = engine_merged(self.engine.overlay)
        except (OSError, AssertionError) as failure:
            raise Differ(f"the engine cannot read its own tree: {failure!r}") from failure
        self._compare("merged tree", merged, self.mount.merged(), upperdir=False)
        self.compare_upperdirs()

    def compare_upperdirs(self) -> None:
        """Raises: Differ."""
        if self.script.writable:
            self._compare("upperdir", engine_upperdir(self.engine), self.mount.upperdir(), upperdir=True)

    def _compare(self, what: str, mine: list[Entry], theirs: list[Entry], *, upperdir: bool) -> None:
        engines, kernels = (comparable_entries(found, upperdir=upperdir) for found in (mine, theirs))
        for path in sorted({*engines, *kernels}):
            if engines.get(path) != kernels.get(path):
                raise Differ(f"{what}, {path}: {apart(engines.get(path), kernels.get(path))}")


def apart(mine: object, theirs: object) -> str:
    """Both answers, of two dicts only the keys that differ."""
    if isinstance(mine, tuple) and isinstance(theirs, tuple) and mine[0] == theirs[0]:
        mine, theirs = mine[1], theirs[1]
    if isinstance(mine, dict) and isinstance(theirs, dict):
        keys = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]
        mine, theirs = ({key: side.get(key) for key in keys} for side in (mine, theirs))
    return f"the engine says {_short(mine)}, the kernel {_short(theirs)}"


def _short(said: object) -> str:
    return text if len(text := repr(said)) < 300 else f"{text[:200]} … {len(text)} characters"


def difference(kernel: Kernel, script: Script) -> str | None:
    """What differs when `script` is asked anew; None when nothing does."""
    try:
        pair = Pair(kernel, script.lowerdir, script.writable)
        for asked in script.questions:
            pair.ask(asked)
        pair.finish()
    except Differ as found:
        return str(found)
    return None


def reduced(kernel: Kernel, script: Script) -> Script:
    """A script, as short as leaving out can make it, that still shows some difference."""
    shorter = Script(script.lowerdir, list(script.questions), script.writable)
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
