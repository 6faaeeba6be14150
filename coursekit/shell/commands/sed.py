"""sed: s///, d and p, with line numbers, $ and /regular expressions/ as addresses.

`sed -i` writes a new file and renames it over the old one, as the real one does: the name stays, the file is new.

Simplified: no other command; those three are what scripts of images use.

Source of words: GNU sed.
"""

import os
import re
import stat
from dataclasses import dataclass

from coursekit.shell.commands.regexes import compiled
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, decoded, encoded, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import base, join, parent

Address = int | str | re.Pattern[str]  # a line, "$", an expression


@dataclass(slots=True)
class Edit:
    """One command of a script with its addresses."""

    addresses: list[Address]
    negated: bool
    letter: str
    expression: re.Pattern[str] | None = None
    replacement: str = ""
    flags: str = ""
    inside: bool = False  # between two addresses


class Script:
    """A script as it is read."""

    def __init__(self, text: str, extended: bool) -> None:
        self.text = text
        self.extended = extended
        self.position = 0

    def fail(self, what: str) -> UsageError:
        return UsageError(f"-e expression #1, char {self.position}: {what}", hint=False)

    def edits(self) -> list[Edit]:
        edits: list[Edit] = []
        while True:
            self.skip(" \t\n;}")
            if self.position >= len(self.text):
                return edits
            edits.append(self.edit())

    def skip(self, characters: str) -> None:
        while self.position < len(self.text) and self.text[self.position] in characters:
            self.position += 1

    def edit(self) -> Edit:
        addresses: list[Address] = []
        first = self.address()
        if first is not None:
            addresses.append(first)
            self.skip(" ")
            if self.text[self.position : self.position + 1] == ",":
                self.position += 1
                self.skip(" ")
                second = self.address()
                if second is None:
                    raise self.fail("unexpected `,'")
                addresses.append(second)
        self.skip(" ")
        negated = self.text[self.position : self.position + 1] == "!"
        self.position += negated
        self.skip(" ")
        letter = self.text[self.position : self.position + 1]
        self.position += 1
        edit = Edit(addresses, negated, letter)
        match letter:
            case "s":
                self.substitution(edit)
            case "d" | "p":
                pass
            case "":
                raise self.fail("missing command")
            case _:
                raise self.fail(f"unknown command: `{letter}' (the teaching shell's sed knows s, d and p)")
        return edit

    def address(self) -> Address | None:
        number = re.compile(r"\d+").match(self.text, self.position)
        if number:
            self.position = number.end()
            return int(number.group())
        mark = self.text[self.position : self.position + 1]
        if mark == "$":
            self.position += 1
            return "$"
        if mark == "/":
            self.position += 1
            return compiled(self.until("/", "unterminated address regex"), self.extended)
        return None

    def until(self, delimiter: str, problem: str) -> str:
        """The text up to the delimiter, which is consumed; an escaped delimiter is itself."""
        text: list[str] = []
        while self.position < len(self.text):
            char = self.text[self.position]
            self.position += 1
            if char == delimiter:
                return "".join(text)
            if char == "\\" and self.position < len(self.text):
                following = self.text[self.position]
                self.position += 1
                text.append(following if following == delimiter else char + following)
            else:
                text.append(char)
        raise self.fail(problem)

    def substitution(self, edit: Edit) -> None:
        delimiter = self.text[self.position : self.position + 1]
        self.position += 1
        if not delimiter or delimiter in "\n\\":
            raise self.fail("unterminated `s' command")
        pattern = self.until(delimiter, "unterminated `s' command")
        edit.replacement = self.until(delimiter, "unterminated `s' command")
        flags = re.compile(r"[gpiI0-9]*").match(self.text, self.position)
        edit.flags = flags.group() if flags else ""
        self.position += len(edit.flags)
        following = self.text[self.position : self.position + 1]
        if following and following not in " ;\n}":
            self.position += 1
            raise self.fail("unknown option to `s'")
        edit.expression = compiled(pattern, self.extended, "i" in edit.flags.lower())


