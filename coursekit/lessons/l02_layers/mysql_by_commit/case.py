"""Commands that make the note's own image of a container."""

from collections.abc import Mapping

from coursekit.exercises.forms import Recipe
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l02_layers.mysql import BASE, SERVER, wish


def view(case: Case, say: Say) -> Mapping[str, str]:
    """What is wished of the image."""
    return {"image": case["image"], "base": BASE, "server": SERVER, "port": f"{case['port']}"}


CASE = Asked(Kind.RECIPE, points=3, make=wish, view=view, form=Recipe(commands=True))
