"""Lesson 07, "build your own": a union file system in nine functions, each on those before it, and a report.

By topic: `own_looking`, `own_changing`, `own_directories`, `own_report`.
"""

from coursekit.exercises.lessons import own_changing, own_directories, own_looking, own_report

EXERCISES = (*own_looking.EXERCISES, *own_changing.EXERCISES, *own_directories.EXERCISES, *own_report.EXERCISES)