def replaced(edit: Edit, line: str) -> tuple[str, bool]:
    """The line after `s///`, and whether anything was replaced."""
    assert edit.expression is not None
    number = int(re.sub(r"\D", "", edit.flags) or 1)
    count = 0

    def one(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        if count < number or (count > number and "g" not in edit.flags):
            return found.group()

        def part(piece: re.Match[str]) -> str:
            text = piece.group()
            if text == "&":
                return found.group()
            if text[1].isdigit():
                return found.group(int(text[1])) or "" if int(text[1]) <= found.re.groups else ""
            return {"n": "\n", "t": "\t"}.get(text[1], text[1])

        return re.sub(r"\\.|&", part, edit.replacement, flags=re.DOTALL)

    result = edit.expression.sub(one, line)
    return result, count >= number


class Editor:
    """A script at work on lines."""

    def __init__(self, edits: list[Edit], silent: bool) -> None:
        self.edits = edits
        self.silent = silent
        self.number = 0

    def applies(self, edit: Edit, line: str, last: bool) -> bool:
        def at(address: Address) -> bool:
            if isinstance(address, int):
                return self.number == address
            return last if isinstance(address, str) else address.search(line) is not None

        match edit.addresses:
            case []:
                chosen = True
            case [address]:
                chosen = at(address)
            case [start, end]:
                chosen = edit.inside or at(start)
                passed = isinstance(end, int) and self.number >= end
                edit.inside = chosen and not passed and not (edit.inside and at(end)) and not (end == "$" and last)
            case _:
                chosen = False
        return chosen != edit.negated

    def line(self, line: str, last: bool) -> str:
        """What one line comes to."""
        self.number += 1
        output: list[str] = []
        kept = True
        for edit in self.edits:
            if not self.applies(edit, line, last):
                continue
            match edit.letter:
                case "s":
                    line, changed = replaced(edit, line)
                    if changed and "p" in edit.flags:
                        output.append(line + "\n")
                case "p":
                    output.append(line + "\n")
                case "d":
                    kept = False
                    break
        if kept and not self.silent:
            output.append(line + "\n")
        return "".join(output)

    def text(self, data: bytes, final: bool = True) -> str:
        """What the lines of one input come to; a missing last line end stays missing."""
        lines = decoded(data).split("\n")
        complete = lines[-1] == ""
        lines = lines[:-1] if complete else lines
        output: list[str] = []
        for index, line in enumerate(lines):
            output.append(self.line(line, final and index == len(lines) - 1))
        result = "".join(output)
        return result if complete or not result else result.removesuffix("\n")


@command("sed [-nErs] [-i[SUFFIX]] [-e SCRIPT]… [SCRIPT] [FILE]…")
def sed(process: Process) -> int:
    in_place = [arg for arg in process.args if re.match(r"-i|--in-place", arg)]
    args = [arg for arg in process.args if arg not in in_place]
    options = parse(args, "nErse:", {"quiet": "n", "silent": "n", "regexp-extended": "E", "expression": "e"})
    operands = list(options.operands)
    scripts = options.values("e") or ([operands.pop(0)] if operands else [])
    if not scripts:
        process.err("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n")
        return 1
    edits = Script("\n".join(scripts), options.has("E", "r")).edits()
    found: list[tuple[str, bytes]] = []
    status = 0
    for name in operands or ["-"]:
        try:
            found.append((name, process.read(name)))
        except OSError as error:
            if error.errno == 21:
                doing = (
                    f"couldn't edit {name}: not a regular file" if in_place else f"couldn't read {name}: Is a directory"
                )
                process.complain(doing if in_place else f"read error on {name}: Is a directory")
            else:
                process.refuse(error, f"can't read {name}")
            status = 2 if error.errno != 21 or not in_place else 4
    if in_place:
        suffix = re.sub(r"^(-i|--in-place=?)", "", in_place[-1])
        for name, data in found:
            status = rewrite(process, name, Editor(edits, options.has("n")).text(data), suffix) or status
        return status
    editor = Editor(edits, options.has("n"))
    for index, (_, data) in enumerate(found):
        process.out(editor.text(data, final=index == len(found) - 1))
    return status


def rewrite(process: Process, name: str, text: str, suffix: str) -> int:
    """Write a new file beside the old one and rename it over it; the exit status. Raises: OSError."""
    tree, path = process.tree, process.at(name)
    before = tree.stat(path)
    fresh = join(parent(path), f"sed{base(path)[:6]}~")
    try:
        tree.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600).close()
    except OSError as error:
        process.complain(f"couldn't open temporary file {fresh}: {reason(error)}")
        return 4
    tree.write_bytes(fresh, encoded(text))
    tree.chown(fresh, before.st_uid, before.st_gid)
    tree.chmod(fresh, stat.S_IMODE(before.st_mode))
    if suffix:
        backup = suffix.replace("*", base(path)) if "*" in suffix else base(path) + suffix
        tree.rename(path, join(parent(path), backup))
    try:
        tree.rename(fresh, path)
    except OSError as error:  # the file is a mount point, such as /etc/hosts
        tree.unlink(fresh)
        process.complain(f"cannot rename {fresh}: {reason(error)}")
        return 4
    return 0
