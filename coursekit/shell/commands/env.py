"""What surrounds the process: uname, hostname, id, whoami, env, pwd, date, mount, ps, sleep, which.

`uname` answers with the host's kernel, because a container has none of its own; the names of users come from the image.

Source of words: coreutils, procps, util-linux.
"""

import re
import shlex
from contextlib import suppress
from datetime import UTC, datetime

from coursekit.shell.commands.touch import instant
from coursekit.shell.find_program import search
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import real_path

UNAME = {
    "kernel-name": "s",
    "nodename": "n",
    "kernel-release": "r",
    "kernel-version": "v",
    "machine": "m",
    "all": "a",
    "operating-system": "o",
    "processor": "p",
    "hardware-platform": "i",
}
STAMP = "%a %b %e %H:%M:%S UTC %Y"


@command("uname [-asnrvmo]")
def uname(process: Process) -> int:
    options = parse(process.args, "asnrvmpio", UNAME)
    if options.operands:
        raise UsageError(f"extra operand {quoted(options.operands[0])}")
    kernel = process.machine.kernel
    system = "GNU/Linux" if kernel.name == "Linux" else kernel.name
    fields = {
        "s": kernel.name,
        "n": process.machine.hostname,
        "r": kernel.release,
        "v": kernel.version,
        "m": kernel.machine,
        "p": "unknown",
        "i": "unknown",
        "o": system,
    }
    given = "".join(letter for letter in fields if options.has(letter))
    wanted = "snrvmo" if options.has("a") else given or "s"
    process.line(" ".join(fields[letter] for letter in wanted))
    return 0


@command("arch")
def arch(process: Process) -> int:
    process.line(process.machine.kernel.machine)
    return 0


@command("hostname")
def hostname(process: Process) -> int:
    if process.args:
        process.complain(
            "you must be root to change the host name"
            if process.machine.uid
            else "the name of a container is given when it is created"
        )
        return 1
    process.line(process.machine.hostname)
    return 0


@command("whoami")
def whoami(process: Process) -> int:
    uid = process.machine.uid
    name = process.machine.names("passwd").get(uid)
    if name is None:
        process.complain(f"cannot find name for user ID {uid}")
        return 1
    process.line(name)
    return 0


@command("id [-ugGn] [USER]")
def identity(process: Process) -> int:
    options = parse(process.args, "ugGnra", {"user": "u", "group": "g", "groups": "G", "name": "n"})
    machine = process.machine
    uid, gid, further = machine.uid, machine.gid, machine.further
    if options.operands:
        name = options.operands[0]
        numbers = machine.numbers("passwd")
        if name not in numbers:
            process.complain(f"{quoted(name)}: no such user")
            return 1
        uid, gid, further = numbers[name], machine.primary_group(numbers[name]), machine.groups(name)
    users, groups = machine.names("passwd"), machine.names("group")
    everyone = [gid, *(group for group in further if group != gid)]
    if not options.has("u", "g", "G"):
        listed = ",".join(named(group, groups) for group in everyone)
        process.line(f"uid={named(uid, users)} gid={named(gid, groups)} groups={listed}")
        return 0
    asked, names, what = ([uid], users, "user") if options.has("u") else ([gid], groups, "group")
    if options.has("G"):
        asked = everyone
    if not options.has("n"):
        process.line(" ".join(map(str, asked)))
        return 0
    unnamed = [number for number in asked if number not in names]
    for number in unnamed:
        process.complain(f"cannot find name for {what} ID {number}")
    process.line(" ".join(names.get(number, str(number)) for number in asked))
    return int(bool(unnamed))


def named(number: int, names: dict[int, str]) -> str:
    """`0(root)`, or `0` without a name."""
    return f"{number}({names[number]})" if number in names else str(number)


@command("env [-i] [-u NAME] [NAME=VALUE]… [COMMAND [ARGUMENT]…]", "printenv")
def env(process: Process) -> int:
    if process.name == "printenv" and process.args:
        return printenv(process)
    options = parse(process.args, "iu:0", {"ignore-environment": "i", "unset": "u"}, permute=False)
    environment = {} if options.has("i") else dict(process.environment)
    for name in options.values("u"):
        environment.pop(name, None)
    rest = list(options.operands)
    while rest and "=" in rest[0]:
        name, _, value = rest.pop(0).partition("=")
        environment[name] = value
    if not rest:
        for name, value in environment.items():
            process.line(f"{name}={value}")
        return 0
    if not process.finds(rest[0]):
        process.complain(f"{quoted(rest[0])}: No such file or directory")
        return 127
    return process.spawn(rest, environment)


