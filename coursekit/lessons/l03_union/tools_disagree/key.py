"""Where docker, its documentation, the OCI text and the kernel part ways.

Source: OCI image-spec layer.md; docker's overlayfs-driver page, "open(2)"; probed on a Linux 6.18 overlay mount and on
dockerd.
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_HOLD = ("chmod-entry", "fd-follows", "sizes-many", "link-apart", "opaque-mark", "wh-file")


def _believing(right: str, wrong: str) -> Callable[[Case], dict[str, bool] | None]:
    """The two statements of one story, taken the wrong way round; None where the case does not tell it."""

    def said(case: Case) -> dict[str, bool] | None:
        letters = {statement: letter for letter, statement in case["told"].items()}
        return {letters[right]: False, letters[wrong]: True} if right in letters else None

    return said


KEY = Key(
    truth=lambda case: [letter for letter, statement in case["told"].items() if statement in _HOLD],
    wrong=(
        Wrong("diff-lists-the-layer", _believing("chmod-entry", "chmod-none")),
        Wrong("descriptor-keeps-the-old-file", _believing("fd-follows", "fd-stays")),
        Wrong("one-size", _believing("sizes-many", "sizes-one")),
        Wrong("tools-agree", _believing("link-apart", "link-alike")),
        Wrong("tools-follow-the-text", _believing("opaque-mark", "opaque-names")),
        Wrong("kernel-reads-wh", _believing("wh-file", "wh-hides")),
    ),
)
