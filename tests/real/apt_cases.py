"""What apt and dpkg do in a real Debian, beside what the teaching shell does: one script in both, tree against tree.

Floor of tests/real: needs root, debootstrap and Debian's archive. `CASES` name a base and a script; `compare` gives the
paths that differ, those left out that EXPLAINED accounts for.
"""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.builder.build import build
from coursekit.builder.cache import BuildCache
from coursekit.image.bundled import DOCKER
from coursekit.image.image import Image
from coursekit.vfs.overlay import Overlay
from tests.real import packages
from tests.real.debian import SLIM

UPDATE = "apt-get update"
CASES = {
    "lean": ("debian-slim:bullseye", f"{UPDATE} && apt-get install -y --no-install-recommends nginx"),
    "rich": ("debian-minbase:bullseye", f"{UPDATE} && apt-get install -y nginx"),
    "clean": (
        "debian-slim:bullseye",
        f"{UPDATE} && apt-get install -y --no-install-recommends nginx curl "
        "ca-certificates && rm -rf /var/lib/apt/lists/*",
    ),
    "emptied": (
        "debian-minbase:bullseye",
        f"{UPDATE} && apt-get install -y --no-install-recommends curl && apt-get clean",
    ),
    "purged": (
        "debian-slim:bullseye",
        f"{UPDATE} && apt-get install -y --no-install-recommends nginx-light curl && "
        "apt-get purge -y curl && apt-get autoremove -y --purge",
    ),
    "purged-all": (
        "debian-slim:bullseye",
        f"{UPDATE} && apt-get install -y --no-install-recommends nginx && "
        "apt-get purge -y nginx-common && apt-get autoremove -y --purge",
    ),
    "removed": (
        "debian-slim:bullseye",
        f"{UPDATE} && apt-get install -y --no-install-recommends nginx && "
        "apt-get remove -y nginx-common && apt-get autoremove -y",
    ),
}
UNSEEN = re.compile(r"/(dev|proc|sys|run)(/|$)|/etc/(resolv\.conf|hostname|hosts)$|/root(/|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of a path."""

    kind: int
    mode: int
    owner: tuple[int, int]
    size: int


@dataclass
class Difference:
    """Paths by how they differ; sizes as (real, ours)."""

    missing: list[str] = field(default_factory=list)  # only in the real tree
    extra: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)  # another kind, mode or owner
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)


def real(place: Path, base: str, script: str) -> Path:
    """The tree after the script ran in a real Debian."""
    root = packages.base(place, docker=base == "debian-slim:bullseye")
    if base == "debian-slim:bullseye":
        (root / "etc/apt/apt.conf.d/docker").write_bytes(DOCKER)
        (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(SLIM)
    packages.chroot(root, script)
    return root


def ours(base: str, script: str) -> Image:
    """The image after the same script ran in the teaching shell."""
    return build(f"FROM {base}\nRUN {script}\n", say=None, cache=BuildCache())


def entries_of_directory(root: Path) -> dict[str, Entry]:
    found = {}
    for top, names, others in os.walk(root):
        for name in [*names, *others]:
            path = Path(top) / name
            found[f"/{path.relative_to(root)}"] = _entry(path.lstat())
    return {path: entry for path, entry in found.items() if not UNSEEN.match(path)}


def entries_of_image(image: Image) -> dict[str, Entry]:
    tree = Overlay.from_image(image, upperdir=None)
    found = {}
    for top, names, others in tree.walk("/"):
        for name in [*names, *others]:
            path = f"{top.rstrip('/')}/{name}"
            found[path] = _entry(tree.lstat(path))
    return {path: entry for path, entry in found.items() if not UNSEEN.match(path)}


def _entry(status: os.stat_result) -> Entry:
    size = status.st_size if stat.S_ISREG(status.st_mode) else 0
    return Entry(stat.S_IFMT(status.st_mode), stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid), size)


def compare(there: dict[str, Entry], here: dict[str, Entry]) -> Difference:
    """All differences."""
    found = Difference(sorted(there.keys() - here.keys()), sorted(here.keys() - there.keys()))
    for path in sorted(there.keys() & here.keys()):
        one, other = there[path], here[path]
        if (one.kind, one.mode, one.owner) != (other.kind, other.mode, other.owner):
            found.kinds.append(path)
        if one.size != other.size:
            found.sizes[path] = (one.size, other.size)
    return found


def bytes_in(entries: dict[str, Entry]) -> int:
    """Bytes of regular files (each name of a hard link counts)."""
    return sum(entry.size for entry in entries.values())
