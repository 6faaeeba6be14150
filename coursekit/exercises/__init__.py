"""Exercises: asked, answered, judged and explained; the same on a learner's machine and in a class.

To add one, see `coursekit/lessons/README.md`: its folder has a case (what is asked), a key (what is true) and a text. Then, in
the source notebook: `ck.question("id")`; an answer cell with grade_id `id-answer`, its solution between
### BEGIN SOLUTION and ### END SOLUTION; a locked grade cell with grade_id `id`, the exercise's points, and
`ck.check("id")` as its last expression (`ck.check("id", function)` where one is asked for; else it takes the variable that is
named as the exercise, with `_` for `-`). Words are one
cell, both solution and grade, with grade_id `id`; `ck.check` in a locked cell below gives no mark. At last
`coursekit release`; the tests of tests/classroom hold cells, points and marks to all this.

Pure, but for `session`, `answers` and `progress`.
"""
