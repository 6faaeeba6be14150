"""The nine functions of the lesson, in the order in which they are written: each may call those before it."""

STEPS = ("lookup", "readdir", "read", "copy_up", "write", "unlink", "mkdir", "rmdir", "rename")


def id_of(step: str) -> str:
    """The id of a step's exercise.

    >>> id_of("copy_up")
    'own-copy-up'
    """
    return f"own-{step.replace('_', '-')}"


def earlier(step: str) -> tuple[str, ...]:
    """The ids of the exercises before a step's, in order.

    >>> earlier("read")
    ('own-lookup', 'own-readdir')
    """
    return tuple(map(id_of, STEPS[: STEPS.index(step)]))
