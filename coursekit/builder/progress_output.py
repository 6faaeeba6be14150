"""What a build says while it goes on: BuildKit's plain progress, and the lines around a step that failed.

    #5 [2/3] COPY app /app           #6 [3/3] RUN make
    #5 CACHED                        #6 0.0 cc -o app app.c
                                     #6 DONE 0.0s

A line in brackets of ours tells why a step was not cached.

Source: BuildKit's util/progress, buildx; layout recorded from docker.
"""

from collections.abc import Callable, Sequence

from coursekit.errors import BuildError

Say = Callable[[str], None]


class Progress:
    """Numbers the steps and prints their lines."""

    def __init__(self, say: Say, now: Callable[[], int]) -> None:
        """`say` takes a line; `now` is the clock, in nanoseconds."""
        self._say, self._now = say, now
        self._number = 0
        self._since = 0
        self.output: list[str] = []  # of the step that runs
        self.title = ""
        say('#0 building with "coursekit" instance using teaching shell driver')

    def begin(self, title: str) -> None:
        """A new step."""
        self._number += 1
        self._since, self.title, self.output = self._now(), title, []
        self._say("")
        self.line(title)

    def line(self, text: str) -> None:
        """A line of the step."""
        self._say(f"#{self._number} {text}")

    def seconds(self) -> float:
        """How long the step has run."""
        return max(0, self._now() - self._since) / 1e9

    def printed(self, text: str) -> None:
        """What a command printed, each line with its time."""
        for line in text.splitlines():
            self.output.append(f"{self.seconds():.3f} {line}")
            self.line(self.output[-1])

    def done(self) -> None:
        """The step is over."""
        self.line(f"DONE {self.seconds():.1f}s")

    def cached(self) -> None:
        """The step was not run."""
        self.line("CACHED")

    def failed(self, error: BuildError) -> None:
        """The step ended the build."""
        self.line(f"ERROR: {error}")


def report(error: BuildError, lines: Sequence[str], name: str, title: str = "", output: Sequence[str] = ()) -> str:
    """What docker prints below a build that failed: the step with its output, and the place in the Dockerfile."""
    parts: list[str] = []
    if title and not title.startswith("[internal] load build definition"):
        parts += ["------", f" > {title}:", *output[-10:], "------"]
    if error.start:
        parts += [f"{name}:{error.start}", "-" * 20]
        first, last = max(1, error.start - 3), min(len(lines), error.end + 3)
        for number in range(first, last + 1):
            mark = ">>>" if error.start <= number <= error.end else "   "
            parts.append(f"{number:4d} | {mark} {lines[number - 1]}".rstrip())
        parts.append("-" * 20)
    return "\n".join([*parts, f"ERROR: failed to build: failed to solve: {error}"])
