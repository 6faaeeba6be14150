"""In which language a lesson's notebook is written: its metadata say so, {"coursekit": {"language": "zh"}}.

A notebook has the same name, cells and ids in every language, so that a class has one assignment and one gradebook.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from coursekit.language import LANGUAGES

LARGEST = 64 << 20  # bytes of a notebook that is looked into


def language_of(metadata: Mapping[str, Any]) -> str | None:
    """The language that a notebook's metadata name; None where they name none that the course has."""
    told = metadata.get("coursekit")
    named = told.get("language") if isinstance(told, dict) else None
    return named if named in LANGUAGES else None


def named(language: str | None) -> dict[str, Any]:
    """What of a notebook's metadata names this language; nothing for None."""
    return {"coursekit": {"language": language}} if language else {}


def of_notebook(path: Path) -> str | None:
    """The language of a notebook's file; None where it cannot be read, or says nothing."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        metadata = json.loads(path.read_bytes())["metadata"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return language_of(metadata) if isinstance(metadata, dict) else None


def of_here() -> str | None:
    """The language of the lesson in whose folder we are, before it is started; its notebook has the folder's name."""
    try:
        return _of_folder(os.getcwd())
    except OSError:  # the folder is gone
        return None


@cache
def _of_folder(folder: str) -> str | None:
    path = Path(folder)
    return of_notebook(path / f"{path.name}.ipynb")
