"""Narration: what the events of a lookup tell, held against the answer that was given.

    Probed(/e, 0, directory)  Probed(/e, 1, directory)      told:      layers 0 and 1
    overlay.providers("/e")                                 answered:  (0, 1)

Diagrams and lessons show the events, so these must never tell another story than the tree does.
"""

import errno
import os
from collections.abc import Sequence

from coursekit.events import Event, Probed
from coursekit.vfs.overlay import Overlay


def disagreement(overlay: Overlay, path: str) -> str | None:
    """What the events of a look at `path` tell, where that is not what `providers` says; None where they agree.

    A look that is refused for more than ENOENT tells of nothing but the refusal.
    """
    heard: list[Event] = []
    emit, overlay.sb.emit = overlay.sb.emit, heard.append
    try:
        overlay.listxattr(path, follow_symlinks=False)
    except OSError as failure:
        if failure.errno != errno.ENOENT:
            return None
    finally:
        overlay.sb.emit = emit
    probes = [event for event in heard if isinstance(event, Probed)]
    if not probes:  # "/" and ".." are no names that anybody looks up
        return None
    told, answered = providers_told(probes), overlay.providers(path)
    if told == answered:
        return None
    return f"{os.fsdecode(path)}: the events tell {told}, providers says {answered}; {probes}"


def providers_told(probes: Sequence[Probed]) -> tuple[int, ...]:
    """The layers that make up an object, by what was told of one search.

    >>> providers_told([Probed(path="/a", layer=0, found="nothing"), Probed(path="/a", layer=1, found="file")])
    (1,)
    """
    taken: list[int] = []
    directory = False
    for probe in probes:
        match probe.found:
            case "nothing" | "whiteout":
                continue
            case "directory" | "opaque":
                directory = True
                taken.append(probe.layer)
            case _ if not directory:
                if probe.layer == 0:  # with index=on upperdir may be asked last, and its answer stands for the others
                    taken.clear()
                taken.append(probe.layer)
    return tuple(taken) if directory or len(taken) < 2 else (taken[0], taken[-1])
