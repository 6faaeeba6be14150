"""A file's bytes, read where they lie.

Source: Linux overlayfs.rst, "Upper and Lower".
"""

import errno
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


def _directories_read(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    return tree_key.lookup(upper, lowers, path)


def _upper_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    found = tree_key.read(upper, lowers, path)
    if path not in upper:
        raise tree_key.refused(errno.ENOENT, path)
    return found


def _none_for_nothing(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str | None:
    found = tree_key.sees(upper, lowers, path)
    return tree_key.read(upper, lowers, path) if found is not None else None


def _missing_directories(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    try:
        return tree_key.read(upper, lowers, path)
    except IsADirectoryError as problem:
        raise tree_key.refused(errno.ENOENT, path) from problem


def _copies_the_file_alone(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    upper[path] = found = tree_key.read(upper, lowers, path)
    return found


def _no_directory(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    try:
        return tree_key.read(upper, lowers, path)
    except IsADirectoryError as problem:
        raise tree_key.refused(errno.ENOTDIR, path) from problem


def _as_text(upper: Tree, lowers: Sequence[Tree], path: str) -> str:
    return tree_key.read(upper, lowers, path).decode()


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("reading-copies-up", _read_copies),
        Wrong("directories-are-read", _directories_read),
        Wrong("only-upper-is-read", _upper_alone),
        Wrong("missing-is-none", _none_for_nothing),
        Wrong("a-directory-reads-as-missing", _missing_directories),
        Wrong("reading-copies-up", _copies_the_file_alone, place="the-file-alone"),
        Wrong("enotdir-is-for-directories", _no_directory),
        Wrong("contents-are-text", _as_text),
    ),
    function=function("read", _read_claim),
)
