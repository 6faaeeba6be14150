"""From an answer to its verdict: the one path that an instant check and a grader share.

    evidence ─> shape? ─> judge ─> outcomes ─> mark
                                └─> diagnosis: which beliefs it shows; slips: what happened to a number

A learner's code is never run here: a function's results come through the `Run` port.
"""

import ast
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from coursekit.exercises.checks import crossed, displaced, everywhere, explained, number, tells
from coursekit.exercises.diagnosis import diagnosed, many
from coursekit.exercises.dress import dressed
from coursekit.exercises.essays import attempted, false_statements, long_enough, touched
from coursekit.exercises.evidence import Code, Evidence, Unanswered, Unreadable, Value
from coursekit.exercises.forms import Fill, Form, Source
from coursekit.exercises.functions import mark_function
from coursekit.exercises.guessing import above_guessing, outcomes_of
from coursekit.exercises.model import Case, Exercise, Kind, written
from coursekit.exercises.retold import retold
from coursekit.exercises.running import Run
from coursekit.exercises.verdict import Verdict
from coursekit.language import _, later, sentences

WORDS = 20_000  # characters of prose that are read
NOT_YET = later("Put your answer in place of `...`, or click it in the question, and run this cell again.")


def mark(
    exercise: Exercise, case: Case, evidence: Evidence, *, run: Run, random: Random, explain: bool = True
) -> Verdict:
    """The verdict on evidence for `case`. `run`, `random` and `explain` matter for functions only.

    Without `explain` no small call is looked for on which a function errs. Never raises for an answer.
    """
    try:
        return _mark(exercise, case, evidence, run, random, explain)
    except Exception as problem:  # a judge that stumbles over an answer costs a look by a person, never a batch
        flag = f"the judge of {exercise.id} failed: {type(problem).__name__}: {problem}"
        return Verdict(exercise.id, exercise.points, 0.0, said=_("This answer could not be judged."), flags=(flag,))


def _mark(exercise: Exercise, case: Case, evidence: Evidence, run: Run, random: Random, explain: bool) -> Verdict:
    match evidence.answer:
        case Unanswered():
            return Verdict(exercise.id, exercise.points, 0.0, answered=False, said=_(NOT_YET))
        case Unreadable(why):
            said = _("Your answer cannot be read: {why}.").format(why=retold(why) or why)
            return Verdict(exercise.id, exercise.points, 0.0, said=said, flags=(f"unreadable answer: {why}",))
        case Code() as code:
            return _mark_code(exercise, case, code, run, random, explain)
        case Value(data):
            return _mark_value(exercise, case, data)


def _mark_value(exercise: Exercise, case: Case, answer: Any) -> Verdict:
    form = exercise.shape(case)
    answer = answer if exercise.kind is Kind.PROSE else dressed(form, answer)
    answer, unread = form.readable(answer) if isinstance(form, Fill) else (answer, {})
    if complaint := (form.complaint(answer) if form else ""):
        return Verdict(exercise.id, exercise.points, 0.0, said=complaint)
    if exercise.kind is Kind.PROSE:
        return _read(exercise, case, answer)
    outcomes = outcomes_of(exercise, case, form, answer)
    mark, guessed = above_guessing(exercise, case, form, answer, outcomes)
    if mark >= exercise.points:
        return Verdict(
            exercise.id, exercise.points, mark, outcomes=outcomes, explanation=written(exercise.explanation, case)
        )
    truth = exercise.truth(case)
    beliefs = diagnosed(exercise, case, answer, truth, outcomes, equality(exercise, form))
    said = "" if unread else everywhere(form, answer)
    if exercise.judge is None and not said and not any(shown.exact for shown in beliefs):
        said = crossed(exercise, case, form, answer, truth)
        beliefs = () if said else beliefs
        said = said or ("" if beliefs else displaced(form, answer, truth))
    if exercise.judge is None:
        outcomes = explained(exercise, case, form, answer, truth, outcomes, beliefs)
        if not beliefs and not said and not any(tells(outcome) for outcome in outcomes if not outcome.ok):
            said = _("Ask yourself: {question}").format(question=written(exercise.hints[0].text, case))
    placed = {outcome.claim for outcome in outcomes}
    outcomes = tuple(replace(each, have=unread.get(each.claim, each.have)) for each in outcomes)
    said = sentences(next((told for claim, told in unread.items() if claim not in placed), ""), said)
    return Verdict(exercise.id, exercise.points, mark, said=said, outcomes=outcomes, beliefs=beliefs, guessed=guessed)


def _read(exercise: Exercise, case: Case, answer: Any) -> Verdict:
    """What a machine can say of words. They earn nothing here: a person marks them, with the rubric."""
    if type(answer) is not str:
        said = _("The answer should be your explanation, as text.")
        return Verdict(exercise.id, exercise.points, 0.0, said=said, attempted=False)
    text = _single_spaced(answer)
    if len(text) > WORDS:
        most = _("At most {n:,} characters, please.").format(n=WORDS)
        return Verdict(exercise.id, exercise.points, 0.0, said=most)
    own = tuple(exercise.judge(case, text)) if exercise.judge is not None else ()
    outcomes = (long_enough(text), *false_statements(text), *own)
    points = touched(text, exercise.touches, own)
    real = attempted(text, points)
    return Verdict(exercise.id, exercise.points, 0.0, outcomes=outcomes, touched=points, attempted=real)


def _single_spaced(text: str) -> str:
    """The text without empty lines and runs of blanks, on which a pattern could labour for hours."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def equality(exercise: Exercise, form: Form | None) -> Callable[[Any, Any], bool]:
    """How two answers, or two cells, are compared; of several options their order does not count."""
    same = exercise.same or number
    if many(form):
        return lambda have, want: sorted(have) == sorted(want) if type(have) is list else same(have, want)
    return same


def _mark_code(exercise: Exercise, case: Case, code: Code, run: Run, random: Random, explain: bool) -> Verdict:
    if exercise.function is None:
        said = _("This exercise asks for a value, not for a function.")
        return Verdict(exercise.id, exercise.points, 0.0, said=said)
    if empty(code.source, exercise.function.name):
        said = _("The body of `{function}` is still empty.").format(function=exercise.function.name)
        return Verdict(exercise.id, exercise.points, 0.0, answered=False, said=said)
    given = exercise.form.given if isinstance(exercise.form, Source) else ""
    if given and unchanged(code.source, given, exercise.function.name):
        said = _("`{function}` still stands as it was given.").format(function=exercise.function.name)
        return Verdict(exercise.id, exercise.points, 0.0, answered=False, said=said)
    return mark_function(exercise, case, code, run, random, explain=explain)


def empty(source: str, name: str) -> bool:
    """Whether the function `name` in `source` does nothing: a docstring, `...`, `pass`, the stub's assignment of `...`.

    >>> empty("def f(x):\\n    'says'\\n    ...", "f"), empty("def f(x):\\n    return x", "f")
    (True, False)
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return bool(found) and all(_idle(statement) for statement in found[-1].body)


def unchanged(source: str, given: str, name: str) -> bool:
    """Whether the function `name` in `source` says what it says in `given`, in whatever layout.

    >>> unchanged("def f(x):\\n    return x  # mine", "def f(x):\\n  return x", "f"), unchanged("def f(x): ...", "def f(x): 1", "f")
    (True, False)
    """
    try:
        trees = [ast.parse(each) for each in (source, given)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    found = [[ast.dump(node) for node in tree.body if getattr(node, "name", "") == name][-1:] for tree in trees]
    return found[0] == found[1] != []


def _idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(value=ast.Constant(value=value)) if value is ...:
            return True
    return False
