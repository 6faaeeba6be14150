"""Step 2 of the union file system: a listing."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked
from coursekit.lessons.l07_build_your_own.steps import earlier

CASE = Asked(Kind.FUNCTION, points=4, form=Source("readdir", needs=earlier("readdir")))
