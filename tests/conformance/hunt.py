"""A hunt for one difference between engine and kernel, in a process of its own: `python -P -m tests.conformance.hunt`.

Its arguments, all of which may be left out: how many operations an attempt, how many attempts, and the name of a
mutant, which the engine of this process then is. Prints JSON: the operations until the two differed, how many questions the shortest script
that shows a difference has, and what differed, or `null` where nothing did.
"""

import contextlib
import json
import sys
from traceback import walk_tb

from tests.conformance.bending import Bending, is_bent
from tests.conformance.mutants import MUTANTS


def main(operations: int = 20_000, attempts: int = 1, mutant: str | None = None) -> None:
    """Hunts for about so many operations, at most so often: with CI's own choices first, then with those of seeds."""
    chosen = next((each for each in MUTANTS if each.name == mutant), None)
    if chosen is not None:
        Bending.install(chosen)
    elif mutant is not None:
        raise LookupError(f"no mutant is called {mutant!r}")
    with contextlib.redirect_stdout(sys.stderr):
        found = hunt(operations, attempts)
    assert chosen is None or is_bent(chosen), f"nobody imported {chosen.module}: the engine was asked as it is"
    print(json.dumps(found))


def hunt(operations: int, attempts: int) -> dict[str, object] | None:
    """What gave the engine away. It is imported here, after it was bent."""
    from coursekit.proving.kernel import Kernel
    from tests.conformance.mounted import COUNTS
    from tests.conformance.reducing import difference, reduced
    from tests.conformance.running import run

    with Kernel() as kernel:
        for seed in (None, *map(str, range(1, attempts))):
            try:
                script = run(kernel, operations, seed)
            except Exception as crash:
                if not is_of_the_engine(crash):
                    raise
                return {"asked": COUNTS["asked"], "length": None, "said": f"the engine ended with {crash!r}"}
            if script is not None:
                asked = COUNTS["asked"]
                shortest = reduced(kernel, script)
                return {"asked": asked, "length": len(shortest.questions), "said": difference(kernel, shortest)}
    return None


def is_of_the_engine(crash: Exception) -> bool:
    """Whether it was raised in the engine, and not by who asks or by the kernel's worker."""
    *_, (frame, _) = walk_tb(crash.__traceback__)
    return frame.f_globals["__name__"].startswith(
        ("coursekit.fs.", "coursekit.layers.", "coursekit.union.", "coursekit.vfs.")
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
