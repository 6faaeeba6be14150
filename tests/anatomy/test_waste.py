"""Waste: what a later layer hides is counted once, and stored less wasted is what is seen."""

import os

import pytest

from coursekit.anatomy.owners import owners
from coursekit.anatomy.waste import Cause, waste
from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.image.open import Image
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay

OPAQUE = Directory(Metadata(mode=0o755), opaque=True)


def rows(*layers: dict[str, object]) -> list[tuple[str, int, int, int, str]]:
    found = waste([Layer.of(layer) for layer in layers])
    return [(item.path, item.size, item.layer, item.hidden_by, item.cause.value) for item in found]


CASES = [
    ("nothing is hidden", [{"/a": "1"}, {"/b": "2"}], []),
    ("a whiteout", [{"/a": "123"}, {"/a": WHITEOUT}], [("/a", 3, 0, 1, "deleted")]),
    ("a replaced file", [{"/a": "123"}, {"/a": "4"}], [("/a", 3, 0, 1, "replaced")]),
    ("a whiteout of a directory", [{"/d/a": "123"}, {"/d": WHITEOUT}], [("/d/a", 3, 0, 1, "deleted")]),
    ("an opaque directory", [{"/d/a": "123"}, {"/d": OPAQUE, "/d/b": "4"}], [("/d/a", 3, 0, 1, "deleted")]),
    ("a file over a directory", [{"/d/a": "123"}, {"/d": "4"}], [("/d/a", 3, 0, 1, "replaced")]),
    ("a directory over a file", [{"/d": "123"}, {"/d/a": "4"}], [("/d", 3, 0, 1, "replaced")]),
    (
        "counted once, by the first that hides it",
        [{"/a": "123"}, {"/a": WHITEOUT}, {"/a": "4"}, {"/a": WHITEOUT}],
        [("/a", 3, 0, 1, "deleted"), ("/a", 1, 2, 3, "deleted")],
    ),
    ("a whiteout hides nothing of its own layer or above", [{"/a": WHITEOUT}, {"/a": "1"}], []),
    ("siblings stay", [{"/d/a": "123", "/d/b": "4"}, {"/d/a": WHITEOUT}], [("/d/a", 3, 0, 1, "deleted")]),
]


@pytest.mark.parametrize(("layers", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_hidden(layers: list[dict[str, object]], expected: list[tuple[str, int, int, int, str]]) -> None:
    assert rows(*layers) == expected


def test_stored_less_wasted_is_seen() -> None:
    layers = [Layer.of({"/a": "12345", "/d/b": "123"}), Layer.of({"/a": "1", "/d": WHITEOUT}), Layer.of({"/c": "12"})]
    merged = Overlay(lowerdir=layers[::-1])
    seen = sum(merged.stat(path).st_size for path in ("/a", "/c"))
    assert 5 + 3 + 1 + 2 - sum(item.size for item in waste(layers)) == seen


def test_the_bundled_image_adds_up() -> None:
    image = Image.open("debian-nginx:bullseye")
    hidden = waste([layer.lower for layer in image.layers])
    assert image.size == sum(item.size for item in hidden) + sum(owner.size for owner in owners(image))
    assert {item.cause for item in hidden} == {Cause.DELETED, Cause.REPLACED}
    assert all(os.path.isabs(item.path) and item.hidden_by > item.layer for item in hidden)
