"""Running a notebook from top to bottom in a kernel of its own."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from tests.tools import PATIENCE


def run(path: Path, place: Path) -> Any:
    """The notebook with its outputs, run in `place`."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=PATIENCE, resources={"metadata": {"path": str(place)}}, record_timing=True, allow_errors=True
    )
    client.execute(env={**os.environ, "COURSEKIT_HOME": str(place / "home")})
    return notebook


def seconds(notebook: Any) -> float:
    """Kernel time of all code cells."""

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))

    timed = [cell.metadata.execution for cell in notebook.cells if cell.cell_type == "code"]
    spans = [moment(t["shell.execute_reply"]) - moment(t["iopub.execute_input"]) for t in timed]
    return sum(span.total_seconds() for span in spans)
