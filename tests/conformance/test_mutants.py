"""Every mutant of the engine is caught by the random machine: so it would notice each of these rules going wrong."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import coursekit
from tests.conformance.mutants import MUTANTS, Mutant
from tests.tools import needs_root_overlay

PACKAGE = Path(coursekit.__file__).parent
OPERATIONS = 4000  # an attempt, about; a mutant is caught after some dozens or hundreds


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_rule_that_a_mutant_breaks_is_there(mutant: Mutant) -> None:
    text = (PACKAGE / "union" / mutant.file).read_text()
    assert text.count(mutant.old) == 1, (
        f"{mutant.file} holds the rule {text.count(mutant.old)} times: rewrite the mutant"
    )


def test_there_are_enough_mutants() -> None:
    assert len({mutant.name for mutant in MUTANTS}) >= 60


@pytest.mark.slow
@needs_root_overlay
def test_the_machine_catches_every_mutant(tmp_path: Path, tell: Callable[[str], None]) -> None:
    engine = copied(tmp_path / "as it is")  # once: a mutant differs from this in its one rule
    unchanged = hunt(engine, attempts=1)
    assert unchanged is None, f"the engine itself differs from the kernel: {unchanged}"
    with ThreadPoolExecutor(max_workers=2) as pool:
        caught = list(pool.map(lambda mutant: hunted(mutant, engine), MUTANTS))
    tell(table(caught))
    survivors = {mutant.name for mutant, found in zip(MUTANTS, caught, strict=True) if found is None}
    assert not survivors, f"nobody noticed: {sorted(survivors)}"


def copied(place: Path) -> Path:
    """The engine alone, as a package of the same name below `place`."""
    copy = place / PACKAGE.name
    for part in ("union", "fs", "proving"):
        shutil.copytree(PACKAGE / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in PACKAGE.glob("*.py"):
        shutil.copy(file, copy / file.name)
    return place


def hunted(mutant: Mutant, engine: Path) -> dict[str, Any] | None:
    """What gave the mutant away; None if nothing did."""
    place = engine.with_name(f"mutant {MUTANTS.index(mutant)}")  # not by its name: a colon would end it in PYTHONPATH
    shutil.copytree(engine, place, ignore=shutil.ignore_patterns("__pycache__"))
    file = place / PACKAGE.name / "union" / mutant.file
    file.write_text(file.read_text().replace(mutant.old, mutant.new))
    return hunt(place, attempts=6)


def hunt(place: Path, attempts: int) -> dict[str, Any] | None:
    """What the random machine finds about the engine below `place`."""
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "tests.conformance.hunt", str(OPERATIONS), str(attempts)],
        env={**os.environ, "PYTHONPATH": f"{place}{os.pathsep}{PACKAGE.parent}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, f"{place.name}: {ended.stderr[-2000:]}"
    asked, found = json.loads(ended.stdout.splitlines()[-1])
    assert asked == str(place / PACKAGE.name), "another engine was asked than the one with the mutant"
    return dict(found) if found else None


def table(caught: list[dict[str, Any] | None]) -> str:
    """One line a mutant: operations asked until it was caught, and the length of the shortest script that shows it."""
    lines = ["", f"{'mutant':60}{'operations':>11}{'shortest':>10}"]
    for mutant, found in zip(MUTANTS, caught, strict=True):
        figures = f"{found['asked']:>11}{found['length']:>10}" if found else f"{'survived':>21}"
        lines.append(f"{mutant.name:60}{figures}")
    return "\n".join(lines)
