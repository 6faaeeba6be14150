"""df.

Source of words and columns: coreutils.
"""

import re
import stat

from coursekit.shell.commands.long_format import human
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process
from coursekit.shell.programs import command
from coursekit.shell.real_path import identity, join


@command("df [-hkT] [FILE]…")
def df(process: Process) -> int:
    """The overlay's own bytes stand where a real df shows the host's disk.

    Simplified: a container has no disk of its own, so a real `df` answers for the disk that holds the upperdir. Here
    Used is what the merged tree amounts to, and nothing limits it.
    """
    options = parse(process.args, "hkTiaP", {"human-readable": "h", "print-type": "T"})
    status = 0
    for name in options.operands:
        try:
            process.tree.stat(process.at(name))
        except OSError as error:
            process.refuse(error, name)
            status = 1
    if options.operands and status:
        return status
    used = overlay_bytes(process)
    header = [
        "Filesystem",
        "Size" if options.has("h") else "1K-blocks",
        "Used",
        "Avail" if options.has("h") else "Available",
        "Use%",
        "Mounted on",
    ]
    rows = [header]
    for source, kind, where in mounted(process, bool(options.operands)):
        amount = used if kind == "overlay" else 0
        shown = human(amount) if options.has("h") else str(-(-amount // 1024))
        rows.append([source, shown, shown if kind == "overlay" else "0", "0", "100%" if amount else "0%", where])
    if options.has("T"):
        kinds = ["Type", *(kind for _, kind, _ in mounted(process, bool(options.operands)))]
        rows = [[row[0], kind, *row[1:]] for row, kind in zip(rows, kinds, strict=True)]
    print_table(process, rows, left=2 if options.has("T") else 1)
    return status


def print_table(process: Process, rows: list[list[str]], left: int) -> None:
    """Columns: the first `left` and the last to the left, the others to the right; df's least widths."""
    least = [14, *([4] if left == 2 else []), 5, 5, 5, 4, 0]
    widths = [max([least[column], *(len(row[column]) for row in rows)]) for column in range(len(rows[0]))]
    last = len(rows[0]) - 1
    for row in rows:
        cells = [
            text.ljust(width) if column < left else text.rjust(width)
            for column, (text, width) in enumerate(zip(row[:last], widths, strict=False))
        ]
        process.line(" ".join([*cells, row[last]]))


def mounted(process: Process, root_only: bool) -> list[tuple[str, str, str]]:
    """Source, type and place of each mount that df shows."""
    found = []
    for line in process.machine.mounts or ("overlay on / type overlay (rw)",):
        parsed = re.match(r"(\S+) on (\S+) type (\S+)", line)
        if parsed and parsed[3] in ("overlay", "tmpfs"):
            found.append((parsed[1], parsed[3], parsed[2]))
    return found[:1] if root_only else found


def overlay_bytes(process: Process) -> int:
    """What the merged tree amounts to on a disk."""
    with process.machine.quietly():
        tree = process.tree
        root = tree.lstat("/").st_dev
        seen: set[tuple[int, int]] = set()
        total = 0
        pending = ["/"]
        while pending:
            path = pending.pop()
            for name in tree.listdir(path):
                status = tree.lstat(join(path, name))
                if status.st_dev != root or identity(status) in seen:
                    continue
                seen.add(identity(status))
                total += status.st_blocks * 512
                if stat.S_ISDIR(status.st_mode):
                    pending.append(join(path, name))
        return total
