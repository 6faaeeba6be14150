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


def _typed(case: Case) -> str:
    """The archive's spelling of a whiteout, made by hand."""
    above, _, name = case["gone"].rpartition("/")
    return f"{truth(case).rpartition(chr(10))[0]}\ntouch {above}/.wh.{name}"


def _begun_anew(case: Case) -> str:
    """`>` is taken to append."""
    return truth(case).replace(">>", ">")


KEY = key(
    truth,
    Wrong("empty-file-deletes", _emptied),
    Wrong("marks-are-typed", _typed),
    Wrong("redirect-appends", _begun_anew),
)
