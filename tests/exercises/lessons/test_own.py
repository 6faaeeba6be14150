"""Lesson 07: the kernel's traces, the course's own functions, steps that build on steps, and small counterexamples."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Code
from coursekit.exercises.functions import agree, mark_function, truth
from coursekit.exercises.model import Exercise
from coursekit.exercises.plain import encode, same
from coursekit.exercises.running import Refused, Returned, call
from coursekit.exercises.seeds import practice
from coursekit.exercises.verdict import Verdict
from coursekit.grading.sandbox import function_runner
from coursekit.lessons.l07_build_your_own import LESSON, traces_key
from coursekit.lessons.l07_build_your_own.asked_key import picture
from coursekit.lessons.l07_build_your_own.steps import STEPS, id_of
from coursekit.lessons.l07_build_your_own.tree_key import OPERATIONS, settled, valid
from coursekit.proving.kernel import Kernel
from tests.exercises.lessons.record_kernel import ask
from tests.tools import needs_root_overlay

FUNCTIONS = {each.function.name: each for each in catalogue.of_lesson(LESSON) if each.function}
step = pytest.mark.parametrize("step", STEPS)


def test_the_traces_say_where_they_come_from() -> None:
    told = traces_key.provenance()
    assert told["kernel"].startswith("Linux ") and told["date"] and "redirect_dir=off" in told["options"]
    assert told["count"] == sum(len(traces_key.questions(each)) for each in STEPS) >= 1000


@step
def test_the_courses_own_function_does_what_the_kernel_did(step: str) -> None:
    function = FUNCTIONS[step].function
    assert function is not None
    for args in traces_key.questions(step):
        want = traces_key.recorded(step)(args)
        assert want is not None
        assert agree(function, call(OPERATIONS[step], args), want), args


@step
def test_questions_are_layers_that_can_come_about(step: str) -> None:
    assert all(valid(args) for args in traces_key.questions(step))


@step
def test_a_question_under_fresh_names_has_the_same_answer(step: str) -> None:
    function = FUNCTIONS[step].function
    assert function is not None
    drawn = function.inputs({}, Random(1))
    other = function.inputs({}, Random(2))
    assert drawn != other and len(drawn) >= 20
    found = [(args, traces_key.recorded(step)(args)) for args in drawn]
    assert sum(want is not None for _, want in found) >= 20
    assert all(agree(function, call(OPERATIONS[step], args), want) for args, want in found if want is not None)


@step
def test_a_table_of_all_recordings_holds_few_claims(step: str) -> None:
    """What is in no file: each claim has a question in which two traces share their layers."""
    function = FUNCTIONS[step].function
    assert function is not None and function.claim is not None and function.valid is not None
    drawn = function.inputs({}, Random(3))
    unseen = [args for args in drawn if traces_key.recorded(step)(args) is None]
    assert all(map(function.valid, unseen))
    claims, lost = ({function.claim(args) for args in each} for each in (drawn, unseen))
    assert len(lost) >= 0.7 * len(claims)


@needs_root_overlay
def test_this_kernel_gives_the_shipped_answers() -> None:
    """A sample of each operation, under fresh names: whichever kernel this is, it says what was recorded."""
    with Kernel() as kernel:
        for name in STEPS:
            function = FUNCTIONS[name].function
            assert function is not None
            for args in list(function.inputs({}, Random(f"asked again {name}")))[::3]:
                said, want = ask(kernel, name, list(args)), truth(function, args)
                after = (said["after"], *args[1:])
                have = Refused(said["errno"], after) if "errno" in said else Returned(said["value"], after)
                assert agree(function, have, want), (name, args, have, want)


def sources(**other: str) -> dict[str, str]:
    """The solutions of all steps, by exercise; `other` replaces some by the name of their step."""
    return {id_of(name): other.get(name, str(FUNCTIONS[name].truth({}))) for name in STEPS}


def marked(step: str, given: dict[str, str], run: Any = function_runner.run) -> Verdict:
    exercise: Exercise = FUNCTIONS[step]
    assert exercise.function is not None
    needs = tuple((id, given[id]) for id in exercise.function.needs if id in given)
    return mark_function(exercise, {}, Code(given[exercise.id], needs), run, practice(exercise.id, ""))


WRONG_LOOKUP = "def lookup(upper, lowers, path):\n    return upper[path]\n"


def test_a_step_runs_on_the_learners_own_earlier_steps() -> None:
    assert marked("unlink", sources()).full


@pytest.mark.parametrize("lookup", [WRONG_LOOKUP, "def lookup(", "", "def lookup(u, l, p):\n    while True: pass\n"])
def test_one_mistake_costs_once(lookup: str) -> None:
    given = sources(lookup=lookup)
    step = marked("read", given)
    assert step.mark == step.points and not marked("lookup", given).full
    assert step.full and "`lookup`" in step.said


def test_a_wrong_step_stays_wrong_on_the_courses_own_earlier_ones() -> None:
    given = sources(lookup=WRONG_LOOKUP, read="def read(upper, lowers, path):\n    return b''\n")
    verdict = marked("read", given)
    assert not verdict.full and "`lookup`" in verdict.said


def test_the_smallest_case_is_small_and_drawn() -> None:
    bottom = "def lookup(upper, lowers, path):\n    for tree in [*lowers[::-1], upper]:\n        if tree.get(path):\n"
    found = marked("lookup", sources(lookup=bottom + "            return tree[path]\n")).counterexample
    assert found is not None
    assert len(found.asked) < 120, found.asked
    assert "<svg" in found.picture
    assert found.should


def test_smaller_cases_are_still_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[Any]] = []

    def run(source: str, name: str, inputs: Sequence[Sequence[Any]], **more: Any) -> Any:
        asked.extend(inputs)
        return function_runner.run(source, name, inputs, **more)

    marked("lookup", sources(lookup=WRONG_LOOKUP), run)
    assert len(asked) > 40 and all(valid(args) for args in asked)


WRONG = {
    "rmdir": "def rmdir(upper, lowers, path):\n    upper.pop(path, None)\n",
    "unlink": "def unlink(upper, lowers, path):\n    upper.pop(path, None)\n",
    "copy_up": "def copy_up(upper, lowers, path):\n    upper[path] = 'dir'\n",
}


@needs_root_overlay
def test_the_kernel_agrees_on_smaller_cases_too() -> None:
    """Cases that were never recorded are judged by the course's own functions; this kernel would judge them so."""
    asked: list[tuple[str, Sequence[Any]]] = []

    def run(source: str, name: str, inputs: Sequence[Sequence[Any]], **more: Any) -> Any:
        asked.extend((name, args) for args in inputs if traces_key.recorded(name)(args) is None)
        return function_runner.run(source, name, inputs, **more)

    for name, source in WRONG.items():
        marked(name, sources(**{name: source}), run)
    assert len(asked) >= 5
    with Kernel() as kernel:
        for name, args in asked[:60]:
            function = FUNCTIONS[name].function
            assert function is not None
            said, want = ask(kernel, name, list(args)), call(OPERATIONS[name], args)
            after = (said["after"], *args[1:])
            have = Refused(said["errno"], after) if "errno" in said else Returned(said["value"], after)
            assert agree(function, have, want), (name, args)


