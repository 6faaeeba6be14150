"""How often a belief is named on answers that were drawn at random, which show none.

    python -m tests.exercises.random_answers                          all exercises with values, thirty answers each
    python -m tests.exercises.random_answers --each 300 centos-host
    python -m tests.exercises.random_answers --each 500 --json tests/exercises/random_answers.json

An answer is drawn part by part. An option; a number of the question, or one of the size that such numbers have; a word
that the truth or a wrong model has somewhere, other digits for a digest; commands on the paths of a level; of a recipe
lines of the truth and the wrong models in any order. Prose and functions are left out.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, factorial, log
from pathlib import Path
from random import Random
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.checks import number
from coursekit.exercises.diagnosis import OPEN, cells, many
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.forms import Arrange, Choose, Entries, Fill, Moves, Number, Pick, Recipe, Rows, Text, parts_of
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Case, Exercise, Kind, written
from coursekit.exercises.proof import believing
from coursekit.exercises.running import Ran
from coursekit.exercises.seeds import case_for
from coursekit.widgets.goal import COMMIT, Goal

MANY = 1000  # possible answers, from which on a belief is to be named in less than 3 of 100


@dataclass(frozen=True, slots=True)
class Row:
    """What came of the random answers to one exercise."""

    exercise: str
    possible: int  # answers that there are, at most OPEN
    wrong: int  # of those that were drawn
    named: Counter[str]  # the beliefs that were named first, by id
    contradicted: list[str]  # those named that a part of the answer contradicts: a fault


def measured(exercise: Exercise, student: str, each: int) -> Row:
    """Marks `each` random answers, always the same ones."""
    random = Random(exercise.id)
    case = case_for(exercise, student)
    known = [exercise.truth(case), *(believing(exercise, case, model) for model in exercise.wrong_models)]
    row = Row(exercise.id, possible(exercise, case), 0, Counter(), [])
    for _ in range(each):
        answer = drawn(exercise, case, known, random)
        verdict = mark(exercise, case, Evidence(exercise.id, value(answer), student), run=never, random=random)
        row = replace(row, wrong=row.wrong + (not verdict.full))
        row.named.update(shown.belief.id for shown in verdict.beliefs[:1])
        row.contradicted.extend(
            shown.belief.id for shown in verdict.beliefs if contradicts(exercise, case, answer, shown.belief.id)
        )
    return row


def contradicts(exercise: Exercise, case: Case, answer: Any, belief: str) -> bool:
    """Whether a table's cell or a choice's option is neither what a belief says nor open, for each of its models.

    Only parts on which the belief is not the truth speak for or against it.
    """
    form, truth = exercise.shape(case), exercise.truth(case)
    if exercise.judge is not None or not (isinstance(form, Fill) or many(form)):
        return False
    equal = exercise.same or number

    def parts(said: Any) -> dict[str, Any]:
        return cells(said) if isinstance(form, Fill) else {key: key in said for key in parts_of(form)}

    have, want = parts(answer), parts(truth)
    for model in exercise.wrong_models:
        if model.of.id == belief and model.predict(case) is not None:
            believed = parts(believing(exercise, case, model))
            differs = [key for key in want if not equal(believed[key], want[key])]
            held = [have.get(key) is None or equal(have[key], believed[key]) for key in differs]
            if all(held) or (model.each and any(held)):
                return False
    return True


def drawn(exercise: Exercise, case: Case, known: Sequence[Any], random: Random) -> Any:
    """One answer. `known` are the truth and what the wrong models answer."""
    form, truth = exercise.shape(case), known[0]
    seen = _numbers_seen(exercise, case)
    match form:
        case Fill(columns=columns):
            said = {column: [value for each in known for value in _column(each, column)] for column in columns}
            return {
                row: {column: _cell(columns[column], said[column], seen, random) for column in wanted}
                for row, wanted in truth.items()
            }
        case Choose(many=True) | Pick(many=True):
            return [key for key in parts_of(form) if random.random() < 0.5]
        case Choose() | Pick():
            return random.choice(list(parts_of(form)))
        case Arrange(items=items):
            return random.sample(list(items), len(items))
        case Rows(columns=columns):
            rows = [row for each in known for row in each]
            pools = {column: [row[column] for row in rows] for column in columns}
            return [
                {column: _cell(cell, pools[column], seen, random) for column, cell in columns.items()}
                for _ in range(random.randint(2, len(truth)))
            ]
        case Entries(paths=paths, kinds=kinds):
            every = sorted({*paths, *(path for each in known for path in each)})
            chosen = random.sample(every, random.randint(2, min(6, len(every))))
            return {path: random.choice(list(kinds)) for path in chosen}
        case Moves(goal=goal):
            return _moves(goal, random)
        case Recipe():
            return _lines([str(each) for each in known], random)
        case Number():
            some = random.sample(seen, random.randint(1, min(8, len(seen)))) if seen else []
            return random.choice([sum(some), _cell(form, list(known), seen, random)])
        case Text():
            return _word([str(each) for each in known], random)
    raise TypeError(f"{exercise.id}: no random answer is drawn for {form}")


def _numbers_seen(exercise: Exercise, case: Case) -> list[int]:
    """The numbers that stand in the question, as a learner reads it."""
    text = written(exercise.question, case)
    return [int(found.replace(",", "")) for found in re.findall(r"(?<![\w:.,-])\d[\d,]*(?![\w:.-])", text)]


def _column(table: Any, column: str) -> list[Any]:
    return [said for key, said in cells(table).items() if key.rpartition("/")[2] == column]


def _cell(cell: Any, said: list[Any], seen: Sequence[int], random: Random) -> Any:
    """What is drawn for a cell. A number is one of the question, or any of the size that such numbers have here."""
    match cell:
        case Choose(options=options):
            return random.choice(list(options))
        case Text():
            return _word(said, random)
    if seen and random.random() < 0.5:
        return random.choice([0, *seen])
    sizes = [abs(each) for each in said if each] or [1]
    if max(sizes) < 100 and all(type(each) is int for each in said):
        return random.randint(0, max(sizes) + 2)
    any_size = exp(random.uniform(log(min(sizes) / 2), log(max(sizes) * 2)))
    return round(any_size) if all(type(each) is int for each in said) else round(any_size, 1)


def _word(said: list[str], random: Random) -> str:
    """A word that was said; for a digest another one of its length."""
    word = random.choice(said)
    before, digits = word[: -len(word.rpartition(":")[2])], word.rpartition(":")[2]
    if re.fullmatch(r"[0-9a-f]{7,}", digits):
        return before + "".join(random.choice("0123456789abcdef") for _ in digits)
    return word


def _moves(goal: Goal, random: Random) -> str:
    """Up to six commands on the paths of a level."""
    trees = [*goal.layers, *goal.places.values()]
    paths = sorted({path.rstrip("/") for tree in trees for path in tree} | {"/tmp"})
    moves = ["rm {0}", "rm -r {0}", "touch {0}", "cat {0}", "mkdir {0}", "echo apple > {0}", "chmod 600 {0}"]
    moves += ["mv {0} {1}", "cp {0} {1}", "ln {0} {1}", *[COMMIT] * goal.commits]

    def move() -> str:
        line = random.choice(moves).format(random.choice(paths), random.choice(paths))
        return f"{random.choice(goal.containers)}: {line}" if goal.containers else line

    return "\n".join(move() for _ in range(random.randint(1, 6)))


def _lines(known: Sequence[str], random: Random) -> str:
    """Some of the known lines in any order, with the paths in them exchanged as often as not."""
    lines = sorted({line for each in known for line in each.splitlines() if line.strip() and not line.startswith("#")})
    paths = sorted({word for line in lines for word in line.split() if word.startswith("/")})

    def changed(line: str) -> str:
        return " ".join(
            random.choice(paths) if word.startswith("/") and random.random() < 0.5 else word for word in line.split(" ")
        )

    return "\n".join(changed(line) for line in random.sample(lines, random.randint(1, min(6, len(lines)))))


def possible(exercise: Exercise, case: Case) -> int:
    """How many answers there are, at most OPEN."""
    form, count = exercise.shape(case), 1
    match form:
        case Fill(columns=columns):
            for key in cells(exercise.truth(case)):
                cell = columns[key.rpartition("/")[2]]
                count *= len(cell.options) if isinstance(cell, Choose) else OPEN
            return min(count, OPEN)
        case Choose(options=parts, many=many) | Pick(items=parts, many=many):
            return 2 ** len(parts) if many else len(parts)
        case Arrange(items=items):
            return min(factorial(len(items)), OPEN)
    return OPEN


def asked() -> list[Exercise]:
    """The course's exercises that are answered by values."""
    return [each for each in catalogue.exercises().values() if each.kind is not Kind.PROSE and each.function is None]


