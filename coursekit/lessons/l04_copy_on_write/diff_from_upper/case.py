"""A function that prints the lines of docker diff."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.FUNCTION, points=4, form=Source("diff"))
