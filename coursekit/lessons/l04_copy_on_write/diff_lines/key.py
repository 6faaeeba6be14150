"""docker diff lists what lies in upperdir, and the directories above.

Source: docker diff in Docker's command line reference.
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_LETTER = {"add": "A", "modify": "C", "chmod": "C", "delete": "D"}


def _diff(case: Case, letters: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """A, C, D or '-' for each row; `letters` gives a verb's; the directory of a listed file is C."""
    found = {path: letters(verb) for verb, path in case["steps"]}
    changed = {parent for path, letter in found.items() if letter != "-" for parent in _above(path)}
    return {row: {"line": "C" if row in changed else found.get(row, "-")} for row in case["rows"]}


def _above(path: str) -> list[str]:
    parts = path.split("/")[1:-1]
    return ["/" + "/".join(parts[: n + 1]) for n in range(len(parts))]


def _true_letter(verb: str) -> str:
    return _LETTER.get(verb, "-")


def _siblings(case: Case) -> dict[str, dict[str, str]]:
    """Everything that is in a changed directory is listed too."""
    truth = _diff(case, _true_letter)
    changed = {row for row, cells in truth.items() if cells["line"] == "C"}
    return {
        row: {"line": "C" if cells["line"] == "-" and row.rpartition("/")[0] in changed else cells["line"]}
        for row, cells in truth.items()
    }


def _reading_listed(case: Case) -> dict[str, dict[str, str]]:
    return _diff(case, lambda verb: "C" if verb == "read" else _true_letter(verb))


def _deletions_left_out(case: Case) -> dict[str, dict[str, str]]:
    return _diff(case, lambda verb: "-" if verb == "delete" else _true_letter(verb))


KEY = Key(
    truth=lambda case: _diff(case, _true_letter),
    wrong=(
        Wrong("reading-copies-up", _reading_listed),
        Wrong("whiteout-below", _deletions_left_out),
        Wrong("directory-copies-children", _siblings),
    ),
)
