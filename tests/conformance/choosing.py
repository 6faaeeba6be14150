"""What the random machine chooses from: few names, so that they collide; paths that exist more often than not.

Floor of the machine: what can be drawn, nothing is asked here.
"""

import os
import posixpath

from tests.conformance import drawing as st
from tests.conformance.drawn import NAMES

SIZES = (0, 1, 7, 100, 4095, 4096, 4097, 9000, 20000)
MODES = (0o644, 0o600, 0o755, 0o4755, 0o2755, 0o2770, 0o1777, 0o7777, 0)
XATTRS = ("user.k", "user.n", "trusted.t", "trusted.overlay.opaque", "trusted.overlay.x", "security.s", "unknown.x")
SHORT = st.sampled_from(NAMES)
DATA = st.builds(lambda size, byte: bytes([byte]) * size, st.sampled_from(SIZES), st.integers(97, 102))
FLAGS = st.builds(
    lambda way, *more: way | sum(more),
    st.sampled_from((os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR, os.O_RDWR)),
    *(
        st.sampled_from((0,) * zeros + (flag,))
        for flag, zeros in (
            (os.O_CREAT, 2),
            (os.O_TRUNC, 4),
            (os.O_APPEND, 3),
            (os.O_EXCL, 9),
            (os.O_NOFOLLOW, 7),
            (os.O_DIRECTORY, 14),
        )
    ),
)
OWNERS = st.sampled_from(((-1, -1), (-1, -1), (0, 0), (7, -1), (-1, 9)))
NEW_PATH = st.lists(SHORT, min_size=1, max_size=3).map(lambda names: "/" + "/".join(names))
ODD_PATH = st.sampled_from(
    ("/", "/.", "/..", "/a/..", "/a/.", "/b/../a", "/a/", "/b/c/", "/c//d", "/" + "n" * 256, "a", "")
)


MADE = "made"  # a directory that was made in upperdir: it can be renamed
GROUPS: dict[str, set[str]] = {
    "any": set(),
    "slash": set(),
    "directory": {"directory", MADE},
    "below": {"directory", MADE},
}


class Place:
    """How a path is chosen: one of a kind that is there, a name beside or below one, or one made up."""

    def __init__(self, how: str, number: int, name: str, path: str) -> None:
        self.how, self.number, self.name, self.path = how, number, name, path

    def among(self, known: dict[str, str]) -> str:
        """The path, given what is known to be there and of which kind."""
        if self.how == "made up" or not known:
            return self.path
        wanted = GROUPS.get(self.how, {self.how})
        paths = [path for path, kind in known.items() if not wanted or kind in wanted] or list(known)
        path = paths[self.number % len(paths)]
        match self.how:
            case "below":
                return posixpath.join(path, self.name)
            case "slash":
                return path + "/"
        return path

    def __repr__(self) -> str:
        return f"{self.how}:{self.number}:{self.name}:{self.path}"


def place(*hows: str) -> st.Drawn[Place]:
    """A path to be, chosen in one of the ways."""
    return st.builds(Place, st.sampled_from(hows), st.integers(0, 40), SHORT, NEW_PATH | ODD_PATH)


THERE = place(*["any"] * 7, "file", "slash", "made up")
FILE = place(*["file"] * 7, "any", "symlink", "made up")
DIRECTORY = place(*["directory"] * 7, "any", "made up")
MOVABLE = place(*["file"] * 4, *["made"] * 4, "symlink", "any")
NEW = place(*["below"] * 7, "any", "made up")
SLOT = st.integers(0, 5)
