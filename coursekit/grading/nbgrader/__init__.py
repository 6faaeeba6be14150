"""The bridge to nbgrader, by its own extension points. The only folder that imports it.

    generate_assignment   Weigh            the teacher's exercises.toml: what is left out, other points
                          Stubs            solutions become `answer = ...` or an empty body
    autograde, sanitise   KeepSaved        what the submitted outputs claim, before they are cleared; Restore
    autograde             Run, then Judge  in a box; a verdict replaces what the grade cell shows; SaveAutoGrades; Flag
    generate_feedback     HideFlags, Fence what is for the grader alone goes; nothing that a student wrote is run

A step and no kernel provisioner: a provisioner owes Jupyter a kernel that answers on sockets, so a box would need a
way out for them, and each submission the start and the stop of a kernel, which is most of what grading costs. A step
in nbgrader's own lists needs neither, and is the same for `nbgrader autograde`, formgrader's button and `coursekit
grade`: all three run in the warm boxes, and get the same marks.

`configure` sets a course up; `grading` runs a class; `regrading` mends one exercise; `reading` reads the gradebook.
Marks come from `coursekit.grading.judge`, a process of its own. Floor 8 (grading).
"""

from coursekit.grading.nbgrader.configuration import configure, generate

__all__ = ["configure", "generate"]
