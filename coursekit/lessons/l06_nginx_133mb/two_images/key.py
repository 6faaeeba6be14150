"""The image that is 133 MB is a buster, and the bullseye is 141 MB."""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.two_images.case import BULLSEYE, BUSTER, FACTS

Images = dict[str, dict[str, str]]


def truth(case: Case) -> Images:
    """The image of each fact."""
    return {row: {"image": FACTS[row]} for row in case["rows"]}


def _both_of_one(image: str) -> Images:
    return {row: {"image": image} for row in ("bullseye", "size-133")}


def _of(image: str, *rows: str) -> Callable[[Case], Images | None]:
    """Some facts taken for those of one image; None where the case has fewer than two of them."""

    def said(case: Case) -> Images | None:
        found: Images = {row: {"image": image} for row in case["rows"] if row in rows}
        return found if len(found) > 1 else None

    return said


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("bullseye-is-133", lambda case: _both_of_one(BULLSEYE)),
        Wrong("bullseye-is-133", lambda case: _both_of_one(BUSTER), place="133-is-bullseye"),
        Wrong("tags-follow-the-distribution", _of(BUSTER, "bullseye", "pkg-bullseye")),
        Wrong("later-stays-on-buster", _of(BULLSEYE, "buster", "pkg-buster", "base-69")),
        Wrong(
            "smaller-image-travels-less",
            lambda case: (
                {"wire-56": {"image": BUSTER}, "wire-53": {"image": BULLSEYE}}
                if {"wire-56", "wire-53"} <= set(case["rows"])
                else None
            ),
        ),
    ),
)
