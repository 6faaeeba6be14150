"""A directory that was deleted and made again is opaque.

Source: Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """Delete it, make it again, fill it."""
    return f"rm -r {case['place']}\nmkdir {case['place']}\necho {case['text']} > {case['new']}"


def _one_by_one(case: Case) -> str:
    """Each file is deleted by itself: whiteouts, and no opaque directory."""
    gone = [f"rm {path}" for path in case["layers"][0]]
    return "\n".join([*gone, f"echo {case['text']} > {case['new']}"])


KEY = key(truth, Wrong("opaque-is-many-whiteouts", _one_by_one))
