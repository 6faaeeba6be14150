"""Lesson 07: a small union file system over plain dicts, the course's own solution. It stays on the judge's side.

    upper    {"/": "dir", "/etc": "dir", "/etc/motd": None}              the one layer that changes
    lowers  [{"/": "dir", "/etc": "dir", "/etc/motd": b"hi\\n"}, …]      top first, never changed

    bytes     a file's contents          "opaque"  a directory that hides what lies below it
    "dir"     a directory, which merges  None      a whiteout: hides the name in all layers below

A kernel overlay mount stores just this (a whiteout as device 0/0, the mark as the xattr trusted.overlay.opaque=y), so
its upperdir, read back, is such a dict. Simplified: no modes, owners, times, links or devices; a read-only lower has
whiteouts only where they hide something.

Neighbours: `traces_key` (what the kernel answered), the folders of the exercises. Source: Linux overlayfs.rst; fs/namei.c, do_renameat2, for the order of errors.
"""

import errno
import os
from collections.abc import Sequence
from typing import Any, TypeAlias

Node: TypeAlias = bytes | str | None
Tree: TypeAlias = dict[str, Node]


def refused(number: int, path: str) -> OSError:
    """The OSError that Linux gives."""
    return OSError(number, os.strerror(number), path)


def parent_of(path: str) -> str:
    """The directory above. "/" is above itself."""
    return path.rpartition("/")[0] or "/"


