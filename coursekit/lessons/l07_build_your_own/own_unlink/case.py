"""Step 6 of the union file system: deleting a file."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked
from coursekit.lessons.l07_build_your_own.steps import earlier

CASE = Asked(Kind.FUNCTION, points=4, form=Source("unlink", needs=earlier("unlink")))
