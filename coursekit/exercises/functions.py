"""A learner's function beside the truth: results compared call by call, the smallest difference shown.

    inputs ──> run(source) ──────────> results ┐
          └──> reference or recording > wanted ┴─> counterexample, and the wrong model that does just the same

A chained step runs on the learner's own earlier answers. Where one of these is wrong, it runs a second time with the
course's solution of that step, and the better of the two counts: one mistake costs once. The solution itself stays
here; the learner's process is given a function that asks (`running.Served`).

Pure but for a watch: the learner's source runs behind the `Run` port. Neighbours: `said` (results
in words), `shrinking` (smaller inputs).
"""

import inspect
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from random import Random
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Code
from coursekit.exercises.model import Case, Exercise, Function, Outcome, expect, written
from coursekit.exercises.plain import dumps, same
from coursekit.exercises.retold import retold
from coursekit.exercises.running import Crashed, Ran, Refused, Result, Returned, Run, Served, call
from coursekit.exercises.said import after, did, drawn, should, shown
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.shrinking import smallest
from coursekit.exercises.stepping import Record, Recorded
from coursekit.exercises.verdict import Counterexample, Shown, Verdict, share
from coursekit.language import _, later, sentences, series

Args = Sequence[Any]
IDLE_WEIGHT = 0.25  # of a claim that holds for a program which does nothing, beside 1 for the others
IDLE = later("What it leaves alone is right. That counts as soon as some of its work is right, too.")
PRINTS = later("What it prints ({n:,} characters) does not count. Only what it returns counts.")
PATIENCE = 4  # times the seconds of one run: after these no smaller call is looked for


def mark_function(
    exercise: Exercise, case: Case, code: Code, run: Run, random: Random, *, explain: bool = True
) -> Verdict:
    """The verdict on a function's source, called on inputs drawn from `random`.

    With `explain`, where it errs, the smallest call that can be found on which it does.
    """
    function = _function(exercise)
    inputs = [list(args) for args in function.inputs(case, random)]
    expected = Expected(exercise, inputs)
    attempt = _Attempt(function, code, run, ())
    ran = attempt(inputs)
    verdict = verdict_of(exercise, case, expected, ran)
    if not verdict.full and (wrong := _wrong_needs(function, code, run)):
        attempt = _Attempt(function, code, run, wrong)
        ran = attempt(inputs)
        again = verdict_of(exercise, case, expected, ran)
        verdict = replace(max(again, verdict, key=lambda each: each.mark), said=_lent(wrong, again))
    if verdict.full or ran.stopped or not explain:
        return verdict
    said = sentences(verdict.said, _kept_state(function, expected, ran, attempt))
    return replace(verdict, said=said, counterexample=_counterexample(function, inputs, attempt))


def _kept_state(function: Function, expected: "Expected", ran: Ran, attempt: "_Attempt") -> str:
    """A sentence where a call that went wrong among others is right alone: something of earlier calls was kept."""
    for args, have, want in zip(expected.inputs, ran.results, expected.wanted, strict=False):
        if not agree(function, have, want):
            alone = attempt([args]).results
            if alone and agree(function, alone[0], want):
                said = _(
                    "Called alone, {call} is right: the function keeps something of earlier calls, such as a default "
                    "argument that it changes, or a name outside of it."
                )
                return said.format(call=shown(function, args))
            return ""
    return ""


class _Attempt:
    """Runs the answer on inputs: on the learner's own earlier answers, or with some of these lent by the course."""

    def __init__(self, function: Function, code: Code, run: Run, lent: Sequence[Exercise]) -> None:
        self.function, self.code, self.run, self.lent = function, code, run, lent

    def __call__(self, inputs: Sequence[Args]) -> Ran:
        return self.run(self.code.source, self.function.name, inputs, **_around(self.function, self.code, self.lent))


def recording(exercise: Exercise, code: Code, args: Args, lent: Sequence[str], record: Record) -> Recorded:
    """One call of the answer, step by step, on its own earlier answers but those that the course lends."""
    function = _function(exercise)
    served = [catalogue.exercise(id) for id in lent]
    return record(code.source, function.name, args, **_around(function, code, served))


