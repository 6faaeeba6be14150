"""Result: what a command in a container printed and how it ended."""

import html
from dataclasses import dataclass, field
from typing import Any

from coursekit.shell.streams import Captured

_LIKE_OUTPUT = (  # as other outputs of cells look; a line is as long as it is, and words stay whole
    "font-size:var(--jp-code-font-size,13px);line-height:var(--jp-code-line-height,1.3);margin:0;overflow-x:auto;"
    "padding:0 var(--jp-code-padding,0);"
    "overflow-wrap:normal;white-space:pre;word-break:normal"
)


@dataclass(frozen=True, slots=True)
class Result:
    """What `exec` gives back. In a notebook it shows what a terminal would."""

    stdout: str
    stderr: str
    exit_code: int
    transcript: str = field(default="", repr=False)  # both streams, in the order in which they were written
    raw: tuple[bytes, bytes] = field(default=(b"", b""), repr=False, compare=False)  # stdout and stderr, as written
    refusal: str = field(default="", repr=False)  # docker's words where nothing was started; stderr has them too

    def __str__(self) -> str:
        return self.stdout

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.shown())

    def shown(self) -> str:
        """The output as a terminal shows it, with a line for an exit code that is not 0."""
        text = self.transcript or self.stdout + self.stderr
        note = f"[exit code {self.exit_code}]" if self.exit_code else ""
        return text.rstrip("\n") + ("\n" if text.rstrip("\n") and note else "") + note

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        note = f'<div style="opacity:.7">exit code {self.exit_code}</div>' if self.exit_code else ""
        text = html.escape((self.transcript or self.stdout + self.stderr).rstrip("\n"))
        return {"text/plain": self.shown(), "text/html": f'<pre style="{_LIKE_OUTPUT}">{text}</pre>{note}'}


def result_of(stdout: Captured, stderr: Captured, exit_code: int, refusal: str = "") -> Result:
    """The result of a command whose output was captured; bytes that are no UTF-8 are shown as such."""
    texts = (bytes(data).decode("utf-8", "replace") for data in (stdout.data, stderr.data, stdout.transcript))
    out, err, transcript = texts
    return Result(out, err, exit_code, transcript, (bytes(stdout.data), bytes(stderr.data)), refusal)
