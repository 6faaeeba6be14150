"""A whiteout hides one name, and no other.

Source: Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """One file, one whiteout."""
    return f"rm {case['gone']}"


def _typed(case: Case) -> str:
    """The archive's spelling of a whiteout, made by hand."""
    above, _, name = case["gone"].rpartition("/")
    return f"touch {above}/.wh.{name}"


def _emptied(case: Case) -> str:
    """Deleting is taken for emptying a file."""
    return f"echo > {case['gone']}"


KEY = key(
    truth,
    Wrong("marks-are-typed", _typed),
    Wrong("empty-file-deletes", _emptied),
)
