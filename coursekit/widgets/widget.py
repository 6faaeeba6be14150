"""What every widget of the course is: an ES module, a look, the words of the language in use, and a page without it.

Neighbours: `joined` makes the module and knows its words; `player`, `bench` and `card` are widgets.
"""

from typing import Any

import anywidget
import traitlets

from coursekit.widgets.joined import catalogue


class Widget(anywidget.AnyWidget):
    """A widget that shows `page()` where no browser runs it: nbconvert, GitHub, a terminal."""

    words = traitlets.Dict().tag(sync=True)  # English template to the one in the language in use; see js/words.js

    def __init__(self, **state: Any) -> None:
        super().__init__(words=dict(catalogue(str(self._esm))), **state)

    def page(self) -> tuple[str, str]:
        """What stands in its place, as HTML and as text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        html, text = self.page()
        data = {**(data or {}), "text/html": html, "text/plain": text}
        return (data, bundle[1]) if isinstance(bundle, tuple) else data
