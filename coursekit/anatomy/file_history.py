"""The history of one path: what each layer did to it.

    layer 0   ADD rootfs.tar /        added    /etc/motd   286 bytes
    layer 2   RUN rm /etc/motd        deleted

The merged tree up to each layer is asked, so whiteouts, opaque directories and files in the way are
told as a container would see them.
"""

from dataclasses import dataclass
from stat import S_IFMT, S_IMODE, S_ISDIR, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING

from coursekit.errors import NotFound
from coursekit.language import _, later
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.image import Image

_KINDS = {
    0o100000: later("file"),
    0o040000: later("directory"),
    0o120000: later("symlink"),
    0o020000: later("char"),
    0o060000: later("block"),
}
_ADDED, _CHANGED, _DELETED = later("added"), later("changed"), later("deleted")


@dataclass(frozen=True, slots=True)
class State:
    """What is seen at a path."""

    kind: str
    size: int
    mode: str  # permission bits, octal
    owner: str  # uid:gid
    target: str | None = None  # of a symlink


@dataclass(frozen=True, slots=True)
class Step:
    """What one layer did. `state` is what is seen afterwards, None when nothing is."""

    layer: int  # base is 0
    created_by: str
    what: str  # "added", "changed" or "deleted"
    state: State | None


@dataclass(frozen=True, slots=True)
class Story:
    """The history of a path, which shows itself as a table."""

    path: str
    steps: tuple[Step, ...]  # base first

    def __repr__(self) -> str:
        from coursekit.anatomy.render import story_table, text_table

        return text_table(story_table(self.path, self.steps))

    def _repr_html_(self) -> str:
        from coursekit.anatomy.render import html_table, story_table

        return html_table(story_table(self.path, self.steps))


def story(image: "Image", path: str) -> tuple[Step, ...]:
    """The layers that had a part in `path`, base first. Raises: NotFound when no layer ever had it; ImageError."""
    path = "/" + path.strip("/")
    steps: list[Step] = []
    before: State | None = None
    for index, layer in enumerate(image.layers):
        tree = Overlay(lowerdir=[each.lower for each in image.layers[index::-1]], upperdir=None)
        now = _state(tree, path)
        touched = now is not None and 1 in tree.providers(path)
        if now is None and before is not None:
            steps.append(Step(index, layer.created_by, _DELETED, None))
        elif now is not None and before is None:
            steps.append(Step(index, layer.created_by, _ADDED, now))
        elif touched and not (now == before and now is not None and now.kind == "directory"):
            steps.append(Step(index, layer.created_by, _CHANGED, now))
        before = now
    if not steps:
        raise NotFound(_("no layer of {image} has {path}").format(image=image.name or image.id, path=path))
    return tuple(steps)


def _state(tree: Overlay, path: str) -> State | None:
    try:
        status = tree.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    mode = status.st_mode
    size = 0 if S_ISDIR(mode) else status.st_size
    kind = _KINDS.get(S_IFMT(mode), "special")
    owner = f"{status.st_uid}:{status.st_gid}"
    target = tree.readlink(path) if S_ISLNK(mode) else None
    return State(kind, size if S_ISREG(mode) or target else 0, f"{S_IMODE(mode):04o}", owner, target)
