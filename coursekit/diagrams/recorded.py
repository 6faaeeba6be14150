"""What a scene's knobs answer, recorded: so that they can be turned on a page that has no kernel.

    {"keys": ["driver"], "scenes": {"[\"overlay2\"]": scene, "[\"btrfs\"]": scene, …}}

A setting's name is the JSON of its values, in the order of `keys`, as the page's script writes it too. Pure.
"""

import json
from collections.abc import Sequence
from itertools import permutations, product
from typing import Any

from coursekit.diagrams.knobs import Knob, Value
from coursekit.diagrams.scene import Scene

MOST = 100_000  # characters of one scene's record


def recorded(scene: Scene, most: int = MOST) -> dict[str, Any] | None:
    """The answers to all settings of the first knobs, of as many as fit in `most` characters; None where none does.

    The knobs that are left out keep the value that they have.
    """
    if scene.turn is None:
        return None
    for count in range(len(scene.knobs), 0, -1):
        knobs, rest = scene.knobs[:count], {knob.key: knob.value for knob in scene.knobs[count:]}
        keys, ways = [knob.key for knob in knobs], list(product(*map(_ways, knobs)))
        one = len(_said(scene.turn(**dict(zip(keys, ways[0], strict=True)), **rest).to_json()))
        if one * len(ways) > 2 * most:  # far too many: they need not be made to be measured
            continue
        scenes = {_said(way): scene.turn(**dict(zip(keys, way, strict=True)), **rest).to_json() for way in ways}
        if sum(len(_said(each)) for each in scenes.values()) <= most:
            return {"keys": keys, "scenes": scenes}
    return None


def _said(data: Any) -> str:
    """JSON as a browser's JSON.stringify writes it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _ways(knob: Knob) -> Sequence[Value | tuple[Value, ...]]:
    """All values that a knob can have; of ticks, in the order of the options."""
    values = [value for value, _words in knob.options]
    if knob.kind == "order":
        return list(permutations(values))
    if knob.kind == "tick":
        marks = product((False, True), repeat=len(values))
        return [tuple(value for value, on in zip(values, ticked, strict=True) if on) for ticked in marks]
    return values
