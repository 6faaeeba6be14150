"""A wrong function gets the smallest call on which it errs: for every function of the course, whatever the mistake.

Mistakes that no belief of the course stands for: the solution, bent. Each counterexample is looked up among the calls
that were really made, and compared with the truth anew.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Code
from coursekit.exercises.functions import agree, mark_function, truth
from coursekit.exercises.model import Exercise, Function
from coursekit.exercises.running import Crashed, Ran, Result, call
from coursekit.exercises.said import shown
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.shrinking import ROUNDS, size
from coursekit.exercises.verdict import Verdict

EXERCISES = tuple(each for each in catalogue.exercises().values() if each.function is not None)
NO_STACK = {"which-mount", "chain-id", "pull-plan"}  # a table of mounts, digests, a manifest: told in words
BENT = {
    "a constant": "return 'nothing'",
    "an exception": "return 1 // 0",
    "another error": "raise OSError(5, 'Input/output error')",
    "one off": "return _bent(_right(*args))",
    "long calls only": "return _right(*args) if len(repr(args)) < {long} else 'nothing'",
}
BEND = """
def _bent(value):
    match value:
        case list():
            return [*value, 'more']
        case dict():
            return {**value, 'more': b''}
        case int():
            return value + 1
        case bytes():
            return value + b'?'
        case str():
            return value + '?'
    return 0
"""


class Watched:
    """Runs an answer in this process, as it is ours, and remembers the calls of the function that is watched."""

    def __init__(self) -> None:
        self.watch("")

    def watch(self, name: str) -> None:
        self.name, self.rounds = name, 0
        self.made: list[tuple[Sequence[Any], Result]] = []

    def __call__(
        self, source: str, name: str, inputs: Any, *, seconds: float, before: Any = (), served: Any = ()
    ) -> Ran:
        space: dict[str, Any] = {}
        for each in (*before, source):
            exec(each, space)
        results = tuple(_made(space[name], args) for args in inputs)
        if name == self.name:
            self.rounds += 1
            self.made += zip(inputs, results, strict=True)
        return Ran(results)


WATCHED = Watched()  # one for all, so that what was found of earlier steps is found once


def _made(function: Callable[..., Any], args: Sequence[Any]) -> Result:
    try:
        return call(function, args)
    except ZeroDivisionError as problem:
        return Crashed(f"ZeroDivisionError: {problem}")


def bent(exercise: Exercise, body: str) -> Verdict:
    function = of(exercise)
    case = case_for(exercise, "")
    lengths = sorted(len(repr(tuple(args))) for args in function.inputs(case, practice(exercise.id, "")))
    body = body.format(long=lengths[len(lengths) // 3])
    source = f"{exercise.truth(case)}\n_right = {function.name}\n{BEND}\ndef {function.name}(*args):\n    {body}\n"
    needs = tuple((id, str(catalogue.exercise(id).truth({}))) for id in function.needs)
    WATCHED.watch(function.name)
    return mark_function(exercise, case, Code(source, needs), WATCHED, practice(exercise.id, ""))


def of(exercise: Exercise) -> Function:
    assert exercise.function is not None
    return exercise.function


def differing(function: Function) -> Iterator[Sequence[Any]]:
    return (args for args, have in WATCHED.made if not agree(function, have, truth(function, args)))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_smallest_call_that_errs_is_found_and_drawn(exercise: Exercise) -> None:
    function, unnamed = of(exercise), 0
    for mistake, body in BENT.items():
        verdict = bent(exercise, body)
        if verdict.full:  # this bend changes nothing here: what is refused stays refused
            continue
        unnamed += verdict.belief is None
        found = verdict.counterexample
        assert found is not None, mistake
        wrong = list(differing(function))
        smaller = {shown(function, args): args for args in wrong}
        assert found.asked in smaller, f"{mistake}: {found.asked} was not asked, or is right"
        drawn = [list(each) for each in function.inputs(case_for(exercise, ""), practice(exercise.id, ""))]
        assert size(smaller[found.asked]) <= min(size(args) for args in wrong if list(args) in drawn), mistake
        assert found.did != found.should and found.did and found.should
        assert ("<svg" in found.picture) is (exercise.id not in NO_STACK), mistake
        assert WATCHED.rounds <= ROUNDS + 3
    assert unnamed >= 3


def told(id: str, source: str) -> Verdict:
    exercise = catalogue.exercise(id)
    WATCHED.watch(of(exercise).name)
    return mark_function(exercise, case_for(exercise, ""), Code(source), WATCHED, practice(id, ""))


def test_an_empty_list_that_fails_for_a_reason_of_its_own_is_not_the_example() -> None:
    by_parts = (
        "def chain_ids(ids):\n    1 // len(ids)\n    return [ids[0], *('sha256:' + '0' * 64 for each in ids[1:])]\n"
    )
    found = told("chain-id", by_parts).counterexample
    assert found is not None and found.asked.count("sha256:") == 2 and "ZeroDivisionError" not in found.did
    only_empty = f"{catalogue.exercise('chain-id').truth({})}\n_right = chain_ids\n"
    only_empty += "def chain_ids(ids):\n    return _right(ids) if ids else [1 // 0]\n"
    found = told("chain-id", only_empty).counterexample
    assert found is not None and found.asked == "`chain_ids([])`" and "ZeroDivisionError" in found.did


def test_a_function_shows_a_belief_only_if_it_does_the_same_on_every_call() -> None:
    shows = "names = {name for layer in layers for name in layer"
    listed = told(
        "readdir", f"def readdir(layers):\n    {shows} if layer[name] != 'opaque'}}\n    return sorted(names)\n"
    )
    hides_nothing = f"def readdir(layers):\n    {shows} if layer[name] != 'whiteout'}}\n    return sorted(names)\n"
    assert [shown.belief.id for shown in listed.beliefs] == ["whiteout-is-listed"]
    assert [shown.belief.id for shown in told("readdir", hides_nothing).beliefs] == ["whiteouts-are-passed"]
    not_always = hides_nothing.replace("return sorted(names)", "return sorted(names)[:1]")
    assert told("readdir", not_always).beliefs == ()
