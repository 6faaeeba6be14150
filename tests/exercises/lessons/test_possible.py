"""What a check asks can come about, and each kind of entry lies over each other one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.model import Exercise, Function
from coursekit.exercises.seeds import case_for, practice, unseen
from coursekit.exercises.surviving import functions
from coursekit.lessons.crossed_key import kinds_at
from coursekit.lessons.stacks import possible

SEEDS = [f"possible {number}" for number in range(25)]
WORDS = ("nothing", "file", "directory", "opaque", "whiteout")
each = pytest.mark.parametrize("exercise", functions(), ids=lambda exercise: exercise.id)


def calls(exercise: Exercise, seed: str) -> list[list[Any]]:
    case = case_for(exercise, seed)
    randoms = practice(exercise.id, seed), unseen(b"a secret", exercise.id, seed)
    return [list(args) for random in randoms for args in of(exercise).inputs(case, random)]


def of(exercise: Exercise) -> Function:
    assert exercise.function is not None
    return exercise.function


def trees(value: Any, *, archives: bool = True) -> Iterator[dict[str, Any]]:
    """The layers in a call: dicts of paths, and archives as lists of entries."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        if (
            archives
            and value
            and all(isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], bytes) for entry in value)
        ):
            assert len({path for path, _ in value}) == len(value), value
            yield dict(value)
        for part in value:
            yield from trees(part, archives=archives)


@each
def test_no_layer_has_a_file_and_a_directory_of_one_name(exercise: Exercise) -> None:
    for seed in SEEDS:
        for args in calls(exercise, seed):
            assert all(map(possible, trees(args))), args


@each
def test_no_smaller_call_has_one_either(exercise: Exercise) -> None:
    """With something below a file a call may not be asked, whatever else it holds."""
    function, spoilt = of(exercise), 0
    for args in calls(exercise, SEEDS[0]):
        for tree in trees(args, archives=False):
            for path in [path for path, node in tree.items() if isinstance(node, bytes | int) and "/" in path]:
                tree[f"{path}/below"] = tree[path]
                refused = function.valid is None or not function.valid(args)
                del tree[f"{path}/below"]
                assert refused, (args, path)
                spoilt += 1
    assert spoilt or exercise.id in ("try-function", "which-mount", "chain-id", "readdir", "pull-plan")


def possible_pairs(exercise: Exercise) -> set[tuple[str, str]]:
    """Which kinds may lie over which, the upper first, as the questions say."""
    pairs = set(product(WORDS, repeat=2))
    match exercise.id:
        case "lookup":
            return pairs
        case "copy-up":  # no name is a file here and a directory there, none is opaque, a whiteout hides something
            apart = {("file", "directory"), ("directory", "file")}
            return {pair for pair in pairs - apart if "opaque" not in pair} - {("whiteout", "whiteout")}
    return pairs - {("whiteout", "whiteout")}  # of three layers none lies below both that they could hide


@pytest.mark.parametrize(
    "id", ["lookup", "copy-up", *(each for each in catalogue.exercises() if each.startswith("own-"))]
)
def test_each_kind_is_asked_over_each_other(id: str) -> None:
    """At the path that is asked for and at its directory, in every learner's own calls."""
    exercise = catalogue.exercise(id)
    if exercise.function is None:
        return
    for seed in SEEDS[:3]:
        met: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
        for args in exercise.function.inputs(case_for(exercise, seed), practice(id, seed)):
            layers, path = _layers(args)
            for at, asked in ((True, path), (False, path.rpartition("/")[0])):
                met[at].update(combinations(kinds_at(layers, asked), 2) if asked else ())
        for at in met:
            assert possible_pairs(exercise) <= met[at].keys(), (seed, at, possible_pairs(exercise) - met[at].keys())


def _layers(args: Sequence[Any]) -> tuple[list[Any], str]:
    """The layers of a call, top first, and the path that it asks for first."""
    if isinstance(args[0], dict):
        return [args[0], *args[1]], args[2]
    return list(args[0]), args[1]
