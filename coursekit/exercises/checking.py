"""Everything that a machine can say against an exercise: what `coursekit exercise check` prints.

rules and texts   fitting     every placeholder, key, belief and language
the proof         proof       unsolved 0, solved full, each wrong model less and named, on many seeds
the empty deed                at most a tenth of the points
what is to do     writing     TODO
small changes     surviving   of a function's solution: each loses a claim
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.equivalents import EQUIVALENTS
from coursekit.exercises.evidence import Code, Evidence, value
from coursekit.exercises.fitting import misfits
from coursekit.exercises.forms import Arrange, Choose, Fill, Number, Pick, Rows, Text
from coursekit.exercises.guessing import thoughtless
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Case, Exercise, Kind
from coursekit.exercises.proof import faults
from coursekit.exercises.seeds import case_for
from coursekit.exercises.session import runner
from coursekit.exercises.surviving import survey
from coursekit.exercises.writing import unfilled

IDLE = 0.1  # of the points: what doing nothing may earn


def faults_of(id: str, seeds: int = 50) -> list[str]:
    """What does not hold of an exercise, in words. Raises: ExerciseError where it cannot be loaded at all."""
    package = catalogue.packages().get(id)
    found: list[str] = []
    if package is not None:
        found += misfits(package)
        spec = find_spec(f"{package}.case")
        if spec is not None and spec.origin is not None:
            found += unfilled(Path(spec.origin).parent)
    exercise = catalogue.exercise(id)
    found += faults(exercise, runner(), [f"seed-{number}" for number in range(seeds)])
    found += list(_idle(exercise, range(min(seeds, 10))))
    if exercise.function is not None:
        survivors = survey(
            exercise, [f"seed-{number}" for number in range(min(seeds, 10))], EQUIVALENTS.get(id)
        ).survivors
        found += [f"{id}: {change} loses no claim, on {seed}" for change, seed in survivors.items()]
    return list(dict.fromkeys(found))


def _idle(exercise: Exercise, seeds: range) -> Iterator[str]:
    """What nothing, or nearly nothing, earns beyond a tenth of the points."""
    for number in seeds:
        case = case_for(exercise, f"seed-{number}")
        for deed, given in _deeds(exercise, case):
            evidence = Evidence(exercise.id, given, f"seed-{number}")
            earned = mark(exercise, case, evidence, run=runner(), random=Random(0), explain=False).mark
            if earned > IDLE * exercise.points + 0.005:
                yield f"{exercise.id}: {deed} earns {earned:g} of {exercise.points:g} points"


def _deeds(exercise: Exercise, case: Case) -> Iterator[tuple[str, Any]]:
    if exercise.function is not None:
        head = f"def {exercise.function.name}(*given):\n    "
        yield "returning nothing", Code(f"{head}return None")
        yield "always raising", Code(f"{head}raise OSError(2, 'no')")
        yield "returning the input", Code(f"{head}return given[0]")
        return
    match exercise.shape(case):
        case Choose(many=True) | Pick(many=True) | Rows():
            yield "choosing none", value([])
        case Fill(rows=rows):
            yield "an empty table", value({row: {} for row in rows})
            for answer in thoughtless(exercise.shape(case), exercise, case):
                yield "one answer everywhere", value(answer)
        case Number():
            yield "0", value(0)
        case Text() if exercise.kind is not Kind.PROSE:
            yield "a blank", value(" ")
        case Arrange():
            return
