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


def _lines(letter: str, *, verb: str) -> Callable[[Case], dict[str, dict[str, str]] | None]:
    """Another letter for one verb's own path; None where no step has the verb."""
    return lambda case: {path: {"line": letter} for each, path in case["steps"] if each == verb} or None


def _directories(letter: str) -> Callable[[Case], dict[str, dict[str, str]] | None]:
    """Another letter for the directories that are listed as changed."""

    def said(case: Case) -> dict[str, dict[str, str]] | None:
        truth, own = _diff(case, _true_letter), {path for _, path in case["steps"]}
        return {row: {"line": letter} for row, cell in truth.items() if cell["line"] == "C" and row not in own} or None

    return said


def _added_below(case: Case) -> dict[str, dict[str, str]] | None:
    parents = {path.rpartition("/")[0] for verb, path in case["steps"] if verb == "add"}
    return {row: {"line": "A"} for row in case["rows"] if row in parents} or None


KEY = Key(
    truth=lambda case: _diff(case, _true_letter),
    wrong=(
        Wrong("reading-copies-up", _reading_listed),
        Wrong("whiteout-below", _deletions_left_out, each=True),
        Wrong("directory-copies-children", _siblings),
        Wrong("diff-leaves-directories-out", _directories("-"), each=True),
        Wrong("new-is-changed", _lines("C", verb="add")),
        Wrong("deleted-is-changed", _lines("C", verb="delete"), each=True),
        Wrong("directories-are-added", _added_below),
        Wrong("directories-are-added", _directories("A"), place="all-directories", each=True),
        Wrong("chmod-is-free", _lines("-", verb="chmod")),
        Wrong("copy-is-added", _lines("A", verb="modify")),
        Wrong("reading-copies-up", _lines("A", verb="read"), place="read-is-new"),
        Wrong(
            "reading-copies-up",
            lambda case: _diff(case, lambda verb: "A" if verb == "read" else _true_letter(verb)),
            place="read-is-added",
        ),
    ),
)
