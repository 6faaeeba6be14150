"""Lesson 03: which layer answers, in which order layers are named, and `lookup` written over plain dicts.

Source: Linux overlayfs.rst, "Upper and Lower", "Multiple lower layers", "whiteouts and
opaque directories"; OCI image-spec manifest.md, `layers`.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from coursekit.exercises.forms import Arrange, Choose, Fill
from coursekit.exercises.lessons.telling import told
from coursekit.exercises.lessons.union_figures import figure_of, is_path, rooted
from coursekit.exercises.lessons.union_stacks import (
    DIRECTORY,
    OPAQUE,
    Stack,
    drawn,
    lookup,
    prefixes,
    step,
)
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel

LESSON = "03-union"
LAYERS = ("top", "middle", "base")
_FILES = (
    "/etc/hosts",
    "/etc/motd",
    "/etc/app.conf",
    "/etc/profile",
    "/srv/index.html",
    "/srv/logo.png",
    "/srv/robots.txt",
    "/opt/run.sh",
    "/opt/app.jar",
    "/usr/lib/libz.so",
    "/usr/lib/libssl.so",
    "/var/lib/state",
)
_COLUMNS = (  # what top, middle and base have of a path: f(ile), w(hiteout), - nothing
    "f--",
    "-f-",
    "--f",
    "ff-",
    "-ff",
    "fff",
    "f-f",
    "w-f",
    "wff",
    "-wf",
    "fwf",
    "wf-",
)
_ALWAYS = ("w-f", "-ff", "fwf")  # those that tell the beliefs apart


def _columns(random: Random) -> dict[str, Any]:
    """Seven paths over three layers, each with a column of its own kind."""
    kinds = [*_ALWAYS, *random.sample([each for each in _COLUMNS if each not in _ALWAYS], 4)]
    random.shuffle(kinds)
    paths = sorted(random.sample(_FILES, len(kinds)))
    return {"columns": dict(zip(paths, kinds, strict=True))}


def _stack(case: Case) -> str:
    signs = {"f": "file", "w": "✗ whiteout", "-": "·"}
    wide = max(map(len, case["columns"])) + 3
    head = " " * wide + "".join(f"{name:<13}" for name in LAYERS)
    rows = [
        f"{path:<{wide}}" + "".join(f"{signs[sign]:<13}" for sign in column) for path, column in case["columns"].items()
    ]
    return "\n".join(line.rstrip() for line in [head, *rows])


def _from_above(column: str) -> str:
    for name, sign in zip(LAYERS, column, strict=True):
        if sign != "-":
            return name if sign == "f" else "nobody"
    return "nobody"


def _from_below(column: str) -> str:
    return next((name for name, sign in zip(LAYERS[::-1], column[::-1], strict=True) if sign == "f"), "nobody")


def _one_deep(column: str) -> str:
    skip = False
    for name, sign in zip(LAYERS, column, strict=True):
        if sign == "f" and not skip:
            return name
        skip = sign == "w"
    return "nobody"


def _hidden_everywhere(column: str) -> str:
    return "nobody" if "w" in column else _from_above(column)


def _answers(case: Case, rule: Callable[[str], str]) -> dict[str, dict[str, str]]:
    return {path: {"layer": rule(column)} for path, column in case["columns"].items()}


WHO_ANSWERS = Exercise(
    id="who-answers",
    lesson=LESSON,
    title="Which layer answers?",
    kind=Kind.PREDICTION,
    points=3,
    objective="tell which layer a lookup ends in",
    make=_columns,
    question=lambda case: (
        "Three layers, `top` over `middle` over `base`, and what each stores of seven paths:\n\n"
        f"```\n{_stack(case)}\n```\n\nWhich layer does `cat` of each path read from? 'nobody' stands for: no such file."
    ),
    form=lambda case: Fill(
        {path: path for path in case["columns"]},
        {"layer": Choose({name: name for name in LAYERS} | {"nobody": "nobody"})},
    ),
    truth=lambda case: _answers(case, _from_above),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bottom-wins"],
            lambda case: _answers(case, _from_below),
            "A path that both `middle` and `base` have: the probe falls from the top, and ends at the first hit.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-one-deep"],
            lambda case: _answers(case, _one_deep),
            "The whiteout in `top` over a file in `base`: the search ends at the whiteout, two layers above the file.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-hides-everywhere"],
            lambda case: _answers(case, _hidden_everywhere),
            "The row with a file above a whiteout: the file was brought back, and the probe ends there.",
        ),
    ),
    hints=(
        Hint("Where does a lookup begin, and what makes it stop?"),
        Hint("Follow one probe: does it ever go below a whiteout?", after="whiteout-one-deep"),
        Hint("Read each row from the left. The first sign that is no dot decides."),
    ),
    explanation="A lookup falls from the top and ends at the first layer that has something under the name: a file, "
    "and it is found; a whiteout, and there is none. What lies further down is not even asked.",
)


def _named(random: Random) -> dict[str, Any]:
    """Four to six layers with names of their own, base first as a manifest lists them."""
    made = ("os", "certs", "python", "libs", "nginx", "fonts", "app", "conf", "assets", "tools", "java", "patch")
    layers = random.sample(made, random.randrange(4, 7))
    return {"layers": layers, "shuffled": sorted(layers)}


LOWERDIR_ORDER = Exercise(
    id="lowerdir-order",
    lesson=LESSON,
    title="From the manifest to `lowerdir=`",
    kind=Kind.ORDER,
    points=2,
    objective="turn an image's order (base first) into a mount's order (top first)",
    make=_named,
    question=lambda case: (
        "A manifest lists an image's layers:\n\n```\n"
        + "\n".join(f"layers[{n}]  {name}" for n, name in enumerate(case["layers"]))
        + "\n```\n\nA container of it has an upperdir besides. In which order does a lookup ask them all, **from the first "
        "to the last**? (`mount` wants the lower ones in this order too: `lowerdir=A:B:C`.)"
    ),
    form=lambda case: Arrange(
        {**{name: f"layer {name}" for name in case["shuffled"]}, "upperdir": "upperdir, the container's own"}
    ),
    truth=lambda case: ["upperdir", *reversed(case["layers"])],
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["base-last"],
            lambda case: ["upperdir", *case["layers"]],
            "`layers[0]` is the base, the first that was built; all others lie above it.",
        ),
        WrongModel(
            MISCONCEPTIONS["bottom-wins"],
            lambda case: [*case["layers"], "upperdir"],
            "The search begins at the top, with what was written last: upperdir.",
        ),
    ),
    hints=(
        Hint("Which layer of an image is built first, and does it lie on top or at the bottom?"),
        Hint("What the container writes must hide what the image has. Where does upperdir stand then?"),
        Hint("upperdir, and then the manifest's list read backwards."),
    ),
    explanation="Two orders for the same layers: an image counts from its base, as it was built; a mount from the "
    "top, as it is searched. Each is right in its place, and mixing them up turns an image upside down: its oldest "
    "files would hide its newest.",
)

SOLUTION = """
def lookup(layers, path):
    asked = list(range(len(layers)))
    parts = path.strip("/").split("/")
    for depth in range(len(parts)):
        here = "/" + "/".join(parts[:depth + 1])
        found = []
        for number in asked:
            if here not in layers[number]:
                continue
            node = layers[number][here]
            if node is None:
                break
            if isinstance(node, bytes):
                found = found or [number]
                break
            found.append(number)
            if node == "opaque":
                break
        asked = found
    return asked
