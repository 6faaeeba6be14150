"""Control data: paragraphs of fields, versions, and relations such as `libc6 (>= 2.17), debconf | debconf-2.0`.

Source: deb-control(5), deb-version(7), Debian Policy 5.6 and 7.1.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, total_ordering

Fields = dict[str, str]
_RELATION = re.compile(r"([a-z0-9][a-z0-9+.-]*)(?::\w+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*([^)\s]+)\s*\))?")
_CONTINUED = re.compile(r"\n(?=[^ \t\n])")


def paragraphs(text: str) -> list[Fields]:
    """The paragraphs of a control file, each as its fields in order; continuation lines stay in the value.

    >>> paragraphs("Package: a\\nDepends: b\\n\\nPackage: c\\n")
    [{'Package': 'a', 'Depends': 'b'}, {'Package': 'c'}]
    """
    found = []
    for piece in re.split(r"\n\s*\n", text.strip("\n")):
        fields = dict(line.partition(":")[::2] for line in _CONTINUED.split(piece) if ":" in line)
        if fields:
            found.append({name: value.lstrip(" ").rstrip() for name, value in fields.items()})
    return found


def written(fields: Mapping[str, str]) -> str:
    """A paragraph as it stands in a file.

    >>> written({"Package": "a", "Conffiles": "\\n /etc/a 00"})
    'Package: a\\nConffiles:\\n /etc/a 00\\n'
    """
    return "".join(f"{name}:{'' if value.startswith(chr(10)) else ' '}{value}\n" for name, value in fields.items())


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A Debian version, ordered as dpkg orders them.

    >>> Version("1.0~rc1") < Version("1.0") < Version("1.0-1") < Version("1:0.1")
    True
    """

    text: str

    def __lt__(self, other: "Version") -> bool:
        return _key(self.text) < _key(other.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and _key(self.text) == _key(other.text)

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(4096)  # a solver compares the same few hundred versions thousands of times
def _key(text: str) -> tuple[int, list[tuple[list[int], int]], list[tuple[list[int], int]]]:
    """A version as epoch, upstream version and revision, each in a form that Python orders as dpkg does."""
    epoch, colon, rest = text.partition(":")
    if not colon:
        epoch, rest = "0", text
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch) if epoch.isdigit() else 0, _parts(upstream), _parts(revision)


def _parts(text: str) -> list[tuple[list[int], int]]:
    """Non-digits and numbers in turn; `~` sorts before the end, letters before all else."""
    found = []
    for letters, digits in re.findall(r"(\D*)(\d*)", text):
        order = [-1 if char == "~" else ord(char) if char.isalpha() else ord(char) + 256 for char in letters]
        found.append(([*order, 0], int(digits or 0)))
    return found


@dataclass(frozen=True, slots=True)
class Relation:
    """One package of a relation; without an operator any version will do."""

    name: str
    operator: str = ""
    version: str = ""

    def allows(self, version: str) -> bool:
        """Whether a version meets it."""
        if not self.operator:
            return True
        have, want = Version(version), Version(self.version)
        return {"<<": have < want, "<=": have <= want, "=": have == want, ">=": have >= want, ">>": have > want}[
            self.operator
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.operator} {self.version})" if self.operator else self.name


@lru_cache(4096)  # those of a whole index; asked for again by every plan
def relations(text: str) -> tuple[tuple[Relation, ...], ...]:
    """All that must be met, each a choice of relations.

    >>> [[str(one) for one in choice] for choice in relations("a (>= 1), b | c")]
    [['a (>= 1)'], ['b', 'c']]
    """
    found = []
    for group in text.split(","):
        choice = (_RELATION.match(part.strip()) for part in group.split("|"))
        known = tuple(Relation(match[1], match[2] or "", match[3] or "") for match in choice if match)
        if known:
            found.append(known)
    return tuple(found)


def names(relation_texts: Iterable[str]) -> tuple[str, ...]:
    """Every name in some relations, in order, once."""
    return tuple(dict.fromkeys(one.name for text in relation_texts for choice in relations(text) for one in choice))
