"""Freeze: all that an upperdir holds, as an immutable layer."""

from collections.abc import Callable

from coursekit.fs.node import Node
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.layers.ports import Handle, Upper


def frozen_layer(upper: Upper, frozen: Callable[[Handle], Node]) -> Layer:
    """The layer that an upperdir is now; `frozen` tells of a handle what no later write changes."""
    builder = LayerBuilder()
    builder.set_root(frozen(upper.root))
    entries: dict[Handle, int] = {upper.root: 0}
    todo = [upper.root]
    while todo:
        directory = todo.pop()
        for name, stored in upper.children(directory).items():
            first = entries.get(stored)
            entry = builder.add(entries[directory], name, frozen(stored), first)
            if first is None:
                entries[stored] = entry
                todo.append(stored)
    return builder.build()
