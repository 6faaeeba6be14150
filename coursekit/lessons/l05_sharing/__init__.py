"""Lesson 05, sharing: its exercises, in the order in which the lesson meets them."""

LESSON = "05-sharing"
EXERCISES = (
    "stored-once",
    "real-sharing",
    "two-containers",
    "level-two-containers",
    "level-own-trees",
    "page-cache",
    "pull-plan",
    "what-moves",
    "order-to-share",
    "explain-sharing",
)
