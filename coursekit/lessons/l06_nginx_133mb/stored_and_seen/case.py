"""Layers as plain dicts, and what they weigh."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.FUNCTION, points=4, form=Source("stored_and_seen"))
