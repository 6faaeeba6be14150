"""Who shares a base: the images whose first row is the same archive."""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l05_sharing.real_sharing.case import release


def truth(case: Case) -> list[str]:
    """The letters of the images with the same first row."""
    return [letter for letter, row in case["first_rows"].items() if row == case["mine"]]


def _same_release(case: Case) -> list[str]:
    return [letter for letter, name in case["images"].items() if release(name) == "bullseye"]


def _same_name(case: Case) -> list[str]:
    return [letter for letter, name in case["images"].items() if name.startswith("nginx")]


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("same-distribution-shares", _same_release, each=True),
        Wrong("same-repository-shares", _same_name),
        Wrong("other-repositories-share-nothing", lambda case: []),
        Wrong("same-repository-shares", lambda case: sorted({*truth(case), *_same_name(case)}), place="nginx-too"),
    ),
)
