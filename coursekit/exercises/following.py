"""What a learner runs, followed: IPython's own events, heard quietly.

After each cell the cards are asked whether their answer changed. Before each, whether it was sent together with the one
before it: then all cells are being run, and the cards that were just made fold to a line.

Whose notebook it is, is told by the request: only what a person looks at sends a cell's id (JupyterLab, Notebook,
VS Code); nbclient, nbgrader and nbval send none.
"""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

TOGETHER = timedelta(seconds=0.15)  # between two requests; by hand nobody is so quick


def shell() -> Any:
    """IPython's shell, None where there is none."""
    ipython: Any = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def request() -> dict[str, Any]:
    """The request that runs now, as the kernel has it; empty outside of a kernel."""
    kernel = getattr(shell(), "kernel", None)
    try:
        return dict(kernel.get_parent("shell")) if kernel is not None else {}
    except Exception:  # a kernel of another make has other ways; then nobody is known to look
        return {}


def is_looked_at() -> bool:
    """Whether a person's notebook runs this cell. In a browser's Python there is nobody else."""
    return sys.platform == "emscripten" or "cellId" in request().get("metadata", {})


class Following:
    """Calls `after()` after each cell, and `before(together)` before each: whether it was sent with the one before it."""

    def __init__(self, before: Callable[[bool], None], after: Callable[[], None]) -> None:
        self._told_before, self._told_after = before, after
        self._sent: Any = None
        self._shell: Any = None

    def begin(self) -> None:
        """Hears from now on; a second call changes nothing."""
        if self._shell is None and (found := shell()) is not None:
            self._shell = found
            self._sent = _sent()
            found.events.register("pre_run_cell", self._before)
            found.events.register("post_run_cell", self._after)

    def end(self) -> None:
        """Hears no more."""
        if self._shell is not None:
            self._shell.events.unregister("pre_run_cell", self._before)
            self._shell.events.unregister("post_run_cell", self._after)
            self._shell = None

    def _before(self, _info: Any) -> None:
        before, self._sent = self._sent, _sent()
        together = before is not None and self._sent is not None and self._sent - before < TOGETHER
        _quietly(lambda: self._told_before(together))

    def _after(self, _result: Any) -> None:
        _quietly(self._told_after)


def _sent() -> Any:
    """When the notebook sent the request that runs now, by the notebook's clock."""
    date = request().get("header", {}).get("date")
    return date if hasattr(date, "timestamp") else None


def _quietly(call: Callable[[], None]) -> None:
    """A notebook's cell is never made to fail by what follows it."""
    try:
        call()
    except Exception:  # the check cell says it in full when it runs
        return
