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


def _made_over_it(case: Case) -> str:
    """mkdir is taken to begin the directory anew."""
    return "\n".join(truth(case).splitlines()[1:])


def _without_mkdir(case: Case) -> str:
    """The directory is taken to come with its file."""
    return "\n".join(line for line in truth(case).splitlines() if not line.startswith("mkdir"))


def _typed(case: Case) -> str:
    """The archive's mark, made by hand in a directory that is opaque already."""
    return f"{truth(case)}\ntouch {case['place']}/.wh..wh..opq"


KEY = key(
    truth,
    Wrong("opaque-is-many-whiteouts", _one_by_one),
    Wrong("mkdir-hides", _made_over_it),
    Wrong("parents-are-made", _without_mkdir),
    Wrong("marks-are-typed", _typed),
)
