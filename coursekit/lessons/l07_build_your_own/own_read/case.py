"""Step 3 of the union file system: reading."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked
from coursekit.lessons.l07_build_your_own.steps import earlier

CASE = Asked(Kind.FUNCTION, points=2, form=Source("read", needs=earlier("read")))
