"""Orders in which somebody believes: the right one, with a step elsewhere."""

from collections.abc import Sequence


def moved(order: Sequence[str], what: str, *, before: str) -> list[str]:
    """The order with one step brought before another.

    >>> moved(["a", "b", "c"], "c", before="b")
    ['a', 'c', 'b']
    """
    rest = [step for step in order if step != what]
    at = rest.index(before)
    return [*rest[:at], what, *rest[at:]]
