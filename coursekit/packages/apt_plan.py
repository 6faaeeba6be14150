"""What apt-get does once it knows what to do: show the plan, ask, download, and hand over to dpkg.

    The following NEW packages …    the plan (solving.py)
    Get:1 http://deb.debian.org …   the .deb files, into /var/cache/apt/archives
    Unpacking … Setting up …        dpkg (dpkg_run.py)

Neighbours: apt_lists and dpkg_run below, apt above. Source: apt 2.2, recorded from Debian 11.
"""

from collections.abc import Iterable, Sequence

from coursekit.fs.content import Missing
from coursekit.fs.node import File, Metadata
from coursekit.packages.apt_lists import AptLists
from coursekit.packages.apt_run import ARCHIVES, SUITE, URI
from coursekit.packages.control_fields import names
from coursekit.packages.dpkg import DpkgRun
from coursekit.packages.package_index import HOW, Package
from coursekit.packages.sentences import size_text
from coursekit.packages.solver import Plan
from coursekit.shell.streams import read_line


class AptPlan(AptLists):
    """A plan, shown and carried out."""

    def show(self, plan: Plan, asked: Sequence[str], recommends: bool) -> None:
        """The plan, in apt's words."""
        new = [package.name for package in plan.install]
        extra = [name for name in new if name not in asked]
        self.show_list("The following additional packages will be installed:", extra)
        there = {*new, *self.database.installed()}

        def others(key: str) -> list[str]:
            named = names(package.fields.get(key, "") for package in plan.install)
            real = self.index.known | self.index.packages.keys()
            return sorted(name for name in named if name not in there and name in real)

        self.show_list("Suggested packages:", others("Suggests"))
        self.show_list("Recommended packages:", others("Recommends"))
        self.show_list("The following packages will be REMOVED:", plan.remove)
        self.show_list("The following NEW packages will be installed:", new)
        left = self.not_upgraded()
        self.say(f"0 upgraded, {len(new)} newly installed, {len(plan.remove)} to remove and {left} not upgraded.", 0)

    def not_upgraded(self) -> int:
        """How many packages have a newer version: none, as the archive is that of the images."""
        return 0

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
        DpkgRun(self).run(plan, asked, purge=purge)
        return 0

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
