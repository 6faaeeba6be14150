"""Two commits: what the first one kept, the second can only hide.

Source: docker container commit; OCI image-spec layer.md, "Whiteouts".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """Write, commit, delete, commit."""
    return f"echo {case['text']} > {case['path']}\ncommit\nrm {case['path']}\ncommit"


def _once(case: Case) -> str:
    """A commit is taken to keep what came and went before it."""
    return f"echo {case['text']} > {case['path']}\nrm {case['path']}\ncommit"


KEY = key(truth, Wrong("layers-record-commands", _once))
