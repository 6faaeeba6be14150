"""Lesson 00: two exercises to try the tools on. They are practice: no cell of theirs is graded.

    layers   the app's   {"/etc/motd": …}        top first: the first that has the path answers
             the base's  {"/etc/motd": …}

Source: Linux overlayfs.rst, "Upper and Lower".
"""

from collections.abc import Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.events import Event
from coursekit.exercises.forms import Pick
from coursekit.exercises.lessons.union_figures import figure_of, is_path
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay

LESSON = "00-start"
_NAMES = ("app", "settings", "tools", "base")
_PATHS = ("/etc/motd", "/etc/hosts", "/srv/index.html", "/etc/issue")


def _stack(random: Random) -> dict[str, Any]:
    """Four layers, top first, of which two or three have the path that is read; the topmost has it now and then."""
    path, other = random.sample(_PATHS, 2)
    holders = sorted(random.sample(range(len(_NAMES)), random.choice((2, 3))))
    return {"path": path, "other": other, "holders": [_NAMES[at] for at in holders]}


def _picture(case: Case) -> Scene:
    """The read, on a real overlay without a writable layer."""
    layers = [
        Layer.of({case["path"] if name in case["holders"] else case["other"]: f"from {name}\n"}) for name in _NAMES
    ]
    happened: list[Event] = []
    Overlay(lowerdir=layers, emit=happened.append).read_text(case["path"])
    return stack_scene(
        layers,
        happened=happened,
        paths=[case["path"], case["other"]],
        names=["container", *_NAMES],
        title=f"cat {case['path']}",
    )


TRY_PICK = Exercise(
    id="try-pick",
    lesson=LESSON,
    title="Which layer answers?",
    kind=Kind.PREDICTION,
    points=1,
    objective="predict in a picture, commit, and watch",
    make=_stack,
    question=lambda case: (
        f"Four layers, and more than one of them has `{case['path']}`. A program reads that file. "
        "Which layer does it get to see? Click the layer, commit, and watch."
    ),
    form=lambda case: Pick({name: f"the layer {name}" for name in _NAMES}, partial(_picture, case), many=False),
    truth=lambda case: case["holders"][0],
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bottom-wins"],
            lambda case: case["holders"][-1],
            "The probe falls from above, and stops where it finds the name.",
        ),
    ),
    hints=(
        Hint("If you lay three photographs on each other, which one do you see?"),
        Hint("Play the picture: the look-up begins at the top."),
        Hint("The topmost layer that has the file is the one.", after="bottom-wins"),
    ),
    explanation="The topmost layer that has a name answers for it, and those below are not even asked.",
)

SOLUTION = """
def seen_in(layers, path):
    for number, layer in enumerate(layers):
        if path in layer:
            return number
    return None
"""


def seen_in(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    """The number of the first layer that has `path`, counted from 0 at the top; None for no layer."""
    return next((number for number, layer in enumerate(layers) if path in layer), None)


def _bottom(layers: Sequence[Mapping[str, str]], path: str) -> int | None:
    return next((number for number in reversed(range(len(layers))) if path in layers[number]), None)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """Twelve calls: one layer, several, a path that no layer has."""
    calls: list[list[Any]] = []
    while len(calls) < 12:
        wide = 1 + len(calls) // 3
        layers = [dict.fromkeys(random.sample(_PATHS, random.randrange(1, 4)), "text") for _ in range(wide)]
        calls.append([layers, random.choice(_PATHS) if len(calls) % 4 else "/nowhere"])
    return calls


def _valid(args: Sequence[Any]) -> bool:
    layers, path = args
    return bool(layers) and is_path(path) and all(is_path(each) for layer in layers for each in layer)


def _drawn(args: Sequence[Any]) -> str:
    layers, path = args
    return figure_of([{each: text.encode() for each, text in layer.items()} for layer in layers], asked=[path])


TRY_FUNCTION = Exercise(
    id="try-function",
    lesson=LESSON,
    title="The same, as a function",
    kind=Kind.FUNCTION,
    points=1,
    objective="write a function, and read the smallest case in which it errs",
    make=lambda random: {},
    question="Write `seen_in(layers, path)`. `layers` is a list of dicts, **top first**; a dict has a key for each "
    "path "
    "that the layer has. Return the number of the layer in which `path` is seen, counted from 0 at the top, or "
    "`None` if "
    "no layer has it.",
    truth=lambda case: SOLUTION,
    function=Function("seen_in", _inputs, seen_in, valid=_valid, draw=_drawn),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bottom-wins"], _bottom, "`layers` come top first: the first one that has it is seen."
        ),
    ),
    hints=(
        Hint("In which order does a `for` loop meet the layers, and when may it stop?"),
        Hint("`enumerate(layers)` gives each layer with its number; `path in layer` asks whether it has the path."),
    ),
    explanation="A whole look-up in four lines. Lesson 03 adds what it lacks: directories, and marks that hide a name.",
)
