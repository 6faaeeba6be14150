"""Runs CPython's own tests in the directory where it is started: `python suite_runner.py test.test_os …`.

Prints JSON: each test's id and what came of it, "ok", "skipped" or the last lines of what it said. A program of its
own, since the tests change the process they run in.
"""

import json
import sys
import unittest
from typing import Any


class Outcomes(unittest.TestResult):
    """What came of each test; of several findings about one, the last."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.of.setdefault(test.id(), "ok")

    def addFailure(self, test: unittest.TestCase, error: Any) -> None:
        self.of[test.id()] = "\n".join(self._exc_info_to_string(error, test).splitlines()[-6:])  # type: ignore[attr-defined]

    addError = addFailure

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, error: Any) -> None:
        if error is not None:
            self.addFailure(test, error)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.of[test.id()] = "skipped"

    def addExpectedFailure(self, test: unittest.TestCase, error: Any) -> None:
        self.of[test.id()] = "ok"


def main() -> None:
    outcomes = Outcomes()
    stdout, sys.stdout = sys.stdout, sys.stderr  # tests print
    for name in sys.argv[1:]:
        unittest.defaultTestLoader.loadTestsFromName(name).run(outcomes)
    json.dump(outcomes.of, stdout)


if __name__ == "__main__":
    main()
