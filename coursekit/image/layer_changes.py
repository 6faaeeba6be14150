"""What a layer did to the tree below it, counted: paths added, changed and deleted.

Floor 3 (image). The lists themselves come from union.changes; this counts without making an overlay.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from coursekit.fs.node import Directory, Whiteout
from coursekit.image.settle import Place, look
from coursekit.union.ports import Lower


def count_changes(layer: Lower, below: Sequence[Lower]) -> Mapping[str, int]:
    """How many paths `layer` adds, changes and deletes on `below`, **top first**.

    A directory counts as changed if its attributes differ or something in it changed; a deleted one counts once.
    """
    counts = Counter(added=0, changed=0, deleted=0)
    _count(layer, 0, [(lower, 0) for lower in below], counts)
    return counts


def _count(layer: Lower, entry: int, places: list[Place], counts: Counter[str]) -> bool:
    """Count what is below a directory; has anything in it changed?"""
    here = layer.children(entry)
    node = layer.node(entry)
    before = sum(counts.values())
    if isinstance(node, Directory) and node.opaque:
        names = {name for lower, place in places for name in lower.children(place)}
        counts["deleted"] += sum(bool(look(places, name)) for name in names - here.keys())
    for name, child in here.items():
        _count_one(layer, child, look(places, name), counts)
    return sum(counts.values()) > before


def _count_one(layer: Lower, child: int, there: list[Place], counts: Counter[str]) -> None:
    node = layer.node(child)
    if isinstance(node, Whiteout):
        counts["deleted"] += bool(there)
        return
    old = there[0][0].node(there[0][1]) if there else None
    if not isinstance(node, Directory):
        counts["changed" if there else "added"] += 1
        return
    merged = isinstance(old, Directory)
    inside = _count(layer, child, there if merged else [], counts)
    if not there:
        counts["added"] += 1
    elif not isinstance(old, Directory) or inside or old.meta != node.meta:
        counts["changed"] += 1
