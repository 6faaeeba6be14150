"""A host that has nothing fetches every layer of the manifest, compressed.

Source: coursekit/data/nginx/size_semantics.json.
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.own_image import total


def truth(case: Case) -> int:
    """Bytes of all blobs."""
    return total(case, "compressed")


def _files(case: Case) -> int:
    return total(case, "files")


def _own_layers(case: Case) -> int:
    return sum(int(layer["compressed"]) for layer in case["layers"][-2:])


def _both(case: Case) -> int:
    return total(case, "compressed") + total(case, "files")


def _all_but(first: int, last: int) -> Callable[[Case], int]:
    """The compressed layers without some at the bottom and some at the top."""
    return lambda case: sum(int(each["compressed"]) for each in case["layers"][first : len(case["layers"]) - last])


def _own_files(case: Case) -> int:
    return sum(int(layer["files"]) for layer in case["layers"][-2:])


def _own_unpacked(case: Case) -> int:
    return _all_but(0, 2)(case) + _own_files(case)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("docker-images-size-travels", _files),
        Wrong("parent-comes-free", _own_layers),
        Wrong("size-counts-both", _both),
        Wrong("own-layers-come-free", _all_but(0, 2)),
        Wrong("base-is-everywhere", _all_but(1, 0)),
        Wrong("parent-comes-free", _own_files, place="files-of-your-own"),
        Wrong("own-layers-travel-unpacked", _own_unpacked),
        Wrong("base-is-the-image", lambda case: int(case["layers"][0]["compressed"])),
        Wrong("last-row-is-no-layer", _all_but(0, 1)),
        Wrong(
            "docker-images-size-travels",
            lambda case: sum(int(each["files"]) for each in case["layers"][:-2]),
            place="files-of-the-parent",
        ),
    ),
)
