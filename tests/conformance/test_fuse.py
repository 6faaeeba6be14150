"""The random machine once more, with our own mount in the kernel's place: what programs see is what the engine says.

The engine in memory and over a disk are held against the kernel by test_machine; here the same sequences go through
/dev/fuse, the VFS and back.
"""

import os
from collections.abc import Callable

import pytest

from tests.conformance.fuse_worker import Fuse
from tests.conformance.mounted import COUNTS
from tests.conformance.reducing import difference, reduced
from tests.conformance.running import run, summary
from tests.tools import needs, needs_root_overlay

OPERATIONS = int(os.environ.get("COURSEKIT_FUSE_OPS", "1000"))


@needs_root_overlay
@needs("fusermount3")
def test_a_mount_of_ours_answers_as_the_engine(tell: Callable[[str], None]) -> None:
    COUNTS.clear()
    with Fuse() as kernel:
        found = run(kernel, OPERATIONS, os.environ.get("COURSEKIT_SEED", "7"))
        if found:
            script = reduced(kernel, found)
            pytest.fail(f"{difference(kernel, script)}\n{script}", pytrace=False)
    tell(f"through FUSE, {summary()}")
    assert COUNTS["asked"] >= OPERATIONS
