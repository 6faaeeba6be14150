"""The topmost layer that has something under a path answers: a file, or a whiteout for none.

Source: Linux overlayfs.rst, "Upper and Lower", "whiteouts and opaque directories".
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l03_union.who_answers.case import LAYERS, NOBODY


def _from_above(column: str) -> str:
    for name, sign in zip(LAYERS, column, strict=True):
        if sign != "-":
            return name if sign == "f" else NOBODY
    return NOBODY


def _from_below(column: str) -> str:
    return next((name for name, sign in zip(LAYERS[::-1], column[::-1], strict=True) if sign == "f"), NOBODY)


def _one_deep(column: str) -> str:
    skip = False
    for name, sign in zip(LAYERS, column, strict=True):
        if sign == "f" and not skip:
            return name
        skip = sign == "w"
    return NOBODY


def _hidden_everywhere(column: str) -> str:
    return NOBODY if "w" in column else _from_above(column)


def _answers(case: Case, rule: Callable[[str], str]) -> dict[str, dict[str, str]]:
    return {path: {"layer": rule(column)} for path, column in case["columns"].items()}


def _whiteouts_passed(column: str) -> str:
    return next((name for name, sign in zip(LAYERS, column, strict=True) if sign == "f"), NOBODY)


def _whiteout_read(column: str) -> str:
    return next((name for name, sign in zip(LAYERS, column, strict=True) if sign != "-"), NOBODY)


def _top_alone(column: str) -> str:
    return LAYERS[0] if column[0] == "f" else NOBODY


def _below_unless_hidden(column: str) -> str:
    """From below, but for names that a whiteout has taken away."""
    return NOBODY if _from_above(column) == NOBODY else _from_below(column)


def _unless(
    rule: Callable[[str], str], other: Callable[[str], str]
) -> Callable[[Case], dict[str, dict[str, str]] | None]:
    """What a rule says, where this case tells it from another."""

    def said(case: Case) -> dict[str, dict[str, str]] | None:
        found = _answers(case, rule)
        return None if found == _answers(case, other) else found

    return said


KEY = Key(
    truth=lambda case: _answers(case, _from_above),
    wrong=(
        Wrong("bottom-wins", lambda case: _answers(case, _from_below)),
        Wrong("whiteout-one-deep", lambda case: _answers(case, _one_deep)),
        Wrong("whiteout-hides-everywhere", lambda case: _answers(case, _hidden_everywhere)),
        Wrong("whiteouts-are-passed", _unless(_whiteouts_passed, _one_deep)),
        Wrong("whiteout-is-read", lambda case: _answers(case, _whiteout_read)),
        Wrong("top-answers-alone", lambda case: _answers(case, _top_alone), each=True),
        Wrong("bottom-wins", _unless(_below_unless_hidden, _from_below), place="lowest-of-those-left"),
    ),
)
