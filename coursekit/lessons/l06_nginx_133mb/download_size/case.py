"""The layers of a learner's own image, in two sizes."""

from collections.abc import Mapping

from coursekit.exercises.forms import Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l06_nginx_133mb.own_image import listed, own_image


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The image, its parent and its layers."""
    return {"name": case["name"], "parent": case["parent"], "layers": listed(case)}


CASE = Asked(Kind.VALUE, points=2, make=own_image, view=view, form=Number("bytes"))
