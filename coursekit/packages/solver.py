"""Which packages come along, and which must go.

    install nginx     Depends and Pre-Depends, again and again; Recommends too, unless told otherwise
    remove libc       whatever depends on it goes as well
    autoremove        what nobody asked for and nothing that stays needs

Simplified: apt weighs whole solutions; here each choice `a | b` takes what is there, else the first that can be had.

Source: apt-get(8); apt-pkg/depcache.cc.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coursekit.packages.control_fields import Fields, Relation, relations
from coursekit.packages.package_index import Index, Package, provided

HARD = ("Pre-Depends", "Depends")


@dataclass
class Plan:
    """What is to be done. `install` in an order in which each package finds what it needs."""

    install: list[Package] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)  # lines of " nginx-core : Conflicts: …"

    def __contains__(self, name: str) -> bool:
        return any(package.name == name for package in self.install)


class Solver:
    """Decides over an index and what is installed."""

    def __init__(self, index: Index, installed: Mapping[str, Fields]) -> None:
        self.index, self.installed = index, installed
        self.chosen: dict[str, Package] = {}
        self.plan = Plan()

    def install(self, names: Iterable[str], recommends: bool) -> Plan:
        """The plan for these packages, which are all in the index."""
        wanted = [self.index.packages[name] for name in names]
        for package in wanted:
            self.chosen[package.name] = package
        for package in wanted:
            self._complete(package, recommends)
        self._conflicts()
        done: set[str] = set()
        for name in sorted(self.chosen):
            self._place(self.chosen[name], done)
        return self.plan

    def _complete(self, package: Package, recommends: bool) -> None:
        for key in (*HARD, *(("Recommends",) if recommends else ())):
            for choice in relations(package.fields.get(key, "")):
                if self.met(choice):
                    continue
                other = self._first(choice)
                if other is not None:
                    self.chosen[other.name] = other
                    self._complete(other, recommends)
                elif key != "Recommends":
                    self.plan.unmet.append(
                        f" {package.name} : {key}: {' | '.join(map(str, choice))} but it is not installable"
                    )

    def met(self, choice: Iterable[Relation]) -> bool:
        """Whether one of the relations is met by what is installed or chosen."""
        return any(self._meets(one) for one in choice)

    def _meets(self, one: Relation) -> bool:
        for name, fields in self._state():
            if name == one.name and one.allows(fields["Version"]):
                return True
            if not one.operator and one.name in provided(fields):
                return True
        return False

    def _state(self) -> Iterable[tuple[str, Mapping[str, str]]]:
        yield from ((name, package.fields) for name, package in self.chosen.items())
        yield from ((name, fields) for name, fields in self.installed.items() if name not in self.chosen)

    def _first(self, choice: Iterable[Relation]) -> Package | None:
        for one in choice:
            package = self.index.packages.get(one.name)
            candidates = [package] if package else [] if one.operator else list(self.index.providers(one.name))
            for candidate in candidates:
                if one.name != candidate.name or one.allows(candidate.version):
                    return candidate
        return None

    def _conflicts(self) -> None:
        for package in list(self.chosen.values()):
            for one in against(package.fields):
                for name, fields in self._state():
                    if name == package.name or not (name == one.name or one.name in provided(fields)):
                        continue
                    if name == one.name and not one.allows(fields["Version"]):
                        continue
                    if name in self.chosen:
                        self.plan.unmet.append(
                            f" {package.name} : Conflicts: {one} but {fields['Version']} is to be installed"
                        )
                    elif name not in self.plan.remove:
                        self.plan.remove.append(name)
        if self.plan.remove:
            left = {name: fields for name, fields in self.installed.items() if name not in self.chosen}
            news = {name: package.fields for name, package in self.chosen.items()}
            self.plan.remove = dependents({**left, **news}, self.plan.remove)

    def _place(self, package: Package, done: set[str]) -> None:
        if package.name in done:
            return
        done.add(package.name)
        for key in (*HARD, "Recommends"):
            for choice in relations(package.fields.get(key, "")):
                for one in choice:
                    if one.name in self.chosen:
                        self._place(self.chosen[one.name], done)
        self.plan.install.append(package)


def against(fields: Mapping[str, str]) -> list[Relation]:
    """What a package cannot be beside."""
    return [choice[0] for key in ("Conflicts", "Breaks") for choice in relations(fields.get(key, ""))]


def dependents(installed: Mapping[str, Fields], gone: Iterable[str]) -> list[str]:
    """`gone`, and all installed packages that cannot be without one of them; sorted."""
    removed = set(gone)
    while True:
        left = {name: fields for name, fields in installed.items() if name not in removed}
        broken = {name for name, fields in left.items() if not _whole(fields, left)}
        if not broken:
            return sorted(removed)
        removed |= broken


def _whole(fields: Mapping[str, str], left: Mapping[str, Fields]) -> bool:
    """Whether all that a package depends on is there. What was never met (a forced install) does not count."""
    return all(_any_of(choice, left) for key in HARD for choice in relations(fields.get(key, "")))


def _any_of(choice: Iterable[Relation], left: Mapping[str, Fields]) -> bool:
    for one in choice:
        if one.name in left and one.allows(left[one.name]["Version"]):
            return True
        if not one.operator and any(one.name in provided(fields) for fields in left.values()):
            return True
    return False


def unneeded(installed: Mapping[str, Fields], automatic: set[str], *, recommends: bool, suggests: bool) -> list[str]:
    """The automatic packages that nothing asked for needs; sorted."""
    keys = [*HARD, *(["Recommends"] if recommends else []), *(["Suggests"] if suggests else [])]
    kept = {name for name, fields in installed.items() if name not in automatic or fields.get("Essential") == "yes"}
    waiting = sorted(kept)
    providers: dict[str, list[str]] = {}
    for name, fields in installed.items():
        for virtual in provided(fields):
            providers.setdefault(virtual, []).append(name)
    while waiting:
        fields = installed[waiting.pop()]
        for choice in (choice for key in keys for choice in relations(fields.get(key, ""))):
            for one in choice:
                found = [one.name] if one.name in installed else providers.get(one.name, [])
                new = [name for name in found if name not in kept]
                kept.update(new)
                waiting.extend(new)
    return sorted(set(installed) - kept)
