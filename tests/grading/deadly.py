"""An exercise whose judge does not survive one answer, for the tests of who asks the judge."""

import os
from dataclasses import replace
from typing import Any

from coursekit.exercises.model import expect
from tests.exercises import tiny


def _dies(case: Any, answer: Any) -> Any:
    if answer == 666:
        os._exit(3)
    return [expect(answer == 1, want="It should be 1.")]


DEADLY = replace(tiny.DOWNLOAD, id="99-deadly", judge=_dies, wrong_models=())
EXERCISES = (DEADLY, *tiny.EXERCISES)
