"""MountOptions: what the kernel's overlay mount takes behind `-o`, with one parser, and refused where it refuses.

    lowerdir=A:B,upperdir=U,workdir=W,redirect_dir=on,metacopy=on      `\\:` `\\,` `\\\\` are the characters themselves

    redirect_dir   on        a directory of a lower layer can be renamed: upperdir notes where it was
                   follow    such notes in the layers are followed (the default, and what Linux makes of `off`)
                   nofollow  a name that has one is refused, EPERM
    metacopy       on        chmod and its kind copy no data up; implies redirect_dir=on
    index          on        hard links of lower layers stay one file
    userxattr                notes are user.overlay.*; implies redirect_dir=nofollow

Source: Linux fs/overlayfs/params.c; Documentation/filesystems/overlayfs.rst.
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

from coursekit.layers.xattr_names import TRUSTED, USER, OverlayXattrs

Redirect = Literal["on", "follow", "nofollow", "off"]
_REDIRECTS, _XINO, _UUID = ("on", "follow", "nofollow", "off"), ("on", "off", "auto"), ("on", "off", "auto", "null")
_FLAGS = ("userxattr", "volatile", "default_permissions")


@dataclass(frozen=True, slots=True)
class Features:
    """What a mount does, once its options are put together."""

    redirect: bool = False  # directories are renamed by a note
    follow: bool = True  # such notes are followed
    metacopy: bool = False
    index: bool = False
    closed: bool = False  # a new directory is opaque at once: what may be put below it later shall not show
    notes: OverlayXattrs = TRUSTED


@dataclass(frozen=True, slots=True)
class MountOptions:
    """Options as they were given; None is "not said"."""

    lowerdir: tuple[str, ...] = ()  # top first
    upperdir: str | None = None
    workdir: str | None = None
    redirect_dir: Redirect | None = None
    metacopy: bool | None = None
    index: bool | None = None
    userxattr: bool = False
    xino: str = "off"
    volatile: bool = False
    default_permissions: bool = False
    uuid: str = "auto"

    @classmethod
    def parse(cls, text: str, rest: list[str] | None = None) -> "MountOptions":
        """The options of a string. What overlayfs does not know goes to `rest` if given, and is EINVAL otherwise.

        >>> MountOptions.parse(r"lowerdir=a\\:b:c,metacopy=on").lowerdir
        ('a:b', 'c')
        """
        options = cls()
        for said in _split(text, ","):
            name, equals, value = said.partition("=")
            read = _READERS.get(name)
            if read is not None and bool(equals) != (name in _FLAGS):
                options = replace(options, **read(name, value, options))
            elif rest is not None and read is None:
                rest.append(said)
            elif said:
                _refuse(f"unknown mount option {said!r}, or one without its value")
        return options

    def features(self, *, writable: bool) -> Features:
        """What they amount to. Raises: OSError with EINVAL for options that contradict each other."""
        redirect = "follow" if self.redirect_dir in (None, "off") else self.redirect_dir
        metacopy = bool(self.metacopy)
        if not writable and redirect == "follow":
            redirect = "on"
        if metacopy and redirect != "on":
            if self.redirect_dir is not None:
                _refuse(f"metacopy=on needs redirect_dir=on, not {self.redirect_dir}")
            redirect = "on"
        if self.userxattr:
            if self.redirect_dir is not None and redirect != "nofollow":
                _refuse(f"userxattr goes with redirect_dir=nofollow alone, not {self.redirect_dir}")
            if metacopy:
                _refuse("userxattr and metacopy=on contradict each other")
            redirect = "nofollow"
        index = bool(self.index) and writable
        return Features(
            redirect=redirect == "on",
            follow=redirect != "nofollow",
            metacopy=metacopy,
            index=index,
            closed=index or metacopy or redirect == "on" or self.xino == "on",
            notes=USER if self.userxattr else TRUSTED,
        )


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts between separators that no backslash precedes; the backslashes stay."""
    part, escaped = "", False
    for character in text:
        if character == separator and not escaped:
            yield part
            part = ""
        else:
            part += character
        escaped = character == "\\" and not escaped
    yield part


def _unescaped(text: str) -> str:
    plain, escaped = "", False
    for character in text:
        escaped = character == "\\" and not escaped
        plain += "" if escaped else character
    return plain


def _refuse(why: str) -> NoReturn:
    raise OSError(errno.EINVAL, why)


Reader = Callable[[str, str, MountOptions], dict[str, Any]]


def _lowerdir(name: str, value: str, options: MountOptions) -> dict[str, Any]:
    parts = list(_split(value, ":"))
    if "" in parts and value:
        _refuse("an empty lowerdir; layers that hold data alone (behind `::`) are not supported here")
    return {"lowerdir": tuple(map(_unescaped, parts)) if value else ()}


def _more_lowerdir(name: str, value: str, options: MountOptions) -> dict[str, Any]:
    """`lowerdir+` names one more layer, below those before, and is taken as it stands."""
    return {"lowerdir": (*options.lowerdir, value)}


def _place(name: str, value: str, options: MountOptions) -> dict[str, Any]:
    return {name: _unescaped(value) if value else _refuse(f"{name} without a directory")}


def _flag(name: str, value: str, options: MountOptions) -> dict[str, Any]:
    return {name: True}


def _switch(name: str, value: str, options: MountOptions) -> dict[str, Any]:
    return {name: value == "on" if value in ("on", "off") else _refuse(f"{name}={value}: on or off")}


def _one_of(*values: str) -> Reader:
    def read(name: str, value: str, options: MountOptions) -> dict[str, Any]:
        return {name: value} if value in values else _refuse(f"{name}={value}: one of {', '.join(values)}")

    return read


def _only_off(name: str, value: str, options: MountOptions) -> dict[str, Any]:
    return {} if value == "off" else _refuse(f"{name}={value}: the kernel alone can do that; here it is off")


_READERS: dict[str, Reader] = {
    "lowerdir": _lowerdir,
    "lowerdir+": _more_lowerdir,
    "upperdir": _place,
    "workdir": _place,
    "redirect_dir": _one_of(*_REDIRECTS),
    "metacopy": _switch,
    "index": _switch,
    "xino": _one_of(*_XINO),
    "uuid": _one_of(*_UUID),
    "nfs_export": _only_off,
    "verity": _only_off,
    **dict.fromkeys(_FLAGS, _flag),
}
