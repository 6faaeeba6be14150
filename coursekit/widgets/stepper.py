"""A function's call, step by step, in the browser: its code, its variables, and the layers as the player draws them.

All steps are sent at once, as text; going forward and back asks nobody. Where no browser runs the widget, the steps
stand as a table (`stepped`, which also has the data).
"""

from collections.abc import Mapping
from typing import Any

import traitlets

from coursekit.widgets.joined import module, style
from coursekit.widgets.stepped import Moment, Shown, html, text
from coursekit.widgets.widget import Widget


class Stepper(Widget):
    """Plays one call; `step` is the step shown, 0 the first."""

    _esm = module("stepper")
    _css = style("stage", "player", "stepper")
    data = traitlets.Dict().tag(sync=True)
    code: Any = traitlets.List().tag(sync=True)  # the lines of the answer's cell
    moments: Any = traitlets.List().tag(sync=True)
    asked = traitlets.Unicode().tag(sync=True)
    end = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        super().__init__(
            data=shown.scene.to_json(),
            code=shown.source.rstrip().split("\n"),
            moments=[_json(each) for each in shown.moments],
            asked=shown.asked,
            end=shown.end,
        )

    def page(self) -> tuple[str, str]:
        """The call, the layers before it, and its steps as a table; the same in lines."""
        return html(self.shown), text(self.shown)

    def __repr__(self) -> str:
        return f"Stepper({self.shown.title!r}, {len(self.shown.moments)} steps)"


def _json(moment: Moment) -> Mapping[str, Any]:
    return {
        "line": moment.line,
        "how": moment.how,
        "calls": list(moment.calls),
        "names": [list(each) for each in moment.names],
        "printed": moment.printed,
    }
