"""A written file is its base with pages over it: the same bytes as a plain buffer, at the price of what was written."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.fs.content import EMPTY, Bytes
from coursekit.fs.extents import PAGE, Extents, blocks

OFFSETS = st.sampled_from((0, 1, 100, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 5 * PAGE + 7))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), OFFSETS, st.integers(0, 9000)),
        st.tuples(st.just("truncate"), OFFSETS, st.just(0)),
    ),
    max_size=12,
)


def played(file: Extents, model: bytearray, steps: list[tuple[str, int, int]]) -> None:
    """The same steps on the file and on a plain buffer."""
    for number, (step, at, length) in enumerate(steps):
        if step == "write":
            data = bytes([number + 1]) * length
            if not data:
                continue
            file.write(at, data)
            model.extend(bytes(max(at - len(model), 0)))
            model[at : at + length] = data
        else:
            file.truncate(at)
            del model[at:]
            model.extend(bytes(at - len(model)))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3 * PAGE + 5), STEPS, OFFSETS, st.integers(0, 9000))
def test_reads_as_a_plain_buffer_would(base: int, steps: list[tuple[str, int, int]], at: int, length: int) -> None:
    start = os.urandom(base)
    file, model = Extents(Bytes(start)), bytearray(start)
    played(file, model, steps)
    assert file.size == len(model)
    assert file.read(0, file.size) == model
    assert file.read(at, length) == model[at : at + length]


@settings(max_examples=200, deadline=None)
@given(STEPS, STEPS)
def test_what_is_frozen_stays(before: list[tuple[str, int, int]], after: list[tuple[str, int, int]]) -> None:
    file, model = Extents(Bytes(b"base" * 2000)), bytearray(b"base" * 2000)
    played(file, model, before)
    frozen, then = file.frozen(), bytes(model)
    ranges = list(frozen.data())
    played(file, model, after)
    assert frozen.read(0, frozen.size) == then
    assert list(frozen.data()) == ranges


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_holes_read_as_zeros_and_data_is_where_it_says(steps: list[tuple[str, int, int]]) -> None:
    file, model = Extents(), bytearray()
    played(file, model, steps)
    covered = bytearray(len(model))
    end = -1
    for start, stop in file.data():
        assert end < start < stop <= file.size, "ascending, disjoint, not empty"
        covered[start:stop] = b"x" * (stop - start)
        end = stop
    assert all(covered[at] for at, byte in enumerate(model) if byte)


def test_one_byte_in_a_large_file_costs_one_page() -> None:
    large = Extents(Bytes(bytes(64 << 20)))
    large.write(12_345_678, b"x")
    assert {len(page) for page in large.pages.values()} == {PAGE}
    assert len(large.pages) == 1


def test_a_new_file_is_kept_by_reference() -> None:
    file = Extents()
    file.write(0, b"text")
    assert file.frozen() == Bytes(b"text")
    assert not file.pages


BLOCKS = [
    ("nothing", EMPTY, 0),
    ("one byte", Bytes(b"x"), 8),
    ("a page and a byte", Bytes(b"x" * 4097), 16),
]


@pytest.mark.parametrize(("what", "content", "taken"), BLOCKS, ids=lambda one: str(one)[:20])
def test_blocks(what: str, content: Bytes, taken: int) -> None:
    assert blocks(content) == taken


def test_a_hole_takes_no_blocks() -> None:
    file = Extents()
    file.write(10 * PAGE, b"x")
    assert (blocks(file), list(file.data())) == (8, [(10 * PAGE, 10 * PAGE + 1)])
