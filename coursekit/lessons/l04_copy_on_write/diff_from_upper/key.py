"""`docker diff`, written from an upperdir.

    upper  {"/etc": "dir", "/etc/motd": None, "/etc/new": b"…"}     lower  {"/etc": "dir", "/etc/motd": b"…"}
    ->     ["C /etc", "D /etc/motd", "A /etc/new"]

Source: docker container diff; what `docker diff` of the classic store printed. Simplified: contents alone tell whether
a file changed.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.crossed_key import crossed
from coursekit.lessons.stack_pictures import call_scene, rooted

Node = bytes | str | None
Tree = Mapping[str, Node]

SOLUTION = """
def diff(upper, lower):
    lines = {}
    for path, node in upper.items():
        if node is None:
            lines[path] = "D"
        elif path not in lower:
            lines[path] = "A"
        elif isinstance(node, bytes) and node != lower[path]:
            lines[path] = "C"
        elif node == "opaque":
            for below in lower:
                if below.rpartition("/")[0] == path and below not in upper:
                    lines[below] = "D"
    for path in list(lines):
        while path := path.rpartition("/")[0]:
            lines.setdefault(path, "C")
    return [f"{lines[path]} {path}" for path in sorted(lines)]
"""


def diff(upper: Tree, lower: Tree) -> list[str]:
    """The lines of `docker diff`, sorted by path."""
    return _printed(_with_parents(_lines(upper, lower)))


def _lines(upper: Tree, lower: Tree) -> dict[str, str]:
    """The letter of each path that was added, changed or deleted, without the directories above."""
    lines: dict[str, str] = {}
    for path, node in upper.items():
        if node is None:
            lines[path] = "D"
        elif path not in lower:
            lines[path] = "A"
        elif isinstance(node, bytes) and node != lower[path]:
            lines[path] = "C"
        elif node == "opaque":
            lines |= {below: "D" for below in lower if below.rpartition("/")[0] == path and below not in upper}
    return lines


def _with_parents(lines: Mapping[str, str]) -> dict[str, str]:
    found = dict(lines)
    for path in lines:
        above = path.rpartition("/")[0]
        while above:
            found.setdefault(above, "C")
            above = above.rpartition("/")[0]
    return found


def _printed(lines: Mapping[str, str]) -> list[str]:
    return [f"{lines[path]} {path}" for path in sorted(lines)]


def _all_that_lies_above(upper: Tree, lower: Tree) -> list[str]:
    """What is in upperdir is listed, changed or not."""
    lines = _lines(upper, lower)
    return _printed(_with_parents({**{path: "C" for path in upper}, **lines}))


def _no_opaque(upper: Tree, lower: Tree) -> list[str]:
    return diff({path: "dir" if node == "opaque" else node for path, node in upper.items()}, lower)


def _no_deletions(upper: Tree, lower: Tree) -> list[str]:
    return _printed(_with_parents({path: letter for path, letter in _lines(upper, lower).items() if letter != "D"}))


def _files_alone(upper: Tree, lower: Tree) -> list[str]:
    return _printed({path: letter for path, letter in _lines(upper, lower).items() if upper.get(path) != "dir"})


_MODELS: dict[str, Callable[[Tree, Tree], list[str]]] = {
    "diff-lists-the-layer": _all_that_lies_above,
    "opaque-shows-through": _no_opaque,
    "whiteout-below": _no_deletions,
    "diff-leaves-directories-out": _files_alone,
}


def _deep(upper: Tree, lower: Tree) -> list[str]:
    """All that an opaque directory hides is listed, at any depth."""
    lines = _lines(upper, lower)
    for path, node in upper.items():
        if node == "opaque":
            lines |= {below: "D" for below in lower if below.startswith(f"{path}/") and below not in upper}
    return _printed(_with_parents(lines))


def _anew_is_new(upper: Tree, lower: Tree) -> list[str]:
    """What lies in an opaque directory is listed as added."""
    lines = _lines(upper, lower)
    for path, node in upper.items():
        if upper.get(path.rpartition("/")[0]) == "opaque" and node is not None:
            lines[path] = "A"
    return _printed(_with_parents(lines))


def _only_right_above(upper: Tree, lower: Tree) -> list[str]:
    lines = _lines(upper, lower)
    above = {path.rpartition("/")[0]: "C" for path in lines}
    return _printed({**{path: letter for path, letter in above.items() if path}, **lines})


def _silent_above(upper: Tree, lower: Tree) -> list[str]:
    return _printed(_lines(upper, lower))


def _new_parents_changed(upper: Tree, lower: Tree) -> list[str]:
    lines = _lines(upper, lower)
    above = {path: "C" for path in _with_parents(lines) if any(each.startswith(f"{path}/") for each in lines)}
    return _printed({**lines, **above})


def _unchanged(upper: Tree, lower: Tree) -> list[str]:
    """A file that is in both is taken for the same."""
    return _printed(_with_parents({path: letter for path, letter in _lines(upper, lower).items() if letter != "C"}))


def _new_is_changed(upper: Tree, lower: Tree) -> list[str]:
    return [line.replace("A ", "C ", 1) for line in diff(upper, lower)]


def _as_they_come(upper: Tree, lower: Tree) -> list[str]:
    lines = _with_parents(_lines(upper, lower))
    return [f"{letter} {path}" for path, letter in lines.items()]


def _by_letter(upper: Tree, lower: Tree) -> list[str]:
    return sorted(diff(upper, lower))


_PLACES = ("/etc", "/srv", "/opt", "/var/lib", "/usr/share")
_NAMES = ("motd", "hosts", "notes", "users", "index", "state")
D, OPQ = "dir", "opaque"
_TELLING: tuple[tuple[Tree, Tree], ...] = (
    ({}, {"/a": b"1"}),
    ({"/a": b"2"}, {}),
    ({"/a": b"2"}, {"/a": b"1"}),
    ({"/a": b"1"}, {"/a": b"1"}),
    ({"/a": None}, {"/a": b"1"}),
    ({"/c": b"2", "/b": D, "/b/a": b"3"}, {"/b": D}),
    ({"/a": D, "/a/b": b"", "/a/c": b"", "/a/d": b"1"}, {"/a": D, "/a/b": b"1", "/a/c": b"", "/a/d": b""}),
    ({"/a": D, "/a/b": None}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}),
    ({"/a": D, "/a/b": D, "/a/b/c": D, "/a/b/c/d": b"1"}, {"/a": D, "/a/b": D, "/a/c": b"2"}),
    ({"/a": D, "/a/b": D}, {"/a": D, "/a/b": D}),
    ({"/a": D, "/a/b": D}, {"/a": D}),
    ({"/a": OPQ}, {"/a": D}),
    ({"/a": OPQ}, {"/a/b": b"1", "/a/c": b"1", "/a": D}),
    ({"/a": OPQ, "/a/d": b"1"}, {"/a": D, "/a/b": b"2", "/a/c": D, "/a/c/d": b"3"}),
    ({"/a": D, "/a/c": b"1", "/a/b": OPQ}, {"/a": D, "/a/b": D, "/a/b/c": b"1", "/a/b/d": b"2", "/a/c": b"3"}),
    ({"/a": OPQ, "/a/b": b"1", "/a/c": b"2"}, {"/a": D, "/a/b": b"1", "/a/c": b"1", "/a/d": b"1"}),
    ({"/a": D, "/a/c": OPQ, "/a/c/b": b"1"}, {"/a": D, "/a/c": D, "/a/c/b": b"1"}),
    ({"/a": OPQ}, {"/a": D, "/a/b": b"1", "/as": D, "/as/b": b"2"}),
    ({"/b": D, "/b/a": b"1", "/a": OPQ, "/a/c": b"1"}, {"/a": D, "/a/b": b"1", "/b": D, "/b/a": b"2"}),
    ({"/a": D, "/a/b": b"2", "/as": b"3", "/a.c": b"4"}, {"/a": D, "/a/b": b"1"}),
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; then twelve by chance, small ones first; each belief is wrong on some of them; all pairs."""
    calls: list[list[Any]] = []
    rules = list(_MODELS.values())
    while len(calls) < 12:
        rule = rules[len(calls) % len(rules)]
        while True:
            upper, lower = _container(random, places=1 + len(calls) // 5)
            if rule(upper, lower) != diff(upper, lower):
                break
        calls.append([upper, lower])
    pairs = crossed(random, _fits, layers=2, times=3)
    return told(_TELLING, random) + calls + told((layers for layers, _ in pairs), random)


def _fits(layers: Sequence[Tree], path: str) -> bool:
    return _valid(layers) and _flat(layers[1])


def _flat(tree: Tree) -> bool:
    """Whether this is a whole tree, without marks."""
    return not any(node in (None, OPQ) for node in tree.values())


def _container(random: Random, *, places: int) -> tuple[dict[str, Node], dict[str, Node]]:
    """An image's tree, and what a container's layer has over it."""
    lower: dict[str, Node] = {}
    upper: dict[str, Node] = {}
    for place in random.sample(_PLACES, places):
        names = random.sample(_NAMES, 3)
        above = ["/" + place.split("/")[1]] if place.count("/") > 1 else []
        for each in [*above, place]:
            lower[each] = "dir"
            upper[each] = "dir"
        lower |= {f"{place}/{name}": b"image" for name in names[:2]}
        match random.choice(("opaque", "new", "changed", "same", "deleted", "directory")):
            case "opaque":
                upper |= {place: "opaque", f"{place}/{names[random.choice((0, 2))]}": b"mine"}
            case "new":
                upper[f"{place}/{names[2]}"] = b"mine"
            case "changed":
                upper[f"{place}/{names[0]}"] = b"mine"
            case "same":
                upper[f"{place}/{names[0]}"] = b"image"
            case "deleted":
                upper[f"{place}/{names[0]}"] = None
            case "directory":
                upper |= {f"{place}/{names[2]}": "dir", f"{place}/{names[2]}/inside": b"mine"}
    return upper, lower


def _claim(args: Sequence[Any]) -> str:
    upper, lower = args
    if "opaque" in upper.values():
        return "an opaque directory: what was in it below is deleted"
    if None in upper.values():
        return "a whiteout is a deletion"
    if any(isinstance(node, bytes) and lower.get(path) == node for path, node in upper.items()):
        return "what came up and did not change has no line"
    return "files and directories are added or changed"


def _valid(args: Sequence[Any]) -> bool:
    """Whether upperdir may lie over this image: a whiteout over something, a directory over nothing else than its like."""
    upper, lower = args
    over = {None: (bytes, str), "opaque": (str,), "dir": (str, type(None))}
    fits = (
        isinstance(lower.get(path), (bytes, type(None)) if isinstance(node, bytes) else over[node])
        for path, node in upper.items()
    )
    idle = (node in (None, OPQ) and upper.get(path.rpartition("/")[0]) == OPQ for path, node in upper.items())
    return rooted(upper) and rooted(lower) and all(fits) and not any(idle)  # in an opaque directory nothing is to hide


def _drawn(args: Sequence[Any]) -> Scene:
    upper, lower = args
    return call_scene([lower], upper=upper, names=["lower"])


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        *(Wrong(belief, model) for belief, model in _MODELS.items()),
        Wrong("opaque-means-all-deleted", _deep),
        Wrong("brought-anew-is-added", _anew_is_new),
        Wrong("only-the-parent", _only_right_above),
        Wrong("diff-leaves-directories-out", _silent_above, place="nothing-above"),
        Wrong("new-parents-are-changed", _new_parents_changed),
        Wrong("compared-by-kind", _unchanged),
        Wrong("new-is-changed", _new_is_changed),
        Wrong("names-as-they-come", _as_they_come),
        Wrong("names-as-they-come", _by_letter, place="sorted-by-letter"),
    ),
    function=Function("diff", _inputs, diff, claim=_claim, valid=_valid, draw=_drawn),
)
