"""Lesson 00, the tools on one page: two exercises for practice, which no class marks.

Their module is `start_tools`.
"""

from coursekit.exercises.lessons import start_tools

EXERCISES = (start_tools.TRY_PICK, start_tools.TRY_FUNCTION)
