"""cat.

Source of words and columns: coreutils.
"""

import errno

from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, quoted_if_needed
from coursekit.shell.programs import command


@command("cat [-AbeEnstTv] [FILE]…")
def cat(process: Process) -> int:
    options = parse(
        process.args,
        "AbeEnstTuv",
        {
            "number": "n",
            "show-all": "A",
            "number-nonblank": "b",
            "show-ends": "E",
            "show-tabs": "T",
            "squeeze-blank": "s",
        },
    )
    numbering = Numbering(options)
    status = 0
    for name in options.operands or ["-"]:
        try:
            data = process.read(name)
        except OSError as error:
            if error.errno == errno.EISDIR:
                process.complain(f"{quoted_if_needed(name)}: Is a directory")
            else:
                process.refuse(error, quoted_if_needed(name))
            status = 1
            continue
        process.out(numbering.shown(data) if options.given else data)
        process.flush()
    return status


class Numbering:
    """cat's ways to show lines, across files."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.number = 0
        self.at_start = True
        self.blank = False

    def shown(self, data: bytes) -> bytes:
        return b"".join(self._line(line) for line in data.splitlines(keepends=True) or [])

    def _line(self, line: bytes) -> bytes:
        has = self.options.has
        blank = line == b"\n"
        if has("s") and blank and self.blank:
            return b""
        self.blank = blank
        prefix = b""
        if self.at_start and ((has("b") and not blank) or (has("n") and not has("b"))):
            self.number += 1
            prefix = b"%6d\t" % self.number
        self.at_start = line.endswith(b"\n")
        body = line.removesuffix(b"\n")
        if has("v", "A", "e", "t"):
            body = b"".join(visible(byte) for byte in body)
        if has("T", "A", "t"):
            body = body.replace(b"\t", b"^I")
        ending = b"$\n" if has("E", "A", "e") else b"\n"
        return prefix + body + (ending if self.at_start else b"")


def visible(byte: int) -> bytes:
    """A byte as `cat -v` shows it.

    >>> visible(1), visible(0x80)
    (b'^A', b'M-^@')
    """
    if byte >= 128:
        low = byte - 128
        return b"M-" + (b"^" + bytes([low + 64]) if low in (9, 10) else visible(low))
    if byte == 9 or 32 <= byte < 127:
        return bytes([byte])
    return b"^?" if byte == 127 else b"^" + bytes([byte + 64])
