"""What a container of one image sees and one of another does not: paths on one side, and files that differ.

    only left    /usr/bin/curl        differ   /etc/os-release
    only right   /usr/bin/wget        alike    counted, not listed

Neighbours: `compare` (sizes and common layers), `telling` (tables).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, Any

from coursekit.anatomy.compare import Comparison, compare
from coursekit.anatomy.explain import Changed, summed
from coursekit.anatomy.render import SENSES, Table, known, not_known, plain_change, plain_sizes, text_table
from coursekit.anatomy.wasted_bytes import file_at, same_file
from coursekit.errors import ImageError
from coursekit.language import _, plural
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.image import Image


@dataclass(frozen=True, slots=True)
class Difference:
    """Two images beside each other. Paths are None, and `unknown` says why, where files of one are not at hand."""

    left: "Image"
    right: "Image"
    sizes: Comparison
    only_left: Changed | None
    only_right: Changed | None
    differ: Changed | None  # bytes as on the left
    unknown: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data: sizes of both and of the common layers, and the paths in which they differ."""
        parts = {"only_left": self.only_left, "only_right": self.only_right, "differ": self.differ}
        return {
            "left": {"name": self.left.name, "id": str(self.left.id), "sizes": plain_sizes(self.sizes.left)},
            "right": {"name": self.right.name, "id": str(self.right.id), "sizes": plain_sizes(self.sizes.right)},
            "common": {"layers": self.sizes.common_layers, "sizes": plain_sizes(self.sizes.common)},
            **{name: None if part is None else plain_change(part) for name, part in parts.items()},
            "unknown": [self.unknown] if self.unknown else [],
        }

    def __repr__(self) -> str:
        parts = [text_table(self._sizes())]
        if self.only_left is not None:
            parts.append(text_table(self._trees()))
        return "\n\n".join([*parts, *([not_known(self.unknown)] if self.unknown else [])])

    def _sizes(self) -> Table:
        rows = [
            [
                _(words),
                *(known(getattr(sizes, sense)) for sizes in (self.sizes.left, self.sizes.right, self.sizes.common)),
            ]
            for sense, words in SENSES.items()
        ]
        n = self.sizes.common_layers
        layers = plural("common: {n} layer", "common: {n} layers", n).format(n=n)
        names = [self.left.name or self.left.id.short, self.right.name or self.right.id.short]
        return Table(_("Sizes"), ["", *names, layers], rows, frozenset({1, 2, 3}))

    def _trees(self) -> Table:
        rows = []
        sides = (
            (_("only on the left"), self.only_left),
            (_("only on the right"), self.only_right),
            (_("on both, not alike"), self.differ),
        )
        for words, part in sides:
            if part is not None:
                rows.append([words, f"{part.count:,}", known(part.size), ""])
                rows += [["", "", known(size), path] for path, size in part.largest]
        headings = ["", _("paths"), _("bytes"), _("largest")]
        return Table(_("What a container sees"), headings, rows, frozenset({1, 2}))


def difference(left: "Image", right: "Image") -> Difference:
    """Two images beside each other: sizes, common layers, and the paths in which their merged trees differ."""
    sizes = compare(left, right)
    try:
        ours, theirs = _tree(left), _tree(right)
    except ImageError as problem:
        return Difference(left, right, sizes, None, None, None, _("which paths differ: {why}").format(why=problem))
    only_left = [(path, ours[path].size) for path in ours.keys() - theirs.keys()]
    only_right = [(path, theirs[path].size) for path in theirs.keys() - ours.keys()]
    both = ours.keys() & theirs.keys()
    differ = [(path, ours[path].size) for path in both if not _alike(left, right, path, ours[path], theirs[path])]
    return Difference(left, right, sizes, summed(only_left), summed(only_right), summed(differ))


@dataclass(frozen=True, slots=True)
class _Seen:
    kind: int
    size: int
    meta: tuple[int, int, int]  # mode, uid, gid
    target: str
    layer: int  # base is 0


def _tree(image: "Image") -> dict[str, _Seen]:
    tree = Overlay.from_image(image)
    return {path: _seen(tree, path, len(image.layers)) for path in _below(tree, "/")}


def _seen(tree: Overlay, path: str, depth: int) -> _Seen:
    status = tree.lstat(path)
    mode = status.st_mode
    target = tree.readlink(path) if S_ISLNK(mode) else ""
    size = status.st_size if S_ISREG(mode) or target else 0
    meta = (mode & 0o7777, status.st_uid, status.st_gid)
    return _Seen(S_IFMT(mode), size, meta, target, depth - tree.providers(path)[0])


def _below(tree: Overlay, top: str) -> Iterator[str]:
    for name in tree.listdir(top):
        path = f"{top.rstrip('/')}/{name}"
        yield path
        if S_ISDIR(tree.lstat(path).st_mode):
            yield from _below(tree, path)


def _alike(left: "Image", right: "Image", path: str, one: _Seen, other: _Seen) -> bool:
    if (one.kind, one.size, one.meta, one.target) != (other.kind, other.size, other.meta, other.target):
        return False
    ours, theirs = left.layers[one.layer], right.layers[other.layer]
    if not S_ISREG(one.kind) or ours.diff_id == theirs.diff_id:
        return True
    return same_file(file_at(ours.lower, path), file_at(theirs.lower, path))
