"""Remembered paths are never wrong: an overlay that remembers answers as one that walks every path.

One that forgets before each question every path that it walked is the measure of the other.
"""

import random
from typing import Any

import pytest

from coursekit.fs.node import WHITEOUT
from coursekit.vfs.overlay import Overlay
from tests.proving.comparable import symlink

LAYERS = [
    {"/a/b/c/f": "1", "/a/gone": WHITEOUT, "/s": symlink("a/b"), "/a/up": symlink("..")},
    {"/a/b/g": "2", "/a/gone/x": "3", "/t": symlink("/s/c"), "/u/v/w": "4", "/a/b/back": symlink("../../u")},
]
NAMES = ("a", "b", "c", "f", "g", "s", "t", "u", "v", "w", "up", "back", "gone", "..", ".")


def asked(fs: Overlay, name: str, *args: Any) -> Any:
    try:
        found = getattr(fs, name)(*args)
    except OSError as refused:
        return refused.errno
    return (found.st_ino, found.st_mode, found.st_size) if hasattr(found, "st_ino") else found


@pytest.mark.parametrize("seed", range(30))
def test_a_remembered_path_is_walked_anew_when_it_must(seed: int) -> None:
    chosen = random.Random(seed)
    quick, thorough = Overlay(LAYERS), Overlay(LAYERS, emit=lambda event: None)

    def path() -> str:
        return "/" + "/".join(chosen.choices(NAMES, k=chosen.randint(1, 4)))

    done = 0
    for _ in range(400):
        match chosen.randrange(12):
            case 0:
                call = ("rename", path(), path())
            case 1:
                call = ("mkdir", path())
            case 2:
                call = ("symlink", path(), path())
            case 3:
                call = ("unlink", path())
            case 4:
                call = (chosen.choice(("rmdir", "rmtree")), path())
            case 5:
                call = ("touch", path())
            case _:
                call = (chosen.choice(("lstat", "stat", "listdir")), path())
        answer = asked(quick, *call)
        thorough.sb.walked, thorough.sb.walked_from = {"": thorough.root}, {}
        assert answer == asked(thorough, *call), call
        done += not isinstance(answer, int)
    assert done > 40, "too few calls succeeded to mean anything"
    assert list(quick.walk()) == list(thorough.walk())
