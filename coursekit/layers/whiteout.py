"""Whiteout: the two spellings of "this name is hidden" in a stored layer.

    character device 0/0                               hides its name in all layers below
    empty file with xattr trusted.overlay.whiteout     the same, where a device cannot be made (lower layers only);
                                                       its directory should say trusted.overlay.opaque=x

An adapter turns the first into the node Whiteout. The second stays a file in its layer, and is read here. A directory
without that mark still hides the name, but lists it: Linux looks for the xattr in listings only where the mark is.

Source: Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

from coursekit.fs.node import WHITEOUT, Directory, File, Node
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs


def hides_by_xattr(node: Node, notes: OverlayXattrs = TRUSTED) -> bool:
    """The node is an empty file that stands for a whiteout.

    >>> from coursekit.fs.content import EMPTY
    >>> from coursekit.fs.node import Metadata
    >>> hides_by_xattr(File(Metadata(xattrs={"trusted.overlay.whiteout": b"y"}), EMPTY)), hides_by_xattr(
    ...     File(Metadata(), EMPTY))
    (True, False)
    """
    return isinstance(node, File) and notes.whiteout in node.meta.xattrs and not node.content.size


def as_whiteout(node: Node, notes: OverlayXattrs = TRUSTED) -> Node:
    """The node, or WHITEOUT for a file that stands for one."""
    return WHITEOUT if hides_by_xattr(node, notes) else node


def announces_xattr_whiteouts(node: Node, notes: OverlayXattrs = TRUSTED) -> bool:
    """The directory says that some of its empty files are whiteouts."""
    return isinstance(node, Directory) and node.meta.xattrs.get(notes.opaque) == b"x"
