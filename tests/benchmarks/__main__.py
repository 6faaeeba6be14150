"""Figures beside their peers, in one run, as tables.

    python -m tests.benchmarks                    all groups; needs root, and the peers of Debian's archive
    python -m tests.benchmarks images growth      these groups alone
    python -m tests.benchmarks --page             puts the tables into README.md beside this file, each in its place
    python -m tests.benchmarks grading --submissions 100

No test asserts a time: these are for people to read. What could not be measured is said at the end, with the reason,
and the exit code is 1.
"""

import argparse
import os
import platform
import shutil
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import grading, growth, images, lessons, memory, mounted, trees, writes
from tests.benchmarks.measure import OURS, Row, table
from tests.benchmarks.page import replaced
from tests.real import debian
from tests.tools import why_no_overlay

PAGE = Path(__file__).parent / "README.md"
PEERS = ("umoci", "skopeo", "fuse-overlayfs", "fusermount3", "bwrap")
GROUPS = {
    "images": images,
    "trees": trees,
    "writes": writes,
    "mounted": mounted,
    "growth": growth,
    "memory": memory,
    "lessons": lessons,
    "grading": grading,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    groups: tuple[str, ...]
    page: bool
    submissions: int


def wished(words: Sequence[str]) -> Wish:
    """The command line, read. Ends the process, with a line, for a group that there is not.

    >>> wished(["trees", "images"]).groups, len(wished(["--page"]).groups)
    (('images', 'trees'), 8)
    """
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Figures beside their peers.")
    parser.add_argument("groups", nargs="*", metavar="group", help=f"of {', '.join(GROUPS)}; all unless named")
    parser.add_argument("--page", action="store_true", help="put the tables into tests/benchmarks/README.md")
    parser.add_argument("--submissions", type=int, default=20, metavar="N", help="how many are graded (20)")
    said = parser.parse_args(words)
    unknown = [word for word in said.groups if word not in GROUPS]
    if unknown:
        parser.error(f"there is no group {', '.join(unknown)}; the groups are {', '.join(GROUPS)}")
    if said.submissions < 1:
        parser.error(f"--submissions {said.submissions}: at least one has to be graded")
    return Wish(tuple(name for name in GROUPS if name in (said.groups or GROUPS)), said.page, said.submissions)


def rows(group: str, wish: Wish) -> Iterator[Row]:
    """The rows of a group, each when it is measured."""
    if group == "grading":
        return grading.rows(wish.submissions)
    return GROUPS[group].rows()  # type: ignore[no-any-return, attr-defined]


def section(group: str, found: Sequence[Row], when: str) -> str:
    """A group as the page shows it: the table, and below it a line of conditions."""
    module = GROUPS[group]
    return f"{table(module.TITLE, found)}\n\n{module.CONDITIONS} {when}\n\n"  # type: ignore[attr-defined]


def measured(wish: Wish, failures: dict[str, str]) -> Mapping[str, str]:
    """The sections of the groups that could be measured; of the others `failures` has the reason."""
    cores, release = os.cpu_count(), platform.release().partition("-")[0]
    when = f"{time.strftime('%Y-%m-%d')}, {cores} cores, Linux {release}, Python {platform.python_version()}."
    sections: dict[str, str] = {}
    for group in wish.groups:
        start, found = time.monotonic(), []
        try:
            for row in rows(group, wish):
                cells = ", ".join(f"{name} {row.cell(name)}" for name in row.peers)
                line = f"{group}: {row.what}: {row.cell(OURS)} | {cells} | {row.note}"
                print(line.rstrip(" |"), file=sys.stderr, flush=True)
                found.append(row)
        except (Exception, SystemExit) as failure:  # one group that cannot be measured leaves the others
            traceback.print_exc()
            failures[group] = f"{type(failure).__name__}: {failure}"
            continue
        sections[group] = section(group, found, when)
        print(f"{group}: took {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return sections


def main() -> None:
    """Run what the command line asks for."""
    wish = wished(sys.argv[1:])
    missing = [program for program in PEERS if shutil.which(program) is None]
    reason = why_no_overlay() or debian.why_not() or (f"not installed: {', '.join(missing)}" if missing else None)
    if reason:
        sys.exit(f"the peers cannot run here: {reason}")
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # each process, a peer's too, would compile all modules anew
        print("PYTHONDONTWRITEBYTECODE is left aside: pip compiles what it installs", file=sys.stderr)
    failures: dict[str, str] = {}
    sections = measured(wish, failures)
    print("\n".join(sections.values()))
    if wish.page and sections:
        try:
            PAGE.write_text(replaced(PAGE.read_text(), sections, tuple(GROUPS)))
        except ValueError as failure:
            failures[PAGE.name] = str(failure)
    for group, why in failures.items():
        print(f"{group}: not done: {why}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
