"""Pieces come as they are written, whichever way the system waits for them."""

import os

import pytest

from coursekit.grading.sandbox import function_runner


@pytest.mark.parametrize("waits_for_pipes", [True, False])
def test_pieces_come_as_they_are_written(waits_for_pipes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_runner, "WAITS_FOR_PIPES", waits_for_pipes)
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as pipe, function_runner.listening(pipe) as heard:
        assert heard(0.001) is None
        for word in (b"one", b"two"):
            os.write(writing, word)
            assert heard(60) == word
        os.close(writing)
        assert heard(60) == b""
