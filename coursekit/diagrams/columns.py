"""Which paths of a story get a column, and which of its events a step.

A shell looks at the same path many times and walks through many directories; a picture that showed all of that would
show nothing. What was changed, read or listed comes first; a lookup that was shown is not shown again until something
changes; what lies in a directory that was itself made or removed may go in with it.

Pure. Uses fs, union's ports and events.
"""

from collections.abc import Iterable, Iterator, Sequence

from coursekit import events
from coursekit.diagrams.stack import ancestors, paths_of
from coursekit.fs.node import Whiteout
from coursekit.layers.ports import Lower

MANY = 8  # columns that are chosen without being asked for
LISTED = 6  # names of one directory


def touched(happened: Iterable[events.Event]) -> list[str]:
    """The paths that events are about, in the order they first appear, without directories that are only passed.

    A path that was only looked up is among them if nothing else happened, or if it was found.
    """
    paths: dict[str, None] = {}
    looked: dict[str, bool] = {}
    changed: set[str] = set()
    for event in happened:
        match event:
            case events.Probed(path=path, found=found):
                looked[path] = looked.get(path, False) or found != "nothing"
            case events.Listed():
                pass
            case events.CopiedUp(path=path):
                paths.setdefault(path)
            case _:
                changed.update(paths_of(event))
                paths.update(dict.fromkeys(paths_of(event)))
    found_alone = [path for path, hit in looked.items() if path not in paths and (hit or not paths)]
    known = [*paths, *found_alone]
    passed = {above for path in known for above in ancestors(path)} - changed
    return [path for path in known if path not in passed and path != "/"]


def chosen(happened: Sequence[events.Event], layers: Sequence[Lower]) -> list[str]:
    """The columns of a story, at most MANY unless more were changed and cannot be put together.

    `layers` top first; the names of a directory that was listed are among the columns.
    """
    named = touched(happened)
    listed = dict.fromkeys(event.path for event in happened if isinstance(event, events.Listed))
    removed = {event.path for event in happened if isinstance(event, events.WhitedOut | events.Removed)}
    if len(named) > MANY:
        named = [path for path in named if not removed.intersection(ancestors(path))]
    for directory in listed:
        if directory not in removed and len(named) < MANY:
            named = [path for path in named if path != directory]
            named.extend(path for path in _names(directory, layers) if path not in named)
    return named


def _names(directory: str, layers: Sequence[Lower]) -> list[str]:
    """The paths of a few names in a directory, those that several layers have first: there merging is to be seen."""
    counts: dict[str, int] = {}
    for layer in layers:
        for name, weight in _children(layer, directory):
            counts[name] = counts.get(name, 0) + weight
    ranked = sorted(sorted(counts, key=lambda name: -counts[name])[:LISTED])
    return [f"{directory.rstrip('/')}/{name}" for name in ranked]


def _children(layer: Lower, directory: str) -> Iterator[tuple[str, int]]:
    """Names in a layer's own directory; a whiteout counts double, since it hides one below."""
    entry = 0
    for name in filter(None, directory.split("/")):
        below = layer.children(entry).get(name)
        if below is None:
            return
        entry = below
    for name, child in layer.children(entry).items():
        yield name, 2 if isinstance(layer.node(child), Whiteout) else 1


class Telling:
    """Chooses, event by event, what is worth a step."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = frozenset(columns)
        self.above = frozenset(above for path in columns for above in ancestors(path))
        self.parents = frozenset(path.rpartition("/")[0] or "/" for path in columns)
        self._told: set[events.Event] = set()

    def tells(self, event: events.Event) -> bool:
        """Whether `event` gets a step of its own; to be asked of every event, in order."""
        if not self._concerns(event):
            return False
        if not isinstance(event, events.Probed | events.Refused | events.Listed | events.Read):
            self._told.clear()
            return True
        known = event in self._told
        self._told.add(event)
        return not known or isinstance(event, events.Read)

    def _concerns(self, event: events.Event) -> bool:
        match event:
            case events.BlobFetched() | events.Committed():
                return True
            case events.Listed(path=path):
                return path in self.columns or path in self.parents
            case events.Probed(path=path, found="whiteout" | "opaque"):
                return path in self.columns or path in self.above
            case events.WhitedOut() | events.Removed() | events.MadeOpaque() | events.Renamed():
                return any(path in self.columns or path in self.above for path in paths_of(event))
            case _:
                return any(path in self.columns for path in paths_of(event))
