"""apt-get, apt, apt-cache, apt-mark: over the bundled index of Debian's packages.

    apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*

Source of words: apt 2.2.
"""

from collections.abc import Callable

from coursekit.packages.apt import Apt, AptError
from coursekit.packages.apt_settings import apt_settings
from coursekit.packages.control_fields import written
from coursekit.packages.dpkg_database import Database
from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError
from coursekit.shell.programs import command

LETTERS = "yqsdmfo:t:"
LONG = {
    "yes": "y",
    "assume-yes": "y",
    "quiet": "q",
    "simulate": "s",
    "dry-run": "s",
    "just-print": "s",
    "no-act": "s",
    "download-only": "d",
    "no-install-recommends": "lean",
    "install-recommends": "rich",
    "purge": "purge",
    "auto-remove": "auto",
    "autoremove": "auto",
    "no-install-suggests": "ignored",
    "reinstall": "reinstall",
    "fix-broken": "f",
    "fix-missing": "m",
    "option=": "o",
    "target-release=": "t",
    "no-upgrade": "ignored",
    "allow-downgrades": "ignored",
    "allow-unauthenticated": "ignored",
    "allow-remove-essential": "essential",
    "force-yes": "y",
    "assume-no": "no",
    "show-progress": "ignored",
    "no-cache": "ignored",
    "allow-releaseinfo-change": "ignored",
    "installed": "installed",
    "upgradable": "upgradable",
    "all-versions": "a",
    "manual-installed": "manual",
}


@command(
    "apt-get [-yqsd] [--no-install-recommends] update | install | remove | purge | autoremove | clean …",
    "apt",
    of_image=True,
)
def apt_get(process: Process) -> int:
    try:
        options = parse(process.args, LETTERS, LONG)
    except UsageError as error:
        given = error.text.rpartition("'")[0].rpartition("'")[2] or error.text
        process.err(f"E: Command line option {given} is not understood in combination with the other options\n")
        return 100
    if process.name == "apt" and options.operands[:1] not in (["list"], ["show"]):
        process.err("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n")
    if not options.operands:
        process.line(
            "apt 2.2.4 (amd64), as coursekit's teaching shell has it: update, install, remove, purge, "
            "autoremove, clean, list, show"
        )
        return 0
    verb, names = options.operands[0], options.operands[1:]
    work = VERBS.get(verb)
    if work is None:
        process.err(f"E: Invalid operation {verb}\n")
        return 100
    if process.machine.uid and verb in CHANGE:
        lock = "/var/lib/apt/lists/lock" if verb == "update" else "/var/lib/dpkg/lock-frontend"
        process.err(
            f"E: Could not open lock file {lock} - open (13: Permission denied)\n"
            f"E: Unable to acquire the lock {lock}, are you root?\n"
        )
        return 100
    settings = apt_settings(process.tree, options.values("o"))
    quiet = sum(name == "q" for name, _ in options.given)
    apt = Apt(process, settings, quiet, options.has("y") or quiet > 1, options.has("s"))
    try:
        return work(apt, names, options)
    except AptError as error:
        for line in error.lines:
            process.err(f"{line}\n") if line.startswith("E:") else process.line(line)
        return 100


def install(apt: Apt, names: list[str], options: Options) -> int:
    on = apt.settings.switch("APT::Install-Recommends", True)
    recommends = (on or options.has("rich")) and not options.has("lean")
    return apt.install(names, recommends=recommends, download_only=options.has("d"), reinstall=options.has("reinstall"))


def remove(apt: Apt, names: list[str], options: Options) -> int:
    purge = options.has("purge") or options_verb(apt) == "purge"
    return apt.remove(names, purge=purge, autoremove=options.has("auto"))


def options_verb(apt: Apt) -> str:
    """The verb that was written."""
    return next((word for word in apt.process.args if word in VERBS), "")


def autoremove(apt: Apt, names: list[str], options: Options) -> int:
    if names:
        return apt.remove(names, purge=options.has("purge"), autoremove=True)
    return apt.autoremove(purge=options.has("purge") or options_verb(apt) == "autopurge")


def upgrade(apt: Apt, names: list[str], options: Options) -> int:
    apt.begin()
    apt.say("Calculating upgrade...")
    apt.say("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.", 0)
    return 0


def check(apt: Apt, names: list[str], options: Options) -> int:
    apt.begin()
    return 0


