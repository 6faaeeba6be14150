"""A file's bytes, read where they lie.

Source: Linux overlayfs.rst, "Upper and Lower".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l07_build_your_own import tree_key
from coursekit.lessons.l07_build_your_own.asked_key import function
from coursekit.lessons.l07_build_your_own.tree_key import Tree

SOLUTION = """
def read(upper, lowers, path):
    found = lookup(upper, lowers, path)
    if found == "dir":
        raise IsADirectoryError(21, "Is a directory", path)
    return found
"""


def _read_copies(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    found = tree_key.read(upper, lowers, path)
    tree_key.copy_up(upper, lowers, path)
    return found


def _read_claim(args: Sequence[Any]) -> str:
    upper, _, path = args
    return "a file of the upper layer is read" if path in upper else "a file below is read in place"


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(Wrong("reading-copies-up", _read_copies),),
    function=function("read", _read_claim),
)