@command("pwd [-LP]")
def pwd(process: Process) -> int:
    """The program beside the builtin: what `exec`, `env` and `docker exec` start knows no names that were followed."""
    options = parse(process.args, "LP", {"logical": "L", "physical": "P"})
    here = real_path(process.tree, process.launcher.cwd)
    named = process.environment.get("PWD", "")
    with suppress(OSError):
        if options.has("L") and named.startswith("/") and real_path(process.tree, named) == here:
            here = named
    process.line(here)
    return 0


def printenv(process: Process) -> int:
    found = [process.environment[name] for name in process.args if name in process.environment]
    for value in found:
        process.line(value)
    return int(len(found) < len(process.args))


@command("date [-u] [-d TIME | -r FILE] [+FORMAT]")
def date(process: Process) -> int:
    options = parse(process.args, "ud:r:RI", {"utc": "u", "date": "d", "reference": "r"})
    ns = process.machine.now()
    if options.has("d"):
        try:
            ns = instant(options.value("d"), ns)
        except UsageError:
            raise UsageError(f"invalid date {quoted(options.value('d'))}", hint=False) from None
    if options.has("r"):
        ns = process.tree.stat(process.at(options.value("r"))).st_mtime_ns
    form = next((operand[1:] for operand in options.operands if operand.startswith("+")), STAMP)
    if options.has("I"):
        form = "%F"
    when = datetime.fromtimestamp(ns // 10**9, UTC)
    form = re.sub(r"%N", f"{ns % 10**9:09d}", re.sub(r"%s", str(ns // 10**9), form))
    process.line(when.strftime(form))
    return 0


@command("mount")
def mount(process: Process) -> int:
    if process.args and process.args[:1] != ["-t"]:
        process.complain("permission denied: a container mounts nothing by itself")
        return 32
    for line in process.machine.mounts:
        if not process.args or f" type {process.args[-1]} " in line:
            process.line(line)
    return 0


@command("ps [-ef|aux]")
def ps(process: Process) -> int:
    """The one process that the container was started for.

    Simplified: it does not run, and neither this ps nor its shell are counted.
    """
    entry = process.machine.entrypoint
    flat = "".join(arg.lstrip("-") for arg in process.args)
    if "a" in flat and "u" in flat:
        process.line("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND")
        process.line(f"root           1  0.0  0.0      0     0 ?        Ss   00:00   0:00 {entry}")
    elif "f" in flat:
        process.line("UID          PID    PPID  C STIME TTY          TIME CMD")
        process.line(f"root           1       0  0 00:00 ?        00:00:00 {entry}")
    else:
        words = shlex.split(entry) if entry.count('"') % 2 == 0 and entry.count("'") % 2 == 0 else entry.split()
        process.line("    PID TTY          TIME CMD")
        process.line(f"      1 ?        00:00:00 {(words or ['sh'])[0].rsplit('/', 1)[-1][:15]}")
    return 0


@command("sleep SECONDS")
def sleep(process: Process) -> int:
    """No time passes here."""
    if not process.args:
        raise UsageError("missing operand")
    for text in process.args:
        if not re.fullmatch(r"\d+(\.\d+)?[smhd]?|infinity", text):
            raise UsageError(f"invalid time interval {quoted(text)}")
    return 0


@command("true")
def true(process: Process) -> int:
    return 0


@command("false")
def false(process: Process) -> int:
    return 1


@command("sync")
def sync(process: Process) -> int:
    return 0


@command("clear")
def clear(process: Process) -> int:
    return 0


@command("nproc")
def nproc(process: Process) -> int:
    process.line("1")
    return 0


@command("which [-a] NAME…")
def which(process: Process) -> int:
    options = parse(process.args, "a")
    status = 0
    for name in options.operands:
        with process.machine.quietly():
            path = search(process.machine, process.launcher.cwd, name, process.environment)
        if path:
            process.line(path)
        else:
            status = 1
    return status
