"""Ids and names of containers: 64 hexadecimal digits, and `adjective_surname` where none is given.

Source: docker's pkg/namesgenerator has the idea; the words are ours.
"""

import re
import secrets
from collections.abc import Callable, Collection

from coursekit.errors import Conflict, CourseError

ADJECTIVES = (  # noqa: SIM905 - words read better than a list of strings
    "agile amber bold brave bright brisk calm candid careful cheerful clear clever cosy curious daring deft "
    "eager earnest elated fair fleet fond gentle gifted glad graceful happy hopeful humble jolly keen kind "
    "lively lucid merry modest musing neat nimble patient placid playful polite proud quick quiet ready serene "
    "sharp shining silent sober steady sunny swift tender thrifty trusting upbeat vivid warm wise witty "
    "zealous"
).split()
SURNAMES = (  # noqa: SIM905
    "abel ada bardeen bell bohr boole borg bose carson cerf chandrasekhar curie darwin dijkstra dirac easley "
    "einstein euclid euler faraday fermat fermi feynman galileo gauss germain goodall haber hamilton hawking "
    "hertz hopper hugle hypatia jackson jang johnson kalam kepler khorana kilby knuth kowalevski lamarr "
    "lamport leakey lovelace maxwell mccarthy meitner mendel mirzakhani moore morse newton noether pascal "
    "pasteur perlman planck ramanujan raman ritchie rosalind rubin shannon tesla thompson torvalds turing "
    "volta wing wu yonath"
).split()
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def new_id() -> str:
    """A container's id: 64 random hexadecimal digits."""
    return secrets.token_hex(32)


def new_name(taken: Collection[str] = (), choose: Callable[[int], int] = secrets.randbelow) -> str:
    """A name such as `keen_feynman` that is not `taken`; `choose(n)` gives a number below n.

    >>> new_name(choose=lambda n: 0)
    'agile_abel'
    """
    name = ""
    for attempt in range(12):
        name = f"{ADJECTIVES[choose(len(ADJECTIVES))]}_{SURNAMES[choose(len(SURNAMES))]}"
        if attempt >= 6:
            name += str(choose(10))
        if name not in taken:
            return name
    number = 0
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def valid_name(name: str, taken: Collection[str] = ()) -> str:
    """The name, if docker would take it and nobody has it. Raises: CourseError, Conflict."""
    if not NAME.fullmatch(name):
        raise CourseError(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    if name in taken:
        raise Conflict(
            f'Conflict. The container name "/{name}" is already in use. Remove or rename that container first.'
        )
    return name
