"""A function to be mended: which file system holds a path."""

from collections.abc import Mapping

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_BROKEN = """
def which_mount(path, mounts):
    for point, kind in mounts:
        if path.startswith(point):
            return kind
"""


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The version that is broken."""
    return {"broken": _BROKEN.strip()}


CASE = Asked(Kind.FUNCTION, points=4, view=view, form=Source("which_mount"))
