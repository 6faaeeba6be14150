"""The image's size, explained in words."""

from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.PROSE, points=6)
