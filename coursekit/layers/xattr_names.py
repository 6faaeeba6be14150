"""The names of extended attributes: how overlayfs keeps its own apart from those of whoever uses the mount.

    set through the mount     trusted.overlay.opaque              shown as  trusted.overlay.opaque
    stored in the layer       trusted.overlay.overlay.opaque
    overlayfs's own note      trusted.overlay.opaque              hidden

With the mount option `userxattr` all of them begin with `user.overlay.`, which needs no privilege.

Source: Linux Documentation/filesystems/overlayfs.rst, "Nesting overlayfs mounts", "User xattr".
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OverlayXattrs:
    """The names under which a mount keeps its own notes in its layers."""

    prefix: str
    opaque: str = field(init=False)  # "y": nothing below this directory shows; "x": some of its files are whiteouts
    whiteout: str = field(init=False)  # on an empty file: it hides its name
    origin: str = field(init=False)  # on what was copied up: where it came from; empty: from somewhere
    redirect: str = field(init=False)  # on what was renamed: its name or path in the layers below
    metacopy: str = field(init=False)  # on a file whose data is still below
    number: str = field(init=False)  # coursekit's: the st_ino that it had below, which Linux has from the origin

    def __post_init__(self) -> None:
        for note in ("opaque", "whiteout", "origin", "redirect", "metacopy"):
            object.__setattr__(self, note, self.prefix + note)
        object.__setattr__(self, "number", self.prefix + "coursekit.ino")

    def is_own(self, name: str) -> bool:
        """A stored name is overlayfs's own note, to be hidden.

        >>> [TRUSTED.is_own(name) for name in ("trusted.overlay.opaque", "trusted.overlay.overlay.opaque", "user.x")]
        [True, False, False]
        """
        return name.startswith(self.prefix) and not name.startswith(self.prefix + "overlay.")

    def escape(self, name: str) -> str:
        """The stored name of an attribute that is set through the mount.

        >>> TRUSTED.escape("trusted.overlay.opaque"), TRUSTED.escape("user.x")
        ('trusted.overlay.overlay.opaque', 'user.x')
        """
        return f"{self.prefix}overlay.{name[len(self.prefix) :]}" if name.startswith(self.prefix) else name

    def unescape(self, name: str) -> str:
        """The name that the mount shows for a stored one that is not overlayfs's own.

        >>> USER.unescape("user.overlay.overlay.opaque")
        'user.overlay.opaque'
        """
        escaped = self.prefix + "overlay."
        return self.prefix + name[len(escaped) :] if name.startswith(escaped) else name


TRUSTED = OverlayXattrs("trusted.overlay.")
USER = OverlayXattrs("user.overlay.")  # mount option userxattr
