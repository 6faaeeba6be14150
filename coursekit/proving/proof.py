"""The proof, shown: which kernel the engine was compared with, on how many operations, and the comparison made again.

ck.proof()            the recorded answers of a Linux kernel, asked of the engine here and now
ck.proof(live=True)   the same questions asked of this machine's kernel as well (Linux, root)
"""

import html
import platform
import time
from dataclasses import dataclass

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
        when = "asked just now, on this machine" if self.live else "its answers were recorded, and come with the course"
        verdict = "all equal" if self.holds else f"{len(self.differences)} of {self.stacks} stacks differ"
        return [
            ("Linux kernel", f"{self.kernel}, overlayfs ({when})"),
            ("stacks of layers", f"{self.stacks}; mounted with {'; '.join(self.options)}"),
            ("operations", f"{self.operations:,} at random, with the looks after them {self.questions:,} questions"),
            ("the engine's answers", f"{verdict} (result, errno, merged tree), in {self.seconds:.1f} s"),
            *(() if self.live else (("this machine", self.here),)),
            *(("differs", text) for text in self.differences),
        ]

    def __repr__(self) -> str:
        width = max(len(name) for name, _ in self.rows())
        return "\n".join(f"{name:{width}}  {text}" for name, text in self.rows())

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th>'
            f'<td style="text-align:left">{html.escape(text)}</td></tr>'
            for name, text in self.rows()
        )
        return f"<table><caption>The engine beside the kernel</caption><tbody>{cells}</tbody></table>"


def proof(*, live: bool = False) -> Proof:
    """The recorded comparison made again, or with `live` the same questions asked of this machine's kernel too.

    Raises: ToolMissing, where this kernel cannot be asked; it says why.
    """
    recording = load()
    started = time.perf_counter()
    result = asked_live(recording) if live else replay(recording)
    seconds = time.perf_counter() - started
    missing = kernel_available()
    return Proof(
        kernel=version() if live else recording.kernel,
        live=live,
        operations=recording.operations,
        questions=result.asked,
        stacks=len(recording.runs),
        options=tuple(sorted({run.options or "no options" for run in recording.runs})),
        differences=tuple(shortened(result.differences)),
        seconds=seconds,
        here="its kernel can be asked too: ck.proof(live=True)" if missing is None else f"cannot be asked: {missing}",
    )


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
