"""One run of dpkg under apt: removals, unpacking, configuring, triggers; the words, the logs, the marks it leaves.

    Selecting previously unselected package nginx-common.         /var/log/dpkg.log
    (Reading database ... 6670 files and directories …)           /var/log/apt/history.log  term.log
    Preparing to unpack .../00-nginx-common_1.18.0….deb ...       /var/lib/apt/extended_states
    Unpacking …  Setting up …  Processing triggers for …          /var/lib/dpkg/status  status-old

Source: dpkg 1.20, apt-pkg/deb/dpkgpm.cc; recorded from Debian 11.
"""

from coursekit.packages.apt_lists import AptLists
from coursekit.packages.package_index import Package
from coursekit.packages.solver import Plan
from coursekit.packages.unpack import below

APT_LOGS = "/var/log/apt"
EIPP, EIPP_EACH = 4656, 35  # bytes of eipp.log.xz after one package was installed, and for each more; measured


class DpkgRun:
    """Carries out a plan."""

    def __init__(self, apt: AptLists) -> None:
        self.apt = apt
        self.tree, self.database, self.files = apt.process.tree, apt.database, apt.files
        self.printed: list[str] = []
        self.log: list[str] = []
        self.started = apt.stamp()

    def run(self, plan: Plan, asked: set[str], *, purge: bool) -> None:
        """All of it. Raises: OSError."""
        versions = {name: self.database.packages[name]["Version"] for name in plan.remove}
        if plan.remove:
            self._away(plan.remove, purge)
        if plan.install:
            self._new(plan.install)
        self._triggers(plan)
        self.database.save()
        self._lock_files()
        automatic = self.database.automatic - set(plan.remove)
        automatic |= {package.name for package in plan.install if package.name not in asked}
        if plan.install or automatic != self.database.automatic or self.database.has_states:
            self.database.mark(automatic)
        self._logs(plan, versions, asked, purge)
        self._hooks()

    def say(self, line: str) -> None:
        """A line of dpkg's, which the terminal log keeps."""
        self.printed.append(line)
        self.apt.say(line)

    def note(self, what: str) -> None:
        """A line of dpkg.log."""
        self.log.append(f"{self.apt.stamp('%Y-%m-%d %H:%M:%S')} {what}")

    def reading(self) -> None:
        self.say(f"(Reading database ... {self.database.paths()} files and directories currently installed.)")

    # removing

    def _away(self, gone: list[str], purge: bool) -> None:
        order = removal_order(gone, {name: dict(self.database.packages[name]) for name in gone})
        self.reading()
        self.note("startup packages remove")
        index = self.apt.index.packages
        for name in order:
            fields = self.database.packages[name]
            if fields.get("Status", "").endswith(" installed"):
                self.say(f"Removing {name} ({fields['Version']}) ...")
                self.note(f"remove {_full(fields)} {fields['Version']} <none>")
                self.files.remove(name, index.get(name))
        if purge:
            left = [name for name in order if name in self.database.packages]
            if left:
                self.reading()
            for name in left:
                fields = self.database.packages[name]
                self.say(f"Purging configuration files for {name} ({fields['Version']}) ...")
                self.note(f"purge {_full(fields)} {fields['Version']} <none>")
                self.files.purge(name, index.get(name))

    # installing

    def _new(self, packages: list[Package]) -> None:
        self.note("startup archives unpack")
        many = len(packages) > 1
        wide = max(2, len(str(len(packages) - 1)))
        for number, package in enumerate(packages):
            self.say(f"Selecting previously unselected package {self.shown(package)}.")
            if not number:
                self.reading()
            self.say(f"Preparing to unpack .../{f'{number:0{wide}d}-' if many else ''}{package.deb} ...")
            self.say(f"Unpacking {self.shown(package)} ({package.version}) ...")
            self.note(f"install {package.name}:{package.architecture} <none> {package.version}")
            self.note(f"status half-installed {package.name}:{package.architecture} {package.version}")
            self.files.unpack(package)
            self.note(f"status unpacked {package.name}:{package.architecture} {package.version}")
        self.database.save()  # dpkg writes on the way too: status-old has nearly all
        self.note("startup packages configure")
        for package in packages:
            self.say(f"Setting up {self.shown(package)} ({package.version}) ...")
            self.files.configure(package)
            for state in ("unpacked", "half-configured", "installed"):
                self.note(f"status {state} {package.name}:{package.architecture} {package.version}")
            if package.name == "ca-certificates":
                self._certificates(package)

    def _certificates(self, package: Package) -> None:
        count = sum(path.startswith("/etc/ssl/certs/") and path.endswith(".pem") for path, _, _ in below(package.more))
        self.say("Updating certificates in /etc/ssl/certs...")
        self.say(f"{count} added, 0 removed; done.")

    def shown(self, package: Package) -> str:
        """The name as dpkg shows it: with its architecture where several may be there."""
        same = package.fields.get("Multi-Arch") == "same"
        return f"{package.name}:{package.architecture}" if same else package.name

    def _triggers(self, plan: Plan) -> None:
        libc = self.database.packages.get("libc-bin")
        if libc and any("/etc/ld.so.cache" in package.grows for package in plan.install):
            self.say(f"Processing triggers for libc-bin ({libc['Version']}) ...")
        certificates = next((package for package in plan.install if package.name == "ca-certificates"), None)
        if certificates:
            self.say(f"Processing triggers for ca-certificates ({certificates.version}) ...")
            for line in (
                "Updating certificates in /etc/ssl/certs...",
                "0 added, 0 removed; done.",
                "Running hooks in /etc/ca-certificates/update.d...",
                "done.",
            ):
                self.say(line)

    # what stays

    def _lock_files(self) -> None:
        for path, mode in (
            ("/var/lib/dpkg/lock", 0o640),
            ("/var/lib/dpkg/lock-frontend", 0o640),
            ("/var/lib/dpkg/triggers/Lock", 0o600),
        ):
            if not self.tree.exists(path) and self.tree.is_dir(path.rpartition("/")[0]):
                self.tree.write_bytes(path, b"")
                self.tree.chmod(path, mode)

    def _append(self, path: str, text: str, mode: int = 0o644) -> None:
        if not self.tree.is_dir(path.rpartition("/")[0]):
            self.tree.makedirs(path.rpartition("/")[0], exist_ok=True)
        new = not self.tree.exists(path)
        before = "" if new else self.tree.read_text(path)
        self.tree.write_text(path, before + text)
        if new:
            self.tree.chmod(path, mode)

    def _logs(self, plan: Plan, versions: dict[str, str], asked: set[str], purge: bool) -> None:
        rows = [f"Start-Date: {self.started}", f"Commandline: apt-get {' '.join(self.apt.process.args)}"]
        if plan.install:
            said = (
                f"{one.name}:amd64 ({one.version}{'' if one.name in asked else ', automatic'})" for one in plan.install
            )
            rows.append(f"Install: {', '.join(said)}")
        if plan.remove:
            said = (f"{name}:amd64 ({version})" for name, version in versions.items())
            rows.append(f"{'Purge' if purge else 'Remove'}: {', '.join(said)}")
        rows.append(f"End-Date: {self.apt.stamp()}")
        self._append(f"{APT_LOGS}/history.log", "\n" + "\n".join(rows) + "\n")
        terminal = [f"Log started: {self.started}", *self.printed, f"Log ended: {self.apt.stamp()}"]
        self._append(f"{APT_LOGS}/term.log", "\n" + "\n".join(terminal) + "\n\n", 0o640)
        group = self.apt.process.machine.numbers("group").get("adm", 0)
        self.tree.chown(f"{APT_LOGS}/term.log", 0, group)
        self._append("/var/log/dpkg.log", "\n".join(self.log) + "\n")
        self.apt.place(f"{APT_LOGS}/eipp.log.xz", EIPP + EIPP_EACH * max(0, len(plan.install) - 1), EIPP)

    def _hooks(self) -> None:
        """What the configuration has dpkg do afterwards: Docker's images delete the .deb files."""
        if not self.apt.settings.keeps_archives:
            for name in self.tree.listdir("/var/cache/apt/archives"):
                if name.endswith(".deb"):
                    self.tree.unlink(f"/var/cache/apt/archives/{name}")
        else:
            self.apt.write_caches()


def removal_order(gone: list[str], fields: dict[str, dict[str, str]]) -> list[str]:
    """Those first on which none of the others depends."""
    from coursekit.packages.control_fields import names

    waiting, order = sorted(gone), []
    needs = {name: set(names([fields[name].get("Depends", ""), fields[name].get("Pre-Depends", "")])) for name in gone}
    while waiting:
        free = [name for name in waiting if not any(name in needs[other] for other in waiting if other != name)]
        order.append((free or waiting)[0])
        waiting.remove(order[-1])
    return order


def _full(fields: dict[str, str]) -> str:
    return f"{fields['Package']}:{fields.get('Architecture', 'amd64')}"
