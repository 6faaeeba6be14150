"""The judge: reads evidence and says what it is worth, in a clean process. It never executes a learner's code itself.

    in   {"student": "ada", "secret": "<hex>", "asked": [{"exercise": "lookup-1", "points": 4, "found": [evidence …]}]}
    out  {"verdicts": [{"exercise", "mark", "points", "html", "said", "flags", "misconception", …}]}

`found` is what was found of an answer, best first: the executed cell's, the answers file's, the submitted output's. A
function's source runs behind the port `run`, in a box that FUNCTIONS makes, on inputs that the course secret seeds.

Its neighbours: `classroom.worker` (asks it), `exercises.marking` (the same path as an instant check).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from coursekit.errors import CourseError
from coursekit.exercises import answers, catalogue, marking, seeds
from coursekit.exercises.evidence import Code, Evidence, Unanswered, read, value
from coursekit.exercises.model import Case, Exercise, Kind, Outcome
from coursekit.exercises.plain import NotPlain
from coursekit.exercises.prose import one_line
from coursekit.exercises.report import Report, html
from coursekit.exercises.running import Run
from coursekit.exercises.verdict import Verdict, as_json, bare
from coursekit.grading.sandbox import function_runner
from coursekit.language import _, later, sentences, series
from coursekit.lessons import claims

FLAGS = 10  # on one answer, named one by one
LOST = later("This answer could not be judged; a person will look at it.")
NOTHING = later("No answer arrived here. Run the notebook from the top, and look at the first cell that stops.")
UNSEEN = later("It holds for the open inputs; on inputs that you have not seen, this does not hold: {claims}.")
STUDENTS = tuple(f"anybody-{number}" for number in range(12))
MANY = 10  # submissions, from which on it is worth its seconds


def judge(request: dict[str, Any], run: Run = function_runner.run) -> dict[str, Any]:
    """The verdicts on all that is asked, in order. One that cannot be judged is flagged; the others stand."""
    student, secret = str(request["student"]), bytes.fromhex(request["secret"])
    return {"verdicts": [_judged(student, secret, asked, run) for asked in request["asked"]]}


def _judged(student: str, secret: bytes, asked: dict[str, Any], run: Run) -> dict[str, Any]:
    id, points = str(asked["exercise"]), float(asked["points"])
    try:
        exercise = catalogue.exercise(id)
    except CourseError as problem:
        return {
            "exercise": id,
            "points": points,
            "mark": 0.0,
            "plain": "0",
            "answered": False,
            "html": "",
            "said": str(problem),
            "flags": [str(problem)],
        }
    shown, flags = choose(id, student, asked["found"])
    flags += map(str, asked.get("flags", []))
    verdict = verdict_on(exercise, shown, secret, student, run) if shown else _nothing(exercise)
    verdict = replace(verdict, flags=_few(one_line(flag) for flag in (*flags, *verdict.flags)))
    if exercise.points != points and exercise.points > 0:  # a teacher reweighted it
        verdict = replace(verdict, points=points, mark=round(verdict.mark * points / exercise.points, 2))
    rubric = exercise.rubric if exercise.kind is Kind.PROSE else ()
    page = html(Report(verdict, exercise.title, shown, rubric=rubric))
    return {**as_json(verdict), "plain": bare(min(max(verdict.mark, 0.0), points)), "html": page}


def _few(flags: Iterable[str]) -> tuple[str, ...]:
    """Each flag once; of very many some, and how many more."""
    found = tuple(dict.fromkeys(flags))
    more = len(found) - FLAGS
    return (*found[:FLAGS], f"and {more:,} more of this kind") if more > 0 else found


def choose(id: str, student: str, found: list[Any]) -> tuple[Evidence | None, list[str]]:
    """The evidence to judge among what was found, and what a person should know about it.

    The first row that answers decides; a row that breaks its bounds or answers another exercise is flagged and skipped.
    """
    flags: list[str] = []
    rows: list[Evidence] = []
    for said in found:
        try:
            row = read(said)
        except NotPlain as problem:
            flags.append(f"evidence that cannot be read: {problem}")
            continue
        if row.exercise == id:
            rows.append(row)
        else:
            flags.append(f"evidence of another exercise: {row.exercise}")
    answered = [row for row in rows if not isinstance(row.answer, Unanswered)]
    chosen = next(iter(answered or rows), None)
    if chosen and answered and not isinstance(chosen.answer, Code) and chosen.seed not in own_ids(student):
        whose = f"the variant of {chosen.seed!r}" if chosen.seed else "the open variant, for no id was given"
        flags.append(f"answers {whose}; submitted by {student!r}")
    return chosen, flags


def own_ids(student: str) -> set[str]:
    """The ids that are this student's, each as a session may have kept it and a variant is drawn for it.

    >>> sorted(own_ids("ada ")), "Ada" in own_ids("ada")
    (['ada', 'ada '], False)
    """
    kept = answers.printable(student)
    forms = {student, kept, kept.strip()}
    return {unicodedata.normalize(form, each) for each in forms for form in ("NFC", "NFD")} | forms


def verdict_on(
    exercise: Exercise, shown: Evidence, secret: bytes, student: str, run: Run = function_runner.run
) -> Verdict:
    """The verdict on the evidence's own variant. A function is marked on unseen inputs, explained on open ones."""
    case = seeds.case_for(exercise, shown.seed)
    unseen = seeds.unseen(secret, exercise.id, student)
    verdict = marking.mark(exercise, case, shown, run=run, random=unseen, explain=False)
    if exercise.function is None or not verdict.outcomes or verdict.full:
        return verdict
    return _without_inputs(exercise, case, shown, verdict, run)


