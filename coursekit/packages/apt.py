"""apt-get's work: lists fetched, packages found, downloaded, unpacked, removed; in apt's words.

    update, clean                   the lists in /var/lib/apt/lists; empty lists know no package
    install, remove, autoremove     which packages are meant, and what follows from it (solver)
    show, carry_out                 the plan, in words; the .deb files; then dpkg (dpkg) unpacks and removes

Source: apt 2.2 and dpkg 1.20, recorded from Debian 11 (tests/real/test_apt.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coursekit.fs.content import Missing
from coursekit.fs.node import File, Metadata
from coursekit.packages import package_index as indexes
from coursekit.packages.apt_settings import AptSettings, path_filter, sources
from coursekit.packages.control_fields import names as names_in
from coursekit.packages.dpkg import Dpkg, stamp
from coursekit.packages.dpkg_database import Database
from coursekit.packages.package_index import HOW, Package
from coursekit.packages.solver import Plan, Solver, dependents, unneeded
from coursekit.packages.unpack import CACHE, Unpacker, append, find, unknown
from coursekit.shell.process import Process
from coursekit.shell.streams import read_line

LISTS = "/var/lib/apt/lists"
ARCHIVES = "/var/cache/apt/archives"
URI = "http://deb.debian.org/debian"
SUITE = "bullseye"
LOGS = "/var/log/apt"
EIPP, EIPP_EACH = 4656, 35  # bytes of eipp.log.xz after one package was installed, and for each more; measured
WIDTH = 80


class AptError(Exception):
    """apt gives up: lines of `E:`, with its exit code 100."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass
