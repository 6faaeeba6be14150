"""yum and rpm, over the repository made for teaching (container/packages/yum).

Source of words: yum 3.4, rpm 4.11.
"""

from coursekit.packages.yum import Rpms, Yum, YumError, spellings
from coursekit.packages.yum_repository import PACKAGES
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError
from coursekit.shell.programs import command

LONG = {
    "assumeyes": "y",
    "quiet": "q",
    "nogpgcheck": "ignored",
    "setopt=": "option",
    "enablerepo=": "option",
    "disablerepo=": "option",
    "installed": "installed",
}


@command("yum [-yq] install | remove | clean all | makecache | list installed [PACKAGE]…", of_image=True)
def yum(process: Process) -> int:
    try:
        options = parse(process.args, "yqvd:e:", LONG)
    except UsageError as error:
        process.err(f"Usage: yum [options] COMMAND\n\nCommand line error: {error.text}\n")
        return 1
    verb, names = (options.operands or [""])[0], options.operands[1:]
    run = Yum(process, options.has("y"))
    if process.machine.uid and verb not in ("list", "info"):
        process.err("You need to be root to perform this command.\n")
        return 1
    try:
        match verb:
            case "install" | "localinstall":
                return run.install(names)
            case "remove" | "erase":
                return run.remove(names)
            case "clean":
                return run.clean(names)
            case "makecache" | "update" | "upgrade" | "check-update":
                run.begin()
                run.make_cache()
                process.line("Metadata Cache Created" if verb == "makecache" else "No packages marked for update")
                return 0
            case "list":
                return listing(run, names)
    except YumError as error:
        process.err(f"{error}\n")
        return 1
    process.line("Loaded plugins: fastestmirror, ovl")
    said = f"No such command: {verb}. Please use /usr/bin/yum --help" if verb else "You need to give some command"
    process.line(said)
    return 1


def listing(run: Yum, names: list[str]) -> int:
    """yum list: what is installed, then what could be."""
    run.begin()
    which = names[0] if names and names[0] in ("installed", "available") else ""
    wanted = names[1:] if which else names
    there = {spellings(full)[0]: full for full in run.rpms.read()}
    rows = {
        "Installed Packages": sorted(there.values()) if which != "available" else [],
        "Available Packages": sorted(one.full for name, one in PACKAGES.items() if name not in there)
        if which != "installed"
        else [],
    }
    for title, found in rows.items():
        found = [full for full in found if not wanted or spellings(full)[0] in wanted]
        if found:
            run.say(title)
        for full in found:
            name, with_architecture, _, _ = spellings(full)
            version = full.removeprefix(f"{name}-").rpartition(".")[0]
            run.say(f"{with_architecture:<40} {version:<36}")
    return 0


@command("rpm -q [-alif] [NAME | PATH]… | -e NAME…", of_image=True)
def rpm(process: Process) -> int:
    options = parse(
        process.args, "qaliefvVhU", {"query": "q", "all": "a", "list": "l", "info": "i", "erase": "e", "file": "f"}
    )
    rpms = Rpms(process)
    packages = rpms.read()
    if options.has("e"):
        return erase(process, rpms, options.operands)
    if not options.has("q"):
        process.err("rpm: the teaching shell has -q and -e; use yum install\n")
        return 1
    if options.has("a"):
        for full in sorted(packages):
            process.line(full)
        return 0
    if not options.operands:
        process.err("rpm: no arguments given for query\n")
        return 1
    code = 0
    for word in options.operands:
        if options.has("f"):
            found = [full for full, paths in packages.items() if word in paths]
            none = (
                f"file {word} is not owned by any package"
                if process.tree.exists(word, follow_symlinks=False)
                else (f"error: file {word}: No such file or directory")
            )
        else:
            full = rpms.find(word) or ""
            found, none = [full] if full else [], f"package {word} is not installed"
        if not found:
            process.line(none)
            code += 1
        for full in found:
            about(process, full, packages[full], options.has("l"), options.has("i"))
    return code


def about(process: Process, full: str, paths: list[str], listed: bool, told: bool) -> None:
    """What rpm -q prints of a package."""
    if told:
        name = spellings(full)[0]
        package = PACKAGES.get(name)
        process.line(
            f"Name        : {name}\nVersion     : {full.removeprefix(name + '-')}\n"
            f"Summary     : {package.summary if package else 'part of the teaching CentOS'}"
        )
    if listed:
        for path in sorted(paths):
            process.line(path)
    if not (told or listed):
        process.line(full)


def erase(process: Process, rpms: Rpms, names: list[str]) -> int:
    """rpm -e: refused where something else requires it."""
    packages = rpms.read()
    for word in names:
        full = rpms.find(word) or ""
        if not full:
            process.err(f"error: package {word} is not installed\n")
            return 1
        name = spellings(full)[0]
        needing = [other for other in packages if (one := PACKAGES.get(spellings(other)[0])) and name in one.requires]
        if needing:
            process.err(
                "error: Failed dependencies:\n"
                + "".join(f"\t{name} is needed by (installed) {other}\n" for other in sorted(needing))
            )
            return 1
        others = {path for other, paths in packages.items() if other != full for path in paths}
        Yum(process, True).erase([path for path in packages.pop(full) if path not in others])
    rpms.write(packages)
    return 0
