"""A wrong number is told what happened to it."""

import pytest

from coursekit.exercises.slips import slip

PARTS = {"base": 69_287_611, "runtime": 40_120_333, "app": 5_100_207}
WHOLE = sum(PARTS.values())


@pytest.mark.parametrize(
    ("have", "want", "told"),
    [
        (133.277153, 133_277_153, "in MB: bytes"),
        (133, 133_277_153, "in MB, rounded: bytes"),
        (133.3, 133_277_153, "in MB, rounded: bytes"),
        (127.1, 133_277_153, "in MiB, rounded: bytes"),
        (133_277, 133_277_153, "in kB, rounded: bytes"),
        (130_153, 133_277_153, "in KiB, rounded: bytes"),
        (2048 * 1024, 2048, "1,024 times as large"),
        (5 * 2**20, 5 * 10**6, "took 1,048,576 for 1,000,000"),
        (113, 112, "off by one"),
        (133_277_152, 133_277_153, "off by one"),
        (133_300_000, 133_277_153, "rounded: give every digit"),
        (133_277_135, 133_277_153, "changed places"),
        (133_277_953, 133_277_153, "One digit of it is wrong"),
        (13_277_153, 133_277_153, "A digit is missing"),
        (1_333_277_153, 133_277_153, "a digit too many"),
        (WHOLE - PARTS["base"], WHOLE, "too small by exactly what `base` is"),
        (WHOLE + PARTS["app"], WHOLE, "too large by exactly what `app` is: counted twice"),
        (PARTS["base"], WHOLE, "just what `base` is, and nothing else"),
        (WHOLE - 2 * PARTS["app"], WHOLE + PARTS["base"], ""),
        (8 * WHOLE, WHOLE, "8 times as large as it should be. Bits or bytes?"),
        (3 * WHOLE, WHOLE, "exactly 3 times as large"),
        (WHOLE, 50 * WHOLE, "should be exactly 50 times as large"),
    ],
)
def test_a_slip_is_told_as_such(have: float, want: float, told: str) -> None:
    assert told in slip(have, want, "bytes", PARTS)


@pytest.mark.parametrize(
    ("have", "want"), [(5, 5), (1, 99_999), (31_415_926, 133_277_153), ("12", 13), (0, 12_345), (True, 1)]
)
def test_nothing_is_told_without_ground(have: object, want: object) -> None:
    assert slip(have, want, "bytes", PARTS) == ""


def test_a_number_that_was_cut_off_is_not_rounded() -> None:
    assert "in MB, rounded" in slip(64, 63_614_926, "bytes")
    assert "in MB" not in slip(63, 63_614_926, "bytes")
