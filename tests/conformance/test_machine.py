"""Thousands of random operations, asked of the engine and of the kernel: same answers, same trees.

COURSEKIT_OPS sets how many (20,000 unless told), COURSEKIT_SEED draws other ones than CI's. The run says how many
operations succeeded and how many touched an object of a lower layer, and fails when these are too few to mean anything.
"""

import os
from collections.abc import Callable

import pytest

from coursekit.proving.kernel import Kernel
from tests.conformance.mounted import COUNTS
from tests.conformance.reducing import difference, reduced
from tests.conformance.running import run, summary
from tests.tools import needs_root_overlay

OPERATIONS = int(os.environ.get("COURSEKIT_OPS", "20000"))
SEED = os.environ.get("COURSEKIT_SEED")


@needs_root_overlay
def test_engine_and_kernel_agree(tell: Callable[[str], None]) -> None:
    COUNTS.clear()
    with Kernel() as kernel:
        found = run(kernel, OPERATIONS, SEED)
        if found:
            script = reduced(kernel, found)
            pytest.fail(f"{difference(kernel, script)}\n{script}", pytrace=False)
    tell(summary())
    assert COUNTS["asked"] >= OPERATIONS, "the machine asked fewer operations than it was told to"
    assert COUNTS["succeeded"] >= 0.30 * COUNTS["asked"], summary()
    assert COUNTS["lower"] >= 0.10 * COUNTS["asked"], summary()
