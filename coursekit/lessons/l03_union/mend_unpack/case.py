"""A function that puts a layer's archive on a tree, to be mended."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.FUNCTION, points=4, form=Source("unpack"))
