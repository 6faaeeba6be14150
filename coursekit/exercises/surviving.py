"""Which wrong programs an exercise's inputs fail to tell from the right one: there should be none.

    small changes of the solution ┐
    wrong models                  ├─> run on the inputs of each seed, open and unseen ──> those that lose no claim
    empty deeds                   ┘   (what each of these may earn is another question: `idle`)

    python -m coursekit.exercises.surviving --seeds 200            every function of the course
    python -m coursekit.exercises.surviving --seeds 200 copy-up    one

Programs run here, in this process, as they are changes of our own; one that does not end is stopped by a count of its
steps. Neighbours: `mutating` (the changes), `lessons.equivalents` (what nothing can tell apart, and why).
"""

import argparse
import ast
import json
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.functions import agree, truth
from coursekit.exercises.model import Exercise, Function
from coursekit.exercises.mutating import mutants
from coursekit.exercises.plain import NotPlain, decode, encode
from coursekit.exercises.running import Crashed, Refused, Result, Returned
from coursekit.exercises.seeds import case_for, practice, unseen

STEPS = 20_000  # rounds of loops and calls of functions in one call
_TICK = "_tick"


class OutOfSteps(BaseException):
    """Raised in a program that takes too many steps; no `except` of its own stops it."""


@dataclass
class Survey:
    """What was tried of one exercise, and what got through."""

    exercise: str
    tried: int = 0  # changes and wrong models
    survivors: dict[str, str] = field(default_factory=dict)  # description → the first seed that it passes
    equivalent: list[str] = field(default_factory=list)  # listed, and indeed never told apart
    stale: list[str] = field(default_factory=list)  # listed, and told apart or no change at all


class _Program:
    """A source compiled once, started anew for each list of inputs, as a state that it keeps is part of it."""

    def __init__(self, source: str, name: str, before: Sequence[str]) -> None:
        tree = ast.fix_missing_locations(_Counted().visit(ast.parse(source)))
        self._code = [compile(each, "<before>", "exec") for each in before]
        self._code.append(compile(tree, "<mutant>", "exec"))
        self._name = name
        self.likely = 0  # the input on which it failed last

    def started(self) -> Callable[[bytes], Result]:
        """The function, fresh; it takes pickled arguments."""
        left = [STEPS]

        def tick() -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OutOfSteps

        space: dict[str, Any] = {_TICK: tick}
        for code in self._code:
            exec(code, space)
        function = space[self._name]

        def called(pickled: bytes) -> Result:
            left[0] = STEPS
            return _called(function, pickle.loads(pickled))

        return called


def _called(function: Callable[..., Any], given: list[Any]) -> Result:
    try:
        value = function(*given)
        return Returned(decode(encode(value)), tuple(given))
    except OSError as refused:
        return Refused(refused.errno or 0, tuple(given))
    except OutOfSteps:
        return Crashed("it takes too many steps")
    except (NotPlain, Exception) as problem:
        return Crashed(f"{type(problem).__name__}: {problem}")


class _Counted(ast.NodeTransformer):
    """Counts each round of a loop and each call of a function."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._ticking(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._ticking(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._ticking(node)

    def _ticking(self, node: ast.FunctionDef | ast.For | ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body = [ast.Expr(ast.Call(ast.Name(_TICK, ast.Load()), [], [])), *node.body]
        return node


class Asked:
    """The calls of one seed, and what they should do: the same for all programs."""

    def __init__(self, function: Function, inputs: Sequence[Sequence[Any]]) -> None:
        self.function = function
        self.pickled = [pickle.dumps(list(args)) for args in inputs]
        self.wanted = [truth(function, args) for args in inputs]

    def passed_by(self, program: _Program) -> bool:
        """Whether a program loses no claim. The input on which it failed before is tried first, by itself."""
        if program.likely < len(self.pickled) and not self.right(program.started(), program.likely):
            return False
        called = program.started()
        for at in range(len(self.pickled)):
            if not self.right(called, at):
                program.likely = at
                return False
        return True

    def right(self, called: Callable[[bytes], Result], at: int) -> bool:
        """Whether a program does what it should on the input at this place."""
        return agree(self.function, called(self.pickled[at]), self.wanted[at])


class Suspects:
    """All wrong programs of an exercise, until some call gives them away: for choosing calls that are telling."""

    def __init__(self, exercise: Exercise) -> None:
        """Takes an exercise that asks for a function."""
        self._function = _function(exercise)
        self._programs: dict[str, Callable[[bytes], Result]] = {
            change: program.started() for change, program in _programs(exercise).items()
        }
        for model in exercise.wrong_models:
            self._programs[f"wrong model {model.of.id}"] = _believing(model.predict)

    @property
    def left(self) -> list[str]:
        """Those that nothing has given away yet."""
        return list(self._programs)

    def given_away_by(self, args: Sequence[Any]) -> list[str]:
        """Those that a call gives away, of those that were left."""
        asked = Asked(self._function, [args])
        found = [said for said, called in self._programs.items() if not asked.right(called, 0)]
        for said in found:
            del self._programs[said]
        return found


def _believing(predict: Callable[..., Any]) -> Callable[[bytes], Result]:
    return lambda pickled: _called(predict, pickle.loads(pickled))


def _function(exercise: Exercise) -> Function:
    if exercise.function is None:
        raise TypeError(f"{exercise.id} asks for no function")
    return exercise.function


def _programs(exercise: Exercise) -> dict[str, _Program]:
    """Each change of the exercise's solution, after the solutions of the steps that it needs."""
    function = _function(exercise)
    before = [str(catalogue.exercise(id).truth({})) for id in function.needs]
    changes = mutants(str(exercise.truth(case_for(exercise, ""))))
    return {each.change: _Program(each.source, function.name, before) for each in changes}


