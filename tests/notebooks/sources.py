"""The source notebooks, read as JSON: what the tests of this folder look at."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "notebooks" / "en").glob("*/*.ipynb"))
UNGRADED = {"00-start"}  # its exercises are for practice: no cell of theirs has a grade
RELEASED = sorted((ROOT / "coursekit" / "data" / "lessons" / "en").glob("*/*.ipynb"))


@dataclass(frozen=True)
class Notebook:
    """One lesson's notebook."""

    path: Path
    document: dict[str, Any]

    @property
    def lesson(self) -> str:
        return self.path.stem

    @property
    def cells(self) -> list[dict[str, Any]]:
        return list(self.document["cells"])

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Its cells of one kind."""
        return [cell for cell in self.cells if cell["cell_type"] == kind]

    @property
    def prose(self) -> str:
        """All its text."""
        return "\n\n".join(text(cell) for cell in self.of("markdown"))


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def graded(cell: dict[str, Any]) -> dict[str, Any]:
    """The cell's nbgrader metadata, or nothing."""
    found = cell["metadata"].get("nbgrader", {})
    return dict(found)


NOTEBOOKS = [Notebook(path, json.loads(path.read_bytes())) for path in PATHS]
