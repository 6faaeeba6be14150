"""Lesson 03, the union of layers: its exercises, in the order in which the lesson meets them."""

LESSON = "03-union"
EXERCISES = (
    "who-answers",
    "lowerdir-order",
    "merged-tree",
    "lookup",
    "readdir",
    "whiteout-entries",
    "mend-unpack",
    "opaque-or-whiteouts",
    "level-hidden",
    "level-opaque",
    "design-layer",
    "tools-disagree",
)
