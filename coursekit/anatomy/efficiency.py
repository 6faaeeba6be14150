"""How much of what an image stores is of use, as one figure between 0 and 1.

    dive's       smallest copy of each path / all copies of it; a path that a later layer deletes counts as 0
    of our own   1 - bytes that serve nobody / bytes stored; each path counts once (`wasted_bytes`)

The first is the figure that `dive` prints and that people compare; the second counts a file that is only left behind, too,
and never counts the bytes of a deleted directory as useful.

Source of the first: wagoodman/dive, dive/filetree/efficiency.go, `Efficiency`.
"""

from collections.abc import Iterator, Sequence

from coursekit.anatomy.wasted_bytes import Lost
from coursekit.fs.node import Directory, File, Whiteout
from coursekit.fs.paths import join
from coursekit.layers.ports import Lower


def dive_efficiency(layers: Sequence[Lower]) -> float:
    """dive's score of `layers`, **base first**; 1.0 where nothing is stored."""
    smallest: dict[str, int] = {}
    stored: dict[str, int] = {}
    for number, layer in enumerate(layers):
        for path, size in _leaves(layer, layers[:number]):
            stored[path] = stored.get(path, 0) + size
            smallest[path] = min(smallest.get(path, size), size)
    total = sum(stored.values())
    return sum(smallest.values()) / total if total else 1.0


def own_efficiency(lost: Sequence[Lost], files: int) -> float:
    """The part of `files` bytes that is of use."""
    return 1 - sum(each.size for each in lost) / files if files else 1.0


def _leaves(layer: Lower, below: Sequence[Lower]) -> Iterator[tuple[str, int]]:
    """The paths of a layer that have nothing below them, each with its bytes.

    A whiteout has the bytes of the directory that it hides, and none if it hides a file: so dive counts.
    """
    seen: set[int] = set()  # of a hard link's names the first has the bytes, as in the tar
    todo = [("/", 0)]
    while todo:
        path, entry = todo.pop()
        children = layer.children(entry)
        if children:
            todo.extend((join(path, name), child) for name, child in children.items())
            continue
        match layer.node(entry):
            case Whiteout():
                yield path, _directory_size(path, below)
            case File() as node:
                yield path, 0 if layer.inode(entry) in seen else node.content.size
                seen.add(layer.inode(entry))
            case _:
                yield path, 0


def _directory_size(path: str, below: Sequence[Lower]) -> int:
    """Bytes below a directory, as the layers below together show it; 0 for anything else."""
    found: dict[str, int] = {}
    for layer in below:  # base first: what lies above replaces
        entry: int | None = 0
        for name in path.strip("/").split("/"):
            entry = layer.children(entry).get(name) if entry is not None else None
        if entry is None:
            continue
        if not isinstance(layer.node(entry), Directory):
            found.clear()
            continue
        todo = [("", entry)]
        while todo:
            place, here = todo.pop()
            for name, child in layer.children(here).items():
                node, inner = layer.node(child), f"{place}/{name}"
                if isinstance(node, Whiteout):
                    for one in [one for one in found if one == inner or one.startswith(f"{inner}/")]:
                        del found[one]
                elif isinstance(node, File):
                    found[inner] = node.content.size
                todo.append((inner, child))
    return sum(found.values())
