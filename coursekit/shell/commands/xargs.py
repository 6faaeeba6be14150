"""sh, xargs, test: commands that run or decide on others."""

import re

from coursekit.shell.conditions import TestError, evaluate
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, decoded, reason
from coursekit.shell.programs import command
from coursekit.shell.streams import Pipe

ITEM = re.compile(r"""(?:[^\s'"\\]|\\.|'[^'\n]*'|"[^"\n]*")+""", re.DOTALL)


@command("sh [-ceilx] [FILE | -c SCRIPT [NAME [ARGUMENT]…]]", "bash", "dash", "ash")
def sh(process: Process) -> int:
    """A shell of its own. Simplified: bash is this same shell; what only bash knows, it does not."""
    args = [arg for arg in process.args if arg not in ("--login", "--norc", "--posix", "--noprofile")]
    options = parse(args, "cilsexufnvo:", permute=False)
    operands = options.operands
    if options.has("c"):
        if not operands:
            raise UsageError("0: -c requires an argument", hint=False)
        source, arg0, rest = operands[0], (operands[1:] or [process.name])[0], operands[2:]
    elif operands:
        arg0, rest = operands[0], operands[1:]
        try:
            source = decoded(process.read(arg0))
        except OSError as error:
            process.err(
                f"{process.name}: 0: cannot open {arg0}: {'No such file' if error.errno == 2 else reason(error)}\n"
            )
            return 2
    else:
        arg0, rest = process.name, []
        source = decoded(process.stdin.read()) if 0 in process.fds else ""
    process.flush()
    shell = process.launcher.child(process.environment, process.fds, arg0, rest)
    shell.options |= {letter for letter, _ in options.given if letter in "exufnv"}
    return shell.run_script(source)


@command("test EXPRESSION", "[")
def test(process: Process) -> int:
    args = process.args
    if process.name == "[":
        if args[-1:] != ["]"]:
            process.complain("missing ']'")
            return 2
        args = args[:-1]
    try:
        return int(not evaluate(args, process.tree, process.at))
    except TestError as error:
        process.complain(str(error))
        return 2


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
