"""What is gathered of a submission for the judge: a cell that hung is for a person to look at."""

from typing import Any

import pytest

from coursekit.exercises.answers import Answers
from coursekit.grading.judging.notebook import HUNG, STOPPED, gathered
from tests.exercises import tiny

GRADED = {"grade": True, "solution": False, "locked": True, "grade_id": "99-boot", "points": 2}
ANSWER = {"grade": False, "solution": True, "locked": False, "grade_id": "99-boot-answer"}


def notebook(answer: str, check: str, **metadata: Any) -> dict[str, Any]:
    """An answer and its check, each with the error that it ended with."""
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "metadata": {"nbgrader": marks},
            "outputs": [{"output_type": "error", "ename": error, "evalue": "", "traceback": []}] if error else [],
        }
        for source, marks, error in (("answer = ...", ANSWER, answer), ('ck.check("99-boot", answer)', GRADED, check))
    ]
    return {"cells": cells, "metadata": metadata}


@pytest.mark.parametrize(
    ("answer", "check", "flags"),
    [
        ("CellTimeoutError", "NameError", [HUNG]),
        ("", "CellTimeoutError", [HUNG]),
        ("ValueError", "NameError", []),
        ("", "", []),
    ],
)
def test_a_cell_that_hung_is_flagged_and_one_that_raised_is_not(answer: str, check: str, flags: list[str]) -> None:
    read = notebook(answer, check)
    assert gathered(read, read["cells"][1], tiny.BOOT, "ada", Answers())["flags"] == flags


def test_what_comes_after_a_stop_is_flagged_with_the_reason() -> None:
    read = notebook("", "", **{STOPPED: "it left"})
    (flag,) = gathered(read, read["cells"][1], tiny.BOOT, "ada", Answers())["flags"]
    assert flag == "the notebook stopped before this: it left"
