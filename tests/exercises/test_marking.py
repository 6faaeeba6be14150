"""From an answer to a verdict: shares, shapes, named beliefs, the smallest counterexample."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from coursekit.exercises.checks import within
from coursekit.exercises.evidence import Code, Evidence, value
from coursekit.exercises.forms import Arrange, Choose, Fill, Number, Pick, Rows, Source, Text
from coursekit.exercises.functions import Expected, verdict_of
from coursekit.exercises.hints import next_hint
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Exercise, Function, Outcome
from coursekit.exercises.report import Report, html
from coursekit.exercises.running import Ran, call
from coursekit.exercises.seeds import case_for, unseen, variant
from coursekit.exercises.verdict import Verdict, bare, share
from tests.exercises import tiny
from tests.exercises.test_proof import trusting


def verdict(exercise: Exercise, answer: Any, student: str = "ada") -> Verdict:
    shown = Code(answer) if exercise.function else value(answer)
    case = case_for(exercise, student)
    return mark(exercise, case, Evidence(exercise.id, shown, student), run=trusting, random=Random(1))


@pytest.mark.parametrize(
    ("form", "right", "wrong", "said"),
    [
        (Number("bytes"), 3, "3", "a number of bytes"),
        (Number(), 3.5, True, "a number"),
        (Text(), "a", 1, "text in quotes"),
        (Choose({"a": "A", "b": "B"}), "a", "c", "one of 'a', 'b'"),
        (Choose({"a": "A", "b": "B"}, many=True), ["a", "b"], "a", "a list of some"),
        (Pick({"a": "A", "b": "B"}, tiny.picture), ["b"], "b", "a list of some"),
        (Pick({"a": "A", "b": "B"}, tiny.picture, many=False), "b", ["b"], "one of 'a', 'b'"),
        (Arrange({"a": "A", "b": "B"}), ["b", "a"], ["b", "b"], "once"),
        (Arrange({"a": "A", "b": "B"}), ["b", "a"], ("b",), "in order"),
        (Fill({"r": "R"}, {"c": Number()}), {"r": {"c": 1}}, {"x": {"c": 1}}, "no row 'x'"),
        (Fill({"r": "R"}, {"c": Number()}), {"r": {"c": None}}, {"r": {"d": 1}}, "no column 'd'"),
        (Fill({"r": "R"}, {"c": Number()}), {}, {"r": {"c": "1"}}, "a number"),
        (Rows({"c": Text()}), [{"c": "x"}], [{"d": "x"}], "Row 1 should have"),
        (Rows({"c": Text()}), [], [{"c": 1}], "Row 1, column 'c'"),
        (Source("f"), "def f(): 1", 1, "the function `f`"),
    ],
)
def test_a_form_says_what_is_missing(form: Any, right: Any, wrong: Any, said: str) -> None:
    assert form.complaint(right) == ""
    assert said in form.complaint(wrong)


def test_a_wrong_answer_is_named_by_the_model_that_predicts_it() -> None:
    wrong = verdict(tiny.DOWNLOAD, sum(case_for(tiny.DOWNLOAD, "ada")["unpacked"]))
    assert wrong.mark == 0 and wrong.belief is not None and wrong.belief.id == "docker-images-size-travels"
    assert wrong.beliefs[0].place.startswith("Step 2")
    other = verdict(tiny.DOWNLOAD, 5)
    assert other.mark == 0 and other.belief is None and other.outcomes[0].have == "Your answer is 5."


def test_the_truth_of_another_student_is_wrong() -> None:
    others = tiny.DOWNLOAD.truth(case_for(tiny.DOWNLOAD, "bob"))
    assert verdict(tiny.DOWNLOAD, others).mark == 0


def test_a_table_is_paid_by_the_cell_and_a_cell_left_out_costs_itself() -> None:
    right = tiny.OWNERS.truth(case_for(tiny.OWNERS, "ada"))
    assert verdict(tiny.OWNERS, right).mark == 3
    first = min(right)
    assert verdict(tiny.OWNERS, {**right, first: {}}).mark == 2
    assert verdict(tiny.OWNERS, {first: right[first]}).mark == 1


def test_choosing_everything_does_not_pay() -> None:
    assert verdict(tiny.ADDS, ["RUN", "COPY", "ENV", "CMD"]).mark == 0
    assert verdict(tiny.ADDS, ["COPY", "RUN"]).mark == 1
    assert verdict(tiny.ADDS, ["CMD", "ENV"]).mark == 0


def test_the_reversed_order_earns_nothing() -> None:
    assert verdict(tiny.BOOT, ["init", "kernel", "bootloader", "firmware"]).mark == 0


def test_success_is_explained_and_failure_is_not() -> None:
    right = verdict(tiny.BOOT, tiny.BOOT.truth({}))
    assert right.full and "Firmware loads" in right.explanation
    assert verdict(tiny.BOOT, ["init", "kernel", "bootloader", "firmware"]).explanation == ""


def test_a_function_gets_the_smallest_counterexample() -> None:
    source = "def lookup(layers, name):\n    return next(layer[name] for layer in layers if name in layer)\n"
    wrong = verdict(tiny.LOOKUP, source)
    (failed,) = [outcome for outcome in wrong.outcomes if not outcome.ok and outcome.claim == "a whiteout hides"]
    assert failed.have == "Called `lookup([{'a': None}, {'a': b'base'}], 'a')`. It returned `None`."
    assert failed.want.startswith("It should raise OSError ENOENT")


def test_a_function_that_does_just_what_a_belief_does_is_named() -> None:
    inputs = tiny.LOOKUP.function.inputs({}, Random(3)) if tiny.LOOKUP.function else []
    model = tiny.LOOKUP.wrong_models[0]
    ran = Ran(tuple(call(model.predict, args) for args in inputs))
    named = verdict_of(tiny.LOOKUP, {}, Expected(tiny.LOOKUP, inputs), ran)
    assert named.belief is model.of and not named.full


def test_a_run_that_was_stopped_is_no_full_mark_even_when_all_that_came_is_right() -> None:
    inputs = tiny.LOOKUP.function.inputs({}, Random(3)) if tiny.LOOKUP.function else []
    results = tuple(call(tiny.lookup, args) for args in inputs)
    ran = Ran(results[:-1], "it ran longer than 1 seconds")
    stopped = verdict_of(tiny.LOOKUP, {}, Expected(tiny.LOOKUP, inputs), ran)
    assert not stopped.full and stopped.said == "Stopped: it ran longer than 1 seconds."


def test_arguments_that_a_function_changes_count() -> None:
    def grow(numbers: list[int]) -> None:
        numbers.append(1)

    function = Function("grow", lambda case, random: [[[]], [[2]]], grow, changes=(0,))
    exercise = replace(
        tiny.LOOKUP, function=function, wrong_models=(), truth=lambda case: "def grow(n):\n    n.append(1)\n"
    )
    assert verdict(exercise, "def grow(n):\n    n.append(1)\n").full
    said = verdict(exercise, "def grow(n):\n    n = n + [1]\n").outcomes[0]
    assert "Afterwards `numbers` is `[]`" in said.have and "Afterwards `numbers` should be `[1]`" in said.want
    said = verdict(exercise, "def grow(n):\n    n.append(1)\n    return n\n").outcomes[0]
    assert "Afterwards" not in said.have + said.want


def test_an_argument_that_a_refused_call_leaves_changed_is_told() -> None:
    def refuses(names: list[int]) -> None:
        raise OSError(2, "No such file or directory")

    function = Function("refuses", lambda case, random: [[[]]], refuses, changes=(0,))
    exercise = replace(tiny.LOOKUP, function=function, wrong_models=())
    said = verdict(exercise, "def refuses(n):\n    n.append(1)\n    raise OSError(2, 'x')\n").outcomes[0]
    assert "Afterwards `names` is `[1]`" in said.have and "Afterwards `names` should be `[]`" in said.want


def test_a_sentence_as_a_row_keeps_one_full_stop() -> None:
    exercise = replace(tiny.OWNERS, form=Fill({"r": "A line."}, {"c": Number()}), truth=lambda case: {"r": {"c": 1}})
    exercise = replace(exercise, wrong_models=())
    assert verdict(exercise, {"r": {"c": 1234567}}).outcomes[0].have == "A line, c: you have 1,234,567."


@pytest.mark.parametrize(
    "source",
    ["def lookup(a, b):\n    ...", "def lookup(a, b):\n    'doc'\n    pass", "def lookup(a, b):\n    answer = ..."],
)
def test_an_empty_body_is_not_answered(source: str) -> None:
    assert not verdict(tiny.LOOKUP, source).answered


def test_a_judge_that_stumbles_flags_and_pays_nothing() -> None:
    def stumbles(case: Any, answer: Any) -> Any:
        raise ZeroDivisionError

    flagged = verdict(replace(tiny.DOWNLOAD, judge=stumbles), 1)
    assert flagged.mark == 0 and "ZeroDivisionError" in flagged.flags[0]


@pytest.mark.parametrize("text", [" " * 100_000 + "x", "\n" * 100_000 + "x", "a b\n\n c"])
def test_words_come_to_their_judge_without_runs_of_blanks(text: str) -> None:
    read: list[str] = []

    def reads(case: Any, answer: str) -> Any:
        read.append(answer)
        return []

    verdict(replace(tiny.WORDS, judge=reads), text)
    assert read in (["x"], ["a b\nc"])


def test_a_book_is_no_explanation() -> None:
    long = verdict(tiny.WORDS, "word " * 5000)
    assert "20,000 characters" in long.said
    assert "1 thing to look at" in html(Report(long, "Say why", rubric=("names the base",)))


def test_words_that_nothing_is_known_about_are_not_compared_with_the_model_answer() -> None:
    free = replace(tiny.WORDS, judge=None)
    read = verdict(free, str(free.truth({})))
    assert read.answered and all(each.claim == "long enough" for each in read.outcomes) and read.said == ""
    page = html(Report(read, free.title, rubric=free.rubric, model_answer="Because of its base."))
    assert "for a person to read" in page and "Another answer" not in page and "contradicts" not in page


def test_within_a_share_of_the_truth_is_right() -> None:
    truth = tiny.DOWNLOAD.truth(case_for(tiny.DOWNLOAD, "ada"))
    assert verdict(tiny.DOWNLOAD, truth * 1.0005).full
    assert not verdict(tiny.DOWNLOAD, truth * 1.002).full
    assert within(0.1)("a", "a") and not within(0.1)(True, 1)


@pytest.mark.parametrize(
    ("weights", "mark"), [([(True, 1), (False, 2)], 1.0), ([(True, 299), (False, 1)], 2.99), ([(False, 1)], 0), ([], 0)]
)
def test_a_share_is_by_weight_and_never_full_unless_all_holds(weights: list[tuple[bool, float]], mark: float) -> None:
    assert share(tuple(Outcome(ok, "x", weight) for ok, weight in weights), 3) == mark


def test_less_than_all_is_less_than_full_by_a_hundredth() -> None:
    assert share((Outcome(True, "x", 9999), Outcome(False, "y", 1)), 3) == 2.99


@pytest.mark.parametrize(("mark", "said"), [(2, "2"), (1.5, "1.5"), (0, "0"), (10, "10"), (0.333, "0.33")])
def test_a_mark_is_a_bare_number(mark: float, said: str) -> None:
    assert bare(mark) == said


def test_hints_follow_what_was_tried() -> None:
    assert next_hint(tiny.DOWNLOAD, [], []) == 0
    assert next_hint(tiny.DOWNLOAD, [], ["docker-images-size-travels"]) == 1
    assert next_hint(tiny.DOWNLOAD, [0], []) == 2
    assert next_hint(tiny.DOWNLOAD, [0, 2], []) == 1
    assert next_hint(tiny.DOWNLOAD, [0, 1, 2], []) is None


def test_seeds_part_students_exercises_and_secrets() -> None:
    assert variant("a", "ada").random() == variant("a", "ada").random() != variant("a", "bob").random()
    assert unseen(b"s", "a", "ada").random() != unseen(b"t", "a", "ada").random()
    assert unseen(b"s", "a", "ada").random() != variant("a", "ada").random()


def test_one_answer_everywhere_earns_nothing_and_an_open_cell_costs_itself() -> None:
    rows = "abcdefgh"
    form = Fill({row: row for row in rows}, {"is": Choose({"yes": "yes", "no": "no"})})
    truth = {row: {"is": "no" if row in "ab" else "yes"} for row in rows}
    table = replace(
        tiny.OWNERS,
        points=8,
        form=form,
        make=lambda random: {},
        question="Which?",
        truth=lambda case: truth,
        wrong_models=(),
    )
    marks = {"everywhere": verdict(table, {row: {"is": "yes"} for row in rows}).mark}
    marks |= {"one open": verdict(table, {**truth, "h": {}}).mark, "right": verdict(table, truth).mark}
    one_wrong = verdict(table, {**truth, "h": {"is": "no"}})
    assert marks == {"everywhere": 0, "one open": 7, "right": 8} and one_wrong.mark == 4
    assert "6 of 8 here" in html(Report(one_wrong, "t"))
