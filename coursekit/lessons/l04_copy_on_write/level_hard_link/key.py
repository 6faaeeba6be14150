"""An opaque directory and one file with two names.

Source: Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories"; link(2).
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """The directory anew, the file, and its second name."""
    return "\n".join(
        [
            f"rm -r {case['place']}",
            f"mkdir {case['place']}",
            f"echo {case['text']} > {case['one']}",
            f"ln {case['one']} {case['two']}",
        ]
    )


def _shown(case: Case) -> str:
    """A directory that is made again is taken to show what it had, so each file is deleted by itself."""
    gone = [f"rm {path}" for path in case["layers"][0]]
    return "\n".join([*gone, *truth(case).splitlines()[2:]])


def _made_over_it(case: Case) -> str:
    """mkdir is taken to begin the directory anew."""
    return "\n".join(truth(case).splitlines()[1:])


def _by_symlink(case: Case) -> str:
    return truth(case).replace("\nln ", "\nln -s ")


def _by_copy(case: Case) -> str:
    return truth(case).replace("\nln ", "\ncp ")


KEY = key(
    truth,
    Wrong("opaque-is-many-whiteouts", _shown),
    Wrong("mkdir-hides", _made_over_it),
    Wrong("symlink-is-a-second-name", _by_symlink),
    Wrong("copy-is-a-second-name", _by_copy),
)
