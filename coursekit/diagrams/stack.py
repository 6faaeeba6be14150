"""The layer stack as a state that events change: which layer has which path, and what a process sees.

               /etc/hosts   /app/old.js
    merged       upper          —            <- the topmost that is not hidden
    upper        file         whiteout
    layer 2      —            file
    layer 1      file          —

Replaying a list of events over the lower layers gives each step's stack; `picture` lays one out as boxes.

Pure. Uses fs, union's ports and events.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, get_args

from coursekit import events
from coursekit.fs.node import Device, Directory, File, Node, Symlink, Whiteout
from coursekit.layers.ports import Lower

CellKind = Literal["file", "directory", "symlink", "device", "whiteout"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one layer has for one path."""

    kind: CellKind
    opaque: bool = False


class Cells:
    """What one layer has, by path. Taking away a directory costs as much as it holds."""

    def __init__(self, cells: Mapping[str, Cell] = MappingProxyType({})) -> None:
        self._cells: dict[str, Cell] = {}
        self._below: dict[str, set[str]] = {}
        for path, cell in cells.items():
            self[path] = cell

    def __contains__(self, path: str) -> bool:
        return path in self._cells

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def get(self, path: str) -> Cell | None:
        """What is at a path itself."""
        return self._cells.get(path)

    def __setitem__(self, path: str, cell: Cell) -> None:
        self._cells[path] = cell
        while path:
            above = path.rpartition("/")[0]
            names = self._below.setdefault(above, set())
            if path in names:
                break
            names.add(path)
            path = above

    def under(self, path: str) -> list[str]:
        """The paths at and below a path."""
        found, waiting = [], [path]
        while waiting:
            here = waiting.pop()
            if here in self._cells:
                found.append(here)
            waiting.extend(self._below.get(here, ()))
        return found

    def forget(self, path: str) -> dict[str, Cell]:
        """Take away a path and all below it; what was there comes back."""
        gone = {each: self._cells.pop(each) for each in self.under(path)}
        waiting = [path]
        while waiting:
            waiting.extend(self._below.pop(waiting.pop(), ()))
        self._below.get(path.rpartition("/")[0], set()).discard(path)
        return gone


@dataclass(frozen=True, slots=True)
class Found:
    """How a search for a path ends: who answers, and below which layer nothing is looked at."""

    provider: int | None
    ends: int | None


@dataclass(slots=True)
class Stack:
    """Layers in mount order: upperdir is 0. `cells` holds, for each layer, what is known of the paths shown."""

    cells: list[Cells]
    fresh: set[str] = field(default_factory=set)  # what the last event changed in upperdir
    names: frozenset[str] = frozenset()  # the paths shown, and what they were called before a rename
    moved: dict[str, str] = field(default_factory=dict)  # directories renamed by a note: where they lie below

    def below(self, path: str) -> str:
        """Where the lower layers have what the merged tree has at `path`."""
        if not self.moved:
            return path
        for here in (path, *reversed(ancestors(path))):
            if here in self.moved:
                return self.moved[here] + path.removeprefix(here)
        return path

    def at(self, layer: int, path: str) -> Cell | None:
        """What a layer has for a path of the merged tree."""
        return self.cells[layer].get(self.below(path) if layer else path)

    def provider(self, path: str) -> int | None:
        """The layer that answers for `path` in the merged tree, or None where there is no such file."""
        return self.search(path).provider

    def search(self, path: str) -> Found:
        """What a lookup of `path` comes to, layer by layer, top first.

        A directory goes on to be merged with those below; all else ends the search, and so does an opaque directory on
        the way.
        """
        provider, down = None, self.below(path)
        for layer, cells in enumerate(self.cells):
            way = [cells.get(each) for each in ancestors(down if layer else path)]
            if any(cell is not None and cell.kind != "directory" for cell in way):
                return Found(provider, layer)
            found = self.at(layer, path)
            if found is not None and found.kind == "directory":
                provider = layer if provider is None else provider
                if found.opaque:
                    return Found(provider, layer)
            elif found is not None:
                hit = found.kind != "whiteout" and provider is None
                return Found(layer if hit else provider, layer if hit or found.kind == "whiteout" else layer - 1)
            if any(cell is not None and cell.opaque for cell in way):
                return Found(provider, layer)
        return Found(provider, None)


@lru_cache(maxsize=10_000)
def ancestors(path: str) -> tuple[str, ...]:
    """The directories above `path`, topmost first, without the root.

    >>> ancestors("/usr/share/doc")
    ('/usr', '/usr/share')
    """
    parts = path.strip("/").split("/")[:-1]
    return tuple("/" + "/".join(parts[: n + 1]) for n in range(len(parts)))


def find(lower: Lower, path: str) -> Node | None:
    """What `lower` itself holds at `path`; symlinks are not followed, nothing is merged."""
    entry = 0
    for name in filter(None, path.split("/")):
        below = lower.children(entry).get(name)
        if below is None:
            return None
        entry = below
    return lower.node(entry)


