"""One run of the random machine: layers mounted on both sides, and what is known of them so far.

Every question that may change something is followed by a look at the names it touched and at their directories; at the
end the merged trees and the upperdirs are compared whole. How much was asked, how often something succeeded and how
often an object of a lower layer was touched is counted for the whole process.
"""

import posixpath
from collections import Counter
from typing import Any, ClassVar

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from coursekit.proving.asking import question
from coursekit.proving.doors import Answer
from coursekit.proving.pair import Pair, Script
from coursekit.union.escape import USER
from coursekit.union.kernel import Kernel
from coursekit.union.stored import Entry
from tests.conformance.choosing import MADE, Place
from tests.conformance.drawn import ROOT, layers, spelled_as

OPTIONS = ("",) * 5 + (
    "redirect_dir=on", "redirect_dir=on", "metacopy=on", "metacopy=on", "redirect_dir=nofollow", "userxattr", "xino=on",
    "index=on", "index=on", "index=on,metacopy=on",
)  # fmt: skip
COUNTS: Counter[str] = Counter()  # of this process: asked, succeeded, lower, runs


class Mounted(RuleBasedStateMachine):
    """Asks both sides. `kernel` is the worker that all runs share."""

    kernel: ClassVar[Kernel]
    script: ClassVar[Script]  # of the latest run: what `pair.reduced` makes shorter

    @initialize(lowerdir=layers(), writable=st.sampled_from((True,) * 15 + (False,)), options=st.sampled_from(OPTIONS))
    def mount(self, lowerdir: list[list[Entry]], writable: bool, options: str) -> None:
        """Some runs have no upperdir: then the kernel wants a second lowerdir."""
        if "index=on" in options and not self.kernel.INDEX:
            reject()
        COUNTS["runs"] += 1
        COUNTS[f"with {options or 'no option'}"] += 1
        if "userxattr" in options:
            lowerdir = [spelled_as(USER, layer) for layer in lowerdir]
        self.pair = Pair(self.kernel, Script(lowerdir if writable else [*lowerdir, [ROOT]], [], writable, options))
        Mounted.script = self.pair.script
        self.slots: dict[int, tuple[str, str]] = {}  # our number of an open file → its kind, and the path it had
        self.known: dict[str, str] = {}  # path → kind, as the latest lstat said
        for path in sorted({one["path"] for layer in lowerdir for one in layer}):
            self.look_at(path)

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
        if said == "ok" and posixpath.normpath(path) == path and path.count("/") < 5:
            if self.known.get(path) != MADE or value["kind"] != "directory":
                self.known[path] = str(value["kind"])
        elif path in self.known:
            for gone in [one for one in self.known if one == path or one.startswith(path + "/")]:
                del self.known[gone]

    def path(self, where: Place) -> str:
        return where.among(self.known)

    @invariant()
    def upperdirs_agree(self) -> None:
        """After each rule: what is hidden by later changes would not be seen at the end."""
        if hasattr(self, "pair"):
            self.pair.compare_upperdirs()

    def teardown(self) -> None:
        if hasattr(self, "pair"):
            try:
                self.pair.finish()
            finally:
                self.pair.close()
