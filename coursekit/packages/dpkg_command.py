"""dpkg and dpkg-query: what the database in the merged tree says, and what takes packages away.

Source of words and columns: dpkg 1.20.
"""

import re
from fnmatch import fnmatchcase
from functools import partial

from coursekit.packages import package_index as indexes
from coursekit.packages.apt_settings import path_filter
from coursekit.packages.control_fields import Fields, written
from coursekit.packages.dpkg_database import Database
from coursekit.packages.solver import dependents
from coursekit.packages.unpack import Unpacker
from coursekit.shell.process import Process
from coursekit.shell.programs import command

HEAD = """\
Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)"""
LONG = {
    "--list": "-l",
    "--listfiles": "-L",
    "--search": "-S",
    "--status": "-s",
    "--show": "-W",
    "--purge": "-P",
    "--remove": "-r",
    "--print-architecture": "--print-architecture",
    "--get-selections": "--get-selections",
    "--configure": "--configure",
    "--print-avail": "-p",
}
_FIELD = re.compile(r"\$\{([^};]+)(?:;(-?\d+))?\}|\\([nt\\])")


@command("dpkg -l | -L | -S | -s | -P | -r | --get-selections | --print-architecture [NAME]…", of_image=True)
def dpkg(process: Process) -> int:
    action, rest = _action(process.args)
    database = Database(process.tree)
    match action:
        case "-l":
            return listed(process, database, rest)
        case "-L":
            return paths(process, database, rest)
        case "-S":
            return searched(process, database, rest)
        case "-s" | "-p":
            return status(process, database, rest)
        case "-P" | "-r":
            return away(process, database, rest, purge=action == "-P")
        case "--print-architecture":
            process.line("amd64")
            return 0
        case "--configure":
            return 0
        case "--get-selections":
            for name, fields in sorted(database.packages.items()):
                process.line(f"{name}\t\t\t\t\t\t"[: max(len(name) + 1, 48)] + fields["Status"].split()[0])
            return 0
        case "-i" | "--install" | "--unpack":
            process.err("dpkg: error: the teaching shell unpacks no .deb files; use apt-get install\n")
            return 2
    process.err(
        "dpkg: error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages.\n"
    )
    return 2


@command("dpkg-query -l | -L | -S | -s | -W [-f FORMAT] [NAME]…", of_image=True)
def dpkg_query(process: Process) -> int:
    form = "${binary:Package}\t${Version}\n"
    args = []
    given = list(process.args)
    while given:
        word = given.pop(0)
        if word in ("-f", "--showformat") and given:
            form = given.pop(0)
        elif word.startswith(("--showformat=", "-f=")):
            form = word.partition("=")[2]
        elif word.startswith("-f") and len(word) > 2:
            form = word[2:]
        else:
            args.append(word)
    action, rest = _action(args)
    database = Database(process.tree)
    if action == "-W":
        return shown(process, database, rest, form)
    actions = {"-l": listed, "-L": paths, "-S": searched, "-s": status}
    if action in actions:
        return actions[action](process, database, rest)
    process.err("dpkg-query: error: need an action option\n\nUse --help for help about querying packages.\n")
    return 2


def _action(args: list[str]) -> tuple[str, list[str]]:
    """The action and its operands."""
    found = ""
    rest = []
    for word in args:
        word = LONG.get(word, word)
        if word.startswith("-") and not found and not word.startswith(("--force", "--no-")):
            found = word
        elif not word.startswith("-"):
            rest.append(word)
    return found, rest


def matching(database: Database, patterns: list[str]) -> dict[str, Fields]:
    """The packages whose names match one of the patterns; all without any."""
    return {
        name: fields
        for name, fields in sorted(database.packages.items())
        if not patterns or any(fnmatchcase(name, one.partition(":")[0]) for one in patterns)
    }


def listed(process: Process, database: Database, patterns: list[str]) -> int:
    """dpkg -l: a table as wide as its contents."""
    found = matching(database, patterns)
    for pattern in patterns:
        if not matching(database, [pattern]):
            process.err(f"dpkg-query: no packages found matching {pattern}\n")
    if not found:
        return 1
    rows = [
        (
            mark(fields),
            named(fields),
            fields["Version"],
            fields.get("Architecture", ""),
            fields.get("Description", "").splitlines()[0] if fields.get("Description") else "",
        )
        for fields in found.values()
    ]
    heads = ("Name", "Version", "Architecture", "Description")
    wide = [max(len(heads[column]), *(len(row[column + 1]) for row in rows)) for column in range(4)]
    process.line(HEAD)
    process.line("||/ " + " ".join(f"{head:<{size}}" for head, size in zip(heads, wide, strict=True)).rstrip())
    process.line("+++-" + "-".join("=" * size for size in wide))
    for row in rows:
        cells = " ".join(f"{cell:<{size}}" for cell, size in zip(row[1:], wide, strict=True)).rstrip()
        process.line(f"{row[0]}  {cells}")
    return 0


