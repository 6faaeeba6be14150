"""One sentence for each event, as a teacher would say it beside the picture."""

import errno
import os
from collections.abc import Callable, Sequence

from coursekit import events
from coursekit.language import _, series


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
    said = {
        "nothing": _("{layer} does not have {path}. The lookup goes on below."),
        "whiteout": _("{layer} has a whiteout for {path}. The search ends here, whatever lies below."),
        "opaque": _("{layer} has {path} as an opaque directory. Nothing below it is looked at."),
        "directory": _("{layer} has the directory {path}. The same directory in lower layers is merged with it."),
        "symlink": _("{layer} has {path}, a symlink. The topmost one wins, and the search ends."),
        "device": _("{layer} has {path}, a device. The topmost one wins, and the search ends."),
        "file": _("{layer} has {path}. The topmost file wins, and the search ends."),
    }[event.found]
    return said.format(layer=names[event.layer], path=event.path)


def _listed(event: events.Listed, names: Sequence[str]) -> str:
    shown = series(names[layer] for layer in event.layers)
    if len(event.layers) == 1:
        return _("{path} is listed. All its names come from {layer}.").format(path=event.path, layer=shown)
    said = _("{path} is listed. The names of {layers} are merged, each once.")
    return said.format(path=event.path, layers=shown)


def _read(event: events.Read, names: Sequence[str]) -> str:
    said = _("{size} of {path} are read where they are, in {layer}. Nothing is copied.")
    return said.format(size=byte_count(event.size), path=event.path, layer=names[event.layer])


def _copied_up(event: events.CopiedUp, names: Sequence[str]) -> str:
    said = _("Copy-up: {path} is copied from {layer} to {upper} before its first change, {size}. The original stays.")
    where = names[event.from_layer]
    return said.format(path=event.path, layer=where, upper=names[0], size=byte_count(event.size))


def _created(event: events.Created, names: Sequence[str]) -> str:
    said = {
        "file": _("{path} is a new file. It is made in {upper}."),
        "directory": _("{path} is a new directory. It is made in {upper}."),
        "symlink": _("{path} is a new symlink. It is made in {upper}."),
        "device": _("{path} is a new device. It is made in {upper}."),
    }[event.kind]
    return said.format(path=event.path, upper=names[0])


def _written(event: events.Written, names: Sequence[str]) -> str:
    if not event.size:
        said = _("{path} in {upper} is cut to {size}.")
        return said.format(path=event.path, upper=names[0], size=byte_count(event.offset))
    said = _("{size} are written to {path} in {upper}. No layer below changes.")
    return said.format(size=byte_count(event.size), path=event.path, upper=names[0])


def _metadata(event: events.MetadataChanged, names: Sequence[str]) -> str:
    said = {
        "mode": _("The mode of {path} is changed, in {upper}."),
        "owner": _("The owner of {path} is changed, in {upper}."),
        "times": _("The times of {path} are changed, in {upper}."),
        "xattr": _("An extended attribute of {path} is changed, in {upper}."),
    }[event.what]
    return said.format(path=event.path, upper=names[0])


def _removed(event: events.Removed, names: Sequence[str]) -> str:
    return _("{path} is removed from {upper}.").format(path=event.path, upper=names[0])


def _whited_out(event: events.WhitedOut, names: Sequence[str]) -> str:
    said = _("A whiteout in {upper} now hides {path}. The layers below still have it: nothing was freed.")
    return said.format(upper=names[0], path=event.path)


def _opaque(event: events.MadeOpaque, names: Sequence[str]) -> str:
    said = _("{path} in {upper} is now opaque. It hides all that lower layers have below that name.")
    return said.format(path=event.path, upper=names[0])


def _renamed(event: events.Renamed, names: Sequence[str]) -> str:
    said = _("{path} is renamed to {target}, within {upper}.")
    if event.exchanged:
        said = _("{path} and {target} exchange their names, within {upper}.")
    return said.format(path=event.source, target=event.target, upper=names[0])


def _linked(event: events.Linked, names: Sequence[str]) -> str:
    said = _("{target} becomes a second name of {path}, in {upper}.")
    return said.format(target=event.target, path=event.source, upper=names[0])


def _refused(event: events.Refused, _names: Sequence[str]) -> str:
    name = errno.errorcode.get(event.code, str(event.code))
    said = _("{operation} {path} is refused: {why} ({name}). Nothing changes.")
    return said.format(operation=event.operation, path=event.path, why=os.strerror(event.code), name=name)


def _fetched(event: events.BlobFetched, _names: Sequence[str]) -> str:
    said = _("The blob {digest} ({size}) is read. Its digest is right.")
    return said.format(digest=f"{event.digest[:19]}…", size=byte_count(event.size))


def _committed(event: events.Committed, names: Sequence[str]) -> str:
    said = _("{upper} becomes a layer of a new image: {digest} ({size}).")
    return said.format(upper=names[0], digest=f"{event.diff_id[:19]}…", size=byte_count(event.size))


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
