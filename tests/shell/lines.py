"""The command lines that dash was asked, by topic, and the tree they run in.

Add a line to lines.txt, then record again: `python -m tests.shell.record_dash` (as root, on Linux).
"""

from pathlib import Path
from typing import Any

MODES = {"a.txt": 0o644, "script.sh": 0o755, "private": 0o600}
MTIME = 1_577_880_000  # 2020-01-01 12:00 UTC

# A str is a file, a tuple (target,) a symlink, None a directory. Paths below /t, where the lines run.
TREE: dict[str, Any] = {
    "a.txt": "alpha\nbeta\ngamma\n",
    "b.txt": "one two  three\n",
    "n.txt": "10\n9\n2\n33\n",
    "words": "the cat\nthe dog\na cat\nthe cat\n",
    "sp ace.txt": "spaced\n",
    ".hidden": "h\n",
    "empty": "",
    "nonl": "no newline",
    "private": "p\n",
    "script.sh": '#!/bin/sh\necho script $# "$1"\nexit 3\n',
    "noexec.sh": "echo never\n",
    "plain": "echo plain $1\n",
    "dir": None,
    "dir/x": "x\n",
    "dir/y.c": "y\n",
    "dir/sub": None,
    "dir/sub/z.c": "z\n",
    "void": None,
    "link": ("a.txt",),
    "dlink": ("dir",),
    "dangling": ("nowhere",),
    "abs": ("/t/dir",),
    "up": ("../t",),
    "loop": ("loop",),
}


def read_lines() -> dict[str, list[str]]:
    """The lines of lines.txt by topic."""
    found: dict[str, list[str]] = {}
    topic = ""
    for text in Path(__file__).with_name("lines.txt").read_text().splitlines()[1:]:
        if text.startswith("== "):
            topic = text.strip("= ")
            found[topic] = []
        elif text:
            found[topic].append(text.replace("␤", "\n"))
    return found


LINES = read_lines()
