"""Which hint comes next: one that the last attempt calls for, else the next on the way from a question to a pointer."""

from collections.abc import Collection, Sequence

from coursekit.exercises.model import Exercise


def next_hint(exercise: Exercise, given: Collection[int], shown: Sequence[str]) -> int | None:
    """The index of the next hint; `given` were given before, `shown` is what the last attempt showed. None: no more.

    A hint with `after` that the attempt did not call for waits until the others are used up.
    """
    left = [at for at in range(len(exercise.hints)) if at not in given]
    for sign in shown:
        for at in left:
            if exercise.hints[at].after == sign:
                return at
    general = [at for at in left if not exercise.hints[at].after]
    return next(iter(general or left), None)
