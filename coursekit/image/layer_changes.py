"""What a layer did to the tree below it, counted: paths added, changed and deleted.

The layer is taken for the upperdir of a container on the layers below, and `docker diff` is asked (union.changes).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from coursekit.layers.layer import Layer
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay

_WORDS = {"A": "added", "C": "changed", "D": "deleted"}


def count_changes(layer: Lower, below: Sequence[Lower]) -> Mapping[str, int]:
    """How many paths `layer` adds, changes and deletes on `below`, **top first**; a deleted directory counts once."""
    overlay = Overlay(lowerdir=[*below] or [Layer.of({})], upperdir=MemoryUpper.from_lower(layer))
    found = Counter(_WORDS[change.kind.value] for change in overlay.changes())
    return {word: found[word] for word in _WORDS.values()}
