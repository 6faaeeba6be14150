"""How the figures are taken: the sides of a row take turns in one run, and the best turn of each counts.

The best of several turns is what the machine can do when nothing else runs; on a busy one the ratios hold better than
the figures. A ratio says how many times coursekit's own the peer's figure is: above 1, coursekit is ahead.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

Side = Callable[[], object]
OURS = "coursekit"


class Unit(Enum):
    """What the figures of a row are; of all but the last, less is better."""

    SECONDS = "s"
    BYTES = "B"
    BYTES_AN_ENTRY = "B an entry"
    PER_SECOND = "a second"

    def shown(self, value: float) -> str:
        """A figure with three digits.

        >>> Unit.SECONDS.shown(0.01234), Unit.SECONDS.shown(2.5), Unit.SECONDS.shown(0.0000123)
        ('12.3 ms', '2.5 s', '12.3 µs')
        >>> Unit.BYTES.shown(41_500_000), Unit.BYTES_AN_ENTRY.shown(61.3), Unit.PER_SECOND.shown(34567)
        ('41.5 MB', '61.3 B', '34,600/s')
        """
        match self:
            case Unit.SECONDS:
                return _scaled(value, (("s", 1), ("ms", 1e-3), ("µs", 1e-6)))
            case Unit.BYTES | Unit.BYTES_AN_ENTRY:
                return _scaled(value, (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)))
            case Unit.PER_SECOND:
                return f"{digits(value)}/s"

    def ratio(self, ours: float, theirs: float) -> float:
        """How many times better ours is: above 1, coursekit is ahead."""
        least = 1e-9
        if self is Unit.PER_SECOND:
            return ours / max(theirs, least)
        return theirs / max(ours, least)


def _scaled(value: float, scales: Sequence[tuple[str, float]]) -> str:
    name, scale = next((each for each in scales if value >= each[1]), scales[-1])
    return f"{digits(value / scale)} {name}"


def digits(value: float) -> str:
    """Three digits, and as many zeros as it takes.

    >>> digits(0.1234), digits(12.34), digits(2663.4), digits(1000.0)
    ('0.123', '12.3', '2,660', '1,000')
    """
    short = f"{value:.3g}"
    return f"{float(short):,.0f}" if "e" in short or value >= 1000 else short


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: `sides` has coursekit's figure and those of its peers.

    `aims`: by peer the ratio to reach, and under "coursekit" the most that it may be itself.
    """

    what: str
    sides: Mapping[str, float]
    note: str = ""
    unit: Unit = Unit.SECONDS
    aims: Mapping[str, float] = field(default_factory=dict)

    @property
    def peers(self) -> tuple[str, ...]:
        """Who is beside coursekit."""
        return tuple(name for name in self.sides if name != OURS)

    def cell(self, side: str) -> str:
        """What a side's column says: the figure, a peer's ratio, and what was aimed at."""
        if side not in self.sides:
            return ""
        value, aim = self.sides[side], self.aims.get(side)
        if side == OURS:
            if aim is None:
                return self.unit.shown(value)
            return f"{self.unit.shown(value)} (aim: {self.unit.shown(aim)}{'' if value <= aim else ', **missed**'})"
        ratio = self.unit.ratio(self.sides[OURS], value)
        said = f"{self.unit.shown(value)}, {digits(ratio)}x"
        return said if aim is None else f"{said} (aim: {digits(aim)}x{'' if ratio >= aim else ', **missed**'})"


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


def table(title: str, rows: Sequence[Row]) -> str:
    """A Markdown table: a column for each side that a row names, and one for notes if there are any."""
    peers = tuple(dict.fromkeys(name for row in rows for name in row.peers))
    head = [title, OURS, *peers]
    lines = [[row.what, row.cell(OURS), *(row.cell(peer) for peer in peers)] for row in rows]
    if any(row.note for row in rows):
        head.append("")
        lines = [[*line, row.note] for line, row in zip(lines, rows, strict=True)]
    ruled = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in ruled)
