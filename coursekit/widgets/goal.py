"""A goal on the bench: a state to bring a stack to, and what differs from it, in sentences.

    {"upperdir": {"/etc/motd": None, "/srv": "opaque", "/srv/a": ("file", "hi\\n"), "/srv/b": ("link", "/srv/a")}}

A state says what a person would: for each place (an upperdir, a layer that was committed) its paths with what is there.
Directories that only lead to something, times and owners are left out. The engine makes the states, and comparing them
is all the judgement that there is.

Pure. Neighbours: play (commands that lead to a state), exercises.levels (which judges by it).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from coursekit.fs.content import Bytes
from coursekit.fs.node import Device, Directory, File, Metadata, Symlink, Whiteout
from coursekit.language import _, later
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.layers.ports import Lower

Node: TypeAlias = str | Sequence[str] | None
"""None: a whiteout. "dir", "opaque". ("file", text), or ("file", text, mode) where that is not 644. ("link", the first
name of the same file). ("symlink", target)."""
Tree: TypeAlias = Mapping[str, Node]
Places: TypeAlias = Mapping[str, Tree]

UPPER = "upperdir"
COMMIT = "commit"
TEXT = 4_000  # bytes of a file that are compared


@dataclass(frozen=True, slots=True)
class Goal:
    """A start and an end, as plain data."""

    layers: Sequence[
        Mapping[str, Any]
    ]  # of the image, top first: path to text, None for a whiteout, "/dir/" for a directory
    places: Places  # each whole: "upperdir" or a container's name; "layer 1" is the first that is committed
    fewest: int  # moves, as far as is known
    containers: tuple[str, ...] = ()  # their names, where there are several
    commits: bool = False  # whether `commit` is among the commands


@dataclass(frozen=True, slots=True)
class Difference:
    """A path of a place that is not as it should be; `said` tells what it is and what it should be."""

    place: str
    path: str  # '' for a place that is not there
    said: str
    extra: bool = False  # it should not be there


def differences(have: Places, want: Places) -> list[Difference]:
    """Where a state is not the goal: place by place, path by path. A place that nobody asked for should hold nothing."""
    found = []
    for place in [*want, *(each for each in have if each not in want)]:
        if place not in have:
            found.append(Difference(place, "", _("There is no {place} yet.").format(place=place)))
            continue
        mine, theirs = (
            plain(tree, {**have[place], **want.get(place, {})}) for tree in (have[place], want.get(place, {}))
        )
        for path in sorted({*mine, *theirs}):
            if path in mine and path in theirs and _same(mine[path], theirs[path]):
                continue
            said = _("{path} in {place} is {have}, and should be {want}.").format(
                path=path,
                place=place,
                have=_words(have[place][path], theirs.get(path)) if path in have[place] else _("nothing"),
                want=_words(theirs[path], mine.get(path)) if path in theirs else _("nothing"),
            )
            found.append(Difference(place, path, said, path not in theirs))
    return found


def plain(tree: Tree, known: Tree | None = None) -> dict[str, Node]:
    """A place without the directories that only lead to something in it, or in what else is `known` of it.

    >>> plain({"/etc": "dir", "/etc/motd": None, "/srv": "dir"})
    {'/etc/motd': None, '/srv': 'dir'}
    """
    leading = {path.rpartition("/")[0] for path in known or tree}
    return {path: node for path, node in tree.items() if not (node == "dir" and path in leading)}


def _same(one: Node, other: Node) -> bool:
    """A state that has been JSON has lists for tuples."""
    return (one if one is None or isinstance(one, str) else list(one)) == (
        other if other is None or isinstance(other, str) else list(other)
    )


_SAID = {"dir": later("a directory"), "opaque": later("an opaque directory"), "device": later("a device")}


def _words(node: Node, beside: Node = None) -> str:
    """What a node is, for a sentence; its mode, too, where that of a file `beside` it is said."""
    match node, beside:
        case ["file", text], ["file", _text, _mode]:
            node = ("file", text, "644")
    match node:
        case None:
            return _("a whiteout")
        case str():
            return _(_SAID[node])
        case ["file", text]:
            return _("a file that says {text}").format(text=repr(text))
        case ["file", text, mode]:
            return _("a file that says {text}, with mode {mode}").format(text=repr(text), mode=mode)
        case ["link", path]:
            return _("another name of the file {path}").format(path=path)
        case ["symlink", target]:
            return _("a symbolic link to {target}").format(target=target)
    return repr(node)


def told(places: Places) -> str:
    """A state as a listing, a line a path.

    >>> print(told({"upperdir": {"/etc/motd": None, "/srv": "opaque"}}))
    upperdir
      /etc/motd  a whiteout
      /srv       an opaque directory
    """
    lines = []
    for place, tree in places.items():
        wide = max(map(len, tree), default=0)
        lines += [place, *(f"  {path:<{wide}}  {_words(node)}" for path, node in tree.items())]
        lines += [] if tree else ["  " + _("nothing")]
    return "\n".join(lines)


def tree_of(lower: Lower) -> dict[str, Node]:
    """What a layer holds, as a State has it."""
    names: dict[int, str] = {}
    found: dict[str, Node] = {}
    for path, entry in sorted(_entries(lower, 0, "")):
        match lower.node(entry):
            case Whiteout():
                found[path] = None
            case Directory(opaque=opaque):
                found[path] = "opaque" if opaque else "dir"
            case Symlink(target=target):
                found[path] = ("symlink", target)
            case Device():
                found[path] = "device"
            case File(meta=meta, content=content):
                first = names.setdefault(lower.inode(entry), path)
                text = content.read(0, TEXT).decode("utf-8", "replace")
                said = ("file", text) if meta.mode == 0o644 else ("file", text, f"{meta.mode:o}")
                found[path] = said if first == path else ("link", first)
    return plain(found)


def _entries(lower: Lower, entry: int, above: str) -> Iterator[tuple[str, int]]:
    for name, below in lower.children(entry).items():
        yield f"{above}/{name}", below
        yield from _entries(lower, below, f"{above}/{name}")


def layer_of(tree: Tree) -> Layer:
    """The layer that holds what a place of a state does."""
    builder, entries = LayerBuilder(), dict[str, int]()
    for path, node in sorted(tree.items()):
        match node:
            case None:
                entries[path] = builder.put(path, Whiteout())
            case "dir" | "opaque":
                entries[path] = builder.put(path, Directory(Metadata(mode=0o755), opaque=node == "opaque"))
            case ["link", first]:
                above, _slash, name = path.rpartition("/")
                parent = builder.put(above, Directory(Metadata(mode=0o755), opaque=tree.get(above) == "opaque"))
                builder.add(parent, name, _file(tree[first]), entries[first])
            case ["symlink", target]:
                entries[path] = builder.put(path, Symlink(Metadata(mode=0o777), target))
            case _:
                entries[path] = builder.put(path, _file(node))
    return builder.build()


def _file(node: Node) -> File:
    match node:
        case ["file", text, *mode]:
            return File(Metadata(mode=int(mode[0], 8) if mode else 0o644), Bytes(text.encode()))
    raise ValueError(f"{node!r} is no file of a state")
