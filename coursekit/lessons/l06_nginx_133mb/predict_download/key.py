"""Layers travel compressed.

Source: coursekit/data/nginx/size_semantics.json.
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _letter(answer: str) -> Callable[[Case], str]:
    """Finds the letter under which an answer stands."""
    return lambda case: next(str(letter) for letter, each in case["options"].items() if each == answer)


KEY = Key(
    truth=_letter("travels"),
    wrong=(
        Wrong("docker-images-size-travels", _letter("unpacked")),
        Wrong("package-is-the-bulk", _letter("package")),
        Wrong("size-counts-both", _letter("both")),
    ),
)
