"""Grading: answers cross the wall, verdicts do not. Three rooms, each knowing those above it alone.

    sandbox     boxes: warm processes that fork one for each submission and each function
                boxes (the grader's end) ── zygote ── namespaces     places (what a box is shown)
    judging     read_notebook ──> notebook (what is found of an answer), read_answers (in plain sight) ──> judge ──> verdicts
    classroom   batch (a whole class) ──JSON──> worker (one submission, in a process) ──> gradebook, pages, sheets, …

`nbgrader` is what a course's nbgrader_config.py calls; `judging.check` judges one file; `sandbox.function_runner` is
behind an instant check too.

What a student's process printed counts for nothing; what it says the answer *is* gets judged, on that student's own
variant, and a function on inputs that the course secret seeds.

Simplified: the memory of kernel objects (socket and pipe buffers) counts towards no limit of a box but the number of
its descriptors and processes. Where a kernel or a container lets bubblewrap make no nested namespaces, nothing is
graded unless `--box none` is said.
"""
