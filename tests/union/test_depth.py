"""A tree 10,000 directories deep: nothing recurses by depth."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.layers.disk_entries import entries
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.proving.engine import roomy
from coursekit.union.attributes import set_mode
from coursekit.union.inode import Inode
from coursekit.vfs.overlay import Overlay
from tests.tools import needs_root_overlay

DEPTH = 10_000  # Python recurses 1,000 deep unless it is told otherwise


def nested(depth: int) -> Layer:
    """So many directories, each in the one before, and a file in the last."""
    builder = LayerBuilder()
    directory = builder.put("/d", Directory(Metadata(mode=0o755)))
    for _ in range(depth - 1):
        directory = builder.add(directory, "d", Directory(Metadata(mode=0o755)))
    builder.add(directory, "file", File(Metadata(), Bytes(b"at the bottom")))
    return builder.build()


@pytest.fixture(scope="module")
def deep() -> Layer:
    return nested(DEPTH)


def bottom(fs: Overlay, name: str = "d") -> Inode:
    """The file that lies deepest, for which no path is long enough."""
    at = fs.child(fs.root, name)
    while at is not None and (below := fs.child(at, "d")) is not None:
        at = below
    assert at is not None
    file = fs.child(at, "file")
    assert file is not None
    return file


def test_a_copy_up_brings_all_directories_above(deep: Layer) -> None:
    fs = Overlay([deep])
    file = bottom(fs)
    set_mode(file, 0o600)
    assert file.path.count("/") == DEPTH + 1
    assert len(fs.upper.freeze()) == DEPTH + 1  # type: ignore[union-attr]
    kinds = {(change.kind.value, change.path.count("/")) for change in fs.changes()}
    assert kinds == {("C", depth) for depth in range(1, DEPTH + 2)}


def test_a_deep_tree_is_removed(deep: Layer) -> None:
    fs = Overlay([deep])
    fs.rmtree("/d")
    assert fs.listdir("/") == []
    assert [str(change) for change in fs.changes()] == ["D /d"]


@needs_root_overlay
def test_on_a_disk_too_deeper_than_a_path_can_be_long() -> None:
    with TemporaryDirectory(dir=roomy()) as name:
        place = Path(name)
        for part in ("upper", "work"):
            (place / part).mkdir()
        upper = DirectoryUpper(place / "upper", place / "work", volatile=True)
        fs = Overlay([nested(2100)], upper)
        set_mode(bottom(fs), 0o600)
        assert len(fs.changes()) == 2101
        fs.rmtree("/d")
        assert [str(change) for change in fs.changes()] == ["D /d"]
        upper.close()


def test_a_deep_tree_of_upperdir_is_removed(deep: Layer) -> None:
    fs = Overlay([{}], MemoryUpper.from_lower(deep))
    assert {change.kind.value for change in fs.changes()} == {"A"}
    fs.rmtree("/d")
    assert len(fs.upper.freeze()) == 0  # type: ignore[union-attr]


def test_a_deep_tree_moves_with_all_that_is_in_it(deep: Layer) -> None:
    fs = Overlay([deep], options="redirect_dir=on")
    bottom(fs)
    fs.rename("/d", "/moved")
    assert bottom(fs, "moved").content.read(0, 99) == b"at the bottom"
    above = MemoryUpper.from_lower(fs.upper.freeze())  # type: ignore[union-attr]
    again = Overlay([deep], above, options="redirect_dir=on")
    assert bottom(again, "moved").path == f"/moved{'/d' * (DEPTH - 1)}/file"


def test_a_deep_tree_is_walked_listed_and_frozen(deep: Layer) -> None:
    fs = Overlay([deep])
    assert sum(1 for _ in fs.walk("/")) == DEPTH + 1
    assert len(entries(deep)) == DEPTH + 2
    assert len(MemoryUpper.from_lower(deep).freeze()) == DEPTH + 1


def test_directories_are_made_as_deep_as_a_path_can_be_long() -> None:
    fs = Overlay([{}])
    path = "/d" * 1500
    fs.makedirs(path)
    assert fs.is_dir(path)
    fs.makedirs("/new/../other")
    assert fs.listdir("/") == ["d", "new", "other"]
