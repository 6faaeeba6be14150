"""A layer is what an instruction leaves: what a later one deletes stays in it.

Source: OCI image-spec layer.md; Dockerfile reference, multi-stage builds.
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _images(case: Case, **changes: int) -> dict[str, Any]:
    small = case["base"] + case["program"]
    truth = {"apart": small + case["archive"], "one": small, "stages": small}
    return {row: {"bytes": changes.get(row, size)} for row, size in truth.items()}


def _stages_added(case: Case) -> dict[str, Any]:
    return _images(case, stages=case["builder"] + case["archive"] + case["base"] + 2 * case["program"])


KEY = Key(
    truth=_images,
    wrong=(
        Wrong("later-rm-shrinks", lambda case: _images(case, apart=case["base"] + case["program"])),
        Wrong(
            "layers-record-commands",
            lambda case: _images(case, one=case["base"] + case["program"] + case["archive"]),
        ),
        Wrong("stages-add-up", _stages_added),
        Wrong("builder-is-the-base", lambda case: _images(case, stages=case["builder"] + case["program"])),
        Wrong(
            "stages-add-up",
            lambda case: _images(case, stages=case["builder"] + case["base"] + case["program"]),
            place="both-bases",
        ),
        Wrong(
            "stages-add-up",
            lambda case: _images(case, stages=case["builder"] + case["base"] + case["program"] + case["archive"]),
            place="all-four",
        ),
        Wrong("copied-twice", lambda case: _images(case, stages=case["base"] + 2 * case["program"])),
        Wrong(
            "base-is-not-counted",
            lambda case: {row: {"bytes": size["bytes"] - case["base"]} for row, size in _images(case).items()},
        ),
        Wrong(
            "layers-record-commands",
            lambda case: _images(case, stages=case["base"] + case["program"] + case["archive"]),
            place="archive-in-the-stage",
        ),
        Wrong(
            "builder-is-the-base",
            lambda case: _images(case, stages=case["builder"] + case["program"] + case["archive"]),
            place="builder-with-archive",
        ),
    ),
)