def cell_of(node: Node) -> Cell:
    """How a node is drawn."""
    match node:
        case File():
            return Cell("file")
        case Directory(opaque=opaque):
            return Cell("directory", opaque)
        case Symlink():
            return Cell("symlink")
        case Device():
            return Cell("device")
        case Whiteout():
            return Cell("whiteout")


def cells_of(lower: Lower, paths: Iterable[str]) -> dict[str, Cell]:
    """What `lower` has of `paths` and of the directories above them."""
    wanted = {each for path in paths for each in (*ancestors(path), path)}
    found = ((path, find(lower, path)) for path in wanted)
    return {path: cell_of(node) for path, node in found if node is not None}


def paths_of(event: events.Event) -> tuple[str, ...]:
    """The paths that an event is about."""
    match event:
        case events.Renamed(source=source, target=target) | events.Linked(source=source, target=target):
            return (source, target)
        case events.BlobFetched() | events.Committed():
            return ()
        case _:
            return (event.path,)


def apply(stack: Stack, event: events.Event) -> None:
    """Change the upperdir of `stack` as `event` says."""
    upper = stack.cells[0]
    stack.fresh = set(paths_of(event))
    match event:
        case events.CopiedUp(path=path, from_layer=source):
            original = stack.at(source, path)
            upper[path] = Cell(original.kind) if original else Cell("file")
        case events.Created(path=path, kind=kind):
            upper[path] = Cell(kind)
        case events.WhitedOut(path=path):
            upper.forget(path)
            _forget_notes(stack, path)
            upper[path] = Cell("whiteout")
        case events.Removed(path=path):
            upper.forget(path)
            _forget_notes(stack, path)
        case events.MadeOpaque(path=path):
            upper[path] = Cell("directory", opaque=True)
        case events.Renamed(source=source_path, target=target, exchanged=exchanged):
            _rename(stack, source_path, target, exchanged)
        case events.Linked(source=source_path, target=target):
            upper[target] = upper.get(source_path) or Cell("file")
        case _:
            stack.fresh = set()


def _rename(stack: Stack, source: str, target: str, exchanged: bool) -> None:
    """Move what is at and below `source`, and the notes with it; a merged directory gets one."""
    upper, notes = stack.cells[0], dict[str, str]()
    for old, new in ((source, target), (target, source))[: 2 if exchanged else 1]:
        notes |= {new + each.removeprefix(old): at for each, at in stack.moved.items() if _within(each, old)}
        cell = upper.get(old)
        merged = any(stack.at(layer, old) == Cell("directory") for layer in range(1, len(stack.cells)))
        if cell == Cell("directory") and merged:
            notes.setdefault(new, stack.below(old))
    held, replaced = upper.forget(source), upper.forget(target)
    _forget_notes(stack, source)
    _forget_notes(stack, target)
    stack.moved |= notes
    for path, cell in held.items():
        upper[target + path.removeprefix(source)] = cell
    for path, cell in replaced.items() if exchanged else ():
        upper[source + path.removeprefix(target)] = cell


def _forget_notes(stack: Stack, path: str) -> None:
    for each in [each for each in stack.moved if _within(each, path)]:
        del stack.moved[each]


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory + "/")


def _all_names(happened: Sequence[events.Event], paths: Iterable[str]) -> set[str]:
    """`paths`, and the names that they had before a directory above them was renamed."""
    known = set(paths)
    for event in reversed(happened):
        if isinstance(event, events.Renamed):
            pairs = ((event.target, event.source), (event.source, event.target))[: 2 if event.exchanged else 1]
            known |= {old + path.removeprefix(new) for new, old in pairs for path in known if _within(path, new)}
    return known


def first_stack(
    lowers: Sequence[Lower], upper: Lower | None, happened: Sequence[events.Event], paths: Sequence[str]
) -> Stack:
    """The stack before the first event: the layers, and what upperdir (`upper`, as it is now) had already.

    What it had is told by the first event that says so; for a path that no event is about, by upperdir itself.
    """
    names = _all_names(happened, paths)
    below = [Cells(cells_of(lower, names)) for lower in lowers]
    before: dict[str, Cell | None] = {}
    for event in happened:
        for path, cell in _earlier(event):
            before.setdefault(path, cell)
    now = cells_of(upper, paths) if upper is not None else {}
    return Stack(
        [Cells({path: cell for path, cell in (now | before).items() if cell is not None}), *below],
        names=frozenset(names),
    )


_KINDS = {kind: Cell(kind) for kind in get_args(CellKind)}


def _earlier(event: events.Event) -> list[tuple[str, Cell | None]]:
    """What upperdir must have had, or not had, before an event, by the event alone."""
    match event:
        case events.Probed(path=path, layer=0, found="opaque"):
            return [(path, Cell("directory", opaque=True))]
        case events.Probed(path=path, layer=0, found=found):
            return [(path, _KINDS.get(found))]
        case events.Read(path=path, layer=0) | events.Written(path=path) | events.Removed(path=path):
            return [(path, Cell("file"))]
        case events.CopiedUp(path=path) | events.Created(path=path) | events.WhitedOut(path=path):
            return [(path, None)]
        case events.Renamed(source=source, target=target) | events.Linked(source=source, target=target):
            return [(source, Cell("file")), (target, None)]
    return []
