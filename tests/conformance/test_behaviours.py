"""Every behaviour of the list, asked of the engine in memory, over a disk, and of the kernel; or where it is shown."""

import os
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
ELSEWHERE = {  # what no mount can be asked, and the test that shows it
    7: "conformance/test_mounting.py::test_mount_or_errno",
    14: "image/test_layer_tar.py::test_whiteouts_come_before_their_siblings_and_are_empty_files_of_root",
    15: "image/test_tar_tree.py::test_the_tree",
    16: "image/test_layer_tar.py::test_a_directory_that_became_a_symlink_has_no_whiteouts_below_it",
    17: "image/test_layer_tar.py::test_a_changeset_says_what_a_container_did",
    20: "image/test_tar_tree.py::test_the_tree",
    34: "conformance/test_crash.py::test_data_is_on_the_disk_before_its_name",
    36: "image/test_tar_tree.py::test_hard_links_share_their_inode_and_count_their_names",
    37: "image/test_layer_tar.py::test_pythons_tarfile_agrees_on_every_member",
    44: "image/test_tar_tree.py::test_the_tree",
    45: "image/test_tar_tree.py::test_the_tree",
    46: "image/test_layer_tar.py::test_a_whole_tree_comes_back",
    47: "image/test_layer_tar.py::test_overlayfs_own_attributes_do_not_travel",
    48: "image/test_tar_scan.py::test_numbers_and_names_beyond_ustar",
    49: "image/test_published.py::",
    50: "image/test_reading.py::",
    51: "image/test_hostile.py::",
    52: "union/test_changes.py::",
    53: "union/test_changes.py::",
    54: "container/test_container.py::",
    55: "image/test_layer_tar.py::test_whiteouts_come_before_their_siblings_and_are_empty_files_of_root",
    58: "conformance/test_mounting.py::test_mount_or_errno",
    59: "conformance/test_mounting.py::test_in_a_user_namespace_an_opaque_directory_needs_userxattr",
}
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


def test_each_of_the_sixty_is_shown_here_or_elsewhere() -> None:
    assert sorted({one.number for one in BEHAVIOURS} ^ ELSEWHERE.keys()) == list(range(1, 61))


@pytest.mark.parametrize("place", sorted(set(ELSEWHERE.values())))
def test_what_is_shown_elsewhere_is_there(place: str) -> None:
    file, _, name = place.partition("::")
    tests = re.findall(r"^def (test_\w+)", (TESTS / file).read_text(), re.MULTILINE)
    assert name in tests if name else tests, os.fspath(TESTS / file)