def _around(function: Function, code: Code, lent: Sequence[Exercise]) -> dict[str, Any]:
    """What a run of an answer needs beside its source: time, and for a chained step the steps before it."""
    if not function.needs:
        return {"seconds": function.seconds}
    given = dict(code.needs)
    before = [given[id] for id in function.needs if id in given]
    return {"seconds": function.seconds, "before": before, "served": [_served(_function(each)) for each in lent]}


def _served(function: Function) -> Served:
    parameters = tuple(inspect.signature(function.reference).parameters)
    return Served(function.name, function.reference, parameters, function.changes)


def _wrong_needs(function: Function, code: Code, run: Run) -> tuple[Exercise, ...]:
    """The earlier exercises whose answer is missing or wrong."""
    given = dict(code.needs)
    found = [catalogue.exercise(id) for id in function.needs]
    same_run: Any = run  # hashable, which its Protocol does not say
    return tuple(each for each in found if not _right(each.id, given.get(each.id, ""), code.needs, same_run))


@lru_cache(maxsize=256)
def _right(id: str, source: str, earlier: tuple[tuple[str, str], ...], run: Any) -> bool:
    """Whether an earlier answer is right by itself, on open inputs, its own needs lent by the course."""
    exercise = catalogue.exercise(id)
    function, case = _function(exercise), case_for(exercise, "")
    if not source:
        return False
    inputs = [list(args) for args in function.inputs(case, practice(id, ""))]
    attempt = _Attempt(function, Code(source, earlier), run, [catalogue.exercise(need) for need in function.needs])
    return verdict_of(exercise, case, Expected(exercise, inputs), attempt(inputs)).full


def _lent(wrong: Sequence[Exercise], again: Verdict) -> str:
    names = series(f"`{_function(each).name}`" for each in wrong)
    said = _("Not right yet, before this step: {names}. For this step the check used the course's own instead.")
    return sentences(said.format(names=names), again.said)


class Expected:
    """What calls should do, and what each belief makes of them: worked out once, for however many answers."""

    def __init__(self, exercise: Exercise, inputs: Sequence[Args]) -> None:
        """Takes the calls' arguments."""
        self.inputs = inputs
        self.wanted = [truth(_function(exercise), args) for args in inputs]
        self._believed: dict[int, list[Result]] = {}
        self._models = exercise.wrong_models

    def believed(self, number: int) -> list[Result]:
        """What somebody would get who holds the belief of the exercise's wrong model of this number."""
        if number not in self._believed:
            predict = self._models[number].predict
            self._believed[number] = [call(predict, args) for args in self.inputs]
        return self._believed[number]


def verdict_of(exercise: Exercise, case: Case, expected: Expected, ran: Ran) -> Verdict:
    """The verdict on what came back of the calls."""
    function, inputs = _function(exercise), expected.inputs
    have: list[Result | None] = [*ran.results, *[None] * (len(inputs) - len(ran.results))]
    right = [agree(function, one, other) for one, other in zip(have, expected.wanted, strict=True)]
    outcomes, worked = _outcomes(function, inputs, have, expected.wanted, right)
    mark = share(outcomes, exercise.points) if worked else 0.0
    mark = min(mark, exercise.points / 2) if ran.stopped else mark
    said = _("Stopped: {why}.").format(why=retold(ran.stopped) or ran.stopped) if ran.stopped else ""
    if not worked and not said and any(outcome.ok for outcome in outcomes):
        said = _(IDLE)
    if ran.printed:
        said = sentences(said, _(PRINTS).format(n=ran.printed))
    if all(right) and inputs and not ran.stopped:
        text = written(exercise.explanation, case)
        return Verdict(exercise.id, exercise.points, mark, outcomes=outcomes, explanation=text, flags=ran.flags)
    beliefs = _believed(exercise, case, expected, have, right)
    return Verdict(exercise.id, exercise.points, mark, said=said, outcomes=outcomes, beliefs=beliefs, flags=ran.flags)


