"""One sentence for each event, as a teacher would say it beside the picture."""

import errno
import os
from collections.abc import Callable, Sequence

from coursekit import events


def caption(event: events.Event, names: Sequence[str]) -> str:
    """What `event` means; `names` are the layers' names in mount order, upperdir first."""
    return _SENTENCES[type(event)](event, names)


def byte_count(size: int) -> str:
    """A length in decimal units with three digits, as docker prints it.

    >>> byte_count(174), byte_count(64_017_668)
    ('174 B', '64 MB')
    """
    value, units = float(size), ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.3g} {units[0]}"


def _probed(event: events.Probed, names: Sequence[str]) -> str:
    where = names[event.layer]
    match event.found:
        case "nothing":
            return f"{where} does not have {event.path}: the lookup goes one layer down."
        case "whiteout":
            return f"{where} has a whiteout for {event.path}: the search ends here, whatever lies below."
        case "opaque":
            return f"{where} has {event.path} as an opaque directory: nothing below it is looked at."
        case "directory":
            return f"{where} has the directory {event.path}: directories of the layers below are merged with it."
        case kind:
            return f"{where} has {event.path} ({kind}): the topmost one wins, and the search ends."


def _listed(event: events.Listed, names: Sequence[str]) -> str:
    shown = ", ".join(names[layer] for layer in event.layers)
    if len(event.layers) == 1:
        return f"{event.path} is listed: all its names come from {shown}."
    return f"{event.path} is listed: the names of {shown} are merged, each once."


def _read(event: events.Read, names: Sequence[str]) -> str:
    size, where = byte_count(event.size), names[event.layer]
    return f"{size} of {event.path} are read where they are, in {where}; nothing is copied."


def _copied_up(event: events.CopiedUp, names: Sequence[str]) -> str:
    return (
        f"Copy-up: {event.path} is copied from {names[event.from_layer]} to {names[0]} "
        f"({byte_count(event.size)}) before its first change. The original stays as it is."
    )


def _created(event: events.Created, names: Sequence[str]) -> str:
    return f"The new {event.kind} {event.path} is made in {names[0]}."


def _written(event: events.Written, names: Sequence[str]) -> str:
    if not event.size:
        return f"{event.path} is cut to {byte_count(event.offset)} in {names[0]}."
    return f"{byte_count(event.size)} are written to {event.path} in {names[0]}; no layer below changes."


def _metadata(event: events.MetadataChanged, names: Sequence[str]) -> str:
    return f"The {event.what} of {event.path} is changed in {names[0]}."


def _removed(event: events.Removed, names: Sequence[str]) -> str:
    return f"{event.path} is removed from {names[0]}."


def _whited_out(event: events.WhitedOut, names: Sequence[str]) -> str:
    return f"A whiteout in {names[0]} now hides {event.path}. The layers below still have it: nothing was freed."


def _opaque(event: events.MadeOpaque, names: Sequence[str]) -> str:
    return f"{event.path} in {names[0]} is opaque: it hides all that lower layers have below that name."


def _renamed(event: events.Renamed, names: Sequence[str]) -> str:
    if event.exchanged:
        return f"{event.source} and {event.target} exchange their names within {names[0]}."
    return f"{event.source} is renamed to {event.target} within {names[0]}."


def _linked(event: events.Linked, names: Sequence[str]) -> str:
    return f"{event.target} becomes a second name of {event.source} in {names[0]}."


def _refused(event: events.Refused, names: Sequence[str]) -> str:
    name = errno.errorcode.get(event.code, str(event.code))
    return f"{event.operation} {event.path} is refused: {os.strerror(event.code)} ({name}). Nothing changes."


def _fetched(event: events.BlobFetched, names: Sequence[str]) -> str:
    return f"The blob {event.digest[:19]}… ({byte_count(event.size)}) is read, and its digest is right."


def _committed(event: events.Committed, names: Sequence[str]) -> str:
    return f"{names[0]} becomes a layer of a new image: {event.diff_id[:19]}… ({byte_count(event.size)})."


_SENTENCES: dict[type, Callable[..., str]] = {
    events.Probed: _probed,
    events.Listed: _listed,
    events.Read: _read,
    events.CopiedUp: _copied_up,
    events.Created: _created,
    events.Written: _written,
    events.MetadataChanged: _metadata,
    events.Removed: _removed,
    events.WhitedOut: _whited_out,
    events.MadeOpaque: _opaque,
    events.Renamed: _renamed,
    events.Linked: _linked,
    events.Refused: _refused,
    events.BlobFetched: _fetched,
    events.Committed: _committed,
}
