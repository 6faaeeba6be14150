"""Bundle: make the skeleton of a real image, to be kept in the repository (see skeleton.py for the format).

    python -m tests.real.debian bullseye                       prints LAYOUT, the real image
    python -m tests.real.bundle LAYOUT:debian-nginx debian-nginx:bullseye

The same image gives the same bytes. Contents are kept for what lessons read (`HELD`); of all else the digest.

Maintenance: nothing of a course imports it.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import coursekit
from coursekit.errors import ImageError
from coursekit.fs.content import Content
from coursekit.fs.node import Device, Directory, File, Symlink, Whiteout
from coursekit.image.open import Image
from coursekit.image.skeleton import FORMAT
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay

TARGET = Path(coursekit.__file__).parent / "data" / "images"
SMALL = 4096  # bytes: configuration up to here is held whole
HELD = (
    "/usr/lib/os-release",
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/info/*.list",
    "/var/lib/dpkg/info/format",
    "/var/lib/dpkg/arch",
    "/docker-entrypoint*",
    "/usr/sbin/policy-rc.d",
    "/usr/share/nginx/html/*",
    "/var/www/html/*",
    "/root/.*",
    "/etc/nginx/*",
    "/var/lib/apt/extended_states",
)
HELD_IF_SMALL = ("/etc/*",)


@dataclass
class Tree:
    """The columns of tree.json, as they grow."""

    owners: dict[tuple[int, int, int], int] = field(default_factory=dict)
    mtimes: dict[int, int] = field(default_factory=dict)
    rows: dict[bytes, int] = field(default_factory=dict)  # sha256 -> row of contents
    sizes: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)

    def content(self, path: str, content: Content) -> int:
        """The row of these contents, which are read once to get their digest."""
        hold = is_held(path, content.size)
        digest, data = hashlib.sha256(), bytearray()
        for block in blocks(content):
            digest.update(block)
            if hold:
                data += block
        row = self.rows.setdefault(digest.digest(), len(self.sizes))
        if row == len(self.sizes):
            self.sizes.append(content.size)
            self.starts.append(-1)
        if hold and content.size and self.starts[row] < 0:
            self.starts[row] = len(self.held)
            self.held += data
        return row

    def layer(self, lower: Lower, size_tar: int) -> dict[str, Any]:
        """The columns of one layer."""
        columns: dict[str, Any] = {key: [] for key in ("parents", "names", "kinds", "owners", "mtimes", "values")}
        first: dict[int, int] = {}  # inode of a file -> the number of its first name here
        targets: dict[str, int] = {}
        for parent, name, path, entry in preorder(lower):
            node = lower.node(entry)
            mode, uid, gid, mtime, kind, value = 0, 0, 0, 0, "w", 0
            if not isinstance(node, Whiteout):
                meta = node.meta
                mode, uid, gid, mtime = meta.mode, meta.uid, meta.gid, meta.mtime_ns
                if meta.xattrs:
                    raise ImageError(f"{path}: a skeleton has no extended attributes, this has {sorted(meta.xattrs)}")
            match node:
                case Directory(opaque=opaque):
                    kind = "o" if opaque else "d"
                case Symlink(target=target):
                    kind, value = "l", targets.setdefault(target, len(targets))
                case File(content=content):
                    number = len(columns["names"])
                    value = first.setdefault(lower.inode(entry), number)
                    kind = "f" if value == number else "h"
                    value = self.content(path, content) if kind == "f" else value
                case Device():
                    raise ImageError(f"{path}: a skeleton has no device files")
            row = (
                parent,
                name,
                kind,
                self.owners.setdefault((mode, uid, gid), len(self.owners)),
                self.mtimes.setdefault(mtime, len(self.mtimes)),
                value,
            )
            for key, cell in zip(("parents", "names", "kinds", "owners", "mtimes", "values"), row, strict=True):
                columns[key].append(cell)
        names, kinds = "\0".join(columns["names"]), "".join(columns["kinds"])
        return {**columns, "names": names, "kinds": kinds, "targets": "\0".join(targets), "size_tar": size_tar}

    def document(self, layers: list[dict[str, Any]]) -> dict[str, Any]:
        """What goes into tree.json."""
        return {
            "format": FORMAT,
            "owners": list(self.owners),
            "mtimes": list(self.mtimes),
            "contents": {"sizes": self.sizes, "starts": self.starts},
            "layers": layers,
        }


def preorder(lower: Lower) -> Iterator[tuple[int, str, str, int]]:
    """Number of the parent in this order, name, path and entry; the root first, names sorted."""
    stack = [(0, "", "/", 0)]
    number = 0
    while stack:
        parent, name, path, entry = stack.pop()
        yield parent, name, path, entry
        children = sorted(lower.children(entry).items(), reverse=True)
        stack.extend((number, child, f"{path.rstrip('/')}/{child}", at) for child, at in children)
        number += 1


def blocks(content: Content, length: int = 1 << 20) -> Iterator[bytes]:
    """The contents, at most `length` bytes at a time."""
    for offset in range(0, content.size, length):
        yield content.read(offset, min(length, content.size - offset))


def is_held(path: str, size: int) -> bool:
    """Whether the bytes of a file travel with its skeleton.

    >>> is_held("/etc/passwd", 900), is_held("/etc/ssl/certs/ca-certificates.crt", 200_000), is_held("/bin/sh", 9)
    (True, False, False)
    """
    small = size <= SMALL and any(fnmatch(path, pattern) for pattern in HELD_IF_SMALL)
    return small or any(fnmatch(path, pattern) for pattern in HELD)


def write(target: Path, lowers: list[tuple[Lower, int]], manifest: bytes, config: bytes, provenance: object) -> None:
    """Write a skeleton to `target`; `lowers` base first, each with the bytes of its uncompressed tar."""
    tree = Tree()
    document = tree.document([tree.layer(lower, size_tar) for lower, size_tar in lowers])
    target.mkdir(parents=True, exist_ok=True)
    (target / "manifest.json").write_bytes(manifest)
    (target / "config.json").write_bytes(config)
    (target / "tree.json.gz").write_bytes(packed(json.dumps(document, separators=(",", ":")).encode()))
    (target / "digests.bin").write_bytes(b"".join(tree.rows))
    (target / "contents.bin.gz").write_bytes(packed(bytes(tree.held)))
    (target / "provenance.json").write_text(json.dumps(provenance, indent=1, sort_keys=True) + "\n")


def packed(data: bytes) -> bytes:
    """gzip without the time of day, so that the same data give the same bytes."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def provenance(image: Image, reference: str, commands: Sequence[str]) -> dict[str, Any]:
    """Where a skeleton comes from: the image, its packages, and how it was built."""
    status = Overlay.from_image(image).read_text("/var/lib/dpkg/status")
    return {
        "what": f"skeleton of a real image made from Debian's packages, bundled as {reference}",
        "built": image.config.created,
        "commands": list(commands),
        "image_id": str(image.id),
        "manifest": str(image.manifest.digest),
        "layers": [
            {
                "created_by": layer.created_by,
                "size_files": layer.size_files,
                "size_tar": layer.size_tar,
                "size_compressed": layer.size_compressed,
            }
            for layer in image.layers
        ],
        "packages": packages(status),
        "missing": "the bytes of every file that bundle.HELD does not name; sizes and sha256 are the real ones",
    }


