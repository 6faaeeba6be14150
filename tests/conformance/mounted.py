"""One run of the random machine: layers mounted on both sides, and what is known of them so far.

Every question that may change something is followed by a look at the names it touched and at their directories; at the
end the merged trees and the upperdirs are compared whole. How much was asked, how often something succeeded and how
often an object of a lower layer was touched is counted for the whole process.
"""

import posixpath
from collections import Counter
from random import Random
from typing import Any

from coursekit.layers.xattr_names import USER
from coursekit.proving.comparable import question
from coursekit.proving.engine import Answer
from coursekit.proving.kernel import Kernel
from coursekit.proving.pair import Pair, Script
from tests.conformance.choosing import MADE, Place
from tests.conformance.drawing import drawn_for
from tests.conformance.drawn import ROOT, layers, spelled_as, with_links

OPTIONS = ("",) * 5 + (
    "redirect_dir=on",
    "redirect_dir=on",
    "metacopy=on",
    "metacopy=on",
    "redirect_dir=nofollow",
    "userxattr",
    "xino=on",
    "index=on",
    "index=on",
    "index=on,metacopy=on",
)
STEPS = 50  # rules in one run; a rule asks one question or a few
COUNTS: Counter[str] = Counter()  # of this process: asked, succeeded, lower, runs


class Mounted:
    """Asks both sides. `kernel` is the worker that all runs share, `random` what is drawn from."""

    def __init__(self, kernel: Kernel, random: Random) -> None:
        """Layers and options are drawn. Without an upperdir, as in some runs, the kernel wants two lowers."""
        self.random = random
        writable = random.random() < 0.94
        options = random.choice([one for one in OPTIONS if kernel.INDEX or "index" not in one])
        lowerdir = layers().of(random)
        if "userxattr" in options:
            lowerdir = [spelled_as(USER, layer) for layer in lowerdir]
        if "index" in options:
            lowerdir = [with_links(layer) for layer in lowerdir]
        COUNTS["runs"] += 1
        COUNTS[f"with {options or 'no option'}"] += 1
        self.kernel = kernel
        self.script = Script(lowerdir if writable else [*lowerdir, [ROOT]], [], writable, options)
        self.slots: dict[int, tuple[str, str]] = {}  # our number of an open file → its kind, and the path it had
        self.known: dict[str, str] = {}  # path → kind, as the latest lstat said
        self.inodes: dict[str, object] = {}  # path of what has several names → the class of its inode

    def live(self) -> None:
        """One run: rules, some of them oftener than in other runs and some never, then a look at the whole."""
        self.pair = Pair(self.kernel, self.script)
        self.script = self.pair.script
        try:
            for path in sorted({one["path"] for layer in self.script.lowerdir for one in layer}):
                self.look_at(path)
            share = self.random.uniform(0.3, 1)
            rules = [one for one in self.rules() if self.random.random() < share] or self.rules()
            for _ in range(STEPS):
                chosen = self.random.choice(rules)
                getattr(self, chosen)(**drawn_for(getattr(type(self), chosen), self.random))
                self.pair.compare_upperdirs()  # what is hidden by later changes would not be seen at the end
            self.pair.finish()
        finally:
            self.pair.close()

    @classmethod
    def rules(cls) -> list[str]:
        """What may be asked, by name."""
        return [name for name in sorted(dir(cls)) if hasattr(getattr(cls, name), "drawn")]

    # --- asking -------------------------------------------------------------------------------------------------------

    def ask(self, name: str, *args: Any, **named: Any) -> Answer:
        """One question to both; their answer."""
        paths = (
            [arg for arg in args if isinstance(arg, str) and arg.startswith("/")] if name != "symlink" else [args[1]]
        )
        if name.startswith("fd_"):
            paths = []
        COUNTS["lower"] += any(self.pair.is_lower(path) for path in paths)
        looks = [near for path in paths for near in (path, posixpath.dirname(path.rstrip("/")) or "/")]
        asked = [question(name, *args, **named), *(question("lstat", near) for near in looks)]
        answer, *seen = self.pair.ask_all(asked)
        COUNTS["asked"] += 1
        COUNTS["succeeded"] += answer[0] == "ok"
        COUNTS[f"{name} {answer[0]}"] += 1
        for near, found in zip(looks, seen, strict=True):
            self._remember(near, found)
        if answer[0] == "ok" and name == "mkdir" and args[0] in self.known:
            self.known[args[0]] = MADE
        return answer

    def look_at(self, path: str) -> None:
        """lstat, and what it tells is remembered to choose paths from."""
        self._remember(path, self.pair.ask(question("lstat", path)))

    def _remember(self, path: str, found: Answer) -> None:
        said, value = found
        self.inodes.pop(path, None)
        if said == "ok" and value["kind"] == "file" and value["nlink"] > 1:
            self.inodes[path] = value["inode"]
        if said == "ok" and posixpath.normpath(path) == path and path.count("/") < 5:
            if self.known.get(path) != MADE or value["kind"] != "directory":
                self.known[path] = str(value["kind"])
        elif path in self.known:
            for gone in [one for one in self.known if one == path or one.startswith(path + "/")]:
                del self.known[gone]

    def path(self, where: Place) -> str:
        return where.among(self.known)

    def twins(self) -> list[tuple[str, str]]:
        """Pairs of names of one file, as far as is known."""
        named = sorted(path for path in self.inodes if path in self.known)
        return [(one, other) for one in named for other in named if one != other and self._same(one, other)]

    def _same(self, one: str, other: str) -> bool:
        return self.inodes[one] == self.inodes[other]

    def mounted_again(self, how: str, *args: str) -> None:
        """`remount`, or one that puts other layers or another upperdir in place; all names are looked at then."""
        self.pair.ask(question(how, *args))
        COUNTS[how] += 1
        self.slots.clear()
        for path, kind in sorted(self.known.items()):
            self.look_at(path)
            if kind == "directory":
                self.pair.ask(question("readdir", path))