def listing(apt: Apt, names: list[str], options: Options) -> int:
    """apt list: installed packages, or all that the lists know."""
    apt.process.line("Listing...")
    installed, automatic = apt.database.installed(), apt.database.automatic
    known = dict(installed)
    if apt.has_lists and not options.has("installed"):
        known |= {name: package.fields for name, package in apt.index.packages.items() if name not in installed}
    for name in sorted(known):
        if names and name not in names:
            continue
        fields = known[name]
        state = ""
        if name in installed:
            state = " [installed,automatic]" if name in automatic else " [installed]"
        where = "oldoldstable" if apt.has_lists else "now"
        state = state if apt.has_lists or not state else state.replace("]", ",local]")
        apt.process.line(f"{name}/{where} {fields['Version']} {fields['Architecture']}{state}")
    return 0


def show(apt: Apt, names: list[str], options: Options) -> int:
    """apt show, apt-cache show: the paragraph of a package."""
    for name in names:
        package = apt.index.packages.get(name) if apt.has_lists else None
        fields = package.fields if package else apt.database.packages.get(name)
        if fields is None:
            raise AptError("E: No packages found")
        extra = {"Filename": package.filename, "Size": str(package.size), "SHA256": package.sha256} if package else {}
        shown = {key: value for key, value in fields.items() if key not in ("Status", "Conffiles")}
        apt.process.line(written({**shown, **extra}))
    return 0


VERBS: dict[str, Callable[[Apt, list[str], Options], int]] = {
    "update": lambda apt, names, options: apt.update(),
    "install": install,
    "remove": remove,
    "purge": remove,
    "autoremove": autoremove,
    "auto-remove": autoremove,
    "autopurge": autoremove,
    "clean": lambda apt, names, options: apt.clean(),
    "autoclean": lambda apt, names, options: 0,
    "upgrade": upgrade,
    "dist-upgrade": upgrade,
    "full-upgrade": upgrade,
    "check": check,
    "list": listing,
    "show": show,
}
CHANGE = frozenset(VERBS) - {"list", "show"}


@command("apt-cache policy | show PACKAGE…", of_image=True)
def apt_cache(process: Process) -> int:
    options = parse(process.args, LETTERS, LONG)
    apt = Apt(process, apt_settings(process.tree))
    verb, names = (options.operands or [""])[0], options.operands[1:]
    if verb not in ("policy", "show"):
        process.err(f"E: Invalid operation {verb}\n")
        return 100
    known = apt.index.packages if apt.has_lists else {}
    for name in names:
        fields = known[name].fields if name in known else apt.database.packages.get(name)
        if fields is None:
            if verb == "policy":
                process.err(f"N: Unable to locate package {name}\n")
                continue
            process.err("E: No packages found\n")
            return 100
        if verb == "show":
            show(apt, [name], options)
        else:
            policy(apt, name, fields["Version"])
    return 0


def policy(apt: Apt, name: str, version: str) -> None:
    """Which version is installed, and which would be."""
    now = apt.database.installed().get(name, {}).get("Version")
    apt.process.line(f"{name}:\n  Installed: {now or '(none)'}\n  Candidate: {version}\n  Version table:")
    apt.process.line(f" {'***' if now == version else '   '} {version} 500")
    if apt.has_lists and name in apt.index.packages:
        apt.process.line("        500 http://deb.debian.org/debian bullseye/main amd64 Packages")
    if now:
        apt.process.line("        100 /var/lib/dpkg/status")


@command("apt-mark auto | manual | showauto | showmanual [PACKAGE]…", of_image=True)
def apt_mark(process: Process) -> int:
    options = parse(process.args, LETTERS, LONG)
    database = Database(process.tree)
    verb, names = (options.operands or [""])[0], options.operands[1:]
    installed = database.installed()
    if verb in ("showauto", "showmanual"):
        for name in installed:
            if (name in database.automatic) == (verb == "showauto") and (not names or name in names):
                process.line(name)
        return 0
    if verb not in ("auto", "manual"):
        process.err(f"E: Invalid operation {verb}\n")
        return 100
    for name in names:
        if name not in installed:
            process.err(
                f"E: Unable to locate package {name}\n"
                if name not in database.packages
                else f"E: Can't select installed version from package {name} as it is not installed\n"
            )
            return 100
        there = name in database.automatic
        if there == (verb == "auto"):
            process.line(f"{name} was already set to {verb}{'matically' if verb == 'auto' else 'ly'} installed.")
        else:
            process.line(f"{name} set to {verb}{'matically' if verb == 'auto' else 'ly'} installed.")
    marks = database.automatic | set(names) if verb == "auto" else database.automatic - set(names)
    database.mark(marks)
    return 0