def packages(status: str) -> dict[str, str]:
    """Name and version of each package of a dpkg database.

    >>> packages("Package: a\\nVersion: 1\\n\\nPackage: b\\nVersion: 2~x\\n")
    {'a': '1', 'b': '2~x'}
    """
    found = {}
    for paragraph in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        if "Package" in fields:
            found[fields["Package"]] = fields.get("Version", "")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the skeleton that the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.real.bundle", description="Make a skeleton of an image.")
    parser.add_argument("image", help="a layout and tag, LAYOUT:TAG, or an archive")
    parser.add_argument("reference", help="its bundled name, NAME:TAG")
    parser.add_argument("--into", type=Path, default=TARGET, help="where skeletons lie")
    parser.add_argument("--command", action="append", default=[], help="how the image was built, for its provenance")
    told = parser.parse_args(arguments)
    image = Image.open(told.image)
    lowers = [(layer.lower, layer.size_tar or 0) for layer in image.layers]
    target = told.into / told.reference.replace(":", "-")
    write(target, lowers, image.manifest.raw, image.config.raw, provenance(image, told.reference, told.command))
    size = sum(path.stat().st_size for path in target.iterdir())
    print(f"{told.reference}: {size:,} bytes in {target}")


if __name__ == "__main__":
    main()
