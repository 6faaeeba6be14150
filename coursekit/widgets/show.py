"""`show()`: the player on an engine object.

Floor 6 (widgets). Uses diagrams for the scene and player for the widget.
"""

from typing import Any

from coursekit.diagrams.html import scene_of
from coursekit.widgets.player import Player


def show(thing: Any, *paths: str) -> Player:
    """The animated layer stack of `thing`; with `paths`, of these paths alone."""
    return Player(scene_of(thing, *paths))