"""


def _bottom_first(layers: Stack, path: str) -> list[int]:
    last = len(layers) - 1
    return sorted(last - number for number in lookup(layers[::-1], path))


def _walked(layers: Stack, path: str, one: Callable[[Stack, list[int], str], list[int]]) -> list[int]:
    asked = list(range(len(layers)))
    for each in prefixes(path):
        asked = one(layers, asked, each)
    return asked


def _only_the_last(layers: Stack, path: str) -> list[int]:
    return step(layers, range(len(layers)), path)


def _skipping_one(layers: Stack, asked: list[int], path: str) -> list[int]:
    """A whiteout hides what the next layer has, and what lies below that goes on."""
    for at, number in enumerate(asked):
        if path in layers[number]:
            if layers[number][path] is None:
                return _skipping_one(layers, [each for each in asked[at:] if each > number + 1], path)
            if layers[number][path] == DIRECTORY:
                return [number, *_directories(layers, _skipping_one(layers, asked[at + 1 :], path), path)]
            return [number]
    return []


def _directories(layers: Stack, found: Sequence[int], path: str) -> list[int]:
    return [number for number in found if not isinstance(layers[number][path], bytes)]


def _never_opaque(layers: Stack, asked: list[int], path: str) -> list[int]:
    plain = [{name: DIRECTORY if node == OPAQUE else node for name, node in layer.items()} for layer in layers]
    return step(plain, asked, path)


def _through_files(layers: Stack, asked: list[int], path: str) -> list[int]:
    """A file between directories is passed over."""
    found = step(layers, asked, path)
    if found and not isinstance(layers[found[0]][path], bytes):
        return step(layers, [n for n in asked if not isinstance(layers[n].get(path), bytes)], path)
    return found


_MODELS: dict[str, Callable[[Stack, str], list[int]]] = {
    "bottom-wins": _bottom_first,
    "whiteout-spares-children": _only_the_last,
    "whiteout-one-deep": lambda layers, path: _walked(layers, path, _skipping_one),
    "opaque-shows-through": lambda layers, path: _walked(layers, path, _never_opaque),
    "merging-goes-through-files": lambda layers, path: _walked(layers, path, _through_files),
}


D, OPQ = DIRECTORY, OPAQUE
_TELLING: tuple[tuple[Stack, str], ...] = (
    ([{"/a": b"1"}], "/a"),
    ([{}, {"/b": b"1"}], "/a"),
    ([{"/a": b"1"}, {"/a": b"2"}], "/a"),
    ([{"/a": None}, {"/a": b"1"}], "/a"),
    ([{"/a": None}, {}, {"/a": b"1"}], "/a"),
    ([{"/a": b"1"}, {"/a": None}, {"/a": b"2"}], "/a"),
    ([{"/a": D}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ([{"/a": D, "/a/b": b"1"}, {"/a": D}, {"/a": D, "/a/c": b"2"}], "/a"),
    ([{}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}, {"/a": D, "/a/b": D, "/a/b/c": b"2"}], "/a/b/c"),
    ([{"/a": None}, {"/a": D, "/a/b": b"1"}], "/a/b"),
    ([{"/a": D, "/a/b": None}, {"/a": D, "/a/b": D, "/a/b/c": b"1"}], "/a/b/c"),
    ([{"/a": OPQ, "/a/c": b"1"}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": D}, {"/a": OPQ, "/a/b": b"1"}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": D}, {"/a": OPQ, "/a/b": D}, {"/a": D, "/a/b": D, "/a/b/c": b"2"}], "/a/b/c"),
    ([{"/a": D}, {"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": D}, {"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a"),
    ([{"/a": b"1"}, {"/a": D, "/a/b": b"2"}], "/a/b"),
    ([{"/a": None}, {"/a": D, "/as": D, "/as/b": b"1"}], "/as/b"),
    ([{"/a": OPQ}, {"/a": D, "/as": D, "/as/b": b"1"}], "/as"),
    ([{"/etc": D}, {"/etc": D, "/etc/nginx": D, "/etc/nginx/a": b"1"}], "/etc/nginx"),
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; then twelve by chance: each belief is wrong on two of them, and two are as they come."""
    calls: list[list[Any]] = []
    rules = [*_MODELS.values(), None]
    while len(calls) < 12:
        rule = rules[len(calls) % len(rules)]
        calls.append(_call(random, rule, layers=3 + len(calls) // 6, places=1 + len(calls) // 6))
    return told(_TELLING, random) + calls


def _call(random: Random, rule: Callable[[Stack, str], list[int]] | None, *, layers: int, places: int) -> list[Any]:
    """A stack by chance, and a path of it on which `rule`, if there is one, is wrong."""
    while True:
        stack = drawn(random, layers, places)
        paths = sorted({path for layer in stack for path in layer} | {"/etc/nothing"})
        wrong = [path for path in paths if rule is None or rule(stack, path) != lookup(stack, path)]
        if wrong:
            return [stack, random.choice(wrong)]


def _claim(args: Sequence[Any]) -> str:
    layers, path = args
    asked = list(range(len(layers)))
    said = ""
    for each in prefixes(path):
        met = [layers[number][each] for number in asked if each in layers[number]]
        asked = step(layers, asked, each)
        if OPAQUE in met and not said:
            said = "an opaque directory ends the search"
        if None in met and not said:
            said = "a whiteout ends the search"
        if any(isinstance(node, bytes) for node in met[1:]) and isinstance(met[0], str) and not said:
            said = "a file below a directory ends the merging"
    return said or ("directories of several layers merge" if len(asked) > 1 else "the topmost that has it answers")


def _valid(args: Sequence[Any]) -> bool:
    layers, path = args
    return bool(layers) and is_path(path) and all(map(rooted, layers))


LOOKUP = Exercise(
    id="lookup",
    lesson=LESSON,
    title="Write lookup",
    kind=Kind.FUNCTION,
    points=5,
    objective="write lookup: from the top down, name by name, to the first that ends the search",
    make=lambda random: {},
    question="Write `lookup(layers, path)`. `layers` is a list of dicts, **top first**. Each maps the paths that a "
    "layer stores to what is there: `bytes` for a file, `'dir'` for a directory, `'opaque'` for a directory that "
    "ends the merging, `None` for a whiteout. Return the list of the layers' numbers that provide `path`, top first: "
    "`[]` if it does not exist, one number for a file, and for a directory the numbers of all that are merged in it. "
    "The directories above a path count too: where `/etc` is hidden, so is `/etc/motd`.",
    truth=lambda case: SOLUTION,
    function=Function(
        "lookup", _inputs, lookup, claim=_claim, valid=_valid, draw=lambda args: figure_of(args[0], asked=[args[1]])
    ),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bottom-wins"], _MODELS["bottom-wins"], "`layers[0]` is the top one, and is asked first."
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-spares-children"],
            _MODELS["whiteout-spares-children"],
            "Walk the path from its first name. Layers that do not provide the directory are not asked for the file.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-one-deep"],
            _MODELS["whiteout-one-deep"],
            "At a whiteout the search ends. It does not go on further down.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            _MODELS["opaque-shows-through"],
            "An opaque directory is the last one that counts for its name.",
        ),
        WrongModel(
            MISCONCEPTIONS["merging-goes-through-files"],
            _MODELS["merging-goes-through-files"],
            "Once a file is met below a directory, that directory has all its parts: stop there.",
        ),
    ),
    hints=(
        Hint("For one name in one directory: what can a layer say, and after which of its answers do you stop?"),
        Hint(
            "`/etc/motd` is two lookups, `/etc` and then the rest. Which layers are asked in the second?",
            after="whiteout-spares-children",
        ),
        Hint(
            "Begin with `asked`, all the layers' numbers. For each name of the path make a new list from the old one."
        ),
        Hint(
            "Nothing: next layer. Whiteout: stop. File: it alone if it is the first, and stop. Directory: add it, and "
            "stop if it is opaque."
        ),
    ),
    explanation="This is the heart of a union file system. Linux does the same in `ovl_lookup`: one name at a time, "
    "in the layers that provide the parent, until something ends the search. The engine of this course has it in "
    "`coursekit/union/search.py`, function `heed`: four cases, as in yours.",
)
