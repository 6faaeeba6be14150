"""A report on an image of one's own."""

from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.PROSE, points=6)
