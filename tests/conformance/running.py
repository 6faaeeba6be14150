"""Letting the random machine run: so many operations, the same ones each time or those of a seed."""

from random import Random

from coursekit.proving.kernel import Kernel
from coursekit.proving.pair import Differ, Script
from tests.conformance.machine import Machine
from tests.conformance.mounted import COUNTS

ALWAYS = "coursekit"  # CI's own seed: its operations change with the machine alone


def run(kernel: Kernel, operations: int, chosen: str | None = None) -> Script | None:
    """Lets the machine ask so many operations. The script of the run in which the two differed, if any did."""
    end = COUNTS["asked"] + operations
    number = 0
    while COUNTS["asked"] < end:
        number += 1
        machine = Machine(kernel, Random(f"{chosen or ALWAYS} {number}"))
        try:
            machine.live()
        except Differ:
            return machine.script
    return None


def summary() -> str:
    """What was asked, in one line."""
    asked = COUNTS["asked"] or 1
    return (
        f"conformance: {COUNTS['asked']} operations in {COUNTS['runs']} runs, "
        f"{COUNTS['succeeded'] / asked:.0%} succeeded, {COUNTS['lower'] / asked:.0%} touched a lower object"
    )
