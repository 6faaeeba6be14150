"""Lesson 07, build your own: a union file system in nine functions, each on those before it, and a report."""

LESSON = "07-build-your-own"
EXERCISES = (
    "own-lookup",
    "own-readdir",
    "own-read",
    "own-copy-up",
    "own-write",
    "own-unlink",
    "own-mkdir",
    "own-rmdir",
    "own-rename",
    "own-lost",
    "own-report",
)