def _without_inputs(exercise: Exercise, case: Case, shown: Evidence, verdict: Verdict, run: Run) -> Verdict:
    """The same mark, explained on open inputs where they show the fault, else by the claims alone."""
    practice: Random = seeds.practice(exercise.id, shown.seed)
    seen = marking.mark(exercise, case, shown, run=run, random=practice)
    if not seen.full and seen.outcomes:
        return replace(seen, mark=verdict.mark, flags=verdict.flags)
    failed = [claims.said(outcome.claim) for outcome in verdict.outcomes if not outcome.ok]
    kept = tuple(Outcome(each.ok, each.claim, each.weight, have=claims.said(each.claim)) for each in verdict.outcomes)
    told = _(UNSEEN).format(claims=series(failed))
    return replace(verdict, outcomes=kept, said=sentences(told, verdict.said))


def _nothing(exercise: Exercise) -> Verdict:
    return Verdict(exercise.id, exercise.points, 0.0, answered=False, said=_(NOTHING))


def get_ready(lesson: str) -> None:
    """Judges answers that are replayed and that many will give, right ones and the known wrong ones; draws some inputs.

    An exercise that asks nearly each of STUDENTS something else is left out: nothing that is known here would be met again.
    """
    for exercise in catalogue.of_lesson(lesson):
        if exercise.function is not None:
            for student in STUDENTS[:3]:  # most stacks that can be drawn come up in these
                exercise.function.inputs(seeds.case_for(exercise, student), seeds.practice(exercise.id, student))
        if exercise.kind is not Kind.RECIPE:
            continue
        cases = {student: seeds.case_for(exercise, student) for student in STUDENTS}
        variants = {str(exercise.truth(case)): (student, case) for student, case in cases.items()}
        for student, case in variants.values() if 2 * len(variants) <= len(STUDENTS) else ():
            for answer in (exercise.truth(case), *(model.predict(case) for model in exercise.wrong_models)):
                evidence = Evidence(exercise.id, value(answer), student)
                marking.mark(exercise, case, evidence, run=_unused, random=seeds.practice(exercise.id, student))


def _unused(*args: Any, **more: Any) -> Any:
    raise TypeError("a recipe is not run")
