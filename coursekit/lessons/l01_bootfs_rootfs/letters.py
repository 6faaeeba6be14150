"""Letters for items, drawn anew for each learner: who knows another's answer knows nothing of their own.

case["letters"]   {"a": "kernel", "b": "firmware", …}
"""

from collections.abc import Iterable
from random import Random
from string import ascii_lowercase

from coursekit.exercises.model import Case


def lettered(random: Random, keys: Iterable[str]) -> dict[str, str]:
    """Each key under a letter, in an order of chance.

    >>> sorted(lettered(Random(1), ["x", "y"]).items())[0][0]
    'a'
    """
    mixed = list(keys)
    random.shuffle(mixed)
    return dict(zip(ascii_lowercase, mixed, strict=False))


def letters_of(case: Case, keys: Iterable[str]) -> list[str]:
    """The letters of `keys`, in the order of `keys`; of a key that this case has not, none."""
    by_key = {key: letter for letter, key in case["letters"].items()}
    return [by_key[key] for key in keys if key in by_key]