def survey(exercise: Exercise, seeds: Iterable[str], equivalents: Mapping[str, str] | None = None) -> Survey:
    """Tries all changes and wrong models of a function exercise on each seed's open and unseen inputs.

    `equivalents` are changes that nothing within the question tells apart: they must pass everywhere, or are stale.
    """
    function, programs = _function(exercise), _programs(exercise)
    known = dict(equivalents or {})
    found = Survey(exercise.id, len(programs) + len(exercise.wrong_models))
    found.stale = sorted(known.keys() - programs.keys())
    for seed in seeds:
        case = case_for(exercise, seed)
        for random in (practice(exercise.id, seed), unseen(b"a secret of this survey", exercise.id, seed)):
            asked = Asked(function, [list(args) for args in function.inputs(case, random)])
            for change, program in programs.items():
                if change not in found.survivors and change not in found.stale and asked.passed_by(program):
                    if change not in known:
                        found.survivors[change] = seed
                elif change in known and change not in found.stale:
                    found.stale.append(change)
            for model in exercise.wrong_models:
                said = f"wrong model {model.of.id}"
                called = _believing(model.predict)
                if said not in found.survivors and all(asked.right(called, at) for at in range(len(asked.wanted))):
                    found.survivors[said] = seed
    found.equivalent = sorted(known.keys() - set(found.stale))
    return found


def functions() -> list[Exercise]:
    """The course's exercises that ask for a function."""
    return [each for each in catalogue.exercises().values() if each.function is not None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Surveys exercises and prints what got through. Returns 1 if anything did."""
    from coursekit.exercises.equivalents import EQUIVALENTS

    parser = argparse.ArgumentParser(prog="python -m coursekit.exercises.surviving", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many learners' inputs to try")
    parser.add_argument("--json", metavar="FILE", help="keep the result in this file")
    parser.add_argument("ids", nargs="*", help="exercises; all functions if none is named")
    given = parser.parse_args(arguments)
    rows, bad = [], 0
    for exercise in [catalogue.exercise(id) for id in given.ids] or functions():
        began = time.process_time()
        found = survey(exercise, [f"learner-{n}" for n in range(given.seeds)], EQUIVALENTS.get(exercise.id))
        seconds = round(time.process_time() - began, 1)
        bad += len(found.survivors) + len(found.stale)
        rows.append(
            {
                "exercise": found.exercise,
                "changes": found.tried,
                "survivors": sorted(found.survivors),
                "equivalent": len(found.equivalent),
                "seconds": seconds,
            }
        )
        print(
            f"{found.exercise}: {found.tried} tried, {len(found.survivors)} survive, {len(found.equivalent)} "
            f"equivalent, {seconds} s"
        )
        for change, seed in found.survivors.items():
            print(f"  survives for {seed}: {change}")
        for change in found.stale:
            print(f"  listed as equivalent and is not: {change}")
    if given.json:
        told = {"date": time.strftime("%Y-%m-%d"), "seeds": given.seeds, "exercises": rows}
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump(told, file, indent=1)
            file.write("\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
