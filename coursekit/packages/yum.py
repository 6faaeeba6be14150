"""yum and rpm on the teaching CentOS: what they install, note in the rpm database, and leave in yum's cache.

    /var/lib/rpm/Packages                    a line a package: name-version-release.arch, then its paths
    /var/cache/yum/x86_64/7/REPOSITORY/      metadata of each repository, until `yum clean all`

Simplified: yum lists, installs and cleans, rpm answers queries; neither takes a package away.

Source of words: yum 3.4, rpm 4.11. The repository is made for teaching (yum_repository).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.errors import CourseError
from coursekit.fs.node import File, Symlink
from coursekit.image.teaching_images import DATABASE, DATABASE_HEAD, node_of, stand_in
from coursekit.packages.yum_repository import METADATA, PACKAGES, Rpm
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError
from coursekit.shell.programs import command
from coursekit.shell.streams import read_line

CACHE = "/var/cache/yum/x86_64/7"
RULE = "=" * 80


class YumError(Exception):
    """yum gives up, with exit code 1."""


@dataclass
class Rpms:
    """The rpm database of one tree."""

    process: Process

    def read(self) -> dict[str, list[str]]:
        """The paths of each package, by name-version-release.arch."""
        try:
            lines = self.process.tree.read_text(DATABASE).splitlines()
        except (OSError, CourseError, UnicodeDecodeError):
            return {}
        rows = (line.split(" ") for line in lines if line and not line.startswith("#"))
        return {row[0]: row[1:] for row in rows}

    def write(self, packages: dict[str, list[str]]) -> None:
        """Write it."""
        rows = (" ".join([name, *sorted(packages[name])]) + "\n" for name in sorted(packages))
        self.process.tree.write_text(DATABASE, DATABASE_HEAD + "".join(rows))

    def find(self, name: str) -> str | None:
        """The full name of an installed package."""
        return next((full for full in self.read() if name in (full, *spellings(full))), None)


def spellings(full: str) -> tuple[str, ...]:
    """How a package may be called.

    >>> spellings("bash-4.2.46-34.el7.x86_64")
    ('bash', 'bash.x86_64', 'bash-4.2.46-34.el7', 'bash-4.2.46')
    """
    rest, _, architecture = full.rpartition(".")
    name, version, release = rest.rsplit("-", 2) if rest.count("-") > 1 else (rest, "", "")
    return name, f"{name}.{architecture}", f"{name}-{version}-{release}", f"{name}-{version}"


class Yum:
    """One run of yum."""

    def __init__(self, process: Process, yes: bool) -> None:
        self.process, self.yes = process, yes
        self.tree, self.rpms = process.tree, Rpms(process)
        self.say = process.line

    def begin(self) -> None:
        """The first lines."""
        self.say("Loaded plugins: fastestmirror, ovl")

    def make_cache(self) -> None:
        """Fetch the metadata of each repository that is set up, unless it is there."""
        for name, size in METADATA.items():
            if not self._enabled(name):
                continue
            path = f"{CACHE}/{name}/primary.sqlite"
            if not self.tree.exists(path):
                self.tree.makedirs(f"{CACHE}/{name}/packages", exist_ok=True)
                self.tree.write_bytes(path, stand_in(path, size).read(0, size))
                text = f"<repomd><!-- {name}, made for teaching --></repomd>\n"
                self.tree.write_text(f"{CACHE}/{name}/repomd.xml", text)

    def _enabled(self, repository: str) -> bool:
        directory = "/etc/yum.repos.d"
        names = self.tree.listdir(directory) if self.tree.is_dir(directory) else []
        return any(f"[{repository}]" in self.tree.read_text(f"{directory}/{name}") for name in names)

    def install(self, names: list[str]) -> int:
        """Install packages and what they require. Raises: YumError."""
        self.begin()
        if not names:
            raise YumError("Error: Need to pass a list of pkgs to install")
        self.make_cache()
        wanted, missing = [], []
        for name in names:
            package = next(
                (
                    one
                    for one in PACKAGES.values()
                    if name in (one.full, *spellings(one.full)) and self._enabled(one.repository)
                ),
                None,
            )
            there = self.rpms.find(name if package is None else package.name)
            if there:
                self.say(f"Package {there} already installed and latest version")
            elif package is None:
                self.say(f"No package {name} available.")
                missing.append(name)
            else:
                wanted.append(package)
        if missing:
            self.process.hints.append(f"coursekit's teaching repository has {', '.join(sorted(PACKAGES))}")
        if not wanted:
            if missing:
                raise YumError("Error: Nothing to do")
            self.say("Nothing to do")
            return 0
        needed = self._with_requirements(wanted)
        return self._transaction(wanted, [one for one in needed if one not in wanted], needed)

    def _with_requirements(self, wanted: list[Rpm]) -> list[Rpm]:
        """What must be installed, in an order in which each finds what it requires."""
        self.say("Resolving Dependencies")
        self.say("--> Running transaction check")
        order: list[Rpm] = []

        def place(package: Rpm) -> None:
            if package in order or self.rpms.find(package.name):
                return
            self.say(f"---> Package {package.name}.{package.architecture} {_epoch(package)} will be installed")
            for name in package.requires:
                if not self.rpms.find(name):
                    self.say(f"--> Processing Dependency: {name} for package: {package.full}")
                    place(PACKAGES[name])
            order.append(package)

        for package in wanted:
            place(package)
        self.say("--> Finished Dependency Resolution\n\nDependencies Resolved\n")
        return order

    def _transaction(self, wanted: list[Rpm], more: list[Rpm], order: list[Rpm]) -> int:
        self.say(f"{RULE}\n {'Package':<24} {'Arch':<8} {'Version':<20} {'Repository':<17} {'Size':>6}\n{RULE}")
        for title, rows in (("Installing:", wanted), ("Installing for dependencies:", more)):
            if rows:
                self.say(title)
            for one in sorted(rows, key=lambda one: one.name):
                version = one.version if len(one.version) <= 20 else one.version[:19] + "…"
                place = f"{one.repository:<17} {short(one.size):>6}"
                self.say(f" {one.name:<24} {one.architecture:<8} {version:<20} {place}")
        plural = "s" if len(wanted) > 1 else ""
        extra = f" (+{len(more)} Dependent package{'s' if len(more) > 1 else ''})" if more else ""
        self.say(f"\nTransaction Summary\n{RULE}\nInstall  {len(wanted)} Package{plural}{extra}\n")
        self.say(f"Total download size: {short(sum(one.size for one in order))}")
        self.say(f"Installed size: {short(sum(size_of(one) for one in order))}")
        if not self.confirmed():
            return 1
        self.say("Downloading packages:\nRunning transaction check\nRunning transaction test")
        self.say("Transaction test succeeded\nRunning transaction")
        database = self.rpms.read()
        for number, package in enumerate(order, 1):
            self._unpack(package)
            database[package.full] = sorted([*package.files, *package.directories])
            self.say(f"{f'  Installing : {package.full}':<70} {number:>4}/{len(order)} ")
        for number, package in enumerate(order, 1):
            self.say(f"{f'  Verifying  : {package.full}':<70} {number:>4}/{len(order)} ")
        self.rpms.write(database)
        self._done("Installed:", wanted)
        self._done("Dependency Installed:", more)
        self.say("\nComplete!")
        return 0

    def confirmed(self) -> bool:
        """Whether the person says yes, or -y did."""
        if self.yes:
            return True
        self.process.out("Is this ok [y/d/N]: ")
        try:
            answer = read_line(self.process.stdin).decode(errors="replace").strip().lower()
        except OSError:
            answer = ""
        if answer in ("y", "yes"):
            return True
        self.say("Exiting on user command")
        return False

    def _done(self, title: str, packages: Iterable[Rpm]) -> None:
        rows = [f"  {one.name}.{one.architecture} {_epoch(one)}" for one in sorted(packages, key=lambda one: one.name)]
        if rows:
            self.say(f"\n{title}")
            for row in rows:
                self.say(row)

    def _unpack(self, package: Rpm) -> None:
        now = self.process.machine.now()
        for directory in package.directories:
            self.tree.makedirs(directory, exist_ok=True)
        for path, spec in package.files.items():
            self.tree.makedirs(path.rpartition("/")[0], exist_ok=True)
            if self.tree.exists(path, follow_symlinks=False):
                self.tree.unlink(path)
            node = node_of(path, spec, now)
            assert isinstance(node, (File, Symlink))
            self.tree.put(path, node)
        if package.user:
            self._add_user(package)

    def _add_user(self, package: Rpm) -> None:
        name, _, uid, gid, *_ = package.user.split(":")
        for path, line in (("/etc/passwd", package.user), ("/etc/group", f"{name}:x:{gid}:")):
            text = self.tree.read_text(path) if self.tree.exists(path) else ""
            if not any(row.startswith(f"{name}:") for row in text.splitlines()):
                self.tree.write_text(path, f"{text}{line}\n")
        for directory in package.owned:
            self.tree.chown(directory, int(uid), int(gid))

    def clean(self, what: list[str]) -> int:
        """yum clean all: the cache of each repository goes."""
        self.begin()
        if not what or what[0] not in ("all", "packages", "metadata", "expire-cache", "headers", "dbcache"):
            raise YumError(
                "Error: clean requires an option: headers, packages, metadata, dbcache, plugins, "
                "expire-cache, rpmdb, all"
            )
        there = [name for name in METADATA if self.tree.is_dir(f"{CACHE}/{name}")]
        self.say(f"Cleaning repos: {' '.join(name for name in METADATA if self._enabled(name))}")
        for name in there:
            for file in ("primary.sqlite", "repomd.xml") if what[0] in ("all", "metadata", "dbcache") else ():
                if self.tree.exists(f"{CACHE}/{name}/{file}"):
                    self.tree.unlink(f"{CACHE}/{name}/{file}")
        return 0

    def listed(self, names: list[str]) -> int:
        """yum list: what is installed, then what could be."""
        self.begin()
        which = names[0] if names and names[0] in ("installed", "available") else ""
        wanted = names[1:] if which else names
        there = {spellings(full)[0]: full for full in self.rpms.read()}
        rows = {
            "Installed Packages": sorted(there.values()) if which != "available" else [],
            "Available Packages": sorted(one.full for name, one in PACKAGES.items() if name not in there)
            if which != "installed"
            else [],
        }
        for title, found in rows.items():
            found = [full for full in found if not wanted or spellings(full)[0] in wanted]
            if found:
                self.say(title)
            for full in found:
                name, with_architecture, _, _ = spellings(full)
                version = full.removeprefix(f"{name}-").rpartition(".")[0]
                self.say(f"{with_architecture:<40} {version:<36}")
        return 0


def _epoch(package: Rpm) -> str:
    return package.version if ":" in package.version else f"0:{package.version}"


def size_of(package: Rpm) -> int:
    """Bytes in the files of a package."""
    return sum(spec if isinstance(spec, int) else len(spec.encode()) for spec in package.files.values())


def short(size: float) -> str:
    """A size as yum prints it.

    >>> short(1_240_000), short(24_740), short(600)
    ('1.2 M', '24 k', '600  ')
    """
    for unit in (" ", "k", "M", "G"):
        if size < 1024 or unit == "G":
            return f"{size:.1f} {unit}" if size < 10 and unit != " " else f"{size:.0f} {unit}"
        size /= 1024
    return ""


LONG = {"assumeyes": "y", "quiet": "q", "nogpgcheck": "ignored", "setopt=": "option", "enablerepo=": "option"}


@command("yum [-yq] install PACKAGE… | list [installed | available] [PACKAGE]… | clean all", of_image=True)
def yum(process: Process) -> int:
    try:
        options = parse(process.args, "yqvd:e:", LONG)
    except UsageError as error:
        process.err(f"Usage: yum [options] COMMAND\n\nCommand line error: {error.text}\n")
        return 1
    verb, names = (options.operands or [""])[0], options.operands[1:]
    run = Yum(process, options.has("y"))
    if process.machine.uid and verb != "list":
        process.err("You need to be root to perform this command.\n")
        return 1
    try:
        match verb:
            case "install":
                return run.install(names)
            case "clean":
                return run.clean(names)
            case "list":
                return run.listed(names)
    except YumError as error:
        process.err(f"{error}\n")
        return 1
    process.line("Loaded plugins: fastestmirror, ovl")
    said = f"No such command: {verb}. Please use /usr/bin/yum --help" if verb else "You need to give some command"
    process.line(said)
    process.hints.append("coursekit's yum has install, list and clean")
    return 1


@command("rpm -q [-al] [PACKAGE]…", of_image=True)
def rpm(process: Process) -> int:
    options = parse(process.args, "qal", {"query": "q", "all": "a", "list": "l"})
    rpms = Rpms(process)
    packages = rpms.read()
    if not options.has("q"):
        process.err("rpm: coursekit's rpm has -q, -qa and -ql; yum installs\n")
        return 1
    if not options.operands and not options.has("a"):
        process.err("rpm: no arguments given for query\n")
        return 1
    missing = 0
    for word in sorted(packages) if options.has("a") else options.operands:
        full = rpms.find(word)
        if full is None:
            process.line(f"package {word} is not installed")
            missing += 1
            continue
        for line in sorted(packages[full]) if options.has("l") else [full]:
            process.line(line)
    return missing
