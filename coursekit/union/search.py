"""Search: which layers make up one name, asked from the top down. The rule of the union, in one place.

    asked for a name, a layer has         and the search
        nothing                           goes on
        a whiteout                        ends
        a directory                       takes it and goes on; ends there if the directory is opaque
        a file, symlink, device           takes it, unless a directory was taken above it; ends either way

A note that overlayfs left on what is taken leads on: the layers below are asked for something else.

    layer 1   /new   redirect=/old/d      a directory that was renamed: goes on at /old/d from layer 2 on
    layer 1   /f     metacopy             a file whose data is further below, under its own name or a redirect's
    layer 2   /old/d  /f

A note that may not be followed (redirect_dir=nofollow, metacopy off) makes the name one that is listed and refused:
EPERM; data that is nowhere is EIO.

Three ask by this rule. `lookup` puts upperdir above what the lower layers show. `merge` answers for all names of a
lower directory at once, since those never change. And whoever listens is told what a search asked: `Search.asked` is
kept by the same steps that find.

Source: Linux fs/overlayfs/namei.c (ovl_lookup, ovl_lookup_layer, ovl_check_redirect); overlayfs.rst, "redirect_dir".
"""

import errno
from collections.abc import Sequence

from coursekit.fs.node import Directory, File, Metadata, Node, Whiteout
from coursekit.fs.paths import components
from coursekit.layers.ports import Lower
from coursekit.layers.whiteout import as_whiteout
from coursekit.layers.xattr_names import OverlayXattrs
from coursekit.union.options import Features

Stack = tuple[tuple[int, int], ...]  # (layer from 1, entry in it), top first


def heed(answer: Node | None, below_directory: bool) -> tuple[bool, bool]:
    """What a layer's answer does to a search: (it is taken, the search ends). None is the answer "nothing".

    `below_directory`: a directory was taken from a layer above. What is none hides under it.

    >>> heed(None, False), heed(Whiteout(), False), heed(Directory(Metadata()), True)
    ((False, False), (False, True), (True, False))
    """
    if isinstance(answer, Directory):
        return True, answer.opaque
    if answer is None:
        return False, False
    if isinstance(answer, Whiteout):
        return False, True
    if below_directory:  # a file, symlink or device
        return False, True
    return True, True


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


class Search:
    """The search for one name in one directory: `upper` first if there is an upperdir, then `down`."""

    def __init__(self, lowers: Sequence[Lower], features: Features, parent: Stack, name: str) -> None:
        """`parent`: what of the lower layers makes up the directory."""
        self._lowers, self._features, self._notes = lowers, features, features.notes
        self._parent = parent
        self._wanted = [name]  # the components to go down in a layer: from the parent directory, or from the root
        self._from_root = False
        self._redirected = self._ended = False
        self._metacopy = False  # what was taken last is a file whose data is further below
        self._directory = False  # a directory was taken: only directories join it
        self.found: list[tuple[int, int]] = []  # what was taken of the lower layers, top first
        self.asked: list[tuple[int, Node | None]] = []  # (layer, what it has stored there), in the order asked

    def upper(self, node: Node | None) -> None:
        """Upperdir's answer, which comes before all others."""
        self.asked.append((0, node))
        if node is not None:
            self._take(node, [], [], lowest=False)

    def down(self) -> Stack:
        """What of the lower layers belongs to the name. Raises: OSError with EPERM, EIO or EINVAL as Linux."""
        features, data_above = self._features, self._metacopy
        places, at = self._places(0), 0
        while at < len(places) and not self._ended:
            layer, entry = places[at]
            at += 1
            lowest = layer == len(self._lowers) if features.follow else at == len(places)
            child = self._ask(layer, entry, lowest)
            if child is None:
                continue
            if (self._metacopy or data_above) and not features.metacopy:
                raise OSError(errno.EPERM, "its data is elsewhere (metacopy), and metacopy=on is not given")
            if not (self._metacopy and self.found):  # of a file the topmost metadata counts, and the data
                self.found.append((layer, child))
            if self._redirected and not features.follow:
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

    def _ask(self, layer: int, entry: int, lowest: bool) -> int | None:
        """The entry that the wanted path leads to in one layer; None if that has nothing there to take."""
        lower, wanted = self._lowers[layer - 1], self._wanted
        for depth, name in enumerate(wanted):
            child = lower.children(entry).get(name)
            stored = None if child is None else lower.node(child)
            before, after = wanted[:depth], wanted[depth + 1 :]
            answer = None if stored is None else as_whiteout(stored, self._notes)
            taken = answer is not None and self._take(answer, before, after, lowest)
            if not taken or not after:
                # A file in the middle of a redirect's path is told as nothing: it is no answer to what was asked.
                self.asked.append((layer, stored if not after or isinstance(answer, Whiteout) else None))
            if child is None or not taken:
                return None
            entry = child
        return entry

    def _take(self, node: Node, before: list[str], after: list[str], lowest: bool) -> bool:
        """Heed an object at the end of the wanted path, or on the way (`after` is still to come); its note, too."""
        taken, ends = heed(node, self._directory or bool(after))
        self._ended = self._ended or ends
        if isinstance(node, Directory):
            self._directory = self._directory or not after
            if not ends and not lowest:
                self._redirect(node.meta, before, after)
        elif isinstance(node, File) and taken:
            self._metacopy = self._notes.metacopy in node.meta.xattrs
            if self._metacopy:
                self._ended = False
                if not lowest:
                    self._redirect(node.meta, before, after)
        elif taken:
            self._metacopy = False
        return taken

    def _redirect(self, meta: Metadata, before: list[str], after: list[str]) -> None:
        """Heed a redirect: the layers below are asked for another path. An absolute one starts at their roots."""
        redirect = redirect_of(meta, self._notes)
        if redirect is None:
            return
        self._redirected = True
        if redirect.startswith("/"):
            self._wanted, self._from_root, self._ended = [*components(redirect), *after], True, False
        else:
            self._wanted = [*before, redirect, *after]