def lookup(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str:
    """What a process sees at `path`: a file's bytes, or "dir". Raises: ENOENT, ENOTDIR."""
    if path == "/":
        return "dir"
    if lookup(upper, lowers, parent_of(path)) != "dir":
        raise refused(errno.ENOTDIR, path)
    above = [path[:at] for at, letter in enumerate(path) if letter == "/" and at]
    for tree in [upper, *lowers]:
        if path in tree:
            node = tree[path]
            if node is None:
                break
            return "dir" if node == "opaque" else node
        if any(tree.get(each, "dir") != "dir" for each in above):
            break
    raise refused(errno.ENOENT, path)


def sees(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str | None:
    """What is seen at `path`, None for nothing."""
    try:
        return lookup(upper, lowers, path)
    except OSError:
        return None


def without(upper: Tree, path: str) -> Tree:
    """`upper` as if it had never held `path` nor anything below: what is still seen there lies in a lower."""
    return {each: node for each, node in upper.items() if each != path and not each.startswith(f"{path}/")}


def below(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes | str | None:
    """What the lowers show at `path` below whatever `upper` has there."""
    return sees(without(upper, path), lowers, path)


def without_marks(trees: Sequence[Tree]) -> list[Tree]:
    """Layers as if no directory in them were opaque."""
    return [{path: "dir" if node == "opaque" else node for path, node in tree.items()} for tree in trees]


def readdir(upper: Tree, lowers: Sequence[Tree], path: str) -> list[str]:
    """The names in a directory, sorted. Raises: ENOENT, ENOTDIR."""
    if lookup(upper, lowers, path) != "dir":
        raise refused(errno.ENOTDIR, path)
    names = {each.rpartition("/")[2] for tree in [upper, *lowers] for each in tree if parent_of(each) == path} - {""}
    inside = "" if path == "/" else path
    return sorted(name for name in names if sees(upper, lowers, f"{inside}/{name}") is not None)


def read(upper: Tree, lowers: Sequence[Tree], path: str) -> bytes:
    """A file's contents; nothing is copied. Raises: ENOENT, ENOTDIR, EISDIR."""
    found = lookup(upper, lowers, path)
    if isinstance(found, str):
        raise refused(errno.EISDIR, path)
    return found


def copy_up(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """Brings what is seen at `path` into `upper`, its directories first. Raises: ENOENT, ENOTDIR."""
    found = lookup(upper, lowers, path)
    if path not in upper:
        copy_up(upper, lowers, parent_of(path))
        upper[path] = found


def write(upper: Tree, lowers: Sequence[Tree], path: str, data: bytes) -> None:
    """Appends `data`, to a new file if there is none. Raises: ENOENT and ENOTDIR of the parent, EISDIR."""
    if lookup(upper, lowers, parent_of(path)) != "dir":
        raise refused(errno.ENOTDIR, path)
    found = sees(upper, lowers, path)
    if found == "dir":
        raise refused(errno.EISDIR, path)
    copy_up(upper, lowers, parent_of(path))
    upper[path] = (found if isinstance(found, bytes) else b"") + data


def unlink(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """Deletes a file: a whiteout only where a lower shows one. Raises: ENOENT, ENOTDIR, EISDIR."""
    if lookup(upper, lowers, path) == "dir":
        raise refused(errno.EISDIR, path)
    remove(upper, lowers, path)


def remove(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """Takes a name away, with all that `upper` has below it."""
    hidden = below(upper, lowers, path) is not None
    if hidden:
        copy_up(upper, lowers, parent_of(path))
    for each in [each for each in upper if each == path or each.startswith(f"{path}/")]:
        del upper[each]
    if hidden:
        upper[path] = None


def mkdir(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """Makes a directory, opaque in place of a whiteout. Raises: EEXIST, ENOENT, ENOTDIR."""
    if lookup(upper, lowers, parent_of(path)) != "dir":
        raise refused(errno.ENOTDIR, path)
    if sees(upper, lowers, path) is not None:
        raise refused(errno.EEXIST, path)
    copy_up(upper, lowers, parent_of(path))
    upper[path] = "opaque" if path in upper else "dir"


def rmdir(upper: Tree, lowers: Sequence[Tree], path: str) -> None:
    """Deletes a directory in which nothing is seen. Raises: ENOENT, ENOTDIR, ENOTEMPTY."""
    if readdir(upper, lowers, path):
        raise refused(errno.ENOTEMPTY, path)
    remove(upper, lowers, path)


def rename(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    """Moves a file, or a directory that no lower has a part in. Raises: as Linux does, EXDEV for other directories."""
    for each in (source, target):
        if lookup(upper, lowers, parent_of(each)) != "dir":
            raise refused(errno.ENOTDIR, each)
    node, there = lookup(upper, lowers, source), sees(upper, lowers, target)
    if target.startswith(f"{source}/"):
        raise refused(errno.EINVAL, target)
    if source.startswith(f"{target}/"):
        raise refused(errno.ENOTEMPTY, target)
    if source == target:
        return
    if there is not None and (node == "dir") != (there == "dir"):
        raise refused(errno.ENOTDIR if node == "dir" else errno.EISDIR, target)
    if node == "dir" and shared(upper, lowers, source):
        raise refused(errno.EXDEV, source)
    if there == "dir" and readdir(upper, lowers, target):
        raise refused(errno.ENOTEMPTY, target)
    _move(upper, lowers, source, target)


def shared(upper: Tree, lowers: Sequence[Tree], path: str) -> bool:
    """Whether a lower has a part in the directory that is seen at `path`."""
    return path not in upper or (upper[path] == "dir" and below(upper, lowers, path) == "dir")


def _move(upper: Tree, lowers: Sequence[Tree], source: str, target: str) -> None:
    copy_up(upper, lowers, parent_of(target))
    copy_up(upper, lowers, source)
    moved = {each: node for each, node in upper.items() if each == source or each.startswith(f"{source}/")}
    if moved[source] == "dir" and below(upper, lowers, target) is not None:
        moved[source] = "opaque"
    for each in without({each: None for each in upper}, target).keys() ^ upper.keys():
        del upper[each]
    remove(upper, lowers, source)
    for each, node in moved.items():
        upper[target + each.removeprefix(source)] = node


OPERATIONS = {
    function.__name__: function for function in (lookup, readdir, read, copy_up, write, unlink, mkdir, rmdir, rename)
}


def settled(args: Sequence[Any]) -> list[Any]:
    """The arguments without opaque marks that hide nothing: the kernel sets some, which changes what nobody sees."""
    upper, lowers, *rest = args
    kept = {path: node for path, node in sorted(upper.items())}
    for path, node in kept.items():
        if node == "opaque" and below(upper, lowers, path) != "dir":
            kept[path] = "dir"
    return [kept, lowers, *rest]


def valid(args: Sequence[Any]) -> bool:
    """Whether these are layers as they come about, and paths: what a smaller counterexample must still be."""
    upper, lowers, *rest = args
    paths = [each for each in rest if isinstance(each, str)]
    if not lowers or not all(path.startswith("/") and (path == "/" or not path.endswith("/")) for path in paths):
        return False
    return all(_whole(tree, lowers[at:]) for at, tree in enumerate([upper, *lowers]))


def _whole(tree: Tree, lowers: Sequence[Tree]) -> bool:
    """Whether each name has its directory in this layer, and each whiteout hides something."""
    if tree.get("/") != "dir":
        return False
    return all(
        tree.get(parent_of(path)) in ("dir", "opaque") and (node is not None or below(tree, lowers, path) is not None)
        for path, node in tree.items()
        if path != "/"
    )
