"""The topmost layer that has the path answers.

Source: Linux overlayfs.rst, "Upper and Lower".
"""

from coursekit.exercises.rules import Key, Wrong

KEY = Key(
    truth=lambda case: case["holders"][0],
    wrong=(Wrong("bottom-wins", lambda case: case["holders"][-1]),),
)
