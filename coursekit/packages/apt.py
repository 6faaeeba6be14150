"""apt-get's work: lists fetched, packages found, downloaded, unpacked, removed; in apt's words.

    Reading package lists…          what the lists in /var/lib/apt/lists say; empty lists know no package
    install, remove, autoremove     here: which packages are meant, and what follows from it
    the plan, shown and done        apt_plan.py

Source: apt 2.2 and dpkg 1.20, recorded from Debian 11 (tests/real/test_apt.py).
"""

from collections.abc import Iterable, Sequence

from coursekit.packages.apt_plan import AptPlan
from coursekit.packages.apt_run import SUITE, AptError
from coursekit.packages.sentences import broken
from coursekit.packages.solver import Plan, Solver, dependents, unneeded

__all__ = ["Apt", "AptError"]


class Apt(AptPlan):
    """One run of apt-get in a container."""

    # installing

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
        self.say(f"0 upgraded, 0 newly installed, {len(gone)} to remove and {self.not_upgraded()} not upgraded.", 0)
        return self.carry_out(Plan(remove=list(gone)), set(), purge=purge)

    def _refuse_essential(self, gone: Iterable[str]) -> None:
        essential = [name for name in gone if self.database.packages.get(name, {}).get("Essential") == "yes"]
        if essential:
            self.say("WARNING: The following essential packages will be removed.", 0)
            self.say("This should NOT be done unless you know exactly what you are doing!", 0)
            self.say(f"  {' '.join(sorted(essential))}", 0)
            raise AptError("E: Essential packages were removed and -y was used without --allow-remove-essential.")
