"""The merged tree of three layers: whiteouts and opaque directories hide what lies below them.

Source: Linux overlayfs.rst, "whiteouts and opaque directories", "Directories".
"""

from collections.abc import Sequence

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Tree, visible


def _seen(stack: Sequence[Tree]) -> list[str]:
    return [path for path in visible(stack) if path.count("/") > 1]


def _no_opaque(case: Case) -> list[str]:
    return _seen(
        [{path: DIRECTORY if node == OPAQUE else node for path, node in tree.items()} for tree in case["stack"]]
    )


def _siblings_too(case: Case) -> list[str]:
    """A whiteout of a file acts as one of all files of its directory in the layers below."""
    hidden: set[str] = set()
    for at, tree in enumerate(case["stack"]):
        places = {path.rpartition("/")[0] for path, node in tree.items() if node is None and path.count("/") > 1}
        for below in case["stack"][at + 1 :]:
            hidden |= {path for path in below if path.rpartition("/")[0] in places}
    above = {path for path in _seen(case["stack"]) if path in case["stack"][0]}
    return [path for path in _seen(case["stack"]) if path not in hidden or path in above]


def _children_spared(case: Case) -> list[str]:
    """The whiteout of a directory hides its own name alone."""
    return _seen(
        [
            {path: node for path, node in tree.items() if node is not None or path.count("/") > 1}
            for tree in case["stack"]
        ]
    )


def _own_hidden(case: Case) -> list[str]:
    """Nothing of an opaque directory is seen, but for what a layer above puts there."""
    return _seen(
        [
            {path: node for path, node in tree.items() if tree.get(path.rpartition("/")[0]) != OPAQUE}
            for tree in case["stack"]
        ]
    )


def _whiteouts_passed(case: Case) -> list[str]:
    """Whiteouts of files hide nothing; those of directories do."""
    return _seen(
        [
            {path: node for path, node in tree.items() if node is not None or path.count("/") == 1}
            for tree in case["stack"]
        ]
    )


def _not_merged(case: Case) -> list[str] | None:
    """A directory replaces the one below it; None where that looks like another belief."""
    found = _replaced(case)
    return None if found == _siblings_too(case) else found


def _replaced(case: Case) -> list[str]:
    return _seen(
        [{path: OPAQUE if node == DIRECTORY else node for path, node in tree.items()} for tree in case["stack"]]
    )


def _hidden_above(case: Case) -> list[str] | None:
    """An opaque directory hides what the layer above it has there."""
    top, middle, _ = case["stack"]
    opaque = next(path for path, node in middle.items() if node == OPAQUE)
    return (
        [path for path in _seen(case["stack"]) if path.rpartition("/")[0] != opaque or path not in top]
        if opaque in top
        else None
    )


KEY = Key(
    truth=lambda case: _seen(case["stack"]),
    wrong=(
        Wrong("opaque-shows-through", _no_opaque),
        Wrong("whiteout-hides-siblings", _siblings_too),
        Wrong("whiteout-spares-children", _children_spared),
        Wrong("opaque-hides-own-entries", _own_hidden),
        Wrong("whiteouts-are-passed", _whiteouts_passed, each=True),
        Wrong("top-directory-alone", _not_merged),
        Wrong("opaque-hides-above", _hidden_above),
    ),
)
