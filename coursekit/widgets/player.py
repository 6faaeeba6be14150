"""The player: a scene in the browser, played, stepped forward and back, without asking the kernel.

The whole scene is sent once, each frame as what differs from the one before; js/player.js steps through
it. Where no browser runs the widget (nbconvert, GitHub), the current step is shown as a figure with its
words. A scene that no page could hold is not sent: a sentence says so, and what to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import traitlets

from coursekit.diagrams.knobs import Knob, settings
from coursekit.diagrams.scene import Detail, Scene, detail_json, words
from coursekit.diagrams.svg import figure
from coursekit.language import plural
from coursekit.widgets.joined import module, style
from coursekit.widgets.widget import Widget

MOST_BOXES, MOST_FRAMES = 6_000, 50_000


class Player(Widget):
    """Plays one scene; `step` is the frame shown, 0 the first. `notice` is a sentence above it, `aside` one below."""

    _esm = module("playing")
    _css = style("stage", "player")
    data = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    notice = traitlets.Unicode("").tag(sync=True)
    aside = traitlets.Unicode("").tag(sync=True)
    asks = traitlets.Bool(False).tag(sync=True)  # the kernel answers for what did not come with the scene

    def __init__(
        self,
        scene: Scene,
        *,
        step: int = 0,
        notice: str = "",
        aside: str = "",
        ask: Callable[[str], Detail] | None = None,
    ) -> None:
        """`step` counts from the end where it is negative; `ask` tells what a box is about, when it is clicked."""
        self._ask = ask
        large = too_large(scene)
        super().__init__(
            data={"title": scene.title} if large else scene.to_json(),
            notice="\n".join(filter(None, (notice, large))),
            aside=aside,
            asks=ask is not None,
        )
        self.scene = scene
        self.set = {knob.key: knob.value for knob in scene.knobs}
        self.step = step if step >= 0 else len(scene.frames) + step
        self.on_msg(self._heard)

    @traitlets.validate("step")
    def _within(self, proposal: Any) -> int:
        return int(min(max(proposal["value"], 0), max(0, len(self.data.get("frames", ())) - 1)))

    def _heard(self, _widget: Any, message: Any, _buffers: Any) -> None:
        match message:
            case {"ask": str(about)} if self._ask is not None:
                self.send({"about": about, "detail": detail_json(self._ask(about))})
            case {"turn": dict(said)}:
                self.turn(said)

    def turn(self, said: Mapping[str, Any]) -> None:
        """Turns knobs: the scene of the new values takes the place of the old one, at its last step, the answer.

        What the scene's knobs do not allow is left as it was.
        """
        wanted = settings(self._knobs(), said)
        if wanted is None or self.scene.turn is None:
            return
        made = self.scene.turn(**wanted)
        self.set = wanted
        self.scene = replace(made, knobs=self._knobs(), turn=self.scene.turn)
        with self.hold_sync():
            self.data = self.scene.to_json()
            self.step = len(self.scene.frames) - 1

    def _knobs(self) -> tuple[Knob, ...]:
        return tuple(replace(knob, value=self.set[knob.key]) for knob in self.scene.knobs)

    def page(self) -> tuple[str, str]:
        """The last step, which carries the idea, as a figure; and all steps in words."""
        shown = f"<p>{self.notice}</p>" if "frames" not in self.data else figure(self.scene)
        return shown, words(self.scene)

    def __repr__(self) -> str:
        return f"Player({self.scene.title!r}, {len(self.scene.frames)} steps)"


def too_large(scene: Scene) -> str:
    """What to say of a scene that no page could hold; '' for all others."""
    boxes, frames = max(len(frame.boxes) for frame in scene.frames), len(scene.frames)
    if boxes <= MOST_BOXES and frames <= MOST_FRAMES:
        return ""
    said = plural(
        "This scene is too large to draw: {boxes} boxes in {n} step, where {most} boxes and {steps} steps can be shown. "
        "Show fewer paths: .show('/etc/hosts', '/app'), or fewer events.",
        "This scene is too large to draw: {boxes} boxes in {n} steps, where {most} boxes and {steps} steps can be shown. "
        "Show fewer paths: .show('/etc/hosts', '/app'), or fewer events.",
        frames,
    )
    counts = {"boxes": boxes, "n": frames, "most": MOST_BOXES, "steps": MOST_FRAMES}
    return said.format(**{name: f"{count:,}" for name, count in counts.items()})
