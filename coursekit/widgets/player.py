"""The player: a scene in the browser, played, stepped forward and back, without asking the kernel.

The whole scene is sent once; the ES module beside this file steps through it. Where no browser runs the widget
(nbconvert, GitHub), the current step is shown as a figure with its words.

Floor 6 (widgets).
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from coursekit.diagrams.look import css
from coursekit.diagrams.scene import Scene, words
from coursekit.diagrams.svg import figure


class Player(anywidget.AnyWidget):
    """Plays one scene; `step` is the frame shown, 0 the first."""

    _esm = Path(__file__).with_name("player.js")
    _css = css() + (Path(__file__).with_name("player.css")).read_text(encoding="utf-8")
    data = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(self, scene: Scene) -> None:
        super().__init__(data=scene.to_json(), step=len(scene.frames) - 1)
        self.scene = scene

    @traitlets.validate("step")
    def _within(self, proposal: Any) -> int:
        return int(min(max(proposal["value"], 0), len(self.data.get("frames", [0])) - 1))

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data = {**(data or {}), "text/html": figure(self.scene, self.step), "text/plain": words(self.scene)}
        return (data, bundle[1]) if isinstance(bundle, tuple) else data

    def __repr__(self) -> str:
        return f"Player({self.scene.title!r}, {len(self.scene.frames)} steps)"
