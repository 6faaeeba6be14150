"""Figures beside their peers, in one run, as one table.

    python -m tests.benchmarks              prints the table; needs root, umoci and a kernel that mounts overlays
    python -m tests.benchmarks --readme     and puts it into README.md, between the marks
    python -m tests.benchmarks writes       one group alone: images, trees, writes or lessons

No test asserts a time: these are for people to read.
"""

import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import images, lessons, trees, writes
from tests.benchmarks.measure import Row, table
from tests.real import debian
from tests.tools import why_no_overlay

README = Path(__file__).parents[2] / "README.md"
MARKS = re.compile(r"(<!-- benchmarks -->\n).*?(<!-- /benchmarks -->)", re.DOTALL)


def rows(groups: set[str]) -> Iterator[Row]:
    """The rows of the groups that were asked for."""
    layout = debian.layout()
    if "images" in groups:
        yield from images.rows(layout)
    if "trees" in groups:
        yield from trees.rows(layout)
    if "writes" in groups:
        yield from writes.rows()
    if "lessons" in groups:
        yield from lessons.rows()


def main() -> None:
    """Run what the command line asks for."""
    words = sys.argv[1:]
    groups = {word for word in words if not word.startswith("-")} or {"images", "trees", "writes", "lessons"}
    if reason := why_no_overlay() or debian.why_not():
        sys.exit(f"the peers cannot run here: {reason}")
    found = []
    for row in rows(groups):
        print(" | ".join(row.cells()), file=sys.stderr, flush=True)
        found.append(row)
    where = f"{os.cpu_count()} cores, Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    when = f"Measured {time.strftime('%Y-%m-%d')} on {where}; the sides took turns, the best time of each counts."
    text = f"{table(found)}\n\n{when}\n"
    print(text)
    if "--readme" in words:
        README.write_text(MARKS.sub(lambda match: match[1] + text + match[2], README.read_text()))


if __name__ == "__main__":
    main()
