"""Lesson 04, copy-on-write, first half: its exercises, in the order in which the lesson meets them.

Floor 7 (exercises); data. By topic: `cow_operations`, `cow_price`, `cow_life`, `cow_function`.
Source: Linux overlayfs.rst; SEMANTICS of the engine, proved against the kernel; docker's storage driver pages.
"""

from coursekit.exercises.lessons import cow_function, cow_life, cow_operations, cow_price

EXERCISES = (
    cow_operations.FOUR_OPERATIONS,
    cow_operations.DIFF_LINES,
    cow_price.FIRST_BYTE,
    cow_price.RM_AND_SPACE,
    cow_function.COPY_UP,
    cow_life.WHAT_IS_LEFT,
    cow_life.NOTE_CORRECTED,
)
