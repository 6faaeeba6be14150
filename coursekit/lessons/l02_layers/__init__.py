"""Lesson 02, layers: its exercises, in the order in which the lesson meets them."""

LESSON = "02-layers"
EXERCISES = (
    "mysql-by-commit",
    "mysql-by-dockerfile",
    "instruction-layers",
    "what-starts",
    "cache-steps",
    "commit-save-export",
    "level-changeset",
    "level-two-layers",
    "parent-and-base",
    "chain-id",
    "recompute-id",
)
