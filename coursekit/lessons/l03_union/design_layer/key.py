"""A layer that gives a wanted tree, on today's base and on next month's.

Source: OCI image-spec layer.md; Linux overlayfs.rst.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.language import series
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
            return say("no-kind", path=repr(path), kind=repr(kind), kinds=series(map(repr, _KINDS)))
    if typed := next((path for path in answer if path.rpartition("/")[2].startswith(".wh.")), ""):
        return say("typed-mark", path=repr(typed))
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
    wanted = set(_wanted(case, "base"))
    others = wanted - set(case["keep"])
    above = {each for path in case["base"] for each in prefixes(path)[:-1]}  # a directory that is emptied stays
    there = above <= set(visible([layer, _layer_of(case["base"])]))
    right = today == _wanted(case, "base") and there
    unharmed = others <= set(today) and set(today) <= wanted | set(case["base"]) and there
    whole = _difference(today, _wanted(case, "base"), say) if there else say("directory-gone")
    kept, old = set(case["keep"]) <= set(today), {path for path in case["base"] if path.startswith(case["where"] + "/")}
    hidden, gone = not old & set(today), case["gone"] not in today
    harm = say("nothing-else") if kept and hidden and gone else "" if kept else say("want-kept")
    few = len(entries) <= 4
    return [
        expect(
            kept and unharmed,
            claim="the two files are seen",
            weight=0.5,
            have=whole,
            want=harm if kept else say("want-kept"),
        ),
        expect(
            hidden and unharmed and kept,
            claim="the old files are hidden",
            have=whole,
            want=harm if hidden else say("want-hidden"),
        ),
        expect(
            gone and unharmed,
            claim="the one file is gone",
            weight=0.5,
            have=whole,
            want=harm if gone else say("want-gone"),
        ),
        expect(
            later == _wanted(case, "later") and right,
            claim="the tree on next month's base",
            have=_difference(later, _wanted(case, "later"), say) if right else whole,
            want=say("want-later") if right else harm,
        ),
        expect(
            few and right,
            claim="four entries",
            have=whole if few else say("entries", count=len(entries)),
            want=harm if few else say("want-four"),
        ),
    ]


def _files(stack: Sequence[Tree]) -> list[str]:
    return [path for path in visible(stack) if any(isinstance(tree.get(path), bytes) for tree in stack)]


def _difference(have: Sequence[str], want: Sequence[str], say: Say) -> str:
    more, less = (series(sorted(one - other)) for one, other in ((set(have), set(want)), (set(want), set(have))))
    if more and less:
        return say("too-much-and-too-little", more=more, less=less)
    if more:
        return say("too-much", more=more)
    return say("too-little", less=less) if less else say("as-wanted")


def _design(case: Case, hides: Mapping[str, str], *, lonely: str = "whiteout") -> dict[str, str]:
    return {**{path: "file" for path in case["keep"]}, **hides, case["gone"]: lonely}


def _old_names(case: Case) -> dict[str, str]:
    return {path: "whiteout" for path in case["base"] if path.startswith(case["where"] + "/")}


def _habits(case_of: Any) -> list[str]:
    """What a layer does that is a usual mistake: of its entries alone, whatever their names."""
    answer = _plain(case_of)
    if type(answer) is not dict or _complaint_of_kinds(answer):
        return []
    inside = {path.rpartition("/")[0] for path, kind in answer.items() if kind == "file"}
    marks = [path for path, kind in answer.items() if kind == "whiteout"]
    opaque = [path for path, kind in answer.items() if kind == "opaque"]
    found = []
    if any(above in marks for path in answer for above in prefixes(path)[:-1]):
        found.append("whited out and filled")
    if any(path.rpartition("/")[2].startswith(".wh.") for path in answer):
        return ["typed marks"]
    if any(path.endswith("*") for path in marks):
        found.append("wildcard")
    if any(path.rpartition("/")[0] in opaque for path in marks):
        found.append("both marks")
    if sum(path.rpartition("/")[0] in inside for path in marks) > 1 and not opaque:
        found.append("many whiteouts")
    if inside and not opaque and not marks_in(marks, inside):
        found.append("a directory alone")
    found += [f"opaque {path}" for path in opaque if path not in inside]
    if any(path.rpartition("/")[0] not in opaque and kind == "file" for path, kind in answer.items()) and opaque:
        found.append("empty file")
    return found


def _complaint_of_kinds(answer: Mapping[str, str]) -> bool:
    return any(kind not in _KINDS for kind in answer.values())


def marks_in(marks: Sequence[str], places: set[str]) -> bool:
    """Whether a whiteout lies in one of these directories, or is of it."""
    return any(path.rpartition("/")[0] in places or path in places for path in marks)


def _same_habit(have: Any, want: Any) -> bool:
    """Whether a layer does what a believed one does, and is half of it: a few entries by chance are no habit."""
    have = _plain(have)
    if type(have) is not dict or have == want:
        return bool(have == want)
    shown, shared = _habits(want), have.items() & want.items()
    return bool(shown) and shown[0] in _habits(have) and 2 * len(shared) >= len(want)


KEY = Key(
    truth=lambda case: _design(case, {case["where"]: "opaque"}),
    judge=judge,
    same=_same_habit,
    wrong=(
        Wrong(
            "marks-are-typed",
            lambda case: {
                **{path: "file" for path in case["keep"]},
                case["where"]: "opaque",
                "/.wh.".join(case["gone"].rsplit("/", 1)): "file",
            },
        ),
        Wrong("opaque-is-many-whiteouts", lambda case: _design(case, _old_names(case))),
        Wrong("top-directory-alone", lambda case: _design(case, {case["where"]: "dir"})),
        Wrong("empty-file-deletes", lambda case: _design(case, {case["where"]: "opaque"}, lonely="file")),
        Wrong("whiteout-then-anew", lambda case: _design(case, {case["where"]: "whiteout"})),
        Wrong("wildcard-whiteout", lambda case: _design(case, {f"{case['where']}/*": "whiteout"})),
        Wrong("opaque-needs-whiteouts", lambda case: _design(case, {case["where"]: "opaque", **_old_names(case)})),
        Wrong("opaque-deletes-the-directory", lambda case: _design(case, {case["where"]: "opaque"}, lonely="opaque")),
    ),
)
