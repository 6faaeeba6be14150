"""xargs.

Source of words: findutils.
"""

import re

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, decoded
from coursekit.shell.programs import command
from coursekit.shell.streams import Pipe

ITEM = re.compile(r"""(?:[^\s'"\\]|\\.|'[^'\n]*'|"[^"\n]*")+""", re.DOTALL)


@command("xargs [-0rt] [-n COUNT] [-I WORD] [-L LINES] [COMMAND [ARGUMENT]…]")
def xargs(process: Process) -> int:
    options = parse(
        process.args,
        "0rtn:I:L:d:P:",
        {"null": "0", "no-run-if-empty": "r", "max-args": "n", "replace": "I", "delimiter": "d"},
        permute=False,
    )
    words = options.operands or ["echo"]
    text = decoded(process.stdin.read())
    items = xargs_items(process, text, options.has("0"), options.value("d"), options.has("I"))
    if options.has("I"):
        batches = [[word.replace(options.value("I"), item) for word in words] for item in items]
    else:
        amount = options.value("n") or options.value("L")
        if amount and not (amount.isdigit() and int(amount) > 0):
            raise UsageError(f"value {amount} for -n option should be >= 1", hint=False)
        size = int(amount) if amount else max(len(items), 1)
        batches = [[*words, *items[start : start + size]] for start in range(0, len(items), size)]
        if not items and not options.has("r"):
            batches = [words]
    status = 0
    for argv in batches:
        if not process.finds(argv[0]):
            process.complain(f"{argv[0]}: No such file or directory")
            return 127
        if options.has("t"):
            process.err(" ".join(argv) + "\n")
        result = process.spawn(argv, stdin=Pipe())
        if result == 255:
            process.complain(f"{argv[0]}: exited with status 255; aborting")
            return 124
        status = result if result in (126, 127) else (123 if result else status)
    return status


def xargs_items(process: Process, text: str, null: bool, delimiter: str, lines: bool) -> list[str]:
    """The items of the input: by NUL, by a character, by line, or by blanks with quotes."""
    if null or delimiter:
        mark = "\0" if null else delimiter.replace("\\n", "\n").replace("\\t", "\t")
        return text.removesuffix(mark).split(mark) if text else []
    found = [line.strip() for line in text.splitlines() if line.strip()] if lines else ITEM.findall(text)
    rest = ITEM.sub("", text)
    if not lines and ("'" in rest or '"' in rest):
        kind = "single" if "'" in rest else "double"
        process.complain(f"unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option")
        return []
    return [re.sub(r"""\\(.)|'([^'\n]*)'|"([^"\n]*)\"""", lambda m: m[1] or m[2] or m[3] or "", item) for item in found]
