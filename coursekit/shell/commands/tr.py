"""tr.

Source of words: coreutils, C locale.
"""

import re

from coursekit.shell.getopt import parse
from coursekit.shell.patterns import CLASSES
from coursekit.shell.process import Process, UsageError, decoded, quoted
from coursekit.shell.programs import command


@command("tr [-cds] SET1 [SET2]")
def tr(process: Process) -> int:
    options = parse(process.args, "cCdst", {"complement": "c", "delete": "d", "squeeze-repeats": "s"}, permute=False)
    sets = [character_set(text) for text in options.operands]
    if not sets:
        raise UsageError("missing operand")
    if len(sets) == 1 and not options.has("d", "s"):
        raise UsageError(
            f"missing operand after {quoted(options.operands[0])}\nTwo strings must be given when translating."
        )
    data = decoded(process.stdin.read())
    first = sets[0]
    if options.has("c", "C"):
        inside = set(first)
        first = [char for char in dict.fromkeys([*map(chr, range(256)), *data]) if char not in inside]
    if options.has("d"):
        gone = set(first)
        data = "".join(char for char in data if char not in gone)
    elif len(sets) > 1:
        second = sets[1] + sets[1][-1:] * (len(first) - len(sets[1]))
        table = dict(zip(reversed(first), reversed(second[: len(first)]), strict=False))
        data = "".join(table.get(char, char) for char in data)
    if options.has("s"):
        squeezed = set(sets[-1] if len(sets) > 1 else first)
        data = "".join(char for index, char in enumerate(data) if not (index and data[index - 1] == char in squeezed))
    process.out(data)
    return 0


def character_set(text: str) -> list[str]:
    """The characters of a set: escapes, ranges, classes.

    >>> "".join(character_set("a-c\\\\n"))
    'abc\\n'
    """
    found: list[str] = []
    named = re.compile(r"\[:([a-z]+):\]")
    escapes = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
    position = 0
    while position < len(text):
        matched = named.match(text, position)
        if matched and matched[1] in CLASSES:
            expression = re.compile(f"[{CLASSES[matched[1]]}]", re.ASCII)
            found += [chr(code) for code in range(128) if expression.match(chr(code))]
            position = matched.end()
            continue
        char = text[position]
        octal = re.compile(r"\\([0-7]{1,3})").match(text, position)
        if octal:
            char, position = chr(int(octal[1], 8) & 0xFF), octal.end()
        elif char == "\\" and position + 1 < len(text):
            char, position = escapes.get(text[position + 1], text[position + 1]), position + 2
        else:
            position += 1
        if text[position : position + 1] == "-" and position + 1 < len(text):
            last = text[position + 1]
            if last < char:
                problem = f"range-endpoints of {quoted(f'{char}-{last}')} are in reverse collating sequence order"
                raise UsageError(problem, hint=False)
            found += [chr(code) for code in range(ord(char), ord(last) + 1)]
            position += 2
        else:
            found.append(char)
    return found
