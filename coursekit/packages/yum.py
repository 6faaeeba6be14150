"""yum and rpm on the teaching CentOS: what they install, note in the rpm database, and leave in yum's cache.

    /var/lib/rpm/Packages                    a line a package: name-version-release.arch, then its paths
    /var/cache/yum/x86_64/7/REPOSITORY/      metadata of each repository, until `yum clean all`

Source of words: yum 3.4, rpm 4.11. The repository is made for teaching (teaching.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.errors import CourseError
from coursekit.fs.node import File, Symlink
from coursekit.image.teaching import DATABASE, DATABASE_HEAD, node_of, stand_in
from coursekit.packages.yum_repository import METADATA, PACKAGES, Rpm
from coursekit.shell.process import Process

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
        from coursekit.shell.streams import read_line

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

    def remove(self, names: list[str]) -> int:
        """Remove packages and what requires them. Raises: YumError."""
        self.begin()
        database = self.rpms.read()
        gone: list[str] = []
        for name in names:
            full = self.rpms.find(name)
            if full is None:
                self.say(f"No Match for argument: {name}")
            else:
                gone += [one for one in self._requiring(full, database) if one not in gone]
        if not gone:
            self.say("No Packages marked for removal")
            return 0
        protected = [full for full in gone if spellings(full)[0] in ("glibc", "bash", "yum", "rpm", "centos-release")]
        if protected:
            raise YumError(f'Error: Trying to remove "{spellings(protected[0])[0]}", which is protected')
        self.say("Resolving Dependencies\n--> Running transaction check")
        for full in gone:
            self.say(f"---> Package {spellings(full)[1]} will be erased")
        self.say("--> Finished Dependency Resolution\n")
        if not self.confirmed():
            return 1
        for number, full in enumerate(gone, 1):
            others = {path for name, paths in database.items() if name != full for path in paths}
            self.erase([path for path in database.pop(full) if path not in others])
            self.say(f"{f'  Erasing    : {full}':<70} {number:>4}/{len(gone)} ")
        self.rpms.write(database)
        self.say("\nRemoved:")
        for full in gone:
            self.say(f"  {full}")
        self.say("\nComplete!")
        return 0

    def erase(self, paths: list[str]) -> None:
        """Take paths away, deepest first; directories only when they are empty."""
        for path in sorted(paths, key=lambda path: -path.count("/")):
            if not self.tree.exists(path, follow_symlinks=False):
                continue
            if not self.tree.is_dir(path, follow_symlinks=False):
                self.tree.unlink(path)
            elif not self.tree.listdir(path):
                self.tree.rmdir(path)

    def _requiring(self, full: str, database: dict[str, list[str]]) -> list[str]:
        """A package and all that requires it, those first that nothing requires."""
        name = spellings(full)[0]
        above = [other for other in database if name in PACKAGES.get(spellings(other)[0], _NONE).requires]
        found: list[str] = []
        for other in above:
            found += [one for one in self._requiring(other, database) if one not in found]
        return [*found, full]

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


_NONE = Rpm("", "", "", 0, {})


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
