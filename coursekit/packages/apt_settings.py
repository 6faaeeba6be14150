"""How apt and dpkg are configured in the merged tree: /etc/apt/apt.conf.d, sources.list, /etc/dpkg/dpkg.cfg.d.

    APT::Install-Recommends "false";                     what apt-get install brings along
    DPkg::Post-Invoke { "rm -f …/archives/*.deb"; };     whether .deb files stay
    path-exclude /usr/share/doc/*                        what dpkg does not unpack

Source: apt.conf(5), sources.list(5), dpkg(1) --path-exclude.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from coursekit.errors import CourseError
from coursekit.shell.real_path import join
from coursekit.vfs.overlay import Overlay

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{};]|//[^\n]*|#[^\n]*|/\*.*?\*/|[^\s{};"]+', re.S)
_FALSE = ("false", "no", "0", "off", "without", "disable")


@dataclass
class AptSettings:
    """Values by key, in lower case; a list has several."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def text(self, key: str, default: str = "") -> str:
        """The last value of a key."""
        return self.values.get(key.lower(), [default])[-1]

    def switch(self, key: str, default: bool) -> bool:
        """Whether the key is on."""
        value = self.text(key)
        return default if not value else value.lower() not in _FALSE

    @property
    def keeps_archives(self) -> bool:
        """Whether the .deb files stay in the cache: Docker's images have dpkg delete them."""
        hooks = " ".join(self.values.get("dpkg::post-invoke", []))
        return not re.search(r"rm .*/var/cache/apt/archives/\*\.deb", hooks)

    @property
    def keeps_caches(self) -> bool:
        """Whether pkgcache.bin and srcpkgcache.bin are written."""
        given = self.values.get("dir::cache::pkgcache")
        return given is None or given[-1] != ""

    def add(self, text: str) -> None:
        """Read a configuration text over what is known."""
        _read([token for token in _TOKEN.findall(text) if not token.startswith(("//", "#", "/*"))], self.values)


def apt_settings(tree: Overlay, options: Sequence[str] = ()) -> AptSettings:
    """What /etc/apt says, and over it `-o KEY=VALUE`."""
    found = AptSettings()
    for path in [*_files(tree, "/etc/apt/apt.conf.d"), "/etc/apt/apt.conf"]:
        found.add(_text(tree, path))
    for option in options:
        key, _, value = option.partition("=")
        found.values[key.lower().strip()] = [value.strip('"')]
    return found


def _read(tokens: list[str], values: dict[str, list[str]]) -> None:
    """Blocks `Key { … };`, values `Key "value";`, and bare values of a list."""
    stack: list[str] = []
    words: list[str] = []
    for token in tokens:
        if token == "{":
            stack.append(words[-1].lower() if words else "")
            words = []
        elif token in ("}", ";"):
            if words:
                _value(words, "::".join(part for part in stack if part), values)
            words = []
            if token == "}" and stack:
                stack.pop()
        else:
            words.append(token)


def _value(words: list[str], block: str, values: dict[str, list[str]]) -> None:
    plain = [word.strip('"') for word in words]
    if words[0].startswith('"'):
        values.setdefault(block, []).append(plain[0])
        return
    key = "::".join(part for part in (block, plain[0].lower()) if part)
    if key.endswith("::"):
        values.setdefault(key.removesuffix("::"), []).append(" ".join(plain[1:]))
    else:
        values[key] = [" ".join(plain[1:])]


@dataclass(frozen=True, slots=True)
class Source:
    """One line of sources.list."""

    uri: str
    suite: str
    components: tuple[str, ...]


def sources(tree: Overlay) -> list[Source]:
    """The `deb` lines of sources.list and sources.list.d."""
    found = []
    for path in ["/etc/apt/sources.list", *_files(tree, "/etc/apt/sources.list.d", ".list")]:
        for line in _text(tree, path).splitlines():
            words = re.sub(r"\[[^\]]*\]", "", line.partition("#")[0]).split()
            if len(words) >= 3 and words[0] == "deb":
                found.append(Source(words[1].rstrip("/"), words[2], tuple(words[3:])))
    return found


@dataclass(frozen=True, slots=True)
class PathFilter:
    """dpkg's --path-exclude and --path-include, in order."""

    rules: tuple[tuple[bool, str], ...] = ()

    def skips(self, path: str, is_directory: bool) -> bool:
        """Whether dpkg leaves the path out; a directory stays where something in it may be wanted."""
        skip = False
        for excludes, pattern in self.rules:
            if fnmatchcase(path, pattern):
                skip = excludes
        if not (skip and is_directory):
            return skip
        stems = (re.split(r"[*?\[]", pattern)[0] for excludes, pattern in self.rules if not excludes)
        return not any(stem.startswith(path) or path.startswith(stem) for stem in stems)


def path_filter(tree: Overlay) -> PathFilter:
    """What the configuration of dpkg leaves out."""
    rules = []
    for path in ["/etc/dpkg/dpkg.cfg", *_files(tree, "/etc/dpkg/dpkg.cfg.d")]:
        for kind, pattern in re.findall(r"^\s*(?:--)?path-(exclude|include)[= ]\s*(\S+)", _text(tree, path), re.M):
            rules.append((kind == "exclude", pattern))
    return PathFilter(tuple(rules))


def _files(tree: Overlay, directory: str, suffix: str = "") -> list[str]:
    try:
        return [join(directory, name) for name in sorted(tree.listdir(directory)) if name.endswith(suffix)]
    except OSError:
        return []


def _text(tree: Overlay, path: str) -> str:
    try:
        return tree.read_text(path, errors="replace")
    except (OSError, CourseError):
        return ""
