"""Added, changed, deleted: three commands, and the upperdir is the changeset.

Source: OCI image-spec layer.md, "Change Types".
"""

from coursekit.exercises.levels import key
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Wrong


def truth(case: Case) -> str:
    """One command for each change."""
    return f"echo {case['text']} > {case['added']}\necho {case['more']} >> {case['changed']}\nrm {case['gone']}"


def _emptied(case: Case) -> str:
    """Deleting is taken for emptying a file."""
    return f"{truth(case).rpartition(chr(10))[0]}\necho > {case['gone']}"


KEY = key(truth, Wrong("empty-file-deletes", _emptied))
