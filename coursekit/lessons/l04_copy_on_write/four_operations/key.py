"""What changes something leaves something in upperdir.

Source: Linux overlayfs.rst, "Non-directories", "whiteouts and opaque directories".
"""

from collections.abc import Collection

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_GAINS = frozenset({"add", "modify", "delete", "chmod"})  # what leaves something in upperdir


def _holds(case: Case, gains: Collection[str]) -> list[str]:
    return [step["path"] for step in case["steps"].values() if step["verb"] in gains]


KEY = Key(
    truth=lambda case: _holds(case, _GAINS),
    wrong=(
        Wrong("reading-copies-up", lambda case: _holds(case, _GAINS | {"read"})),
        Wrong("whiteout-below", lambda case: _holds(case, _GAINS - {"delete"})),
        Wrong("chmod-is-free", lambda case: _holds(case, _GAINS - {"chmod"})),
        Wrong("writing-edits-the-image", lambda case: _holds(case, {"add"})),
        Wrong("new-files-are-the-images", lambda case: _holds(case, _GAINS - {"add"})),
        Wrong("writing-edits-the-image", lambda case: _holds(case, _GAINS - {"modify"}), place="changes-below"),
    ),
)
