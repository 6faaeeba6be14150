"""The image that is 133 MB is a buster, and the bullseye is 141 MB."""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.two_images.case import BULLSEYE, BUSTER, FACTS

Images = dict[str, dict[str, str]]


def truth(case: Case) -> Images:
    """The image of each fact."""
    return {row: {"image": FACTS[row]} for row in case["rows"]}


def _both_of_one(image: str) -> Images:
    return {row: {"image": image} for row in ("bullseye", "size-133")}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("bullseye-is-133", lambda case: _both_of_one(BULLSEYE)),
        Wrong("bullseye-is-133", lambda case: _both_of_one(BUSTER), place="133-is-bullseye"),
    ),
)
