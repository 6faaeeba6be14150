"""Engine and kernel side by side: a script of questions asked of all doors, which must answer alike.

The tests draw the scripts at random (tests/conformance); those that were recorded are asked again
here (recording.py).
"""

import errno
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field

from coursekit.layers.disk_entries import DEVICES, FORMATS, Entry
from coursekit.layers.xattr_names import TRUSTED, USER
from coursekit.proving.comparable import (
    Answers,
    comparable_entries,
    engine_merged,
    spelled,
)
from coursekit.proving.engine import Answer, Engine, OnDisk, Question
from coursekit.proving.entry_layer import EntryLayer
from coursekit.proving.kernel import EMPTY, PLAIN_OVERLAY, Kernel, KernelOverlay
from coursekit.proving.narration import disagreement
from coursekit.union.options import MountOptions

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
    answers: list[Answer] = field(default_factory=list)  # what all said, question by question

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
        self.merged: list[Entry] = []  # the kernel's merged tree, once it was compared
        self._mount(script.options, script.lowerdir, script.lowerdir)

    def _mount(self, options: str, kernels: list[list[Entry]], engines: list[list[Entry]]) -> None:
        """The same layers behind all doors, each as one side wrote them. From now on inodes are told apart anew."""
        self.options, self.layers = options, kernels
        writable = self.script.writable
        self.mount = self.kernel.mount(kernels, [*EMPTY] if writable else None, options=settled(options))
        notes = MountOptions.parse(options).features(writable=writable).notes
        lowers = [EntryLayer(layer, notes) for layer in engines]
        doors = [Engine, OnDisk] if writable and "index=on" not in options else [Engine]
        try:
            self.doors = [door(lowers, writable=writable, options=options) for door in doors]
        except OSError as refused:
            raise Differ(f"the kernel mounts what the engine does not: {refused}") from refused
        self.engine, self.drawn = self.doors[0], engines
        self._meet()

    def _meet(self) -> None:
        self.theirs, self.mine = Answers(), [Answers() for _ in self.doors]

    def ask(self, asked: Question) -> Answer:
        """What all answer. Raises: Differ."""
        if asked[0] in ("remount", "swap", "stack", "alone"):
            self.script.questions.append(asked)
            self.script.answers.append(("ok", None))
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
            self._compare_told(asked, door)
        self.script.answers.append(NO_DRIVER if special else theirs)
        return self.script.answers[-1]

    def _compare_told(self, asked: Question, door: Engine) -> None:
        """After a look at a name: the events of it tell the layers that provide it. Raises: Differ."""
        if asked[0] != "lstat":
            return
        try:
            told = disagreement(door.overlay, asked[1][0])
        except Exception as failure:  # a crash tells nothing that is so
            told = f"{asked[1][0]}: {failure!r}"
        if told is not None:
            self.differ = True
            raise Differ(f"the {door.name} tells what is not so, {told}")

    def _remount(self) -> None:
        self.mount.remount()
        for door in self.doors:
            door.remount()

    def _swap(self) -> None:
        """The engine goes on with the kernel's upperdir, and the kernel with the engine's."""
        theirs, mine = self._taken(self.mount), self._taken(self.doors[-1])
        self.mount = self.kernel.mount(self.layers, mine, options=settled(self.options))
        for door in self.doors:
            door.swap(theirs)
        self._meet()

    def _stack(self, options: str) -> None:
        """Both upperdirs become the topmost lower layer of the other side, under a fresh upperdir and other options."""
        theirs, mine = self._taken(self.mount), self._taken(self.doors[-1])
        self.close()
        self._mount(options, [mine, *self.layers], [theirs, *self.drawn])

    @staticmethod
    def _taken(side: Engine | KernelOverlay) -> list[Entry]:
        """An upperdir without the inode numbers that the engine noted: on another disk they are those of others."""
        numbers = {notes.number for notes in (TRUSTED, USER)}
        return [
            {**one, "xattrs": {name: value for name, value in one["xattrs"].items() if name not in numbers}}
            if "xattrs" in one
            else one
            for one in side.upperdir()
        ]

    def _alone(self, options: str) -> None:
        """As `stack`, but nothing else lies below: what a side noted must do without the layers it is about."""
        theirs, mine = self._taken(self.mount), self._taken(self.doors[-1])
        self.close()
        self._mount(options, [mine, EMPTY], [theirs, EMPTY])

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
        theirs = self.merged = self.mount.merged()
        for door in self.doors:
            try:
                mine = engine_merged(door.overlay)
            except Exception as failure:  # a crash of the engine is an answer that no kernel gives
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
