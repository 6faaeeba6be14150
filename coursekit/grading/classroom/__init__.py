"""A whole class: what is let in, many submissions at once, nbgrader's steps, the gradebook, and what others read of it.

    admit ── autograde (nbgrader's, behind the door) ── batch (a class), regrade (one exercise)     lock: one at a time
    worker: a submission from notebook to verdicts ── pool: where workers are
    steps, restore: what a notebook passes         weights: a teacher's choice        release: what students get
    gradebook ── summary ── sheets                 sanitize_html: pages                sample: a class to try it on

Neighbours: `sandbox`, `judging`. Besides `coursekit.grading.nbgrader`, this room alone imports nbgrader.
"""

import sys

# jsonschema, which nbformat and nbgrader import, compiles a grammar of identifiers when that package is there: two
# seconds in each process, for a format that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
