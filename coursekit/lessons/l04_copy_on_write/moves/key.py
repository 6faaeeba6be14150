"""What moving costs: nothing within upperdir, a copy-up for a lower file, EXDEV and mv's copy for a lower directory.

Source: Linux overlayfs.rst, "renaming directories"; rename(2), EXDEV; what a 6.18 mount answered (tests/conformance).
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def truth(case: Case) -> dict[str, Any]:
    """How each move comes about, and the bytes that are copied for it."""
    sizes = case["sizes"]
    rows = {
        "file": {"how": "copy-up", "bytes": sizes["file"]},
        "changed": {"how": "rename", "bytes": 0},
        "own": {"how": "rename", "bytes": 0},
        "directory": {"how": "copied", "bytes": sizes["directory"]},
        "redirected": {"how": "redirect", "bytes": 0},
    }
    return {row: rows[row] for row in case["rows"]}


def _children_copied(case: Case) -> dict[str, Any]:
    return {"redirected": {"how": "redirect", "bytes": case["sizes"]["redirected"]}}


def _directory_copied_up(case: Case) -> dict[str, Any]:
    return {"directory": {"how": "copy-up", "bytes": case["sizes"]["directory"]}}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("moving-is-free", lambda case: {"file": {"how": "rename", "bytes": 0}}),
        Wrong("directories-move-like-files", _directory_copied_up),
        Wrong("directory-copies-children", _children_copied),
        Wrong(
            "changed-files-are-copied-again",
            lambda case: {"changed": {"how": "copy-up", "bytes": case["sizes"]["changed"]}},
        ),
        Wrong("own-directories-are-copied", lambda case: {"own": {"how": "copied", "bytes": case["sizes"]["own"]}}),
        Wrong(
            "redirect-is-refused", lambda case: {"redirected": {"how": "copied", "bytes": case["sizes"]["redirected"]}}
        ),
        Wrong("directory-is-just-renamed", lambda case: {"directory": {"how": "rename", "bytes": 0}}),
        Wrong(
            "directory-is-just-renamed",
            lambda case: {"directory": {"how": "redirect", "bytes": 0}},
            place="as-if-redirected",
        ),
        Wrong("moving-is-free", lambda case: {"file": {"how": "copy-up", "bytes": 0}}, place="only-the-name"),
        Wrong(
            "own-directories-are-copied",
            lambda case: {"own": {"how": "copy-up", "bytes": case["sizes"]["own"]}},
            place="as-a-file",
        ),
    ),
)
