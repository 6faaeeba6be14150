"""What layers are called in a picture: the instruction that made them, in a few words; or the learner's own name.

Pure, but for the names of a notebook's variables.
"""

import re
import sys
from collections.abc import Sequence
from typing import Any

from coursekit.image.image import ImageLayer

_DIGEST = re.compile("[0-9a-f]{32}")


def layer_name(layer: ImageLayer) -> str:
    """What made the layer, without the paths and digests of a builder: "RUN apt-get update", "COPY … /app"."""
    made = layer.created_by.removeprefix("/bin/sh -c ").strip()
    words = made.removeprefix("#(nop)").split()
    if not words:
        return "layer"
    if "#(nop)" not in made and words[0] not in _INSTRUCTIONS:
        words.insert(0, "RUN")
    if len(words) > 1 and _DIGEST.search(words[1]):
        return f"{words[0]} … {words[-1]}"
    if len(words) > 1:
        words[1] = words[1].removeprefix("file:").removeprefix("dir:")
    return " ".join(words[:3] if words[0] == "RUN" else words[:2])


_INSTRUCTIONS = ("ADD", "COPY", "RUN", "WORKDIR", "VOLUME", "USER")


def names_in_code(things: Sequence[Any]) -> dict[int, str]:
    """For each of `things`, by its place, the name of the variable that holds it in the notebook, where there is one."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    known = {id(value): name for name, value in (shell.user_ns.items() if shell else ()) if not name.startswith("_")}
    return {place: known[id(thing)] for place, thing in enumerate(things) if id(thing) in known}
