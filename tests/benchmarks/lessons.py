"""How long a lesson takes, Run All: the kernel's time for all of its code cells."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import Row, turns
from tests.notebooks.running import run, seconds
from tests.notebooks.sources import PATHS


def rows() -> Iterator[Row]:
    """One row a lesson."""
    for path in PATHS:
        best = turns({"coursekit": lambda path=path: _once(path)}, rounds=3)
        yield Row(f"lesson {path.stem}, Run All", best, "no peer; kernel time, aim: under 5 s")


def _once(path: Path) -> float:
    with TemporaryDirectory(prefix="ck-lesson-") as place:
        return seconds(run(path, Path(place)))