def _function(exercise: Exercise) -> Function:
    if exercise.function is None:
        raise TypeError(f"{exercise.id} asks for no function")
    return exercise.function


def truth(function: Function, args: Args) -> Result:
    """What a call should do: as recorded, else as the reference does."""
    recorded = function.recorded(args) if function.recorded else None
    return call(function.reference, args) if recorded is None else recorded


def agree(function: Function, have: Result | None, want: Result) -> bool:
    """Whether two calls did the same: value, errno, and the arguments that the function is to change."""
    match have, want:
        case Returned(value=one), Returned(value=other):
            return _alike(one, other) and _same_changes(function, have.args, want.args)
        case Refused(errno=one), Refused(errno=other):
            return bool(one == other) and _same_changes(function, have.args, want.args)
    return False


def _same_changes(function: Function, have: Args, want: Args) -> bool:
    if any(at >= min(len(have), len(want)) for at in function.changes):
        return False
    if all(_alike(have[at], want[at]) for at in function.changes):
        return True
    if function.settled is None:
        return False
    try:
        one, other = function.settled(have), function.settled(want)
    except Exception:  # what the learner's function left behind is no longer of the form
        return False
    return all(same(one[at], other[at]) for at in function.changes)


def _alike(have: Any, want: Any) -> bool:
    """Whether plain data is the same. Equal texts are equal data, and quicker to have; a dict's order may differ."""
    return repr(have) == repr(want) or same(have, want)


def _outcomes(
    function: Function, inputs: Sequence[Args], have: list[Result | None], wanted: list[Result], right: list[bool]
) -> tuple[tuple[Outcome, ...], bool]:
    """The claims with what became of them, and whether one of them holds that takes some work.

    What a program that does nothing gets right besides weighs less, and counts only together with work.
    """
    groups: dict[str, list[int]] = {}
    for at, args in enumerate(inputs):
        claim = function.claim(args) if function.claim else f"{function.name} agrees everywhere"
        groups.setdefault(claim, []).append(at)
    idle = {claim for claim, members in groups.items() if _idle(function, [(inputs[m], wanted[m]) for m in members])}
    outcomes, worked = [], False
    for claim, members in groups.items():
        weight = IDLE_WEIGHT if claim in idle else 1.0
        wrong = [at for at in members if not right[at]]
        if not wrong:
            worked = worked or claim not in idle
            outcomes.append(expect(True, claim=claim, want=f"{len(members)} calls agree.", weight=weight))
            continue
        at = min(wrong, key=lambda each: (have[each] is None, len(dumps(inputs[each]))))
        said = _called(function, inputs[at], have[at], wanted[at])
        should_do = should(function, wanted[at], have[at])
        outcomes.append(expect(False, claim=claim, have=said, want=should_do, weight=weight))
    return tuple(outcomes), worked or (idle == groups.keys() and all(right))


def _called(function: Function, args: Args, have: Result | None, want: Result) -> str:
    return _("Called {asked}. {did}").format(asked=shown(function, args), did=_did(function, args, have, want))


def _did(function: Function, args: Args, have: Result | None, want: Result) -> str:
    """What a call did; where it returned something wrong, with what the exercise says of the part that is wrong."""
    said = did(function, have, want)
    if function.remark is None or not isinstance(have, Returned) or not isinstance(want, Returned):
        return said
    return sentences(said, function.remark(args, have.value, want.value))


def _idle(function: Function, calls: Sequence[tuple[Args, Result]]) -> bool:
    """Whether one answer that takes no thought is right for all of these calls.

    That is: whatever comes, raise the same error, return the same value, or return one of the arguments.
    """
    if any(not _same_changes(function, args, want.args) for args, want in calls if not isinstance(want, Crashed)):
        return False
    results = [want for _, want in calls]
    if all(isinstance(want, Refused) for want in results):
        return len({want.errno for want in results if isinstance(want, Refused)}) == 1
    values = [(args, want.value) for args, want in calls if isinstance(want, Returned)]
    if len(values) < len(calls):
        return False
    constant = all(_alike(value, values[0][1]) for _, value in values)
    return constant or any(
        all(_alike(args[at], value) for args, value in values) for at in range(min(len(args) for args, _ in values))
    )


