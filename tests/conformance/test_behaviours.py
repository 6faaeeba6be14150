"""Every behaviour of the list, asked of the engine, and of the kernel where there is one."""

from collections.abc import Iterator

import pytest

from coursekit.union.kernel import Kernel
from tests.conformance.behaviours import BEHAVIOURS, Behaviour, EngineDoor
from tests.conformance.behaviours import copying as _copying  # noqa: F401 - registers its behaviours
from tests.conformance.behaviours import hiding as _hiding  # noqa: F401
from tests.conformance.behaviours import merging as _merging  # noqa: F401
from tests.conformance.behaviours import names as _names  # noqa: F401
from tests.conformance.behaviours import walking as _walking  # noqa: F401
from tests.tools import needs_root_overlay

IN_MEMORY = {
    *range(1, 7),
    8,
    9,
    11,
    12,
    13,
    18,
    19,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    30,
    32,
    33,
    35,
    *range(38, 44),
    56,
    57,
    60,
}
every = pytest.mark.parametrize("one", BEHAVIOURS, ids=lambda one: f"{one.number}-{one.show.__name__}")


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as worker:
        yield worker


@every
def test_the_engine_does_it(one: Behaviour) -> None:
    assert one.show(EngineDoor(one.lowerdir, one.writable)) == one.answer, one.sentence


@needs_root_overlay
@every
def test_the_kernel_does_it(one: Behaviour, kernel: Kernel) -> None:
    lowerdir = list(one.lowerdir)
    mount = kernel.mount(lowerdir) if one.writable else kernel.mount(lowerdir, None)
    assert one.show(mount) == one.answer, one.sentence


def test_no_behaviour_that_lives_in_memory_is_left_out() -> None:
    assert {one.number for one in BEHAVIOURS} == IN_MEMORY
