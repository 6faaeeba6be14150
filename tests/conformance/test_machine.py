"""Thousands of random operations, asked of the engine and of the kernel: same answers, same trees.

COURSEKIT_OPS sets how many (4,000 unless told), COURSEKIT_SEED draws other ones than CI's. The run says how many
operations succeeded and how many touched an object of a lower layer, and fails when these are too few to mean anything.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from coursekit.union.kernel import Kernel
from tests.conformance.machine import Machine
from tests.conformance.mounted import COUNTS, Mounted
from tests.conformance.pair import Differ, Script, difference, reduced
from tests.tools import needs_root_overlay

STEPS = 50  # rules in one run; a rule asks one question or a few
OPERATIONS = int(os.environ.get("COURSEKIT_OPS", "4000"))
SEED = os.environ.get("COURSEKIT_SEED")


@needs_root_overlay
def test_engine_and_kernel_agree(capsys: pytest.CaptureFixture[str]) -> None:
    COUNTS.clear()
    with Kernel() as kernel:
        found = run(kernel, OPERATIONS, SEED)
        if found:
            script = reduced(kernel, found)
            pytest.fail(f"{difference(kernel, script)}\n{script}", pytrace=False)
    with capsys.disabled():
        print(f"\n{summary()}")
    assert COUNTS["asked"] >= OPERATIONS, "the machine asked fewer operations than it was told to"
    assert COUNTS["succeeded"] >= 0.30 * COUNTS["asked"], summary()
    assert COUNTS["lower"] >= 0.10 * COUNTS["asked"], summary()


def run(kernel: Kernel, operations: int, chosen: str | None = None) -> Script | None:
    """Lets the machine ask about so many operations. The script of the run in which the two differed, if any did."""
    Mounted.kernel = kernel
    options = settings(
        max_examples=max(operations // 40, 1),
        stateful_step_count=STEPS,
        derandomize=chosen is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(int(chosen))(Machine) if chosen else Machine, settings=options)
    except Differ:
        return Mounted.script
    return None


def summary() -> str:
    """What was asked, in one line."""
    asked = COUNTS["asked"] or 1
    return (
        f"conformance: {COUNTS['asked']} operations in {COUNTS['runs']} runs, "
        f"{COUNTS['succeeded'] / asked:.0%} succeeded, {COUNTS['lower'] / asked:.0%} touched a lower object"
    )
