"""A function that puts a layer's archive on a tree, to be mended."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

BROKEN = """
def unpack(tree, layer):
    merged = dict(tree)
    for path, data in layer:
        folder, _, name = path.rpartition("/")
        if name.startswith(".wh."):
            gone = f"{folder}/{name[4:]}/".lstrip("/")
            merged = {p: d for p, d in merged.items() if not f"{p}/".startswith(gone)}
        else:
            merged[path] = data
    return merged
"""

CASE = Asked(Kind.FUNCTION, points=4, form=Source("unpack", given=BROKEN))