def test_a_mark_that_hides_nothing_counts_as_none() -> None:
    upper, lowers = {"/": "dir", "/new": "opaque", "/old": "opaque"}, [{"/": "dir", "/old": "dir"}]
    assert settled([upper, lowers, "/new"])[0] == {"/": "dir", "/new": "dir", "/old": "opaque"}


def test_a_picture_has_all_layers_and_the_path_that_is_asked_for() -> None:
    drawn = picture([{"/": "dir"}, [{"/": "dir", "/etc": "opaque", "/etc/hosts": b"1\n"}], "/etc/hosts"])
    said = [box.text for box in drawn.frames[0].boxes]
    assert "hosts" in said and "lowers[0]" in said


def test_evidence_of_a_step_carries_the_steps_before_it() -> None:
    from coursekit.exercises.evidence import Evidence, read

    needs = (("own-lookup", "def lookup(): ..."),)
    shown = Evidence("own-readdir", Code("def readdir(): ...", needs), "ada", "0.1.0")
    assert read(shown.write()) == shown and same(encode(shown.write()), shown.write())


def test_all_steps_are_chained() -> None:
    for at, name in enumerate(STEPS):
        function = FUNCTIONS[name].function
        assert function is not None
        assert [catalogue.exercise(id).id for id in function.needs] == [id_of(each) for each in STEPS[:at]]
