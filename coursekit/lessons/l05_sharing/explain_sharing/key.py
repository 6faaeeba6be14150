"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "read-only": r"read-?only|can(not| be| never be)? (be )?changed|immutable|unchang|never change",
        "own-layer": r"\bown (\w+ )?layer|copy-?up|copied up|upperdir|(writable|container) layer",
        "memory": r"\b(memory|page cache|ram)\b",
        "wire": r"\b(push(es)?|pulls?|network|digests?|travels?|downloads?|sends?)\b",
        "limit": r"\bnot share|\bdifferent\b|\blimits?\b|\b(btrfs|vfs|devicemapper)\b|\brebuil",
    }
)
