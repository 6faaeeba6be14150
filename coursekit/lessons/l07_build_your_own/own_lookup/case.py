"""Step 1 of the union file system: a search."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.FUNCTION, points=5, form=Source("lookup"))