class Apt:
    """One run of apt-get in a container."""

    process: Process
    settings: AptSettings
    quiet: int = 0
    yes: bool = False
    simulate: bool = False
    automatic: set[str] = field(default_factory=set)

    @cached_property
    def database(self) -> Database:
        """What is installed."""
        return Database(self.process.tree)

    @property
    def index(self) -> indexes.Index:
        """What the archive has."""
        return indexes.bullseye()

    @cached_property
    def files(self) -> Unpacker:
        """What changes the tree."""
        tree = self.process.tree
        caches = (find(package.more, CACHE) for package in self.index.packages.values())
        cache = next((node for node in caches if isinstance(node, File)), None)
        return Unpacker(tree, self.database, path_filter(tree), self.process.machine.now(), cache)

    def say(self, text: str, level: int = 1) -> None:
        """A line, unless it is too quiet for it."""
        if self.quiet < level + 1:
            self.process.line(text)

    def show_list(self, title: str, found: Iterable[str]) -> None:
        """A title and names below it, wrapped as on a terminal of 80 columns."""
        found = sorted(found)
        if not found:
            return
        self.say(title, 0)
        line = ""
        for name in found:
            if line and len(line) + len(name) > WIDTH - 5:
                self.say(f"  {line}", 0)
                line = ""
            line += f" {name}" if line else name
        self.say(f"  {line}", 0)

    def stamp(self) -> str:
        """Now, as apt's logs have it."""
        return stamp(self.process.machine.now(), "%Y-%m-%d  %H:%M:%S")

    def place(self, path: str, size: int, packed: int, digest: str = "") -> None:
        """A file of which only size and digest are known, in place of what was there."""
        tree = self.process.tree
        tree.makedirs(path.rpartition("/")[0], exist_ok=True)
        if tree.exists(path, follow_symlinks=False):
            tree.unlink(path)
        meta = Metadata(0o644, mtime_ns=self.process.machine.now())
        tree.put(path, File(meta, unknown(path, size, packed, digest)))

    def lock(self, path: str) -> None:
        """The file on which apt holds a lock while it works."""
        tree = self.process.tree
        if not tree.exists(path):
            tree.makedirs(path.rpartition("/")[0], exist_ok=True)
            tree.write_bytes(path, b"")
            tree.chmod(path, 0o640)

    # lists

    def update(self) -> int:
        """Fetch the lists; the exit code."""
        given = sources(self.process.tree)
        known = [source for source in given if source.uri.endswith("deb.debian.org/debian") and source.suite == SUITE]
        others = [source for source in given if source not in known]
        for number, source in enumerate(others, 1):
            self.say(f"Err:{number} {source.uri} {source.suite} InRelease")
            self.say(f"  Could not resolve '{source.uri.split('/')[2] if '//' in source.uri else source.uri}'")
        if known:
            self._fetch_lists()
        self.say("Reading package lists...")
        for source in others:
            place = f"{source.uri}/dists/{source.suite}/InRelease"
            self.process.err(f"W: Failed to fetch {place}  Could not resolve host\n")
            self.process.hints.append(f"there is no network; bundled is {URI} {SUITE} main")
        if others:
            self.process.err(
                "W: Some index files failed to download. They have been ignored, or old ones used instead.\n"
            )
        return 0

    def _fetch_lists(self) -> None:
        gzipped = self.settings.switch("Acquire::GzipIndexes", False)
        translated = self.settings.text("Acquire::Languages", "environment").lower() != "none"
        measured = self.index.updates["docker" if gzipped else "debian"]
        total = 0
        for line in self.index.updates["debian"]["said"]:
            if line.startswith("Get:") and (translated or "Translation" not in line):
                total += bytes_in(line)
                self.say(line)
        self.say(f"Fetched {size_text(total)}B in 1s ({size_text(total)}B/s)")
        rows = [row for row in measured["files"] if row["path"].startswith(LISTS)]
        if translated and gzipped:
            rows += [row for row in self.index.updates["debian"]["files"] if "Translation" in row["path"]]
        rows = [row for row in rows if translated or "Translation" not in row["path"]]
        tree = self.process.tree
        user = self.process.machine.numbers("passwd").get("_apt", 0)
        for directory, mode, owner in (
            (LISTS, 0o755, 0),
            (f"{LISTS}/partial", 0o700, user),
            (f"{LISTS}/auxfiles", 0o755, user),
        ):
            if not tree.is_dir(directory):
                tree.makedirs(directory)
                tree.chmod(directory, mode)
                tree.chown(directory, owner, 0)
        self.lock(f"{LISTS}/lock")
        for row in rows:
            self.place(row["path"], row["size"], row["packed"], f"sha256:{row['sha256']}")
        self.write_caches()

    def write_caches(self) -> None:
        """pkgcache.bin and srcpkgcache.bin, where the configuration lets apt keep them."""
        if not self.settings.keeps_caches or not self.has_lists:
            return
        for row in self.index.updates["debian"]["files"]:
            if row["path"].startswith("/var/cache/apt/"):
                self.place(row["path"], row["size"], row["packed"], f"sha256:{row['sha256']}")

    @property
    def has_lists(self) -> bool:
        """Whether there are lists: without them apt knows nothing but what is installed."""
        tree = self.process.tree
        return tree.is_dir(LISTS) and any("_Packages" in name for name in tree.listdir(LISTS))

    def begin(self) -> None:
        """The first lines of most commands."""
        self.say("Reading package lists...")
        self.say("Building dependency tree...")
        if self.database.has_states:
            self.say("Reading state information...")

    def clean(self) -> int:
        """Empty the cache of .deb files, and apt's own caches."""
        tree = self.process.tree
        for directory in (ARCHIVES, f"{ARCHIVES}/partial"):
            for name in tree.listdir(directory) if tree.is_dir(directory) else []:
                if name not in ("lock", "partial"):
                    tree.unlink(f"{directory}/{name}")
        for name in ("pkgcache.bin", "srcpkgcache.bin"):
            if tree.exists(f"/var/cache/apt/{name}"):
                tree.unlink(f"/var/cache/apt/{name}")
        return 0

    def install(
        self, wanted: Sequence[str], *, recommends: bool, download_only: bool = False, reinstall: bool = False
    ) -> int:
        """Install packages; the exit code. Raises: AptError."""
        self.begin()
        installed = self.database.installed()
        news: list[str] = []
        for name in self._found(wanted, installed):
            if name in installed and not (reinstall and name in self.index.packages):
                self.say(f"{name} is already the newest version ({installed[name]['Version']}).", 0)
                if name in self.database.automatic:
                    self.say(f"{name} set to manually installed.", 0)
                    self.automatic.discard(name)
                    if not self.simulate:
                        self.database.mark(self.database.automatic - {name})
            elif name not in news:
                news.append(name)
        plan = Solver(self.index, installed).install(news, recommends)
        if plan.unmet:
            raise AptError(*broken(plan))
        self._refuse_essential(plan.remove)
        self.show(plan, news, recommends)
        return self.carry_out(plan, set(news), download_only=download_only)

    def _found(self, wanted: Sequence[str], installed: Iterable[str]) -> list[str]:
        """The names of packages, `=VERSION` and `/SUITE` checked. Raises: AptError."""
        found, errors = [], []
        for word in wanted:
            name, _, version = word.partition("=")
            name = name.partition("/")[0].partition(":")[0]
            package = self.index.packages.get(name) if self.has_lists else None
            virtual = self.index.providers(name) if self.has_lists and package is None else ()
            if package is None and name in installed:
                found.append(name)
            elif package is None and len(virtual) == 1:
                self.say(f"Note, selecting '{virtual[0].name}' instead of '{name}'", 0)
                found.append(virtual[0].name)
            elif package is None:
                errors.append(
                    f"E: Package '{name}' has no installation candidate"
                    if virtual
                    else f"E: Unable to locate package {name}"
                )
                self._hint(name)
            elif version and version.rstrip("*") not in (package.version, package.version[: len(version) - 1]):
                errors.append(f"E: Version '{version}' for '{name}' was not found")
            else:
                found.append(name)
        if errors:
            raise AptError(*errors)
        return found

    def _hint(self, name: str) -> None:
        hints = self.process.hints
        if self.has_lists and not hints:
            known = ", ".join(sorted(self.index.packages))
            hints.append(f"coursekit bundles {len(self.index.packages)} packages of Debian {SUITE}: {known}")

    # removing

    def remove(self, wanted: Sequence[str], *, purge: bool, autoremove: bool) -> int:
        """Remove packages and what depends on them; the exit code. Raises: AptError."""
        self.begin()
        installed, present = self.database.installed(), []
        for word in wanted:
            name = word.partition(":")[0]
            if name in installed or (purge and name in self.database.packages):
                present.append(name)
            elif name in self.index.packages and self.has_lists:
                self.say(f"Package '{name}' is not installed, so not removed", 0)
            else:
                raise AptError(f"E: Unable to locate package {name}")
        gone = dependents(installed, [name for name in present if name in installed])
        gone += [name for name in present if name not in installed]
        self._refuse_essential(gone)
        left = {name: fields for name, fields in installed.items() if name not in gone}
        loose = self.loose(left)
        if autoremove:
            gone, loose = sorted({*gone, *loose}), []
        return self._away(gone, loose, purge)

    def autoremove(self, *, purge: bool) -> int:
        """Remove what came as a dependency and is not needed any more."""
        self.begin()
        return self._away(self.loose(self.database.installed()), [], purge)

    def loose(self, installed: dict[str, dict[str, str]]) -> list[str]:
        """The automatic packages of these that nothing needs."""
        on = self.settings.switch
        recommends = on("APT::AutoRemove::RecommendsImportant", True)
        suggests = on("APT::AutoRemove::SuggestsImportant", True)
        return unneeded(installed, self.database.automatic, recommends=recommends, suggests=suggests)

    def _away(self, gone: list[str], loose: list[str], purge: bool) -> int:
        if loose:
            many = len(loose) > 1
            self.show_list(
                f"The following package{'s were' if many else ' was'} automatically installed and "
                f"{'are' if many else 'is'} no longer required:",
                loose,
            )
            self.say(f"Use 'apt autoremove' to remove {'them' if many else 'it'}.", 0)
        self.show_list("The following packages will be REMOVED:", [f"{name}*" if purge else name for name in gone])
        self.say(f"0 upgraded, 0 newly installed, {len(gone)} to remove and 0 not upgraded.", 0)
        return self.carry_out(Plan(remove=list(gone)), set(), purge=purge)

    def _refuse_essential(self, gone: Iterable[str]) -> None:
        essential = [name for name in gone if self.database.packages.get(name, {}).get("Essential") == "yes"]
        if essential:
            self.say("WARNING: The following essential packages will be removed.", 0)
            self.say("This should NOT be done unless you know exactly what you are doing!", 0)
            self.say(f"  {' '.join(sorted(essential))}", 0)
            raise AptError("E: Essential packages were removed and -y was used without --allow-remove-essential.")

    # the plan, shown and carried out

    def show(self, plan: Plan, asked: Sequence[str], recommends: bool) -> None:
        """The plan, in apt's words."""
        new = [package.name for package in plan.install]
        extra = [name for name in new if name not in asked]
        self.show_list("The following additional packages will be installed:", extra)
        there = {*new, *self.database.installed()}

        def others(key: str) -> list[str]:
            named = names_in(package.fields.get(key, "") for package in plan.install)
            real = self.index.known | self.index.packages.keys()
            return sorted(name for name in named if name not in there and name in real)

        self.show_list("Suggested packages:", others("Suggests"))
        self.show_list("Recommended packages:", others("Recommends"))
        self.show_list("The following packages will be REMOVED:", plan.remove)
        self.show_list("The following NEW packages will be installed:", new)
        self.say(f"0 upgraded, {len(new)} newly installed, {len(plan.remove)} to remove and 0 not upgraded.", 0)

    def carry_out(self, plan: Plan, asked: set[str], *, download_only: bool = False, purge: bool = False) -> int:
        """Download, remove and unpack; the exit code."""
        if not plan.install and not plan.remove:
            return 0
        new = plan.install
        change = sum(package.installed_size for package in new) - self._size_of(plan.remove)
        if new:
            self.say(f"Need to get {size_text(sum(self._to_get(package) for package in new))}B of archives.", 0)
        if change >= 0:
            self.say(f"After this operation, {size_text(change)}B of additional disk space will be used.", 0)
        else:
            self.say(f"After this operation, {size_text(-change)}B disk space will be freed.", 0)
        if self.simulate:
            return self._simulated(plan)
        if not self.yes and (set(asked) != {package.name for package in new} or plan.remove):
            self.process.out("Do you want to continue? [Y/n] ")
            answer = self._answer()
            if answer not in ("y", "yes", ""):
                self.process.line("Abort.")
                return 1
        self._download(new)
        if download_only:
            self.say("Download complete and in download only mode", 0)
            return 0
        versions = {name: self.database.packages[name]["Version"] for name in plan.remove}
        started, dpkg = self.stamp(), Dpkg(self.files, self.index.packages, self.process.machine.now, self.say)
        dpkg.run(plan, purge=purge)
        automatic = self.database.automatic - set(plan.remove)
        automatic |= {package.name for package in new if package.name not in asked}
        if new or automatic != self.database.automatic or self.database.has_states:
            self.database.mark(automatic)
        self._log(history(plan, versions, asked, purge), started, dpkg.printed)
        self.place(f"{LOGS}/eipp.log.xz", EIPP + EIPP_EACH * max(0, len(new) - 1), EIPP)
        self._keep_or_delete()
        return 0

    def _log(self, done: list[str], started: str, printed: list[str]) -> None:
        """What was done, in history.log; what dpkg printed, in term.log."""
        tree, ended = self.process.tree, self.stamp()
        command = f"Commandline: apt-get {' '.join(self.process.args)}"
        rows = [f"Start-Date: {started}", command, *done, f"End-Date: {ended}"]
        append(tree, f"{LOGS}/history.log", "\n" + "\n".join(rows) + "\n")
        terminal = [f"Log started: {started}", *printed, f"Log ended: {ended}"]
        append(tree, f"{LOGS}/term.log", "\n" + "\n".join(terminal) + "\n\n", 0o640)
        tree.chown(f"{LOGS}/term.log", 0, self.process.machine.numbers("group").get("adm", 0))

    def _keep_or_delete(self) -> None:
        """What the configuration has dpkg do afterwards: Docker's images delete the .deb files."""
        if self.settings.keeps_archives:
            self.write_caches()
            return
        for name in self.process.tree.listdir(ARCHIVES):
            if name.endswith(".deb"):
                self.process.tree.unlink(f"{ARCHIVES}/{name}")

    def _answer(self) -> str:
        try:
            data = read_line(self.process.stdin)
        except OSError:
            data = b""
        return data.decode(errors="replace").strip().lower() if data else "no input"

    def _simulated(self, plan: Plan) -> int:
        for name in plan.remove:
            self.process.line(f"Remv {name} [{self.database.packages[name]['Version']}]")
        for word in ("Inst", "Conf"):
            for package in plan.install:
                self.process.line(
                    f"{word} {package.name} ({package.version} Debian:11.11/oldoldstable [{package.architecture}])"
                )
        return 0

    def _size_of(self, gone: Iterable[str]) -> int:
        return sum(int(self.database.packages[name].get("Installed-Size", "0")) * 1024 for name in gone)

    def _to_get(self, package: Package) -> int:
        return 0 if self.process.tree.exists(f"{ARCHIVES}/{package.deb}") else package.size

    def _download(self, packages: Sequence[Package]) -> None:
        missing = [package for package in packages if self._to_get(package)]
        self.lock(f"{ARCHIVES}/lock")
        tree = self.process.tree
        if not tree.is_dir(f"{ARCHIVES}/partial"):
            tree.mkdir(f"{ARCHIVES}/partial")
            tree.chmod(f"{ARCHIVES}/partial", 0o700)
            tree.chown(f"{ARCHIVES}/partial", self.process.machine.numbers("passwd").get("_apt", 0), 0)
        for number, package in enumerate(missing, 1):
            arch = package.architecture
            self.say(
                f"Get:{number} {URI} {SUITE}/main amd64 {package.name} {arch} {package.version} "
                f"[{size_text(package.size)}B]"
            )
            path = f"{ARCHIVES}/{package.deb}"
            content = Missing(package.size, f"sha256:{package.sha256}", path, HOW, package.size)
            tree.put(path, File(Metadata(0o644, mtime_ns=self.process.machine.now()), content))
        if missing:
            total = sum(package.size for package in missing)
            self.process.err("debconf: delaying package configuration, since apt-utils is not installed\n")
            self.say(f"Fetched {size_text(total)}B in 1s ({size_text(total)}B/s)")


