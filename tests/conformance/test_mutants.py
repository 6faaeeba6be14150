"""Every mutant of the engine is caught by the random machine: so it would notice each of these rules going wrong."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import coursekit
from tests.conformance.bending import Mutant, bent, bent_module, without
from tests.conformance.mutants import MUTANTS
from tests.tools import needs_root_overlay

OPERATIONS = 4000  # an attempt, about; a mutant is caught after some dozens or hundreds


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_rule_that_a_mutant_breaks_is_there(mutant: Mutant) -> None:
    compile(bent_module(mutant), mutant.module, "exec")


SOURCE = '''
def outer(x):
    if x.hidden:
        return None
    return outer((x.next))  # parentheses and comments are nothing to a syntax tree

class A:
    def outer(self):
        """Another of that name."""
        for y in self.all:
            self.seen(y)
            self.done(y)
'''


@pytest.mark.parametrize(
    ("where", "old", "new", "expected"),
    [
        ("outer", "x.hidden", "False", "if False:"),
        ("outer", "outer( x . next )", "x", "return x"),
        ("outer", "if x.hidden:\n  return None", "pass", "def outer(x):\n    pass\n    return outer(x.next)"),
        (
            "A.outer",
            "self.seen(y)\nself.done(y)",
            "self.done(y)\nself.seen(y)",
            "self.done(y)\n            self.seen(y)",
        ),
        ("A.outer", "self.seen(y)", "", "for y in self.all:\n            pass\n            self.done(y)"),
        (
            "A.outer",
            "for y in self.all: ...",
            "for y in reversed(self.all): ...",
            "for y in reversed(self.all):\n            self.seen(y)\n            self.done(y)",
        ),
    ],
)
def test_one_function_is_bent(where: str, old: str, new: str, expected: str) -> None:
    text = ast.unparse(bent(Mutant("a rule", f"m:{where}", old, new), SOURCE))
    assert expected in text
    assert expected not in ast.unparse(ast.parse(SOURCE))


@pytest.mark.parametrize(
    ("where", "old", "said"),
    [
        ("m:inner", "x", "has no inner"),
        ("m:A.inner", "x", "has no A.inner"),
        ("m:outer", "x.shown", "stands 0 times"),
        ("m:outer", "self.seen(y)", "stands 0 times"),
        ("m:outer", "x", "stands 2 times"),
        ("m:outer", "return None\nreturn None", "stands 0 times"),
        ("m:A.outer", "for x in self.all: ...", "stands 0 times"),
        ("m:A.outer", "if y: ...", "stands 0 times"),
    ],
)
def test_a_rule_that_is_not_there_once_is_said(where: str, old: str, said: str) -> None:
    with pytest.raises(LookupError, match=said):
        bent(Mutant("a rule", where, old, "y"), SOURCE)


def test_a_module_that_is_not_there_is_said() -> None:
    with pytest.raises(LookupError, match=r"no module coursekit\.union\.nowhere"):
        bent_module(without("a rule", "coursekit.union.nowhere:lookup", "pass"))


@pytest.mark.slow
@needs_root_overlay
def test_the_machine_catches_every_mutant(tell: Callable[[str], None]) -> None:
    unchanged = hunted(None, attempts=1)
    assert unchanged is None, f"the engine itself differs from the kernel: {unchanged}"
    with ThreadPoolExecutor(max_workers=2) as pool:
        caught = list(pool.map(lambda mutant: hunted(mutant, attempts=6), MUTANTS))
    tell(table(caught))
    survivors = {mutant.name for mutant, found in zip(MUTANTS, caught, strict=True) if found is None}
    assert not survivors, f"nobody noticed: {sorted(survivors)}"


def hunted(mutant: Mutant | None, attempts: int) -> dict[str, Any] | None:
    """What gave the mutant away (None: the engine as it is); None if nothing did."""
    name = [] if mutant is None else [mutant.name]
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "tests.conformance.hunt", str(OPERATIONS), str(attempts), *name],
        env={**os.environ, "PYTHONPATH": str(Path(coursekit.__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, f"{name}: {ended.stderr[-2000:]}"
    found = json.loads(ended.stdout.splitlines()[-1])
    return dict(found) if found else None


def table(caught: list[dict[str, Any] | None]) -> str:
    """One line a mutant: operations asked until it was caught, and the length of the shortest script that shows it."""
    lines = ["", f"{'mutant':60}{'operations':>11}{'shortest':>10}"]
    for mutant, found in zip(MUTANTS, caught, strict=True):
        length = "crashed" if found and found["length"] is None else found and found["length"]
        figures = f"{found['asked']:>11}{length:>10}" if found else f"{'survived':>21}"
        lines.append(f"{mutant.name:60}{figures}")
    return "\n".join(lines)
