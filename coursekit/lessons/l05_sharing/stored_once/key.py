"""What a set of images weighs, and what removing one frees.

Source: docker's storage driver page, "Container size on disk".
"""

from collections.abc import Callable
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


def _cell(row: str, size: Callable[[Case], int]) -> Callable[[Case], dict[str, Any]]:
    return lambda case: {row: {"bytes": size(case)}}


def _own(case: Case, name: str) -> int:
    """The bytes that an image adds to the layers it shares."""
    return int(case["sizes"][case["images"][name][-1]])


def _runtime_goes(case: Case) -> int:
    """All but the base is freed."""
    return _size(case, case["removed"]) - int(case["sizes"]["base"])


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("sizes-add-up", _added_up),
        Wrong("rmi-frees-the-image", _all_of_it),
        Wrong("sum-is-what-is-stored", _cell("sum", lambda case: sum(case["sizes"].values()))),
        Wrong("only-own-layers-count", _cell("sum", lambda case: sum(_own(case, name) for name in case["images"]))),
        Wrong("nothing-is-freed", _cell("freed", lambda case: 0)),
        Wrong(
            "only-the-base-is-shared",
            lambda case: (
                {"freed": {"bytes": _runtime_goes(case)}} if len(case["images"][case["removed"]]) > 2 else None
            ),
        ),
        Wrong(
            "sizes-add-up",
            _cell("disk", lambda case: sum(_size(case, name) for name in case["images"]) - case["sizes"]["base"]),
            place="one-base-too-many",
        ),
        Wrong(
            "sizes-add-up",
            _cell("disk", lambda case: sum(_size(case, name) for name in case["images"]) - 2 * case["sizes"]["base"]),
            place="runtime-twice",
        ),
        Wrong(
            "rmi-frees-the-image",
            lambda case: {"disk": {"bytes": sum(case["sizes"].values()) - _own(case, case["removed"])}},
            place="disk-after-it",
        ),
    ),
)
