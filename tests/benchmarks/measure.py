"""How the figures are taken: the sides of a row take turns in one run, and the best time of each counts.

The best of several turns is what the machine can do when nothing else runs; on a busy one the ratios hold better than
the seconds.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Side = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in seconds, `sides[0]` is coursekit."""

    what: str
    sides: Mapping[str, float]
    note: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """The line as text: what, ours, each peer with the ratio, the note."""
        (_, ours), *peers = self.sides.items()
        ratios = ", ".join(f"{name} {shown(seconds)} (x {seconds / ours:.3g})" for name, seconds in peers)
        return self.what, shown(ours), ratios, self.note


def shown(seconds: float) -> str:
    """A time with three digits.

    >>> shown(0.01234), shown(2.5)
    ('12.3 ms', '2.5 s')
    """
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def turns(sides: Mapping[str, Side], rounds: int) -> dict[str, float]:
    """The best time of each side; they run one after the other, `rounds` times.

    A side that returns a float took its own time (in another process, or without its preparations).
    """
    best = dict.fromkeys(sides, float("inf"))
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            told = side()
            took = time.perf_counter() - start
            best[name] = min(best[name], told if isinstance(told, float) else took)
    return best


def table(rows: list[Row]) -> str:
    """A Markdown table."""
    head = ("what", "coursekit", "beside it (how many times coursekit's time)", "")
    lines = [" | ".join(cells) for cells in (head, ("---",) * 4, *(row.cells() for row in rows))]
    return "\n".join(f"| {line} |" for line in lines)
