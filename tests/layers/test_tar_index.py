"""The columns of a layer: saved and loaded they are the same, damaged they are nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.fs.node import Directory, File
from coursekit.image import layer_tar
from coursekit.image.sources import BufferSource
from coursekit.layers.tar_index import SparseSlice, TarIndex
from tests.image.trees import base_layer
from tests.real.listing import listing


@pytest.fixture
def raw() -> bytes:
    return b"".join(layer_tar.blocks(base_layer()))


def test_what_was_saved_is_loaded(raw: bytes) -> None:
    index = layer_tar.read(raw)
    again = TarIndex.load(index.save(), BufferSource(raw))
    assert again is not None and listing(again) == listing(index)
    assert (len(again), again.raw_size, again.size_files) == (len(index), len(raw), index.size_files)
    assert (again.extras, again.save()) == (index.extras, index.save())


def test_any_damage_is_noticed(raw: bytes) -> None:
    data = layer_tar.read(raw).save()
    for at in range(0, len(data), 37):
        spoilt = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert TarIndex.load(spoilt, BufferSource(raw)) is None, at
    for length in (0, 5, 40, len(data) - 1):
        assert TarIndex.load(data[:length], BufferSource(raw)) is None, length


def test_children_stand_together_and_sorted(raw: bytes) -> None:
    index = layer_tar.read(raw)
    for entry in range(len(index)):
        children = index.children(entry)
        numbers = list(children.values())
        assert list(children) == sorted(children)
        assert numbers == list(range(min(numbers, default=0), max(numbers, default=-1) + 1))
        assert all(index.parent(child) == entry for child in children.values())
        assert isinstance(index.node(entry), Directory) or not children


def test_every_entry_knows_its_path(raw: bytes) -> None:
    index = layer_tar.read(raw)
    paths = [index.path(entry) for entry in range(len(index))]
    assert paths[0] == "/" and len(set(paths)) == len(index)
    assert sorted(paths) == sorted(listing(index))


def test_contents_are_a_reference_into_the_tar(raw: bytes) -> None:
    index = layer_tar.read(raw)
    node = index.node(index.children(index.children(0)["etc"])["hosts"])
    assert isinstance(node, File)
    content = node.content
    assert raw[content.start : content.start + content.size] == b"127.0.0.1 localhost\n"  # type: ignore[attr-defined]
    assert (content.read(10, 5), content.read(18, 99), content.read(99, 5)) == (b"local", b"t\n", b"")


def test_a_file_with_holes() -> None:
    content = SparseSlice(BufferSource(b"..aaaabb"), 2, 20, ((3, 4), (10, 2)))
    assert content.read(0, 99) == b"\0\0\0aaaa\0\0\0bb" + bytes(8)
    assert [content.read(at, 3) for at in (2, 5, 9, 19, 20)] == [b"\0aa", b"aa\0", b"\0bb", b"\0", b""]
    assert list(content.data()) == [(3, 7), (10, 12)]


def test_the_size_of_its_files_counts_hard_links_once(raw: bytes) -> None:
    index = layer_tar.read(raw)
    rows = listing(index).values()
    files = {row[9]: row[7] for row in rows if row[0] == "File"}
    links = sum(len(row[7]) for row in rows if row[0] == "Symlink")
    assert index.size_files == sum(files.values()) + links


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 7)), max_size=6), st.integers(0, 5), st.data())
def test_any_part_of_a_file_with_holes(gaps: list[tuple[int, int]], rest: int, data: st.DataObject) -> None:
    """Each gap is a hole and the bytes after it; the truth is the whole file."""
    extents, whole, packed = [], bytearray(), bytearray(b"..")
    for hole, length in gaps:
        whole += bytes(hole)
        extents.append((len(whole), length))
        piece = bytes(range(1 + len(packed), 1 + len(packed) + length))
        whole += piece
        packed += piece
    whole += bytes(rest)
    content = SparseSlice(BufferSource(bytes(packed)), 2, len(whole), extents)
    offset, length = data.draw(st.integers(0, len(whole) + 2)), data.draw(st.integers(0, len(whole) + 2))
    assert content.read(offset, length) == whole[offset : offset + length]
