"""What can go wrong, as one tree.

    Exception
    ├── OSError                 a file system said no: the errno Linux gives, and the path
    │   └── ContentMissing      the file is known, its bytes are not here (EIO; a CourseError too)
    └── CourseError
        ├── ImageError          an image, layer or archive that cannot be what it claims
        │   └── DigestMismatch  its bytes do not have the digest that names them
        ├── BuildError          a Dockerfile that cannot be read, or a step of it that failed
        ├── NotFound            no such image or container
        │   └── NotStarted      a container whose first process cannot be: no such program or user, or no right to it
        ├── Conflict            the name is in use, the container is running, the image is used
        ├── StoreError          the store on disk cannot be read or written
        ├── ToolMissing         this machine lacks something, and the message says what
        ├── UnknownName         a name that the package does not have (an AttributeError too)
        └── ExerciseError       an exercise, lesson or submission that does not exist or cannot be read

It knows nothing of coursekit but its language. A message says what was found, what was wanted, and what to do.
"""

import errno
import os
from collections.abc import Iterable
from difflib import get_close_matches

from coursekit.language import _


class CourseError(Exception):
    """Something a person can mend; its text is the one line they are shown, in a notebook too."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class UnknownName(CourseError, AttributeError):
    """A name that the package does not have."""


class ImageError(CourseError):
    """An image, layer or archive that cannot be what it claims to be."""


class DigestMismatch(ImageError):
    """Bytes that do not have the digest that names them."""


class BuildError(CourseError):
    """A Dockerfile that cannot be read, or a step of it that failed; `start` and `end` are its lines, from 1."""

    def __init__(self, said: str, start: int = 0, end: int = 0) -> None:
        """0 for no line in particular."""
        super().__init__(said)
        self.start, self.end = start, end or start


class NotFound(CourseError):
    """No such image or container."""


class NotStarted(NotFound):
    """What a container's first process needs is not there; `code` is the exit code of docker's `run`."""

    def __init__(self, said: str, code: int) -> None:
        """125 for the user, 126 for a program that may not be run, 127 for one that is nowhere."""
        super().__init__(said)
        self.code = code


class Conflict(CourseError):
    """The request is at odds with what exists: a name in use, a running container, an image in use."""


class StoreError(CourseError):
    """The store on disk cannot be read or written."""


class ToolMissing(CourseError):
    """This machine lacks a tool or a right that the request needs."""


class ExerciseError(CourseError):
    """An exercise, lesson or submission that does not exist or cannot be read."""


class ContentMissing(CourseError, OSError):
    """A file whose size and digest are known, and whose bytes are not in this image (errno EIO)."""

    def __init__(self, path: str, how: str, digest: str = "") -> None:
        """`how` tells where the bytes can be had; `digest` what they hash to, sha256:<hex>."""
        self.digest = digest
        said = _("the bytes of this file are not in the bundled image ({how})").format(how=_(how))
        OSError.__init__(self, errno.EIO, said, path)


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """ "Did you mean 'lookup'?" for a name that is near one that is known, else "".

    >>> did_you_mean("lookop", ["lookup", "readdir"]), did_you_mean("x", ["lookup"])
    ("Did you mean 'lookup'?", '')
    """
    near = get_close_matches(str(name), list(known), 1)
    return _("Did you mean {name}?").format(name=repr(near[0])) if near else ""


def os_error(code: int, path: str, path2: str | None = None) -> OSError:
    """The exception that Linux's `code` becomes in Python, e.g. FileNotFoundError for ENOENT.

    >>> os_error(errno.ENOENT, "/etc/nothing")
    FileNotFoundError(2, 'No such file or directory')
    """
    return OSError(code, os.strerror(code), path, None, path2)
