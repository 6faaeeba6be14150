"""What the site says of each lesson: its question, its minutes, its first words; from the released notebook itself.

Neighbours: front lists them, reading sets them as pages.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import lab
from coursekit.exercises.openings import minutes_of
from coursekit.site.page import edition

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson as it is released."""

    language: str
    name: str  # "03-union"
    question: str
    minutes: int
    about: str  # its first paragraph, without markup
    cells: tuple[dict[str, Any], ...]

    @property
    def number(self) -> str:
        """Its number, as it is written: "03"."""
        return self.name[:2]

    @property
    def notebook(self) -> str:
        """Its file among the contents of JupyterLite: "03-union/03-union.ipynb", in Chinese below zh/."""
        return f"{edition(self.language)}{self.name}/{self.name}.ipynb"


def released(language: str) -> tuple[Lesson, ...]:
    """All lessons, in order. Raises: ExerciseError for a language that has none."""
    return tuple(_read(lab.LESSONS / language / name / f"{name}.ipynb", language) for name in lab.lessons(language))


def _read(path: Path, language: str) -> Lesson:
    notebook = json.loads(path.read_text("utf-8"))
    cells = tuple({**cell, "source": "".join(cell["source"])} for cell in notebook["cells"])
    paragraphs = [part for part in cells[0]["source"].split("\n\n") if not part.startswith(("![", "<"))]
    title, told, about = paragraphs[:3]
    return Lesson(language, path.stem, title.removeprefix("# "), minutes_of(told), plain(about), cells)


def plain(text: str) -> str:
    """A paragraph of Markdown as words."""
    return re.sub(r"[*`_]", "", _LINK.sub(r"\1", text)).replace("\n", " ").strip()