def shares(rows: Sequence[Row]) -> dict[bool, tuple[int, int]]:
    """How many answers were wrong, and for how many a belief was named: where there are MANY possible ones, and elsewhere."""
    return {
        some: (
            sum(row.wrong for row in rows if (row.possible >= MANY) is some),
            sum(row.named.total() for row in rows if (row.possible >= MANY) is some),
        )
        for some in (True, False)
    }


def never(source: str, name: str, inputs: Any, *, seconds: float, before: Any = (), served: Any = ()) -> Ran:
    raise TypeError("a value is not run")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints, an exercise a line where a belief was named, and the sums. Returns 1 where it is too often."""
    parser = argparse.ArgumentParser(prog="python -m tests.exercises.random_answers", description=__doc__)
    parser.add_argument("--each", type=int, default=30, help="how many answers to draw for an exercise")
    parser.add_argument("--json", metavar="FILE", help="keep the result in this file")
    parser.add_argument("ids", nargs="*", help="exercises; all if none is named")
    given = parser.parse_args(arguments)
    rows = []
    for exercise in [catalogue.exercise(id) for id in given.ids] or asked():
        row = measured(exercise, "random", given.each)
        rows.append(row)
        told = ", ".join(f"{id} {count}" for id, count in sorted(row.named.items()))
        against = f"; contradicted: {', '.join(sorted(set(row.contradicted)))}" if row.contradicted else ""
        print(f"{row.exercise}: {row.named.total()} of {row.wrong}{told and f': {told}'}{against}", flush=True)
    sums = shares(rows)
    for some, (wrong, found) in sums.items():
        share = found / wrong if wrong else 0.0
        print(f"{'at least' if some else 'fewer than'} {MANY:,} answers: {found} of {wrong}, {share:.1%}")
    if given.json:
        told_rows = [
            {"exercise": row.exercise, "possible": row.possible, "wrong": row.wrong, "named": row.named.total()}
            for row in rows
        ]
        said = {"date": time.strftime("%Y-%m-%d"), "each": given.each, "exercises": told_rows}
        Path(given.json).write_text(json.dumps(said, indent=1) + "\n", "utf-8")
    return 1 if sums[True][1] >= 0.03 * sums[True][0] or any(row.contradicted for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
