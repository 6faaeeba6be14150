"""A knob of a scene: what the learner may turn, and the scene answers at once.

    Knob("driver", "Storage driver", (("overlay2", "overlay2"), ("btrfs", "btrfs"), …), "overlay2")
    Knob("order", "Layers, top first", (("top", "top"), ("base", "base")), ("top", "base"), kind="order")

The scene's `turn` makes the new scene from the values of all knobs: the engine computes it, no script. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Value = str | int
Kind = Literal["choose", "slide", "order", "tick"]


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting. `options` are the values that there are, each with its words.

    "choose" has one of them, "slide" one of an ordered few, "order" all of them in an order, "tick" some of them.
    """

    key: str  # the name of `turn`'s parameter
    label: str
    options: tuple[tuple[Value, str], ...]
    value: Value | tuple[Value, ...]
    kind: Kind = "choose"

    def to_json(self) -> dict[str, Any]:
        """The knob as the player reads it."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind,
            "options": [list(each) for each in self.options],
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
        }

    def allows(self, value: object) -> bool:
        """Whether this is a value that the knob can have: what a browser sends is not trusted."""
        known = [option for option, _words in self.options]
        if self.kind in ("choose", "slide"):
            return any(type(value) is type(each) and value == each for each in known)
        if not isinstance(value, list) or any(each not in known for each in value) or len(set(value)) != len(value):
            return False
        return self.kind == "tick" or len(value) == len(known)


def settings(knobs: Sequence[Knob], said: Mapping[str, object]) -> dict[str, Any] | None:
    """The values of all knobs, those in `said` turned; None where one of them cannot be."""
    known = {knob.key: knob for knob in knobs}
    if not all(key in known and known[key].allows(value) for key, value in said.items()):
        return None
    turned = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return {key: turned.get(key, knob.value) for key, knob in known.items()}
