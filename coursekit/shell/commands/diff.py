"""diff.

Source of words and columns: GNU diffutils.
"""

import difflib
import stat

from coursekit.shell.commands.long_format import full_time
from coursekit.shell.getopt import Options, parse
from coursekit.shell.patterns import byte_order
from coursekit.shell.process import Process, UsageError, decoded
from coursekit.shell.programs import command
from coursekit.shell.real_path import join


@command("diff [-qruN] FILE1 FILE2")
def diff(process: Process) -> int:
    options = parse(process.args, "qruNaswbB", {"brief": "q", "recursive": "r", "unified": "u", "new-file": "N"})
    if len(options.operands) != 2:
        missing = (
            f"missing operand after {options.operands[0]!r}" if options.operands else "missing operand after 'diff'"
        )
        raise UsageError(missing if len(options.operands) < 2 else f"extra operand '{options.operands[2]}'")
    first, second = options.operands
    return Comparison(process, options).compare(first, second)


class Comparison:
    """One run of diff."""

    def __init__(self, process: Process, options: Options) -> None:
        self.process = process
        self.options = options
        self.waiting: list[
            tuple[str, str, bool]
        ] = []  # two paths, and whether met below others; or a line, "", and whether it is a difference

    def compare(self, first: str, second: str) -> int:
        """Compare two paths and, with -r, all below them; the exit status. No recursion: a tree may be very deep."""
        self.waiting = [(first, second, False)]
        status = 0
        while self.waiting:
            first, second, below = self.waiting.pop()
            if second:
                status = max(status, self.pair(first, second, below))
            else:  # a line that was to come in its place
                self.process.line(first)
                status = max(status, int(below))
        return status

    def pair(self, first: str, second: str, below: bool) -> int:
        tree, at = self.process.tree, self.process.at
        kinds, missing = [], 0
        for name in (first, second):
            try:
                kinds.append(stat.S_IFMT(tree.stat(at(name)).st_mode) if name != "-" else stat.S_IFREG)
            except OSError as error:
                self.process.refuse(error, name)
                missing = 2
        if missing:
            return missing
        if kinds == [stat.S_IFDIR] * 2:
            self.directories(first, second)
            return 0
        if kinds[0] == stat.S_IFDIR:
            first = join(first, second.rsplit("/", 1)[-1])
        elif kinds[1] == stat.S_IFDIR:
            second = join(second, first.rsplit("/", 1)[-1])
        else:
            return self.files(first, second, below)
        return self.pair(first, second, False)

    def directories(self, first: str, second: str) -> None:
        """What is in two directories waits to be compared."""
        tree, at = self.process.tree, self.process.at
        names = [set(tree.listdir(at(name))) for name in (first, second)]
        for name in sorted(names[0] | names[1], key=byte_order, reverse=True):
            paths = join(first, name), join(second, name)
            if name not in names[1] or name not in names[0]:
                self.waiting.append((f"Only in {first if name in names[0] else second}: {name}", "", True))
            elif not self.options.has("r") and all(stat.S_ISDIR(tree.stat(at(path)).st_mode) for path in paths):
                self.waiting.append((f"Common subdirectories: {paths[0]} and {paths[1]}", "", False))
            else:
                self.waiting.append((*paths, True))

    def files(self, first: str, second: str, shown: bool) -> int:
        try:
            one, two = self.process.read(first), self.process.read(second)
        except OSError as error:
            self.process.refuse(error, str(error.filename or first))
            return 2
        if one == two:
            return 0
        if self.options.has("q"):
            self.process.line(f"Files {first} and {second} differ")
        elif b"\0" in one or b"\0" in two:
            self.process.line(f"Binary files {first} and {second} differ")
        else:
            if shown:
                letters = "".join(letter for letter in "ru" if self.options.has(letter))
                self.process.line(f"diff -{letters} {first} {second}")
            (self.unified if self.options.has("u") else self.normal)(first, second, one, two)
        return 1

    def unified(self, first: str, second: str, one: bytes, two: bytes) -> None:
        stamps = []
        for name in (first, second):
            status = self.process.tree.stat(self.process.at(name)) if name != "-" else None
            stamps.append(full_time(status.st_mtime_ns if status else self.process.machine.now()))
        old, new = lines_of(one), lines_of(two)
        for line in difflib.unified_diff(old, new, first, second, stamps[0], stamps[1]):
            self.process.out(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")

    def normal(self, first: str, second: str, one: bytes, two: bytes) -> None:
        old, new = lines_of(one), lines_of(two)
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for tag, a1, a2, b1, b2 in matcher.get_opcodes():
            if tag == "equal":
                continue
            letter = {"replace": "c", "delete": "d", "insert": "a"}[tag]
            self.process.line(f"{span(a1, a2)}{letter}{span(b1, b2)}")
            self.show("< ", old[a1:a2])
            if tag == "replace":
                self.process.line("---")
            self.show("> ", new[b1:b2])

    def show(self, mark: str, lines: list[str]) -> None:
        for line in lines:
            self.process.out(mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n")


def lines_of(data: bytes) -> list[str]:
    """The lines with their ends: of a line feed alone, whatever else Unicode takes for one."""
    pieces = decoded(data).split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def span(start: int, end: int) -> str:
    """Lines as diff numbers them.

    >>> span(0, 2), span(2, 2)
    ('1,2', '2')
    """
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1},{end}" if end > start else str(start)
