"""The sheet: a question that is answered by clicking, ordering or filling in, with native form elements.

What is chosen is kept at once, by the function that the sheet was given; the line that says the same in a cell stands
below it, for whoever would rather type. Where no browser runs the widget, the question stands as text.

It knows no exercise: its form is plain data, see `spec` for the keys that sheet.js reads.
"""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from coursekit.errors import CourseError
from coursekit.widgets.joined import module, style


class Sheet(anywidget.AnyWidget):
    """One question; `answer` follows what is chosen, `line` says it as code, `scored` what a prediction earns."""

    _esm = module("sheet")
    _css = style("stage", "sheet")
    title = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)  # HTML, made here and escaped
    form = traitlets.Dict().tag(sync=True)
    answer = traitlets.Any(None, allow_none=True).tag(sync=True)
    line = traitlets.Unicode().tag(sync=True)
    scored = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        title: str,
        question: str,
        form: Mapping[str, Any],
        answer: Any,
        keep: Callable[[Any], str],
        plain: Any,
        score: Callable[[], str] | None = None,
    ) -> None:
        """`keep` saves an answer and returns its line, `score` says what the kept one earns.

        `plain` is what shows the question without a browser.
        """
        super().__init__(title=title, question=question, form=dict(form), answer=answer)
        self._keep = keep
        self._plain = plain
        self._score = score
        self.observe(self._answered, "answer")

    def _answered(self, change: Any) -> None:
        try:
            line = self._keep(change["new"])
        except CourseError as problem:
            self.line, self.scored = f"# {problem}", ""
            return
        self.scored = self._score() if self._score else ""
        self.line = line

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data = {**(data or {}), "text/html": self._plain._repr_html_(), "text/plain": repr(self._plain)}
        return (data, bundle[1]) if isinstance(bundle, tuple) else data

    def __repr__(self) -> str:
        return f"Sheet({self.title!r})"
