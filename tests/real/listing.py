"""What a Lower stores, as plain rows, so that two of them can be compared whatever holds them."""

import hashlib
from typing import Any

from coursekit.fs.content import Missing
from coursekit.fs.node import Device, Directory, File, Symlink, Whiteout
from coursekit.layers.ports import Lower


def listing(lower: Lower) -> dict[str, tuple[Any, ...]]:
    """Each stored path with its kind, metadata, what it holds (a file: size and sha256), links and first name."""
    found: dict[str, tuple[Any, ...]] = {}
    first: dict[int, str] = {}
    stack = [("/", 0)]
    while stack:
        path, entry = stack.pop()
        node = lower.node(entry)
        holds: tuple[Any, ...]
        match node:
            case Whiteout():
                found[path] = ("whiteout",)
                continue
            case Directory(opaque=opaque):
                holds = (opaque,)
            case Symlink(target=target):
                holds = (target,)
            case Device(kind=kind, major=major, minor=minor):
                holds = (kind, major, minor)
            case File(content=Missing(size=size, digest=digest)):
                holds = (size, digest)
            case File(content=content):
                digest = hashlib.sha256(content.read(0, content.size)).hexdigest()
                holds = (content.size, f"sha256:{digest}")
        if isinstance(node, File):
            holds = (*holds, first.setdefault(lower.inode(entry), path))
        meta = node.meta
        found[path] = (
            type(node).__name__,
            meta.mode,
            meta.uid,
            meta.gid,
            meta.mtime_ns,
            dict(meta.xattrs),
            lower.nlink(entry),
            *holds,
        )
        children = sorted(lower.children(entry).items(), reverse=True)
        stack += [(f"{path.rstrip('/')}/{name}", child) for name, child in children]
    return found
