"""The proof, shown: which kernel the engine was compared with, on how many operations, and the comparison made again.

ck.proof()            the recorded answers of a Linux kernel, asked of the engine here and now
ck.proof(live=True)   the same questions asked of this machine's kernel as well (Linux, root)
"""

import html
import platform
import time
from dataclasses import dataclass

from coursekit.columns import columns, left
from coursekit.language import _
from coursekit.proving.kernel import Kernel, kernel_available
from coursekit.proving.pair import Differ, Pair, Script
from coursekit.proving.recording import Recording, Result, load, replay, shortened


@dataclass(frozen=True)
class Proof:
    """What was compared, and what came of it."""

    kernel: str  # the release that answered
    live: bool  # it answered just now
    operations: int
    questions: int
    stacks: int
    options: tuple[str, ...]
    differences: tuple[str, ...]
    seconds: float
    here: str  # whether this machine's kernel can be asked, or why not

    @property
    def holds(self) -> bool:
        """All answers were equal."""
        return not self.differences

    def rows(self) -> list[tuple[str, str]]:
        """What there is to tell, as (what, how much)."""
        recorded = _("{kernel}, overlayfs (its answers were recorded, and come with the course)")
        kernel = _("{kernel}, overlayfs (asked just now, on this machine)") if self.live else recorded
        differ = _("{n} of {total} stacks differ").format(n=len(self.differences), total=self.stacks)
        told = {
            "mounted": _("{n}; mounted with {options}").format(n=self.stacks, options="; ".join(self.options)),
            "asked": _("{n} at random, with the looks after them {questions} questions").format(
                n=f"{self.operations:,}", questions=f"{self.questions:,}"
            ),
            "found": _("{verdict} (result, errno, merged tree), in {seconds} s").format(
                verdict=_("all equal") if self.holds else differ, seconds=f"{self.seconds:.1f}"
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
    recording = load()
    started = time.perf_counter()
    result = asked_live(recording) if live else replay(recording)
    seconds = time.perf_counter() - started
    return Proof(
        kernel=version() if live else recording.kernel,
        live=live,
        operations=recording.operations,
        questions=result.asked,
        stacks=len(recording.runs),
        options=tuple(sorted({run.options or _("no options") for run in recording.runs})),
        differences=tuple(shortened(result.differences)),
        seconds=seconds,
        here=here(),
    )


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
