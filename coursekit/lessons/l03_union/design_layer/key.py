"""A layer that gives a wanted tree, on today's base and on next month's.

Source: OCI image-spec layer.md; Linux overlayfs.rst.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Tree, prefixes, visible

_KINDS = ("file", "dir", "opaque", "whiteout")


def _layer_of(paths: Sequence[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        for above in prefixes(path)[:-1]:
            tree[above] = DIRECTORY
        tree[path] = b"base"
    return tree


def _wanted(case: Case, base: str) -> list[str]:
    others = [path for path in case[base] if not path.startswith(case["where"] + "/") and path != case["gone"]]
    return sorted([*case["keep"], *others])


def _as_tree(answer: Mapping[str, str]) -> Tree:
    nodes: dict[str, Any] = {"file": b"mine", "dir": DIRECTORY, "opaque": OPAQUE, "whiteout": None}
    tree: Tree = {}
    for path in sorted(answer):
        for above in prefixes(path)[:-1]:
            tree.setdefault(above, DIRECTORY)
        tree[path] = nodes[answer[path]]
    return tree


def _plain(answer: Any) -> Any:
    """An answer with its paths and kinds as they are usually written: `opt/rules/` means `/opt/rules`."""
    if type(answer) is not dict or not all(type(each) is str for pair in answer.items() for each in pair):
        return answer
    named = {"/" + path.strip().strip("/"): kind.strip().casefold() for path, kind in answer.items()}
    return named if len(named) == len(answer) else answer


def _complaint(answer: Any, say: Say) -> str:
    """What is wrong with the shape of an answer, or ''."""
    if type(answer) is not dict or not all(type(each) is str for pair in answer.items() for each in pair):
        return say("no-dict")
    for path, kind in answer.items():
        if not path.startswith("/") or path.endswith("/") or "//" in path:
            return say("no-path", path=repr(path))
        if kind not in _KINDS:
            return say("no-kind", path=repr(path), kind=repr(kind), kinds=", ".join(map(repr, _KINDS)))
    inside = [
        path
        for path in answer
        if any(answer.get(above, "dir") in ("file", "whiteout") for above in prefixes(path)[:-1])
    ]
    return say("in-no-directory", path=repr(inside[0])) if inside else ""


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """The tree on either base, and how many entries it takes."""
    answer = _plain(answer)
    if complaint := _complaint(answer, say):
        return [expect(False, claim="a layer", have=complaint)]
    layer = _as_tree(answer)
    today, later = (_files([layer, _layer_of(case[base])]) for base in ("base", "later"))
    entries = [path for path, kind in answer.items() if kind != "dir"]
    return [
        expect(
            today == _wanted(case, "base"),
            claim="the tree on today's base",
            weight=2,
            have=_difference(today, _wanted(case, "base"), say),
            want=say("want-today"),
        ),
        expect(
            later == _wanted(case, "later") and today == _wanted(case, "base"),
            claim="the tree on next month's base",
            have=_difference(later, _wanted(case, "later"), say),
            want=say("want-later"),
        ),
        expect(
            len(entries) <= 4 and today == _wanted(case, "base"),
            claim="four entries",
            have=say("entries", count=len(entries)),
            want=say("want-four"),
        ),
    ]


def _files(stack: Sequence[Tree]) -> list[str]:
    return [path for path in visible(stack) if any(isinstance(tree.get(path), bytes) for tree in stack)]


def _difference(have: Sequence[str], want: Sequence[str], say: Say) -> str:
    more, less = (", ".join(sorted(one - other)) for one, other in ((set(have), set(want)), (set(want), set(have))))
    if more and less:
        return say("too-much-and-too-little", more=more, less=less)
    if more:
        return say("too-much", more=more)
    return say("too-little", less=less) if less else say("as-wanted")


def _design(case: Case, hides: Mapping[str, str], *, lonely: str = "whiteout") -> dict[str, str]:
    return {**{path: "file" for path in case["keep"]}, **hides, case["gone"]: lonely}


def _old_names(case: Case) -> dict[str, str]:
    return {path: "whiteout" for path in case["base"] if path.startswith(case["where"] + "/")}


KEY = Key(
    truth=lambda case: _design(case, {case["where"]: "opaque"}),
    judge=judge,
    wrong=(
        Wrong("opaque-is-many-whiteouts", lambda case: _design(case, _old_names(case))),
        Wrong("top-directory-alone", lambda case: _design(case, {case["where"]: "dir"})),
        Wrong("empty-file-deletes", lambda case: _design(case, {case["where"]: "opaque"}, lonely="file")),
    ),
)
