"""A Dockerfile for the note's own image, written to a goal."""

from collections.abc import Mapping

from coursekit.exercises.forms import Recipe
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l02_layers.mysql import BASE, wish

GOAL = 4_600_000  # bytes of files: with yum's cache cleared in time, half a megabyte is to spare


def view(case: Case, say: Say) -> Mapping[str, str]:
    """What is wished of the image."""
    return {
        "base": BASE,
        "variable": case["variable"],
        "data": case["data"],
        "port": f"{case['port']}",
        "goal": f"{GOAL:,}",
    }


CASE = Asked(Kind.RECIPE, points=5, make=wish, view=view, form=Recipe())
