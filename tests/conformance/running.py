"""Letting the random machine run: so many operations, the same ones each time or those of a seed."""

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from coursekit.proving.pair import Differ, Script
from coursekit.union.kernel import Kernel
from tests.conformance.machine import Machine
from tests.conformance.mounted import COUNTS, Mounted

STEPS = 50  # rules in one run; a rule asks one question or a few


def run(kernel: Kernel, operations: int, chosen: str | None = None) -> Script | None:
    """Lets the machine ask about so many operations. The script of the run in which the two differed, if any did."""
    Mounted.kernel = kernel
    options = settings(
        max_examples=max(operations // 60, 1),
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
