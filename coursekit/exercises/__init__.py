"""Exercises: asked, answered, judged and explained; the same on a learner's machine and in a class.

To add one:

 1. In the lesson's module (`lessons/l06.py` lists them) write an `Exercise`, see `model`: `make` draws a variant from a
    Random, `truth` answers it, `form` says what an answer looks like. A judge of your own returns claims (`expect`);
    without one the form compares, cell by cell.
 2. Give each belief that leads astray a `WrongModel`; its `Misconception` stands in `misconceptions`.
 3. Two to four hints, from a question to a pointer; an explanation, which is shown after success too.
 4. `proof.faults` runs on it in the lesson's tests: fifty seeds; unsolved 0, solved full, a wrong model less and named.
 5. In the source notebook: `ck.question("id")`; an answer cell with grade_id `id-answer`, its solution between
    ### BEGIN SOLUTION and ### END SOLUTION; a locked grade cell with grade_id `id`, the exercise's points, and
    `ck.check("id", answer)` as its last expression (the function instead of `answer` where one is asked for).
    Words are one cell, both solution and grade, with grade_id `id`; `ck.check` in a locked cell below gives no mark.
 6. `coursekit release`; the tests of tests/classroom hold cells, points and marks to all this.

Pure, but for `session`, `answers` and `progress`.
"""
