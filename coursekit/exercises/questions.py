"""A question that shows itself: clickable in a notebook, and as words anywhere.

Who makes it says how a sheet is made, since a sheet keeps answers in a file.
"""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.report import Words


class Question(Words):
    """The words of a question, and the sheet on which it can be answered; None where it is answered in a cell."""

    __slots__ = ("_sheet",)

    def __init__(self, text: str, note: str, sheet: Callable[[], Any] | None) -> None:
        super().__init__(text, note)
        object.__setattr__(self, "_sheet", sheet)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        sheet: Callable[[], Any] | None = object.__getattribute__(self, "_sheet")
        if sheet is None:
            return {"text/plain": repr(self), "text/html": self._repr_html_()}
        return sheet()._repr_mimebundle_()
