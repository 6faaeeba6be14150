"""The card: one exercise, from its question to its verdict; js/card.js draws it.

It knows no exercise. What it shows is plain data and HTML made by the course; what is done on it is heard by the
function that it was given:

    {"check": answer}   judge this; an answer of None is what a cell has
    {"hint": true}      one more hint
    {"again": true}     it is right, and is to be answered again
    {"step": true}      the learner's function is to be stepped through
    {"open": true}      somebody opened it

`answer` follows what is chosen. Where no browser runs the widget, the question stands as words, with its picture.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import ipywidgets
import traitlets

from coursekit.widgets.joined import module, style
from coursekit.widgets.told import Told
from coursekit.widgets.widget import Widget


class Standing(TypedDict):
    """What stands on a card beside its question and its answer. Texts are plain, but for `body`, `why`, `typed`, `hints`."""

    state: str  # open, kept, partly, right, wrong: the sign
    had: str  # "0 of 2"; "" where nothing was judged
    gain: str  # "0 of 2 points", and of a prediction what came
    headline: str  # "Not yet"; "" where nothing was judged
    body: str  # HTML: what else there is to say of it
    why: str  # HTML: the explanation, once it is right
    typed: str  # HTML: the same as a line for a cell
    hints: list[str]  # HTML
    hint: str  # the button for one more; "" where there is none
    told: Told | None
    steps: bool  # whether there is a call to be stepped through
    turn: int  # counts the verdicts


def _widget() -> Any:
    """A trait that holds another widget, which stands inside of the card; None for none."""
    return traitlets.Any(None, allow_none=True).tag(sync=True, **ipywidgets.widget_serialization)


class Card(Widget):
    """One exercise. `form` is None where it is answered in a cell or on a `bench`; `next` is [anchor, title] of the one after it."""

    _esm = module("card")
    _css = style("tokens", "stage", "answers", "hands", "card", "host")
    anchor = traitlets.Unicode().tag(sync=True)  # the id of its element
    title = traitlets.Unicode().tag(sync=True)
    points = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)  # HTML, made here and escaped
    form: Any = traitlets.Dict(None, allow_none=True).tag(sync=True)
    answer = traitlets.Any(None, allow_none=True).tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)  # a Standing
    bench: Any = _widget()  # on which it is answered
    stepper: Any = _widget()  # the call that is stepped through
    next: Any = traitlets.List().tag(sync=True)
    folded = traitlets.Bool(False).tag(sync=True)  # one line

    def __init__(self, *, plain: Any, hear: Callable[[Mapping[str, Any]], None], **state: Any) -> None:
        """`plain` shows the question without a browser; `hear` gets what is done on the card, and each kept answer."""
        super().__init__(**state)
        self._plain = plain
        self._hear = hear
        self.on_msg(lambda _widget, message, _buffers: hear(message) if isinstance(message, dict) else None)
        self.observe(lambda change: hear({"keep": change["new"]}), "answer")

    def page(self) -> tuple[str, str]:
        """The question in words."""
        return self._plain._repr_html_(), repr(self._plain)

    def __repr__(self) -> str:
        return f"Card({self.title!r})"
