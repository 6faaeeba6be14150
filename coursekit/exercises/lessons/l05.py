"""Lesson 05, sharing: its exercises, in the order in which the lesson meets them.

By topic: `share_disk`, `share_running`, `share_wire`, `share_words`.
"""

from coursekit.exercises.lessons import share_disk, share_running, share_wire, share_words

EXERCISES = (
    share_disk.STORED_ONCE,
    share_disk.REAL_SHARING,
    share_running.TWO_CONTAINERS,
    share_running.PAGE_CACHE,
    share_wire.PULL_PLAN,
    share_wire.WHAT_MOVES,
    share_disk.ORDER_TO_SHARE,
    share_words.EXPLAIN_SHARING,
)
