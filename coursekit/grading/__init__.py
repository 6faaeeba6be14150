"""Grading: answers cross the wall, verdicts do not.

    notebook ──evidence──> gathering ──JSON──> judge, a clean process ──verdicts──> gradebook, feedback
                                                └─ a function's source ──> runner ──> box

What a student's process printed counts for nothing; what it says the answer *is* gets judged, on that student's
own variant, and a function on inputs that the course secret seeds. `nbgrader` is the bridge; `check` does one file.

Simplified: the notebook itself runs unboxed, as whoever grades, and could read the course secret or the gradebook.

Floor 8.
"""
