"""The lessons' exercises: one folder a lesson, one folder an exercise. README.md says how one is written."""
