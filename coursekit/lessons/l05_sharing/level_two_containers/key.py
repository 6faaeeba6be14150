"""Each container has a writable layer of its own.

Source: docker's storage driver page, "Container and layers".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """The same in each of them."""
    return "\n".join(f"{name}: echo {case['text']} > {case['path']}" for name in case["containers"])


def _once(case: Case) -> str:
    """Both are taken to write into one layer."""
    return truth(case).splitlines()[0]


def _read(case: Case) -> str:
    """Reading is taken to bring the file up."""
    return "\n".join(f"{name}: cat {case['path']}" for name in case["containers"])


KEY = key(truth, Wrong("containers-share-the-writable-layer", _once), Wrong("reading-copies-up", _read))
