"""Grading: answers cross the wall, verdicts do not.

    submission ──> box ──outputs──> gathering ──JSON──> judge, a clean process ──verdicts──> gradebook, feedback
                                                         └─ a function's source ──> a box of its own

    boxes ── zygote ── nest ── linux     warm processes that fork a box for each submission and each function
    submission, worker, pool, cluster    one submission from notebook to verdicts, and where that is done
    nbgrader/                            the bridge: the steps of autograde, a whole class, one exercise again
    summary, sheets, sample              a class at a glance, for other programs, and one to try it on

What a student's process printed counts for nothing; what it says the answer *is* gets judged, on that student's own
variant, and a function on inputs that the course secret seeds. `check` judges one file, `runner` an instant check.

Simplified: the memory of kernel objects (socket and pipe buffers) counts towards no limit of a box but the number of
its descriptors and processes. Where a kernel or a container lets bubblewrap make no nested namespaces, nothing is
graded unless `--box none` is said.
"""
