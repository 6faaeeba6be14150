"""A question that shows itself: clickable in a notebook, and as words anywhere.

Who makes it says how its card is made, since a card keeps answers and judges them.
"""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.report import Words


class Question(Words):
    """The words of a question, and the card on which it is answered; None where nobody looks at one."""

    __slots__ = ("_card",)

    def __init__(self, text: str, note: str, card: Callable[[], Any] | None) -> None:
        super().__init__(text, note)
        object.__setattr__(self, "_card", card)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        card: Callable[[], Any] | None = object.__getattribute__(self, "_card")
        if card is None:
            return {"text/plain": repr(self), "text/html": self._repr_html_()}
        return card()._repr_mimebundle_()
