"""What changes a file's times or mode copies the file up; what reads it does not.

Source: Linux Documentation/filesystems/overlayfs.rst, "Non-directories".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """Its times change, and none of its bytes."""
    return f"touch {case['path']}"


def _read(case: Case) -> str:
    """Reading is taken to copy up."""
    return f"cat {case['path']}"


KEY = key(truth, Wrong("reading-copies-up", _read))
