"""Lesson 00, the tools on one page: two exercises for practice, which no class marks."""

LESSON = "00-start"
EXERCISES = ("try-pick", "try-function")
