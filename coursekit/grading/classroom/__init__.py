"""A whole class: what is let in, many submissions at once, nbgrader's steps, the gradebook, and what others read of it.

    admit (the door) ── batch (a class; one exercise again), autograde (nbgrader's, behind the door; one at a time)
    pool ──> worker: restore, steps, from what was handed in to the graded notebook
    course: the course's side of a lesson         weights: a teacher's choice        release: what students get
    gradebook ── summary ── sheets, pages         sanitize_html: pages               sample: a class to try it on

Neighbours: `sandbox`, `judging`. Besides `coursekit.grading.nbgrader`, this room alone imports nbgrader.
"""

import sys

# jsonschema, which nbformat and nbgrader import, compiles a grammar of identifiers when that package is there: two
# seconds in each process, for a format that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
