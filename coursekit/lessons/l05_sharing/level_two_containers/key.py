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


KEY = key(truth, Wrong("containers-share-the-writable-layer", _once))
