"""The layer stack as a state that events change: which layer has which path, and what a process sees.

               /etc/hosts   /app/old.js
    merged       upper          —            <- the topmost that is not hidden
    upper        file         whiteout
    layer 2      —            file
    layer 1      file          —

Replaying a list of events over the lower layers gives each step's stack; `picture` lays one out as boxes.

Floor 5 (diagrams): pure. Uses fs, union's ports and events.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coursekit import events
from coursekit.fs.node import Device, Directory, File, Node, Symlink, Whiteout
from coursekit.union.ports import Lower

CellKind = Literal["file", "directory", "symlink", "device", "whiteout"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one layer has for one path."""

    kind: CellKind
    opaque: bool = False


@dataclass(slots=True)
class Stack:
    """Layers in mount order: upperdir is 0. `cells` holds, for each layer, what is known of the paths shown."""

    cells: list[dict[str, Cell]]
    fresh: set[tuple[int, str]] = field(default_factory=set)

    def provider(self, path: str) -> int | None:
        """The layer that answers for `path` in the merged tree, or None where there is no such file."""
        for layer, cells in enumerate(self.cells):
            ends = False
            for above in ancestors(path):
                cell = cells.get(above)
                if cell is not None and cell.kind != "directory":
                    return None
                ends = ends or (cell is not None and cell.opaque)
            found = cells.get(path)
            if found is not None:
                return None if found.kind == "whiteout" else layer
            if ends:
                return None
        return None


def ancestors(path: str) -> list[str]:
    """The directories above `path`, topmost first, without the root.

    >>> ancestors("/usr/share/doc")
    ['/usr', '/usr/share']
    """
    parts = path.strip("/").split("/")[:-1]
    return ["/" + "/".join(parts[: n + 1]) for n in range(len(parts))]


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


def touched(happened: Iterable[events.Event]) -> list[str]:
    """The paths that events are about, in the order they first appear, without directories that are only passed."""
    paths: dict[str, None] = {}
    changed: set[str] = set()
    for event in happened:
        for path in _paths(event):
            paths.setdefault(path)
            if not isinstance(event, events.Probed | events.CopiedUp | events.Listed):
                changed.add(path)
    passed = {above for path in paths for above in ancestors(path)} - changed
    return [path for path in paths if path not in passed and path != "/"]


def _paths(event: events.Event) -> tuple[str, ...]:
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
    stack.fresh = {(0, path) for path in _paths(event)}
    match event:
        case events.CopiedUp(path=path, from_layer=source):
            upper[path] = stack.cells[source].get(path, Cell("file"))
            upper[path] = Cell(upper[path].kind)
        case events.Created(path=path, kind=kind):
            upper[path] = Cell(kind)
        case events.WhitedOut(path=path):
            _forget(upper, path)
            upper[path] = Cell("whiteout")
        case events.Removed(path=path):
            _forget(upper, path)
        case events.MadeOpaque(path=path):
            upper[path] = Cell("directory", opaque=True)
        case events.Renamed(source=source_path, target=target):
            _move(upper, source_path, target)
        case events.Linked(source=source_path, target=target):
            upper[target] = upper.get(source_path, Cell("file"))
        case _:
            stack.fresh = set()


def _forget(cells: dict[str, Cell], path: str) -> None:
    for each in [each for each in cells if each == path or each.startswith(path + "/")]:
        del cells[each]


def _move(cells: dict[str, Cell], source: str, target: str) -> None:
    moved: Mapping[str, Cell] = {
        target + each.removeprefix(source): cell
        for each, cell in cells.items()
        if each == source or each.startswith(source + "/")
    }
    _forget(cells, source)
    _forget(cells, target)
    cells.update(moved)


def first_stack(
    lowers: Sequence[Lower], upper: Lower | None, happened: Sequence[events.Event], paths: Sequence[str]
) -> Stack:
    """The stack before the first event: the layers, and what upperdir (`upper`, as it is now) had already."""
    below = [cells_of(lower, paths) for lower in lowers]
    now = cells_of(upper, paths) if upper is not None else {}
    replayed = Stack([{}, *below])
    for event in happened:
        apply(replayed, event)
    made = {path for event in happened for path in _paths(event)}
    before = {path: cell for path, cell in now.items() if path not in replayed.cells[0] and path not in made}
    return Stack([before, *below])
