"""The layers of a learner's own image, and three tools that tell its size."""

from collections.abc import Mapping

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.image.units import human_size
from coursekit.lessons.l06_nginx_133mb.own_image import listed, own_image, total

ROWS = ("pull", "classic", "containerd")


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The image and its layers; and, for the explanation, its sizes as docker prints them."""
    compressed, files = total(case, "compressed"), total(case, "files")
    sizes = {"wire": compressed, "unpacked": files, "kept": compressed + files}
    return {"name": case["name"], "layers": listed(case), **{name: human_size(size) for name, size in sizes.items()}}


def form(case: Case, say: Say) -> Fill:
    """Bytes, by who tells them."""
    return Fill({row: say(row) for row in ROWS}, {"bytes": Number("bytes")})


CASE = Asked(Kind.TABLE, points=3, make=own_image, view=view, form=form)
