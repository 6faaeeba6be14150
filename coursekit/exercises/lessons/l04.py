"""Lesson 04, copy-on-write: its exercises, in the order in which the lesson meets them.

By topic: `cow_operations`, `cow_price`, `cow_drivers`, `cow_names`, `cow_upper`, `cow_life`,
`cow_function`. Source: Linux overlayfs.rst; the sixty behaviours of coursekit/union/README.md; docker's storage driver
pages.
"""

from coursekit.exercises.lessons import (
    cow_drivers,
    cow_function,
    cow_life,
    cow_names,
    cow_operations,
    cow_price,
    cow_upper,
)

EXERCISES = (
    cow_operations.FOUR_OPERATIONS,
    cow_operations.DIFF_LINES,
    cow_price.FIRST_BYTE,
    cow_drivers.WHAT_COPIES_UP,
    cow_drivers.DRIVER_PRICE,
    cow_names.HARD_LINKS,
    cow_names.MOVES,
    cow_function.COPY_UP,
    cow_price.RM_AND_SPACE,
    cow_upper.LATER_RM,
    cow_upper.DIFF_FROM_UPPER,
    cow_life.WHAT_IS_LEFT,
    cow_life.NOTE_CORRECTED,
)
