"""grep.

Source of words and columns: GNU grep.
"""

import re
import stat
from collections.abc import Iterator

from coursekit.shell.commands.regexes import compiled
from coursekit.shell.getopt import Options, parse
from coursekit.shell.patterns import matches
from coursekit.shell.process import Process, UsageError, decoded, quoted_if_needed, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import base, is_directory, join

LONG = {
    "ignore-case": "i",
    "invert-match": "v",
    "count": "c",
    "line-number": "n",
    "files-with-matches": "l",
    "files-without-match": "L",
    "only-matching": "o",
    "quiet": "q",
    "silent": "q",
    "recursive": "r",
    "extended-regexp": "E",
    "fixed-strings": "F",
    "word-regexp": "w",
    "line-regexp": "x",
    "no-messages": "s",
    "with-filename": "H",
    "no-filename": "h",
    "max-count": "m",
    "regexp": "e",
    "include=": "include",
    "exclude=": "exclude",
    "color": "color",
    "color=": "color",
    "text": "a",
    "after-context": "A",
    "before-context": "B",
    "context": "C",
}


@command("grep [-EFivnclLoqrwxshHam] [-A N] [-B N] [-C N] [-e PATTERN] PATTERN [FILE]…", "egrep", "fgrep")
def grep(process: Process) -> int:
    options = parse(process.args, "EFGivnclLoqrRwxshHam:e:A:B:C:", LONG)
    operands = list(options.operands)
    patterns = options.values("e")
    if not patterns:
        if not operands:
            process.err("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n")
            return 2
        patterns = [operands.pop(0)]
    search = Grep(process, options, matcher(process, options, patterns), operands)
    return search.run()


def matcher(process: Process, options: Options, patterns: list[str]) -> re.Pattern[str]:
    """One expression for all patterns."""
    alternatives = [line for pattern in patterns for line in pattern.split("\n")]
    extended = options.last("EFG") == "E" or process.name == "egrep"
    fixed = options.last("EFG") == "F" or process.name == "fgrep"
    parts = [re.escape(text) if fixed else compiled(text, extended).pattern for text in alternatives]
    whole = "|".join(f"(?:{part})" for part in parts) if len(parts) > 1 else parts[0]
    if options.has("x"):
        whole = f"^(?:{whole})$"
    elif options.has("w"):
        whole = rf"(?<!\w)(?:{whole})(?!\w)"
    return re.compile(whole, re.IGNORECASE if options.has("i") else 0)


class Grep:
    """One run of grep."""

    def __init__(self, process: Process, options: Options, expression: re.Pattern[str], names: list[str]) -> None:
        self.process = process
        self.has = options.has
        self.options = options
        self.expression = expression
        self.recursive = options.has("r", "R")
        self.names = names or (["."] if self.recursive else ["-"])
        headed = len(self.names) > 1 or (
            self.recursive and (not names or is_directory(process.tree, process.at(names[0])))
        )
        self.headed = options.last("hH", "H" if headed else "h") == "H"
        self.found = False
        self.failed = False
        self.limit = self.number("m", -1)
        around = self.number("C", 0)
        self.after, self.before = self.number("A", around), self.number("B", around)
        self.separated = False

    def number(self, letter: str, default: int) -> int:
        text = self.options.value(letter)
        if text and not text.isdigit():
            raise UsageError("invalid context length argument" if letter != "m" else "invalid max count", hint=False)
        return int(text) if text else default

    def run(self) -> int:
        for name in self.names:
            for path in self.files(name):
                self.file(path)
                if self.found and self.has("q"):
                    return 0
        return 2 if self.failed else int(not self.found)

    def complain(self, name: str, error: OSError) -> None:
        self.failed = True
        if not self.has("s"):
            self.process.refuse(error, quoted_if_needed(name))

    def files(self, name: str) -> Iterator[str]:
        """The files that an operand stands for."""
        tree = self.process.tree
        try:
            status = tree.stat(self.process.at(name)) if name != "-" else None
        except OSError as error:
            self.complain(name, error)
            return
        if status is None or not stat.S_ISDIR(status.st_mode):
            yield name
        elif self.recursive:
            yield from self.below(name, prefix="" if self.options.operands[1:] == [] and name == "." else name)
        else:
            self.failed = True
            self.process.complain(f"{name}: Is a directory")

    def below(self, top: str, prefix: str) -> Iterator[str]:
        """The files below a directory; what waits is a list, not the stack of Python."""
        tree = self.process.tree
        waiting = [(top, prefix, stat.S_IFDIR)]
        while waiting:
            name, shown, kind = waiting.pop()
            if kind == stat.S_IFREG and self.wanted(base(name)):
                yield shown
            if kind != stat.S_IFDIR:
                continue
            try:
                paths = [join(shown, child) if shown else child for child in tree.listdir(self.process.at(name))]
                found = [(path, path, stat.S_IFMT(tree.lstat(self.process.at(path)).st_mode)) for path in paths]
            except OSError as error:
                self.complain(name, error)
                continue
            waiting += reversed(found)

    def wanted(self, name: str) -> bool:
        included, excluded = self.options.values("include"), self.options.values("exclude")
        return (not included or any(matches(one, name) for one in included)) and not any(
            matches(e, name) for e in excluded
        )

    def file(self, name: str) -> None:
        try:
            data = self.process.read(name)
        except OSError as error:
            if error.errno == 21:
                self.failed = True
                self.process.complain(f"{name}: {reason(error)}")
            else:
                self.complain(name, error)
            return
        binary = b"\0" in data[:32768] and not self.has("a")
        label = "(standard input)" if name == "-" else name
        lines = decoded(data).split("\n")
        lines = lines[:-1] if lines[-1] == "" else lines
        chosen = self.chosen(lines)
        self.found = self.found or bool(chosen) != self.has("L")
        if self.has("q"):
            return
        if self.has("l", "L"):
            if bool(chosen) == self.has("l"):
                self.process.line(label)
        elif self.has("c"):
            self.process.line(f"{label}:{len(chosen)}" if self.headed else str(len(chosen)))
        elif binary and chosen:
            self.process.line(f"Binary file {label} matches")
        else:
            self.show(lines, chosen, label)

    def chosen(self, lines: list[str]) -> list[int]:
        selected: list[int] = []
        for index, line in enumerate(lines):
            if (self.expression.search(line) is not None) != self.has("v"):
                selected.append(index)
                if len(selected) == self.limit:
                    break
        return selected if self.limit else []

    def show(self, lines: list[str], chosen: list[int], label: str) -> None:
        if self.has("o"):
            for index in chosen if not self.has("v") else []:
                for match in self.expression.finditer(lines[index]):
                    if match.group():
                        self.print(label, index, match.group(), ":")
            return
        wanted = set(chosen)
        around = {near for index in chosen for near in range(index - self.before, index + self.after + 1)}
        previous = -1
        for index in sorted(near for near in around if 0 <= near < len(lines)):
            if (self.before or self.after) and self.separated and index != previous + 1:
                self.process.line("--")
            self.print(label, index, lines[index], ":" if index in wanted else "-")
            self.separated, previous = True, index

    def print(self, label: str, index: int, text: str, mark: str) -> None:
        prefix = (f"{label}{mark}" if self.headed else "") + (f"{index + 1}{mark}" if self.has("n") else "")
        self.process.line(prefix + text)
