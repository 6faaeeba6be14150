"""The proof, shown: which kernel the engine was compared with, on how many operations, and the comparison made again.

ck.proof()            the recorded answers of a Linux kernel, asked of the engine here and now
ck.proof(live=True)   the same questions asked of this machine's kernel as well (Linux, root)
"""

import html
import platform
import time
from functools import cached_property

from coursekit.columns import columns, left
from coursekit.language import _
from coursekit.proving.kernel import Kernel, kernel_available
from coursekit.proving.pair import Differ, Pair, Script
from coursekit.proving.recording import Recording, Result, load, replay, shortened


class Proof:
    """What was compared, and what came of it. The comparison is made when somebody looks at it first."""

    def __init__(self, live: bool = False) -> None:
        """With `live` this machine's kernel is asked at once. Raises: ToolMissing, as `proof` does."""
        self.live = live  # it answered just now
        if live:
            _ = self._compared

    @cached_property
    def _recording(self) -> Recording:
        return load()

    @cached_property
    def _compared(self) -> tuple[Result, float]:
        recording, started = self._recording, time.perf_counter()
        result = asked_live(recording) if self.live else replay(recording)
        return result, time.perf_counter() - started

    @property
    def kernel(self) -> str:
        """The release that answered."""
        return version() if self.live else self._recording.kernel

    @property
    def operations(self) -> int:
        """How many operations were asked, without the looks after them."""
        return self._recording.operations

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return self._compared[0].asked

    @property
    def differences(self) -> tuple[str, ...]:
        """Where the answers differ, in words."""
        return tuple(shortened(self._compared[0].differences))

    @cached_property
    def here(self) -> str:
        """Whether this machine's kernel can be asked, or why not."""
        return here()

    @property
    def holds(self) -> bool:
        """All answers were equal."""
        return not self.differences

    def rows(self) -> list[tuple[str, str]]:
        """What there is to tell, as (what, how much)."""
        recorded = _("{kernel}, overlayfs (its answers were recorded, and come with the course)")
        kernel = _("{kernel}, overlayfs (asked just now, on this machine)") if self.live else recorded
        runs = self._recording.runs
        options = sorted({run.options or _("no options") for run in runs})
        differ = _("{n} of {total} stacks differ").format(n=len(self.differences), total=len(runs))
        told = {
            "mounted": _("{n}; mounted with {options}").format(n=len(runs), options="; ".join(options)),
            "asked": _("{n} at random, with the looks after them {questions} questions").format(
                n=f"{self.operations:,}", questions=f"{self.questions:,}"
            ),
            "found": _("{verdict} (result, errno, merged tree), in {seconds} s").format(
                verdict=_("all equal") if self.holds else differ, seconds=f"{self._compared[1]:.1f}"
            ),
        }
        return [
            (_("Linux kernel"), kernel.format(kernel=self.kernel)),
            (_("stacks of layers"), told["mounted"]),
            (_("operations"), told["asked"]),
            (_("the engine's answers"), told["found"]),
            *(() if self.live else ((_("this machine"), self.here),)),
            *((_("differs"), text) for text in self.differences),
        ]

    def __repr__(self) -> str:
        rows = self.rows()
        width = max(columns(name) for name, text in rows)
        return "\n".join(f"{left(name, width)}  {text}" for name, text in rows)

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th>'
            f'<td style="text-align:left">{html.escape(text)}</td></tr>'
            for name, text in self.rows()
        )
        caption = _("The engine beside the kernel")
        return f"<table><caption>{caption}</caption><tbody>{cells}</tbody></table>"


def proof(*, live: bool = False) -> Proof:
    """The recorded comparison made again, or with `live` the same questions asked of this machine's kernel too.

    Raises: ToolMissing, where this kernel cannot be asked; it says why.
    """
    return Proof(live)


def here() -> str:
    """Whether this machine's kernel can be asked, and why not."""
    missing = kernel_available()
    if missing is None:
        return _("the kernel here can be asked too: ck.proof(live=True)")
    return _("the kernel here cannot be asked: {why}").format(why=missing)


def version() -> str:
    """The version of this kernel, without what its builder called it."""
    return platform.release().partition("-")[0]


def asked_live(recording: Recording) -> Result:
    """All recorded questions asked of the engine in memory, over a disk, and of a kernel mount here."""
    result = Result()
    with Kernel.ready() as kernel:
        for run in recording.runs:
            pair = Pair(kernel, Script(run.lowerdir, [], run.writable, run.options))
            try:
                for asked in run.questions:
                    pair.ask(asked)
                pair.finish()
            except Differ as found:
                result.differences.append(str(found))
            finally:
                pair.close()
            result.asked += len(run.questions)
    return result
