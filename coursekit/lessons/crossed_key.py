"""Each kind over each kind: small stacks in which whatever a layer can hold lies over whatever another one can.

    upper   nothing  file  dir  opaque  whiteout          at the path itself, and at its directory
    lower   nothing  file  dir  opaque  whiteout          a third layer lies above, between or below

A rule of a union file system says what one kind does to another. Stacks by chance leave some pairs out, and with them
a rule that somebody got wrong. Neighbours: `stacks` (what a layer is), `telling` (words for the letters).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from random import Random

from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Node, Tree

NOTHING = ""
KINDS: tuple[Node, ...] = (NOTHING, b"1", DIRECTORY, OPAQUE, None)
_FILE, _DIRECTORIES = 1, (2, 2, 3)  # of KINDS; by chance
TRIES = 40  # stacks of one pair, until one is valid; some pairs cannot be, such as a whiteout below all others

Asked = tuple[list[Tree], str]
Layer = tuple[int, int, bool]  # what lies at /a and what in it, by their places in KINDS, and whether files are empty
Valid = Callable[[list[Tree], str], bool]


def crossed(random: Random, valid: Valid | None = None, *, layers: int = 3, times: int = 1) -> list[Asked]:
    """Stacks, top first, with the path to ask for, `/a` or `/a/b`: every pair that is `valid` (None: all are), `times` times each.

    Of `/a`, asked itself; of `/a`, where `/a/b` is asked; and of `/a/b` in directories that both layers have. What
    `valid` says of a stack is remembered: a function of a module, not one that is made for each call.
    """
    found = []
    for inside, path in ((False, "/a"), (False, "/a/b"), (True, "/a/b")):
        for pair in product(range(len(KINDS)), repeat=2):
            for _ in range(times):
                tried = (_layers(random, pair, layers, inside) for _ in range(TRIES))
                found += next(([(_stack(one), path)] for one in tried if not valid or _fits(valid, one, path)), [])
    return found


@lru_cache(maxsize=1 << 14)
def _fits(valid: Valid, layers: tuple[Layer, ...], path: str) -> bool:
    return valid(_stack(layers), path)


def _layers(random: Random, pair: tuple[int, ...], layers: int, inside: bool) -> tuple[Layer, ...]:
    """One kind over the other, in two layers by chance; the others, and what lies in the directories, by chance.

    Some thousand stacks are tried for an answer: numbers are drawn here, just as `sample` and `choice` draw them.
    """
    bits, chance = random.getrandbits, random.random

    def below(most: int) -> int:
        size = most.bit_length()
        while (number := bits(size)) >= most:
            pass
        return number

    one, other = below(layers), below(layers - 1)
    other = layers - 1 if other == one else other
    upper, lower = min(one, other), max(one, other)
    found = []
    for number in range(layers):
        while (kind := bits(3)) >= len(KINDS):
            pass
        while (child := bits(3)) >= len(KINDS):
            pass
        if number in (upper, lower):
            mine = pair[number == lower]
            kind, child = (_DIRECTORIES[below(3)], mine) if inside else (mine, child)
        if kind not in _DIRECTORIES:
            child = 0
        found.append((kind, child, chance() < 0.25 and _FILE in (kind, child)))
    return tuple(found)


def _stack(layers: Sequence[Layer]) -> list[Tree]:
    """`/a`, and where it is a directory `/a/b`. The contents of a file tell its layer; some files are empty."""
    stack = []
    for number, (kind, child, empty) in enumerate(layers):
        data = b"" if empty else f"{number}".encode()
        tree: Tree = {}
        for path, node in (("/a", KINDS[kind]), ("/a/b", KINDS[child])):
            if node == NOTHING:
                break
            tree[path] = data if isinstance(node, bytes) else node
            if not isinstance(node, str):
                break
        stack.append(tree)
    return stack


def kinds_at(stack: Sequence[Tree], path: str) -> list[str]:
    """What each layer has at a path, in a word.

    >>> kinds_at([{"/a": None}, {}, {"/a": b"1"}], "/a")
    ['whiteout', 'nothing', 'file']
    """
    words = {None: "whiteout", NOTHING: "nothing", DIRECTORY: "directory", OPAQUE: "opaque"}
    nodes = [tree.get(path, NOTHING) for tree in stack]
    return ["file" if isinstance(node, bytes) else words[node] for node in nodes]
