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
    """What is deleted is taken to be gone from the image."""
    return f"echo {case['text']} > {case['path']}\nrm {case['path']}\ncommit"


KEY = key(truth, Wrong("later-rm-shrinks", _once))
