"""What is hidden has one name in a layer's tar and another on a disk.

    what was done     in the layer's tar      on an overlay mount's disk
    rm /etc/motd      etc/.wh.motd            /etc/motd, a character device 0, 0
    mkdir over dir    srv/.wh..wh..opq        /srv, with the xattr trusted.overlay.opaque

Both are made by the engine from what one writable layer holds.

Pure. Source: image-spec layer.md, "Whiteouts"; Linux Documentation/filesystems/overlayfs.rst.
"""

import io
import tarfile

from coursekit.container.container import Container
from coursekit.diagrams.board import Board
from coursekit.diagrams.scene import Scene
from coursekit.fs.node import Directory, Node, Whiteout
from coursekit.image import layer_tar
from coursekit.image.tar_tree import OPAQUE_NAME, WHITEOUT_PREFIX
from coursekit.language import _
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay

LEFT, TAR, DISK, HALF, TOP, STEP, TILE = 150.0, 164.0, 484.0, 304.0, 44.0, 56.0, 44.0
MOST = 6


def tar_names(thing: Container | Overlay) -> Scene:
    """What the writable layer of `thing` holds, beside each other: as it is on a disk, and in a layer's tar.

    At most MOST names, those that hide something first. Raises: ValueError for an empty or a missing writable layer.
    """
    overlay = thing.rootfs if isinstance(thing, Container) else thing
    upper = overlay.upper.freeze() if overlay.upper is not None else None
    held = [] if upper is None else list(_held(upper))
    if upper is None or not held:
        said = _("{thing} has nothing in its writable layer; change or delete a file first")
        raise ValueError(said.format(thing=repr(thing)))
    names = _in_tar(upper)
    ranked = sorted(held, key=lambda each: not _hides(each[1]))[:MOST]
    board = Board(DISK + HALF + 12, TOP + len(ranked) * STEP + 6, left=LEFT, least=300)
    board.say("tar", TAR, 22, _("in the layer's tar"), width=HALF, bold=True)
    board.say("disk", DISK, 22, _("in upperdir, on a disk"), width=HALF, bold=True)
    for n, (path, node) in enumerate(ranked):
        board.name_row(f"row-{n}", TOP + n * STEP, TILE, path, _deed(node))
        disk, kind = path, _on_disk(node)
        board.put(f"disk-{n}", "whiteout" if isinstance(node, Whiteout) else "tile", DISK, TOP + n * STEP, HALF, TILE, disk,
                  sub=kind, tone="container")  # fmt: skip
    board.step(_("These names lie in a container's upperdir, on a disk. How are they written in a layer of an image?"))
    for n, (path, node) in enumerate(ranked):
        name = _tar_name(path, node)
        assert name in names, name
        board.put(
            f"tar-{n}", "tile", TAR, TOP + n * STEP, HALF, TILE, name, sub=_tar_note(node), tone="layer-1", fresh=True
        )
        said = _("{path}: the tar has {name}, a plain entry that every tar can hold.")
        if isinstance(node, Whiteout):
            said = _("{path} was deleted. A tar has no such device in it, but an empty file named {name}.")
        elif isinstance(node, Directory) and node.opaque:
            said = _("{path} is opaque. In the tar that is an empty file in it, {name}.")
        board.step(said.format(path=path, name=name))
    board.step(_("Whoever unpacks the tar turns the .wh. names back into what overlayfs knows. Nobody ever sees them."))
    return board.scene(_("One change, two spellings"))


def _held(upper: Lower) -> list[tuple[str, Node]]:
    """The paths of a layer with what is there, without directories that are only on the way."""
    found: list[tuple[str, Node]] = []
    waiting = [("", 0)]
    while waiting:
        above, entry = waiting.pop()
        for name, below in sorted(upper.children(entry).items()):
            node = upper.node(below)
            if not isinstance(node, Directory) or node.opaque or not upper.children(below):
                found.append((f"{above}/{name}", node))
            if isinstance(node, Directory):
                waiting.append((f"{above}/{name}", below))
    return sorted(found, key=lambda each: each[0])


def _in_tar(upper: Lower) -> set[str]:
    """The names of the entries that the engine writes."""
    stream = io.BytesIO(b"".join(layer_tar.blocks(upper)))
    with tarfile.open(fileobj=stream) as archive:
        return {name.rstrip("/") for name in archive.getnames()}


def _hides(node: Node) -> bool:
    return isinstance(node, Whiteout) or (isinstance(node, Directory) and node.opaque)


def _tar_name(path: str, node: Node) -> str:
    directory, _slash, name = path.lstrip("/").rpartition("/")
    if isinstance(node, Whiteout):
        return f"{directory}/{WHITEOUT_PREFIX}{name}".lstrip("/")
    if isinstance(node, Directory) and node.opaque:
        return f"{path.lstrip('/')}/{OPAQUE_NAME}"
    return path.lstrip("/")


def _deed(node: Node) -> str:
    if isinstance(node, Whiteout):
        return _("deleted")
    return _("made anew") if isinstance(node, Directory) else _("written")


def _on_disk(node: Node) -> str:
    if isinstance(node, Whiteout):
        return _("a character device 0, 0")
    if isinstance(node, Directory):
        return _("xattr trusted.overlay.opaque=y") if node.opaque else _("a directory")
    return _("as it is")


def _tar_note(node: Node) -> str:
    return _("an empty file") if _hides(node) else _("as it is")
