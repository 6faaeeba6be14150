"""A learner's own image, to be built on Alpine."""

from collections.abc import Mapping

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l06_nginx_133mb.own_image import listed, own_image


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The image, its parent and its layers."""
    return {"name": case["name"], "parent": case["parent"], "layers": listed(case)}


def form(case: Case, say: Say) -> Fill:
    """Bytes, in both senses of size."""
    return Fill({row: say(row) for row in ("travels", "unpacked")}, {"bytes": Number("bytes")})


CASE = Asked(Kind.TABLE, points=2, make=own_image, view=view, form=form)
