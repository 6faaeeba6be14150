"""What a Linux overlay mount answered: the traces by which lesson 07 judges, drawn under fresh names.

    coursekit/data/kernel/traces.json.gz    recorded as root by `python -m tests.exercises.lessons.record_kernel`

A trace is a question (operation, layers, paths) and the kernel's answer (value or errno, and the upperdir afterwards).
The kernel cares for no name and no content, so a trace is kept with names a, b, c … and lines 0, 1, 2 …; `draw`
gives it others, from a seed, and `recorded` finds the answer to a question under whatever names. Beside these stand
questions in which two traces share their layers: they are in no file, so that no table of the recordings has them,
and the course's own functions, which agree with the kernel on every trace, say their answers.

Reads one file of the package. Neighbour: `tree_key`.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import count, zip_longest
from random import Random
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.plain import decode
from coursekit.exercises.running import Refused, Result, Returned
from coursekit.lessons.crossed_key import crossed
from coursekit.lessons.l07_build_your_own.tree_key import valid

WORDS = (
    "app",
    "bin",
    "boot",
    "cache",
    "conf",
    "data",
    "dev",
    "etc",
    "home",
    "html",
    "lib",
    "log",
    "mail",
    "motd",
    "note",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "site",
    "srv",
    "tmp",
    "usr",
    "var",
    "web",
    "www",
)
BESIDE = 6  # questions that two traces make, beside one for each claim
CALLS = 24  # drawn by chance in one check, beside the telling ones

Args = list[Any]


@cache
def archive() -> dict[str, Any]:
    """The file: provenance, and traces as JSON."""
    path = files("coursekit").joinpath("data", "kernel", "traces.json.gz")
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def provenance() -> dict[str, Any]:
    """Which kernel answered, when, how it was mounted, how many questions."""
    return dict(archive()["provenance"])


@cache
def _traces() -> dict[str, dict[str, Mapping[str, Any]]]:
    """Operation → question as JSON → trace."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for trace in archive()["traces"]:
        found.setdefault(trace["op"], {})[_key(decode(trace["args"]))] = trace
    return found


def questions(operation: str) -> list[Args]:
    """All recorded arguments of an operation, in the names in which they are kept."""
    return [decode(trace["args"]) for trace in _traces().get(operation, {}).values()]


def telling(operation: str) -> list[tuple[Args, dict[str, str]]]:
    """The recorded questions that every learner is asked: each shows what some wrong program gets wrong.

    With each, names that are to be another one's and an `s`: `{"b": "a"}`.
    """
    found = (trace for trace in _traces().get(operation, {}).values() if "near" in trace)
    return [(decode(trace["args"]), dict(trace["near"])) for trace in found]


def answer_of(trace: Mapping[str, Any]) -> Result:
    """The kernel's answer, the arguments afterwards with it."""
    upper, lowers, *rest = decode(trace["args"])
    after = (decode(trace["after"]) if "after" in trace else upper, lowers, *rest)
    return Refused(trace["errno"], after) if "errno" in trace else Returned(decode(trace["value"]), after)


def recorded(operation: str) -> Callable[[Sequence[Any]], Result | None]:
    """A function that finds the kernel's answer to arguments, None where the kernel was not asked this."""

    def find(args: Sequence[Any]) -> Result | None:
        names, lines = naming(args)
        trace = _traces().get(operation, {}).get(_key(renamed(list(args), names, lines)))
        if trace is None:
            return None
        back = {new: old for old, new in names.items()}, {new: old for old, new in lines.items()}
        match answer_of(trace):
            case Returned(value, after):
                listed = sorted(back[0][name] for name in value) if operation == "readdir" else _back(value, *back)
                return Returned(listed, tuple(renamed(list(after), *back)))
            case Refused(number, after):
                return Refused(number, tuple(renamed(list(after), *back)))
        return None

    return find


def _back(value: Any, names: Mapping[str, str], lines: Mapping[bytes, bytes]) -> Any:
    return _line(value, lines) if isinstance(value, bytes) else value


