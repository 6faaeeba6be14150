"""filelock, without a word where it has only its softer lock: Windows has another one, and a browser's Python none.

Neighbours: store and the files of containers, which lock what several processes write.
"""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "only soft file lock is available")
    from filelock import FileLock, Timeout

__all__ = ["FileLock", "Timeout"]
