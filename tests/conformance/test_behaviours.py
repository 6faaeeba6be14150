"""Every behaviour of the list, asked of the engine in memory, over a disk, and of the kernel; or where it is shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.proving.engine import Engine, EngineView, OnDisk
from coursekit.proving.kernel import Kernel
from coursekit.proving.pair import settled
from tests.conformance.behaviours import BEHAVIOURS, Behaviour
from tests.conformance.behaviours import copying as _copying  # noqa: F401 - registers its behaviours
from tests.conformance.behaviours import hiding as _hiding  # noqa: F401
from tests.conformance.behaviours import merging as _merging  # noqa: F401
from tests.conformance.behaviours import names as _names  # noqa: F401
from tests.conformance.behaviours import options as _options  # noqa: F401
from tests.conformance.behaviours import walking as _walking  # noqa: F401
from tests.tools import needs_root_overlay

TESTS = Path(__file__).parent.parent
every = pytest.mark.parametrize("one", BEHAVIOURS, ids=lambda one: f"{one.number}-{one.show.__name__}")
on_disk = pytest.mark.parametrize(
    "one",
    [one for one in BEHAVIOURS if one.writable and "index=on" not in one.options],
    ids=lambda one: f"{one.number}-{one.show.__name__}",
)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as worker:
        yield worker


def asked(door: Engine, one: Behaviour) -> object:
    try:
        return one.show(EngineView(door))
    finally:
        door.close()


@every
def test_the_engine_does_it(one: Behaviour) -> None:
    assert asked(Engine(one.lowerdir, writable=one.writable, options=one.options), one) == one.answer, one.sentence


@on_disk
@needs_root_overlay
def test_the_engine_does_it_over_a_disk(one: Behaviour) -> None:
    assert asked(OnDisk(one.lowerdir, options=one.options), one) == one.answer, one.sentence


@needs_root_overlay
@every
def test_the_kernel_does_it(one: Behaviour, kernel: Kernel) -> None:
    mount = kernel.mount([*one.lowerdir], () if one.writable else None, options=settled(one.options))
    assert one.show(mount) == one.answer, one.sentence


def shown_elsewhere() -> dict[int, list[str]]:
    """What no mount can be asked: the tests, by file, that say with the mark `behaviour` which of the list they show."""
    found: dict[int, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for numbers in re.findall(
            r"^(?:@|pytestmark = )pytest\.mark\.behaviour\((.+)\)$", path.read_text(), re.MULTILINE
        ):
            for number in numbers.split(", "):
                found.setdefault(int(number), []).append(path.stem)
    return found


def test_each_of_the_sixty_is_shown_here_or_elsewhere() -> None:
    assert sorted({one.number for one in BEHAVIOURS} ^ shown_elsewhere().keys()) == list(range(1, 61))
