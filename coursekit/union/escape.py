"""The names of extended attributes: how overlayfs keeps its own apart from those of whoever uses the mount.

    set through the mount     trusted.overlay.opaque              shown as  trusted.overlay.opaque
    stored in the layer       trusted.overlay.overlay.opaque
    overlayfs's own note      trusted.overlay.opaque              hidden

Floor 2 (union). Source: Linux Documentation/filesystems/overlayfs.rst, "Nesting overlayfs mounts".
"""

OWN = "trusted.overlay."
ESCAPED = "trusted.overlay.overlay."
ORIGIN = "trusted.overlay.origin"  # on what was copied up: where it came from


def is_own(name: str) -> bool:
    """A stored name is overlayfs's own note, to be hidden.

    >>> is_own("trusted.overlay.opaque"), is_own("trusted.overlay.overlay.opaque"), is_own("user.x")
    (True, False, False)
    """
    return name.startswith(OWN) and not name.startswith(ESCAPED)


def escape(name: str) -> str:
    """The stored name of an attribute that is set through the mount.

    >>> escape("trusted.overlay.opaque"), escape("user.x")
    ('trusted.overlay.overlay.opaque', 'user.x')
    """
    return ESCAPED + name[len(OWN) :] if name.startswith(OWN) else name


def unescape(name: str) -> str:
    """The name that the mount shows for a stored one that is not overlayfs's own.

    >>> unescape("trusted.overlay.overlay.opaque")
    'trusted.overlay.opaque'
    """
    return OWN + name[len(ESCAPED) :] if name.startswith(ESCAPED) else name
