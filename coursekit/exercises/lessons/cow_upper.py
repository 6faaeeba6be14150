"""Lesson 04: `docker diff` written from an upperdir, and what a deletion in a later layer saves.

    upper  {"/etc": "dir", "/etc/motd": None, "/etc/new": b"…"}     lower  {"/etc": "dir", "/etc/motd": b"…"}
    ->     ["C /etc", "D /etc/motd", "A /etc/new"]

Source: docker container diff; what `docker diff` of the classic store printed; image-spec
layer.md. Simplified: contents alone tell whether a file changed.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.lessons.cow_operations import LESSON
from coursekit.exercises.lessons.telling import told
from coursekit.exercises.lessons.union_figures import figure_of, rooted
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel

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
    """The telling calls; then twelve by chance, small ones first; each belief is wrong on some of them."""
    calls: list[list[Any]] = []
    rules = list(_MODELS.values())
    while len(calls) < 12:
        rule = rules[len(calls) % len(rules)]
        while True:
            upper, lower = _container(random, places=1 + len(calls) // 5)
            if rule(upper, lower) != diff(upper, lower):
                break
        calls.append([upper, lower])
    return told(_TELLING, random) + calls


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
    return rooted(upper) and rooted(lower) and all(fits)


DIFF_FROM_UPPER = Exercise(
    id="diff-from-upper",
    lesson=LESSON,
    title="Write docker diff",
    kind=Kind.FUNCTION,
    points=4,
    objective="derive additions, changes and deletions from an upperdir",
    make=lambda random: {},
    question="Write `diff(upper, lower)`, which returns the lines of `docker diff`, such as `['C /etc', 'D "
    "/etc/motd']`, "
    "sorted by path. `lower` is the image's merged tree, a dict from path to `bytes` or `'dir'`. `upper` is what lies "
    "in "
    "upperdir: `bytes`, `'dir'`, `'opaque'` (a directory that hides all it has below) or `None` (a whiteout). A file "
    "that came up and is as before has no line. Of an opaque directory, each name directly in it below that it does "
    "not bring anew is `D`. The directories above any line are `C`, unless they are new.",
    truth=lambda case: SOLUTION,
    function=Function(
        "diff",
        _inputs,
        diff,
        claim=_claim,
        valid=_valid,
        draw=lambda args: figure_of([args[1]], upper=args[0], names=["lower"]),
    ),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["diff-lists-the-layer"],
            _all_that_lies_above,
            "A file that a chmod to its own mode brought up lies in upperdir, and nobody sees a difference.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _no_opaque,
            "The old names under an opaque directory are gone, though no whiteout has their names.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-below"], _no_deletions, "A `None` in `upper` is a deletion, and has a line D."
        ),
        WrongModel(
            MISCONCEPTIONS["diff-leaves-directories-out"],
            _files_alone,
            "Go up from each line: the directories above it are listed as well.",
        ),
    ),
    hints=(
        Hint("For one path of `upper`: what tells you whether it is A, C, D, or nothing at all?"),
        Hint(
            "An opaque directory deletes names that `upper` does not mention. Where do you find them?",
            after="opaque-shows-through",
        ),
        Hint("First the letters of what lies in `upper`; then, for each, the directories above: `dict.setdefault`."),
        Hint("None: D. Not in `lower`: A. Bytes that differ: C. Opaque: D for each child below that `upper` has not."),
    ),
    explanation="That is how Docker's classic overlay2 driver does it: it walks the upperdir and asks below for each "
    "name. "
    "It never compares the whole trees, so a diff is as fast as little was changed.",
)


def _dockerfile(random: Random) -> dict[str, Any]:
    """A base, an archive that is fetched, a program that is built from it; a fat base for the first stage."""
    return {
        "base": random.randrange(30_000_000, 90_000_000),
        "archive": random.randrange(20_000_000, 200_000_000),
        "program": random.randrange(2_000_000, 20_000_000),
        "builder": random.randrange(300_000_000, 900_000_000),
    }


def _images(case: Case, **changes: int) -> dict[str, Any]:
    small = case["base"] + case["program"]
    truth = {"apart": small + case["archive"], "one": small, "stages": small}
    return {row: {"bytes": changes.get(row, size)} for row, size in truth.items()}


LATER_RM = Exercise(
    id="later-rm",
    lesson=LESSON,
    title="Three Dockerfiles, one program",
    kind=Kind.TABLE,
    points=3,
    objective="say why a deletion in a later layer does not shrink an image, and what does",
    make=_dockerfile,
    question=lambda case: (
        f"A base of {case['base']:,} bytes. An archive of {case['archive']:,} bytes is fetched, a "
        "program "
        f"of {case['program']:,} bytes is built from it and stays, the archive is deleted.\n\n"
        "```\napart    FROM base            one    FROM base              stages   FROM builder AS made\n"
        "         RUN fetch                   RUN fetch && \\                 RUN fetch && build\n"
        "         RUN build                       build && \\                 FROM base\n"
        "         RUN rm archive                  rm archive                 COPY --from=made program /\n```\n\n"
        f"`builder` is an image of {case['builder']:,} bytes. How many bytes of files do the layers of each image hold?"
    ),
    form=Fill({"apart": "three RUNs", "one": "all in one RUN", "stages": "in two stages"}, {"bytes": Number("bytes")}),
    truth=_images,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            lambda case: _images(case, apart=case["base"] + case["program"]),
            "Row “three RUNs”: the first RUN's layer was finished before `rm` began, and it travels.",
        ),
        WrongModel(
            MISCONCEPTIONS["layers-record-commands"],
            lambda case: _images(case, one=case["base"] + case["program"] + case["archive"]),
            "Row “all in one RUN”: the layer is made when the instruction has ended. By then the archive is gone.",
        ),
        WrongModel(
            MISCONCEPTIONS["stages-add-up"],
            lambda case: _images(case, stages=case["builder"] + case["archive"] + case["base"] + 2 * case["program"]),
            "Row “in two stages”: the image begins at the last FROM.",
        ),
    ),
    hints=(
        Hint("When is a layer made: while an instruction runs, or once it has ended?"),
        Hint("Which FROM does the final image begin with?", after="stages-add-up"),
        Hint("apart: base, archive and program, as the whiteout has no bytes. one and stages: base and program."),
    ),
    explanation="A layer is a difference, taken when its instruction ends. What is fetched and deleted **within** one "
    "RUN "
    "was never in any layer; what is deleted by a later one stays in the earlier. Stages go further: only what you "
    "copy out of them comes along.",
)
