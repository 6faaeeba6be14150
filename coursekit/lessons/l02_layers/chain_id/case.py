"""A function that names the trees of a stack of layers."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.FUNCTION, points=4, form=Source("chain_ids"))
