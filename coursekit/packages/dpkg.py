"""One run of dpkg: removals, unpacking, configuring, triggers; its words, its log, and the database it leaves.

    Selecting previously unselected package nginx-common.         /var/log/dpkg.log
    (Reading database ... 6670 files and directories …)           /var/lib/dpkg/status  status-old
    Preparing to unpack .../00-nginx-common_1.18.0….deb ...
    Unpacking …  Setting up …  Processing triggers for …

Source: dpkg 1.20; recorded from Debian 11.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from coursekit.packages.control_fields import names
from coursekit.packages.package_index import Package
from coursekit.packages.solver import Plan
from coursekit.packages.unpack import Unpacker, append, below


def stamp(now: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time, in nanoseconds, as a log has it."""
    return datetime.fromtimestamp(now / 10**9, UTC).strftime(form)


class Dpkg:
    """Carries out a plan. `say` shows a line; all lines stay in `printed`."""

    def __init__(
        self, files: Unpacker, index: Mapping[str, Package], now: Callable[[], int], say: Callable[[str], None]
    ) -> None:
        self.files, self.index, self.now, self.show = files, index, now, say
        self.tree, self.database = files.tree, files.database
        self.printed: list[str] = []
        self.log: list[str] = []

    def run(self, plan: Plan, *, purge: bool) -> None:
        """All of it. Raises: OSError."""
        if plan.remove:
            self._away(plan.remove, purge)
        if plan.install:
            self._new(plan.install)
        self._triggers(plan)
        self.database.save()
        self._lock_files()
        append(self.tree, "/var/log/dpkg.log", "\n".join(self.log) + "\n")

    def say(self, line: str) -> None:
        """A line, which apt's terminal log keeps."""
        self.printed.append(line)
        self.show(line)

    def note(self, what: str) -> None:
        """A line of dpkg.log."""
        self.log.append(f"{stamp(self.now())} {what}")

    def reading(self) -> None:
        self.say(f"(Reading database ... {self.database.paths()} files and directories currently installed.)")

    # removing

    def _away(self, gone: list[str], purge: bool) -> None:
        order = removal_order(gone, {name: dict(self.database.packages[name]) for name in gone})
        self.reading()
        self.note("startup packages remove")
        for name in order:
            fields = self.database.packages[name]
            if fields.get("Status", "").endswith(" installed"):
                self.say(f"Removing {name} ({fields['Version']}) ...")
                self.note(f"remove {_full(fields)} {fields['Version']} <none>")
                self.files.remove(name, self.index.get(name))
        if purge:
            left = [name for name in order if name in self.database.packages]
            if left:
                self.reading()
            for name in left:
                fields = self.database.packages[name]
                self.say(f"Purging configuration files for {name} ({fields['Version']}) ...")
                self.note(f"purge {_full(fields)} {fields['Version']} <none>")
                self.files.purge(name, self.index.get(name))

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

    def _lock_files(self) -> None:
        for path, mode in (
            ("/var/lib/dpkg/lock", 0o640),
            ("/var/lib/dpkg/lock-frontend", 0o640),
            ("/var/lib/dpkg/triggers/Lock", 0o600),
        ):
            if not self.tree.exists(path) and self.tree.is_dir(path.rpartition("/")[0]):
                self.tree.write_bytes(path, b"")
                self.tree.chmod(path, mode)


def removal_order(gone: list[str], fields: dict[str, dict[str, str]]) -> list[str]:
    """Those first on which none of the others depends."""
    waiting, order = sorted(gone), []
    needs = {name: set(names([fields[name].get("Depends", ""), fields[name].get("Pre-Depends", "")])) for name in gone}
    while waiting:
        free = [name for name in waiting if not any(name in needs[other] for other in waiting if other != name)]
        order.append((free or waiting)[0])
        waiting.remove(order[-1])
    return order


def _full(fields: dict[str, str]) -> str:
    return f"{fields['Package']}:{fields.get('Architecture', 'amd64')}"
