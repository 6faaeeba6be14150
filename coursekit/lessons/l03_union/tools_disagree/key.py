"""Where docker, its documentation, the OCI text and the kernel part ways.

Source: OCI image-spec layer.md; docker's overlayfs-driver page, "open(2)"; probed on a Linux 6.18 overlay mount and on
dockerd.
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _believing(case: Case, wrong: str = "") -> list[str]:
    """The letters chosen by who knows all the stories but `wrong`."""
    return [letter for letter, (story, holds) in case["told"].items() if holds == (story != wrong)]


KEY = Key(
    truth=_believing,
    wrong=(
        Wrong("diff-lists-the-layer", lambda case: _believing(case, "chmod-same")),
        Wrong("descriptor-keeps-the-old-file", lambda case: _believing(case, "fd")),
        Wrong("one-size", lambda case: _believing(case, "sizes")),
    ),
)
