"""Each kind over each kind: small stacks in which whatever a layer can hold lies over whatever another one can.

    upper   nothing  file  dir  opaque  whiteout          at the path itself, and at its directory
    lower   nothing  file  dir  opaque  whiteout          a third layer lies above, between or below

A rule of a union file system says what one kind does to another. Stacks by chance leave some pairs out, and with them
a rule that somebody got wrong. Neighbours: `stacks` (what a layer is), `telling` (words for the letters).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from random import Random

from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Node, Tree

NOTHING = ""
KINDS: tuple[Node, ...] = (NOTHING, b"1", DIRECTORY, OPAQUE, None)
TRIES = 40  # stacks of one pair, until one is valid; some pairs cannot be, such as a whiteout below all others

Asked = tuple[list[Tree], str]


def crossed(
    random: Random, valid: Callable[[list[Tree], str], bool], *, layers: int = 3, times: int = 1
) -> list[Asked]:
    """Stacks, top first, with the path to ask for, `/a` or `/a/b`: every pair that is `valid`, `times` times each.

    Of `/a`, asked itself; of `/a`, where `/a/b` is asked; and of `/a/b` in directories that both layers have.
    """
    found = []
    for inside, path in ((False, "/a"), (False, "/a/b"), (True, "/a/b")):
        for pair in product(KINDS, KINDS):
            for _ in range(times):
                tried = ((_stack(random, pair, layers, inside), path) for _ in range(TRIES))
                found += next(([one] for one in tried if valid(*one)), [])
    return found


def _stack(random: Random, pair: tuple[Node, Node], layers: int, inside: bool) -> list[Tree]:
    """One kind over the other, in two layers by chance; the others, and what lies in the directories, by chance."""
    places = dict(zip(sorted(random.sample(range(layers), 2)), pair, strict=True))
    stack = []
    for number in range(layers):
        kind, child = random.choice(KINDS), random.choice(KINDS)
        if number in places and inside:
            kind, child = random.choice((DIRECTORY, DIRECTORY, OPAQUE)), places[number]
        elif number in places:
            kind = places[number]
        empty = random.random() < 0.25
        stack.append(dict(_entries(b"" if empty else f"{number}".encode(), kind, child)))
    return stack


def _entries(data: bytes, kind: Node, child: Node) -> Iterator[tuple[str, Node]]:
    """`/a`, and where it is a directory `/a/b`. The contents of a file tell its layer; some files are empty."""
    for path, node in (("/a", kind), ("/a/b", child)):
        if node == NOTHING:
            return
        yield path, data if isinstance(node, bytes) else node
        if not isinstance(node, str):
            return


def kinds_at(stack: Sequence[Tree], path: str) -> list[str]:
    """What each layer has at a path, in a word.

    >>> kinds_at([{"/a": None}, {}, {"/a": b"1"}], "/a")
    ['whiteout', 'nothing', 'file']
    """
    words = {None: "whiteout", NOTHING: "nothing", DIRECTORY: "directory", OPAQUE: "opaque"}
    nodes = [tree.get(path, NOTHING) for tree in stack]
    return ["file" if isinstance(node, bytes) else words[node] for node in nodes]
