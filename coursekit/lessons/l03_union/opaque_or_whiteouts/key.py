"""An opaque directory hides whatever lies below, whiteouts hide the names they spell: another base tells them apart.

Source: OCI image-spec layer.md, "Opaque Whiteout"; Linux overlayfs.rst, "whiteouts and opaque directories".
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _after(case: Case, *, opaque: str = "hidden", whiteouts: str = "seen", own: str = "seen") -> dict[str, Any]:
    """What is seen once the base is exchanged; `opaque` and `whiteouts` say what becomes of the new base's names."""
    table = {name: {"opaque": "hidden", "whiteouts": "hidden"} for name in case["old"]}
    table |= {name: {"opaque": opaque, "whiteouts": whiteouts} for name in case["came"]}
    table[case["own"]] = {"opaque": own, "whiteouts": "seen"}
    return table


KEY = Key(
    truth=_after,
    wrong=(
        Wrong("opaque-is-many-whiteouts", lambda case: _after(case, whiteouts="hidden"), each=True),
        Wrong("opaque-shows-through", lambda case: _after(case, opaque="seen"), each=True),
        Wrong("opaque-hides-own-entries", lambda case: _after(case, own="hidden")),
        Wrong("whiteout-is-of-a-file", lambda case: {name: {"whiteouts": "seen"} for name in case["stays"]}),
        Wrong("whiteout-hides-own-layer", lambda case: {case["own"]: {"opaque": "hidden", "whiteouts": "hidden"}}),
        Wrong(
            "whiteouts-are-passed",
            lambda case: {name: {"opaque": "seen", "whiteouts": "seen"} for name in case["stays"]},
        ),
        Wrong(
            "old-base-is-still-there",
            lambda case: (
                {name: {"opaque": "seen", "whiteouts": "seen"} for name in case["old"] if name not in case["stays"]}
                or None
            ),
            each=True,
        ),
    ),
)
