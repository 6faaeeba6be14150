"""sh, bash, dash, ash: a shell of its own."""

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, decoded, reason
from coursekit.shell.programs import command


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
