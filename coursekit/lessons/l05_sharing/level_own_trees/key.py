"""One base, two trees.

Source: Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """A whiteout here, an opaque directory there."""
    other = case["other"]
    return "\n".join(
        [
            f"{case['one']}: rm {case['gone']}",
            f"{other}: rm -r {case['place']}",
            f"{other}: mkdir {case['place']}",
            f"{other}: echo {case['text']} > {case['new']}",
        ]
    )


def _shown(case: Case) -> str:
    """Each file is deleted by itself: whiteouts, and no opaque directory."""
    other = case["other"]
    gone = [f"{other}: rm {path}" for path in case["layers"][0]]
    return "\n".join([f"{case['one']}: rm {case['gone']}", *gone, f"{other}: echo {case['text']} > {case['new']}"])


def _in_one(case: Case) -> str:
    """Both are taken to have one tree."""
    return truth(case).replace(f"{case['other']}: ", f"{case['one']}: ")


KEY = key(
    truth,
    Wrong("opaque-is-many-whiteouts", _shown),
    Wrong("containers-share-the-writable-layer", _in_one),
)
