"""A function's call, step by step, in the browser: its code, its variables, and the layers as the player draws them.

All steps are sent at once, as text; going forward and back asks nobody. Where no browser runs the widget, the steps
stand as a table (`stepped`, which also has the data).
"""

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from coursekit.widgets.joined import module, style
from coursekit.widgets.stepped import Moment, Shown, html, text


class Stepper(anywidget.AnyWidget):
    """Plays one call; `step` is the step shown, 0 the first."""

    _esm = module("shapes", "stage", "inspect", "looking", "player", "stepper")
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

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data = {**(data or {}), "text/html": html(self.shown), "text/plain": text(self.shown)}
        return (data, bundle[1]) if isinstance(bundle, tuple) else data

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