def mark(fields: Fields) -> str:
    """The two letters of a state: ii, rc."""
    wanted, _, state = fields.get("Status", "").split()
    return wanted[0].replace("d", "r") + {"installed": "i", "config-files": "c"}.get(state, state[0].upper())


def named(fields: Fields) -> str:
    """The name, with its architecture where several may be there."""
    same = fields.get("Multi-Arch") == "same"
    return f"{fields['Package']}:{fields['Architecture']}" if same else fields["Package"]


def paths(process: Process, database: Database, names: list[str]) -> int:
    """dpkg -L: the paths of packages."""
    code = 0
    if not names:
        process.err("dpkg-query: error: --listfiles needs at least one package name argument\n")
        return 2
    for number, word in enumerate(names):
        name = word.partition(":")[0]
        if name not in database.packages:
            process.err(
                f"dpkg-query: package '{word}' is not installed\n"
                "Use dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n"
            )
            code = 1
            continue
        if number:
            process.line("")
        for path in database.files(name):
            process.line(path)
    return code


def searched(process: Process, database: Database, patterns: list[str]) -> int:
    """dpkg -S: whose a path is."""
    code = 0
    for pattern in patterns:
        rule = pattern if pattern.startswith("/") or re.search(r"[*?\[]", pattern) else f"*{pattern}*"
        found: dict[str, list[str]] = {}
        for name, fields in sorted(database.packages.items()):
            for path in database.files(name):
                if path == rule or fnmatchcase(path, rule):
                    found.setdefault(path, []).append(named(fields))
        for path in sorted(found):
            process.line(f"{', '.join(found[path])}: {path}")
        if not found:
            process.err(f"dpkg-query: no path found matching pattern {pattern}\n")
            code = 1
    return code


def status(process: Process, database: Database, names: list[str]) -> int:
    """dpkg -s: the paragraph of a package."""
    code = 0
    for number, word in enumerate(names):
        fields = database.packages.get(word.partition(":")[0])
        if fields is None:
            process.err(
                f"dpkg-query: package '{word}' is not installed and no information is available\n"
                "Use dpkg --info (= dpkg-deb --info) to examine archive files.\n"
            )
            code = 1
            continue
        if number:
            process.line("")
        process.out(written(fields))
    return code


def shown(process: Process, database: Database, patterns: list[str], form: str) -> int:
    """dpkg-query -W: a format for each package."""
    for pattern in patterns:
        if not matching(database, [pattern]):
            process.err(f"dpkg-query: no packages found matching {pattern}\n")
    found = matching(database, patterns)
    for fields in found.values():
        process.out(_FIELD.sub(partial(field, fields), form))
    return int(not found)


def field(fields: Fields, match: "re.Match[str]") -> str:
    """One field of a format, or an escape."""
    if match[3]:
        return {"n": "\n", "t": "\t", "\\": "\\"}[match[3]]
    name = match[1]
    known = {key.lower(): value for key, value in fields.items()}
    special = {
        "binary:package": named(fields),
        "db:status-abbrev": mark(fields) + " ",
        "db:status-status": fields.get("Status", "").split()[-1],
        "binary:summary": fields.get("Description", "").split("\n")[0],
        "source:package": fields.get("Source", fields["Package"]).split()[0],
    }
    value = special.get(name.lower(), known.get(name.lower(), ""))
    width = int(match[2] or 0)
    return value.rjust(width) if width > 0 else value.ljust(-width)


def away(process: Process, database: Database, names: list[str], *, purge: bool) -> int:
    """dpkg -r and -P: refused where something else depends on it."""
    code = 0
    now = process.machine.now()
    files = Unpacker(process.tree, database, path_filter(process.tree), now)
    for name in names:
        fields = database.packages.get(name)
        if fields is None:
            process.err(f"dpkg: warning: ignoring request to remove {name} which isn't installed\n")
            continue
        others = [one for one in dependents(database.installed(), [name]) if one != name]
        if others or fields.get("Essential") == "yes":
            problem = (
                f"dpkg: dependency problems prevent removal of {name}:\n {others[0]} depends on {name}.\n"
                if others
                else ""
            )
            why = "this is an essential package; it should not be removed"
            why = "dependency problems - not removing" if others else why
            process.err(
                f"{problem}\ndpkg: error processing package {name} (--{'purge' if purge else 'remove'}):\n "
                f"{why}\nErrors were encountered while processing:\n {name}\n"
            )
            code = 1
            continue
        package = indexes.bullseye().packages.get(name)
        process.line(f"(Reading database ... {database.paths()} files and directories currently installed.)")
        if fields["Status"].endswith(" installed"):
            process.line(f"Removing {name} ({fields['Version']}) ...")
            files.remove(name, package)
        if purge and name in database.packages:
            process.line(f"Purging configuration files for {name} ({fields['Version']}) ...")
            files.purge(name, package)
        database.save()
    return code