def _counterexample(function: Function, inputs: Sequence[Args], attempt: _Attempt) -> Counterexample | None:
    """The smallest call that can be found on which the answer differs, or None where calls are not made smaller.

    An empty list often fails for a reason of its own: where one thing in it is right, and two are not, these two.
    """
    valid = function.valid
    if valid is None:
        return None
    late = time.monotonic() + PATIENCE * function.seconds

    def differing(asked: Sequence[Args]) -> list[tuple[Args, Result]]:
        if time.monotonic() > late:
            return []
        results = attempt(asked).results
        pairs = [(args, have) for args, have in zip(asked, results, strict=False)]
        return [(args, have) for args, have in pairs if not agree(function, have, truth(function, args))]

    found = smallest(inputs, differing, valid)
    if found is not None and (empty := [at for at, each in enumerate(found[0]) if each in ([], {})]):
        filled = [args for args in inputs if all(args[at] for at in empty)]
        other = smallest(filled, differing, lambda args: valid(args) and all(args[at] for at in empty))
        found = other if other is not None and all(len(other[0][at]) > 1 for at in empty) else found
    if found is None:
        return None
    args, have = found
    return counterexample_of(function, args, have, attempt.lent)


def counterexample_of(
    function: Function, args: Args, have: Result | None, lent: Sequence[Exercise] = ()
) -> Counterexample:
    """A call in words and as a picture: what it did, and what it should do."""
    want = truth(function, args)
    return Counterexample(
        shown(function, args),
        _did(function, args, have, want),
        should(function, want, have),
        drawn(function, args) + after(function, have, want),
        tuple(args),
        tuple(exercise.id for exercise in lent),
    )


def _believed(
    exercise: Exercise, case: Case, expected: Expected, have: list[Result | None], right: list[bool]
) -> tuple[Shown, ...]:
    """The belief, or the two, that explain most of the calls that went wrong, with the smallest call that shows each.

    Where a model errs, the answer has to err; and on most of these calls, two at least, just as the model does.
    """
    wrong = {at for at, ok in enumerate(right) if not ok}
    function = _function(exercise)
    varied = any(each is not None and not agree(function, have[0], each) for each in have[1:])
    found: dict[int, set[int]] = {}
    for number in range(len(exercise.wrong_models)):
        predicted = expected.believed(number)
        errs = {at for at, want in enumerate(expected.wanted) if not agree(function, predicted[at], want)}
        shows = {at for at in errs & wrong if agree(function, have[at], predicted[at])}
        if errs <= wrong and 3 * len(shows) >= 2 * len(errs) and shows and (shows == wrong or varied):
            found[number] = shows
    best: tuple[int, ...] = ()
    covered: set[int] = set()
    for chosen in (*combinations(found, 1), *combinations(found, 2)):
        shown = set[int]().union(*(found[number] for number in chosen))
        ids = {exercise.wrong_models[number].of.id for number in chosen}
        apart = all(found[one] - found[other] for one in chosen for other in chosen if one != other)
        if len(shown) > len(covered) and apart and len(ids) == len(chosen):
            best, covered = chosen, shown
    if 3 * len(covered) < len(wrong):
        return ()
    return tuple(_shown(exercise, case, expected, have, number, found[number], wrong) for number in best)


def _shown(
    exercise: Exercise,
    case: Case,
    expected: Expected,
    have: Sequence[Result | None],
    number: int,
    shows: set[int],
    wrong: set[int],
) -> Shown:
    model, function = exercise.wrong_models[number], _function(exercise)
    at = min(shows, key=lambda each: len(dumps(expected.inputs[each])))
    said = _called(function, expected.inputs[at], have[at], expected.wanted[at])
    return Shown(model.of, written(model.parts, case), (said,), len(shows), exact=shows == wrong, denied=model.narrow)
