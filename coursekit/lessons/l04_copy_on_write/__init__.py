"""Lesson 04, copy-on-write: its exercises, in the order in which the lesson meets them."""

LESSON = "04-copy-on-write"
EXERCISES = (
    "four-operations",
    "diff-lines",
    "first-byte",
    "what-copies-up",
    "driver-price",
    "hard-links",
    "moves",
    "level-same-copy",
    "level-hard-link",
    "copy-up",
    "rm-and-space",
    "later-rm",
    "diff-from-upper",
    "what-is-left",
    "note-corrected",
)
