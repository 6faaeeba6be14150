"""How long a lesson takes, Run All: the kernel's time for all of its code cells."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import Row, turns
from tests.notebooks.running import run, seconds
from tests.notebooks.sources import PATHS

TITLE = "a lesson, Run All"
CONDITIONS = "The sources, with their solutions: the kernel's time for all code cells, the better of two runs."
AIM = 5.0  # seconds


def rows() -> Iterator[Row]:
    """One row a lesson."""
    for path in PATHS:
        took = turns({"coursekit": lambda path=path: _once(path)}, rounds=2)
        yield Row(f"`{path.stem}`", took, aims={"coursekit": AIM})


def _once(path: Path) -> float:
    with TemporaryDirectory(prefix="ck-lesson-") as place:
        return seconds(run(path, Path(place)))
