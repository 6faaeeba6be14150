"""Step 7 of the union file system: making a directory."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked
from coursekit.lessons.l07_build_your_own.steps import earlier

CASE = Asked(Kind.FUNCTION, points=3, form=Source("mkdir", needs=earlier("mkdir")))
