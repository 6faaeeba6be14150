"""What a set of images weighs, and what removing one frees.

Source: docker's storage driver page, "Container size on disk".
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _size(case: Case, name: str) -> int:
    return sum(case["sizes"][layer] for layer in case["images"][name])


def truth(case: Case) -> dict[str, Any]:
    """The sum counts shared layers again; the disk has each once; freed are those of no other image."""
    images, sizes = case["images"], case["sizes"]
    others = {layer for name, layers in images.items() if name != case["removed"] for layer in layers}
    return {
        "sum": {"bytes": sum(_size(case, name) for name in images)},
        "disk": {"bytes": sum(sizes.values())},
        "freed": {"bytes": sum(sizes[layer] for layer in images[case["removed"]] if layer not in others)},
    }


def _added_up(case: Case) -> dict[str, Any]:
    return {"disk": {"bytes": sum(_size(case, name) for name in case["images"])}}


def _all_of_it(case: Case) -> dict[str, Any]:
    return {"freed": {"bytes": _size(case, case["removed"])}}


KEY = Key(truth=truth, wrong=(Wrong("sizes-add-up", _added_up), Wrong("rmi-frees-the-image", _all_of_it)))