def broken(plan: Plan) -> list[str]:
    return [
        "Some packages could not be installed. This may mean that you have",
        "requested an impossible situation or if you are using the unstable",
        "distribution that some required packages have not yet been created",
        "or been moved out of Incoming.",
        "The following information may help to resolve the situation:",
        "",
        "The following packages have unmet dependencies:",
        *plan.unmet,
        "E: Unable to correct problems, you have held broken packages.",
    ]


def size_text(size: float) -> str:
    """A size as apt writes it, its B left out.

    >>> size_text(136_000), size_text(8_066_000), size_text(17_500_000), size_text(75_123), size_text(900)
    ('136 k', '8066 k', '17.5 M', '75.1 k', '900 ')
    """
    units = " kMGT"
    number = 0
    while True:
        if size < 100 and number:
            return f"{size:.1f} {units[number]}"
        if size < 10000:
            return f"{size:.0f} {units[number].strip()}"
        size /= 1000
        number += 1


def bytes_in(line: str) -> int:
    """The bytes that a Get line announces."""
    number, unit = line.rpartition("[")[2].rstrip("]").split()
    return round(float(number) * {"B": 1, "kB": 1000, "MB": 10**6}[unit])


def history(plan: Plan, versions: Mapping[str, str], asked: set[str], purge: bool) -> list[str]:
    """The lines of history.log that say what was installed and removed; `versions` are those of what was removed."""
    rows = []
    if plan.install:
        words = (
            f"{one.name}:amd64 ({one.version}{'' if one.name in asked else ', automatic'})" for one in plan.install
        )
        rows.append(f"Install: {', '.join(words)}")
    if plan.remove:
        words = (f"{name}:amd64 ({version})" for name, version in versions.items())
        rows.append(f"{'Purge' if purge else 'Remove'}: {', '.join(words)}")
    return rows
