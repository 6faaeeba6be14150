"""du.

Source of words and columns: coreutils.
"""

import stat
from dataclasses import dataclass, field

from coursekit.shell.commands.long_format import human
from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, identity, join

LONG = {
    "all": "a",
    "summarize": "s",
    "human-readable": "h",
    "bytes": "b",
    "apparent-size": "apparent",
    "total": "c",
    "max-depth": "d",
    "si": "si",
    "count-links": "l",
    "dereference": "L",
    "one-file-system": "x",
}


@command("du [-abchklmsx] [-d DEPTH] [FILE]…")
def du(process: Process) -> int:
    options = parse(process.args, "abchklmsxSd:LHD0", LONG)
    if options.has("s") and options.has("a"):
        raise UsageError("cannot both summarize and show all entries")
    depth_text = options.value("d")
    if depth_text and not depth_text.isdigit():
        raise UsageError(f"invalid maximum depth {quoted(depth_text)}")
    usage = Usage(process, options, 0 if options.has("s") else int(depth_text) if depth_text else 1 << 30)
    total = sum(usage.measure(name) for name in options.operands or ["."])
    if options.has("c"):
        usage.show(total, "total")
    return usage.status


@dataclass(slots=True)
class Usage:
    """One run of du: each file is counted once, by whatever name it is met first."""

    process: Process
    options: Options
    depth: int
    status: int = 0
    seen: set[tuple[int, int]] = field(default_factory=set)

    def measure(self, top: str) -> int:
        """The bytes used by `top` and all below it; prints what is to be shown.

        What waits is a list, not the stack of Python: a tree may be thousands of directories deep.
        """
        tree = self.process.tree
        sums = [0]  # of the directories that are being measured, and of all at the front
        waiting: list[tuple[str, int, bool]] = [(top, 0, False)]
        while waiting:
            path, level, measured = waiting.pop()
            if measured:
                used = sums.pop()
            else:
                try:
                    status: Status = tree.stat(self.process.at(path), follow_symlinks=self.options.has("L"))
                    directory = stat.S_ISDIR(status.st_mode)
                    names = tree.listdir(self.process.at(path)) if directory else []
                except OSError as error:
                    self.process.refuse(error, f"cannot access {quoted(path)}")
                    self.status = 1
                    continue
                if not self.options.has("l") and (status.st_nlink > 1 or level == 0) and identity(status) in self.seen:
                    continue
                self.seen.add(identity(status))
                used = self.own(status)
                if directory:
                    sums.append(used)
                    waiting.append((path, level, True))
                    waiting += [(join(path, name), level + 1, False) for name in reversed(names)]
                    continue
            sums[-1] += used
            if level <= self.depth and (measured or level == 0 or self.options.has("a")):
                self.show(used, path)
        return sums[0]

    def own(self, status: Status) -> int:
        if self.options.has("b", "apparent"):
            return status.st_size
        return status.st_blocks * 512

    def show(self, used: int, path: str) -> None:
        if self.options.has("h"):
            text = human(used)
        elif self.options.has("m"):
            text = str(-(-used // (1 << 20)))
        else:
            text = str(used if self.options.has("b") else -(-used // 1024))
        self.process.line(f"{text}\t{path}")
