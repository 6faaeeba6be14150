"""Deleting a file of the image frees nothing: a whiteout hides it.

Source: Linux overlayfs.rst, "whiteouts and opaque directories".
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _sizes(case: Case, *, image: int = 0, layer: int = 0) -> dict[str, Any]:
    return {
        "image": {"bytes": case["image"] + image},
        "layer": {"bytes": case["added"] + layer},
        "seen": {"bytes": case["image"] - case["gone"] + case["added"]},
    }


def _image_edited(case: Case) -> dict[str, Any]:
    return {**_sizes(case, image=case["added"] - case["gone"]), "layer": {"bytes": 0}}


def _one(row: str, size: Any) -> Any:
    """One cell, `size(case)`."""
    return lambda case: {row: {"bytes": size(case)}}


KEY = Key(
    truth=_sizes,
    wrong=(
        Wrong("rm-frees-space", lambda case: _sizes(case, image=-case["gone"])),
        Wrong("delete-copies-up", lambda case: _sizes(case, layer=case["gone"])),
        Wrong("writing-edits-the-image", _image_edited),
        Wrong("new-files-are-in-the-image", _one("image", lambda case: case["image"] + case["added"])),
        Wrong(
            "writing-edits-the-image",
            _one("image", lambda case: case["image"] + case["added"] - case["gone"]),
            place="all-of-it",
        ),
        Wrong("deleted-is-still-seen", _one("seen", lambda case: case["image"] + case["added"])),
        Wrong("layer-shrinks", _one("layer", lambda case: case["added"] - case["gone"])),
        Wrong("only-the-image-is-seen", _one("seen", lambda case: case["image"] - case["gone"])),
    ),
)
