"""Chase: one name followed down the layers, where notes in them lead elsewhere.

    layer 1   /new   redirect=/old/d        a directory that was renamed: goes on at /old/d from layer 2 on
    layer 1   /f     metacopy               a file whose data is further below, under its own name or a redirect's
    layer 2   /old/d  /f

The merged index needs none of this for a name without such notes. A note that may not be followed (redirect_dir=
nofollow, metacopy off) makes the name one that is listed and refused: EPERM; data that is nowhere is EIO.

Source: Linux fs/overlayfs/namei.c (ovl_lookup, ovl_check_redirect), overlayfs.rst "redirect_dir".
"""

import errno
from collections.abc import Sequence

from coursekit.fs.node import Directory, File, Metadata, Node, Whiteout
from coursekit.fs.paths import components
from coursekit.layers.ports import Lower
from coursekit.layers.whiteout import as_whiteout
from coursekit.layers.xattr_names import OverlayXattrs
from coursekit.union.options import Features

Stack = tuple[tuple[int, int], ...]  # (layer from 1, entry), top first


def leads_elsewhere(node: Node, notes: OverlayXattrs) -> bool:
    """What is below this object is not, or not only, what the layers have under its name."""
    match node:
        case Directory(meta=meta):
            return notes.redirect in meta.xattrs
        case File(meta=meta):
            return notes.metacopy in meta.xattrs
    return False


def redirect_of(meta: Metadata, notes: OverlayXattrs) -> str | None:
    """The name or absolute path in the layers below that the note says; None without one.

    Raises: OSError with EINVAL for a note that can be none.
    """
    value = meta.xattrs.get(notes.redirect)
    if value is None:
        return None
    text = value.decode("utf-8", "surrogateescape")
    if not text or ("" in text[1:].split("/") if text.startswith("/") else "/" in text):
        raise OSError(errno.EINVAL, f"invalid redirect {text!r}")
    return text


class Chase:
    """The search for one name. `found` grows while it goes down."""

    def __init__(self, lowers: Sequence[Lower], features: Features, parent: Stack, name: str) -> None:
        """`parent`: what of the layers makes up the directory."""
        self._lowers, self._features, self._notes = lowers, features, features.notes
        self._parent = parent
        self._wanted = [name]  # from the parent directory, or from the root
        self._from_root = False
        self._redirected = self._stop = self._metacopy = False
        self._directory = False  # a directory was found: only directories join it
        self.found: list[tuple[int, int]] = []

    def from_upper(self, node: Node) -> Stack:
        """What belongs to an object of upperdir. Raises: OSError with EPERM or EIO as Linux."""
        if isinstance(node, Directory):
            self._directory = True
            if node.opaque:
                return ()
        self._metacopy = isinstance(node, File)
        self._redirect(node, [], [])
        return self._down(data_above=self._metacopy)

    def from_lower(self) -> Stack:
        """What the layers show under the name."""
        return self._down(data_above=False)

    def _down(self, data_above: bool) -> Stack:
        places = self._places(0)
        at = 0
        while at < len(places) and not self._stop:
            layer, entry = places[at]
            at += 1
            lowest = layer == len(self._lowers) if self._features.follow else at == len(places)
            child = self._in_layer(layer, entry, lowest)
            if child is None:
                continue
            if (self._metacopy or data_above) and not self._features.metacopy:
                raise OSError(errno.EPERM, "its data is elsewhere (metacopy), and metacopy=on is not given")
            if not (self._metacopy and self.found):
                self.found.append((layer, child))
            if self._redirected and not self._features.follow:
                raise OSError(errno.EPERM, "it leads elsewhere (redirect_dir), and that is not followed")
            if self._from_root and places is self._parent:
                places, at = self._places(layer), 0
        if self._metacopy or (data_above and not self.found):
            raise OSError(errno.EIO, "its data is in no layer (metacopy)")
        return tuple(self.found)

    def _places(self, above: int) -> Stack:
        """Where to look from here: the parent directory, or the roots of the layers below layer `above`."""
        if not self._from_root:
            return self._parent
        return tuple((layer, 0) for layer in range(above + 1, len(self._lowers) + 1))

    def _in_layer(self, layer: int, entry: int, lowest: bool) -> int | None:
        """The entry that the wanted path leads to in one layer."""
        lower, wanted = self._lowers[layer - 1], list(self._wanted)
        for depth, name in enumerate(wanted):
            child = lower.children(entry).get(name)
            if child is None:
                return None
            node = as_whiteout(lower.node(child), self._notes)
            if not self._goes_on(node, wanted[:depth], wanted[depth + 1 :], lowest):
                return None
            entry = child
        return entry

    def _goes_on(self, node: Node, before: list[str], after: list[str], lowest: bool) -> bool:
        """Whether an object on the way, or at its end, is one to take; and what it says of the layers below."""
        if isinstance(node, Directory):
            if not after:
                self._directory = True
            if not lowest:
                if node.opaque:
                    self._stop = True
                else:
                    self._redirect(node, before, after)
            return True
        self._stop = True
        if isinstance(node, Whiteout) or self._directory or after:
            return False
        self._metacopy = isinstance(node, File) and self._notes.metacopy in node.meta.xattrs
        if self._metacopy:
            self._stop = False
            if not lowest:
                self._redirect(node, before, after)
        return True

    def _redirect(self, node: Node, before: list[str], after: list[str]) -> None:
        """Heed the note of an object: the layers below are asked for another path."""
        assert not isinstance(node, Whiteout)
        redirect = redirect_of(node.meta, self._notes)
        if redirect is None:
            return
        self._redirected = True
        if redirect.startswith("/"):
            self._wanted, self._from_root, self._stop = [*components(redirect), *after], True, False
        else:
            self._wanted = [*before, redirect, *after]
