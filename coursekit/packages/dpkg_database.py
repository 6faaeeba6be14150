"""dpkg's database in the merged tree: which packages are installed, and which paths are theirs.

    /var/lib/dpkg/status            a paragraph a package      status-old  the one before
    /var/lib/dpkg/info/NAME.list    its paths                  NAME.md5sums, .postinst, .conffiles …
    /var/lib/apt/extended_states    which came as dependencies

Source: dpkg(1), dpkg-query(1), lib/dpkg/parse.c (order of fields); apt's extended_states.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from coursekit.errors import CourseError
from coursekit.packages.control_fields import Fields, paragraphs, written
from coursekit.vfs.overlay import Overlay

ADMIN = "/var/lib/dpkg"
STATUS = f"{ADMIN}/status"
EXTENDED = "/var/lib/apt/extended_states"
INSTALLED = "install ok installed"
CONFIGURATION = "deinstall ok config-files"
ORDER = (
    "Package",
    "Essential",
    "Protected",
    "Status",
    "Priority",
    "Section",
    "Installed-Size",
    "Origin",
    "Maintainer",
    "Bugs",
    "Architecture",
    "Multi-Arch",
    "Source",
    "Version",
    "Config-Version",
    "Replaces",
    "Provides",
    "Depends",
    "Pre-Depends",
    "Recommends",
    "Suggests",
    "Breaks",
    "Conflicts",
    "Enhances",
    "Conffiles",
    "Description",
)


@dataclass
class Database:
    """The database of one tree, read when it is asked for."""

    tree: Overlay
    lists: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def packages(self) -> dict[str, Fields]:
        """Every paragraph of the status file by package, also of what was removed and left its configuration."""
        return {fields["Package"]: fields for fields in paragraphs(self._text(STATUS)) if "Package" in fields}

    @cached_property
    def automatic(self) -> set[str]:
        """The packages that came as dependencies."""
        return {fields["Package"] for fields in paragraphs(self._text(EXTENDED)) if fields.get("Auto-Installed") == "1"}

    @property
    def has_states(self) -> bool:
        """Whether apt ever noted a package as automatic or not."""
        return self.tree.exists(EXTENDED)

    def installed(self) -> dict[str, Fields]:
        """What is installed, sorted by name."""
        return {
            name: self.packages[name]
            for name in sorted(self.packages)
            if self.packages[name].get("Status", "").endswith(" installed")
        }

    def prefix(self, name: str) -> str:
        """How the info files of a package begin: those of foreign and same architectures carry theirs."""
        fields = self.packages.get(name, {})
        same = fields.get("Multi-Arch") == "same"
        return f"{ADMIN}/info/{name}:{fields['Architecture']}" if same else f"{ADMIN}/info/{name}"

    def files(self, name: str) -> list[str]:
        """The paths of a package, `/.` among them; none where there is no list."""
        if name not in self.lists:
            self.lists[name] = self._text(f"{self.prefix(name)}.list").splitlines()
        return self.lists[name]

    def owners(self, path: str) -> list[str]:
        """The packages that have the path, sorted."""
        return [name for name in sorted(self.packages) if path in self.files(name)]

    def paths(self) -> int:
        """Files and directories currently installed, as dpkg counts them."""
        return len({path for name in self.packages for path in self.files(name)})

    def conffiles(self, name: str) -> list[str]:
        """The configuration files of a package."""
        lines = self.packages.get(name, {}).get("Conffiles", "").splitlines()
        return [line.split()[0] for line in lines if line.strip()]

    # changes

    def note(self, fields: Fields) -> None:
        """A package as it is now; None-like fields are left out by the caller."""
        keys = [*(key for key in ORDER if key in fields), *(key for key in fields if key not in ORDER)]
        self.packages[fields["Package"]] = {key: fields[key] for key in keys}

    def forget(self, name: str) -> None:
        """A package that was never here."""
        self.packages.pop(name, None)
        self.lists.pop(name, None)

    def list_files(self, name: str, paths: list[str]) -> None:
        """Write the list of a package's paths."""
        self.lists[name] = paths
        self.tree.write_text(f"{self.prefix(name)}.list", "".join(f"{path}\n" for path in paths))

    def save(self) -> None:
        """Write the status file, and keep the one before as status-old."""
        if self.tree.exists(STATUS):
            old = self.tree.read_bytes(STATUS)
            self.tree.write_bytes(f"{STATUS}-old", old)
        ordered = (self.packages[name] for name in sorted(self.packages))
        self.tree.write_text(STATUS, "".join(written(fields) + "\n" for fields in ordered))

    def mark(self, automatic: set[str]) -> None:
        """Write which packages came as dependencies."""
        self.automatic = automatic
        self.tree.makedirs("/var/lib/apt", exist_ok=True)
        rows = (
            f"Package: {name}\nArchitecture: {self._native(name)}\nAuto-Installed: 1\n\n" for name in sorted(automatic)
        )
        self.tree.write_text(EXTENDED, "".join(rows))

    def _native(self, name: str) -> str:
        architecture = self.packages.get(name, {}).get("Architecture", "amd64")
        return "amd64" if architecture == "all" else architecture

    def _text(self, path: str) -> str:
        try:
            return self.tree.read_text(path)
        except (OSError, CourseError, UnicodeDecodeError):
            return ""

    def info_files(self, name: str) -> Iterator[str]:
        """The paths of a package's info files."""
        stem = self.prefix(name).rpartition("/")[2] + "."
        for file in self.tree.listdir(f"{ADMIN}/info"):
            if file.startswith(stem) and "." not in file.removeprefix(stem):
                yield f"{ADMIN}/info/{file}"