def draw(operation: str, claim: Callable[[Sequence[Any]], str]) -> Callable[[Case, Random], list[Args]]:
    """Inputs for an exercise: the telling questions, then others, as many of each claim as can be had.

    All of them under names of the seed's.
    """

    @cache
    def groups() -> list[list[Args]]:
        found: dict[str, list[Args]] = {}
        for args in questions(operation):
            found.setdefault(claim(args), []).append(args)
        return [group for _, group in sorted(found.items())]

    def inputs(case: Case, random: Random) -> list[Args]:
        share = -(-CALLS // len(groups()))
        chosen = [args for group in groups() for args in random.sample(group, min(share, len(group)))]
        return [
            *(
                fresh(args, near, sorted(random.sample(WORDS, len(WORDS) // 2)), random)
                for args, near in telling(operation)
            ),
            *(fresh(args, {}, random.sample(WORDS, len(WORDS)), random) for args in chosen),
            *(beside(random.choice(group), random.choice(every()), random) for group in groups()),
            *(beside(random.choice(every()), random.choice(every()), random) for _ in range(BESIDE)),
            *(fresh(args, {}, random.sample(WORDS, len(WORDS)), random) for args in pairs(operation, random)),
        ]

    @cache
    def every() -> list[Args]:
        return [args for group in groups() for args in group]

    return inputs


def _asked(layers: Sequence[Mapping[str, Any]], path: str) -> Args:
    upper, *lowers = ({"/": "dir", **tree} for tree in layers)
    return [upper, lowers, path]


def _fits(layers: Sequence[Mapping[str, Any]], path: str) -> bool:
    return valid(_asked(layers, path))


def pairs(operation: str, random: Random) -> list[Args]:
    """Questions in which each kind lies over each other kind; a rename has two such paths."""

    def drawn() -> list[Args]:
        return [_asked(*one) for one in crossed(random, _fits)]

    match operation:
        case "write":
            return [[*args, b"new\n"] for args in drawn()]
        case "rename":
            sources, targets = drawn(), renamed(drawn(), {"a": "c", "b": "d"}, {})
            random.shuffle(targets)
            return [_both(source, target) for source, target in zip(sources, targets, strict=False)]
    return drawn()


def _both(args: Args, other: Args) -> Args:
    """The paths of two questions in layers that hold what both have."""
    layers = [{**one, **two} for one, two in zip([args[0], *args[1]], [other[0], *other[1]], strict=True)]
    return [layers[0], layers[1:], args[2], other[2]]


def beside(args: Args, other: Args, random: Random) -> Args:
    """A question whose layers hold those of another one too, under names of their own: what it asks stays the same.

    >>> beside([{"/": "dir"}, [{"/": "dir", "/a": b""}], "/a"], [{"/": "dir", "/a": b""}, [], "/"], Random(1))
    [{'/': 'dir', '/run': b''}, [{'/': 'dir', '/conf': b''}], '/conf']
    """
    words = random.sample(WORDS, len(WORDS))
    mine = len(naming(args)[0])
    upper, lowers, *asked = fresh(args, {}, words[:mine], random)
    more, below, *_ = fresh(other, {}, words[mine:], random)
    layers = [{**one, **two} for one, two in zip_longest(lowers, below, fillvalue={"/": "dir"})]
    return [{**upper, **more}, layers, *asked]


def fresh(args: Args, near: Mapping[str, str], words: Sequence[str], random: Random) -> Args:
    """A question under the first of `words`, in the order of its names as they are kept, and with other contents."""
    names, lines = naming(args)
    given = dict(zip(sorted(names), words, strict=False))
    given |= {name: f"{given[other]}s" for name, other in near.items()}
    texts = [f"{number:02x}\n".encode() for number in random.sample(range(256), len(lines))]
    asked: Args = renamed(args, given, dict(zip(lines, texts, strict=True)))
    return asked


def naming(args: Sequence[Any]) -> tuple[dict[str, str], dict[bytes, bytes]]:
    """The names and the lines of a question, each with the one under which it is kept: by the order of appearance."""
    names: dict[str, str] = {}
    lines: dict[bytes, bytes] = {}
    letters, numbers = (f"{chr(97 + at % 26)}{at // 26 or ''}" for at in count()), count()
    for value in _flat(args):
        if isinstance(value, str):
            for name in filter(None, value.split("/")):
                if name not in names:
                    names[name] = next(letters)
        else:
            for line in value.splitlines(keepends=True):
                if line not in lines:
                    lines[line] = f"{next(numbers)}\n".encode()
    return names, lines


def _flat(args: Sequence[Any]) -> Iterator[str | bytes]:
    """Paths asked for, then paths and contents of the trees in the order of their paths' shape."""
    trees = [args[0], *args[1]]
    yield from (each for each in args[2:] if isinstance(each, str | bytes))
    for tree in trees:
        for path, node in tree.items():
            yield path
            if isinstance(node, bytes):
                yield node


def renamed(value: Any, names: Mapping[str, str], lines: Mapping[bytes, bytes]) -> Any:
    """Trees, paths and contents under other names; the order of a dict stays."""
    match value:
        case bytes():
            return _line(value, lines)
        case str() if value.startswith("/"):
            return "/".join(names.get(name, name) for name in value.split("/"))
        case list():
            return [renamed(each, names, lines) for each in value]
        case dict():
            return {renamed(path, names, lines): renamed(node, names, lines) for path, node in value.items()}
    return value


def _line(data: bytes, lines: Mapping[bytes, bytes]) -> bytes:
    return b"".join(lines.get(line, line) for line in data.splitlines(keepends=True))


def _key(args: Sequence[Any]) -> str:
    return repr(list(args))
