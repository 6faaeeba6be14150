"""id, whoami: the names come from the image's /etc/passwd and /etc/group.

Source of words: coreutils.
"""

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, quoted
from coursekit.shell.programs import command


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
