"""A hunt for one difference between engine and kernel, in a process of its own: `python -P -m tests.conformance.hunt`.

Prints JSON: where the engine lies that was asked; and the operations until the two differed, how many questions the
shortest script that shows a difference has, and what differed, or `null` where nothing did. The mutants are hunted so,
with a mutated copy of coursekit before the real one on PYTHONPATH.
"""

import contextlib
import json
import sys
from pathlib import Path

import coursekit
from coursekit.proving.kernel import Kernel
from tests.conformance.mounted import COUNTS
from tests.conformance.reducing import difference, reduced
from tests.conformance.running import run


def main(operations: int, attempts: int) -> None:
    """Hunts for about so many operations, at most so often: with CI's own choices first, then with those of seeds."""
    found = None
    with Kernel() as kernel:
        for chosen in (None, *map(str, range(1, attempts))):
            with contextlib.redirect_stdout(sys.stderr):
                script = run(kernel, operations, chosen)
            if script is not None:
                asked = COUNTS["asked"]
                shortest = reduced(kernel, script)
                found = {"asked": asked, "length": len(shortest.questions), "said": difference(kernel, shortest)}
                break
    print(json.dumps([str(Path(coursekit.__file__).parent), found]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
