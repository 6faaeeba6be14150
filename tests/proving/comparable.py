"""One sentence, one question, one answer: asked of the engine, and of a kernel overlay mount where there is one.

CASES = [case("a slash after a file", {"/f": ""}, lambda fs: fs.lstat("/f/"), "ENOTDIR")]
test_engine, test_kernel = both(CASES)
"""

import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from coursekit.fs.node import Metadata, Symlink
from coursekit.layers.layer import Layer
from coursekit.proving.kernel import Kernel
from coursekit.vfs.overlay import Overlay
from tests.tools import needs_root_overlay


@pytest.fixture(scope="package")
def kernel() -> Iterator[Kernel]:
    """One worker for all tables of a room."""
    with Kernel() as worker:
        yield worker


@dataclass(frozen=True, slots=True)
class Case:
    """`ask` gets an Overlay or a kernel mount; the answer is what it returns, or the name of an errno."""

    sentence: str
    lowerdir: tuple[Layer, ...]  # top first
    ask: Callable[[Any], Any]
    answer: Any
    writable: bool = True


def case(sentence: str, layers: Any, ask: Callable[[Any], Any], answer: Any, *, writable: bool = True) -> Case:
    """`layers`: a dict, or a list of them, top first."""
    listed = layers if isinstance(layers, list) else [layers]
    return Case(sentence, tuple(Layer.of(one) for one in listed), ask, answer, writable)


def symlink(target: str) -> Symlink:
    """A symlink as a dict literal has it."""
    return Symlink(Metadata(mode=0o777), target)


def said(case: Case, fs: Any) -> Any:
    """The answer, or the errno's name."""
    try:
        return case.ask(fs)
    except OSError as failure:
        return errno.errorcode[failure.errno or 0]


def both(cases: Sequence[Case]) -> tuple[Any, Any]:
    """The two tests of a table."""
    each = pytest.mark.parametrize("one", cases, ids=[one.sentence.replace(" ", "-") for one in cases])

    @each
    def test_engine(one: Case) -> None:
        fs = Overlay(one.lowerdir) if one.writable else Overlay(one.lowerdir, upperdir=None)
        assert said(one, fs) == one.answer, one.sentence

    @needs_root_overlay
    @each
    def test_kernel(one: Case, kernel: Kernel) -> None:
        fs = kernel.mount([*one.lowerdir]) if one.writable else kernel.mount([*one.lowerdir, Layer.of({})], None)
        assert said(one, fs) == one.answer, one.sentence

    return test_engine, test_kernel
